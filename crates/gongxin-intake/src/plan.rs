//! A catalogue and a file's columns, made ready for one look per cell.

use std::collections::BTreeSet;

use gongxin_model::code::{CodeKind, CodeTables};
use gongxin_model::text::PersonalScan;
use gongxin_model::{CompactString, Day, Finding, Rule, Severity};
use gongxin_pack::{
    Adverse, Catalogue, CheckRule, Edition, Field as PackField, FieldType, Names, Nature, Personal,
    Role, Rulebook, Scope,
};

use crate::header::{Column, Target, Unit, normal};
use crate::mapping::Mapping;
use crate::tables::{Words, code_tables};

/// One field, ready for its cells.
#[derive(Debug, Clone)]
pub(crate) struct FieldPlan {
    pub(crate) code: CompactString,
    /// The header as the file has it; the field's name where it has none.
    pub(crate) header: String,
    /// Where the file has the field: its columns, the first filled one counts.
    pub(crate) columns: Vec<usize>,
    /// The value of an empty cell: the mapping's constant, else the catalogue's default.
    pub(crate) constant: Option<String>,
    pub(crate) kind: FieldType,
    pub(crate) words: Option<usize>,
    /// What a value outside the code list does.
    pub(crate) unknown: Severity,
    pub(crate) max_length: usize,
    pub(crate) required_of_organisation: bool,
    pub(crate) required_of_individual: bool,
    pub(crate) personal: Personal,
    pub(crate) role: Option<Role>,
    /// The kind of identifier that it holds of the counterpart.
    pub(crate) identifier: Option<CodeKind>,
    pub(crate) no_expiry: Vec<Day>,
    pub(crate) placeholders: Vec<String>,
    /// The unit of a bare number in an amount.
    pub(crate) stated: Unit,
    /// What an empty or unreadable value does to the row.
    pub(crate) trouble: Severity,
    /// Hides persons' numbers in its cells.
    pub(crate) scan: PersonalScan,
}

/// A check across fields by their places.
#[derive(Debug, Clone)]
pub(crate) struct CheckPlan {
    pub(crate) id: String,
    pub(crate) severity: Severity,
    pub(crate) column: Option<String>,
    pub(crate) must: Must,
}

/// What must hold.
#[derive(Debug, Clone)]
pub(crate) enum Must {
    FilledWhen { field: usize, when: usize, has: Vec<String> },
    NotBefore { field: usize, than: usize },
    NotAfterToday(usize),
    NotBeforeDay { field: usize, day: Day },
    AnyFilled(Vec<usize>),
    Positive(usize),
    OneOf { field: usize, values: Vec<String> },
}

/// Everything that the checks of a row ask.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) adverse: Adverse,
    /// The place of the field whose value says which rows are adverse.
    pub(crate) spared_by: Option<usize>,
    pub(crate) nature: Nature,
    /// True where a row states only some fields of what is here.
    pub(crate) patch: bool,
    /// False where no record of the catalogue may be about an individual business.
    pub(crate) takes_individuals: bool,
    /// True where the catalogue's rows are about a counterpart that they name.
    pub(crate) names_counterpart: bool,
    /// The edition of the layout, where its marks are in the header.
    pub(crate) edition: Option<String>,
    /// True where the table is about persons: every row is refused.
    pub(crate) persons: bool,
    pub(crate) fields: Vec<FieldPlan>,
    /// The fields in the order of their codes.
    pub(crate) order: Vec<usize>,
    /// The key's parts, each with its alternatives.
    pub(crate) key: Vec<Vec<usize>>,
    pub(crate) decision: Vec<Vec<usize>>,
    pub(crate) checks: Vec<CheckPlan>,
    pub(crate) word_lists: Vec<Words>,
    pub(crate) tables: CodeTables,
    pub(crate) names: Names,
    /// Finds persons' numbers.
    pub(crate) scan: PersonalScan,
    pub(crate) width: usize,
    /// The column of the id of the record that a row corrects, and its header.
    pub(crate) record_id: Option<(usize, String)>,
}

