//! A code leads to its subject, one with a slip to a question whether another is meant.

use std::cmp::Ordering;

use gongxin_model::Day;
use gongxin_model::code::{CodeKind, normalise_code};
use gongxin_store::{Reader, SubjectRow};
use gongxin_subject::{code_neighbours, code_slips};

use super::super::super::shown::{
    Page, ShownLink, ShownResults, ShownSuggestion, Slip, Total, Way,
};
use super::super::{Answer, address, hidden, public_name};
use super::{By, Found, hits};
use crate::rules::Rules;

/// So many subjects are suggested at most.
const SUGGESTIONS: usize = 5;

/// What a query that looks like a code leads to; none where it leads nowhere.
pub(super) fn by_code(
    reader: &mut Reader<'_>,
    rules: &Rules,
    asked: &str,
    today: Day,
) -> Answer<Option<ShownResults>> {
    let code = normalise_code(asked);
    let is_shaped = code.len() >= 8
        && code.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && code.bytes().any(|byte| byte.is_ascii_digit());
    if !is_shaped {
        return Ok(None);
    }
    let bearers = bearers(reader, vec![code.clone()], today)?;
    if !bearers.is_empty() {
        let found = |(number, row): &(String, SubjectRow)| {
            let is_present = row.code.as_ref() == Some(number);
            let by = if is_present { By::Code } else { By::Number(number.clone()) };
            Found { subject: row.no, by, way: Way::Literal }
        };
        let items = hits(reader, rules, today, &bearers.iter().map(found).collect::<Vec<_>>())?;
        // An old number that several bear leads to none of them.
        let direct = match bearers.as_slice() {
            [(_, one)] => Some(address(reader, one)?),
            _ => None,
        };
        let total = Total::Exactly(items.len() as u64);
        let page = Page { items, next: None, total };
        return Ok(Some(ShownResults { page, direct, ..ShownResults::default() }));
    }
    let suggestions = suggestions(reader, &code, today)?;
    let is_any = !suggestions.is_empty();
    Ok(is_any.then(|| ShownResults { suggestions, ..ShownResults::default() }))
}

/// Who bears one of the codes, as far as strangers learn; each once.
fn bearers(
    reader: &mut Reader<'_>,
    codes: Vec<String>,
    today: Day,
) -> Answer<Vec<(String, SubjectRow)>> {
    let mut found = crate::bearers::bearers(reader, codes)?;
    found.sort_by(|left, right| (left.subject, &left.code).cmp(&(right.subject, &right.code)));
    found.dedup_by(|next, last| next.subject == last.subject);
    let mut bearers = Vec::new();
    for one in found.into_iter().take(SUGGESTIONS * 10) {
        if let Some(row) = reader.subject(one.subject)?
            && !hidden(reader, &row, today)?
        {
            bearers.push((one.code, row));
        }
    }
    Ok(bearers)
}

/// Who bears a code one slip away: first of those that pass their check, then of all.
fn suggestions(reader: &mut Reader<'_>, code: &str, today: Day) -> Answer<Vec<ShownSuggestion>> {
    let kind = match code.len() {
        17..=19 => CodeKind::Uscc,
        14..=16 => CodeKind::RegistrationNumber,
        8..=10 => CodeKind::OrganisationCode,
        _ => return Ok(Vec::new()),
    };
    for near in [code_neighbours(kind, code), code_slips(kind, code)] {
        let mut suggestions = Vec::new();
        for (number, row) in bearers(reader, near, today)?.into_iter().take(SUGGESTIONS) {
            let subject = ShownLink { code: address(reader, &row)?, name: public_name(&row) };
            suggestions.push(ShownSuggestion { slip: slip(code, &number), number, subject });
        }
        if !suggestions.is_empty() {
            return Ok(suggestions);
        }
    }
    Ok(Vec::new())
}

/// The slip in what was asked for, where another is meant.
fn slip(asked: &str, meant: &str) -> Slip {
    let differs = |place: &usize| asked.as_bytes().get(*place) != meant.as_bytes().get(*place);
    let mut places = (0..asked.len().max(meant.len())).filter(differs);
    let (first, second) = (places.next().unwrap_or_default(), places.next());
    let place = u8::try_from(first + 1).unwrap_or(u8::MAX);
    let pair = |code: &str| code.get(first..first + 2).map(str::to_owned);
    let turned = pair(asked).map(|two| two.chars().rev().collect::<String>());
    let is_swapped = second == Some(first + 1) && turned == pair(meant);
    match asked.len().cmp(&meant.len()) {
        Ordering::Less => Slip::Missing(place),
        Ordering::Greater => Slip::Extra(place),
        Ordering::Equal if is_swapped => Slip::Swapped(place),
        Ordering::Equal => Slip::Replaced(place),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_named_by_its_place() {
        for (asked, meant, expected) in [
            ("12X45", "12345", Slip::Replaced(3)),
            ("1245", "12345", Slip::Missing(3)),
            ("1234", "12345", Slip::Missing(5)),
            ("122345", "12345", Slip::Extra(3)),
            ("12435", "12345", Slip::Swapped(3)),
            ("O2345", "02345", Slip::Replaced(1)),
        ] {
            assert_eq!(slip(asked, meant), expected, "{asked}");
        }
    }
}
