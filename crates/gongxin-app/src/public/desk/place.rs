//! What an address leads to.

use gongxin_model::Day;
use gongxin_model::code::normalise_code;
use gongxin_store::{Reader, SubjectRow};

use super::super::shown::{ShownLink, View};
use super::past::{names_then, present_name};
use super::{Answer, address, hidden, mask};
use crate::bearers::bearers;
use crate::rules::Rules;

/// What an address leads to.
pub(super) enum Place {
    /// The subject itself.
    Subject(Box<SubjectRow>),
    /// Its present code.
    Moved(String),
    /// Nobody, as far as strangers learn.
    Never,
}

/// The subject under a code: itself, or where it is found today.
pub(super) fn place(reader: &mut Reader<'_>, code: &str, today: Day) -> Answer<Place> {
    let normal = normalise_code(code);
    let mut numbers: Vec<i64> =
        bearers(reader, vec![normal.clone()])?.into_iter().map(|row| row.subject.0).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut found = Vec::new();
    for row in reader.subjects(numbers)? {
        if !hidden(reader, &row, today)? {
            found.push(row);
        }
    }
    if let Some(own) = found.iter().position(|row| row.code.as_deref() == Some(normal.as_str())) {
        return Ok(Place::Subject(Box::new(found.swap_remove(own))));
    }
    // An old number that two bear leads to neither.
    let [row] = found.as_slice() else {
        return Ok(Place::Never);
    };
    let present = address(reader, row)?;
    if present == normal {
        return Ok(Place::Subject(Box::new(row.clone())));
    }
    Ok(Place::Moved(present))
}

/// A subject as a link to its page, under the name it bore in the view.
pub(super) fn link(
    rules: &Rules,
    reader: &mut Reader<'_>,
    row: &SubjectRow,
    view: View,
) -> Answer<ShownLink> {
    let names = if view.is_present() { Vec::new() } else { reader.names_of(vec![row.no.0])? };
    let names = names_then(names, view);
    let name = present_name(&names).unwrap_or(&row.name);
    let name = mask(name, rules.hides(row, name));
    Ok(ShownLink { code: address(reader, row)?, name })
}
