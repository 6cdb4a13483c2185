//! An office with a fixed clock and derived chance: the second living implementation of both.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

use gongxin_app::cases::{CaseAct, CaseFilter, CaseItem, CaseLine, NewCase, Taken};
use gongxin_app::circumstance::{Chance, Clock, Draw};
use gongxin_app::gate::{Action, HandInMake, Permit, Scope};
use gongxin_app::public::shown::{
    Found, PageAsk, PublicDesk, RecordsAsk, SearchAsk, ShownRecord, ShownRecords, ShownResults,
    ShownRow, ShownSubject, View,
};
use gongxin_app::public::{NameScan, OfficeDesk, OpenDataKeep};
use gongxin_app::{
    AdoptAsk, Circumstances, HandIn, Input, InstanceKey, Office, OfficeError, Receipt, WholeRecord,
    packs,
};
use gongxin_model::finding::Language;
use gongxin_model::names::NameIndex;
use gongxin_model::{Instant, PublicId, RecordNo, Seq, Severity};
use gongxin_seal::HashSuite;
use gongxin_store::testing::Place;
use gongxin_store::{Faults, HeldAsk, LogHead, Store, StoreError};

use crate::public_log::FixedSigner;
use crate::rows::{MARKET, Registration, registrations};

/// A clock that stands still until it is set.
#[derive(Debug)]
pub(crate) struct SetClock(AtomicI64);

impl SetClock {
    pub(crate) fn at(text: &str) -> Self {
        Self(AtomicI64::new(text.parse::<Instant>().unwrap().0))
    }

    pub(crate) fn set(&self, text: &str) {
        self.0.store(text.parse::<Instant>().unwrap().0, Ordering::Relaxed);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Instant {
        Instant(self.0.load(Ordering::Relaxed))
    }
}

/// Derives each value from what it is for.
#[derive(Debug)]
pub(crate) struct Seeded(pub(crate) u64);

impl Chance for Seeded {
    fn draw(&self, draw: Draw) -> [u8; 16] {
        let digest = HashSuite::Sha256.digest(&[format!("{}/{draw:?}", self.0).as_bytes()]);
        let mut cut = [0; 16];
        cut.copy_from_slice(&digest.0[..16]);
        cut
    }
}

/// An office over a place, with the desk that strangers ask.
pub(crate) struct World {
    pub(crate) office: Arc<Office>,
    pub(crate) desk: OfficeDesk,
    names: Arc<NameScan>,
    open: Arc<OpenDataKeep>,
    pub(crate) clock: Arc<SetClock>,
    circumstances: Circumstances,
    directory: PathBuf,
    files: AtomicU64,
}

impl World {
    /// A founded office with every unverified value accepted.
    pub(crate) fn new(place: &Place) -> Self {
        Self::adopted(place, &["all".to_owned()])
    }

    /// The same, with the organisations of the numbers from 1 registered.
    pub(crate) fn registered(place: &Place, count: u32) -> Self {
        let world = Self::new(place);
        let rows: Vec<Registration> = (1..=count).map(Registration::of).collect();
        let receipt = world.hand_in("registration", MARKET, &registrations(&rows));
        assert_eq!(receipt.accepted, u64::from(count), "{:?}", receipt.findings);
        world
    }

    /// A founded office with the named unverified values accepted.
    pub(crate) fn adopted(place: &Place, accept: &[String]) -> Self {
        Self::with_packs(place, accept, &[])
    }

    pub(crate) fn with_packs(place: &Place, accept: &[String], packs: &[PathBuf]) -> Self {
        let clock = Arc::new(SetClock::at("2026-11-24T10:00:00+08:00"));
        let circumstances = Circumstances {
            url: place.url.clone(),
            key: InstanceKey::new([7; 32]),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            chance: Arc::new(Seeded(1)),
            journal: Some(place.directory.path().join("erasures")),
        };
        let office = Office::open_or_found(&circumstances).unwrap().with_cheap_passwords();
        let directory = place.directory.path().to_owned();
        let world = Self::over(office, clock, circumstances, directory);
        world.adopt(accept, packs);
        world
    }

