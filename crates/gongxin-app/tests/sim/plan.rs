//! What happens in the simulated years, drawn from a seed before anything is played: which records
//! are handed in when, how late, how they are corrected, which acts reach them and which of those
//! fall again. It knows no law.

use gongxin_model::Day;

use super::law::{Case, Content, Hiding, Penalty};

const SHIELDED: &str = "a court shields it";

/// In which order a record and the acts on it arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// The record first, then what is done about it.
    RecordsFirst,
    /// Every act first: it waits for its record, which its source hands in late.
    ActsFirst,
}

/// A class, who hands it in, and what its records may state.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Class {
    pub(crate) catalogue: &'static str,
    pub(crate) source: &'static str,
    pub(crate) sector: &'static str,
    pub(crate) list: &'static str,
    pub(crate) grades: &'static [&'static str],
    pub(crate) states_end: bool,
    pub(crate) states_validity: bool,
    pub(crate) states_removal: bool,
    /// Its records have no number of their own: one a year, as it is one that tells them apart.
    pub(crate) is_yearly: bool,
}

const fn class(catalogue: &'static str, source: &'static str, sector: &'static str) -> Class {
    Class {
        catalogue,
        source,
        sector,
        list: "",
        grades: &[],
        states_end: false,
        states_validity: false,
        states_removal: false,
        is_yearly: false,
    }
}

const fn penalty(source: &'static str, sector: &'static str) -> Class {
    Class { states_end: true, ..class("penalty", source, sector) }
}

const fn listed(source: &'static str, sector: &'static str, list: &'static str) -> Class {
    Class {
        list,
        states_end: true,
        states_removal: true,
        ..class("serious-violation", source, sector)
    }
}

const fn lasting(catalogue: &'static str, states_removal: bool) -> Class {
    Class { states_validity: true, states_removal, ..class(catalogue, "159900-market", "market") }
}

const fn yearly(catalogue: &'static str, source: &'static str, sector: &'static str) -> Class {
    Class { is_yearly: true, ..class(catalogue, source, sector) }
}

/// Every class that is no act and no registration; penalties under each generation several times.
pub(crate) const CLASSES: [Class; 25] = [
    penalty("159900-market", "market"),
    penalty("159900-market", "market"),
    penalty("159900-environment", "environment"),
    penalty("159900-safety", "safety"),
    penalty("159900-housing", "housing"),
    listed("159900-tax", "tax", "tax"),
    listed("159900-market", "market", "market"),
    listed("159900-human-resources", "human-resources", "wages"),
    listed("159900-safety", "safety", "safety"),
    Class { states_removal: true, ..class("abnormal-list", "159900-market", "market") },
    Class {
        states_end: true,
        states_removal: true,
        list: "judgment",
        ..class("judgment-defaulter", "159900-court", "court")
    },
    class("licence", "159900-environment", "environment"),
    lasting("honour", true),
    lasting("commitment", false),
    lasting("intellectual-property", true),
    Class {
        grades: &["A", "A", "B", "M", "C", "D"],
        states_validity: true,
        ..yearly("tax-evaluation", "159900-tax", "tax")
    },
    Class {
        grades: &["advanced", "certified", "regular", "untrustworthy"],
        states_validity: true,
        ..yearly("customs-evaluation", "159900-credit", "credit")
    },
    yearly("environment-evaluation", "159900-environment", "environment"),
    yearly("construction-evaluation", "159900-housing", "housing"),
    yearly("fire-evaluation", "159900-credit", "credit"),
    yearly("evaluation-result", "159900-market", "market"),
    class("contract-performance", "159900-housing", "housing"),
    yearly("insurance-arrears", "159900-tax", "tax"),
    class("summary-penalty", "159900-market", "market"),
    class("coercive-measure", "159900-market", "market"),
];

/// An act on a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    Repair,
    Revoke,
    Shield,
    Lift,
}

/// An act as it is handed in, and the day on which it is taken back, if it is.
#[derive(Debug, Clone)]
pub(crate) struct Done {
    pub(crate) act: Act,
    pub(crate) number: String,
    pub(crate) on: Day,
    pub(crate) falls: Option<Day>,
}

/// A record and all that becomes of it.
#[derive(Debug, Clone)]
pub(crate) struct Life {
    pub(crate) organisation: u32,
    pub(crate) class: Class,
    pub(crate) number: String,
    pub(crate) contents: Vec<Content>,
    pub(crate) acts: Vec<Done>,
    /// The day on which its source takes it back.
    pub(crate) withdrawn: Option<Day>,
}

/// The first and the last day, and how many organisations there are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    pub(crate) first: Day,
    pub(crate) last: Day,
    pub(crate) organisations: u32,
}

