//! Mutations of the packs, made mechanically: every value, every rule, every row gets every slip that
//! it can have, and each is refused by a finding that names the file and a place beside the slip, or
//! by a case of the pack. What may be so is named here with its reason.

mod edit;
mod grounds;
mod slips;
mod tables;

use std::collections::{BTreeMap, BTreeSet};

use gongxin_app::packs;
use gongxin_pack::{PackFiles, Problem, Stage, load};
use toml::de::DeTable;

use edit::{each_table, edited};

const LAWS: &str = "national/laws.toml";

/// What became of the mutants, by slip.
#[derive(Debug, Default)]
struct Tally {
    /// Refused by the check, refused by a case, excused.
    counts: BTreeMap<&'static str, [u64; 3]>,
    excuses: BTreeSet<(&'static str, &'static str)>,
    /// The excuses that were needed.
    used: BTreeSet<[&'static str; 4]>,
    survivors: Vec<String>,
    /// Findings whose line lies elsewhere.
    astray: Vec<String>,
}

impl Tally {
    fn refused(&mut self, slip: &'static str) {
        self.counts.entry(slip).or_default()[0] += 1;
    }

    fn refused_by_case(&mut self, slip: &'static str) {
        self.counts.entry(slip).or_default()[1] += 1;
    }

    fn excused(&mut self, slip: &'static str, excuse: &'static str) {
        self.counts.entry(slip).or_default()[2] += 1;
        self.excuses.insert((slip, excuse));
    }

    fn survives(&mut self, slip: &'static str, place: &str) {
        self.counts.entry(slip).or_default();
        self.survivors.push(format!("{slip} at {place}"));
    }

    fn astray(&mut self, slip: &'static str, place: &str, found: &Problem) {
        self.astray.push(format!("{slip} at {place}: {found}"));
    }

    #[expect(clippy::print_stdout, reason = "the counts are read where tests are not captured")]
    fn assert_all_refused(&self, kinds: usize, least: u64) {
        for (slip, [check, case, excused]) in &self.counts {
            println!("{slip}: {check} refused by the check, {case} by a case, {excused} excused");
            assert!(check + case > 0, "{slip}: nothing was mutated so");
        }
        for (slip, excuse) in &self.excuses {
            println!("excused: {slip}: {excuse}");
        }
        let refused: u64 = self.counts.values().map(|[check, case, _]| check + case).sum();
        println!("{refused} refused, {} survive", self.survivors.len());
        assert!(self.survivors.is_empty(), "{}", self.survivors.join("\n"));
        assert!(self.astray.is_empty(), "{}", self.astray.join("\n"));
        assert!(self.counts.len() == kinds && refused >= least, "{}, {refused}", self.counts.len());
    }
}

#[test]
fn whatever_a_value_stands_on_is_checked() {
    let files = without_cases(packs::gather(true, &[]).unwrap());
    let book = packs::rulebook(&files).unwrap();
    let mut tally = Tally::default();
    let places = grounds::all(&files, &book);
    grounds::judge(&files, &places, &mut tally);
    tally.assert_all_refused(9, 1_000);
}

#[test]
fn every_slip_in_a_value_is_refused() {
    let files = packs::gather(true, &[]).unwrap();
    let files = tables::cut_short(files);
    let bare = without_cases(files.clone());
    let mut tally = Tally::default();
    for (file, bytes) in bare.iter().filter(|(file, _)| file.ends_with(".toml")) {
        let text = std::str::from_utf8(bytes).unwrap();
        let root = DeTable::parse(text).unwrap();
        each_table(text, root.get_ref(), &mut |table| {
            slips::of(file, table, &mut |slip, key, edits| {
                if edits.is_empty() {
                    return;
                }
                let (mutated, line) = edited(text, &edits);
                let place = format!("{}.{key}", table.path.join("."));
                let mutant = Mutant { file, slip, place, line, text: mutated };
                mutant.judge(&files, &bare, &mut tally);
            });
        });
    }
    tally.assert_all_refused(20, 6_500);
    let idle: Vec<&Excuse> =
        EXCUSES.iter().filter(|one| !tally.used.contains(&one.key())).collect();
    assert!(idle.is_empty(), "reasons for nothing: {idle:?}");
}

#[test]
fn every_slip_in_a_row_is_refused() {
    let files = without_cases(packs::gather(true, &[]).unwrap());
    let mut tally = Tally::default();
    tables::judge(&files, &mut tally);
    tally.assert_all_refused(10, 4_000);
}

/// A file with one slip in it.
struct Mutant<'a> {
    file: &'a str,
    slip: &'static str,
    place: String,
    line: usize,
    text: String,
}

