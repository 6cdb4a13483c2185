//! Small values that the tests write.

use gongxin_model::{
    About, BatchNo, Body, Day, Digest, Field, Instant, Kind, PublicId, RecordNo, Seq, SubjectNo,
};
use gongxin_seal::{HashSuite, Mac, NumberMark, Salt, beside};
use gongxin_store::{
    AboutNo, Additions, AdoptionRow, BatchRow, CodeRow, HeldRow, NewEntry, NewRecord, RecordRow,
    StandingRow, Store, StoreError, SubjectRow, Writer,
};

pub(crate) const RULEBOOK: Digest = Digest([9; 32]);

pub(crate) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// Sixteen bytes from a purpose and a number.
pub(crate) fn bytes(purpose: &str, number: i64) -> [u8; 16] {
    let digest = HashSuite::Sha256.digest(&[purpose.as_bytes(), &number.to_be_bytes()]);
    let mut cut = [0; 16];
    cut.copy_from_slice(&digest.0[..16]);
    cut
}

pub(crate) fn mac(purpose: &str, number: i64) -> Mac {
    bytes(purpose, number)
}

/// The decision of a record, beside its document number.
pub(crate) fn decision(no: i64) -> Mac {
    beside(mac("decision", no), Some(number_mark(no)))
}

/// The key of a record: that of every other one has a part in its document number.
pub(crate) fn key(no: i64) -> Mac {
    beside(mac("key", no), mark_in_key(no))
}

/// The mark of a record's document number.
pub(crate) fn number_mark(no: i64) -> NumberMark {
    let [a, b, c, d, e, f, ..] = bytes("document number", no);
    [a, b, c, d, e, f]
}

fn mark_in_key(no: i64) -> Option<NumberMark> {
    (no % 2 == 1).then(|| number_mark(no))
}

pub(crate) fn subject_row(no: SubjectNo, name: &str) -> SubjectRow {
    SubjectRow {
        no,
        public_id: PublicId(bytes("subject", no.0)),
        kind: "organisation".to_owned(),
        name: name.to_owned(),
        code: Some(format!("91{:016}", no.0)),
        legal_form: String::new(),
        state: "1".to_owned(),
        region: "150100".to_owned(),
        head: None,
        provisional: false,
        masked: false,
        registration: 0,
        named_from: Some(day("2020-01-01")),
    }
}

pub(crate) fn record_row(no: RecordNo, subject: SubjectNo, batch: BatchNo) -> RecordRow {
    RecordRow {
        no,
        public_id: PublicId(bytes("record", no.0)),
        catalogue: "penalty".to_owned(),
        source: "11150000".to_owned(),
        subject: Some(subject),
        decision: Some(decision(no.0)),
        batch,
        content_mac: mac("content", no.0),
    }
}

pub(crate) fn body(record: &RecordRow, row: u64) -> Body {
    let mut body = Body::about(About::Record(record.public_id));
    body.subject = record.subject.map(|subject| PublicId(bytes("subject", subject.0)));
    body.catalogue = Some(record.catalogue.clone());
    body.source = Some(record.source.clone());
    body.batch = Some(record.batch);
    body.row = Some(row);
    body.ground = Some("link.uscc".to_owned());
    body.fields = vec![
        Field::text("CF_CFLB", "罚款"),
        Field::text("CF_SY", "未按规定期限公示年度报告，经责令改正后仍未改正"),
        Field::text("CF_WSH", format!("呼市监罚字〔2026〕{row}号")),
    ];
    body
}

pub(crate) fn entry(record: &RecordRow, kind: Kind, body: Body, number: i64) -> NewEntry {
    NewEntry {
        about: AboutNo::record(record.no),
        kind,
        adoption: (1, RULEBOOK),
        body,
        salt: Salt(bytes("salt", number)),
    }
}

pub(crate) fn standing_row(record: &RecordRow, seq: Seq, decided_on: Day) -> StandingRow {
    StandingRow {
        subject: record.subject.unwrap(),
        section: "penalties".to_owned(),
        decided_on,
        record: record.no,
        public_id: record.public_id,
        catalogue: record.catalogue.clone(),
        publication: "published".to_owned(),
        reason: "term".to_owned(),
        shown_from: decided_on,
        shown_until: decided_on.plus_months(12),
        next_day: Some(decided_on.plus_months(12)),
        ended_at: None,
        disputed: false,
        seq,
        version: 1,
        summary: format!("{{\"number\":\"{}\"}}", record.no),
    }
}