impl Plan {
    pub(crate) fn new(
        rulebook: &Rulebook,
        catalogue: &Catalogue,
        columns: &[Column],
        mapping: &Mapping,
        scan: &PersonalScan,
    ) -> Self {
        let edition = edition(catalogue, columns);
        let asked = asked(catalogue);
        let mut word_lists = Vec::new();
        let mut fields = Vec::with_capacity(catalogue.fields.len());
        for (index, field) in catalogue.fields.iter().enumerate() {
            let is_asked = asked.contains(&field.code.to_ascii_uppercase());
            let mut plan = field_plan(field, places(columns, Target::Field(index)), columns, scan);
            let constant = mapping.constants.get(&field.code);
            plan.constant = constant.or(field.default.as_ref()).cloned();
            if plan.columns.is_empty() && plan.constant.is_none() && !is_asked {
                continue;
            }
            if let Some(id) = field.code_list() {
                let earlier = edition.and_then(|one| one.code_lists.get(&field.code));
                word_lists.push(Words::new(rulebook, id, earlier.map(String::as_str)));
                plan.words = Some(word_lists.len() - 1);
                plan.unknown = rulebook.code_list(id).map_or(Severity::Note, |list| list.unknown);
            }
            fields.push(plan);
        }
        let key = parts(&fields, &catalogue.key);
        // Of alternatives none is needed by itself.
        for part in &key {
            if let [index] = part.as_slice()
                && let Some(field) = fields.get_mut(*index)
            {
                field.trouble = Severity::Doubt;
            }
        }
        let mut order: Vec<usize> = (0..fields.len()).collect();
        order.sort_by(|a, b| fields.get(*a).map(|f| &f.code).cmp(&fields.get(*b).map(|f| &f.code)));
        Self {
            spared_by: catalogue.adverse.except().and_then(|spared| {
                fields.iter().position(|field| field.code.eq_ignore_ascii_case(&spared.field))
            }),
            adverse: catalogue.adverse.clone(),
            nature: catalogue.nature,
            patch: mapping.patch,
            takes_individuals: catalogue.scope.contains(&Scope::IndividualBusiness),
            names_counterpart: catalogue.fields.iter().any(|field| {
                field.role == Some(Role::CounterpartName) || identifier(field.role).is_some()
            }),
            edition: edition.map(|one| one.id.clone()),
            persons: edition.is_some_and(|one| one.refuses_persons)
                && !names_organisations(&fields),
            checks: checks(catalogue, &fields),
            key,
            decision: parts(&fields, &catalogue.decision),
            order,
            word_lists,
            tables: code_tables(rulebook),
            names: rulebook.names.clone(),
            scan: scan.clone(),
            width: columns.len(),
            record_id: record_id(columns, &fields),
            fields,
        }
    }
}

fn record_id(columns: &[Column], fields: &[FieldPlan]) -> Option<(usize, String)> {
    let own = places(columns, Target::RecordId);
    let field = || fields.iter().find(|field| field.role == Some(Role::RecordId));
    let place = own.first().or_else(|| field()?.columns.first()).copied()?;
    columns.get(place).map(|column| (place, column.header.clone()))
}

fn field_plan(
    field: &PackField,
    columns: Vec<usize>,
    all: &[Column],
    scan: &PersonalScan,
) -> FieldPlan {
    let first = columns.first().and_then(|place| all.get(*place));
    let header = first.map_or_else(|| field.name.zh.clone(), |column| column.header.clone());
    let bare = if field.kind == FieldType::Wan { Unit::Wan } else { Unit::Yuan };
    FieldPlan {
        code: field.code.as_str().into(),
        header,
        columns,
        constant: None,
        kind: field.kind.clone(),
        words: None,
        unknown: Severity::Note,
        max_length: field.max_length.unwrap_or(usize::MAX),
        required_of_organisation: field.is_required(Scope::Organisation),
        required_of_individual: field.is_required(Scope::IndividualBusiness),
        personal: field.personal,
        role: field.role,
        identifier: identifier(field.role),
        no_expiry: field.no_expiry.clone(),
        placeholders: field.placeholders.clone(),
        stated: first.and_then(|column| column.unit).unwrap_or(bare),
        trouble: trouble(field),
        scan: scan.clone(),
    }
}

/// What the platform computes from must be there and be read; everything else is the supplier's
/// to complete.
fn trouble(field: &PackField) -> Severity {
    let needed = matches!(
        field.role,
        Some(
            Role::CounterpartName
                | Role::DocumentNumber
                | Role::DecidedOn
                | Role::AuthorityName
                | Role::PenaltyKinds
                | Role::ListCode
                | Role::TargetDocumentNumber
                | Role::Outcome
                | Role::RemovedOn
        )
    );
    if needed { Severity::Doubt } else { Severity::Note }
}

