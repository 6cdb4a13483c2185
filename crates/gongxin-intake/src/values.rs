//! One cell: as written → its normal form, or a finding.

use std::borrow::Cow;

use gongxin_model::code::{
    CodeKind, Fact, Facts, OrganisationCode, RegistrationNumber, TaxNumber, Uscc, normalise_code,
};
use gongxin_model::text::{is_invisible, normalise_document_number};
use gongxin_model::{CompactString, Day, Field, Finding, Rule, Severity, Value};
use gongxin_pack::{FieldType, NameShape, Personal};

use crate::amounts::{self, ReadAmount};
use crate::days::{self, ReadDay};
use crate::header::Unit;
use crate::limits::Limits;
use crate::numerals;
use crate::plan::{FieldPlan, Plan, finding};
use crate::row::is_blank_character;
use crate::rules;

/// What reading one cell leaves beside its field.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    pub(crate) findings: Vec<Finding>,
    /// Personal data was found in a text of a row that bears negatively on its subject.
    pub(crate) personal: bool,
}

/// A cell without what frames it: blanks, a spreadsheet's apostrophe or `="…"`, invisible
/// characters; empty where it only says that there is nothing.
pub(crate) fn clean(cell: &str) -> Cow<'_, str> {
    let mut text = trim(cell);
    if let Some(inner) = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        text = trim(inner);
    } else if let Some(inner) = text.strip_prefix('\'') {
        text = trim(inner);
    }
    if says_nothing(text) {
        return Cow::Borrowed("");
    }
    if text.bytes().any(|byte| byte < 0x20 || byte == 0x7f) || has_strange(text) {
        let kept: String = text
            .replace("\r\n", "\n")
            .chars()
            .filter(|character| *character == '\n' || !is_invisible(*character))
            .collect();
        return Cow::Owned(trim(&kept).to_owned());
    }
    Cow::Borrowed(text)
}

fn trim(text: &str) -> &str {
    // Nearly every cell begins and ends with something to be seen.
    let bytes = text.as_bytes();
    let plain = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    if plain(bytes.first()) && plain(bytes.last()) {
        return text;
    }
    text.trim_matches(is_blank_character)
}

/// True where something invisible stands inside: looked for only behind the bytes it begins with.
fn has_strange(text: &str) -> bool {
    memchr::memchr3_iter(0xc2, 0xe2, 0xef, text.as_bytes()).any(|place| {
        let at = text.get(place..).and_then(|rest| rest.chars().next());
        at.is_some_and(is_strange)
    })
}

/// Invisible characters beyond ASCII.
fn is_strange(character: char) -> bool {
    u32::from(character) >= 0x80 && is_invisible(character)
}

fn says_nothing(text: &str) -> bool {
    const NOTHING: [&str; 16] = [
        "/", "-", "--", "---", "—", "——", "\\", "无", "暂无", "空", "N/A", "n/a", "NULL", "null",
        "NaN", "#N/A",
    ];
    text.is_empty() || (text.len() <= 6 && NOTHING.contains(&text))
}

impl Plan {
    /// The field of a cell that is not empty; none where nothing of it is kept.
    pub(crate) fn value(
        &self,
        field: &FieldPlan,
        text: &str,
        read: Option<&ReadCode>,
        limits: &Limits,
        notes: &mut Notes,
    ) -> Option<Field> {
        if field.placeholders.iter().any(|placeholder| placeholder == text) {
            return None;
        }
        if field.personal == Personal::Drop || field.kind == FieldType::PersonNumber {
            return None;
        }
        if field.personal == Personal::Organisation
            && self.names.shape(text) != NameShape::Organisation
        {
            notes.findings.push(finding(rules::MAYBE_PERSON_DROPPED, Severity::Note, field));
            return None;
        }
        let mut cut = Cow::Borrowed(text);
        if text.len() > limits.cell_bytes {
            let end = text.floor_char_boundary(limits.cell_bytes);
            cut = Cow::Owned(text.get(..end).unwrap_or_default().to_owned());
            notes.findings.push(
                finding(rules::CELL_TOO_LONG, Severity::Doubt, field)
                    .with("limit", limits.cell_bytes.to_string()),
            );
        }
        let text = cut.as_ref();
        if text.starts_with('#') && is_cell_error(text) {
            notes.findings.push(finding(rules::CELL_ERROR, field.trouble, field));
            return None;
        }
        let is_text =
            matches!(field.kind, FieldType::Text | FieldType::Name | FieldType::DocumentNumber);
        if is_text && text.len() > field.max_length && text.chars().count() > field.max_length {
            notes.findings.push(
                finding(rules::VALUE_TOO_LONG, Severity::Note, field)
                    .with("limit", field.max_length.to_string()),
            );
        }
        match field.kind {
            FieldType::Day => Some(day(field, text, limits, notes)),
            FieldType::Wan => Some(amount(field, text, Unit::Wan, notes)),
            FieldType::Yuan => Some(amount(field, text, Unit::Yuan, notes)),
            FieldType::Integer => Some(integer(field, text, notes)),
            FieldType::DocumentNumber => Some(document_number(field, text, notes)),
            FieldType::Uscc
            | FieldType::OrganisationCode
            | FieldType::RegistrationNumber
            | FieldType::TaxNumber => Some(self.code(field, text, read, notes)),
            FieldType::Code(_) | FieldType::Region => Some(self.word(field, text, notes)),
            FieldType::Codes(_) => Some(self.words(field, text, notes)),
            FieldType::Text if field.identifier.is_some() => {
                Some(self.code(field, text, read, notes))
            }
            FieldType::Text | FieldType::Name | FieldType::PersonName | FieldType::PersonNumber => {
                Some(written(field, masked(field, text, notes), ""))
            }
        }
    }

