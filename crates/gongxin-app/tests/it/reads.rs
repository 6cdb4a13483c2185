//! The access log: nothing that the public may not see is given before its entry is durable, numbers have
//! no gaps, and the organisation learns of it.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use gongxin_app::accounts::AuditChecked;
use gongxin_app::file::{Disclosed, FilePage, ReadAsk, ReadItem, ReadsAsk};
use gongxin_app::gate::{Action, AuditRead, OrganisationRead, OrganisationSee, Permit, Scope};
use gongxin_app::{InstanceKey, MoveAsk, Office, OfficeError};
use gongxin_seal::HashSuite;
use gongxin_store::desk::Damage;
use gongxin_store::engine_test;
use gongxin_store::testing::{Engine, Place};

use crate::rows::{CREDIT, ENVIRONMENT, HOUSING, Penalty, code, penalties, repair};
use crate::world::World;

engine_test! {
    what_was_given_is_in_the_log_with_its_digest
    readers_who_come_together_are_numbered_without_gaps
    who_states_nothing_is_given_nothing
    an_investigation_is_told_later_and_no_gap_tells_of_it
    a_changed_a_missing_and_a_cut_entry_are_named
    the_log_moves_and_comes_back
    a_desk_without_a_log_gets_one
    authorities_read_nothing_that_ended_and_its_own_people_everything
    a_record_of_another_is_answered_like_none
}

fn permit<A: Action>(office: &Office, scope: Scope) -> Permit<A> {
    office.permit_at_machine(&InstanceKey::new([7; 32]), "account-7", scope).unwrap()
}

fn as_body(office: &Office, body: &str) -> Permit<OrganisationRead> {
    permit(office, Scope::Body(body.to_owned()))
}

fn own(office: &Office, number: u32) -> Permit<OrganisationSee> {
    permit(office, Scope::Organisation(code(number)))
}

fn stated(purpose: &str) -> ReadAsk {
    ReadAsk { purpose: purpose.to_owned(), basis: "许可〔2026〕7号".to_owned() }
}

fn read(office: &Office, number: u32, purpose: &str) -> Result<Disclosed<FilePage>, OfficeError> {
    office.read_file(&as_body(office, HOUSING), (&code(number), None, 50), &stated(purpose))
}

fn told(office: &Office, number: u32) -> (Vec<ReadItem>, AuditChecked) {
    let ask = ReadsAsk { after: None, size: 100 };
    let page = office.own_reads(&own(office, number), ask).unwrap();
    (page.reads, page.checked)
}

/// Two organisations, the first with a penalty.
fn punished(place: &Place) -> World {
    let world = World::registered(place, 2);
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&[Penalty::of(1, 1)]));
    assert_eq!(receipt.accepted, 1, "{:?}", receipt.findings);
    world
}

fn what_was_given_is_in_the_log_with_its_digest(place: &Place) {
    let world = punished(place);
    let office = &world.office;
    let given = read(office, 1, "licensing").unwrap();
    assert_eq!(given.records.len(), 2, "{:?}", given.records);
    let digest = HashSuite::Sha256.digest(&[&serde_json::to_vec(given.content()).unwrap()]);
    let (reads, checked) = told(office, 1);
    let [only] = reads.as_slice() else { panic!("{reads:?}") };
    assert_eq!((only.n, only.delayed, only.disclosed), (1, false, digest));
    assert_eq!(only.account, "account-7");
    assert_eq!(only.body, HOUSING);
    assert_eq!(only.basis, "许可〔2026〕7号");
    assert_eq!(only.what, "file 2");
    assert_eq!(only.purpose_name.zh, "行政许可办理");
    assert_eq!((checked.rows, checked.head, checked.first_break), (1, only.digest, None));
    // Nobody learns of what was read about another.
    assert!(told(office, 2).0.is_empty());
}

fn readers_who_come_together_are_numbered_without_gaps(place: &Place) {
    let world = punished(place);
    let office = Arc::clone(&world.office);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for turn in 0..10 {
                    read(&office, 1 + turn % 2, "supervision").unwrap();
                }
            });
        }
    });
    for number in [1, 2] {
        let (reads, checked) = told(&office, number);
        let mut numbers: Vec<i64> = reads.iter().map(|one| one.n).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=40).collect::<Vec<_>>());
        assert_eq!((checked.rows, checked.first_break), (40, None));
    }
    let checked = office.check_reads().unwrap();
    assert_eq!((checked.rows, checked.first_break), (80, None));
}

