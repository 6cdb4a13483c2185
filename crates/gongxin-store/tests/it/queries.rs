//! Every query answers on both engines, with nothing and with something in the store.

use std::collections::{BTreeMap, BTreeSet};

use gongxin_model::{BatchNo, CaseNo, Digest, Instant, RecordNo, Seq, SubjectNo};
use gongxin_store::engine_test;
use gongxin_store::testing::Place;
use gongxin_store::{
    After, ArrivalAsk, CaseAsk, CaseRow, CodeRow, HeldAsk, NameRow, ShownFilter, StoreError,
    SubjectRow,
};

use crate::world::{
    RULEBOOK, chunk, day, decision, filled, key, mac, number_mark, record_row, standing_row,
    subject_row,
};

engine_test! {
    an_empty_store_answers_with_nothing
    what_was_written_is_found
    what_is_replaced_is_replaced
    pages_follow_one_another
    nothing_is_shown_outside_its_days
    many_keys_are_found_at_once
    names_sort_by_their_bytes
    arrivals_come_the_latest_first
    cases_are_found_by_what_waits
}

fn an_empty_store_answers_with_nothing(place: &Place) {
    let store = place.founded();
    store
        .read(|r| -> Result<(), StoreError> {
            let today = day("2026-11-24");
            let filter = ShownFilter {
                section: Some("penalties".to_owned()),
                catalogue: Some("penalty".to_owned()),
                year: Some(2026),
            };
            let after =
                After { section: "penalties".to_owned(), decided_on: today, record: RecordNo(1) };
            assert_eq!(r.head()?.next_seq, 0);
            assert_eq!(r.counter("records")?, 0);
            assert!(r.counters("rec")?.is_empty());
            assert_eq!(r.adoption()?, None);
            assert_eq!(r.adoption_at(Instant(1))?, None);
            assert!(r.adoptions()?.is_empty());
            assert_eq!(r.rulebook(&RULEBOOK)?, None);
            assert!(r.sources()?.is_empty());
            assert!(r.codes_at(&["91".to_owned()])?.is_empty());
            assert!(r.codes_of(vec![1])?.is_empty());
            assert!(r.names_of(vec![1])?.is_empty());
            assert!(r.name_keys(vec![1, -1], 9)?.is_empty());
            assert_eq!(r.subject(SubjectNo(1))?, None);
            assert!(r.subjects(vec![1])?.is_empty());
            assert!(r.subjects_after(SubjectNo(0), 9)?.is_empty());
            assert!(r.branches(SubjectNo(1), 9)?.is_empty());
            r.scan_names(&mut |_| panic!("no name"))?;
            assert_eq!(r.last_case()?, CaseNo(0));
            assert_eq!(r.case(CaseNo(1))?, None);
            assert!(r.cases(&CaseAsk { limit: 9, ..CaseAsk::default() })?.is_empty());
            assert!(r.cases_of_record(RecordNo(1))?.is_empty());
            assert!(r.cases_due(today, CaseNo(0), 9)?.is_empty());
            assert!(r.overdue_by_decider(&["objection".to_owned()])?.is_empty());
            assert_eq!(r.record(RecordNo(1))?, None);
            assert!(r.records(vec![1])?.is_empty());
            assert!(r.records_by_key(vec![vec![1; 16]])?.is_empty());
            assert!(r.seen(vec![vec![1; 16]])?.is_empty());
            assert!(r.records_of_decisions(&BTreeSet::from([[1; 16]]))?.is_empty());
            assert!(r.records_by_number(&BTreeSet::from([[1; 6]]))?.is_empty());
            assert!(r.records_after(RecordNo(0), 9)?.is_empty());
            assert!(r.records_of_batch(BatchNo(1))?.is_empty());
            assert!(r.entries_from(Seq(0), 9)?.is_empty());
            assert!(r.entries_about(&[gongxin_store::AboutNo(4)])?.is_empty());
            assert!(r.shown(SubjectNo(1), today, &filter, Some(&after), 9)?.is_empty());
            assert!(r.shown_counts(SubjectNo(1), today, &filter)?.is_empty());
            assert!(r.standings_of(SubjectNo(1))?.is_empty());
            assert!(r.shown_cells((RecordNo(0), RecordNo(9)), today)?.is_empty());
            assert!(r.shown_by_subject((RecordNo(0), RecordNo(9)), today)?.is_empty());
            let all = (SubjectNo(0), SubjectNo(9));
            assert!(r.shown_registrations(all, today, "organisation")?.is_empty());
            assert!(r.standings(vec![1])?.is_empty());
            assert!(r.due(today, 9)?.is_empty());
            assert_eq!(r.batch(BatchNo(1))?, None);
            let digest = Digest([1; 32]);
            assert_eq!(r.open_batch("1", "penalty", &digest, &digest)?, None);
            assert!(r.last_batches()?.is_empty());
            assert!(r.last_batches_of("11150000")?.is_empty());
            assert!(r.batches(vec![1])?.is_empty());
            assert!(r.stretches(RecordNo(0), RecordNo(9), 3)?.is_empty());
            assert!(r.arrivals(today, &penalties(0, 9), 9)?.is_empty());
            assert!(r.row_blocks(BatchNo(1))?.is_empty());
            assert!(
                r.held(HeldAsk { batch: Some(BatchNo(1)), ..HeldAsk::all("open") }, 0, 9)?
                    .is_empty()
            );
            assert!(r.held_of(vec!["penalty".to_owned()], 0, 9)?.is_empty());
            assert_eq!(r.held_one(1)?, None);
            assert!(r.held_by_content(vec![vec![1; 16]])?.is_empty());
            assert!(r.changes_after(0, 9)?.is_empty());
            assert!(r.faces()?.is_empty());
            Ok(())
        })
        .unwrap();
}

