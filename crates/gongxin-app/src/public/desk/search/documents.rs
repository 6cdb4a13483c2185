//! The number of a document leads to the records that bear it and are shown today, and to nothing
//! else: what is found is what its own page shows.

use std::collections::BTreeMap;

use gongxin_model::text::normalise_document_number;
use gongxin_model::{Day, SubjectNo};
use gongxin_seal::InstanceKey;
use gongxin_store::{Reader, SubjectRow};

use super::super::super::shown::{ShownDocument, ShownLink};
use super::super::row::shown_row;
use super::super::{Answer, address, public_name};
use crate::rules::Rules;

/// So many records of one number are shown at most.
const DOCUMENTS: usize = 50;
/// A text with fewer digits is no number.
const DIGITS: usize = 2;

/// The shown records with the number, in whatever brackets it is written.
pub(super) fn by_number(
    key: &InstanceKey,
    reader: &mut Reader<'_>,
    rules: &Rules,
    asked: &str,
    today: Day,
) -> Answer<Vec<ShownDocument>> {
    let number = normalise_document_number(asked);
    if number.chars().filter(char::is_ascii_digit).count() < DIGITS {
        return Ok(Vec::new());
    }
    // The last word is often left out.
    let numbers =
        if number.ends_with('号') { vec![number] } else { vec![format!("{number}号"), number] };
    let marks = numbers.iter().map(|number| key.number_mark(number)).collect();
    let records = reader.records_by_number(&marks)?;
    let records = records.into_iter().map(|(_, record)| record.0).collect();
    let mut standings = reader.standings(records)?;
    standings.retain(|row| row.is_shown_on(today));
    let subjects: Vec<i64> = standings.iter().map(|row| row.subject.0).collect();
    let subjects: BTreeMap<SubjectNo, SubjectRow> =
        reader.subjects(subjects)?.into_iter().map(|row| (row.no, row)).collect();
    let mut documents = Vec::new();
    for standing in &standings {
        let (Some(subject), Some(record)) =
            (subjects.get(&standing.subject), shown_row(rules, standing))
        else {
            continue;
        };
        // The store finds by a digest of the number.
        let own = record.document_number.as_deref().map(normalise_document_number);
        if own.is_some_and(|own| numbers.contains(&own)) && documents.len() < DOCUMENTS {
            let subject = ShownLink { code: address(reader, subject)?, name: public_name(subject) };
            documents.push(ShownDocument { subject, record });
        }
    }
    Ok(documents)
}
