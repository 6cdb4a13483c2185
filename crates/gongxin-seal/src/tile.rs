//! Tiles of the log: where each hash and entry stands, by what path, in what bytes (C2SP tlog-tiles).

use std::fmt;
use std::str::FromStr;

use crate::limits;

/// The hashes of a full tile, and the entries of a full bundle.
pub const TILE_WIDTH: u16 = 256;
/// The bits of [`TILE_WIDTH`].
const HEIGHT: u32 = 8;

/// A tile: so many hashes of a level, one beside the other. Level 0 has the leaves; each hash of a
/// level above is the root over a full tile of the level below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tile {
    /// The level, 0 to 63.
    pub level: u8,
    /// Its place in the level.
    pub index: u64,
    /// How many hashes it has, 1 to 256.
    pub width: u16,
}

/// How many hashes a tree of so many leaves has in the tile; 0 where there is none.
#[must_use]
pub fn width_at(size: u64, level: u8, index: u64) -> u16 {
    let shift = HEIGHT * u32::from(level);
    let hashes = size.checked_shr(shift).unwrap_or(0);
    let before = index.saturating_mul(u64::from(TILE_WIDTH));
    let left = hashes.saturating_sub(before).min(u64::from(TILE_WIDTH));
    u16::try_from(left).unwrap_or(TILE_WIDTH)
}

impl Tile {
    /// The tile of a tree with so many leaves; None where the tree has none there.
    #[must_use]
    pub fn at(size: u64, level: u8, index: u64) -> Option<Self> {
        let width = width_at(size, level, index);
        (width > 0).then_some(Self { level, index, width })
    }

    /// True for one that never changes again.
    #[must_use]
    pub fn is_full(self) -> bool {
        self.width == TILE_WIDTH
    }
}

/// What is served under `tile/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TileFile {
    /// Hashes.
    Hashes(Tile),
    /// The entries under a tile of level 0.
    Entries(Tile),
}

impl TileFile {
    /// The tile that it is or whose entries it has.
    #[must_use]
    pub fn tile(self) -> Tile {
        match self {
            Self::Hashes(tile) | Self::Entries(tile) => tile,
        }
    }
}

impl fmt::Display for TileFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hashes(tile) => write!(f, "{}/", tile.level)?,
            Self::Entries(_) => f.write_str("entries/")?,
        }
        let tile = self.tile();
        let mut groups = vec![tile.index % 1_000];
        let mut above = tile.index / 1_000;
        while above > 0 {
            groups.push(above % 1_000);
            above /= 1_000;
        }
        for group in groups.iter().skip(1).rev() {
            write!(f, "x{group:03}/")?;
        }
        write!(f, "{:03}", tile.index % 1_000)?;
        if tile.is_full() { Ok(()) } else { write!(f, ".p/{}", tile.width) }
    }
}

/// The text is no path of a tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the path of a tile")]
pub struct TilePathError;

impl FromStr for TileFile {
    type Err = TilePathError;

    /// Reads what stands behind `tile/`. Each tile has one path.
    fn from_str(path: &str) -> Result<Self, TilePathError> {
        let (kind, rest) = path.split_once('/').ok_or(TilePathError)?;
        let (rest, width) = match rest.split_once(".p/") {
            Some((rest, width)) => (rest, number(width).ok_or(TilePathError)?),
            None => (rest, u64::from(TILE_WIDTH)),
        };
        let mut index: u64 = 0;
        for group in rest.split('/') {
            let digits = group.strip_prefix('x').unwrap_or(group);
            let is_three = digits.len() == 3 && digits.bytes().all(|byte| byte.is_ascii_digit());
            let group: u64 = digits.parse().ok().filter(|_| is_three).ok_or(TilePathError)?;
            let next = index.checked_mul(1_000).and_then(|index| index.checked_add(group));
            index = next.ok_or(TilePathError)?;
        }
        let width = u16::try_from(width).map_err(|_| TilePathError)?;
        let file = match kind {
            "entries" => Self::Entries(Tile { level: 0, index, width }),
            level => {
                let level = number(level).and_then(|level| u8::try_from(level).ok());
                let level = level.filter(|level| *level <= limits::TILE_LEVEL);
                Self::Hashes(Tile { level: level.ok_or(TilePathError)?, index, width })
            }
        };
        // Written again it is the same text, or it is another spelling.
        let is_right = (1..=TILE_WIDTH).contains(&width) && file.to_string() == path;
        is_right.then_some(file).ok_or(TilePathError)
    }
}

/// A decimal number as the specifications write it: digits alone, no zero before them.
pub(crate) fn number(text: &str) -> Option<u64> {
    let is_plain =
        text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|_| is_plain)
}

/// What should be a bundle of entries is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a bundle of so many entries")]
pub struct BundleError;

/// The bytes of a bundle: each entry behind its length in two bytes.
///
/// # Errors
/// An entry is longer than two bytes can say.
pub fn write_bundle<'a>(
    entries: impl IntoIterator<Item = &'a [u8]>,
) -> Result<Vec<u8>, BundleError> {
    let mut bytes = Vec::new();
    for entry in entries {
        let length = u16::try_from(entry.len()).map_err(|_| BundleError)?;
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(entry);
    }
    Ok(bytes)
}

/// The entries of a bundle of a tile, which has exactly so many.
///
/// # Errors
/// It has more or fewer, or ends amid one.
pub fn read_bundle(bytes: &[u8], width: u16) -> Result<Vec<&[u8]>, BundleError> {
    let mut rest = bytes;
    let mut entries = Vec::with_capacity(usize::from(width));
    while let Some((length, behind)) = rest.split_first_chunk::<2>() {
        let length = usize::from(u16::from_be_bytes(*length));
        let (entry, behind) = behind.split_at_checked(length).ok_or(BundleError)?;
        entries.push(entry);
        rest = behind;
    }
    let is_right = rest.is_empty() && entries.len() == usize::from(width);
    is_right.then_some(entries).ok_or(BundleError)
}