fn what_was_written_is_found(place: &Place) {
    let store = place.founded();
    let batch = filled(&store, 4);
    store
        .read(|r| -> Result<(), StoreError> {
            let (subject, record) = (SubjectNo(3), record_row(RecordNo(3), SubjectNo(3), batch.no));
            let code = format!("91{:016}", 3);
            let bearer = CodeRow { code: code.clone(), kind: "uscc".to_owned(), subject };
            assert!(r.codes_at(std::slice::from_ref(&code))?.contains(&bearer));
            let inside: String = code.chars().skip(8).take(9).collect();
            assert!(r.codes_at(&[inside])?.contains(&bearer));
            assert_eq!(r.codes_of(vec![3])?[0].code, code);
            assert_eq!(r.names_of(vec![3])?[0].name, "呼和浩特市第3商贸有限公司");
            assert_eq!(r.name_keys(vec![3], 9)?, [(3, subject)]);
            assert_eq!(r.subjects(vec![3, 99])?, [r.subject(subject)?.unwrap()]);
            assert_eq!(r.record(record.no)?, Some(record.clone()));
            for no in [2, 3] {
                let found = (key(no), RecordNo(no));
                assert_eq!(r.records_by_key(vec![key(no).to_vec()])?, [found]);
                let marks = BTreeSet::from([number_mark(no), number_mark(99)]);
                assert_eq!(r.records_by_number(&marks)?, [(number_mark(no), RecordNo(no))]);
                let decisions = BTreeSet::from([decision(no), decision(99)]);
                let found = r.records_of_decisions(&decisions)?;
                assert_eq!(found.iter().map(|row| row.no.0).collect::<Vec<_>>(), [no]);
            }
            // The content in force stands in the record.
            assert!(r.seen(vec![record.content_mac.to_vec()])?.is_empty());
            assert_eq!(r.records_of_batch(batch.no)?.len(), 4);
            assert_eq!(r.batch(batch.no)?.unwrap(), batch);
            assert_eq!(r.row_blocks(batch.no)?, ["[\"accepted\"]"]);
            assert_eq!(r.held(HeldAsk::all("open"), 0, 9)?.len(), 1);
            assert_eq!(r.held_of(vec!["penalty".to_owned()], 0, 9)?.len(), 1);
            assert!(r.held_of(vec!["penalty".to_owned()], 1, 9)?.is_empty());
            assert_eq!(r.held_by_content(vec![mac("held", 1).to_vec()])?[0].1, 1);
            assert_eq!(r.held_one(1)?.unwrap().body, "{\"why\":\"名称不一致\"}");
            assert_eq!(r.counters("rec")?, BTreeMap::from([("records".to_owned(), 4)]));
            assert_eq!(r.faces()?, [("names".to_owned(), "one".to_owned(), 1)]);
            assert_eq!(r.rulebook(&RULEBOOK)?.as_deref(), Some(b"rules".as_slice()));
            assert_eq!(r.adoption_at(Instant(999_999))?, None);
            assert_eq!(r.adoption_at(Instant(1_000_000))?.unwrap().no, 1);
            assert_eq!(r.last_batches()?.len(), 1);
            let changes = r.changes_after(1, 2)?;
            assert_eq!(changes.iter().map(|change| change.no).collect::<Vec<_>>(), [2, 3]);
            assert_eq!(changes[0].record, Some(RecordNo(2)));
            assert!(r.changes_after(4, 2)?.is_empty());
            let mut names = 0;
            r.scan_names(&mut |_| {
                names += 1;
                Ok(())
            })?;
            assert_eq!(names, 4);
            Ok(())
        })
        .unwrap();
}

