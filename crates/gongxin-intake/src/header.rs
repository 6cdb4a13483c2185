//! The header: found, not assumed; columns matched by the catalogue's spellings.

use std::collections::{BTreeMap, BTreeSet};

use gongxin_model::given_out;
use gongxin_pack::Catalogue;

use crate::limits::Limits;
use crate::mapping::Mapping;
use crate::row::{RawRow, is_blank, is_blank_character};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Target {
    /// The field at this place of the catalogue.
    Field(usize),
    /// The id of the record that the row corrects.
    RecordId,
    /// Left out knowingly by the mapping.
    Ignored,
    /// Nothing that the catalogue knows.
    Unknown,
    /// No header at all.
    Nameless,
}

impl Target {
    fn is_known(self) -> bool {
        matches!(self, Self::Field(_) | Self::RecordId | Self::Ignored)
    }
}

/// One column of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    /// The header as written, on one line.
    pub(crate) header: String,
    /// What it holds.
    pub(crate) target: Target,
    /// The unit the header states, where it states one.
    pub(crate) unit: Option<Unit>,
}

/// A unit of money in a header: `（元）` and the like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Yuan,
    Wan,
}

/// A header with its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    /// The place, among the rows looked at, of the first row behind the header.
    pub(crate) body: usize,
    /// The header's row as the supplier counts.
    pub(crate) row: u64,
    /// The columns in the file's order.
    pub(crate) columns: Vec<Column>,
    /// How many different things of the catalogue were recognised.
    pub(crate) known: usize,
}

/// The spellings under which the catalogue's fields are found.
#[derive(Debug, Clone)]
pub(crate) struct Spellings {
    targets: BTreeMap<String, Target>,
    names: Vec<(String, String)>,
}

impl Spellings {
    /// None: of a table that belongs to no catalogue.
    pub(crate) const fn none() -> Self {
        Self { targets: BTreeMap::new(), names: Vec::new() }
    }

    /// Collects codes, names and spellings of all editions; the mapping's words come first.
    pub(crate) fn new(catalogue: &Catalogue, mapping: &Mapping) -> Self {
        let mut targets = BTreeMap::new();
        let mut names = Vec::new();
        let place = |code: &str| {
            catalogue.fields.iter().position(|field| field.code.eq_ignore_ascii_case(code))
        };
        for header in &mapping.ignore {
            targets.entry(normal(header)).or_insert(Target::Ignored);
        }
        for (header, code) in &mapping.columns {
            if let Some(index) = place(code) {
                targets.entry(normal(header)).or_insert(Target::Field(index));
            }
        }
        for (index, field) in catalogue.fields.iter().enumerate() {
            let words = [&field.code, &field.name.zh].into_iter().chain(&field.spellings);
            for word in words {
                targets.entry(normal(word)).or_insert(Target::Field(index));
                names.push((normal(word), word.trim().to_owned()));
            }
        }
        for edition in &catalogue.editions {
            for (word, code) in &edition.headers {
                let Some(index) = place(code) else { continue };
                targets.entry(normal(word)).or_insert(Target::Field(index));
                names.push((normal(word), word.trim().to_owned()));
            }
        }
        for word in given_out::RECORD_ID {
            targets.entry(normal(word)).or_insert(Target::RecordId);
        }
        for word in given_out::IGNORED.iter().flatten() {
            targets.entry(normal(word)).or_insert(Target::Ignored);
        }
        targets.remove("");
        Self { targets, names }
    }

    /// What a header means: as written, by what its brackets say, without its brackets.
    pub(crate) fn find(&self, header: &str) -> Target {
        if is_blank(header) {
            return Target::Nameless;
        }
        let find = |text: &str| self.targets.get(text).copied();
        let (outside, inside) = brackets(header);
        find(&normal(header))
            .or_else(|| inside.iter().find_map(|part| find(&normal(part))))
            .or_else(|| find(&normal(&outside)))
            .unwrap_or(Target::Unknown)
    }

    /// The spelling nearest to a header that is not known, if any is near.
    pub(crate) fn nearest(&self, header: &str) -> Option<&str> {
        let wanted = pairs(&normal(header));
        let score = |word: &str| {
            let have = pairs(word);
            2000 * wanted.intersection(&have).count() / (wanted.len() + have.len()).max(1)
        };
        const NEAR: usize = 450;
        self.names
            .iter()
            .map(|(normal, word)| (score(normal), word))
            .filter(|(score, _)| *score >= NEAR)
            .max_by_key(|(score, word)| (*score, std::cmp::Reverse(word.len())))
            .map(|(_, word)| word.as_str())
    }

    fn columns(&self, cells: &[String]) -> Vec<Column> {
        cells.iter().map(|cell| self.column(cell)).collect()
    }

    /// The column of a header.
    pub(crate) fn column(&self, header: &str) -> Column {
        Column { header: one_line(header), target: self.find(header), unit: unit(header) }
    }

    /// Finds the header among the rows at the top; otherwise gives the best row there was.
    pub(crate) fn header(
        &self,
        rows: &[RawRow],
        mapping: &Mapping,
        limits: &Limits,
    ) -> Result<Header, Option<Header>> {
        let mut best: Option<Header> = None;
        for (index, row) in rows.iter().enumerate() {
            let forced = mapping.header_row == Some(row.number);
            if mapping.header_row.is_some() && !forced {
                continue;
            }
            let single: Vec<String> = row.cells().map(str::to_owned).collect();
            let found = self.candidate(&single, index + 1, row.number);
            if forced {
                return Ok(found);
            }
            let double = rows
                .get(index + 1)
                .map(|lower| self.candidate(&self.merged(row, lower), index + 2, lower.number));
            for candidate in [Some(found), double].into_iter().flatten() {
                if best.as_ref().is_none_or(|best| candidate.known > best.known) {
                    best = Some(candidate);
                }
            }
        }
        match best {
            Some(header) if header.is_sure(limits) => Ok(header),
            other => Err(other.filter(|header| header.known > 0)),
        }
    }

