//! How well held rows are suggested whom they are about: rows with one stated slip each are handed
//! in through the real program, and the suggestions are compared with whom they truly are about.
//!
//! The slips are made here, by rules that know nothing of the linker's.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use crate::answers::Program;
use crate::run::{Run, built};
use crate::serve::{Scratch, gongxin};

/// Measures suggestions on registrations of one's own.
#[derive(Debug, clap::Args)]
pub(crate) struct Suggestions {
    /// CSV files in UTF-8 of registrations to hand in, with the columns 企业名称 and
    /// 统一社会信用代码; of the first one rows are ruined.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Who hands in.
    #[arg(long, default_value = "150000-market")]
    source: String,
    /// So many organisations of the first file are ruined in every way.
    #[arg(long, default_value_t = 500)]
    organisations: usize,
    /// Print the rows whose true organisation is not among the first three.
    #[arg(long)]
    missed: bool,
}

impl Suggestions {
    /// Loads the files into a store of their own and measures.
    pub(crate) fn run(&self) -> Result<()> {
        let scratch = Scratch::new("suggestions")?;
        let path = gongxin()?;
        let store = format!("sqlite:{}", scratch.0.join("gongxin.db").display());
        let program = Program { path: &path, store };
        program.run("pack adopt --rehearsal --accept-unverified all").done()?;
        for file in &self.files {
            let line = format!("intake --catalogue registration --source {}", self.source);
            program.run(&line).args([file]).output_whatever(&[0, 1])?;
        }
        let first = self.files.first().context("no file")?;
        let known = organisations(first)?;
        let step = (known.len() / self.organisations.max(1)).max(1);
        let some: Vec<Organisation> = known.into_iter().step_by(step).collect();
        let found = measure(&program, (&some, &self.source), &scratch.0, self.missed)?;
        found.print();
        Ok(())
    }
}

/// An organisation as it is registered.
#[derive(Debug, Clone)]
pub(crate) struct Organisation {
    name: String,
    code: String,
    old_number: String,
    former: Vec<String>,
}

/// The organisations of a CSV file of registrations.
pub(crate) fn organisations(path: &Path) -> Result<Vec<Organisation>> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let mut rows = csv(text.trim_start_matches('\u{feff}')).into_iter();
    let header = rows.next().context("an empty file")?;
    let place = |word: &str| header.iter().position(|cell| cell == word);
    let (name, code) = (place("企业名称"), place("统一社会信用代码"));
    let (name, code) = name.zip(code).context("no column 企业名称 or 统一社会信用代码")?;
    let (number, former) = (place("工商注册号"), place("曾用名"));
    let cell = |row: &[String], place: Option<usize>| {
        place.and_then(|place| row.get(place)).cloned().unwrap_or_default()
    };
    let of = |row: Vec<String>| Organisation {
        name: cell(&row, Some(name)),
        code: cell(&row, Some(code)),
        old_number: cell(&row, number),
        former: Some(cell(&row, former)).filter(|one| !one.is_empty()).into_iter().collect(),
    };
    // What is hardly longer than its legal form cannot be ruined and still be somebody's.
    let fits = |one: &Organisation| one.name.chars().count() >= 8 && one.code.len() == 18;
    Ok(rows.map(of).filter(fits).collect())
}

/// The rows of a CSV text.
fn csv(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            '\r' => {}
            other => cell.push(other),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    rows
}

