//! The public log for strangers: its last checkpoint, tiles up to it, proofs of records that are shown.
//!
//! Envelopes and hashes stay when a record ends: they name no subject and show no field, and what was
//! proved must stay proved. Which entry is a record's is told only while the record is shown.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gongxin_seal::{Checkpoint, HashSuite, Note, TileFile, envelope_bytes, width_at, write_bundle};
use gongxin_store::{CheckpointRow, Reader, StoreError};

use super::Trouble;
use crate::public::shown::{
    DeskError, ShownLog, ShownLogKey, ShownLogProof, ShownRecord, ShownTile,
};
use crate::public_log::{LogPolicy, prove};

type Answer<T> = Result<T, Trouble>;

/// The log with its last checkpoint.
pub(super) fn log(
    reader: &mut Reader<'_>,
    suite: HashSuite,
    policy: LogPolicy,
) -> Answer<Option<ShownLog>> {
    let Some(last) = reader.checkpoint()? else {
        return Ok(None);
    };
    let signed = checkpoint(&last)?;
    let keys = reader.log_keys()?.into_iter().rev().map(|key| ShownLogKey {
        since: key.since,
        signs: key.last == last.no,
        key: key.key,
    });
    Ok(Some(ShownLog {
        origin: signed.origin,
        suite: suite.to_string(),
        size: signed.size,
        signed: last.at,
        root: STANDARD.encode(signed.root.0),
        keys: keys.collect(),
        note: last.note,
        kept_seconds: policy.checkpoint_kept_seconds,
    }))
}

/// A tile or a bundle that the last checkpoint covers.
pub(super) fn tile(reader: &mut Reader<'_>, path: &str) -> Answer<Option<ShownTile>> {
    let (Ok(file), Some(last)) = (path.parse::<TileFile>(), reader.checkpoint()?) else {
        return Ok(None);
    };
    let tile = file.tile();
    let size = u64::try_from(last.size).unwrap_or(0);
    if tile.width > width_at(size, tile.level, tile.index) {
        return Ok(None);
    }
    let bytes = match file {
        TileFile::Hashes(tile) => {
            let hashes = reader.log_tile(tile)?;
            hashes.iter().flat_map(|hash| hash.0).collect()
        }
        TileFile::Entries(tile) => {
            // Within the size of the log, so within what numbers of entries can be.
            let first =
                i64::try_from(tile.index).unwrap_or(0) * i64::from(gongxin_seal::TILE_WIDTH);
            let envelopes = reader.envelopes(first, first + i64::from(tile.width))?;
            let entries: Vec<Vec<u8>> = envelopes.iter().map(envelope_bytes).collect();
            let long = |_| StoreError::Corrupt("an envelope is too long for a bundle".into());
            write_bundle(entries.iter().map(Vec::as_slice)).map_err(long)?
        }
    };
    Ok(Some(ShownTile { bytes }))
}

/// The proof of the entry that holds what is shown of a record.
pub(super) fn proof(
    reader: &mut Reader<'_>,
    (suite, policy): (HashSuite, LogPolicy),
    record: &ShownRecord,
) -> Answer<ShownLogProof> {
    let entry = record.origin.entry;
    match prove(reader, suite, entry)? {
        Some(proof) => Ok(ShownLogProof { record: record.id, proof }),
        // It is integrated and signed within moments, where anything is signed at all.
        None => Err(Trouble::Desk(DeskError::Busy { seconds: policy.wait_seconds() })),
    }
}

/// True where something was signed.
pub(super) fn is_signed(reader: &mut Reader<'_>) -> Answer<bool> {
    Ok(reader.checkpoint()?.is_some())
}

fn checkpoint(row: &CheckpointRow) -> Answer<Checkpoint> {
    let note = row.note.parse::<Note>().ok();
    let read = note.and_then(|note| note.text.parse().ok());
    Ok(read.ok_or_else(|| StoreError::Corrupt(format!("the note of checkpoint {}", row.no)))?)
}
