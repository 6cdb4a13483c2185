//! A table that is no hand-in: read whole, cell by cell, in any form that a hand-in may have.

use gongxin_model::Finding;

use crate::child::ChildCommand;
use crate::decode::Source;
use crate::header::Spellings;
use crate::limits::Limits;
use crate::mapping::Mapping;
use crate::reader::{Next, Reader, With};
use crate::row::RawRow;
use crate::{rules, values};

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRow {
    /// Its number, as whoever wrote the table counts.
    pub number: u64,
    /// Its cells, without what frames them.
    pub cells: Vec<String>,
}

/// Reads the rows of a table that are not blank: a text file, or the first sheet of a workbook.
///
/// # Errors
/// The file cannot be read to its end, or has more rows than a table may have.
pub fn read_table(
    source: Source,
    child: Option<ChildCommand>,
    limits: &Limits,
) -> Result<Vec<TableRow>, Finding> {
    let with =
        With { mapping: Mapping::default(), child, spellings: Spellings::none(), is_member: false };
    let mut reader = Reader::open(source, &with, limits)?;
    let mut rows = Vec::new();
    let mut row = RawRow::default();
    loop {
        match reader.next(&mut row, limits) {
            Next::Row if rows.len() >= limits.table_rows => {
                let most = limits.table_rows.to_string();
                return Err(Finding::new(rules::TOO_MANY_ROWS).with("limit", most));
            }
            Next::Row if row.is_blank() => {}
            Next::Row => rows.push(TableRow {
                number: row.number,
                cells: row.cells().map(|cell| values::clean(cell).into_owned()).collect(),
            }),
            // What follows the first sheet explains it, or is somebody's own.
            Next::Part(_) if rows.is_empty() => {}
            // How the part was read; each of its rows is judged by itself.
            Next::Said(_) => {}
            Next::Part(_) | Next::PartEnd | Next::End => return Ok(rows),
            Next::Passed(finding) | Next::Failed(finding) => return Err(finding),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Vec<TableRow> {
        let source = Box::new(std::io::Cursor::new(bytes.to_vec()));
        read_table(source, None, &Limits::default()).unwrap()
    }

    #[test]
    fn a_table_is_read_in_either_encoding() {
        let text = "公信疑问编号,判定,判定理由\r\n12,关联,\"来函, 已核\"\r\n,,\r\n13,拒收,'=1\r\n";
        let expected = [
            (1, vec!["公信疑问编号", "判定", "判定理由"]),
            (2, vec!["12", "关联", "来函, 已核"]),
            (4, vec!["13", "拒收", "=1"]),
        ];
        let (gb18030, ..) = encoding_rs::GB18030.encode(text);
        for bytes in [text.as_bytes(), format!("\u{feff}{text}").as_bytes(), &gb18030] {
            let rows = read(bytes);
            let seen: Vec<(u64, Vec<&str>)> = rows
                .iter()
                .map(|row| (row.number, row.cells.iter().map(String::as_str).collect()))
                .collect();
            assert_eq!(seen, expected);
        }
    }

    #[test]
    fn a_table_has_a_limit() {
        let source = || Box::new(std::io::Cursor::new(b"a,b\n1,2\n3,4\n".to_vec()));
        let limits = Limits { table_rows: 2, ..Limits::default() };
        let finding = read_table(source(), None, &limits).unwrap_err();
        assert_eq!(finding.rule, rules::TOO_MANY_ROWS.id);
    }
}
