//! What a chunk adds, made ready beside the transaction that takes it: sealed entries, the cells of
//! every row with their checksums, for PostgreSQL the very bytes of a COPY.
//!
//! The transaction then computes nothing but the log's right edge.

use gongxin_model::{Digest, Seq, SubjectNo};

use crate::StoreError;
use crate::cell::{Cell, halves};
use crate::connection::Ready;
use crate::rows::{CodeRow, NameRow, NewEntry, NewRecord, Next, StandingRow, SubjectRow};
use crate::schema::{Table, sum};
use crate::store::Founding;
use crate::writer::seal::Sealed;
use crate::{name_block, number_low};

type Result<T> = std::result::Result<T, StoreError>;
/// Gives the number of a word as a cell.
pub(crate) type Word<'w> = dyn FnMut(&str) -> Result<Cell> + 'w;

/// What a chunk adds: rows that are all new.
#[derive(Debug, Default)]
pub struct Additions<'a> {
    /// Entries, in their order; their places follow one another.
    pub entries: &'a [NewEntry],
    /// Subjects.
    pub subjects: Vec<&'a SubjectRow>,
    /// Codes, of these and other subjects.
    pub codes: &'a [CodeRow],
    /// The names that these subjects no longer bear.
    pub former_names: Vec<&'a NameRow>,
    /// The keys of these subjects' whole names.
    pub name_keys: Vec<(i64, SubjectNo)>,
    /// Keys of similar names, of these and other subjects.
    pub similar_keys: Vec<(i64, SubjectNo)>,
    /// Records with what finds them.
    pub records: &'a [NewRecord],
    /// Standings of records that have none yet.
    pub standings: &'a [StandingRow],
}

/// Additions made ready.
#[derive(Debug)]
pub struct Staged {
    /// What the transaction must go on with.
    pub(crate) next: Next,
    /// The leaves of the entries.
    pub(crate) leaves: Vec<Digest>,
    pub(crate) tables: Vec<(&'static Table, Ready)>,
}

impl Additions<'_> {
    /// The rows, ready for a kind of connection; `sealed` are the entries' bodies.
    pub(crate) fn stage(
        &self,
        founding: &Founding,
        next: Next,
        sealed: Vec<Sealed>,
        word: &mut Word<'_>,
        make: fn(&Table, Vec<Vec<Cell>>) -> Result<Ready>,
    ) -> Result<Staged> {
        let mut leaves = Vec::with_capacity(sealed.len());
        let mut entries = Vec::with_capacity(sealed.len());
        for ((entry, seq), sealed) in self.entries.iter().zip(next.seq..).zip(sealed) {
            let Sealed { commitments, dictionary, packed } = sealed;
            let (adoption, rulebook) = entry.adoption;
            leaves.push(founding.leaf(Seq(seq), next.at, entry.kind, rulebook, commitments));
            entries.push(vec![
                seq.into(),
                entry.about.0.into(),
                next.at.into(),
                i64::from(entry.kind.number()).into(),
                adoption.into(),
                dictionary.into(),
                commitments.into(),
                entry.salt.0.into(),
                packed.into(),
            ]);
        }
        // Behind the entries of which they come: once for those.
        let place = next.seq + i64::try_from(leaves.len()).unwrap_or(i64::MAX);
        let rows = [
            ("entry", entries),
            ("subject", self.subjects.iter().map(|row| subject_cells(row)).collect()),
            ("subject_code", all(self.codes, |row| code_cells(row, word))?),
            ("subject_name", self.former_names.iter().map(|row| name_cells(row)).collect()),
            ("name_key", name_key_cells(self.name_keys.clone())),
            ("name_block", name_block_cells(place, &self.similar_keys)),
            ("record", all(self.records, |row| record_cells(row, word))?),
            ("standing", all(self.standings, |row| standing_cells(row, word))?),
        ];
        let mut tables = Vec::with_capacity(rows.len());
        for (name, mut rows) in rows {
            let table = Table::named(name)?;
            if !rows.is_empty() {
                sum(&mut rows);
                tables.push((table, make(table, rows)?));
            }
        }
        Ok(Staged { next, leaves, tables })
    }
}

fn all<T>(rows: &[T], cells: impl FnMut(&T) -> Result<Vec<Cell>>) -> Result<Vec<Vec<Cell>>> {
    rows.iter().map(cells).collect()
}

pub(crate) fn subject_cells(row: &SubjectRow) -> Vec<Cell> {
    vec![
        row.no.into(),
        row.public_id.into(),
        row.kind.as_str().into(),
        row.name.as_str().into(),
        row.code.clone().into(),
        row.legal_form.as_str().into(),
        row.state.as_str().into(),
        row.region.as_str().into(),
        row.head.into(),
        row.registration.into(),
        row.named_from.into(),
        row.provisional.into(),
        row.masked.into(),
    ]
}

fn code_cells(row: &CodeRow, word: &mut Word<'_>) -> Result<Vec<Cell>> {
    Ok(vec![row.subject.into(), word(&row.kind)?, row.code.as_str().into()])
}

pub(crate) fn name_cells(row: &NameRow) -> Vec<Cell> {
    vec![row.subject.into(), row.from.into(), row.until.into(), row.name.as_str().into()]
}

pub(crate) fn name_key_cells(mut pairs: Vec<(i64, SubjectNo)>) -> Vec<Vec<Cell>> {
    // Random keys go in sorted: neighbours share pages of the tree.
    pairs.sort_unstable();
    pairs.dedup();
    pairs.into_iter().map(|(key, subject)| vec![key.into(), subject.into()]).collect()
}

fn name_block_cells(place: i64, pairs: &[(i64, SubjectNo)]) -> Vec<Vec<Cell>> {
    name_block::pack(pairs.iter().copied())
        .into_iter()
        .map(|(bucket, body)| vec![place.into(), bucket.into(), body.into()])
        .collect()
}

fn record_cells(record: &NewRecord, word: &mut Word<'_>) -> Result<Vec<Cell>> {
    let NewRecord { row, key, number } = record;
    let [id_high, id_low] = halves(row.public_id.0);
    let [key_high, key_low] = halves(*key);
    let [content_high, content_low] = halves(row.content_mac);
    let decision = row.decision.map(halves);
    Ok(vec![
        row.no.into(),
        id_high.into(),
        id_low.into(),
        row.subject.into(),
        decision.map(|[high, _]| high).into(),
        decision.map(|[_, low]| low).into(),
        key_high.into(),
        key_low.into(),
        content_high.into(),
        content_low.into(),
        number.map(number_low).into(),
        row.batch.into(),
        word(&row.catalogue)?,
        word(&row.source)?,
    ])
}

pub(crate) fn standing_cells(row: &StandingRow, word: &mut Word<'_>) -> Result<Vec<Cell>> {
    Ok(vec![
        row.record.into(),
        row.subject.into(),
        row.seq.into(),
        row.ended_at.into(),
        row.decided_on.into(),
        row.shown_from.into(),
        row.shown_until.into(),
        row.next_day.into(),
        word(&row.section)?,
        word(&row.catalogue)?,
        word(&row.publication)?,
        word(&row.reason)?,
        row.disputed.into(),
        row.version.into(),
        row.summary.as_str().into(),
    ])
}