/// A slip: what it is called, and what it makes of an organisation; nothing where it does not fit.
type Slip = (&'static str, fn(&Organisation, &mut Dice) -> Option<Row>);

/// What a row says about whose it is.
#[derive(Debug, Default)]
struct Row {
    name: String,
    code: String,
    old_number: String,
    organisation_code: String,
}

impl Row {
    fn named(name: String) -> Self {
        Self { name, ..Self::default() }
    }
}

const SLIPS: [Slip; 15] = [
    ("one character of the name", |one, dice| Some(Row::named(ruined(&one.name, 1, dice)))),
    ("two characters of the name", |one, dice| Some(Row::named(ruined(&one.name, 2, dice)))),
    ("three characters of the name", |one, dice| Some(Row::named(ruined(&one.name, 3, dice)))),
    ("two characters lost", |one, dice| Some(Row::named(shortened(&one.name, 2, dice)))),
    ("the legal form misread", |one, _| {
        let misread = one.name.replace("有限公司", "有眼公司").replace("责任公司", "贵任公可");
        (misread != one.name).then(|| Row::named(misread))
    }),
    ("without its place", |one, _| {
        let (place, rest) = cut_place(&one.name);
        (!place.is_empty()).then(|| Row::named(rest.to_owned()))
    }),
    ("another legal form", |one, _| {
        let (head, form) = cut_form(&one.name)?;
        let other = if form == "有限公司" { "有限责任公司" } else { "有限公司" };
        Some(Row::named(format!("{head}{other}")))
    }),
    ("without its legal form", |one, _| {
        cut_form(&one.name).map(|(head, _)| Row::named(head.to_owned()))
    }),
    ("place and brand", |one, _| {
        let (place, rest) = cut_place(&one.name);
        // Behind a city its district: what follows is the brand.
        let (district, rest) = cut_place(rest);
        let place = format!("{place}{district}");
        let brand: String = rest.chars().take(brand_length(rest)).collect();
        (!place.is_empty()).then(|| Row::named(format!("{place}{brand}公司")))
    }),
    ("brand and trade", |one, _| {
        let (place, rest) = cut_place(&one.name);
        let (head, _) = cut_form(rest)?;
        (!place.is_empty()).then(|| Row::named(format!("{head}公司")))
    }),
    ("a former name, ruined", |one, dice| {
        one.former.first().map(|name| Row::named(ruined(name, 1, dice)))
    }),
    ("one character of the code", |one, dice| {
        Some(Row { code: spoilt(&one.code, 1, dice), ..Row::named(ruined(&one.name, 1, dice)) })
    }),
    ("two characters of the code", |one, dice| {
        Some(Row { code: spoilt(&one.code, 2, dice), ..Row::named(ruined(&one.name, 1, dice)) })
    }),
    ("one of the organisation code", |one, dice| {
        let organisation_code = spoilt(one.code.get(8..17)?, 1, dice);
        Some(Row { organisation_code, ..Row::named(ruined(&one.name, 1, dice)) })
    }),
    ("one of the old number", |one, dice| {
        let is_old = one.old_number.len() == 15;
        is_old.then(|| Row {
            old_number: spoilt(&one.old_number, 1, dice),
            ..Row::named(ruined(&one.name, 1, dice))
        })
    }),
];

/// Numbers that are the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most.max(1)
    }
}

/// What stands for characters that nobody can read any more.
const OTHERS: &str =
    "一二十三大天中国人民生王李木水火土日月山石田力方文心手口目耳足车马鸟鱼虫草花竹米衣食";

/// A name with characters replaced at different places, at random.
fn ruined(name: &str, count: usize, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let others: Vec<char> = OTHERS.chars().collect();
    for place in places(letters.len(), count, dice) {
        letters[place] = others[dice.below(others.len())];
    }
    letters.into_iter().collect()
}

fn shortened(name: &str, count: usize, dice: &mut Dice) -> String {
    let lost = places(name.chars().count(), count, dice);
    name.chars()
        .enumerate()
        .filter(|(place, _)| !lost.contains(place))
        .map(|(_, one)| one)
        .collect()
}

fn places(length: usize, count: usize, dice: &mut Dice) -> BTreeSet<usize> {
    let mut places = BTreeSet::new();
    while places.len() < count.min(length) {
        places.insert(dice.below(length));
    }
    places
}

fn spoilt(code: &str, count: usize, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = code.chars().collect();
    for place in places(letters.len(), count, dice) {
        let digit = char::from_digit(dice.below(10) as u32, 10).unwrap_or('0');
        let next = char::from_digit((digit as u32 - 47) % 10, 10).unwrap_or('1');
        letters[place] = if letters[place] == digit { next } else { digit };
    }
    letters.into_iter().collect()
}

/// A place at the beginning of a name, by how places end, and the rest.
fn cut_place(name: &str) -> (&str, &str) {
    const ENDS: [char; 7] = ['市', '县', '旗', '区', '州', '盟', '省'];
    if let Some(rest) = name.strip_prefix("内蒙古").filter(|rest| !rest.starts_with("自治区"))
    {
        return ("内蒙古", rest);
    }
    let end = name.char_indices().skip(2).take(3).find(|(_, letter)| ENDS.contains(letter));
    match end {
        Some((at, letter)) => name.split_at(at + letter.len_utf8()),
        None => ("", name),
    }
}

fn cut_form(name: &str) -> Option<(&str, &str)> {
    const FORMS: [&str; 4] = ["有限责任公司", "股份有限公司", "有限公司", "专业合作社"];
    FORMS.iter().find_map(|form| Some((name.strip_suffix(form)?, *form)))
}

/// Invented brands have three characters, most real ones two.
fn brand_length(rest: &str) -> usize {
    if rest.chars().count() > 8 { 3 } else { 2 }
}

/// What was found, by slip.
#[derive(Debug, Default)]
pub(crate) struct Found {
    slips: BTreeMap<&'static str, Tally>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    rows: usize,
    first: usize,
    among_three: usize,
}

impl Found {
    fn all(&self) -> Tally {
        self.slips.values().fold(Tally::default(), |sum, one| Tally {
            rows: sum.rows + one.rows,
            first: sum.first + one.first,
            among_three: sum.among_three + one.among_three,
        })
    }

    /// Prints a line a slip.
    pub(crate) fn print(&self) {
        let line = |name: &str, one: &Tally| {
            let percent = |part: usize| part as f64 * 100.0 / one.rows.max(1) as f64;
            println!(
                "{:>6} rows  first {:>5.1} %  first three {:>5.1} %  {name}",
                one.rows,
                percent(one.first),
                percent(one.among_three)
            );
        };
        self.slips.iter().for_each(|(name, one)| line(name, one));
        line("all", &self.all());
    }