    fn code(
        &self,
        field: &FieldPlan,
        text: &str,
        read: Option<&ReadCode>,
        notes: &mut Notes,
    ) -> Field {
        let read = read.cloned().unwrap_or_else(|| self.read_code(field, text));
        if !read.facts.is_sound() && is_exponential(text) {
            // Many codes come out as this one: it must not make two organisations one.
            notes.findings.push(finding(rules::CODE_EXPONENTIAL, Severity::Note, field));
            return written(field, String::new(), text);
        }
        for (fact, rule) in [
            (Fact::LengthWrong, rules::CODE_MALFORMED),
            (Fact::AlphabetForeign, rules::CODE_MALFORMED),
            (Fact::CheckFails, rules::CODE_CHECK),
            (Fact::DepartmentUnknown, rules::CODE_DEPARTMENT),
            (Fact::RegionUnknown, rules::CODE_REGION),
            (Fact::OrganisationPartFails, rules::CODE_INSIDE),
        ] {
            if !read.facts.has(fact) {
                continue;
            }
            notes.findings.push(finding(rule, Severity::Note, field));
            break;
        }
        if read.facts.is_sound() {
            return written(field, read.code, text);
        }
        match residents_masked(field, text, notes) {
            Some(masked) => written(field, masked, ""),
            None => written(field, read.code, text),
        }
    }

    /// Reads a code of a field, whatever kind of code really stands there.
    pub(crate) fn read_code(&self, field: &FieldPlan, text: &str) -> ReadCode {
        let kind = match field.kind {
            FieldType::OrganisationCode => CodeKind::OrganisationCode,
            FieldType::RegistrationNumber => CodeKind::RegistrationNumber,
            FieldType::TaxNumber => CodeKind::TaxNumber,
            FieldType::Uscc => CodeKind::Uscc,
            _ => field.identifier.unwrap_or(CodeKind::AssociationNumber),
        };
        let own = match kind {
            CodeKind::Uscc => {
                let parsed = Uscc::parse(text, &self.tables);
                ReadCode {
                    kind,
                    code: parsed.code.map(|c| c.as_str().into()).unwrap_or_default(),
                    facts: parsed.facts,
                }
            }
            CodeKind::OrganisationCode => {
                let parsed = OrganisationCode::read(text);
                ReadCode {
                    kind,
                    code: parsed.code.map(|c| c.as_str().into()).unwrap_or_default(),
                    facts: parsed.facts,
                }
            }
            CodeKind::RegistrationNumber => {
                let parsed = RegistrationNumber::read(text);
                ReadCode {
                    kind,
                    code: parsed.code.map(|c| c.as_str().into()).unwrap_or_default(),
                    facts: parsed.facts,
                }
            }
            CodeKind::TaxNumber => {
                let parsed = TaxNumber::read(text);
                ReadCode {
                    kind,
                    code: parsed.code.map(|c| c.as_str().into()).unwrap_or_default(),
                    facts: parsed.facts,
                }
            }
            CodeKind::InstitutionNumber | CodeKind::AssociationNumber => {
                ReadCode { kind, code: normalise_code(text).into(), facts: Facts::NONE }
            }
        };
        if own.facts.is_sound() && !own.code.is_empty() {
            return own;
        }
        self.other_code(kind, text).unwrap_or(ReadCode { code: or_normal(own.code, text), ..own })
    }

