//! The values that go into and come out of a database: numbers, texts, bytes, and none.
//!
//! A day is the number that its digits make, 20260504: four bytes that sort like the day and that a
//! person who looks into a table can read.

use crate::StoreError;

/// One value of a column or parameter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cell {
    /// No value.
    Null,
    /// INTEGER, BIGINT; where a column is narrow, of 32 bits.
    Int(i64),
    /// TEXT.
    Text(String),
    /// BLOB, BYTEA.
    Blob(Vec<u8>),
    /// Many texts, for `MANY($n)`; a parameter only.
    Texts(Vec<String>),
    /// Many numbers, for `MANY($n)`; a parameter only.
    Ints(Vec<i64>),
    /// Many byte strings, for `MANY_BLOBS($n)`; a parameter only.
    Blobs(Vec<Vec<u8>>),
}

macro_rules! from {
    ($($type:ty => $make:expr;)*) => {
        $(impl From<$type> for Cell {
            fn from(value: $type) -> Self {
                ($make)(value)
            }
        })*
    };
}

from! {
    i64 => Self::Int;
    bool => |value| Self::Int(i64::from(value));
    &str => |value: &str| Self::Text(value.to_owned());
    String => Self::Text;
    &String => |value: &String| Self::Text(value.clone());
    Vec<u8> => Self::Blob;
    &[u8] => |value: &[u8]| Self::Blob(value.to_vec());
    [u8; 16] => |value: [u8; 16]| Self::Blob(value.to_vec());
    [u8; 32] => |value: [u8; 32]| Self::Blob(value.to_vec());
    Vec<String> => Self::Texts;
    Vec<i64> => Self::Ints;
    Vec<Vec<u8>> => Self::Blobs;
    gongxin_model::Day => |value: gongxin_model::Day| Self::Int(day_number(value));
    gongxin_model::Instant => |value: gongxin_model::Instant| Self::Int(value.0);
    gongxin_model::SubjectNo => |value: gongxin_model::SubjectNo| Self::Int(value.0);
    gongxin_model::RecordNo => |value: gongxin_model::RecordNo| Self::Int(value.0);
    gongxin_model::BatchNo => |value: gongxin_model::BatchNo| Self::Int(value.0);
    gongxin_model::Seq => |value: gongxin_model::Seq| Self::Int(value.0);
    gongxin_model::PublicId => |value: gongxin_model::PublicId| Self::Blob(value.0.to_vec());
    gongxin_model::Digest => |value: gongxin_model::Digest| Self::Blob(value.0.to_vec());
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl Cell {
    /// True for a parameter that stands for many values and has none.
    pub(crate) fn is_none_of_many(&self) -> bool {
        match self {
            Self::Texts(texts) => texts.is_empty(),
            Self::Ints(numbers) => numbers.is_empty(),
            Self::Blobs(many) => many.is_empty(),
            _ => false,
        }
    }

    /// About how many bytes it takes.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Blob(bytes) => bytes.len(),
            _ => 8,
        }
    }

    /// Feeds kind, length and content to a checksum.
    fn feed(&self, hash: &mut u32) {
        let mut eat = |bytes: &[u8]| {
            for byte in bytes {
                *hash = (*hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
            }
        };
        match self {
            Self::Int(number) => {
                eat(&[1]);
                eat(&number.to_be_bytes());
            }
            Self::Text(text) => {
                eat(&[2]);
                eat(&(text.len() as u64).to_be_bytes());
                eat(text.as_bytes());
            }
            Self::Blob(bytes) => {
                eat(&[3]);
                eat(&(bytes.len() as u64).to_be_bytes());
                eat(bytes);
            }
            Self::Null | Self::Texts(_) | Self::Ints(_) | Self::Blobs(_) => eat(&[0]),
        }
    }
}

/// The number that a day's digits make: 2026-05-04 is 20260504.
pub(crate) fn day_number(day: gongxin_model::Day) -> i64 {
    let (year, month, day) = day.parts();
    i64::from(year) * 10_000 + i64::from(month) * 100 + i64::from(day)
}

fn day_of(number: i64) -> Option<gongxin_model::Day> {
    let year = i16::try_from(number / 10_000).ok()?;
    let month = i8::try_from(number / 100 % 100).ok()?;
    gongxin_model::Day::new(year, month, i8::try_from(number % 100).ok()?)
}

/// The two halves of 128 bits, as two columns hold them.
pub(crate) fn halves(bytes: [u8; 16]) -> [i64; 2] {
    let whole = u128::from_be_bytes(bytes);
    let [high, low] = [whole >> 64, whole & u128::from(u64::MAX)];
    [high, low].map(|half| u64::try_from(half).unwrap_or_default().cast_signed())
}

fn joined(high: i64, low: i64) -> [u8; 16] {
    let whole = (u128::from(high.cast_unsigned()) << 64) | u128::from(low.cast_unsigned());
    whole.to_be_bytes()
}

/// The checksum of a row's cells: FNV-1a of 32 bits. Each of its steps is a bijection, so one
/// changed byte always changes the sum.
pub(crate) fn checksum(cells: &[Cell]) -> i64 {
    let mut hash = 0x811c_9dc5;
    cells.iter().for_each(|cell| cell.feed(&mut hash));
    i64::from(hash.cast_signed())
}