    /// Two rows of headers read as one: what a merged cell covers stands before what is below it,
    /// where that is a header, else the lower one stands alone.
    fn merged(&self, upper: &RawRow, lower: &RawRow) -> Vec<String> {
        // One cell above many is a title, and no part of any header.
        let titled = upper.cells().filter(|cell| !is_blank(cell)).count() <= 1;
        let mut cover = "";
        (0..upper.len().max(lower.len()))
            .map(|index| {
                let (above, below) = (upper.cell(index), lower.cell(index));
                if !is_blank(above) && !titled {
                    cover = above;
                }
                let both = format!("{cover}{below}");
                if is_blank(below) {
                    above.to_owned()
                } else if self.find(&both).is_known() || !self.find(below).is_known() {
                    both
                } else {
                    below.to_owned()
                }
            })
            .collect()
    }

    fn candidate(&self, cells: &[String], body: usize, row: u64) -> Header {
        let columns = self.columns(cells);
        let known: BTreeSet<Target> =
            columns.iter().map(|column| column.target).filter(|target| target.is_known()).collect();
        Header { body, row, columns, known: known.len() }
    }
}

impl Header {
    fn is_sure(&self, limits: &Limits) -> bool {
        let filled = self.columns.iter().filter(|column| column.target != Target::Nameless).count();
        let share = self.known * 100 >= filled * limits.header_percent;
        self.known >= 3 || (self.known >= 1 && share)
    }

    /// True for a row that repeats the header.
    pub(crate) fn is_repeated_by(&self, row: &RawRow) -> bool {
        let mut same = 0;
        let mut other = 0;
        for (column, cell) in self.columns.iter().zip(row.cells()) {
            if is_blank(cell) {
                continue;
            }
            let near = cell.len().abs_diff(column.header.len()) < 16;
            // Nearly every cell differs from its header in its first character.
            let begins = || {
                cell.trim_start_matches(is_blank_character).chars().next()
                    == column.header.chars().next()
            };
            let is_same =
                cell == column.header || (near && begins() && one_line(cell) == column.header);
            if is_same {
                same += 1;
            } else {
                other += 1;
            }
            if other > same + 1 {
                return false;
            }
        }
        same > other && (same > 1 || self.columns.len() == 1)
    }
}

/// True for rows that sum up or sign a table.
pub(crate) fn is_total(row: &RawRow) -> bool {
    const TOTALS: &[&str] = &["合计", "总计", "小计", "共计", "本页合计", "本页小计", "累计"];
    const NOTES: &[&str] =
        &["注", "备注", "说明", "填表", "制表", "审核", "填报", "单位负责人", "联系", "打印"];
    let mut filled = row.cells().filter(|cell| !is_blank(cell));
    let Some(first) = filled.next() else {
        return false;
    };
    // Most rows are told by their first character and cost no more.
    if !first.trim_start().starts_with([
        '合', '总', '小', '共', '本', '累', '注', '备', '说', '填', '制', '审', '单', '联', '打',
        '第',
    ]) {
        return false;
    }
    let more = filled.count();
    let text = normal(first);
    let counted = |word: &str| {
        text.strip_prefix(word).is_some_and(|rest| {
            rest.chars().all(|c| {
                c.is_ascii_digit()
                    || matches!(
                        c,
                        '条' | '户' | '家' | '件' | '个' | '万' | '元' | '共' | '页' | '第'
                    )
            })
        })
    };
    if TOTALS.iter().any(|word| counted(word))
        || (more == 0 && (counted("共") || counted("第")) && text.chars().count() > 1)
    {
        return true;
    }
    let opens = |word: &str| {
        first.trim_start().strip_prefix(word).is_some_and(|rest| rest.contains(['：', ':']))
    };
    more == 0 && NOTES.iter().any(|word| opens(word))
}

/// What is inside brackets and what is not.
fn brackets(header: &str) -> (String, Vec<String>) {
    let (mut outside, mut inside, mut depth) = (String::new(), Vec::<String>::new(), 0);
    for character in header.chars() {
        match character {
            '(' | '（' | '[' | '［' | '【' | '〔' => {
                depth += 1;
                inside.push(String::new());
            }
            ')' | '）' | ']' | '］' | '】' | '〕' => depth -= i32::from(depth > 0),
            other if depth > 0 => {
                if let Some(part) = inside.last_mut() {
                    part.push(other);
                }
            }
            other => outside.push(other),
        }
    }
    (outside, inside)
}

fn unit(header: &str) -> Option<Unit> {
    let (_, inside) = brackets(header);
    inside.iter().map(|part| normal(part)).find_map(|part| {
        if part.contains("万元") {
            Some(Unit::Wan)
        } else if matches!(part.as_str(), "元" | "单位元" | "人民币元" | "元人民币") {
            Some(Unit::Yuan)
        } else {
            None
        }
    })
}

/// The form in which headers are compared: half width, upper case, letters and digits only.
pub(crate) fn normal(header: &str) -> String {
    header
        .chars()
        .map(|character| match character {
            '\u{ff01}'..='\u{ff5e}' => {
                char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character)
            }
            other => other,
        })
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .collect()
}

/// A header on one line, without blanks at its ends.
fn one_line(header: &str) -> String {
    header.split(is_blank_character).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn pairs(text: &str) -> BTreeSet<(char, char)> {
    text.chars().zip(text.chars().skip(1)).collect()
}