    /// A sound code of another kind in the place of the one expected.
    fn other_code(&self, kind: CodeKind, text: &str) -> Option<ReadCode> {
        if kind != CodeKind::Uscc
            && let Some(code) = Uscc::parse(text, &self.tables).sound()
        {
            let facts = Uscc::parse(text, &self.tables).facts;
            return Some(ReadCode { kind: CodeKind::Uscc, code: code.as_str().into(), facts });
        }
        if kind != CodeKind::OrganisationCode
            && let Some(code) = OrganisationCode::read(text).sound()
        {
            let kind = CodeKind::OrganisationCode;
            return Some(ReadCode { kind, code: code.as_str().into(), facts: Facts::NONE });
        }
        let registration = RegistrationNumber::read(text);
        if kind != CodeKind::RegistrationNumber
            && !registration.facts.has(Fact::WithoutCheck)
            && let Some(code) = registration.sound()
        {
            let kind = CodeKind::RegistrationNumber;
            return Some(ReadCode { kind, code: code.as_str().into(), facts: Facts::NONE });
        }
        None
    }

    fn word(&self, field: &FieldPlan, text: &str, notes: &mut Notes) -> Field {
        let Some(words) = field.words.and_then(|index| self.word_lists.get(index)) else {
            return written(field, masked(field, text, notes), "");
        };
        match words.find(text) {
            Some(code) => written(field, code, text),
            None => {
                let masked = masked(field, text, notes);
                notes.findings.push(unknown_code(field, &masked));
                written(field, masked, "")
            }
        }
    }

    fn words(&self, field: &FieldPlan, text: &str, notes: &mut Notes) -> Field {
        const OUTER: [char; 9] = ['；', ';', '，', ',', '/', '|', '\n', '+', ' '];
        let Some(words) = field.words.and_then(|index| self.word_lists.get(index)) else {
            return written(field, masked(field, text, notes), "");
        };
        let mut codes: Vec<CompactString> = Vec::new();
        let mut add = |code: &str| {
            if !codes.iter().any(|known| known == code) {
                codes.push(code.into());
            }
        };
        if let Some(code) = words.find(text) {
            add(code);
        } else {
            for part in text.split(OUTER).map(unnumbered).filter(|part| !part.is_empty()) {
                if let Some(code) = words.find(part) {
                    add(code);
                    continue;
                }
                for inner in part.split('、').map(str::trim).filter(|inner| !inner.is_empty()) {
                    match words.find(inner) {
                        Some(code) => add(code),
                        None => {
                            let masked = masked(field, inner, notes);
                            notes.findings.push(unknown_code(field, &masked));
                            add(&masked);
                        }
                    }
                }
            }
        }
        let written = if codes.len() == 1 && codes.first().is_some_and(|code| code == text) {
            None
        } else {
            Some(field.scan.mask(text).0.into())
        };
        Field { code: field.code.clone(), value: Value::List(codes), written }
    }
}

/// An item of a list without its number: of `1、罚款` the number is no code.
fn unnumbered(item: &str) -> &str {
    const CHINESE: &str = "一二三四五六七八九十";
    let item = item.trim();
    let opened = item.strip_prefix(['(', '（']).unwrap_or(item);
    let rest = opened.trim_start_matches(|one: char| one.is_numeric() || CHINESE.contains(one));
    if rest.len() == opened.len() {
        return item;
    }
    // `1、2` are two codes, and `1.5` is no list.
    let text = rest.strip_prefix(['、', '.', '．', ')', '）', ':', '：']).map(str::trim);
    text.filter(|text| !text.is_empty() && !text.starts_with(char::is_numeric)).unwrap_or(item)
}

/// A code as read, of whatever kind it really is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReadCode {
    pub(crate) kind: CodeKind,
    /// In normal form; where there is no such code, the normal form of the text.
    pub(crate) code: CompactString,
    pub(crate) facts: Facts,
}

fn or_normal(code: CompactString, text: &str) -> CompactString {
    if code.is_empty() { normalise_code(text).into() } else { code }
}

fn unknown_code(field: &FieldPlan, masked: &str) -> Finding {
    let shown: String = masked.chars().take(40).collect();
    let mut finding = finding(rules::CODE_UNKNOWN, Severity::Note, field).with("value", shown);
    finding.severity = field.unknown;
    finding
}

