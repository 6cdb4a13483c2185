//! The tables underneath: which derived row says that something is shown, and where of what was erased
//! a byte is left.

use std::collections::BTreeSet;

use gongxin_model::{Day, RecordNo};
use gongxin_store::StoreError;
use gongxin_store::testing::values_by_table;

use super::walk::{Ended, Residue, tokens};
use crate::world::World;

/// Standings by which something would be shown that ended.
pub(super) fn standings(world: &World, today: Day, ended: &Ended) -> Vec<Residue> {
    let rows = world.office.store().read(|reader| {
        let records = reader.records_after(RecordNo(0), 100_000)?;
        reader.standings(records.into_iter().map(|record| record.no.0).collect())
    });
    let rows: Result<_, StoreError> = rows;
    let shown = rows.unwrap().into_iter().filter(|row| row.is_shown_on(today));
    let carried: BTreeSet<u32> = shown.flat_map(|row| tokens(&row.summary)).collect();
    let residue = |token: &u32| Residue { face: "standing".to_owned(), token: *token };
    carried.intersection(&ended.ended).map(residue).collect()
}

/// Every table in which something stands of what was erased: the archive and the desk as well.
pub(super) fn residue(world: &World, ended: &Ended) -> Vec<Residue> {
    let mut found = values(world, ended);
    // Bodies are compressed with a dictionary: they are read as the archive has them.
    let told = tokens(&world.told());
    let residue = |token: &u32| Residue { face: "entry".to_owned(), token: *token };
    found.extend(told.intersection(&ended.erased).map(residue));
    found
}

/// The same by the values of all tables alone.
pub(super) fn values(world: &World, ended: &Ended) -> Vec<Residue> {
    let mut found = Vec::new();
    for (table, values) in values_by_table(world.office.store().url()).unwrap() {
        let mut carried = BTreeSet::new();
        for value in values {
            carried.extend(tokens(&String::from_utf8_lossy(&value)));
        }
        let residue = |token: &u32| Residue { face: table.to_owned(), token: *token };
        found.extend(carried.intersection(&ended.erased).map(residue));
    }
    found
}