/// One row of an answer, read from the left.
#[derive(Debug)]
pub(crate) struct Row {
    cells: std::vec::IntoIter<Cell>,
}

impl Row {
    pub(crate) fn new(cells: Vec<Cell>) -> Self {
        Self { cells: cells.into_iter() }
    }

    /// The cells that are left.
    pub(crate) fn rest(self) -> Vec<Cell> {
        self.cells.collect()
    }

    fn next(&mut self) -> Cell {
        self.cells.next().unwrap_or(Cell::Null)
    }

    pub(crate) fn int(&mut self) -> Result<i64, StoreError> {
        self.int_or_null()?.ok_or_else(|| StoreError::corrupt("no number where one belongs"))
    }

    pub(crate) fn int_or_null(&mut self) -> Result<Option<i64>, StoreError> {
        match self.next() {
            Cell::Int(number) => Ok(Some(number)),
            Cell::Null => Ok(None),
            _ => Err(StoreError::corrupt("another type where a number belongs")),
        }
    }

    pub(crate) fn text(&mut self) -> Result<String, StoreError> {
        self.text_or_null()?.ok_or_else(|| StoreError::corrupt("no text where one belongs"))
    }

    pub(crate) fn text_or_null(&mut self) -> Result<Option<String>, StoreError> {
        match self.next() {
            Cell::Text(text) => Ok(Some(text)),
            Cell::Null => Ok(None),
            _ => Err(StoreError::corrupt("another type where a text belongs")),
        }
    }

    pub(crate) fn blob(&mut self) -> Result<Vec<u8>, StoreError> {
        self.blob_or_null()?.ok_or_else(|| StoreError::corrupt("no bytes where some belong"))
    }

    pub(crate) fn blob_or_null(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        match self.next() {
            Cell::Blob(bytes) => Ok(Some(bytes)),
            Cell::Null => Ok(None),
            _ => Err(StoreError::corrupt("another type where bytes belong")),
        }
    }

    pub(crate) fn fixed<const N: usize>(&mut self) -> Result<[u8; N], StoreError> {
        <[u8; N]>::try_from(self.blob()?.as_slice())
            .map_err(|_| StoreError::corrupt(format!("not {N} bytes")))
    }

    /// 128 bits from two columns.
    pub(crate) fn wide(&mut self) -> Result<[u8; 16], StoreError> {
        Ok(joined(self.int()?, self.int()?))
    }

    /// 128 bits from two columns; None where they are empty.
    pub(crate) fn wide_or_null(&mut self) -> Result<Option<[u8; 16]>, StoreError> {
        Ok(self.int_or_null()?.zip(self.int_or_null()?).map(|(high, low)| joined(high, low)))
    }

    pub(crate) fn flag(&mut self) -> Result<bool, StoreError> {
        Ok(self.int()? != 0)
    }

    pub(crate) fn day(&mut self) -> Result<gongxin_model::Day, StoreError> {
        self.day_or_null()?.ok_or_else(|| StoreError::corrupt("no day where one belongs"))
    }

    pub(crate) fn day_or_null(&mut self) -> Result<Option<gongxin_model::Day>, StoreError> {
        let Some(number) = self.int_or_null()? else {
            return Ok(None);
        };
        let day = day_of(number);
        day.map(Some).ok_or_else(|| StoreError::corrupt(format!("`{number}` is not a day")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_make_the_whole() {
        for bytes in [[0; 16], [255; 16], *b"\x80123456789abcdef", *b"0123456\xff\x80abcdef\x01"] {
            let [high, low] = halves(bytes);
            assert_eq!(joined(high, low), bytes);
        }
    }

    #[test]
    fn a_day_is_its_digits() {
        for (text, number) in
            [("2026-05-04", 20_260_504), ("9998-12-31", 99_981_231), ("0001-01-01", 10_101)]
        {
            let day: gongxin_model::Day = text.parse().unwrap();
            assert_eq!((day_number(day), day_of(number)), (number, Some(day)), "{text}");
        }
        for number in [0, -1, 20_260_230, 20_261_301, 202_605_040, i64::MAX, i64::MIN] {
            assert_eq!(day_of(number), None, "{number}");
        }
    }

    #[test]
    fn every_changed_byte_changes_the_sum() {
        let sum = |text: &str, bytes: &[u8], number: i64| {
            checksum(&[number.into(), text.into(), bytes.into(), Cell::Null])
        };
        let right = sum("abc", &[1, 2, 3], 7);
        assert_ne!(right, sum("abd", &[1, 2, 3], 7));
        assert_ne!(right, sum("ab", &[1, 2, 3], 7));
        assert_ne!(right, sum("abc", &[1, 2, 3], 7 << 40));
        for place in 0..3 {
            for value in 0..=255 {
                let mut bytes = [1, 2, 3];
                if bytes[place] != value {
                    bytes[place] = value;
                    assert_ne!(right, sum("abc", &bytes, 7));
                }
            }
        }
    }
}