/// Draws the lives of all records of a span of days.
pub(crate) fn lives(seed: u64, span: Span, order: Order) -> Vec<Life> {
    let mut draw = Draw(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut lives: Vec<Life> = Vec::new();
    let mut today = span.first;
    while today <= span.last {
        // About one in six days brings a record, some of them two.
        if draw.below(6) == 0 {
            let life = draw.life(span, today, lives.len());
            if !lives.iter().any(|one| one.clashes(&life)) {
                lives.push(life);
            }
        } else {
            today = today.plus_days(1);
        }
    }
    if order == Order::ActsFirst {
        lives.iter_mut().for_each(Life::turn_round);
    }
    lives
}

impl Life {
    /// The two would be one record: their class tells records apart by their year.
    fn clashes(&self, other: &Self) -> bool {
        let year = |one: &Self| one.contents[0].decided.parts().0;
        self.class.is_yearly
            && self.class.catalogue == other.class.catalogue
            && self.organisation == other.organisation
            && year(self) == year(other)
    }

    /// The record arrives on the day of the last act on it; what follows keeps its distance.
    fn turn_round(&mut self) {
        let Some(arrives) = self.acts.iter().map(|done| done.on).max() else {
            return;
        };
        let days = (0..).find(|days| self.contents[0].since.plus_days(*days) >= arrives).unwrap();
        self.contents.iter_mut().for_each(|content| content.since = content.since.plus_days(days));
        for done in &mut self.acts {
            done.falls = done.falls.map(|on| on.max(arrives.plus_days(1)));
        }
        self.withdrawn = self.withdrawn.map(|on| on.plus_days(days));
    }

    /// What the law has to judge: its contents, and from when until when something hides it. An act
    /// counts from the day on which both it and its record are here.
    pub(crate) fn case(&self) -> Case {
        let here = self.contents[0].since;
        let mut hidings: Vec<Hiding> = Vec::new();
        for done in &self.acts {
            let from = done.on.max(here);
            let hiding = |why| Hiding { why, from, until: done.falls };
            match done.act {
                Act::Repair => hidings.push(hiding("it was repaired")),
                Act::Revoke => hidings.push(hiding("its decision was revoked")),
                Act::Shield => hidings.push(hiding(SHIELDED)),
                Act::Lift => {
                    let shield = hidings.iter_mut().rev().find(|one| one.why == SHIELDED);
                    shield.unwrap().until = Some(from);
                }
            }
        }
        let back =
            self.withdrawn.map(|from| Hiding { why: "its source took it back", from, until: None });
        hidings.extend(back);
        Case {
            catalogue: self.class.catalogue,
            sector: self.class.sector,
            list: self.class.list,
            contents: self.contents.clone(),
            hidings,
        }
    }
}

/// SplitMix64: a few lines, the same everywhere.
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    fn days(&mut self, limit: u64) -> i32 {
        i32::try_from(self.below(limit)).unwrap()
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        let place = self.below(from.len() as u64);
        from[usize::try_from(place).unwrap()]
    }

    /// True once in so many draws.
    fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    fn life(&mut self, span: Span, today: Day, count: usize) -> Life {
        let class = self.pick(&CLASSES);
        let organisation = 1 + u32::try_from(self.below(u64::from(span.organisations))).unwrap();
        let ago = self.pick(&[0, 1, 3, 9, 40, 200, 500, 1_100]);
        let decided = today.plus_days(-ago);
        let mut contents = vec![self.content(class, today, decided)];
        while self.once_in(3) {
            let last = contents.last().unwrap();
            let since = last.since.plus_days(1 + self.days(400));
            // Also the day itself may have been wrong, where it does not tell records apart.
            let moves = !class.is_yearly && self.once_in(4);
            let decided = if moves { decided.plus_days(-self.days(90)) } else { last.decided };
            contents.push(self.content(class, since, decided));
        }
        let acts = self.acts(class, today, decided, count);
        let withdrawn = self.once_in(12).then(|| contents[0].since.plus_days(1 + self.days(900)));
        contents.retain(|content| withdrawn.is_none_or(|on| content.since < on));
        let number = format!("演综〔{}〕{}号", decided.parts().0, count + 1);
        Life { organisation, class, number, contents, acts, withdrawn }
    }

    fn content(&mut self, class: Class, since: Day, decided: Day) -> Content {
        let mut later = |times: u64, limit: u64| {
            self.once_in(times).then(|| decided.plus_days(1 + self.days(limit)))
        };
        let (stated, valid, removed) = (later(4, 1_500), later(2, 900), later(6, 700));
        Content {
            since,
            decided,
            penalty: self.pick(&[Penalty::Fine, Penalty::Fine, Penalty::Revoked, Penalty::Warning]),
            summary: class.catalogue == "summary-penalty" || self.once_in(8),
            class: self.pick(&["", "", "", "minor", "ordinary", "serious"]),
            grade: if class.grades.is_empty() { "" } else { self.pick(class.grades) },
            conduct: self.pick(&["able-but-refuses", "obstructs", "asset-report"]),
            stated: stated.filter(|_| class.states_end),
            valid: valid.filter(|_| class.states_validity),
            removed: removed.filter(|_| class.states_removal),
        }
    }

    /// Acts on a record, each later than the one before: a shield may be lifted, a repair or a
    /// revocation may fall again.
    fn acts(&mut self, class: Class, since: Day, decided: Day, count: usize) -> Vec<Done> {
        let adverse = ["penalty", "serious-violation", "abnormal-list", "judgment-defaulter"];
        let is_adverse = adverse.contains(&class.catalogue);
        let mut acts = Vec::new();
        let mut on = since.max(decided);
        while is_adverse && acts.len() < 4 && self.once_in(2) {
            on = on.plus_days(1 + self.days(300));
            let act = match (acts.last().map(|done: &Done| done.act), self.below(4)) {
                (Some(Act::Shield), _) => Act::Lift,
                (_, 0 | 1) => Act::Shield,
                (_, 2) => Act::Repair,
                (_, _) => Act::Revoke,
            };
            let number = format!("演裁〔{}〕{}-{}号", on.parts().0, count + 1, acts.len() + 1);
            let ends = matches!(act, Act::Repair | Act::Revoke);
            let falls = self.once_in(2).then(|| on.plus_days(1 + self.days(120)));
            let falls = falls.filter(|_| ends);
            acts.push(Done { act, number, on, falls });
            match falls {
                Some(day) => on = day,
                None if ends => break,
                None => {}
            }
        }
        acts
    }
}