    fn over(
        office: Office,
        clock: Arc<SetClock>,
        circumstances: Circumstances,
        directory: PathBuf,
    ) -> Self {
        let (office, names) = (Arc::new(office), Arc::new(NameScan::default()));
        let open = Arc::new(OpenDataKeep::at(&directory.join("open")));
        let desk = OfficeDesk::new(Arc::clone(&office), Arc::clone(&names) as Arc<dyn NameIndex>);
        Self {
            desk: desk.with_open_data(Arc::clone(&open)),
            open,
            names,
            office,
            clock,
            circumstances,
            directory,
            files: AtomicU64::new(0),
        }
    }

    /// Another office over the store of a place, as another process has it.
    pub(crate) fn beside(&self, place: &Place) -> Self {
        let circumstances = self.circumstances_at(place);
        let office = Office::open(&circumstances).unwrap().with_cheap_passwords();
        let directory = place.directory.path().to_owned();
        Self::over(office, Arc::clone(&self.clock), circumstances, directory)
    }

    /// The key, the time and the chance of this one, for the store of a place.
    pub(crate) fn circumstances_at(&self, place: &Place) -> Circumstances {
        Circumstances { url: place.url.clone(), ..self.circumstances.clone() }
    }

    pub(crate) fn adopt(&self, accept: &[String], directories: &[PathBuf]) {
        let files = packs::gather(true, directories).unwrap();
        let ask = AdoptAsk { files: &files, accept, dry_run: false };
        self.office.adopt(&self.whole("steward"), &ask, &mut |_| ()).unwrap();
    }

    /// The same store behind fault points, settled in chunks of so many rows.
    pub(crate) fn office_with(&self, faults: Faults, rows: usize) -> Office {
        let store = Store::open(&self.circumstances.url).unwrap().with_faults(faults);
        Office::with(store, &self.circumstances).unwrap().with_transactions_of(rows)
    }

    /// Hands a text in through a pipe.
    pub(crate) fn hand_in(&self, catalogue: &str, source: &str, text: &str) -> Receipt {
        let bytes = std::io::Cursor::new(text.as_bytes().to_vec());
        self.ask(catalogue, source, Input::Pipe(Box::new(bytes)), false).unwrap()
    }

    /// Hands a text in as a file.
    pub(crate) fn hand_in_file(&self, catalogue: &str, source: &str, text: &str) -> Receipt {
        self.ask(catalogue, source, Input::File(self.file(text)), false).unwrap()
    }

    /// Tries a text, keeping nothing.
    pub(crate) fn try_out(&self, catalogue: &str, source: &str, text: &str) -> Receipt {
        let bytes = std::io::Cursor::new(text.as_bytes().to_vec());
        self.ask(catalogue, source, Input::Pipe(Box::new(bytes)), true).unwrap()
    }

    pub(crate) fn ask(
        &self,
        catalogue: &str,
        source: &str,
        input: Input,
        dry_run: bool,
    ) -> Result<Receipt, OfficeError> {
        let receipt = hand_in(&self.office, catalogue, source, input, dry_run)?;
        assert_eq!(receipt.rows, receipt.accepted + receipt.held + receipt.refused, "{receipt:?}");
        assert!(receipt.unchanged + receipt.corrected <= receipt.accepted, "{receipt:?}");
        Ok(receipt)
    }

    /// A permit for the whole platform, as whoever works at the machine has one.
    pub(crate) fn whole<A: Action>(&self, actor: &str) -> Permit<A> {
        permit(&self.office, actor, Scope::Platform)
    }

    /// A file with the text, under a name of its own.
    pub(crate) fn file(&self, text: &str) -> PathBuf {
        let number = self.files.fetch_add(1, Ordering::Relaxed);
        let path = self.directory.join(format!("file-{number}.csv"));
        std::fs::write(&path, text).unwrap();
        path
    }

    pub(crate) fn head(&self) -> LogHead {
        head(&self.office)
    }

    /// Everything about the subject, as its steward sees it.
    pub(crate) fn file_of(&self, code: &str) -> Vec<WholeRecord> {
        self.office.whole_file(code).unwrap().map(|file| file.records).unwrap_or_default()
    }

    pub(crate) fn permit<A: Action>(&self, (account, scope): &(&str, Scope)) -> Permit<A> {
        permit(&self.office, account, scope.clone())
    }

