//! Rows as Parquet, which is written column by column: rows wait until a group of them is full.

use std::io::Write;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, Int32Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::Type;

use super::{OpenCell, OpenColumn, OpenKind};
use crate::ReportError;

/// Rows of a group. A reader takes a group at once, and so does whoever writes.
const GROUP: usize = 20_000;
/// Who says that it wrote the file.
const CREATED_BY: &str = concat!("gongxin version ", env!("CARGO_PKG_VERSION"));
const DAY: i64 = 24 * 3600 * 1_000_000;
/// What the civil date is ahead of UTC, in microseconds.
const AHEAD: i64 = 8 * 3600 * 1_000_000;

/// A Parquet file that is being written.
pub(super) struct Columns<W: Write + Send> {
    kinds: Vec<OpenKind>,
    waiting: Vec<Vec<OpenCell>>,
    file: SerializedFileWriter<W>,
}

impl<W: Write + Send> Columns<W> {
    pub(super) fn begin(columns: &[OpenColumn], out: W) -> Result<Self, ReportError> {
        let fields: Result<Vec<Arc<Type>>, ParquetError> =
            columns.iter().map(|column| column_type(column).map(Arc::new)).collect();
        let schema = Type::group_type_builder("record").with_fields(fields?).build()?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(CREATED_BY.to_owned())
            .build();
        let file = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties))?;
        let kinds = columns.iter().map(|column| column.kind).collect();
        Ok(Self { kinds, waiting: Vec::new(), file })
    }

    pub(super) fn push(&mut self, rows: &[Vec<OpenCell>]) -> Result<(), ReportError> {
        for row in rows {
            self.waiting.push(row.clone());
            if self.waiting.len() == GROUP {
                self.write_group()?;
            }
        }
        Ok(())
    }

    pub(super) fn end(mut self) -> Result<W, ReportError> {
        if !self.waiting.is_empty() {
            self.write_group()?;
        }
        Ok(self.file.into_inner()?)
    }

    fn write_group(&mut self) -> Result<(), ReportError> {
        let mut group = self.file.next_row_group()?;
        for (place, kind) in self.kinds.iter().enumerate() {
            let Some(mut column) = group.next_column()? else {
                break;
            };
            let cells = self.waiting.iter().map(|row| row.get(place).unwrap_or(&OpenCell::Absent));
            match kind {
                OpenKind::Text => plain::<ByteArrayType>(&mut column, cells, text)?,
                OpenKind::Texts => lists(&mut column, cells)?,
                OpenKind::Day => plain::<Int32Type>(&mut column, cells, day)?,
                OpenKind::Flag => plain::<BoolType>(&mut column, cells, flag)?,
            }
            column.close()?;
        }
        group.close()?;
        self.waiting.clear();
        Ok(())
    }
}

fn column_type(column: &OpenColumn) -> Result<Type, ParquetError> {
    let plain = |name: &str, physical, logical, repetition| {
        Type::primitive_type_builder(name, physical)
            .with_logical_type(logical)
            .with_repetition(repetition)
            .build()
    };
    let (name, optional) = (column.name.as_str(), Repetition::OPTIONAL);
    let text = Some(LogicalType::String);
    match column.kind {
        OpenKind::Text => plain(name, Physical::BYTE_ARRAY, text, optional),
        OpenKind::Day => plain(name, Physical::INT32, Some(LogicalType::Date), optional),
        OpenKind::Flag => plain(name, Physical::BOOLEAN, None, optional),
        OpenKind::Texts => {
            let element = plain("element", Physical::BYTE_ARRAY, text, Repetition::REQUIRED)?;
            let list = Type::group_type_builder("list")
                .with_repetition(Repetition::REPEATED)
                .with_fields(vec![Arc::new(element)])
                .build()?;
            Type::group_type_builder(name)
                .with_repetition(optional)
                .with_logical_type(Some(LogicalType::List))
                .with_fields(vec![Arc::new(list)])
                .build()
        }
    }
}

type Column<'a> = SerializedColumnWriter<'a>;

/// One value a row, or none.
fn plain<'c, T: DataType>(
    column: &mut Column<'_>,
    cells: impl Iterator<Item = &'c OpenCell>,
    value: impl Fn(&OpenCell) -> Option<T::T>,
) -> Result<(), ParquetError> {
    let (mut values, mut levels) = (Vec::new(), Vec::new());
    for cell in cells {
        let value = value(cell);
        levels.push(i16::from(value.is_some()));
        values.extend(value);
    }
    column.typed::<T>().write_batch(&values, Some(&levels), None)?;
    Ok(())
}

fn text(cell: &OpenCell) -> Option<ByteArray> {
    match cell {
        OpenCell::Text(text) if !text.is_empty() => Some(ByteArray::from(text.as_str())),
        _ => None,
    }
}

fn day(cell: &OpenCell) -> Option<i32> {
    match cell {
        OpenCell::Day(day) => i32::try_from((day.begins().0 + AHEAD).div_euclid(DAY)).ok(),
        _ => None,
    }
}

fn flag(cell: &OpenCell) -> Option<bool> {
    match cell {
        OpenCell::Flag(flag) => Some(*flag),
        _ => None,
    }
}

fn lists<'c>(
    column: &mut Column<'_>,
    cells: impl Iterator<Item = &'c OpenCell>,
) -> Result<(), ParquetError> {
    let (mut values, mut levels, mut repeats) = (Vec::new(), Vec::new(), Vec::new());
    for cell in cells {
        let texts = match cell {
            OpenCell::Texts(texts) => texts.as_slice(),
            _ => &[],
        };
        if texts.is_empty() {
            levels.push(0);
            repeats.push(0);
        }
        for (place, text) in texts.iter().enumerate() {
            values.push(ByteArray::from(text.as_str()));
            levels.push(2);
            repeats.push(i16::from(place > 0));
        }
    }
    column.typed::<ByteArrayType>().write_batch(&values, Some(&levels), Some(&repeats))?;
    Ok(())
}