fn who_states_nothing_is_given_nothing(place: &Place) {
    let world = punished(place);
    let office = &world.office;
    let ask = |purpose: &str, basis: &str| {
        let ask = ReadAsk { purpose: purpose.to_owned(), basis: basis.to_owned() };
        office.read_file(&as_body(office, HOUSING), (&code(1), None, 50), &ask)
    };
    let long = "号".repeat(201);
    let sound = "许可〔2026〕7号";
    for (purpose, basis) in [
        ("licensing", ""),
        ("licensing", " 号 "),
        ("licensing", long.as_str()),
        ("licensing", "a\nb"),
        ("licensing", "张三13812345678"),
        ("curiosity", sound),
        ("", sound),
    ] {
        let given = ask(purpose, basis);
        assert!(matches!(given, Err(OfficeError::Read(_))), "{purpose} {basis}: {given:?}");
    }
    let nobody = office.read_file(&as_body(office, HOUSING), ("none", None, 50), &stated("award"));
    assert!(matches!(nobody, Err(OfficeError::Absent(_))), "{nobody:?}");
    assert_eq!(office.check_reads().unwrap().rows, 0);
}

fn an_investigation_is_told_later_and_no_gap_tells_of_it(place: &Place) {
    let world = punished(place);
    let office = &world.office;
    for purpose in ["licensing", "investigation", "supervision", "investigation"] {
        read(office, 1, purpose).unwrap();
    }
    let (reads, checked) = told(office, 1);
    let numbers: Vec<(i64, bool)> = reads.iter().map(|one| (one.n, one.delayed)).collect();
    assert_eq!(numbers, [(2, false), (1, false)]);
    assert_eq!((checked.rows, checked.first_break), (2, None));
    // Who looks after the log sees all of them.
    let all = office.reads(&permit::<AuditRead>(office, Scope::Platform), (None, None, None), 10);
    assert_eq!(all.unwrap().reads.len(), 4);
    world.clock.set("2027-05-25T00:00:00+08:00");
    assert_eq!(told(office, 1).0.len(), 2, "half a year is not over");
    world.clock.set("2027-05-27T00:00:00+08:00");
    let (reads, checked) = told(office, 1);
    assert_eq!(reads.iter().filter(|one| one.delayed).count(), 2);
    assert_eq!((checked.rows, checked.first_break), (4, None));
    // Page by page it is the same.
    let mut paged = Vec::new();
    let mut after = None;
    loop {
        let page = office.own_reads(&own(office, 1), ReadsAsk { after, size: 1 }).unwrap();
        paged.extend(page.reads);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(paged, reads);
}

fn a_changed_a_missing_and_a_cut_entry_are_named(place: &Place) {
    let world = punished(place);
    let office = &world.office;
    for number in [1, 2, 1, 2, 1] {
        read(office, number, "award").unwrap();
    }
    let first_break = |office: &Office| {
        office.check_reads().unwrap().first_break.map(|found| (found.no, found.what))
    };
    assert_eq!(first_break(office), None);
    office.desk().damage(Damage::RemoveRead(5)).unwrap();
    let (no, what) = first_break(office).unwrap();
    assert!(no == 5 && what.contains("missing"), "{no} {what}");
    office.desk().damage(Damage::AlterRead(4)).unwrap();
    let (no, what) = first_break(office).unwrap();
    assert_eq!((no, what.as_str()), (4, "is not what was written"));
    office.desk().damage(Damage::RemoveRead(1)).unwrap();
    let (no, what) = first_break(office).unwrap();
    assert!(no == 3 && what.contains("1 is missing"), "{no} {what}");
    assert!(told(office, 1).1.first_break.is_some(), "its organisation sees it as well");
}

fn the_log_moves_and_comes_back(place: &Place) {
    let world = punished(place);
    read(&world.office, 1, "award").unwrap();
    let backup = place.directory.path().join("a.backup");
    world.office.backup(&backup, &mut |_| ()).unwrap();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let other = Place::new(engine);
        Office::restore(&world.circumstances_at(&other), &backup, &mut |_| ()).unwrap();
        let restored = world.beside(&other);
        assert_eq!(told(&restored.office, 1), told(&world.office, 1));
        read(&restored.office, 1, "award").unwrap();
        assert_eq!(restored.office.check_reads().unwrap().rows, 2);
    }
    let there = Place::new(Engine::Sqlite);
    let stop = AtomicBool::new(false);
    let ask = MoveAsk { to: &there.url, leave_open: false, stop: &stop };
    world.office.migrate(&ask, &mut |_, _| ()).unwrap();
    let moved = world.beside(&there);
    assert_eq!(read(&moved.office, 1, "award").unwrap().entry().n, 2);
    // Who was left gives nothing out any more: its entry could not be kept.
    assert!(read(&world.office, 1, "award").is_err());
}

