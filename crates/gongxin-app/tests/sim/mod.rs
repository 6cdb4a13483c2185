//! Years with changes of law: records of every class arrive, late ones too, are corrected, repaired,
//! revoked, shielded, withdrawn; packs are adopted as laws become known; and on every day the public
//! asks. A second statement of the law says what it may see. Deterministic from a seed.

pub(crate) mod law;
pub(crate) mod plan;
mod platform;
mod rows;

use std::collections::{BTreeMap, BTreeSet};

use gongxin_model::{Day, PublicId};
use gongxin_store::testing::Place;

use law::{Case, day};
use plan::{Life, Order, Span};
use platform::Platform;

/// The days on which law on terms changes.
const LAWS: [&str; 5] = ["2019-07-01", "2021-09-01", "2023-05-01", "2025-12-25", "2026-04-01"];
/// Of each record that stands still the page is asked for once in so many days.
const ROTATION: u64 = 16;
/// These were never registered: they have a page while something of them is public.
const UNREGISTERED: u32 = 2;
/// Failures said in words; the rest is counted.
const WORDS_MOST: usize = 20;

/// How a platform is run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting {
    pub(crate) seed: u64,
    pub(crate) span: Span,
    pub(crate) order: Order,
    /// A steward answers for what is not verified.
    pub(crate) adopted: bool,
    /// Every law is known from the first day; else each is adopted some days before its own.
    pub(crate) foresees: bool,
    /// The platform looks every night for what the calendar turned.
    pub(crate) ticks: bool,
    /// Months of ordinary conduct under Order 36, where the pack has a slip there.
    pub(crate) slip: Option<u8>,
}

/// What a run saw.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    pub(crate) days: u64,
    pub(crate) records: u64,
    pub(crate) late: u64,
    pub(crate) corrections: u64,
    pub(crate) acts: u64,
    pub(crate) waiting_acts: u64,
    pub(crate) fallen_acts: u64,
    pub(crate) withdrawals: u64,
    pub(crate) adoptions: u64,
    /// Answers of the public desk: lists, pages of subjects, pages of records.
    pub(crate) reads: u64,
    /// Days of records on which the public saw them.
    pub(crate) public: u64,
    /// Those on which the law did not let it.
    pub(crate) unlawful: u64,
    /// Those on which the law lets the public see a record, and it did not.
    pub(crate) missing: u64,
    /// What was wrong, in words.
    pub(crate) wrongs: Vec<String>,
}

/// Something that happens to a life; on one day in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    ActAhead(usize),
    Content(usize),
    Act(usize),
    Falls(usize),
    Withdrawn,
}

struct Simulation {
    setting: Setting,
    platform: Platform,
    lives: Vec<Life>,
    cases: Vec<Case>,
    ids: BTreeMap<usize, PublicId>,
    /// What the law said of each yesterday.
    lawful: Vec<bool>,
    tally: Tally,
}

/// Plays the years of a setting.
pub(crate) fn run(place: &Place, setting: Setting) -> Tally {
    let Setting { seed, span, order, .. } = setting;
    let lives = plan::lives(seed, span, order);
    let mut simulation = Simulation {
        setting,
        platform: Platform::found(place, seed, span.first),
        cases: lives.iter().map(Life::case).collect(),
        lawful: vec![false; lives.len()],
        lives,
        ids: BTreeMap::new(),
        tally: Tally::default(),
    };
    let adoptions = simulation.adoptions();
    let events = simulation.events();
    simulation.adopt(span.first);
    for number in 1..=span.organisations - UNREGISTERED {
        simulation.platform.register(number);
    }
    let mut today = span.first;
    while today <= span.last {
        simulation.platform.at(today);
        if let Some(law) = adoptions.get(&today) {
            simulation.adopt(*law);
        }
        let mut touched = BTreeSet::new();
        for (life, event) in events.get(&today).into_iter().flatten() {
            simulation.happens(*life, *event, today);
            touched.insert(*life);
        }
        if setting.ticks {
            simulation.platform.tick();
        }
        simulation.ask(today, &touched);
        today = today.plus_days(1);
    }
    simulation.platform.assert_well();
    simulation.tally
}

