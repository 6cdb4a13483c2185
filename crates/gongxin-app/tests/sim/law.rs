//! The terms of publication once more, in a few lines and without the fold: the oracle by which the
//! simulated calendar judges what the public saw.

use gongxin_model::Day;

/// A day from its parts as text.
pub(crate) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// So many months later; the last day of a month that has no such day. Counted here by hand.
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

/// The kind of penalty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Penalty {
    Fine,
    Revoked,
    Warning,
}

/// What a content says that matters to its publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Content {
    pub(crate) since: Day,
    pub(crate) penalty: Penalty,
    pub(crate) summary: bool,
    pub(crate) grade: &'static str,
    pub(crate) conduct: &'static str,
    pub(crate) stated: Option<Day>,
    pub(crate) valid: Option<Day>,
    pub(crate) removed: Option<Day>,
}

/// A record as the oracle knows it.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) catalogue: &'static str,
    pub(crate) sector: &'static str,
    pub(crate) list: &'static str,
    pub(crate) decided: Day,
    pub(crate) contents: Vec<Content>,
    pub(crate) repaired: Option<Day>,
    pub(crate) fallen: bool,
    /// Shields, each with the day on which it was lifted.
    pub(crate) shields: Vec<(Day, Option<Day>)>,
}

/// What was adopted: all laws up to a day, with what is not verified or without.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Adopted {
    pub(crate) laws_until: Day,
    pub(crate) unverified: bool,
}

/// From, until: when it is public, by one content.
type Window = Option<(Day, Day)>;

impl Case {
    /// True if the public may see it on a day.
    pub(crate) fn is_public(&self, on: Day, adopted: Adopted) -> bool {
        let shielded = self
            .shields
            .iter()
            .any(|(from, lifted)| *from <= on && lifted.is_none_or(|lifted| on < lifted));
        let repaired = self.repaired.is_some_and(|from| from <= on);
        if self.fallen || repaired || shielded || self.contents[0].since > on {
            return false;
        }
        !self.was_over(adopted) && self.inside(self.contents.last().unwrap(), on, adopted)
    }

    /// True if its term was over when it was corrected: a correction never reopens.
    fn was_over(&self, adopted: Adopted) -> bool {
        let mut shown = false;
        self.contents.windows(2).any(|pair| {
            let (since, corrected) = (pair[0].since, pair[1].since);
            let Some((from, until)) = self.window(&pair[0], corrected, adopted) else {
                return false;
            };
            shown |= from.max(since) < until.min(corrected);
            shown && until <= corrected
        })
    }

    fn inside(&self, content: &Content, on: Day, adopted: Adopted) -> bool {
        self.window(content, on, adopted).is_some_and(|(from, until)| from <= on && on < until)
    }

    /// When it is public, as the rules adopted and in force on a day say.
    fn window(&self, content: &Content, on: Day, adopted: Adopted) -> Window {
        let since = |text: &str| (on >= day(text)).then_some(());
        let removed = content.removed.unwrap_or(Day::FOREVER);
        let valid = content.valid.map_or(Day::FOREVER, |last| last.plus_days(1));
        let stands = Some((self.decided, removed.min(valid)));
        match self.catalogue {
            "licence" => Some((self.decided, Day::FOREVER)),
            "honour" | "commitment" => since("2021-12-16").and(stands),
            "intellectual-property" => since("2024-02-18").and(stands),
            "tax-evaluation" => since("2025-07-01").filter(|()| content.grade == "A").and(stands),
            "customs-evaluation" => since("2026-04-01")
                .filter(|()| matches!(content.grade, "advanced" | "certified"))
                .and(stands),
            "penalty" => self.general(content, on, adopted, false),
            "abnormal-list" => {
                since("2026-04-01").filter(|()| adopted.unverified)?;
                (adopted.laws_until >= day("2026-04-01")).then_some(())?;
                let year = months(self.decided, 12);
                Some((self.decided, cut(year, content)))
            }
            "serious-violation" => {
                since("2020-12-07")?;
                let (from, most) = match self.list {
                    "tax" => ("2022-02-01", 36),
                    "market" => ("2021-09-01", 36),
                    "wages" => ("2022-01-01", 36),
                    "safety" => ("2023-10-01", 36),
                    other => panic!("{other}"),
                };
                self.listed(content, on, adopted, (from, most, most))
            }
            "judgment-defaulter" => {
                let (most, stated) = match content.conduct {
                    "able-but-refuses" => (1_200, 1_200),
                    "obstructs" => (24, 60),
                    _ => (24, 24),
                };
                self.listed(content, on, adopted, ("2017-05-01", most, stated))
            }
            _ => None,
        }
    }

    fn listed(
        &self,
        content: &Content,
        on: Day,
        adopted: Adopted,
        (from, most, statable): (&str, i32, i32),
    ) -> Window {
        (adopted.unverified && self.decided >= day(from)).then_some(())?;
        let limit = months(self.decided, statable);
        let stated = content.stated.map(|last| last.plus_days(1)).filter(|end| *end <= limit);
        let own = stated.unwrap_or(months(self.decided, most));
        let own = own.min(content.removed.unwrap_or(Day::FOREVER));
        match self.general(content, on, adopted, true) {
            Some((start, until)) => Some((start, until.min(own))),
            // No rule for lists then: the list's own time alone, where it has one.
            None if own < months(self.decided, 1_200) => Some((self.decided, own)),
            None => None,
        }
    }

    /// Penalties, and entries of lists in general: of all rules that apply the earliest end.
    fn general(&self, content: &Content, on: Day, adopted: Adopted, list: bool) -> Window {
        let market = self.sector == "market";
        let minor = !list && (content.summary || content.penalty == Penalty::Warning);
        let grave = list || content.penalty == Penalty::Revoked;
        // For market regulation; decided from, until; needs adoption; ordinary and serious months;
        // counts from a day on for whatever was decided in the time.
        let rules = [
            (true, "2019-07-01", "2021-09-01", false, 12, None),
            (false, "2019-07-01", "2023-05-01", false, 12, None),
            (false, "2023-05-01", "2026-04-01", true, 36, None),
            (true, "2021-09-01", "2025-12-25", true, 36, None),
            (true, "2025-12-25", "9999-12-31", false, 12, None),
            (false, "2026-04-01", "9999-12-31", false, 12, None),
            (false, "2019-07-01", "2026-04-01", true, 12, Some("2026-04-01")),
            (true, "2019-07-01", "2025-12-25", true, 12, Some("2025-12-25")),
        ];
        let ends = rules.iter().filter(|(of_market, from, until, unverified, _, effect)| {
            let law = day(effect.unwrap_or(from));
            *of_market == market
                && day(from) <= self.decided
                && self.decided < day(until)
                && law <= adopted.laws_until
                && (adopted.unverified || !unverified)
                && effect.is_none_or(|effect| day(effect) <= on)
        });
        let ends: Vec<Day> = ends
            .map(|(.., ordinary, _)| months(self.decided, if grave { 36 } else { *ordinary }))
            .collect();
        let end = ends.into_iter().min().filter(|_| !minor)?;
        Some((self.decided, if list { end } else { cut(end, content) }))
    }
}

/// The stated end binds where it is earlier; removal ends it anyway.
fn cut(end: Day, content: &Content) -> Day {
    let stated = content.stated.map_or(Day::FOREVER, |last| last.plus_days(1));
    end.min(stated).min(content.removed.unwrap_or(Day::FOREVER))
}
