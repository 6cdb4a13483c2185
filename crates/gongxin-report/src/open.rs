//! Files of open data: the same rows as CSV, as JSON Lines and as Parquet.

mod parquet;
#[cfg(test)]
mod tests;

use std::io::Write;

use gongxin_model::Day;

use self::parquet::Columns;
use crate::{ReportError, csv};

/// What stands between several values in one cell of a CSV.
const BETWEEN: &str = "；";

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenKind {
    /// A text.
    Text,
    /// Several texts.
    Texts,
    /// A legal day.
    Day,
    /// True or false.
    Flag,
}

/// A column of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenColumn {
    /// Its name; no two columns of a file have the same.
    pub name: String,
    /// What its values are.
    pub kind: OpenKind,
}

/// A value, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenCell {
    /// There is none. A text without characters and a list without texts are none, too.
    Absent,
    /// A text.
    Text(String),
    /// Several texts.
    Texts(Vec<String>),
    /// A legal day.
    Day(Day),
    /// True or false.
    Flag(bool),
}

/// In which form rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OpenFormat {
    /// CSV as the other tables are: UTF-8 with its mark, every cell quoted and safe.
    Csv,
    /// One JSON object a line; values as they are, absent ones left out.
    JsonLines,
    /// Apache Parquet, compressed with Snappy.
    Parquet,
}

/// A file of open data that is being written.
pub struct OpenFile<W: Write + Send> {
    columns: Vec<OpenColumn>,
    form: Form<W>,
}

enum Form<W: Write + Send> {
    Csv(W),
    JsonLines(W),
    Parquet(Box<Columns<W>>),
}

impl<W: Write + Send> std::fmt::Debug for OpenFile<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenFile").field("columns", &self.columns.len()).finish_non_exhaustive()
    }
}

impl<W: Write + Send> OpenFile<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// The output refuses it.
    pub fn begin(
        format: OpenFormat,
        columns: &[OpenColumn],
        mut out: W,
    ) -> Result<Self, ReportError> {
        let form = match format {
            OpenFormat::Csv => {
                csv::begin(&mut out)?;
                csv::line(&mut out, columns.iter().map(|column| column.name.as_str()))?;
                Form::Csv(out)
            }
            OpenFormat::JsonLines => Form::JsonLines(out),
            OpenFormat::Parquet => Form::Parquet(Box::new(Columns::begin(columns, out)?)),
        };
        Ok(Self { columns: columns.to_vec(), form })
    }

    /// Takes rows, each with a cell for every column.
    ///
    /// # Errors
    /// The output refuses them.
    pub fn push(&mut self, rows: &[Vec<OpenCell>]) -> Result<(), ReportError> {
        match &mut self.form {
            Form::Csv(out) => {
                for row in rows {
                    let cells: Vec<String> = row.iter().map(csv_cell).collect();
                    csv::line(out, cells.iter().map(String::as_str))?;
                }
                Ok(())
            }
            Form::JsonLines(out) => {
                for row in rows {
                    json_line(out, &self.columns, row)?;
                }
                Ok(())
            }
            Form::Parquet(columns) => columns.push(rows),
        }
    }

    /// Ends the file and gives the output back.
    ///
    /// # Errors
    /// The output refuses the end.
    pub fn end(self) -> Result<W, ReportError> {
        match self.form {
            Form::Csv(out) | Form::JsonLines(out) => Ok(out),
            Form::Parquet(columns) => columns.end(),
        }
    }
}

fn csv_cell(cell: &OpenCell) -> String {
    match cell {
        OpenCell::Absent => String::new(),
        OpenCell::Text(text) => text.clone(),
        OpenCell::Texts(texts) => texts.join(BETWEEN),
        OpenCell::Day(day) => day.to_string(),
        OpenCell::Flag(flag) => flag.to_string(),
    }
}

fn json_line(
    out: &mut dyn Write,
    columns: &[OpenColumn],
    row: &[OpenCell],
) -> Result<(), ReportError> {
    let mut object = serde_json::Map::new();
    for (column, cell) in columns.iter().zip(row) {
        let value = match cell {
            OpenCell::Absent => continue,
            OpenCell::Text(text) if text.is_empty() => continue,
            OpenCell::Texts(texts) if texts.is_empty() => continue,
            OpenCell::Text(text) => text.as_str().into(),
            OpenCell::Texts(texts) => texts.clone().into(),
            OpenCell::Day(day) => day.to_string().into(),
            OpenCell::Flag(flag) => (*flag).into(),
        };
        object.insert(column.name.clone(), value);
    }
    serde_json::to_writer(&mut *out, &object).map_err(std::io::Error::from)?;
    Ok(out.write_all(b"\n")?)
}
