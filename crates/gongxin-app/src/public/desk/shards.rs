//! The subjects that search engines are told of, shard by shard.

use gongxin_model::SubjectNo;
use gongxin_store::Reader;

use super::Answer;
use crate::rules::Rules;

/// Numbers of subjects in a shard. Bounds what one answer reads and holds; the sitemap protocol
/// allows 50,000 addresses.
const SHARD: i64 = 10_000;

/// How many shards there are.
pub(super) fn count(reader: &mut Reader<'_>) -> Answer<u32> {
    let last = reader.head()?.next_subject - 1;
    Ok(u32::try_from((last + SHARD - 1) / SHARD).unwrap_or(u32::MAX))
}

/// The codes of a shard's registered organisations, in the order of their numbers. Of those that are
/// here only through records nothing is told: they may go without a trace. Nor of an individual
/// business whose name may be a person's.
pub(super) fn codes(reader: &mut Reader<'_>, rules: &Rules, shard: u32) -> Answer<Vec<String>> {
    let after = i64::from(shard) * SHARD;
    let rows = reader.subjects_after(SubjectNo(after), SHARD)?;
    Ok(rows
        .into_iter()
        .take_while(|row| row.no.0 <= after + SHARD)
        .filter(|row| row.registration != 0 && !row.provisional && !rules.hides(row, &row.name))
        .filter_map(|row| row.code)
        .collect())
}
