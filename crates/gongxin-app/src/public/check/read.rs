//! The rows of a check: from a workbook, a text file, or what was pasted.

use gongxin_intake::{ChildCommand, Limits, TableRow, read_table};
use gongxin_model::code::normalise_code;
use gongxin_model::finding::Language;
use gongxin_pack::{Role, Rulebook};

use super::{CHECK_ROWS, CheckAsk};
use crate::{Office, OfficeError};

/// The fewest characters of what may be a code.
const CODE_CHARACTERS: usize = 8;
/// What parts cells that were pasted.
const BETWEEN: [char; 6] = ['\t', ',', '，', ';', '；', '、'];

/// Why nothing was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckFault {
    /// The file cannot be read, and why.
    Unread(String),
    /// There are more rows than one check takes.
    Many,
    /// There is no name and no code.
    Empty,
}

impl Office {
    /// The rows of a file: a workbook's first sheet or a text. Nothing of it is kept.
    ///
    /// # Errors
    /// No rulebook is in force, or the store cannot be read. What is wrong with the file is its fault.
    pub fn read_check(
        &self,
        bytes: Vec<u8>,
        child: Option<ChildCommand>,
        language: Language,
    ) -> Result<Result<Vec<CheckAsk>, CheckFault>, OfficeError> {
        let limits = Limits { table_rows: CHECK_ROWS + 1, ..Limits::default() };
        let source = Box::new(std::io::Cursor::new(bytes));
        let rules = self.rules()?;
        Ok(match read_table(source, child, &limits) {
            Ok(rows) => taken(&rules.rulebook, &rows),
            Err(finding) if finding.rule == gongxin_intake::rules::TOO_MANY_ROWS.id => {
                Err(CheckFault::Many)
            }
            Err(finding) => Err(CheckFault::Unread(self.texts.message(&finding, language))),
        })
    }

    /// The rows of a text that was pasted: a line each, name and code in either order.
    ///
    /// # Errors
    /// No rulebook is in force, or the store cannot be read. What is wrong with the text is its fault.
    pub fn read_check_text(
        &self,
        text: &str,
    ) -> Result<Result<Vec<CheckAsk>, CheckFault>, OfficeError> {
        let rules = self.rules()?;
        let line = |(number, line): (u64, &str)| TableRow {
            number,
            cells: line.split(BETWEEN).map(|cell| cell.trim().to_owned()).collect(),
        };
        let rows: Vec<TableRow> = (1..).zip(text.lines()).map(line).collect();
        Ok(taken(&rules.rulebook, &rows))
    }
}

/// The columns of names and codes of a table that has a header.
#[derive(Debug, Default)]
struct Columns {
    names: Vec<usize>,
    codes: Vec<usize>,
}

impl Columns {
    /// The columns that a row names, in the spellings of the packs; none where it is no header.
    fn of(rulebook: &Rulebook, row: &TableRow) -> Option<Self> {
        let mut columns = Self::default();
        for (place, cell) in row.cells.iter().enumerate() {
            match role_of(rulebook, cell) {
                Some(Role::CounterpartName) => columns.names.push(place),
                Some(_) => columns.codes.push(place),
                None => {}
            }
        }
        (!columns.names.is_empty() || !columns.codes.is_empty()).then_some(columns)
    }
}

/// Whether a header is one of a counterpart's name or code.
fn role_of(rulebook: &Rulebook, header: &str) -> Option<Role> {
    let header = header.trim();
    let fields = rulebook.catalogues.values().flat_map(|catalogue| &catalogue.fields);
    let mut named = fields.filter(|field| {
        let own = [&field.code, &field.name.zh, &field.name.en];
        own.into_iter().chain(&field.spellings).any(|one| one.eq_ignore_ascii_case(header))
    });
    named.find_map(|field| field.role.filter(|role| is_of_counterpart(*role)))
}

