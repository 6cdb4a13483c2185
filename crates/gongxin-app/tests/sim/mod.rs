//! Five years with changes of law: records of every class arrive, are corrected, repaired, revoked,
//! shielded, withdrawn; packs are adopted before, on and after the day of their law; and day by day
//! the public asks for everything. Deterministic from a seed.

pub(crate) mod law;
mod platform;
mod rows;

use std::collections::{BTreeMap, BTreeSet};

use gongxin_model::{Day, PublicId};
use gongxin_store::testing::Place;

use law::{Adopted, Case, Content, Penalty, day};
use platform::Platform;
use rows::{Act, CLASSES, Class};

const FIRST: &str = "2021-07-01";
const LAST: &str = "2026-12-31";
/// The days on which law changes after the first.
const LAWS: [&str; 4] = ["2021-09-01", "2023-05-01", "2025-12-25", "2026-04-01"];
const ORGANISATIONS: u32 = 5;

/// What a run saw.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    pub(crate) records: u64,
    pub(crate) acts: u64,
    pub(crate) corrections: u64,
    pub(crate) adoptions: u64,
    pub(crate) days_asked: u64,
    /// Records that the public saw, counted by day.
    pub(crate) shown: u64,
    /// Records seen on a day on which no rule let them be seen.
    pub(crate) unlawful: u64,
    /// Records not seen though rules let them be seen, where the platform had looked that day.
    pub(crate) missing: u64,
    /// Records seen again without a reason.
    pub(crate) reappeared: u64,
    /// What was wrong, in words.
    pub(crate) wrongs: Vec<String>,
}

/// A record with what the public saw of it.
struct Record {
    id: PublicId,
    organisation: u32,
    number: String,
    case: Case,
    /// Acts on it that stand, the last one last.
    acts: Vec<(Act, PublicId)>,
    was_shown: bool,
    is_shown: bool,
    /// Something happened by which it may be seen again.
    may_reappear: bool,
}

struct Simulation {
    chance: u64,
    platform: Platform,
    adopted: Adopted,
    records: Vec<Record>,
    expected: BTreeMap<PublicId, bool>,
    tally: Tally,
    ticks: bool,
}

/// Runs the five years of a seed. The public asks on every day; or on those on which something
/// happens or ought to alter, those around them, and every tenth.
pub(crate) fn run(place: &Place, seed: u64, every_day: bool) -> Tally {
    let first = day(FIRST);
    let unverified = !seed.is_multiple_of(4);
    let adopted = Adopted { laws_until: first, unverified };
    let platform = Platform::found(place, seed, adopted, ORGANISATIONS);
    let mut simulation = Simulation {
        chance: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15),
        platform,
        adopted,
        records: Vec::new(),
        expected: BTreeMap::new(),
        tally: Tally { adoptions: 1, ..Tally::default() },
        ticks: seed % 2 == 1,
    };
    let adoptions: BTreeSet<(Day, Day)> =
        LAWS.iter().map(|law| (day(law).plus_days(simulation.days(46) - 20), day(law))).collect();
    let (mut today, mut happened) = (first, true);
    while today <= day(LAST) {
        simulation.platform.at(today);
        let before = happened;
        happened = simulation.day(today, &adoptions);
        let turns = simulation.turns(today) || simulation.turns(today.plus_days(1));
        let tenth = today.parts().2 % 10 == 1;
        if every_day || before || happened || turns || tenth {
            simulation.ask(today);
        }
        today = today.plus_days(1);
    }
    simulation.platform.assert_well();
    simulation.tally.records = simulation.records.len() as u64;
    simulation.tally
}

