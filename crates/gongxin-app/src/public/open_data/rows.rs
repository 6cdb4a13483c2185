//! Records as rows of open data: what the record's page shows, less persons and individual
//! businesses.

use std::collections::BTreeMap;

use gongxin_model::{Body, Day, RecordNo};
use gongxin_pack::{Catalogue, Field, FieldType, OpenDataRules, Role};
use gongxin_report::{OpenCell, OpenColumn, OpenKind};
use gongxin_standing::{Effects, Event};
use gongxin_store::{ArrivalRow, Reader, ShownMember, SubjectRow};

use super::super::desk::is_public_field;
use super::super::shown::open_data::OpenType;
use super::key::ShardKey;
use super::members::Member;
use crate::OfficeError;
use crate::derive::{Summary, event, histories, value};
use crate::rules::Rules;

/// The columns that every file has before the fields of its class; their words are the counter's.
pub(crate) const BASE: [(&str, OpenType); 8] = [
    ("record", OpenType::Text),
    ("subject_code", OpenType::Text),
    ("subject_name", OpenType::Text),
    ("region", OpenType::Code),
    ("decided_on", OpenType::Day),
    ("published_until", OpenType::Day),
    ("source", OpenType::Text),
    ("disputed", OpenType::Flag),
];

/// The fields of a class that go out: those that its pages show, but for the names of persons, and
/// what the first columns say already.
pub(crate) fn fields(class: &Catalogue) -> impl Iterator<Item = &Field> {
    let is_said = |field: &&Field| {
        matches!(field.role, Some(Role::CounterpartName | Role::CounterpartUscc | Role::RecordId))
    };
    let is_person = |field: &&Field| {
        matches!(field.kind, FieldType::PersonName | FieldType::PersonNumber)
            || matches!(
                field.role,
                Some(Role::LegalRepresentative | Role::CertificateType | Role::CertificateNumber)
            )
    };
    class
        .fields
        .iter()
        .filter(|field| is_public_field(class, field))
        .filter(move |field| !is_said(field) && !is_person(field))
}

/// The name of a field's column. Readers of tables do not tell large letters from small ones.
pub(crate) fn column_name(field: &Field) -> String {
    if BASE.iter().any(|(name, _)| name.eq_ignore_ascii_case(&field.code)) {
        return format!("field_{}", field.code);
    }
    field.code.clone()
}

/// What a field's values are.
pub(crate) fn type_of(field: &Field) -> OpenType {
    match &field.kind {
        FieldType::Day => OpenType::Day,
        FieldType::Yuan => OpenType::Yuan,
        FieldType::Wan => OpenType::TenThousandYuan,
        FieldType::Codes(_) => OpenType::Codes,
        _ if field.code_list().is_some() => OpenType::Code,
        _ => OpenType::Text,
    }
}

/// The columns of a class's files.
pub(super) fn columns(class: &Catalogue) -> Vec<OpenColumn> {
    let kind = |kind: OpenType| match kind {
        OpenType::Day => OpenKind::Day,
        OpenType::Flag => OpenKind::Flag,
        OpenType::Codes => OpenKind::Texts,
        OpenType::Text | OpenType::Yuan | OpenType::TenThousandYuan | OpenType::Code => {
            OpenKind::Text
        }
    };
    let base = BASE.iter().map(|(name, of)| ((*name).to_owned(), *of));
    let own = fields(class).map(|field| (column_name(field), type_of(field)));
    base.chain(own).map(|(name, of)| OpenColumn { name, kind: kind(of) }).collect()
}

/// What was read of some members.
#[derive(Debug, Default)]
pub(super) struct ReadRows {
    pub(super) rows: Vec<Vec<OpenCell>>,
    /// Those that belong to the key still.
    pub(super) members: Vec<Member>,
    /// The first day on which one of them is no longer shown.
    pub(super) until: Option<Day>,
}