fn what_is_replaced_is_replaced(place: &Place) {
    let store = place.founded();
    let batch = filled(&store, 3);
    store
        .write(Instant(9_000_000), |w| -> Result<(), StoreError> {
            let renamed =
                SubjectRow { head: Some(SubjectNo(1)), ..subject_row(SubjectNo(2), "新名") };
            let renamed = SubjectRow { named_from: Some(day("2026-01-01")), ..renamed };
            w.update_subjects(&[&renamed])?;
            assert_eq!(w.subject(SubjectNo(2))?, Some(renamed));
            assert_eq!(w.branches(SubjectNo(1), 9)?[0].no, SubjectNo(2));
            let name = |from: &str, name: &str, until: Option<&str>| NameRow {
                subject: SubjectNo(2),
                from: day(from),
                name: name.to_owned(),
                until: until.map(day),
            };
            let names =
                [name("2020-01-01", "旧名", Some("2026-01-01")), name("2026-01-01", "新名", None)];
            w.put_former_names(&[SubjectNo(2)], &names[..1])?;
            assert_eq!(w.names_of(vec![2])?, names);
            // A key that exists stays; the same key twice in one call is one key.
            w.insert_name_keys(&[(2, SubjectNo(2)), (7, SubjectNo(2)), (7, SubjectNo(2))])?;
            assert_eq!(w.name_keys(vec![7, 2], 9)?, [(2, SubjectNo(2)), (7, SubjectNo(2))]);
            w.set_record_subject(RecordNo(1), None)?;
            w.remove_standings(vec![1])?;
            assert_eq!(w.record(RecordNo(1))?.unwrap().subject, None);
            let before = w.record(RecordNo(1))?.unwrap().content_mac;
            w.set_record_contents(&[(RecordNo(1), mac("content", 77))].into())?;
            assert_eq!(w.record(RecordNo(1))?.unwrap().content_mac, mac("content", 77));
            assert_eq!(w.seen(vec![before.to_vec()])?, [(before, RecordNo(1))]);
            assert!(w.set_record_contents(&[(RecordNo(99), mac("content", 77))].into()).is_err());
            w.update_held(1, "linked", "{}")?;
            assert_eq!(w.held_one(1)?.unwrap().state, "linked");
            w.put_source("11150000", "{\"name\":\"市场监督管理局\"}", Seq(0))?;
            assert_eq!(w.sources()?.len(), 1);
            w.set_face("names", "one", 3)?;
            assert_eq!(w.faces()?[0].2, 3);
            w.count("records", -1);
            w.count("other", 2);
            w.count("records", 1);
            w.count("records", -1);
            let mut moved = batch.clone();
            moved.file_digest = Some(Digest([5; 32]));
            w.update_batch(&moved)?;
            let (file, map) = (Digest([5; 32]), moved.map_digest);
            assert_eq!(w.open_batch(&moved.source, &moved.catalogue, &file, &map)?, Some(moved));
            let mut ended = standing_row(
                &record_row(RecordNo(2), SubjectNo(2), batch.no),
                Seq(2),
                day("2026-05-04"),
            );
            ended.publication = "ended".to_owned();
            ended.next_day = None;
            w.put_standings(std::slice::from_ref(&ended))?;
            assert_eq!(w.standings(vec![2])?, [ended]);
            assert!(w.due(day("2030-01-01"), 9)?.iter().all(|record| record.0 == 3));
            Ok(())
        })
        .unwrap();
    let counted = store.read(|r| Ok::<_, StoreError>((r.counter("records")?, r.counter("other")?)));
    assert_eq!(counted.unwrap(), (2, 2));
    // The numbers that were given but not used are gone with nothing; the checks still hold.
    let mut problems = Vec::new();
    gongxin_store::fsck(&store, &mut |problem| problems.push(problem.to_string())).unwrap();
    assert!(problems.is_empty(), "{problems:?}");
}

