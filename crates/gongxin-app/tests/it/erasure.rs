//! Lawful erasure: what is erased is nowhere, stays gone, and is not taken again; proofs stay.

use gongxin_app::cases::{NewCase, SentPaper};
use gongxin_app::erase::{EraseGround, EraseOrder, Erased};
use gongxin_app::gate::{RecordErase, Scope};
use gongxin_app::public::shown::{Found, PublicDesk, View};
use gongxin_app::{Circumstances, JournalError, MoveAsk, Office, OfficeError};
use gongxin_model::{Digest, PublicId, Seq};
use gongxin_store::testing::{Engine, Place, every_value};
use gongxin_store::{StoreUrl, engine_test};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::faces::carriers;
use crate::rows::{CREDIT, ENVIRONMENT, Penalty, code, named, penalties, repair};
use crate::world::{World, head, rules};

engine_test! {
    an_erased_record_is_nowhere_and_every_proof_stays
    what_was_erased_is_not_taken_again
    two_persons_take_part_and_a_preview_takes_nothing
    an_older_backup_brings_nothing_back
    a_move_brings_nothing_back
    a_journal_that_is_missing_short_or_damaged_is_said
    what_broke_between_journal_and_store_is_done_by_whoever_opens_it
    a_name_goes_with_the_last_record_that_said_it
}

/// Texts that stand in the content of one record alone.
const NUMBER: &str = "演环罚〔2026〕9173号";
const FINE: &str = "73.1914";

fn telling(number: u32) -> Penalty {
    Penalty { number: NUMBER.into(), fine: FINE.into(), ..Penalty::of(number, 1) }
}

fn order(records: &[PublicId]) -> EraseOrder {
    EraseOrder {
        records: records.to_vec(),
        ground: EraseGround::Court,
        basis: "民事裁定".into(),
        authority: "演练州中级人民法院".into(),
        number: "（2026）演01民终5号".into(),
    }
}

pub(crate) fn erased(world: &World, records: &[PublicId]) -> Erased {
    let order = order(records);
    let proposed = world.office.propose_erasure(&world.whole("one"), &order).unwrap();
    assert_eq!(proposed.erasure, None);
    world.office.confirm_erasure(&world.whole("two"), proposed.proposal.unwrap()).unwrap()
}

/// The leaves of the log.
fn leaves(world: &World) -> Vec<Digest> {
    let read = world.office.store().read(|reader| reader.entries_from(Seq(0), 100_000));
    read.unwrap().into_iter().map(|entry| entry.leaf).collect()
}

