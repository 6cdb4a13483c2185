//! The platform of a simulation: an office with a clock that is set, asked as strangers ask it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use gongxin_app::circumstance::{Chance, Clock, Draw};
use gongxin_app::public::shown::{Found, PageAsk, PublicDesk, RecordsAsk, View};
use gongxin_app::public::{NameScan, OfficeDesk};
use gongxin_app::{AdoptAsk, Circumstances, HandIn, Input, InstanceKey, Office, Receipt, packs};
use gongxin_model::finding::Language;
use gongxin_model::names::NameIndex;
use gongxin_model::{Day, Instant, PublicId};
use gongxin_pack::{PackFiles, Rulebook};
use gongxin_seal::HashSuite;
use gongxin_store::testing::Place;

use super::law::{Adopted, Case};
use super::rows::{self, Act, CLASSES, organisation};

#[derive(Debug)]
struct Calendar(AtomicI64);

impl Clock for Calendar {
    fn now(&self) -> Instant {
        Instant(self.0.load(Ordering::Relaxed))
    }
}

#[derive(Debug)]
struct Drawn(u64);

impl Chance for Drawn {
    fn draw(&self, draw: Draw) -> [u8; 16] {
        let digest = HashSuite::Sha256.digest(&[format!("{}/{draw:?}", self.0).as_bytes()]);
        *digest.0.first_chunk().unwrap()
    }
}

pub(crate) struct Platform {
    office: Arc<Office>,
    desk: OfficeDesk,
    clock: Arc<Calendar>,
    rulebook: Rulebook,
    known: BTreeSet<PublicId>,
    today: Day,
}

impl Platform {
    /// A platform founded on the day up to which laws are adopted, with registered organisations.
    pub(crate) fn found(place: &Place, seed: u64, adopted: Adopted, count: u32) -> Self {
        let clock = Arc::new(Calendar(AtomicI64::new(morning(adopted.laws_until).0)));
        let circumstances = Circumstances {
            url: place.url.clone(),
            key: InstanceKey::new([7; 32]),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            chance: Arc::new(Drawn(seed)),
        };
        let office = Arc::new(Office::open_or_found(&circumstances).unwrap());
        let names = Arc::new(NameScan::default()) as Arc<dyn NameIndex>;
        let mut platform = Self {
            desk: OfficeDesk::new(Arc::clone(&office), names),
            office,
            clock,
            rulebook: packs::rulebook(&packs::gather(true, &[]).unwrap()).unwrap(),
            known: BTreeSet::new(),
            today: adopted.laws_until,
        };
        platform.adopt(adopted);
        for number in 1..=count {
            let table = rows::registration(&platform.rulebook, number);
            platform.file("registration", "159900-market", &table);
            platform.fresh(number);
        }
        platform
    }

    pub(crate) fn at(&mut self, today: Day) {
        self.today = today;
        self.clock.0.store(morning(today).0, Ordering::Relaxed);
    }

    /// Adopts the packs as they were when no later law was known.
    pub(crate) fn adopt(&mut self, adopted: Adopted) {
        let files = as_known(packs::gather(true, &[]).unwrap(), adopted.laws_until);
        let accept = if adopted.unverified { vec!["all".to_owned()] } else { Vec::new() };
        let ask = AdoptAsk { files: &files, accept: &accept, actor: "steward", dry_run: false };
        self.office.adopt(&ask, &mut |_| ()).unwrap();
    }

    /// Hands a record in, or its correction: the id of a record that is new.
    pub(crate) fn hand_in(
        &mut self,
        organisation: u32,
        number: &str,
        case: &Case,
    ) -> Option<PublicId> {
        let class = CLASSES
            .into_iter()
            .find(|class| {
                class.catalogue == case.catalogue
                    && class.list == case.list
                    && class.sector == case.sector
            })
            .unwrap();
        let table = rows::record(&self.rulebook, class, organisation, number, case);
        self.file(class.catalogue, class.source, &table);
        self.fresh(organisation)
    }