impl Simulation {
    fn below(&mut self, limit: u64) -> u64 {
        // SplitMix64.
        self.chance = self.chance.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.chance;
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

    /// What happens on a day; true where something does.
    fn day(&mut self, today: Day, adoptions: &BTreeSet<(Day, Day)>) -> bool {
        let mut happened = false;
        for (_, law) in adoptions.iter().filter(|(on, _)| *on == today) {
            self.adopted.laws_until = self.adopted.laws_until.max(*law);
            self.platform.adopt(self.adopted);
            self.tally.adoptions += 1;
            self.records.iter_mut().for_each(|record| record.may_reappear = true);
            happened = true;
        }
        match self.below(24) {
            0..=2 => self.arrives(today),
            3 => self.corrected(today),
            4 => self.acted(today),
            5 => self.act_falls(),
            6 if self.below(4) == 0 => self.taken_back(),
            _ => return happened,
        }
        true
    }

    fn arrives(&mut self, today: Day) {
        let class: Class = self.pick(&CLASSES);
        let organisation = 1 + u32::try_from(self.below(u64::from(ORGANISATIONS))).unwrap();
        let ago = self.pick(&[0, 1, 3, 9, 40, 200, 700]);
        let decided = today.plus_days(-ago);
        let taken = |one: &Record| {
            one.case.catalogue == class.catalogue
                && one.organisation == organisation
                && one.case.decided == decided
        };
        if self.records.iter().any(taken) {
            return;
        }
        let number = format!("演综〔{}〕{}号", decided.parts().0, self.records.len() + 1);
        let content = self.content(class, today, decided);
        let case = Case {
            catalogue: class.catalogue,
            sector: class.sector,
            list: class.list,
            decided,
            contents: vec![content],
            repaired: None,
            fallen: false,
            shields: Vec::new(),
        };
        let id = self.platform.hand_in(organisation, &number, &case).expect("a new record");
        self.records.push(Record {
            id,
            organisation,
            number,
            case,
            acts: Vec::new(),
            was_shown: false,
            is_shown: false,
            may_reappear: false,
        });
    }

    fn content(&mut self, class: Class, today: Day, decided: Day) -> Content {
        let later = |days: i32| Some(decided.plus_days(1 + days));
        let stated = if self.below(4) == 0 { later(self.days(1_500)) } else { None };
        let valid = if self.below(2) == 0 { later(self.days(900)) } else { None };
        let removed = if self.below(6) == 0 { later(self.days(500)) } else { None };
        Content {
            since: today,
            penalty: self.pick(&[Penalty::Fine, Penalty::Fine, Penalty::Revoked, Penalty::Warning]),
            summary: self.below(8) == 0,
            grade: if class.grades.is_empty() { "" } else { self.pick(class.grades) },
            conduct: self.pick(&["able-but-refuses", "obstructs", "asset-report"]),
            stated: stated.filter(|_| class.states_end),
            valid: valid.filter(|_| class.states_validity),
            removed: removed.filter(|_| class.states_removal),
        }
    }

    /// A record that still stands, if there is one.
    fn standing(&mut self, of: impl Fn(&Record) -> bool) -> Option<usize> {
        let places: Vec<usize> = (0..self.records.len())
            .filter(|place| !self.records[*place].case.fallen && of(&self.records[*place]))
            .collect();
        (!places.is_empty()).then(|| self.pick(&places))
    }

    fn corrected(&mut self, today: Day) {
        let Some(place) = self.standing(|_| true) else {
            return;
        };
        let class = CLASSES
            .into_iter()
            .find(|class| {
                let case = &self.records[place].case;
                class.catalogue == case.catalogue && class.list == case.list
            })
            .unwrap();
        let content = self.content(class, today, self.records[place].case.decided);
        // Two contents of one day are one correction.
        if self.records[place].case.contents.last().unwrap().since == today {
            return;
        }
        let record = &mut self.records[place];
        record.case.contents.push(content);
        record.may_reappear = true;
        let made = self.platform.hand_in(record.organisation, &record.number, &record.case);
        assert!(made.is_none(), "a correction made a record");
        self.tally.corrections += 1;
    }

    fn acted(&mut self, today: Day) {
        let act = self.pick(&[Act::Repair, Act::Repair, Act::Shield, Act::Lift, Act::Revoke]);
        let reached = |one: &Record| {
            let open = one.case.shields.last().is_some_and(|(_, lifted)| lifted.is_none());
            act.reaches(one.case.catalogue)
                && match act {
                    Act::Repair => one.case.repaired.is_none(),
                    Act::Shield => !open,
                    Act::Lift => open && one.case.shields.last().unwrap().0 < today,
                    Act::Revoke => true,
                }
        };
        let Some(place) = self.standing(reached) else {
            return;
        };
        self.tally.acts += 1;
        let record = &mut self.records[place];
        let number = format!("演裁〔{}〕{}号", today.parts().0, self.tally.acts);
        let id =
            self.platform.act(act, &number, (record.organisation, &record.number), &record.case);
        match act {
            Act::Repair => record.case.repaired = Some(today),
            Act::Shield => record.case.shields.push((today, None)),
            Act::Lift => {
                record.case.shields.last_mut().unwrap().1 = Some(today);
                record.may_reappear = true;
            }
            Act::Revoke => record.case.fallen = true,
        }
        record.acts.push((act, id));
    }

    /// The last act on some record is taken back: a repair or a revocation.
    fn act_falls(&mut self) {
        let undone =
            |one: &&mut Record| matches!(one.acts.last(), Some((Act::Repair | Act::Revoke, _)));
        let Some(record) = self.records.iter_mut().find(undone) else {
            return;
        };
        let (act, id) = record.acts.pop().unwrap();
        self.platform.withdraw(id);
        match act {
            Act::Repair => record.case.repaired = None,
            _ => record.case.fallen = false,
        }
        record.may_reappear = true;
    }

    /// A source takes a record back, for good.
    fn taken_back(&mut self) {
        if let Some(place) = self.standing(|one| one.acts.is_empty()) {
            let record = &mut self.records[place];
            record.case.fallen = true;
            self.platform.withdraw(record.id);
        }
    }

    /// True where what ought to be seen on the day differs from what was last expected.
    fn turns(&self, on: Day) -> bool {
        self.records.iter().any(|record| {
            let is = record.case.is_public(on, self.adopted);
            self.expected.get(&record.id).is_some_and(|was| *was != is)
        })
    }

    /// The public asks for everything: the list of each organisation, and the page of each record.
    fn ask(&mut self, today: Day) {
        if self.ticks {
            self.platform.tick();
        }
        self.tally.days_asked += 1;
        let listed: BTreeSet<PublicId> =
            (1..=ORGANISATIONS).flat_map(|number| self.platform.listed(number)).collect();
        for record in &mut self.records {
            let lawful = record.case.is_public(today, self.adopted);
            let page = self.platform.page(record.id);
            let shown = listed.contains(&record.id) || page;
            assert_eq!(
                listed.contains(&record.id),
                page,
                "{today}: list and page: {:?}",
                record.case
            );
            self.tally.shown += u64::from(shown);
            if shown && !lawful {
                self.tally.unlawful += 1;
                let wrong = format!("{today}: unlawful: {:?} {:?}", record.case, self.adopted);
                self.tally.wrongs.push(wrong);
            }
            // Whoever has not folded again since the calendar turned shows less, never more.
            if lawful && !shown && self.ticks {
                self.tally.missing += 1;
                let wrong = format!("{today}: missing: {:?} {:?}", record.case, self.adopted);
                self.tally.wrongs.push(wrong);
            }
            let again = shown && record.was_shown && !record.is_shown;
            if again && !record.may_reappear {
                self.tally.reappeared += 1;
                self.tally.wrongs.push(format!("{today}: seen again: {:?}", record.case));
            }
            record.may_reappear &= !shown;
            record.was_shown |= shown;
            record.is_shown = shown;
            self.expected.insert(record.id, lawful);
        }
    }
}