fn identifier(role: Option<Role>) -> Option<CodeKind> {
    Some(match role? {
        Role::CounterpartUscc => CodeKind::Uscc,
        Role::CounterpartOrganisationCode => CodeKind::OrganisationCode,
        Role::CounterpartRegistrationNumber => CodeKind::RegistrationNumber,
        Role::CounterpartTaxNumber => CodeKind::TaxNumber,
        Role::CounterpartInstitutionNumber => CodeKind::InstitutionNumber,
        Role::CounterpartAssociationNumber => CodeKind::AssociationNumber,
        _ => return None,
    })
}

/// The edition all of whose marks are in the header; of several the one with the most.
fn edition<'a>(catalogue: &'a Catalogue, columns: &[Column]) -> Option<&'a Edition> {
    let has = |mark: &String| {
        let wanted = normal(mark);
        columns.iter().any(|column| normal(&column.header) == wanted)
    };
    catalogue
        .editions
        .iter()
        .filter(|edition| !edition.marks.is_empty() && edition.marks.iter().all(has))
        .max_by_key(|edition| edition.marks.len())
}

/// True where the table has a column for codes that only organisations carry.
fn names_organisations(fields: &[FieldPlan]) -> bool {
    fields.iter().any(|field| field.identifier.is_some() && !field.columns.is_empty())
}

/// The codes of fields that matter even where the file does not have them: those of key, decision
/// and checks, and the day from which terms run.
fn asked(catalogue: &Catalogue) -> BTreeSet<String> {
    let parts = catalogue.key.iter().chain(&catalogue.decision).flat_map(|part| part.split('|'));
    let checks = catalogue.checks.iter().flat_map(|check| check.rule.fields());
    let day = catalogue.code_of(Role::DecidedOn);
    let codes = parts.map(str::trim).chain(checks).chain(day);
    codes.map(str::to_ascii_uppercase).collect()
}

fn parts(fields: &[FieldPlan], parts: &[String]) -> Vec<Vec<usize>> {
    parts
        .iter()
        .map(|part| part.split('|').filter_map(|code| place(fields, code.trim())).collect())
        .collect()
}

fn place(fields: &[FieldPlan], code: &str) -> Option<usize> {
    fields.iter().position(|field| field.code.eq_ignore_ascii_case(code))
}

fn places(columns: &[Column], target: Target) -> Vec<usize> {
    columns
        .iter()
        .enumerate()
        .filter(|(_, column)| column.target == target)
        .map(|(place, _)| place)
        .collect()
}

fn checks(catalogue: &Catalogue, fields: &[FieldPlan]) -> Vec<CheckPlan> {
    let place = |code: &String| place(fields, code);
    let must = |rule: &CheckRule| {
        Some(match rule {
            CheckRule::RequiredWhen { field, when, has } => {
                Must::FilledWhen { field: place(field)?, when: place(when)?, has: has.clone() }
            }
            CheckRule::NotBefore { field, than } => {
                Must::NotBefore { field: place(field)?, than: place(than)? }
            }
            CheckRule::NotAfterToday { field } => Must::NotAfterToday(place(field)?),
            CheckRule::NotBeforeDay { field, day } => {
                Must::NotBeforeDay { field: place(field)?, day: *day }
            }
            CheckRule::AnyOf { fields } => {
                Must::AnyFilled(fields.iter().filter_map(place).collect())
            }
            CheckRule::Positive { field } => Must::Positive(place(field)?),
            CheckRule::OneOf { field, values } => {
                Must::OneOf { field: place(field)?, values: values.clone() }
            }
        })
    };
    catalogue
        .checks
        .iter()
        .filter_map(|check| {
            let first = check.rule.fields().first().and_then(|code| place(&(*code).to_owned()));
            Some(CheckPlan {
                id: check.id.clone(),
                severity: check.severity,
                column: first.and_then(|place| fields.get(place)).map(|field| field.header.clone()),
                must: must(&check.rule)?,
            })
        })
        .collect()
}

/// A finding in a field's column with the severity that its trouble has.
pub(crate) fn finding(rule: Rule, severity: Severity, field: &FieldPlan) -> Finding {
    let mut finding = Finding::new(rule).in_column(field.header.clone());
    finding.severity = severity.min(rule.severity);
    finding
}
