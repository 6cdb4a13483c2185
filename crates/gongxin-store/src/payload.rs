//! Bodies as they rest: canonical bytes, compressed with a dictionary per catalogue.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use gongxin_model::Body;
use gongxin_seal::decode_body;
use zstd::bulk::{Compressor, Decompressor};

use crate::StoreError;
use crate::connection::Connection;
use crate::schema::Table;

/// A dictionary is made when so many bodies of a catalogue come in one transaction.
const SAMPLES: usize = 500;
/// Its size. Larger ones gained less than two bytes a record in the spike (ADR 0003).
const DICTIONARY_BYTES: usize = 16 * 1024;
const LEVEL: i32 = 3;
/// No body is larger: the limits of intake lie far below.
const BODY_LIMIT: usize = 16 * 1024 * 1024;

/// The dictionaries for the bodies of one transaction.
#[derive(Clone, Default)]
pub(crate) struct Dictionaries {
    /// Catalogue → dictionary number and its bytes; 0 and nothing where there is none yet.
    ready: BTreeMap<String, (i64, Arc<[u8]>)>,
}

impl Dictionaries {
    /// Finds or makes the dictionary of each catalogue among the bodies.
    pub(crate) fn of(
        connection: &mut Connection,
        bodies: &[(&str, &[u8])],
    ) -> Result<Self, StoreError> {
        let mut samples: BTreeMap<&str, Vec<&[u8]>> = BTreeMap::new();
        for (catalogue, bytes) in bodies {
            samples.entry(catalogue).or_default().push(bytes);
        }
        let mut ready = BTreeMap::new();
        for (catalogue, samples) in samples {
            let (number, body) = match newest(connection, catalogue)? {
                None if samples.len() >= SAMPLES => train(connection, catalogue, &samples)?,
                found => found.unwrap_or_default(),
            };
            ready.insert(catalogue.to_owned(), (number, body.into()));
        }
        Ok(Self { ready })
    }

    /// True where each catalogue's dictionary is here.
    pub(crate) fn know<'c>(&self, mut catalogues: impl Iterator<Item = &'c str>) -> bool {
        catalogues.all(|catalogue| self.ready.contains_key(catalogue))
    }

    /// Looks up the dictionaries of catalogues that are not here, as far as they are made.
    pub(crate) fn learn<'c>(
        &mut self,
        connection: &mut Connection,
        catalogues: impl Iterator<Item = &'c str>,
    ) -> Result<(), StoreError> {
        for catalogue in catalogues {
            if !self.ready.contains_key(catalogue)
                && let Some((number, body)) = newest(connection, catalogue)?
            {
                self.ready.insert(catalogue.to_owned(), (number, body.into()));
            }
        }
        Ok(())
    }

    /// A packer of its own for each thread.
    pub(crate) fn packer(&self) -> Packer<'_> {
        Packer { dictionaries: self, ready: BTreeMap::new() }
    }
}

/// Packs bodies.
pub(crate) struct Packer<'a> {
    dictionaries: &'a Dictionaries,
    ready: BTreeMap<String, (i64, Compressor<'static>)>,
}

impl Packer<'_> {
    /// Packs a body: dictionary number and bytes.
    pub(crate) fn pack(
        &mut self,
        catalogue: &str,
        body: &[u8],
    ) -> Result<(i64, Vec<u8>), StoreError> {
        if !self.ready.contains_key(catalogue) {
            let known = self.dictionaries.ready.get(catalogue);
            let (number, dictionary) = known.ok_or_else(|| StoreError::corrupt("no dictionary"))?;
            let compressor = Compressor::with_dictionary(LEVEL, dictionary);
            let compressor = compressor.map_err(|error| packing(&error))?;
            self.ready.insert(catalogue.to_owned(), (*number, compressor));
        }
        let ready = self.ready.get_mut(catalogue);
        let (number, compressor) = ready.ok_or_else(|| StoreError::corrupt("no compressor"))?;
        let packed = compressor.compress(body).map_err(|error| packing(&error))?;
        Ok((*number, packed))
    }
}

fn newest(
    connection: &mut Connection,
    catalogue: &str,
) -> Result<Option<(i64, Vec<u8>)>, StoreError> {
    let sql = "SELECT no, body FROM dictionary WHERE catalogue = $1 ORDER BY no DESC LIMIT 1";
    let row = connection.first(sql, &[catalogue.into()])?;
    row.map(|mut row| Ok((row.int()?, row.blob()?))).transpose()
}

fn train(
    connection: &mut Connection,
    catalogue: &str,
    samples: &[&[u8]],
) -> Result<(i64, Vec<u8>), StoreError> {
    let taken: Vec<&[u8]> = samples.iter().copied().take(4 * SAMPLES).collect();
    // Samples that are all alike train nothing; one of them then serves as it is.
    let dictionary = zstd::dict::from_samples(&taken, DICTIONARY_BYTES)
        .unwrap_or_else(|_| taken.first().map(|sample| sample.to_vec()).unwrap_or_default());
    let row = connection.first("SELECT COALESCE(MAX(no), 0) FROM dictionary", &[])?;
    let number = row.map_or(Ok(0), |mut row| row.int())? + 1;
    let row = vec![number.into(), catalogue.into(), dictionary.clone().into()];
    Table::named("dictionary")?.insert(connection, vec![row])?;
    Ok((number, dictionary))
}

fn packing(error: &std::io::Error) -> StoreError {
    StoreError::Engine(format!("compressing a body: {error}"))
}

/// Unpacks the bodies of one read.
#[derive(Default)]
pub(crate) struct Unpacker {
    ready: BTreeMap<i64, Decompressor<'static>>,
}

impl std::fmt::Debug for Unpacker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Unpacker")
    }
}

impl Unpacker {
    pub(crate) fn unpack(
        &mut self,
        connection: &mut Connection,
        dictionary: i64,
        packed: &[u8],
    ) -> Result<Body, String> {
        let decompressor = match self.ready.entry(dictionary) {
            Entry::Occupied(ready) => ready.into_mut(),
            Entry::Vacant(place) => place.insert(decompressor(connection, dictionary)?),
        };
        let size = Decompressor::upper_bound(packed).unwrap_or(BODY_LIMIT).min(BODY_LIMIT);
        let bytes = decompressor.decompress(packed, size).map_err(|error| error.to_string())?;
        decode_body(&bytes).map_err(|error| error.to_string())
    }
}

fn decompressor(
    connection: &mut Connection,
    dictionary: i64,
) -> Result<Decompressor<'static>, String> {
    if dictionary == 0 {
        return Decompressor::new().map_err(|error| error.to_string());
    }
    let sql = "SELECT body FROM dictionary WHERE no = $1";
    let row = connection.first(sql, &[dictionary.into()]).map_err(|error| error.to_string())?;
    let body = row.and_then(|mut row| row.blob().ok()).ok_or("its dictionary is missing")?;
    Decompressor::with_dictionary(&body).map_err(|error| error.to_string())
}