/// What may be so: the slip, its file, its place from the left and from the right, and why.
#[derive(Debug)]
struct Excuse(&'static str, &'static str, &'static str, &'static str, &'static str);

const SHORTER: &str = "a transition cannot make public what its decision's own generation does not, \
                       nor for longer: of two rules the shorter counts";
const SAME_LONGEST: &str = "ordinary and serious conduct are public for as long there, and when an entry \
                            may leave its list the list's own rule says";
const UNREACHED: &str = "no entry reaches the class: none of them states one, and no line gives it";
const PUBLICITY: &str = "national/terms/publicity.toml";
const ABNORMAL: &str = "national/terms/abnormal.toml";

const EXCUSES: [Excuse; 10] = [
    Excuse("unknown key", ".toml", "entries.", "extra.zz-unknown", tables::FREE),
    Excuse("switch", ABNORMAL, "rules.", "minor.public", UNREACHED),
    Excuse("switch", ABNORMAL, "rules.", "serious.public", UNREACHED),
    Excuse("switch", PUBLICITY, "rules.order-36-transition.", "minor.public", SHORTER),
    Excuse("switch", PUBLICITY, "rules.samr-2025-transition.", "minor.public", SHORTER),
    Excuse("class wrong", PUBLICITY, "rules.order-36-transition.classes.minor", "class", SHORTER),
    Excuse("class wrong", PUBLICITY, "rules.samr-2025-transition.classes.minor", "class", SHORTER),
    Excuse("class wrong", PUBLICITY, "rules.order-58.classes.serious", "class", SAME_LONGEST),
    Excuse("class wrong", PUBLICITY, "rules.samr-2021.classes.serious", "class", SAME_LONGEST),
    Excuse(
        "day moved",
        PUBLICITY,
        "rules.samr-2025-transition.",
        "decided_from",
        "what was decided about that day is over by any rule before the transition begins",
    ),
];

impl Excuse {
    fn key(&self) -> [&'static str; 4] {
        [self.0, self.1, self.2, self.3]
    }

    fn fits(&self, mutant: &Mutant<'_>) -> bool {
        let Self(slip, file, left, right, _) = self;
        mutant.slip == *slip
            && mutant.file.ends_with(file)
            && mutant.place.starts_with(left)
            && mutant.place.ends_with(right)
    }
}

impl Mutant<'_> {
    fn judge(&self, files: &PackFiles, bare: &PackFiles, tally: &mut Tally) {
        let found = self.found(bare);
        let place = format!("{}:{} {}", self.file, self.line, self.place);
        if let Some(one) = found.iter().find(|one| one.file == self.file) {
            tally.refused(self.slip);
            if !self.is_led_to(one) {
                tally.astray(self.slip, &place, one);
            }
        } else if let Some(excuse) = EXCUSES.iter().find(|excuse| excuse.fits(self)) {
            tally.excused(self.slip, excuse.4);
            tally.used.insert(excuse.key());
        } else if found.is_empty() && self.fails_a_case(files) {
            tally.refused_by_case(self.slip);
        } else {
            let elsewhere: Vec<String> = found.iter().map(Problem::to_string).collect();
            tally.survives(self.slip, &format!("{place}: {elsewhere:?}"));
        }
    }

    /// True where a finding leads to the slip: its line lies in the same item, or it names the item,
    /// as where two rules leave a gap.
    fn is_led_to(&self, found: &Problem) -> bool {
        let names = |step: &str| found.what.contains(&format!("`{step}`"));
        found.line.is_none_or(|line| is_in_block(&self.text, self.line, line))
            || self.place.split('.').any(names)
    }

    /// The findings. Of what cannot be read the rest of the packs is not asked: it cannot help.
    fn found(&self, bare: &PackFiles) -> Vec<Problem> {
        let root = self.file.split("/").take_while(|part| !part.contains('.')).collect::<Vec<_>>();
        let pack = (1..=root.len()).map(|parts| format!("{}/pack.toml", root[..parts].join("/")));
        let alone = pack.filter_map(|path| bare.get_key_value(&path));
        let mut alone: PackFiles =
            alone.map(|(path, bytes)| (path.clone(), bytes.clone())).collect();
        alone.insert(self.file.to_owned(), self.text.clone().into_bytes());
        let mut unread = problems(&alone);
        unread.retain(|one| one.stage <= Stage::Shape && one.file == self.file);
        if !unread.is_empty() {
            return unread;
        }
        let mut whole = bare.clone();
        whole.insert(self.file.to_owned(), self.text.clone().into_bytes());
        problems(&whole)
    }

    fn fails_a_case(&self, files: &PackFiles) -> bool {
        let mut whole = files.clone();
        whole.insert(self.file.to_owned(), self.text.clone().into_bytes());
        let checked = packs::check(&whole);
        checked.failed.iter().any(|case| case.file.contains("/tests/"))
    }
}

fn problems(files: &PackFiles) -> Vec<Problem> {
    load(files).problems
}

/// Cases are asked last: most slips are found without them.
fn without_cases(files: PackFiles) -> PackFiles {
    files.into_iter().filter(|(file, _)| !file.contains("/tests/")).collect()
}

/// True if a line lies in the same item as another: from one header to the next that is not of a
/// part of it (`[[lists.terms]]` is one of `[[lists]]`).
fn is_in_block(text: &str, line: usize, other: usize) -> bool {
    let mut heads = Vec::new();
    let mut array = "";
    for (text, line) in text.lines().zip(1..).filter(|(text, _)| text.starts_with('[')) {
        let name = text.trim_matches(['[', ']']);
        if !array.is_empty() && name.strip_prefix(array).is_some_and(|rest| rest.starts_with('.')) {
            continue;
        }
        heads.push(line);
        array = if text.starts_with("[[") { name } else { "" };
    }
    let block = |line: usize| heads.iter().filter(|head| **head <= line).count();
    block(line) == block(other)
}
