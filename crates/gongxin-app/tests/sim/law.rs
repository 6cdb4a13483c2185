//! The law of publication, stated once more: a table of its periods, classes and days, and what
//! follows from it in a few lines. It is written from the standards' section on terms and from the
//! clauses that the packs cite, and calls nothing of the rooms that it judges.

use gongxin_model::Day;

/// A day from its text.
pub(crate) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// So many months later, or the last day of a month that has no such day. Counted by hand, so that
/// the platform's own arithmetic is judged too.
fn months(from: Day, count: i32) -> Day {
    let (year, month, of_month) = from.parts();
    let total = i32::from(year) * 12 + i32::from(month) - 1 + count;
    let (year, month) = (total / 12, total % 12 + 1);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    day(&format!("{year:04}-{month:02}-{:02}", i32::from(of_month).min(longest)))
}

/// A generation of rules on penalties and entries of lists.
struct Generation {
    cites: &'static str,
    /// Of market regulation; else of every other authority.
    of_market: bool,
    /// The decisions that it governs: from, and no longer.
    decided: [&'static str; 2],
    /// The day from which it governs them.
    since: &'static str,
    /// False where months or transition were recalled: a steward answers for it.
    was_read: bool,
    /// Months of publication at most: ordinary conduct, serious conduct.
    months: [i32; 2],
}

const NEVER: &str = "9998-12-31";

/// Every generation, the national ones first. Minor conduct is public in none of them. Where two
/// govern a decision the earlier end counts.
const GENERATIONS: [Generation; 8] = [
    Generation {
        cites: "发改办财金〔2019〕527号",
        of_market: false,
        decided: ["2019-07-01", "2023-05-01"],
        since: "2019-07-01",
        was_read: true,
        months: [12, 36],
    },
    Generation {
        cites: "国家发展和改革委员会令第58号",
        of_market: false,
        decided: ["2023-05-01", "2026-04-01"],
        since: "2023-05-01",
        was_read: false,
        months: [36, 36],
    },
    Generation {
        cites: "国家发展和改革委员会令第36号",
        of_market: false,
        decided: ["2026-04-01", NEVER],
        since: "2026-04-01",
        was_read: true,
        months: [12, 36],
    },
    Generation {
        cites: "国家发展和改革委员会令第36号, earlier decisions",
        of_market: false,
        decided: ["2019-07-01", "2026-04-01"],
        since: "2026-04-01",
        was_read: false,
        months: [12, 36],
    },
    Generation {
        cites: "发改办财金〔2019〕527号, market regulation",
        of_market: true,
        decided: ["2019-07-01", "2021-09-01"],
        since: "2019-07-01",
        was_read: true,
        months: [12, 36],
    },
    Generation {
        cites: "国家市场监督管理总局令第45号",
        of_market: true,
        decided: ["2021-09-01", "2025-12-25"],
        since: "2021-09-01",
        was_read: false,
        months: [36, 36],
    },
    Generation {
        cites: "市场监督管理信用修复管理办法（2025年）",
        of_market: true,
        decided: ["2025-12-25", NEVER],
        since: "2025-12-25",
        was_read: true,
        months: [12, 36],
    },
    Generation {
        cites: "市场监督管理信用修复管理办法（2025年）, earlier decisions",
        of_market: true,
        decided: ["2019-07-01", "2025-12-25"],
        since: "2025-12-25",
        was_read: false,
        months: [12, 36],
    },
];

/// A list of seriously untrustworthy entities: its rule, since when it lists, months at most. Which
/// terms they have was recalled for all of them, so a steward answers for each.
const LISTS: [(&str, &str, &str, i32); 4] = [
    ("tax", "国家税务总局令第54号", "2022-02-01", 36),
    ("market", "国家市场监督管理总局令第44号", "2021-09-01", 36),
    ("wages", "人力资源和社会保障部令第45号", "2022-01-01", 36),
    ("safety", "应急管理部令第11号", "2023-10-01", 36),
];

/// Judgment defaulters (法释〔2017〕7号): by conduct the months, and those that the court may state.
/// Who is able and refuses stays until performance, and as long as the general term lets.
const JUDGMENTS: [(&str, Option<i32>, i32); 3] =
    [("able-but-refuses", None, 0), ("obstructs", Some(24), 60), ("asset-report", Some(24), 24)];

/// The kind of a penalty, as far as a class of conduct depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Penalty {
    Fine,
    Revoked,
    Warning,
}