fn a_desk_without_a_log_gets_one(place: &Place) {
    let world = punished(place);
    read(&world.office, 1, "award").unwrap();
    world.office.desk().damage(Damage::Format1).unwrap();
    let again = world.beside(place);
    assert_eq!(again.office.check_reads().unwrap().rows, 0);
    assert_eq!(read(&again.office, 1, "award").unwrap().entry().n, 1);
    assert_eq!(again.office.check_audit().unwrap().1, Vec::<String>::new());
}

fn authorities_read_nothing_that_ended_and_its_own_people_everything(place: &Place) {
    let world = punished(place);
    let office = &world.office;
    let receipt = world.hand_in("repair-result", CREDIT, &repair(&Penalty::of(1, 1), "准予修复"));
    assert_eq!(receipt.accepted, 1, "{:?}", receipt.findings);
    let given = read(office, 1, "award").unwrap();
    let classes: Vec<&str> = given.records.iter().map(|one| one.catalogue.as_str()).collect();
    assert!(!classes.contains(&"penalty"), "{classes:?}");
    let file = office.own_file(&own(office, 1), None, 50).unwrap();
    let penalty = file.records.iter().find(|one| one.catalogue == "penalty").unwrap();
    assert_eq!((penalty.publication.word(), penalty.reason.word()), ("ended", "repaired"));
    assert!(penalty.ended_at.is_some() && penalty.is_adverse && !penalty.is_shared);
    let counts = file.counts.unwrap();
    assert_eq!((counts.published, counts.ended), (1, 1), "{counts:?}");
    let one = office.own_record(&own(office, 1), penalty.id).unwrap();
    let kinds: Vec<&str> = one.history.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, ["received", "publication-ended"]);
    // Page by page it is the same.
    let mut paged = Vec::new();
    let mut after = None;
    loop {
        let page = office.own_file(&own(office, 1), after, 1).unwrap();
        paged.extend(page.records.into_iter().map(|one| one.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(paged, file.records.iter().map(|one| one.id).collect::<Vec<_>>());
    // What was corrected says what it said before.
    let fined = Penalty { fine: "9".into(), ..Penalty::of(2, 2) };
    world.hand_in("penalty", ENVIRONMENT, &penalties(&[Penalty::of(2, 2)]));
    world.hand_in("penalty", ENVIRONMENT, &penalties(&[fined]));
    let id = world.id(&code(2), "penalty");
    let history = office.own_record(&own(office, 2), id).unwrap().history;
    let [_, corrected] = history.as_slice() else { panic!("{history:?}") };
    assert_eq!(corrected.kind, "corrected");
    assert!(corrected.changes.iter().any(|one| one.after != one.before), "{corrected:?}");
}

fn a_record_of_another_is_answered_like_none(place: &Place) {
    let world = punished(place);
    let office = &world.office;
    let id = world.id(&code(1), "penalty");
    assert!(office.own_record(&own(office, 1), id).is_ok());
    let of_another = office.own_record(&own(office, 2), id);
    assert!(matches!(of_another, Err(OfficeError::Refused(_))), "{of_another:?}");
    let none = office.own_record(&own(office, 2), gongxin_model::PublicId([9; 16]));
    assert!(matches!(none, Err(OfficeError::Refused(_))), "{none:?}");
}