impl Simulation {
    /// When which laws are adopted: none later than on its own day.
    fn adoptions(&self) -> BTreeMap<Day, Day> {
        let Setting { seed, span, foresees, .. } = self.setting;
        let laws = LAWS.into_iter().map(day).filter(|law| !foresees && *law > span.first);
        let ahead = |place: u64| i32::try_from((seed + place * 7) % 20).unwrap();
        (0..).zip(laws).map(|(place, law)| (law.plus_days(-ahead(place)), law)).collect()
    }

    fn adopt(&mut self, laws_until: Day) {
        let until = if self.setting.foresees { Day::FOREVER } else { laws_until };
        self.platform.adopt(until, self.setting.adopted, self.setting.slip);
        self.tally.adoptions += 1;
    }

    /// What happens on each day.
    fn events(&self) -> BTreeMap<Day, Vec<(usize, Event)>> {
        let mut events: BTreeMap<Day, Vec<(usize, Event)>> = BTreeMap::new();
        let mut put = |on: Day, life, event| events.entry(on).or_default().push((life, event));
        for (place, life) in self.lives.iter().enumerate() {
            for (version, content) in life.contents.iter().enumerate() {
                put(content.since, place, Event::Content(version));
            }
            for (number, done) in life.acts.iter().enumerate() {
                let is_ahead = done.on <= life.contents[0].since;
                let event = if is_ahead { Event::ActAhead } else { Event::Act };
                put(done.on, place, event(number));
                if let Some(on) = done.falls {
                    put(on, place, Event::Falls(number));
                }
            }
            if let Some(on) = life.withdrawn {
                put(on, place, Event::Withdrawn);
            }
        }
        events.values_mut().for_each(|of_day| of_day.sort_unstable_by_key(|(_, event)| *event));
        events
    }

    fn happens(&mut self, place: usize, event: Event, today: Day) {
        let life = &self.lives[place];
        let tally = &mut self.tally;
        match event {
            Event::Content(version) => {
                let table = rows::record(&self.platform.rulebook, life, version);
                let receipt =
                    self.platform.hand_in(life.class.catalogue, life.class.source, &table);
                let corrected = u64::from(version > 0);
                let counts = (receipt.accepted, receipt.corrected);
                assert_eq!(counts, (1, corrected), "{today}: {table}{:?}", receipt.findings);
                tally.corrections += corrected;
                if version == 0 {
                    let fresh = self.platform.fresh(life.organisation, life.class.catalogue);
                    let id = fresh.unwrap_or_else(|| panic!("{today}: no new record: {table}"));
                    self.ids.insert(place, id);
                    tally.records += 1;
                    let decided = life.contents[0].decided;
                    tally.late += u64::from(decided.plus_days(30) < today);
                }
            }
            Event::Act(number) | Event::ActAhead(number) => {
                let done = &life.acts[number];
                let table = rows::act(&self.platform.rulebook, life, done);
                let (catalogue, source) = (done.act.catalogue(), done.act.source());
                let receipt = self.platform.hand_in(catalogue, source, &table);
                let waits = u64::from(matches!(event, Event::ActAhead(_)));
                assert_eq!(receipt.held, waits, "{today}: {table}{:?}", receipt.findings);
                tally.acts += 1;
                tally.waiting_acts += waits;
            }
            Event::Falls(number) => {
                let act = &life.acts[number].number;
                self.platform.withdraw(self.platform.numbered(life.organisation, act));
                tally.fallen_acts += 1;
            }
            Event::Withdrawn => {
                self.platform.withdraw(self.ids[&place]);
                tally.withdrawals += 1;
            }
        }
    }