    pub(crate) fn open_case(
        &self,
        new: &NewCase<'_>,
        by: &(&str, Scope),
    ) -> Result<Taken, OfficeError> {
        self.office.open_case(&self.permit(by), new)
    }

    pub(crate) fn take_step(
        &self,
        case: &str,
        act: &CaseAct<'_>,
        by: &(&str, Scope),
    ) -> Result<Taken, OfficeError> {
        self.office.take_step(&self.permit(by), case, act)
    }

    /// A case as the steward sees it.
    pub(crate) fn case_item(&self, case: &str) -> Result<CaseItem, OfficeError> {
        let whole = self.whole("steward");
        self.office.case_item(&whole, case, Language::Chinese)
    }

    /// Cases as the steward sees them.
    pub(crate) fn cases(&self, filter: &CaseFilter) -> Vec<CaseLine> {
        let whole = self.whole("steward");
        self.office.cases(&[whole], filter, 10_000, Language::Chinese).unwrap()
    }

    /// The one record of the catalogue in the file of the code.
    pub(crate) fn one(&self, code: &str, catalogue: &str) -> WholeRecord {
        let mut found = self.file_of(code);
        found.retain(|record| record.catalogue == catalogue);
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    }

    pub(crate) fn id(&self, code: &str, catalogue: &str) -> PublicId {
        self.one(code, catalogue).id.parse().unwrap()
    }

    pub(crate) fn subject(&self, code: &str) -> Found<ShownSubject> {
        self.desk.subject(code, View::default()).unwrap()
    }

    /// The page of a record that is shown.
    pub(crate) fn shown_record(&self, id: PublicId) -> ShownRecord {
        match self.desk.record(id, View::default()).unwrap() {
            Found::Shown(page) => *page,
            other => panic!("{other:?}"),
        }
    }

