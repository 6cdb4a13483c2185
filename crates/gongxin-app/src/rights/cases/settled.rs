//! Values that a case has settled: they are pinned, and a row that says otherwise is held.

use gongxin_model::{Day, Field, Value};
use gongxin_pack::{Catalogue, FieldType, Personal, Role, Rulebook};
use gongxin_standing::HOLD_FIELD;

use super::CaseFault;
use crate::OfficeError;

/// The platform's own field that names what a case has settled.
pub(crate) const PINNED_FIELD: &str = "gx-pinned";
/// The counter that moves when a value is pinned: where it is 0, no row need be compared.
pub(crate) const PINS: &str = "pins";

/// True for fields that no row brings.
pub(crate) fn is_platforms(field: &Field) -> bool {
    field.code == HOLD_FIELD || field.code == PINNED_FIELD
}

/// The values pinned in a content.
pub(crate) fn pinned(fields: &[Field]) -> Vec<&Field> {
    let named = fields.iter().find(|field| field.code == PINNED_FIELD);
    let codes = named.map_or(&[][..], |field| field.value.all());
    fields.iter().filter(|field| codes.contains(&field.code)).collect()
}

/// A content with values settled, sorted by code.
pub(super) fn content(
    rulebook: &Rulebook,
    catalogue: &Catalogue,
    before: &[Field],
    settles: &[(String, String)],
) -> Result<Vec<Field>, OfficeError> {
    let mut fields = before.to_vec();
    let mut codes: Vec<_> = pinned(before).into_iter().map(|field| field.code.clone()).collect();
    fields.retain(|field| field.code != PINNED_FIELD);
    for (code, text) in settles {
        let value = value(rulebook, catalogue, code, text)?;
        fields.retain(|field| field.code != code.as_str());
        fields.push(Field { code: code.into(), value, written: None });
        codes.push(code.into());
    }
    codes.sort_unstable();
    codes.dedup();
    fields.push(Field { code: PINNED_FIELD.into(), value: Value::List(codes), written: None });
    fields.sort_by(|left, right| left.code.cmp(&right.code));
    Ok(fields)
}

/// True for a field that a case may settle: not one that says which decision it is, or whose.
pub(super) fn can_be(catalogue: &Catalogue, field: &gongxin_pack::Field) -> bool {
    let names_it = catalogue.key.iter().chain(&catalogue.decision);
    let is_key = names_it.flat_map(|part| part.split('|')).any(|one| one == field.code);
    let of_whom = field.role.is_some_and(is_about_whom);
    !is_key && !of_whom && field.personal != Personal::Drop
}

/// A value in the normal form of its field.
fn value(
    rulebook: &Rulebook,
    catalogue: &Catalogue,
    code: &str,
    text: &str,
) -> Result<Value, OfficeError> {
    let field = catalogue
        .field(code)
        .ok_or_else(|| OfficeError::Usage(format!("`{}` has no field `{code}`", catalogue.id)))?;
    if !can_be(catalogue, field) {
        return Err(CaseFault::Fixed(code.to_owned()).into());
    }
    let wrong = |form: &'static str| {
        let (field, value) = (code.to_owned(), text.to_owned());
        OfficeError::from(CaseFault::Value { field, value, form })
    };
    let normal = match &field.kind {
        FieldType::Day => {
            text.parse::<Day>().map_err(|_| wrong("day like 2026-03-15"))?;
            text.to_owned()
        }
        FieldType::Wan => amount(text, 6).ok_or_else(|| wrong("amount"))?,
        FieldType::Yuan => amount(text, 2).ok_or_else(|| wrong("amount"))?,
        FieldType::Integer => text.parse::<u64>().map_err(|_| wrong("whole number"))?.to_string(),
        FieldType::Code(_) | FieldType::Codes(_) | FieldType::Region => {
            let list = field.code_list().and_then(|id| rulebook.code_list(id));
            let words: Vec<&str> = text.split('|').collect();
            let known = |word: &&str| list.is_some_and(|list| list.by_code(word).is_some());
            if !words.iter().all(known) {
                return Err(wrong("code of its list"));
            }
            if matches!(field.kind, FieldType::Codes(_)) {
                return Ok(Value::List(words.into_iter().map(Into::into).collect()));
            }
            text.to_owned()
        }
        _ => text.trim().to_owned(),
    };
    let most = field.max_length.unwrap_or(super::TEXT_CHARACTERS);
    if normal.is_empty() || normal.chars().count() > most {
        return Err(wrong("value of 1 to as many characters as the field has"));
    }
    Ok(Value::Text(normal.into()))
}

/// An amount without what says nothing: `1000.50` is `1000.5`.
fn amount(text: &str, places: usize) -> Option<String> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.chars().all(|one| one.is_ascii_digit());
    if whole.is_empty()
        || whole.len() > 15
        || !digits(whole)
        || !digits(part)
        || part.len() > places
    {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let part = part.trim_end_matches('0');
    Some(if part.is_empty() { whole.to_owned() } else { format!("{whole}.{part}") })
}

/// Fields that say whose a record is and who stands for it: never a case about content's to settle.
fn is_about_whom(role: Role) -> bool {
    let is_of_person =
        matches!(role, Role::LegalRepresentative | Role::CertificateNumber | Role::RecordId);
    role.is_of_counterpart() || is_of_person
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_has_one_form() {
        for (text, normal) in [("1000.50", "1000.5"), ("007", "7"), ("0.20", "0.2"), ("0", "0")] {
            assert_eq!(amount(text, 2).as_deref(), Some(normal), "{text}");
        }
        for text in ["", ".5", "1,000", "-1", "0.123", "1e3"] {
            assert_eq!(amount(text, 2), None, "{text}");
        }
    }
}
