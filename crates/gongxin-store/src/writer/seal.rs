//! Commitments and payloads of many entries, computed side by side: what an intake computes most.

use std::collections::BTreeSet;
use std::num::NonZero;

use gongxin_model::Digest;
use gongxin_seal::{EncodedBody, HashSuite, body_root};

use super::Result;
use crate::StoreError;
use crate::connection::Connection;
use crate::payload::{Dictionaries, Packer};
use crate::rows::NewEntry;

/// Fewer entries than this are not worth a thread.
const FEW: usize = 256;
/// More lanes than this wait for the database anyway.
const LANES: usize = 4;

/// What an entry's body came to.
#[derive(Debug)]
pub(crate) struct Sealed {
    /// The root over its commitments.
    pub(crate) commitments: Digest,
    /// The number of the dictionary that packed it.
    pub(crate) dictionary: i64,
    /// Its packed bytes.
    pub(crate) packed: Vec<u8>,
}

/// Seals entries beside the transaction that will append them, with dictionaries that are known.
pub(crate) fn ahead(
    suite: HashSuite,
    dictionaries: &Dictionaries,
    entries: &[NewEntry],
) -> Result<Vec<Sealed>> {
    let mut packer = dictionaries.packer();
    entries
        .iter()
        .map(|entry| one(suite, &mut packer, entry, &EncodedBody::of(&entry.body)))
        .collect()
}

/// The catalogues whose dictionaries pack the bodies of entries.
pub(crate) fn catalogues(entries: &[NewEntry]) -> BTreeSet<&str> {
    entries.iter().map(catalogue).collect()
}

/// Seals and packs the bodies of entries, in their order.
pub(super) fn all(
    connection: &mut Connection,
    suite: HashSuite,
    entries: &[NewEntry],
) -> Result<Vec<Sealed>> {
    let work: Vec<(&NewEntry, EncodedBody<'_>)> =
        entries.iter().map(|entry| (entry, EncodedBody::of(&entry.body))).collect();
    let bodies: Vec<(&str, &[u8])> =
        work.iter().map(|(entry, body)| (catalogue(entry), body.bytes.as_slice())).collect();
    let dictionaries = Dictionaries::of(connection, &bodies)?;
    let lanes = std::thread::available_parallelism().map_or(1, NonZero::get).min(LANES);
    if work.len() < FEW || lanes == 1 {
        return some(suite, &dictionaries, &work);
    }
    let dictionaries = &dictionaries;
    std::thread::scope(|scope| {
        let seal = |part| scope.spawn(move || some(suite, dictionaries, part));
        let running: Vec<_> = work.chunks(work.len().div_ceil(lanes)).map(seal).collect();
        let mut sealed = Vec::with_capacity(entries.len());
        for lane in running {
            let part = lane.join().map_err(|_| StoreError::Engine("sealing stopped".into()))?;
            sealed.extend(part?);
        }
        Ok(sealed)
    })
}

fn some(
    suite: HashSuite,
    dictionaries: &Dictionaries,
    work: &[(&NewEntry, EncodedBody<'_>)],
) -> Result<Vec<Sealed>> {
    let mut packer = dictionaries.packer();
    work.iter().map(|(entry, body)| one(suite, &mut packer, entry, body)).collect()
}

fn one(
    suite: HashSuite,
    packer: &mut Packer<'_>,
    entry: &NewEntry,
    body: &EncodedBody<'_>,
) -> Result<Sealed> {
    let (dictionary, packed) = packer.pack(catalogue(entry), &body.bytes)?;
    Ok(Sealed { commitments: body_root(suite, &entry.salt, body), dictionary, packed })
}

fn catalogue(entry: &NewEntry) -> &str {
    entry.body.catalogue.as_deref().unwrap_or_default()
}