    /// All rows that the subject's page shows in the view.
    pub(crate) fn page_rows(&self, code: &str, view: View) -> Vec<ShownRow> {
        match self.desk.subject(code, view).unwrap() {
            Found::Shown(page) => {
                page.sections.into_iter().flat_map(|section| section.rows).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The list of records, which the API answers with.
    pub(crate) fn list(&self, code: &str, view: View) -> Option<ShownRecords> {
        let ask = RecordsAsk {
            code: code.to_owned(),
            section: None,
            catalogue: None,
            year: None,
            page: PageAsk::first(200),
            view,
        };
        match self.desk.records(&ask).unwrap() {
            Found::Shown(list) => Some(*list),
            _ => None,
        }
    }

    /// All rows of that list.
    pub(crate) fn list_rows(&self, code: &str, view: View) -> Vec<ShownRow> {
        self.list(code, view).map(|list| list.page.items).unwrap_or_default()
    }

    /// What a search gives when the name index has followed.
    pub(crate) fn search(&self, ask: &SearchAsk) -> ShownResults {
        self.follow();
        self.desk.search(ask).unwrap()
    }

    /// The codes that a search finds.
    pub(crate) fn found(&self, query: &str) -> Vec<String> {
        let results = self.search(&SearchAsk::first(query, 50));
        let listed = results.page.items.into_iter().map(|hit| hit.code);
        let of_documents = results.documents.into_iter().map(|one| one.subject.code);
        let mut codes: Vec<String> = listed.chain(of_documents).collect();
        codes.dedup();
        codes
    }

    /// Lets the name index follow.
    pub(crate) fn follow(&self) {
        self.office.follow(self.names.as_ref()).unwrap();
    }

    /// The names that its desk asks.
    pub(crate) fn names(&self) -> Arc<dyn NameIndex> {
        Arc::clone(&self.names) as Arc<dyn NameIndex>
    }

    /// Makes what is due of open data. True where anything was made.
    pub(crate) fn keep_open(&self) -> bool {
        self.office.keep_open_data(&self.open, &|| true).unwrap()
    }

    /// Signs the public log as it is now, with a key of its own.
    pub(crate) fn sign_log(&self) {
        self.office.integrate_log(&|| true).unwrap();
        self.office.sign_log(&FixedSigner::default(), true).unwrap();
    }

    /// Where its files of open data lie.
    pub(crate) fn open_directory(&self) -> PathBuf {
        self.directory.join("open")
    }

    /// The same time of the next day.
    pub(crate) fn next_day(&self) {
        let next = self.office.today().plus_days(1);
        self.clock.set(&format!("{next}T10:00:00+08:00"));
    }

    /// True where the archive and what is derived from it agree.
    pub(crate) fn assert_well(&self) {
        let report = self.office.fsck(&mut |_| ()).unwrap();
        assert!(report.problems.is_empty(), "{:?}", report.problems);
    }

    /// All that the store tells a reader, as text.
    pub(crate) fn told(&self) -> String {
        let mut text = String::new();
        let read = self.office.store().read(|reader| -> Result<(), StoreError> {
            for entry in reader.entries_from(Seq(0), 100_000)? {
                writeln!(text, "{entry:?}").unwrap();
            }
            for state in ["open", "linked", "refused"] {
                writeln!(text, "{:?}", reader.held(HeldAsk::all(state), 0, 10_000)?).unwrap();
            }
            let mut number = 1;
            while let Some(batch) = reader.batch(gongxin_model::BatchNo(number))? {
                writeln!(text, "{batch:?} {:?}", reader.row_blocks(batch.no)?).unwrap();
                number += 1;
            }
            reader.scan_names(&mut |name| {
                writeln!(text, "{name:?}").unwrap();
                Ok(())
            })?;
            for row in standings(reader)? {
                writeln!(text, "{row}").unwrap();
            }
            Ok(())
        });
        read.unwrap();
        text
    }
}

/// Every standing, one line each.
fn standings(reader: &mut gongxin_store::Reader<'_>) -> Result<Vec<String>, StoreError> {
    let records = reader.records_after(RecordNo(0), 100_000)?;
    let rows = reader.standings(records.into_iter().map(|record| record.no.0).collect())?;
    let mut lines: Vec<String> = rows.iter().map(|row| format!("{row:?}")).collect();
    lines.sort_unstable();
    Ok(lines)
}

pub(crate) fn head(office: &Office) -> LogHead {
    office.store().read(|reader| reader.head()).unwrap()
}

/// The digest of all standings of an office.
pub(crate) fn standing_digest(office: &Office) -> String {
    let lines = office.store().read(standings).unwrap();
    HashSuite::Sha256.digest(&[lines.join("\n").as_bytes()]).to_string()
}

/// A permit of whoever works at the machine.
pub(crate) fn permit<A: Action>(office: &Office, actor: &str, scope: Scope) -> Permit<A> {
    office.permit_at_machine(&InstanceKey::new([7; 32]), actor, scope).unwrap()
}

/// The permit of a clerk of a body to hand in.
pub(crate) fn clerk(office: &Office, source: &str) -> Permit<HandInMake> {
    permit(office, "clerk", Scope::Body(source.to_owned()))
}

/// What a clerk asks who hands a file in.
pub(crate) fn ask<'a>(
    catalogue: &'a str,
    permit: &'a Permit<HandInMake>,
    stop: &'a AtomicBool,
) -> HandIn<'a> {
    HandIn {
        catalogue,
        permit,
        mapping: None,
        dry_run: false,
        language: Language::English,
        child: None,
        stop,
    }
}

pub(crate) fn hand_in(
    office: &Office,
    catalogue: &str,
    source: &str,
    input: Input,
    dry_run: bool,
) -> Result<Receipt, OfficeError> {
    let stop = AtomicBool::new(false);
    let permit = clerk(office, source);
    let ask = HandIn { dry_run, ..ask(catalogue, &permit, &stop) };
    office.hand_in(&ask, "file.csv", input, &mut |_| ())
}

/// The rules that kept rows from being taken, each once.
pub(crate) fn doubts(receipt: &Receipt) -> Vec<&str> {
    let grave = receipt.findings.iter().filter(|one| one.severity != Severity::Note);
    let mut rules: Vec<&str> = grave.map(|one| one.rule.as_str()).collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}

/// The rules of a receipt's findings, each once.
pub(crate) fn rules(receipt: &Receipt) -> Vec<&str> {
    receipt.counts.keys().map(String::as_str).collect()
}
