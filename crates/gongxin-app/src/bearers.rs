//! Who bears a code: as it stands, or as the organisation code inside a unified one.

use std::collections::BTreeMap;

use gongxin_model::code::CodeKind;
use gongxin_store::{CodeRow, Reader};
use gongxin_subject::index_codes;

use crate::OfficeError;

/// Who bears any of the codes, in the order of the codes: each with the code that was asked for.
pub(crate) fn bearers(
    reader: &mut Reader<'_>,
    mut codes: Vec<String>,
) -> Result<Vec<CodeRow>, OfficeError> {
    codes.sort_unstable();
    codes.dedup();
    let mut kept: BTreeMap<String, Vec<CodeRow>> = BTreeMap::new();
    for row in reader.codes_at(&codes)? {
        for reading in readings(&row) {
            kept.entry(reading.code.clone()).or_default().push(reading);
        }
    }
    let mut found: Vec<CodeRow> =
        codes.iter().filter_map(|code| kept.remove(code)).flatten().collect();
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