    /// The public asks: for the list of each organisation, which is every record; for the pages of
    /// what may have changed, and of a rotating part of the rest.
    fn ask(&mut self, today: Day, touched: &BTreeSet<usize>) {
        self.tally.days += 1;
        let turn = self.tally.days;
        let law: Vec<bool> = (0..self.lives.len())
            .map(|place| self.cases[place].verdict(today, self.setting.adopted).is_ok())
            .collect();
        for number in 1..=self.setting.span.organisations {
            let told = self.platform.listed(number);
            self.tally.reads += 1;
            let own: Vec<usize> =
                (0..law.len()).filter(|place| self.lives[*place].organisation == number).collect();
            let mut changed = u64::from(number) % ROTATION == turn % ROTATION;
            for place in own.iter().copied() {
                let Some(id) = self.ids.get(&place).copied() else { continue };
                let turned = law[place] != self.lawful[place] || touched.contains(&place);
                changed |= turned;
                self.judge(
                    (place, id),
                    today,
                    law[place],
                    ("the list", told.records.contains(&id)),
                );
                self.tally.public += u64::from(told.records.contains(&id));
                if turned || place as u64 % ROTATION == turn % ROTATION {
                    self.ask_page((place, id), today, law[place]);
                }
            }
            let lawful = own.iter().filter(|place| law[**place]).count() as u64;
            self.judge_count(number, today, (told.total, lawful));
            if changed {
                self.ask_subject(number, today, &law, lawful);
            }
        }
        self.lawful = law;
    }

    fn ask_page(&mut self, (place, id): (usize, PublicId), today: Day, lawful: bool) {
        self.tally.reads += 1;
        let shown = self.platform.page(id, None);
        self.judge((place, id), today, lawful, ("its page", shown));
        if !lawful {
            // What may not be shown today is not shown for the past either.
            self.tally.reads += 1;
            let past = today.plus_days(-(place as i32 % 400));
            let shown = self.platform.page(id, Some(past));
            self.judge((place, id), today, lawful, ("its page of a past day", shown));
        }
    }

    fn ask_subject(&mut self, number: u32, today: Day, law: &[bool], lawful: u64) {
        self.tally.reads += 1;
        let told = self.platform.page_of(number);
        let ids: Vec<(usize, PublicId)> =
            self.ids.iter().map(|(place, id)| (*place, *id)).collect();
        for (place, id) in ids.into_iter().filter(|(_, id)| told.records.contains(id)) {
            self.judge((place, id), today, law[place], ("the subject’s page", true));
        }
        self.judge_count(number, today, (told.total, lawful));
    }

    /// Holds what was seen against the law.
    fn judge(
        &mut self,
        (place, id): (usize, PublicId),
        today: Day,
        lawful: bool,
        (on, shown): (&str, bool),
    ) {
        if shown == lawful {
            return;
        }
        let word = if shown { "unlawful" } else { "missing" };
        self.tally.unlawful += u64::from(shown);
        self.tally.missing += u64::from(lawful);
        let case = &self.cases[place];
        let verdict = match case.verdict(today, self.setting.adopted) {
            Ok((from, until)) => format!("public from {from} to the day before {until}"),
            Err(why) => format!("not public: {why}"),
        };
        let Life { number, organisation, .. } = &self.lives[place];
        self.say(format!(
            "{today}: {word} on {on}: record {id}, {number} of organisation {organisation}: by law {verdict} \
             ({}): {case:?}",
            case.clauses()
        ));
    }

    /// A count tells of no record that is not public, and of each that is; of a registration too.
    fn judge_count(&mut self, number: u32, today: Day, (told, lawful): (u64, u64)) {
        let is_registered = number + UNREGISTERED <= self.setting.span.organisations;
        let lawful = lawful + u64::from(is_registered);
        if told != lawful {
            self.tally.unlawful += told.saturating_sub(lawful);
            self.tally.missing += lawful.saturating_sub(told);
            self.say(format!("{today}: organisation {number}: {told} counted, by law {lawful}"));
        }
    }

    fn say(&mut self, words: String) {
        if self.tally.wrongs.len() < WORDS_MOST {
            self.tally.wrongs.push(words);
        }
    }
}