fn pages_follow_one_another(place: &Place) {
    let store = place.founded();
    let batch = filled(&store, 12);
    store
        .write(Instant(9_000_000), |w| -> Result<(), StoreError> {
            // All of one subject, four days of three records each.
            let rows: Vec<_> = (1..=12)
                .map(|no| {
                    let record = record_row(RecordNo(no), SubjectNo(1), batch.no);
                    let decided = day("2026-05-04").plus_days(i32::try_from(no % 4).unwrap());
                    standing_row(&record, Seq(no), decided)
                })
                .collect();
            w.put_standings(&rows)
        })
        .unwrap();
    let today = day("2026-11-24");
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let filter = ShownFilter::default();
        let page =
            store.read(|r| r.shown(SubjectNo(1), today, &filter, after.as_ref(), 5)).unwrap();
        let Some(last) = page.last() else {
            break;
        };
        after = Some(After {
            section: last.section.clone(),
            decided_on: last.decided_on,
            record: last.record,
        });
        seen.extend(page.iter().map(|row| (row.decided_on, row.record)));
    }
    let mut sorted = seen.clone();
    sorted.sort_by(|left, right| right.cmp(left));
    assert_eq!((seen.len(), &seen), (12, &sorted));
    let counts = store.read(|r| r.shown_counts(SubjectNo(1), today, &ShownFilter::default()));
    assert_eq!(counts.unwrap(), [("penalties".to_owned(), "penalty".to_owned(), 12)]);
    let all = store.read(|r| r.records_after(RecordNo(10), 9)).unwrap();
    assert_eq!(all.iter().map(|row| row.no.0).collect::<Vec<_>>(), [11, 12]);
}

fn nothing_is_shown_outside_its_days(place: &Place) {
    let store = place.founded();
    filled(&store, 1);
    let shown = |today: &str| {
        let filter = ShownFilter { year: Some(2026), ..ShownFilter::default() };
        store.read(|r| r.shown(SubjectNo(1), day(today), &filter, None, 9)).unwrap().len()
    };
    let days = ["2026-05-03", "2026-05-04", "2027-05-03", "2027-05-04"];
    assert_eq!(days.map(shown), [0, 1, 1, 0]);
    let counted = |today: &str| {
        let all = (RecordNo(0), RecordNo(9));
        let cells = store.read(|r| r.shown_cells(all, day(today))).unwrap();
        cells.iter().map(|cell| (cell.month, cell.count)).collect::<Vec<_>>()
    };
    let by_subject = |today: &str| {
        let all = (RecordNo(0), RecordNo(9));
        let found = store.read(|r| r.shown_by_subject(all, day(today))).unwrap();
        found.iter().map(|one| (one.subject.0, one.year, one.count)).collect::<Vec<_>>()
    };
    assert_eq!(days.map(by_subject), [vec![], vec![(1, 2026, 1)], vec![(1, 2026, 1)], vec![]]);
    let once = vec![(202_605, 1)];
    assert_eq!(days.map(counted), [vec![], once.clone(), once, vec![]]);
    let beyond = (RecordNo(1), RecordNo(9));
    assert!(store.read(|r| r.shown_cells(beyond, day("2026-05-04"))).unwrap().is_empty());
    assert!(store.read(|r| r.due(day("2027-05-03"), 9)).unwrap().is_empty());
    assert_eq!(store.read(|r| r.due(day("2027-05-04"), 9)).unwrap(), [RecordNo(1)]);
}

