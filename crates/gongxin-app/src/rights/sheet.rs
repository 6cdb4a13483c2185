//! The sheet on which a steward judges held rows outside the platform: given out, and read back.

use std::io::Write;

use gongxin_intake::{ChildCommand, Limits, TableRow, read_table};
use gongxin_model::finding::Language;
use gongxin_model::given_out::{GROUND, HELD, JUDGED_CODE, JUDGEMENT, LINK, PERSON, REFUSE};
use gongxin_report::held::{HeldLine, SUGGESTIONS, write_csv, write_workbook};

use super::docket::{Verdict, Wanted};
use super::held::{HeldFilter, HeldItem};
use crate::gate::{BodySee, Permit};
use crate::{Office, OfficeError};

/// In which form the sheet is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeldForm {
    /// A table of values separated by commas.
    Csv,
    /// A workbook.
    Workbook,
}

impl Office {
    /// Writes the held rows that fit as a sheet to be filled; gives how many there are.
    ///
    /// # Errors
    /// The store cannot be read, or the output refuses it.
    pub fn held_export(
        &self,
        permit: &Permit<BodySee>,
        filter: &HeldFilter,
        (form, limit, language): (HeldForm, u32, Language),
        mut out: impl Write + Send,
    ) -> Result<usize, OfficeError> {
        let rules = self.rules()?;
        let named = |id: &str| {
            let catalogue = rules.rulebook.catalogue(id);
            catalogue.map_or_else(
                || id.to_owned(),
                |one| match language {
                    Language::Chinese => one.name.zh.clone(),
                    Language::English => one.name.en.clone(),
                },
            )
        };
        let items = self.held_list(permit, filter, limit, language)?;
        let lines: Vec<HeldLine> =
            items.iter().map(|item| line(item, named(&item.catalogue))).collect();
        let written = match form {
            HeldForm::Csv => write_csv(&mut out, language, &lines),
            HeldForm::Workbook => write_workbook(out, (language, self.today()), &lines),
        };
        written.map_err(|error| OfficeError::File {
            act: "writing the sheet of held rows".to_owned(),
            why: error.to_string(),
        })?;
        Ok(lines.len())
    }

    /// Reads the judgements of a sheet that was filled. Lines without a judgement are left out.
    ///
    /// # Errors
    /// The file cannot be read, or a line is not one that could be judged: all such lines are named,
    /// and nothing is judged.
    pub fn held_read_sheet(
        &self,
        bytes: Vec<u8>,
        child: Option<ChildCommand>,
        language: Language,
    ) -> Result<Vec<Wanted>, OfficeError> {
        let source = Box::new(std::io::Cursor::new(bytes));
        let rows = read_table(source, child, &Limits::default())
            .map_err(|finding| OfficeError::Usage(self.texts.message(&finding, language)))?;
        wanted(&rows)
    }
}

fn line(item: &HeldItem, catalogue: String) -> HeldLine {
    let codes: Vec<&str> = item.identifiers.iter().map(|(_, code)| code.as_str()).collect();
    let document = item.document.clone().unwrap_or_default();
    let suggestion = |one: &super::held::HeldSuggestion| {
        let score = format!("{}.{}%", one.score / 10, one.score % 10);
        format!("{} {} ({score}) {}", one.code, one.name, one.reasons.join("；"))
    };
    HeldLine {
        number: item.number,
        batch: item.batch,
        row: item.row,
        catalogue,
        source: item.source.clone(),
        name: item.name.clone().unwrap_or_default(),
        codes: codes.join(" "),
        document,
        reasons: item.findings.join("；"),
        suggestions: item.suggestions.iter().take(SUGGESTIONS).map(suggestion).collect(),
    }
}

/// The columns of a filled sheet.
struct Columns {
    held: usize,
    judgement: usize,
    code: Option<usize>,
    ground: Option<usize>,
}

impl Columns {
    fn of(header: &TableRow) -> Option<Self> {
        let place = |words: [&str; 2]| {
            let is_it = |cell: &String| words.iter().any(|word| word.eq_ignore_ascii_case(cell));
            header.cells.iter().position(is_it)
        };
        Some(Self {
            held: place(HELD)?,
            judgement: place(JUDGEMENT)?,
            code: place(JUDGED_CODE),
            ground: place(GROUND),
        })
    }
}