fn is_of_counterpart(role: Role) -> bool {
    matches!(
        role,
        Role::CounterpartName
            | Role::CounterpartUscc
            | Role::CounterpartOrganisationCode
            | Role::CounterpartRegistrationNumber
            | Role::CounterpartTaxNumber
            | Role::CounterpartInstitutionNumber
            | Role::CounterpartAssociationNumber
    )
}

fn taken(rulebook: &Rulebook, rows: &[TableRow]) -> Result<Vec<CheckAsk>, CheckFault> {
    let mut rest = rows.iter();
    let header = rows.first().and_then(|first| Columns::of(rulebook, first));
    if header.is_some() {
        rest.next();
    }
    // What is no table has what nobody writes in one.
    let is_foreign = |cell: &String| cell.chars().any(|one| one.is_control() || one == '\u{fffd}');
    if rows.iter().any(|row| row.cells.iter().any(is_foreign)) {
        return Err(CheckFault::Unread(String::new()));
    }
    let asked: Vec<CheckAsk> = rest
        .map(|row| match &header {
            Some(columns) => by_columns(row, columns),
            None => by_shape(row),
        })
        .filter(|one| !one.name.is_empty() || !one.code.is_empty())
        .collect();
    match asked.len() {
        0 => Err(CheckFault::Empty),
        count if count > CHECK_ROWS => Err(CheckFault::Many),
        _ => Ok(asked),
    }
}

fn by_columns(row: &TableRow, columns: &Columns) -> CheckAsk {
    let first = |places: &[usize]| {
        let cells = places.iter().filter_map(|place| row.cells.get(*place));
        cells.map(|cell| cell.trim()).find(|cell| !cell.is_empty()).unwrap_or_default().to_owned()
    };
    CheckAsk { line: row.number, name: first(&columns.names), code: first(&columns.codes) }
}

/// Of a row without a header the first cell that may be a code is one, and the first other is the name.
fn by_shape(row: &TableRow) -> CheckAsk {
    let cells: Vec<String> = match row.cells.as_slice() {
        [one] => words(one),
        cells => cells.to_vec(),
    };
    let code = cells.iter().position(|cell| is_code(cell));
    let others = cells.iter().enumerate().filter(|(place, _)| Some(*place) != code);
    // A number alone numbers the row.
    let name = others.map(|(_, cell)| cell.trim()).find(|cell| {
        !cell.is_empty() && !cell.chars().all(|one| one.is_ascii_digit() || one == '.')
    });
    CheckAsk {
        line: row.number,
        name: name.unwrap_or_default().to_owned(),
        code: code.and_then(|place| cells.get(place)).cloned().unwrap_or_default(),
    }
}

/// A line in which nothing but blanks parts name and code.
fn words(line: &str) -> Vec<String> {
    let mut words: Vec<&str> = line.split_whitespace().collect();
    let Some(place) = words.iter().position(|word| is_code(word)) else {
        return vec![line.trim().to_owned()];
    };
    let code = words.remove(place).to_owned();
    vec![code, words.join(" ")]
}

fn is_code(cell: &str) -> bool {
    let normal = normalise_code(cell);
    normal.len() >= CODE_CHARACTERS
        && normal.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && normal.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_and_code_of_a_row_are_known_by_their_shape() {
        let code = "91150000720180740Y";
        let firm = "演练州云禾商贸有限公司";
        for (cells, name, found) in [
            (&[firm, code][..], firm, code),
            (&[code, firm], firm, code),
            (&["1", firm, code], firm, code),
            (&["12.", code, ""], "", code),
            (&[firm], firm, ""),
            (&["Gongxin Trading Co. 91150000720180740Y"], "Gongxin Trading Co.", code),
            (&["150102199001011234"], "", "150102199001011234"),
            (&["", ""], "", ""),
        ] {
            let cells = cells.iter().map(|cell| (*cell).to_owned()).collect();
            let asked = by_shape(&TableRow { number: 7, cells });
            assert_eq!((asked.name.as_str(), asked.code.as_str()), (name, found));
        }
    }
}
