//! The platform of a simulation: an office with a clock that is set, asked as strangers ask it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use gongxin_app::circumstance::{Chance, Clock, Draw};
use gongxin_app::gate::{Action, Permit, Scope};
use gongxin_app::public::shown::{
    Found, PageAsk, PublicDesk, RecordsAsk, SubjectEvent, Total, View,
};
use gongxin_app::public::{NameScan, OfficeDesk};
use gongxin_app::{AdoptAsk, Circumstances, HandIn, Input, InstanceKey, Office, Receipt, packs};
use gongxin_model::finding::Language;
use gongxin_model::names::NameIndex;
use gongxin_model::{Day, Instant, PublicId};
use gongxin_pack::{PackFiles, Rulebook};
use gongxin_seal::HashSuite;
use gongxin_store::testing::Place;

use super::rows::{organisation, registration};

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

/// What the page of a subject tells of its records.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// Those in its rows and in its timeline.
    pub(crate) records: BTreeSet<PublicId>,
    /// How many it says there are.
    pub(crate) total: u64,
}

pub(crate) struct Platform {
    office: Arc<Office>,
    desk: OfficeDesk,
    clock: Arc<Calendar>,
    pub(crate) rulebook: Rulebook,
    known: BTreeSet<PublicId>,
    today: Day,
}

impl Platform {
    /// A platform founded on a day.
    pub(crate) fn found(place: &Place, seed: u64, today: Day) -> Self {
        let clock = Arc::new(Calendar(AtomicI64::new(morning(today).0)));
        let circumstances = Circumstances {
            url: place.url.clone(),
            key: InstanceKey::new([7; 32]),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            chance: Arc::new(Drawn(seed)),
            journal: None,
        };
        let office = Arc::new(Office::open_or_found(&circumstances).unwrap());
        let names = Arc::new(NameScan::default()) as Arc<dyn NameIndex>;
        Self {
            desk: OfficeDesk::new(Arc::clone(&office), names),
            office,
            clock,
            rulebook: packs::rulebook(&packs::gather(true, &[]).unwrap()).unwrap(),
            known: BTreeSet::new(),
            today,
        }
    }

    pub(crate) fn register(&mut self, number: u32) {
        let table = registration(&self.rulebook, number);
        let receipt = self.hand_in("registration", "159900-market", &table);
        assert_eq!(receipt.accepted, 1, "{:?}", receipt.findings);
        self.fresh(number, "registration").unwrap();
    }

    pub(crate) fn at(&mut self, today: Day) {
        self.today = today;
        self.clock.0.store(morning(today).0, Ordering::Relaxed);
    }

    /// Adopts the packs as they were when no later law was known, with what is not verified or
    /// without; where there is a slip, with these months of ordinary conduct under Order 36.
    pub(crate) fn adopt(&self, laws_until: Day, unverified: bool, slip: Option<u8>) {
        let files = packs::gather(true, &[]).unwrap();
        let files = as_known(files, laws_until, &|rule| match slip {
            Some(months) if rule.contains("\"order-36\"") => {
                rule.replace("max_months = 12 }", &format!("max_months = {months} }}"))
            }
            _ => rule.to_owned(),
        });
        let accept = if unverified { vec!["all".to_owned()] } else { Vec::new() };
        let ask = AdoptAsk { files: &files, accept: &accept, dry_run: false };
        self.office.adopt(&self.permit(Scope::Platform), &ask, &mut |_| ()).unwrap();
    }

    fn permit<A: Action>(&self, scope: Scope) -> Permit<A> {
        self.office.permit_at_machine(&InstanceKey::new([7; 32]), "clerk", scope).unwrap()
    }

    pub(crate) fn hand_in(&self, catalogue: &str, source: &str, table: &str) -> Receipt {
        let stop = AtomicBool::new(false);
        let ask = HandIn {
            catalogue,
            permit: &self.permit(Scope::Body(source.to_owned())),
            mapping: None,
            dry_run: false,
            language: Language::English,
            child: None,
            stop: &stop,
        };
        let bytes = std::io::Cursor::new(table.as_bytes().to_vec());
        let input = Input::Pipe(Box::new(bytes));
        let receipt = self.office.hand_in(&ask, "file.csv", input, &mut |_| ()).unwrap();
        assert_eq!(receipt.refused, 0, "{}: {table}{:?}", self.today, receipt.findings);
        receipt
    }