/// Reads the rows of those members that are shown on the day and belong to the key.
pub(super) fn read(
    reader: &mut Reader<'_>,
    (rules, open): (&Rules, &OpenDataRules),
    (key, class): (&ShardKey, &Catalogue),
    members: &[Member],
    today: Day,
) -> Result<ReadRows, OfficeError> {
    let found = reader.shown_among(members.iter().map(|(record, _)| *record).collect(), today)?;
    let numbers: Vec<RecordNo> = found.iter().map(|row| row.standing.record).collect();
    let subjects = found.iter().map(|row| row.standing.subject.0).collect();
    let subjects: BTreeMap<i64, SubjectRow> =
        reader.subjects(subjects)?.into_iter().map(|row| (row.no.0, row)).collect();
    let codes = older_codes(reader, &subjects)?;
    let mut contents = histories(reader, &numbers)?;
    let mut read = ReadRows::default();
    for row in &found {
        let standing = &row.standing;
        let Some(subject) = subjects.get(&standing.subject.0) else {
            continue;
        };
        let member = ShownMember {
            record: standing.record,
            subject: standing.subject,
            catalogue: standing.catalogue.clone(),
            region: subject.region.clone(),
            kind: subject.kind.clone(),
            year: i64::from(standing.decided_on.parts().0),
        };
        let offered = |id: &str| id == class.id;
        let own = ShardKey::of(&rules.rulebook, open.division, &offered, &member);
        if own.as_ref() != Some(key) {
            continue;
        }
        read.members.push((standing.record.0, standing.subject.0));
        read.until = Some(read.until.map_or(standing.shown_until, |u| u.min(standing.shown_until)));
        let history = contents.remove(&standing.record).unwrap_or_default();
        let events: Vec<Event<'_>> = history.iter().map(event).collect();
        let Some(content) = Effects::replay(&events).content else {
            continue;
        };
        let code = subject.code.as_ref().or_else(|| codes.get(&subject.no.0));
        read.rows.extend(cells(rules, class, row, subject, code, content));
    }
    Ok(read)
}

/// The older numbers of subjects that have no unified code.
fn older_codes(
    reader: &mut Reader<'_>,
    subjects: &BTreeMap<i64, SubjectRow>,
) -> Result<BTreeMap<i64, String>, OfficeError> {
    let without = subjects.values().filter(|row| row.code.is_none()).map(|row| row.no.0).collect();
    let mut codes = BTreeMap::new();
    for code in reader.codes_of(without)? {
        codes.entry(code.subject.0).or_insert(code.code);
    }
    Ok(codes)
}

/// The cells of a record; none where its subject's name may be a person's.
fn cells(
    rules: &Rules,
    class: &Catalogue,
    row: &ArrivalRow,
    subject: &SubjectRow,
    code: Option<&String>,
    content: &Body,
) -> Option<Vec<OpenCell>> {
    let written = value(content, class, Role::CounterpartName).unwrap_or(&subject.name);
    if rules.hides(subject, &subject.name) || rules.hides(subject, written) {
        return None;
    }
    let text = |text: &str| OpenCell::Text(text.to_owned());
    let day = |day: Option<Day>| day.map_or(OpenCell::Absent, OpenCell::Day);
    let standing = &row.standing;
    let until = standing.shown_until;
    let mut cells = vec![
        text(&standing.public_id.to_string()),
        code.map_or(OpenCell::Absent, |code| text(code)),
        text(&subject.name),
        text(&subject.region),
        day(Summary::of(standing).decided_on(standing)),
        day((until < Day::FOREVER).then(|| until.plus_days(-1))),
        text(&row.source),
        OpenCell::Flag(standing.disputed),
    ];
    cells.extend(fields(class).map(|field| cell(field, content)));
    Some(cells)
}

fn cell(field: &Field, content: &Body) -> OpenCell {
    let Some(value) = content.field(&field.code) else {
        return OpenCell::Absent;
    };
    let text = |text: String| OpenCell::Text(text);
    match type_of(field) {
        OpenType::Day => value.value.first().parse().map_or(OpenCell::Absent, OpenCell::Day),
        OpenType::Codes => {
            let codes = value.value.all().iter().map(ToString::to_string);
            OpenCell::Texts(codes.filter(|code| !code.is_empty()).collect())
        }
        OpenType::Code => text(value.value.first().to_owned()),
        OpenType::Yuan | OpenType::TenThousandYuan => text(value.value.joined()),
        OpenType::Text | OpenType::Flag => match &value.written {
            Some(written) => text(written.to_string()),
            None => text(value.value.joined()),
        },
    }
}
