//! Who bears a code: as it stands, or as the organisation code inside a unified one.

use std::collections::BTreeSet;

use gongxin_model::code::CodeKind;
use gongxin_store::{CodeRow, Reader};
use gongxin_subject::index_codes;

use crate::OfficeError;

/// Who bears any of the codes, in the order of the codes: each with the code that was asked for.
pub(crate) fn bearers(
    reader: &mut Reader<'_>,
    codes: Vec<String>,
) -> Result<Vec<CodeRow>, OfficeError> {
    let rows = reader.codes_at(&codes)?;
    let asked: BTreeSet<String> = codes.into_iter().collect();
    let is_asked = |reading: &CodeRow| asked.contains(&reading.code);
    let mut found: Vec<CodeRow> = rows.iter().flat_map(readings).filter(is_asked).collect();
    found.sort_unstable();
    found.dedup_by(|next, last| (&next.code, next.subject) == (&last.code, last.subject));
    Ok(found)
}

/// The readings of a code that a subject bears, itself first.
pub(crate) fn readings(row: &CodeRow) -> Vec<CodeRow> {
    let Ok(kind) = row.kind.parse::<CodeKind>() else {
        return vec![row.clone()];
    };
    index_codes(kind, &row.code)
        .into_iter()
        .map(|(kind, code)| CodeRow { code, kind: kind.name().into(), subject: row.subject })
        .collect()
}

/// True where a unified code among those that a subject bears says the code already.
pub(crate) fn says(codes: &[CodeRow], code: &CodeRow) -> bool {
    codes.iter().any(|own| {
        own == code
            || (own.kind == CodeKind::Uscc.name()
                && code.kind != own.kind
                && readings(own).iter().any(|reading| reading.code == code.code))
    })
}