    /// The record of a class, in the file of an organisation, that was not there before.
    pub(crate) fn fresh(&mut self, number: u32, catalogue: &str) -> Option<PublicId> {
        let file = self.office.whole_file(&organisation(number).1).unwrap()?;
        let of_class = file.records.into_iter().filter(|record| record.catalogue == catalogue);
        let mut ids = of_class.map(|record| record.id.parse::<PublicId>().unwrap());
        let fresh = ids.find(|id| !self.known.contains(id))?;
        self.known.insert(fresh);
        Some(fresh)
    }

    /// The record with a document's number, in the file of an organisation.
    pub(crate) fn numbered(&self, organisation_number: u32, number: &str) -> PublicId {
        let file = self.office.whole_file(&organisation(organisation_number).1).unwrap().unwrap();
        let mut records = file.records.into_iter();
        let found = records.find(|record| record.document_number.as_deref() == Some(number));
        found.unwrap_or_else(|| panic!("no record of {number}")).id.parse().unwrap()
    }

    pub(crate) fn withdraw(&self, id: PublicId) {
        self.office
            .withdraw_record(id, &self.permit(Scope::Platform), "handed in by mistake")
            .unwrap();
    }

    /// What a platform does every night.
    pub(crate) fn tick(&self) {
        self.office.tick(false, &mut |_| ()).unwrap();
    }

    /// What the public sees in the list of an organisation, and how many it is told there are.
    pub(crate) fn listed(&self, number: u32) -> Told {
        let ask = RecordsAsk {
            code: organisation(number).1,
            section: None,
            catalogue: None,
            year: None,
            page: PageAsk::first(200),
            view: View::default(),
        };
        match self.desk.records(&ask).unwrap() {
            Found::Shown(list) => {
                assert!(list.page.next.is_none(), "one page has them all");
                let total = exactly(list.page.total);
                Told { records: list.page.items.into_iter().map(|row| row.id).collect(), total }
            }
            _ => Told::default(),
        }
    }

    /// What the public sees on the page of an organisation.
    pub(crate) fn page_of(&self, number: u32) -> Told {
        let Found::Shown(page) =
            self.desk.subject(&organisation(number).1, View::default()).unwrap()
        else {
            return Told::default();
        };
        let mut told = Told::default();
        for section in page.sections {
            told.total += exactly(section.total);
            told.records.extend(section.rows.into_iter().map(|row| row.id));
        }
        told.records.extend(page.timeline.into_iter().filter_map(|event| match event.event {
            SubjectEvent::Decided { record, .. } => Some(record),
            _ => None,
        }));
        told
    }

    /// True if the page of a record is shown to the public, as of a day or today.
    pub(crate) fn page(&self, id: PublicId, as_of: Option<Day>) -> bool {
        let view = View { as_of, known: None };
        matches!(self.desk.record(id, view).unwrap(), Found::Shown(_))
    }

    /// The archive and what is derived from it agree.
    pub(crate) fn assert_well(&self) {
        let report = self.office.fsck(&mut |_| ()).unwrap();
        assert!(report.problems.is_empty(), "{:?}", report.problems);
    }
}

fn exactly(total: Total) -> u64 {
    match total {
        Total::Exactly(total) => total,
        Total::MoreThan(_) => panic!("fewer than can be counted"),
    }
}

fn morning(day: Day) -> Instant {
    format!("{day}T09:00:00+08:00").parse().unwrap()
}

/// The packs without the term rules whose law came later, the others as they are written, and
/// without their cases.
fn as_known(files: PackFiles, until: Day, write: &dyn Fn(&str) -> String) -> PackFiles {
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
            let known = parts.filter(is_known).map(write);
            let text = std::iter::once(head.to_owned()).chain(known);
            let text = text.collect::<Vec<_>>().join("[[rules]]");
            (path, text.into_bytes())
        })
        .collect()
}