    /// Hands an act on a record in.
    pub(crate) fn act(
        &mut self,
        act: Act,
        number: &str,
        (organisation, target): (u32, &str),
        case: &Case,
    ) -> PublicId {
        let source = CLASSES
            .into_iter()
            .find(|class| class.catalogue == case.catalogue && class.sector == case.sector)
            .unwrap()
            .source;
        let of = rows::authority(&self.rulebook, source).to_owned();
        let ruling = (number, self.today);
        let table = rows::act(&self.rulebook, act, ruling, (organisation, target, &of));
        self.file(act.catalogue(), act.source(), &table);
        self.fresh(organisation).expect("an act is a record")
    }

    pub(crate) fn withdraw(&mut self, id: PublicId) {
        self.office.withdraw_record(id, "clerk", "handed in by mistake").unwrap();
    }

    pub(crate) fn tick(&mut self) {
        self.office.tick(false, &mut |_| ()).unwrap();
    }

    /// What the public sees in the list of an organisation.
    pub(crate) fn listed(&self, number: u32) -> Vec<PublicId> {
        let ask = RecordsAsk {
            code: organisation(number).1,
            section: None,
            catalogue: None,
            year: None,
            page: PageAsk::first(200),
            view: View::default(),
        };
        match self.desk.records(&ask).unwrap() {
            Found::Shown(list) => list.page.items.into_iter().map(|row| row.id).collect(),
            _ => Vec::new(),
        }
    }

    /// True if the page of a record is shown to the public.
    pub(crate) fn page(&self, id: PublicId) -> bool {
        matches!(self.desk.record(id, View::default()).unwrap(), Found::Shown(_))
    }

    /// The archive and what is derived from it agree.
    pub(crate) fn assert_well(&mut self) {
        let report = self.office.fsck(&mut |_| ()).unwrap();
        assert!(report.problems.is_empty(), "{:?}", report.problems);
    }

    fn file(&mut self, catalogue: &str, source: &str, table: &str) -> Receipt {
        let stop = AtomicBool::new(false);
        let ask = HandIn {
            catalogue,
            source,
            actor: "clerk",
            mapping: None,
            dry_run: false,
            language: Language::English,
            child: None,
            stop: &stop,
        };
        let bytes = std::io::Cursor::new(table.as_bytes().to_vec());
        let input = Input::Pipe(Box::new(bytes));
        let receipt = self.office.hand_in(&ask, "file.csv", input, &mut |_| ()).unwrap();
        assert_eq!(
            receipt.accepted, 1,
            "{}: {catalogue}\n{table}{:?}",
            self.today, receipt.findings
        );
        receipt
    }

    /// The record of an organisation that was not there before.
    fn fresh(&mut self, number: u32) -> Option<PublicId> {
        let file = self.office.whole_file(&organisation(number).1).unwrap();
        let ids = file.into_iter().flat_map(|file| file.records);
        let mut ids = ids.map(|record| record.id.parse::<PublicId>().unwrap());
        let fresh = ids.find(|id| !self.known.contains(id))?;
        self.known.insert(fresh);
        Some(fresh)
    }
}

fn morning(day: Day) -> Instant {
    format!("{day}T09:00:00+08:00").parse().unwrap()
}

/// The packs without the term rules whose law came later, and without their cases.
fn as_known(files: PackFiles, until: Day) -> PackFiles {
    let is_known = |rule: &&str| {
        let ground = rule.lines().find(|line| line.starts_with("ground"));
        let from = ground.and_then(|line| line.split('"').nth(1)).unwrap();
        from.parse::<Day>().unwrap() <= until
    };
    files
        .into_iter()
        .filter(|(path, _)| !path.contains("/tests/"))
        .map(|(path, bytes)| {
            if !path.contains("/terms/") {
                return (path, bytes);
            }
            let text = String::from_utf8(bytes).unwrap();
            let mut parts = text.split("[[rules]]");
            let head = parts.next().unwrap();
            let known: Vec<&str> = parts.filter(is_known).collect();
            let text = std::iter::once(head).chain(known).collect::<Vec<_>>().join("[[rules]]");
            (path, text.into_bytes())
        })
        .collect()
}