/// Where a text stands: in a value of a table, on SQLite in the bytes of a file of the store.
fn places(place: &Place, world: &World, texts: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let told = world.told();
    for text in texts {
        if told.contains(text) {
            found.push(format!("{text} in the archive"));
        }
        let values = every_value(&place.url).unwrap();
        if values.iter().any(|value| holds(value, text)) {
            found.push(format!("{text} in a table"));
        }
        if let StoreUrl::Sqlite(path) = &place.url {
            for ending in ["", "-wal", ".desk", ".desk-wal"] {
                let file = format!("{}{ending}", path.display());
                if std::fs::read(&file).is_ok_and(|bytes| holds(&bytes, text)) {
                    found.push(format!("{text} in {ending:?}"));
                }
            }
        }
    }
    found
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// A record with a history: corrected, repaired by an act, a case about it, one that would correct it
/// and is held.
fn with_history(place: &Place) -> (World, PublicId) {
    let world = World::registered(place, 2);
    let rows = [telling(1), Penalty::of(1, 2), Penalty::of(2, 3)];
    assert_eq!(world.hand_in("penalty", ENVIRONMENT, &penalties(&rows)).accepted, 3);
    let own = |world: &World| {
        let mut found = world.file_of(&code(1)).into_iter();
        let is_it = |number: &Option<String>| number.as_deref() == Some(NUMBER);
        found.find(|one| one.catalogue == "penalty" && is_it(&one.document_number)).unwrap()
    };
    let id: PublicId = own(&world).id.parse().unwrap();
    let corrected = Penalty { kinds: "罚款;警告".into(), ..telling(1) };
    assert_eq!(world.hand_in("penalty", ENVIRONMENT, &penalties(&[corrected])).corrected, 1);
    let new = NewCase {
        procedure: "objection-content",
        record: Some(id),
        code: None,
        body: None,
        text: "文书73.1914有误",
        claim: None,
        papers: &[],
        sent: &[SentPaper::read("proof", "回单编号73.1916".as_bytes(), None).unwrap()],
        authority: None,
    };
    world.open_case(&new, &("firm-1", Scope::Organisation(code(1)))).unwrap();
    let act = repair(&telling(1), "准予修复");
    assert_eq!(world.hand_in("repair-result", CREDIT, &act).accepted, 1);
    // Another source says otherwise: it waits for a person.
    let other = Penalty { fine: "73.1915".into(), ..telling(1) };
    let held = world.hand_in("penalty", crate::rows::HOUSING, &penalties(&[other]));
    assert_eq!(held.held, 1, "{:?}", held.findings);
    (world, id)
}

fn an_erased_record_is_nowhere_and_every_proof_stays(place: &Place) {
    let (world, id) = with_history(place);
    let before = leaves(&world);
    let texts = [NUMBER, FINE, "73.1915", "73.1916"];
    assert!(!places(place, &world, &texts).is_empty());
    let done = erased(&world, &[id]);
    assert!(done.is_clean);
    assert_eq!(done.erasure, Some(1));
    let counts = done.counts;
    assert_eq!((counts.records, counts.cases, counts.held, counts.already), (2, 1, 1, 0));
    assert_eq!(places(place, &world, &texts), [""; 0]);
    let after = leaves(&world);
    assert_eq!(after[..before.len()], before[..], "older proofs stay");
    assert_eq!(after.len(), before.len() + 2);
    world.assert_well();
    let traces = [id.to_string(), NUMBER.to_owned()];
    let traces: Vec<&str> = traces.iter().map(String::as_str).collect();
    assert_eq!(carriers(&world, &traces), [""; 0]);
    assert_eq!(world.desk.record(id, View::default()).unwrap(), Found::Never);
    for day in ["2026-05-05", "2026-11-24"] {
        let then = View { as_of: Some(day.parse().unwrap()), known: None };
        assert_eq!(world.desk.record(id, then).unwrap(), Found::Never, "{day}");
        let now = world.office.store().read(|reader| reader.head()).unwrap().last_at;
        let known = View { known: Some(now), ..then };
        assert_eq!(world.desk.record(id, known).unwrap(), Found::Never, "{day}");
    }
    assert!(world.office.own_record(&world.permit(&("firm-1", own_scope())), id).is_err());
    assert!(world.file_of(&code(1)).iter().all(|record| record.id != id.to_string()));
    assert!(world.cases(&Default::default()).is_empty());
    assert_eq!(world.file_of(&code(1)).iter().filter(|one| one.catalogue == "penalty").count(), 1);
    // Once more is nothing.
    let again = erased(&world, &[id]);
    assert_eq!((again.erasure, again.counts.records, again.counts.already), (None, 0, 1));
    assert_eq!(leaves(&world).len(), after.len());
}

fn own_scope() -> Scope {
    Scope::Organisation(code(1))
}

fn what_was_erased_is_not_taken_again(place: &Place) {
    let (world, id) = with_history(place);
    erased(&world, &[id]);
    let root = head(&world.office).root;
    let again = [
        penalties(&[telling(1)]),
        // The same decision in other words.
        penalties(&[Penalty { fine: "4".into(), ..telling(1) }]),
        named(&[(&id.to_string(), telling(1))]),
        named(&[(&id.to_string(), Penalty { number: "演环罚〔2026〕8号".into(), ..telling(1) })]),
    ];
    for text in again {
        let receipt = world.hand_in("penalty", ENVIRONMENT, &text);
        assert_eq!((receipt.refused, receipt.accepted), (1, 0), "{text}: {:?}", receipt.findings);
        assert!(rules(&receipt).contains(&"office.erased"), "{:?}", rules(&receipt));
        let said = format!("{:?}", receipt.findings);
        assert!(!said.contains(NUMBER) && !said.contains(FINE), "{said}");
    }
    assert_eq!(head(&world.office).root, root);
    assert_eq!(places(place, &world, &[NUMBER, FINE]), [""; 0]);
    let other = penalties(&[Penalty::of(1, 77)]);
    assert_eq!(world.hand_in("penalty", ENVIRONMENT, &other).accepted, 1);
    world.assert_well();
}

fn two_persons_take_part_and_a_preview_takes_nothing(place: &Place) {
    let (world, id) = with_history(place);
    let (office, one) = (&world.office, world.whole::<RecordErase>("one"));
    let before = world.told();
    let order = order(&[id]);
    let counts = office.preview_erasure(&one, &order).unwrap();
    let number = office.propose_erasure(&one, &order).unwrap().proposal.unwrap();
    assert_eq!(office.preview_proposal(&one, number).unwrap(), counts);
    let own = office.confirm_erasure(&one, number);
    assert!(matches!(own, Err(OfficeError::Usage(_))), "{own:?}");
    assert!(office.confirm_erasure(&world.whole("two"), number + 1).is_err());
    assert_eq!(world.told(), before);
    for wrong in [
        EraseOrder { records: vec![PublicId([9; 16])], ..order.clone() },
        EraseOrder { number: String::new(), ..order.clone() },
        EraseOrder { basis: "联系 13800138000".into(), ..order.clone() },
        EraseOrder { ground: EraseGround::Retention, ..order.clone() },
    ] {
        assert!(office.propose_erasure(&one, &wrong).is_err(), "{wrong:?}");
    }
    let done = office.confirm_erasure(&world.whole("two"), number).unwrap();
    assert_eq!(done.counts, counts);
    let listed = office.erasure_proposals(&one, 10).unwrap();
    assert_eq!((listed.len(), listed[0].number, listed[0].is_confirmed), (1, number, true));
    assert_eq!(office.check_audit().unwrap().0.first_break, None);
}

const ENGINES: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

/// The journal of a world.
fn journal(place: &Place) -> PathBuf {
    place.directory.path().join("erasures")
}

fn an_older_backup_brings_nothing_back(place: &Place) {
    let (world, id) = with_history(place);
    let backup = place.directory.path().join("old.backup");
    world.office.backup(&backup, &mut |_| ()).unwrap();
    // What came after the backup is erased as well, and is not in it.
    let later =
        penalties(&[Penalty { number: "演环罚〔2026〕9174号".into(), ..Penalty::of(1, 1) }]);
    assert_eq!(world.hand_in("penalty", ENVIRONMENT, &later).accepted, 1);
    let mut last = world.file_of(&code(1)).into_iter();
    let is_last = |number: &Option<String>| number.as_deref() == Some("演环罚〔2026〕9174号");
    let last = last.find(|one| is_last(&one.document_number)).unwrap();
    erased(&world, &[id]);
    erased(&world, &[last.id.parse().unwrap()]);
    let texts = [NUMBER, FINE, "73.1915", "73.1916"];
    for engine in ENGINES {
        let there = Place::new(engine);
        let circumstances =
            Circumstances { journal: Some(journal(place)), ..world.circumstances_at(&there) };
        // Without its journal it would be back.
        let bare = Place::new(engine);
        let without = Circumstances { journal: None, ..world.circumstances_at(&bare) };
        Office::restore(&without, &backup, &mut |_| ()).unwrap();
        let naked = every_value(&bare.url).unwrap();
        assert!(naked.iter().any(|value| holds(value, NUMBER)));
        // One that was restored so, and is opened with the journal, is caught up with.
        let opened = Circumstances { journal: Some(journal(place)), ..without };
        drop(Office::open(&opened).unwrap());
        let caught = world.beside(&bare);
        assert_eq!(places(&bare, &caught, &texts), [""; 0]);
        Office::restore(&circumstances, &backup, &mut |_| ()).unwrap();
        let restored = world.beside(&there);
        assert_eq!(places(&there, &restored, &texts), [""; 0]);
        assert_eq!(restored.desk.record(id, View::default()).unwrap(), Found::Never);
        restored.assert_well();
        let again = restored.hand_in("penalty", ENVIRONMENT, &penalties(&[telling(1)]));
        assert_eq!(again.refused, 1, "{:?}", again.findings);
        let state = restored.office.journal_state().unwrap();
        assert_eq!((state.lines, state.done), (2, 2));
        let drill = place.directory.path().join("drill");
        let drilled = Office::drill(&circumstances, &backup, &drill, &mut |_, _| ()).unwrap();
        assert!(drilled.check.problems.is_empty(), "{:?}", drilled.check.problems);
    }
}

fn a_move_brings_nothing_back(place: &Place) {
    let (world, id) = with_history(place);
    erased(&world, &[id]);
    let texts = [NUMBER, FINE, "73.1915", "73.1916"];
    for engine in ENGINES {
        let there = Place::new(engine);
        let stop = AtomicBool::new(false);
        let ask = MoveAsk { to: &there.url, leave_open: true, stop: &stop };
        world.office.migrate(&ask, &mut |_, _| ()).unwrap();
        let moved = world.beside(&there);
        assert_eq!(places(&there, &moved, &texts), [""; 0]);
        moved.assert_well();
    }
    // A place that was filled before the erasure and is gone on with later is caught up with, too.
    assert_eq!(world.office.journal_state().unwrap().done, 1);
}

fn a_journal_that_is_missing_short_or_damaged_is_said(place: &Place) {
    let (world, id) = with_history(place);
    let circumstances = world.circumstances_at(place);
    let open = || Office::open(&circumstances).map(drop);
    open().unwrap();
    erased(&world, &[id]);
    open().unwrap();
    let path = journal(place);
    let whole = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let missing = open();
    let Err(OfficeError::Journal(JournalError::Missing { done: 1, .. })) = missing else {
        panic!("{missing:?}");
    };
    let head = whole.lines().next().unwrap().to_owned() + "\n";
    std::fs::write(&path, head).unwrap();
    let short = open();
    let Err(OfficeError::Journal(JournalError::Short { lines: 0, done: 1, .. })) = short else {
        panic!("{short:?}");
    };
    std::fs::write(&path, whole.replace("court", "count")).unwrap();
    let damaged = open();
    let Err(OfficeError::Journal(JournalError::Damaged { line: 2, .. })) = damaged else {
        panic!("{damaged:?}");
    };
    // Written again from what the store says, it is what it was.
    let office = Office::open_unchecked(&circumstances).unwrap();
    assert_eq!(office.write_journal_again().unwrap().lines, 1);
    open().unwrap();
    for text in [NUMBER, FINE] {
        assert!(!std::fs::read_to_string(&path).unwrap().contains(text));
    }
    let again = std::fs::read_to_string(&path).unwrap();
    let named = |text: &str| text.lines().nth(1).unwrap().split("entries").nth(1).map(str::len);
    assert_eq!(named(&again), named(&whole));
}

fn what_broke_between_journal_and_store_is_done_by_whoever_opens_it(place: &Place) {
    for point in [gongxin_store::FaultPoint::BeforeCommit, gongxin_store::FaultPoint::AfterCommit] {
        let place = place.other();
        let (world, id) = with_history(&place);
        let order = order(&[id]);
        let number = world.office.propose_erasure(&world.whole("one"), &order).unwrap();
        let breaking = world.office_with(Arc::new(move |at| at == point), 10);
        let done = breaking.confirm_erasure(&world.whole("two"), number.proposal.unwrap());
        assert!(done.unwrap_err().is_interruption());
        drop(breaking);
        let opened = world.beside(&place);
        assert_eq!(places(&place, &opened, &[NUMBER, FINE]), [""; 0], "{point:?}");
        let state = opened.office.journal_state().unwrap();
        assert_eq!((state.lines, state.done), (1, 1), "{point:?}");
        opened.assert_well();
    }
}

fn a_name_goes_with_the_last_record_that_said_it(place: &Place) {
    let world = World::registered(place, 1);
    // Nobody registered the second: the decision alone names it.
    let rows = [Penalty::of(2, 1), Penalty::of(2, 2)];
    assert_eq!(world.hand_in("penalty", ENVIRONMENT, &penalties(&rows)).accepted, 2);
    let ids = |world: &World, of: &str| -> Vec<PublicId> {
        world.file_of(of).into_iter().map(|record| record.id.parse().unwrap()).collect()
    };
    let (own, name) = (ids(&world, &code(2)), crate::rows::name(2));
    assert_eq!(world.found(&name), [code(2)]);
    erased(&world, &own[..1]);
    assert_eq!(world.found(&name), [code(2)], "another record says it");
    erased(&world, &own[1..]);
    // What sounds like it is another's name.
    assert!(!world.found(&name).contains(&code(2)), "{:?}", world.found(&name));
    assert!(world.found(&code(2)).is_empty());
    assert_eq!(world.subject(&code(2)), Found::Never);
    assert_eq!(places(place, &world, &[&name, &code(2)]), [""; 0]);
    // A registration that is erased takes what it described; who has another record stays.
    let penalty = penalties(&[Penalty::of(1, 7)]);
    assert_eq!(world.hand_in("penalty", ENVIRONMENT, &penalty).accepted, 1);
    let registration = world.id(&code(1), "registration");
    erased(&world, &[registration]);
    assert!(matches!(world.subject(&code(1)), Found::Shown(page) if page.provisional));
    assert_eq!(places(place, &world, &["白雪莲"]), [""; 0]);
    world.assert_well();
}