pub(crate) fn batch_row(no: BatchNo, at: Instant) -> BatchRow {
    BatchRow {
        no,
        source: "11150000".to_owned(),
        catalogue: "penalty".to_owned(),
        file: "行政处罚.csv".to_owned(),
        file_digest: None,
        map_digest: Digest([3; 32]),
        next_row: 2,
        state: "open".to_owned(),
        at,
        facts: "{}".to_owned(),
    }
}

pub(crate) fn held_row(no: i64, batch: BatchNo, row: u64, at: Instant) -> HeldRow {
    HeldRow {
        no,
        batch,
        row,
        catalogue: "penalty".to_owned(),
        source: "11150000".to_owned(),
        content_mac: mac("held", no),
        state: "open".to_owned(),
        at,
        body: "{\"why\":\"名称不一致\"}".to_owned(),
    }
}

/// Adopts the rulebook, once.
pub(crate) fn adopt(store: &Store, at: Instant) {
    store
        .write(at, |writer| -> Result<(), StoreError> {
            writer.keep_rulebook(&RULEBOOK, b"rules")?;
            let mut body = Body::about(About::Rulebook(RULEBOOK));
            body.actor = Some("account-1".to_owned());
            let entry = NewEntry {
                about: AboutNo::RULEBOOK,
                kind: Kind::RulebookAdopted,
                adoption: (1, RULEBOOK),
                body,
                salt: Salt([4; 16]),
            };
            let seq = writer.append(&[entry])?[0];
            let at = writer.now();
            writer.insert_adoption(&AdoptionRow {
                no: 1,
                digest: RULEBOOK,
                seq,
                at,
                accepted: "[]".to_owned(),
            })
        })
        .unwrap();
}

/// What an intake's chunk writes: `rows` records of one new subject each, everything they need.
pub(crate) fn chunk(
    writer: &mut Writer<'_>,
    batch: &mut BatchRow,
    rows: u64,
) -> Result<(), StoreError> {
    let (mut subjects, mut keys, mut codes) = (vec![], vec![], vec![]);
    let (mut records, mut entries) = (vec![], vec![]);
    let mut next = writer.next();
    for row in batch.next_row..batch.next_row + rows {
        let subject = next.new_subject();
        let name = format!("呼和浩特市第{}商贸有限公司", subject.0);
        subjects.push(subject_row(subject, &name));
        keys.extend([(subject.0 % 97, subject), (subject.0 + 1_000, subject)]);
        codes.push(CodeRow {
            code: format!("91{:016}", subject.0),
            kind: "uscc".to_owned(),
            subject,
        });
        let record = record_row(next.new_record(), subject, batch.no);
        entries.push(entry(&record, Kind::Received, body(&record, row), record.no.0));
        let no = record.no.0;
        let number = mark_in_key(no).xor(Some(number_mark(no)));
        records.push(NewRecord { key: key(no), row: record, number });
    }
    let first = writer.next_seq();
    let plain: Vec<&RecordRow> = records.iter().map(|record| &record.row).collect();
    let standings: Vec<_> = plain
        .iter()
        .zip(first.0..)
        .map(|(row, seq)| standing_row(row, Seq(seq), day("2026-05-04")))
        .collect();
    writer.add(&Additions {
        entries: &entries,
        subjects: subjects.iter().collect(),
        codes: &codes,
        former_names: Vec::new(),
        name_keys: keys.clone(),
        similar_keys: keys,
        records: &records,
        standings: &standings,
    })?;
    writer.give(next);
    let told: Vec<_> = plain.iter().map(|row| (row.subject, Some(row.no))).collect();
    writer.tell("standing", &told)?;
    writer.insert_row_block(batch.no, batch.next_row, "[\"accepted\"]")?;
    writer.count("records", i64::try_from(rows).unwrap());
    batch.next_row += rows;
    writer.update_batch(batch)
}

/// A founded store with an adopted rulebook and one chunk of records.
pub(crate) fn filled(store: &Store, rows: u64) -> BatchRow {
    adopt(store, Instant(1_000_000));
    store
        .write(Instant(2_000_000), |writer| -> Result<_, StoreError> {
            let mut batch = batch_row(writer.new_batch(), writer.now());
            writer.insert_batch(&batch)?;
            chunk(writer, &mut batch, rows)?;
            let mut next = writer.next();
            let no = next.new_held();
            writer.give(next);
            let at = writer.now();
            writer.insert_held(&[held_row(no, batch.no, 900, at)])?;
            writer.put_source("11150000", "{}", Seq(0))?;
            writer.set_face("names", "one", 1)?;
            Ok(batch)
        })
        .unwrap()
}