/// What a content says that matters to its publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Content {
    /// The day it was handed in.
    pub(crate) since: Day,
    pub(crate) decided: Day,
    pub(crate) penalty: Penalty,
    pub(crate) summary: bool,
    /// The class that the authority states.
    pub(crate) class: &'static str,
    pub(crate) grade: &'static str,
    pub(crate) conduct: &'static str,
    /// The last days that it states: of publication, of validity.
    pub(crate) stated: Option<Day>,
    pub(crate) valid: Option<Day>,
    /// The day on which it left its list.
    pub(crate) removed: Option<Day>,
}

/// What keeps a record from the public from one day until another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hiding {
    pub(crate) why: &'static str,
    pub(crate) from: Day,
    pub(crate) until: Option<Day>,
}

/// A record as the law sees it.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) catalogue: &'static str,
    pub(crate) sector: &'static str,
    pub(crate) list: &'static str,
    /// Its contents, the first as it was handed in.
    pub(crate) contents: Vec<Content>,
    pub(crate) hidings: Vec<Hiding>,
}

/// From the first day until the first no longer; or why not at all.
type Window = Result<(Day, Day), &'static str>;

impl Case {
    /// When the law lets the public see it, as it stands on a day; or why not. The public is told of
    /// nothing but what was received by then.
    pub(crate) fn verdict(&self, on: Day, adopted: bool) -> Window {
        if on < self.contents[0].since {
            return Err("it was not handed in yet");
        }
        let hides = |one: &&Hiding| one.from <= on && one.until.is_none_or(|until| on < until);
        if let Some(hiding) = self.hidings.iter().find(hides) {
            return Err(hiding.why);
        }
        if self.was_over(on, adopted) {
            return Err("its term was over when it was corrected");
        }
        let known = self.contents.iter().rfind(|content| content.since <= on);
        let (from, until) = self.window(known.unwrap(), on, adopted)?;
        match (from <= on, on < until) {
            (false, _) => Err("its term has not begun"),
            (_, false) => Err("its term is over"),
            _ => Ok((from, until)),
        }
    }

    /// A correction never reopens what was public and whose term was over; what was never public
    /// under an earlier content may become so for the first time.
    fn was_over(&self, on: Day, adopted: bool) -> bool {
        let mut was_public = false;
        self.contents.windows(2).filter(|pair| pair[1].since <= on).any(|pair| {
            let (since, corrected) = (pair[0].since, pair[1].since);
            let Ok((from, until)) = self.window(&pair[0], corrected, adopted) else {
                return false;
            };
            was_public |= from.max(since) < until.min(corrected);
            was_public && until <= corrected
        })
    }

    /// When it is public by one content, as the rules in force on a day say.
    fn window(&self, content: &Content, on: Day, adopted: bool) -> Window {
        let began = |text: &str| {
            if on < day(text) { Err("no clause of its class is in force") } else { Ok(()) }
        };
        let stands = Ok((content.decided, content.stands_until()));
        match self.catalogue {
            // 行政许可法第四十条: whoever wants may look it up.
            "licence" => Ok((content.decided, Day::FOREVER)),
            // 全国公共信用信息基础目录, to the last day of the validity that a record states.
            "honour" | "commitment" => began("2021-12-16").and(stands),
            "intellectual-property" => began("2024-02-18").and(stands),
            // 国家税务总局公告2025年第12号: level A alone. 海关总署令第282号: the certified alone.
            "tax-evaluation" if content.grade == "A" => began("2025-07-01").and(stands),
            "customs-evaluation" if ["advanced", "certified"].contains(&content.grade) => {
                began("2026-04-01").and(stands)
            }
            "penalty" => self.general(content, on, adopted, content.class()),
            // 信用修复管理办法第四条: ordinary conduct, one year at most, of whenever it was decided;
            // that an entry is ordinary was chosen, so a steward answers for it.
            "abnormal-list" => {
                began("2026-04-01")?;
                let since = if adopted { day("2014-10-01") } else { Day::FOREVER };
                if content.decided < since {
                    return Err("no generation that was adopted governs it");
                }
                Ok((content.decided, content.cut(months(content.decided, 12))))
            }
            "serious-violation" => {
                began("2020-12-07")?;
                let list = LISTS.iter().find(|(id, ..)| *id == self.list).unwrap();
                let (_, _, from, most) = *list;
                self.listed(content, on, adopted, (from, Some(most), most))
            }
            "judgment-defaulter" => {
                let line = JUDGMENTS.iter().find(|(conduct, ..)| *conduct == content.conduct);
                let (_, most, statable) = *line.unwrap();
                self.listed(content, on, adopted, ("2017-05-01", most, statable))
            }
            _ => Err("its class is not public"),
        }
    }