fn wanted(rows: &[TableRow]) -> Result<Vec<Wanted>, OfficeError> {
    let mut rest = rows.iter();
    let Some(columns) = rest.find_map(Columns::of) else {
        return Err(OfficeError::Usage(format!(
            "this is no sheet of held rows: it has no columns `{}` and `{}`; `gongxin held export` \
             writes one",
            HELD.join("/"),
            JUDGEMENT.join("/"),
        )));
    };
    let (mut wanted, mut wrong) = (Vec::new(), Vec::new());
    for row in rest {
        match judgement(row, &columns) {
            Ok(None) => {}
            Ok(Some(one)) => wanted.push(one),
            Err(why) => wrong.push(format!("line {}: {why}", row.number)),
        }
    }
    if !wrong.is_empty() {
        return Err(OfficeError::Usage(format!("nothing was judged; {}", wrong.join("; "))));
    }
    Ok(wanted)
}

fn judgement(row: &TableRow, columns: &Columns) -> Result<Option<Wanted>, String> {
    let cell = |place: usize| row.cells.get(place).map_or("", |cell| cell.trim());
    let filled = |place: Option<usize>| place.map_or("", cell);
    let judged = cell(columns.judgement);
    if judged.is_empty() {
        return Ok(None);
    }
    let is = |words: [&str; 2]| words.iter().any(|word| word.eq_ignore_ascii_case(judged));
    let code = filled(columns.code);
    let verdict = if is(LINK) {
        if code.is_empty() {
            return Err(format!("`{judged}` needs the code of the organisation"));
        }
        Verdict::Link(code.to_owned())
    } else if is(REFUSE) {
        Verdict::Refuse
    } else if is(PERSON) {
        Verdict::Person
    } else {
        let known = [LINK, REFUSE, PERSON].map(|pair| pair.join("/")).join(", ");
        return Err(format!("`{judged}` is no judgement; there are {known}"));
    };
    if !code.is_empty() && !matches!(verdict, Verdict::Link(_)) {
        return Err(format!("`{judged}` takes no code"));
    }
    let number = cell(columns.held);
    let number = number.parse().map_err(|_| format!("`{number}` is no number of a held row"))?;
    let reason = filled(columns.ground).to_owned();
    if reason.is_empty() {
        return Err("the judgement gives no reason".to_owned());
    }
    Ok(Some(Wanted { line: row.number, number, verdict, reason }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&[&str]]) -> Result<Vec<Wanted>, String> {
        let rows: Vec<TableRow> = (1..)
            .zip(lines)
            .map(|(number, cells)| TableRow {
                number,
                cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
            })
            .collect();
        wanted(&rows).map_err(|error| error.to_string())
    }

    const HEADER: &[&str] = &["公信疑问编号", "名称", "判定", "判定主体代码", "判定理由"];

    #[test]
    fn a_filled_sheet_is_read() {
        let sheet = read(&[
            &["疑问数据", "", "", "", ""],
            HEADER,
            &["7", "甲公司", "关联", "91150000720180740Y", "来函"],
            &["8", "乙公司", "", "", ""],
            &["9", "丙公司", "Refuse", "", "外地企业"],
            &["10", "丁", "自然人", "", "个人"],
        ]);
        let one = |line, number, verdict, reason: &str| Wanted {
            line,
            number,
            verdict,
            reason: reason.to_owned(),
        };
        let expected = vec![
            one(3, 7, Verdict::Link("91150000720180740Y".to_owned()), "来函"),
            one(5, 9, Verdict::Refuse, "外地企业"),
            one(6, 10, Verdict::Person, "个人"),
        ];
        assert_eq!(sheet, Ok(expected));
    }

    #[test]
    fn a_wrong_line_is_named_and_nothing_is_judged() {
        let cases: [(&[&str], &str); 6] = [
            (&["7", "", "关联", "", "来函"], "needs the code"),
            (&["x", "", "拒收", "", "来函"], "no number"),
            (&["7", "", "拒收", "", ""], "no reason"),
            (&["7", "", "拒收", "91", "来函"], "takes no code"),
            (&["7", "", "同意", "", "来函"], "no judgement"),
            (&["7", "", "关联"], "needs the code"),
        ];
        for (line, expected) in cases {
            let why = read(&[HEADER, &["8", "", "拒收", "", "外地"], line]).unwrap_err();
            assert!(why.contains(expected) && why.contains("line 3"), "{line:?}: {why}");
        }
        assert!(read(&[&["a", "b"]]).unwrap_err().contains("no sheet"));
    }
}