    /// Ensures shares, in percent, of rows whose first suggestion, or one of three, is true.
    pub(crate) fn ensure(&self, first: usize, among_three: usize) -> Result<()> {
        let all = self.all();
        ensure!(all.rows > 0, "no row is held");
        ensure!(all.first * 100 >= all.rows * first, "too few first suggestions are true");
        let enough = all.among_three * 100 >= all.rows * among_three;
        ensure!(enough, "too few true ones among three suggestions");
        Ok(())
    }
}

#[derive(Debug, Deserialize)]
struct Receipt {
    rows: usize,
    accepted: usize,
    held: usize,
    counts: BTreeMap<String, usize>,
    files: Vec<ReceivedFile>,
}

#[derive(Debug, Deserialize)]
struct ReceivedFile {
    batch: u64,
}

#[derive(Debug, Deserialize)]
struct Held {
    row: usize,
    name: Option<String>,
    suggestions: Vec<Suggestion>,
}

#[derive(Debug, Deserialize)]
struct Suggestion {
    code: String,
    name: String,
    score: u32,
}

const HEADER: &str = "行政相对人名称,行政相对人类别,行政相对人代码_1(统一社会信用代码),\
行政相对人代码_2(工商注册号),行政相对人代码_3(组织机构代码),行政处罚决定书文号,违法行为类型,违法事实,处罚依据,处罚类别,\
处罚内容,罚款金额(万元),处罚决定日期,处罚有效期,处罚机关,数据来源单位";

/// Hands in a penalty for every slip of every organisation, and compares the suggestions. None may
/// be accepted: no row has an identifier that is anybody's.
pub(crate) fn measure(
    program: &Program<'_>,
    (known, source): (&[Organisation], &str),
    directory: &Path,
    tell_missed: bool,
) -> Result<Found> {
    let mut text = format!("{HEADER}\n");
    let mut truths: Vec<(&'static str, &Organisation)> = Vec::new();
    for (index, one) in known.iter().enumerate() {
        for (place, (slip, make)) in SLIPS.iter().enumerate() {
            let mut dice = Dice((index * SLIPS.len() + place) as u64 * 7919 + 1);
            let Some(row) = make(one, &mut dice) else { continue };
            truths.push((slip, one));
            let Row { name, code, old_number, organisation_code } = row;
            text += &format!(
                "{name},法人及非法人组织,{code},{old_number},{organisation_code},演试罚〔2026〕{}号,测试,测试,\
                 测试,罚款,罚款,1,2026-05-04,2099-12-31,演练州生态环境局,演练州生态环境局\n",
                truths.len()
            );
        }
    }
    let path = directory.join("slips.csv");
    std::fs::write(&path, text)?;
    let line = format!("intake --json --catalogue penalty --source {source}");
    let receipt = program.run(&line).args([&path]).output_whatever(&[0, 1])?;
    let receipt: Receipt = serde_json::from_str(&receipt).context("the receipt")?;
    // Two wrong characters make now and then another sound code: one that nobody carries.
    let nobodys = receipt.counts.get("subject.provisional").copied().unwrap_or(0);
    let linked = receipt.accepted - nobodys.min(receipt.accepted);
    println!(
        "{} rows with one slip each: {} held, {linked} linked to a registered organisation, \
         {nobodys} under a sound code that nobody carries",
        receipt.rows, receipt.held
    );
    ensure!(linked == 0, "an adverse row without a sound identifier was linked");
    let batch = receipt.files.first().context("no hand-in")?.batch;
    let list = format!("held list --json --limit 1000000 --batch {batch}");
    let last = program.run(&list).output()?;
    let held: Vec<Held> = serde_json::from_str(&last).context("the held rows")?;
    Ok(compare(&held, &truths, tell_missed))
}

fn compare(held: &[Held], truths: &[(&'static str, &Organisation)], tell_missed: bool) -> Found {
    let mut found = Found::default();
    for one in held {
        // The header is the file's first line.
        let Some((slip, truth)) = one.row.checked_sub(2).and_then(|row| truths.get(row)) else {
            continue;
        };
        let is_it = |one: &Suggestion| one.code == truth.code || one.name == truth.name;
        let tally = found.slips.entry(slip).or_default();
        tally.rows += 1;
        tally.first += usize::from(one.suggestions.first().is_some_and(is_it));
        let among = one.suggestions.iter().take(3).any(is_it);
        tally.among_three += usize::from(among);
        if tell_missed && !among {
            let first = one.suggestions.first().map(|one| format!("{} {}", one.name, one.score));
            let written = one.name.as_deref().unwrap_or("");
            println!("{slip}: {written} / {} / {}", truth.name, first.unwrap_or_default());
        }
    }
    found
}

impl Program<'_> {
    /// The program with its store.
    pub(crate) fn run(&self, line: &str) -> Run {
        built(self.path).args(["--store", &self.store]).args(line.split_whitespace())
    }
}