    /// An entry of a list: by the list's own rule and by the general one, whichever ends earlier.
    fn listed(
        &self,
        content: &Content,
        on: Day,
        adopted: bool,
        (from, most, statable): (&str, Option<i32>, i32),
    ) -> Window {
        if !adopted || content.decided < day(from) {
            return Err("no rule that was adopted makes the list");
        }
        let after = |most| months(content.decided, most);
        // What is stated binds within what may be stated.
        let limit = most.map_or(Day::FOREVER, |most| after(most.max(statable)));
        let stated = content.stated.map(|last| last.plus_days(1)).filter(|end| *end <= limit);
        let own = stated.or(most.map(after)).unwrap_or(Day::FOREVER);
        let own = own.min(content.removed.unwrap_or(Day::FOREVER));
        match self.general(content, on, adopted, Class::Serious) {
            Ok((start, until)) => Ok((start, until.min(own))),
            // No general rule speaks of lists then: the list's own time, where it has an end.
            Err(why) if own == Day::FOREVER => Err(why),
            Err(_) => Ok((content.decided, own)),
        }
    }

    /// By the generations that govern the decision on a day: of several ends the earliest.
    fn general(&self, content: &Content, on: Day, adopted: bool, class: Class) -> Window {
        let place = match class {
            Class::Minor => return Err("minor conduct is not public"),
            Class::Ordinary => 0,
            Class::Serious => 1,
        };
        let governs = |one: &&Generation| {
            let [from, until] = one.decided;
            one.of_market == (self.sector == "market")
                && (day(from)..day(until)).contains(&content.decided)
                && (one.was_read || adopted)
                // Carried over from its day on; else whatever the day, as it was decided under it.
                && (one.since == from || day(one.since) <= on)
        };
        let ends = GENERATIONS.iter().filter(governs);
        let end = ends.map(|one| months(content.decided, one.months[place])).min();
        let end = end.ok_or("no generation that was adopted governs it")?;
        Ok((content.decided, content.cut(end)))
    }

    /// The clauses that may have a say, for whoever reads of a failure.
    pub(crate) fn clauses(&self) -> String {
        let list = LISTS.iter().filter(|(id, ..)| *id == self.list).map(|(_, cites, ..)| *cites);
        let market = self.sector == "market";
        let decided = self.contents.last().unwrap().decided;
        let general = GENERATIONS.iter().filter(|one| {
            let [from, until] = one.decided;
            one.of_market == market && (day(from)..day(until)).contains(&decided)
        });
        list.chain(general.map(|one| one.cites)).collect::<Vec<_>>().join("; ")
    }
}

/// The class of conduct; the lighter is the smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Minor,
    Ordinary,
    Serious,
}

impl Content {
    /// Summary procedure, and a warning alone, are minor; a revoked licence is serious; the rest is
    /// ordinary. The class that the authority states binds where it is the lighter.
    fn class(&self) -> Class {
        let by_kind = match self.penalty {
            _ if self.summary => Class::Minor,
            Penalty::Warning => Class::Minor,
            Penalty::Revoked => Class::Serious,
            Penalty::Fine => Class::Ordinary,
        };
        match self.class {
            "minor" => Class::Minor,
            "ordinary" => by_kind.min(Class::Ordinary),
            _ => by_kind,
        }
    }

    /// The first day on which it does not stand any more, by its own words.
    fn stands_until(&self) -> Day {
        let valid = self.valid.map_or(Day::FOREVER, |last| last.plus_days(1));
        valid.min(self.removed.unwrap_or(Day::FOREVER))
    }

    /// The end that the authority stated binds where it is the earlier; removal ends it anyway.
    fn cut(&self, end: Day) -> Day {
        let stated = self.stated.map_or(Day::FOREVER, |last| last.plus_days(1));
        end.min(stated).min(self.removed.unwrap_or(Day::FOREVER))
    }
}