fn many_keys_are_found_at_once(place: &Place) {
    let store = place.founded();
    let mut batch = filled(&store, 1);
    store.write(Instant(9_000_000), |w| chunk(w, &mut batch, 5_000)).unwrap();
    let keys: Vec<Vec<u8>> = (1..=5_001).map(|no| key(no).to_vec()).collect();
    let found = store.read(|r| r.records_by_key(keys)).unwrap();
    assert_eq!(found.len(), 5_001);
    let codes: Vec<String> = (1..=5_001).map(|no| format!("91{no:016}")).collect();
    assert_eq!(store.read(|r| r.codes_at(&codes)).unwrap().len(), 5_001);
    assert_eq!(store.read(|r| r.entries_from(Seq(0), 10_000)).unwrap().len(), 5_002);
}

fn names_sort_by_their_bytes(place: &Place) {
    let store = place.founded();
    store
        .write(Instant(1), |w| -> Result<(), StoreError> {
            ["b", "B", "a", "é", "内"].iter().for_each(|name| w.count(&format!("x:{name}"), 1));
            Ok(())
        })
        .unwrap();
    let found = store.read(|r| r.counters("x:")).unwrap();
    assert_eq!(found.len(), 5);
    assert!(store.read(|r| r.counters("X:")).unwrap().is_empty());
}

fn penalties(from: i64, before: i64) -> ArrivalAsk<'static> {
    static PENALTY: std::sync::LazyLock<Vec<String>> =
        std::sync::LazyLock::new(|| vec!["penalty".to_owned(), "unknown".to_owned()]);
    ArrivalAsk {
        from: RecordNo(from),
        before: RecordNo(before),
        catalogues: &PENALTY,
        sources: None,
        decided_from: None,
        decided_until: None,
    }
}

fn arrivals_come_the_latest_first(place: &Place) {
    let store = place.founded();
    let batch = filled(&store, 7);
    store
        .read(|r| -> Result<(), StoreError> {
            let today = day("2026-11-24");
            let numbers = |rows: Vec<gongxin_store::ArrivalRow>| -> Vec<i64> {
                rows.iter().map(|row| row.standing.record.0).collect()
            };
            let found = r.arrivals(today, &penalties(0, 100), 3)?;
            assert_eq!((found[0].source.as_str(), found[0].batch), ("11150000", batch.no));
            assert_eq!(found[0].standing, r.standings(vec![7])?[0]);
            assert_eq!(numbers(found), [7, 6, 5]);
            assert_eq!(numbers(r.arrivals(today, &penalties(2, 5), 9)?), [4, 3, 2]);
            let (own, other) = (["11150000".to_owned()], ["11159999".to_owned()]);
            let by = |sources| ArrivalAsk { sources, ..penalties(0, 100) };
            assert_eq!(r.arrivals(today, &by(Some(&own[..])), 9)?.len(), 7);
            assert_eq!(r.arrivals(today, &by(Some(&other[..])), 9)?.len(), 0);
            assert_eq!(r.arrivals(today, &by(Some(&[])), 9)?.len(), 0);
            // Decided on 2026-05-04, shown for a year from then on.
            let decided = |from: &str, until: &str| ArrivalAsk {
                decided_from: Some(day(from)),
                decided_until: Some(day(until)),
                ..penalties(0, 100)
            };
            assert_eq!(r.arrivals(today, &decided("2026-05-04", "2026-05-04"), 9)?.len(), 7);
            assert_eq!(r.arrivals(today, &decided("2026-05-05", "2026-12-31"), 9)?.len(), 0);
            assert_eq!(r.arrivals(day("2026-05-03"), &penalties(0, 100), 9)?.len(), 0);
            assert_eq!(r.arrivals(day("2027-05-03"), &penalties(0, 100), 9)?.len(), 7);
            assert_eq!(r.arrivals(day("2027-05-04"), &penalties(0, 100), 9)?.len(), 0);
            let counted = |count| vec![("penalty".to_owned(), count)];
            assert_eq!(r.overview(today)?, counted(7));
            assert_eq!(r.counts_from(RecordNo(3), today)?, counted(5));
            assert!(r.counts_from(RecordNo(3), day("2026-05-03"))?.is_empty());
            let kinds = r.stretches(RecordNo(0), RecordNo(100), 4)?;
            let kind = |place| (place, "penalty".to_owned(), "11150000".to_owned());
            assert_eq!(kinds.into_iter().collect::<BTreeSet<_>>(), [kind(0), kind(1)].into());
            assert_eq!(r.batches(vec![batch.no.0, 99])?, [r.batch(batch.no)?.unwrap()]);
            let last = r.last_batches_of("11150000")?;
            assert_eq!(last, BTreeMap::from([("penalty".to_owned(), batch.at)]));
            Ok(())
        })
        .unwrap();
}