/// A field whose value is `value` and which was written as `text`; an empty `text` is nothing to
/// keep.
fn written(field: &FieldPlan, value: impl Into<CompactString>, text: &str) -> Field {
    let value = value.into();
    let written = (!text.is_empty() && value != text).then(|| text.into());
    Field { code: field.code.clone(), value: Value::Text(value), written }
}

/// A text that could not be brought into its field's form: no value, but what was written.
fn unreadable(field: &FieldPlan, text: &str, rule: Rule, notes: &mut Notes) -> Field {
    let written = field.scan.mask(text).0;
    let shown: String = written.chars().take(40).collect();
    notes.findings.push(finding(rule, field.trouble, field).with("value", shown));
    let value = Value::Text(CompactString::default());
    Field { code: field.code.clone(), value, written: Some(written.into()) }
}

fn day(field: &FieldPlan, text: &str, limits: &Limits, notes: &mut Notes) -> Field {
    const ENDLESS: [&str; 4] = ["长期", "永久", "长期有效", "无固定期限"];
    if !field.no_expiry.is_empty() && ENDLESS.contains(&text) {
        return written(field, Day::FOREVER.to_compact(), text);
    }
    match days::read(text, limits) {
        ReadDay::Day(day) => {
            let day = if field.no_expiry.contains(&day) { Day::FOREVER } else { day };
            written(field, day.to_compact(), text)
        }
        ReadDay::Serial(day) => {
            notes.findings.push(
                finding(rules::DAY_SERIAL, Severity::Note, field).with("day", day.to_string()),
            );
            written(field, day.to_compact(), text)
        }
        ReadDay::Implausible(day) => {
            notes.findings.push(
                finding(rules::DAY_IMPLAUSIBLE, field.trouble, field).with("day", day.to_string()),
            );
            written(field, day.to_compact(), text)
        }
        ReadDay::Impossible => unreadable(field, text, rules::DAY_IMPOSSIBLE, notes),
        ReadDay::Unreadable => unreadable(field, text, rules::DAY_UNREADABLE, notes),
    }
}

fn amount(field: &FieldPlan, text: &str, wanted: Unit, notes: &mut Notes) -> Field {
    match amounts::read(text, field.stated, wanted) {
        ReadAmount::Amount(value) => written(field, value, text),
        ReadAmount::Foreign => unreadable(field, text, rules::AMOUNT_FOREIGN, notes),
        ReadAmount::Negative => unreadable(field, text, rules::AMOUNT_NEGATIVE, notes),
        ReadAmount::Unreadable => unreadable(field, text, rules::AMOUNT_UNREADABLE, notes),
    }
}

fn integer(field: &FieldPlan, text: &str, notes: &mut Notes) -> Field {
    match numerals::decimal(text) {
        Some(number) if !number.to_string().contains('.') => {
            written(field, number.to_string(), text)
        }
        _ => unreadable(field, text, rules::INTEGER_UNREADABLE, notes),
    }
}

fn document_number(field: &FieldPlan, text: &str, notes: &mut Notes) -> Field {
    match residents_masked(field, text, notes) {
        Some(masked) => written(field, masked, ""),
        None => written(field, normalise_document_number(text), text),
    }
}

/// A text with whatever belongs to a person hidden.
fn masked(field: &FieldPlan, text: &str, notes: &mut Notes) -> CompactString {
    let Some((masked, _)) = field.scan.hide(text) else {
        return text.into();
    };
    notes.personal = true;
    notes.findings.push(finding(rules::PERSONAL_MASKED, Severity::Note, field));
    masked.into()
}

/// A text in which only numbers of residents are hidden: numbers of documents and registers look
/// like phones and cards by chance. None where it has none.
fn residents_masked(field: &FieldPlan, text: &str, notes: &mut Notes) -> Option<String> {
    let masked = field.scan.mask_residents(text)?;
    notes.personal = true;
    notes.findings.push(finding(rules::PERSONAL_MASKED, Severity::Note, field));
    Some(masked)
}

fn is_cell_error(text: &str) -> bool {
    matches!(text, "#DIV/0!" | "#NAME?" | "#NULL!" | "#NUM!" | "#REF!" | "#VALUE!" | "#DATA!")
}

/// A long number as a spreadsheet shows it: `9.11501E+17`.
fn is_exponential(text: &str) -> bool {
    text.split_once(['E', 'e']).is_some_and(|(digits, power)| {
        (digits.contains('.') || power.starts_with('+'))
            && power.trim_start_matches('+').parse::<u8>().is_ok()
    })
}