fn case_row(no: i64, decider: Option<&str>, due: Option<&str>) -> CaseRow {
    CaseRow {
        no: CaseNo(no),
        public_id: gongxin_model::PublicId([6; 16]),
        number: format!("Y-2026-{no:06}"),
        procedure: "objection-content".to_owned(),
        state: "received".to_owned(),
        record: (no == 1).then_some(RecordNo(1)),
        subject: None,
        decider: decider.map(str::to_owned),
        opened_at: Instant(7),
        seq: Seq(no),
        due: due.map(day),
        overdue: false,
        closed: false,
        body: "{}".to_owned(),
    }
}

fn cases_are_found_by_what_waits(place: &Place) {
    let store = place.founded();
    let waits = case_row(1, Some("159900-market"), Some("2026-11-24"));
    let later = case_row(2, None, Some("2026-11-30"));
    let nobody = case_row(3, Some("159900-market"), None);
    store
        .write(Instant(9), |w| -> Result<(), StoreError> {
            for row in [&waits, &later, &nobody] {
                assert_eq!(w.new_case()?, row.no);
                w.put_case(row)?;
            }
            Ok(())
        })
        .unwrap();
    let numbers = |rows: Vec<CaseRow>| rows.into_iter().map(|row| row.no.0).collect::<Vec<_>>();
    store
        .read(|r| -> Result<(), StoreError> {
            assert_eq!(r.case(CaseNo(2))?.as_ref(), Some(&later));
            assert_eq!(numbers(r.cases_of_record(RecordNo(1))?), [1]);
            assert_eq!(numbers(r.cases_due(day("2026-11-24"), CaseNo(0), 9)?), [0_i64; 0]);
            assert_eq!(numbers(r.cases_due(day("2026-12-01"), CaseNo(0), 9)?), [1, 2]);
            assert_eq!(numbers(r.cases_due(day("2026-12-01"), CaseNo(1), 9)?), [2]);
            let of = |ask: CaseAsk| CaseAsk { limit: 9, ..ask };
            let market = Some(vec!["159900-market".to_owned(), "nobody".to_owned()]);
            let by_body = of(CaseAsk { deciders: market, ..CaseAsk::default() });
            assert_eq!(numbers(r.cases(&by_body)?), [1, 3]);
            let by_due = of(CaseAsk { by_due: true, ..CaseAsk::default() });
            assert_eq!(numbers(r.cases(&by_due)?).len(), 3);
            let nobodys = of(CaseAsk { subjects: Some(vec![SubjectNo(99)]), ..CaseAsk::default() });
            assert!(r.cases(&nobodys)?.is_empty());
            let behind = of(CaseAsk { after: Some(CaseNo(1)), ..CaseAsk::default() });
            assert_eq!(numbers(r.cases(&behind)?), [2, 3]);
            let closed = of(CaseAsk { closed: Some(true), ..CaseAsk::default() });
            assert!(r.cases(&closed)?.is_empty());
            Ok(())
        })
        .unwrap();
    let overdue = CaseRow { overdue: true, ..waits };
    let over = CaseRow { closed: true, due: None, ..later };
    store
        .write(Instant(10), |w| -> Result<(), StoreError> {
            w.put_case(&overdue)?;
            w.put_case(&over)
        })
        .unwrap();
    store
        .read(|r| -> Result<(), StoreError> {
            let counts = r.overdue_by_decider(&["objection-content".to_owned()])?;
            assert_eq!(counts.into_iter().collect::<Vec<_>>(), [("159900-market".to_owned(), 1)]);
            assert!(r.overdue_by_decider(&["repair".to_owned()])?.is_empty());
            assert_eq!(numbers(r.cases_due(day("2026-12-09"), CaseNo(0), 9)?), [1]);
            let marked = CaseAsk { overdue: true, limit: 9, ..CaseAsk::default() };
            assert_eq!(r.cases(&marked)?, [overdue]);
            Ok(())
        })
        .unwrap();
}
