//! Names by their sound: the syllables of pinyin, and the first letters of syllables.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use pinyin::ToPinyin as _;

use super::form::is_han;

/// Further readings of characters that have several in names, beside the commonest, which `pinyin`
/// (MIT License) states; sorted by the character (a test holds it so). Written by hand after the
/// readings that 现代汉语词典 gives for places, families and trades; rare ones are left out, for each
/// costs every index.
const OTHERS: &[(char, &str)] = &include!("readings.in");
/// So many readings of one character count.
const READINGS_LIMIT: usize = 3;
/// So many ways to read a text in letters count.
const SPELLINGS_LIMIT: usize = 16;
/// The longest text in letters that is read as first letters.
const INITIALS_LIMIT: usize = 24;
/// The longest syllable, in letters.
const SYLLABLE_LETTERS: usize = 6;
/// Of so many Han characters on a query is looked for by its sound.
const HAN_LEAST: usize = 4;

/// The readings of each character of a name in the form in which it is searched: syllables without
/// tones, `v` for ü; what is no Han character reads as itself, in lower case.
#[must_use]
pub fn sounds(form: &str) -> Vec<Vec<String>> {
    form.chars().map(readings).collect()
}

fn readings(letter: char) -> Vec<String> {
    let Some(first) = first_reading(letter) else {
        return vec![letter.to_lowercase().to_string()];
    };
    let place = OTHERS.binary_search_by_key(&letter, |(own, _)| *own);
    let others = place.ok().and_then(|place| OTHERS.get(place)).map_or("", |(_, others)| *others);
    let others = others.split_whitespace().map(str::to_owned);
    std::iter::once(first).chain(others).take(READINGS_LIMIT).collect()
}

fn first_reading(letter: char) -> Option<String> {
    let plain = letter.to_pinyin()?.plain();
    Some(plain.replace('ü', "v").replace("lve", "lue").replace("nve", "nue"))
}

/// The first letter of a syllable.
#[must_use]
pub fn initial(syllable: &str) -> char {
    syllable.chars().next().unwrap_or_default()
}

/// What one character of a name must sound like.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// The syllable.
    Syllable(String),
    /// Any syllable that begins with the letter.
    Initial(char),
}

impl Unit {
    /// The letter that the syllable begins with.
    #[must_use]
    pub fn initial(&self) -> char {
        match self {
            Self::Syllable(syllable) => initial(syllable),
            Self::Initial(letter) => *letter,
        }
    }

    fn is_of(&self, readings: &[String]) -> bool {
        readings.iter().any(|reading| match self {
            Self::Syllable(syllable) => syllable == reading,
            Self::Initial(letter) => *letter == initial(reading),
        })
    }
}

/// One way to read a text: what one character after the other must sound like.
pub type Spelling = Vec<Unit>;

/// True where every character's syllable is known.
#[must_use]
pub fn is_spelt_out(spelling: &[Unit]) -> bool {
    spelling.iter().all(|unit| matches!(unit, Unit::Syllable(_)))
}

/// True where characters side by side sound as is spelt.
#[must_use]
pub fn sounds_like(sounds: &[Vec<String>], spelling: &[Unit]) -> bool {
    sounds
        .windows(spelling.len().max(1))
        .any(|part| part.iter().zip(spelling).all(|(readings, unit)| unit.is_of(readings)))
}

/// The ways to read the parts of a query as sounds, best first: spelt out, in first letters, and both
/// mixed. Empty where it is not to be read so: a single letter, few Han characters alone.
#[must_use]
pub fn spellings(parts: &[String]) -> Vec<Spelling> {
    let letters = || parts.iter().flat_map(|part| part.chars());
    let han = letters().filter(|letter| is_han(*letter)).count();
    if han == letters().count() && han < HAN_LEAST {
        return Vec::new();
    }
    let mut all: Vec<Spelling> = vec![Vec::new()];
    for run in parts.iter().flat_map(|part| runs(part)) {
        let ways = read_run(&run);
        all = all
            .iter()
            .flat_map(|begun| ways.iter().map(move |way| [begun.as_slice(), way].concat()))
            .take(SPELLINGS_LIMIT)
            .collect();
    }
    all.retain(|spelling| match spelling.as_slice() {
        [] | [Unit::Initial(_)] => false,
        [Unit::Syllable(syllable)] => syllable.len() > 1,
        _ => true,
    });
    all.sort_by_key(|spelling| !is_spelt_out(spelling));
    all
}

/// A text cut where Latin letters begin and end; every other character for itself.
fn runs(part: &str) -> Vec<String> {
    let mut runs: Vec<String> = Vec::new();
    let mut is_open = false;
    for letter in part.chars() {
        let plain = plain_letter(letter);
        match (plain, runs.last_mut()) {
            (Some(plain), Some(run)) if is_open => run.push(plain),
            _ => runs.push(plain.unwrap_or(letter).to_string()),
        }
        is_open = plain.is_some();
    }
    runs
}

/// True for a letter that pinyin is written with.
pub(super) fn is_latin(letter: char) -> bool {
    plain_letter(letter).is_some()
}

/// The letter of pinyin without its tone, in lower case; none for what no syllable is written with.
fn plain_letter(letter: char) -> Option<char> {
    let lower = letter.to_lowercase().next()?;
    Some(match lower {
        'a'..='z' => lower,
        'ā' | 'á' | 'ǎ' | 'à' => 'a',
        'ē' | 'é' | 'ě' | 'è' => 'e',
        'ī' | 'í' | 'ǐ' | 'ì' => 'i',
        'ō' | 'ó' | 'ǒ' | 'ò' => 'o',
        'ū' | 'ú' | 'ǔ' | 'ù' => 'u',
        'ü' | 'ǖ' | 'ǘ' | 'ǚ' | 'ǜ' => 'v',
        _ => return None,
    })
}

fn read_run(run: &str) -> Vec<Spelling> {
    let mut letters = run.chars();
    let (Some(first), rest) = (letters.next(), letters.next()) else {
        return Vec::new();
    };
    if !first.is_ascii_lowercase() {
        let own = first_reading(first).unwrap_or_else(|| first.to_lowercase().to_string());
        return vec![vec![Unit::Syllable(own)]];
    }
    let text = run.replace("lyu", "lv").replace("nyu", "nv");
    let text = text.replace("lve", "lue").replace("nve", "nue");
    let mut ways = syllabled(&text);
    if rest.is_some() {
        ways.extend(mixed(&text));
    }
    if text.len() <= INITIALS_LIMIT {
        ways.push(text.chars().map(Unit::Initial).collect());
    }
    ways.dedup();
    ways
}

/// All ways to cut a text into syllables, those of fewer first.
fn syllabled(text: &str) -> Vec<Spelling> {
    let mut from: Vec<Vec<Spelling>> = vec![Vec::new(); text.len() + 1];
    if let Some(end) = from.last_mut() {
        end.push(Vec::new());
    }
    for start in (0..text.len()).rev() {
        let mut ways: Vec<Spelling> = Vec::new();
        for length in 1..=SYLLABLE_LETTERS.min(text.len() - start) {
            let syllable = text.get(start..start + length).unwrap_or_default();
            if !SYLLABLES.contains(syllable) {
                continue;
            }
            for rest in from.get(start + length).into_iter().flatten() {
                let first = Unit::Syllable(syllable.to_owned());
                ways.push(std::iter::once(first).chain(rest.iter().cloned()).collect());
            }
        }
        ways.sort_by_key(Vec::len);
        ways.truncate(SPELLINGS_LIMIT);
        if let Some(own) = from.get_mut(start) {
            *own = ways;
        }
    }
    from.into_iter().next().unwrap_or_default()
}

/// A text of syllables, first letters, and an end that is still being typed: from the left always
/// the longest syllable, and where there is none the first letter. None where that is not mixed.
fn mixed(text: &str) -> Option<Spelling> {
    let mut spelling = Spelling::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let longest = (1..=SYLLABLE_LETTERS.min(rest.len()))
            .rev()
            .filter_map(|length| rest.get(..length))
            .find(|start| SYLLABLES.contains(*start));
        let taken = if let Some(syllable) = longest {
            spelling.push(Unit::Syllable(syllable.to_owned()));
            syllable.len()
        } else {
            spelling.push(Unit::Initial(first));
            let is_begun = |start: &str| SYLLABLES.iter().any(|own| own.starts_with(start));
            // `zho` at the end, and `zh` anywhere, is one character.
            if is_begun(rest) {
                rest.len()
            } else if rest.get(1..2) == Some("h") && matches!(first, 'z' | 'c' | 's') {
                2
            } else {
                1
            }
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
    let is_mixed = |spelling: &Spelling| {
        !is_spelt_out(spelling) && spelling.iter().any(|unit| matches!(unit, Unit::Syllable(_)))
            || spelling.len() < text.len() && !is_spelt_out(spelling)
    };
    Some(spelling).filter(is_mixed)
}

/// Every syllable that a character is read with.
static SYLLABLES: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let all = ('\u{4e00}'..='\u{9fa5}').flat_map(readings);
    all.filter(|one| one.is_ascii() && one.contains(['a', 'e', 'i', 'o', 'u', 'v'])).collect()
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::search_form;

    fn shown(spelling: &Spelling) -> String {
        let unit = |unit: &Unit| match unit {
            Unit::Syllable(syllable) => syllable.clone(),
            Unit::Initial(letter) => letter.to_uppercase().to_string(),
        };
        spelling.iter().map(unit).collect::<Vec<_>>().join(" ")
    }

    fn read(query: &str) -> Vec<String> {
        let parts: Vec<String> = query.split_whitespace().map(search_form).collect();
        spellings(&parts).iter().map(shown).collect()
    }

    #[test]
    fn readings_are_sorted_and_syllables() {
        assert!(OTHERS.windows(2).all(|two| two[0].0 < two[1].0));
        for (letter, others) in OTHERS {
            let first = first_reading(*letter).unwrap();
            for other in others.split_whitespace() {
                assert_ne!(other, first, "{letter}");
                assert!(SYLLABLES.contains(other), "{letter} {other}");
            }
        }
        assert!((390..430).contains(&SYLLABLES.len()), "{}", SYLLABLES.len());
    }

    #[test]
    fn letters_are_read_as_syllables_first_letters_and_both() {
        assert_eq!(read("beifang"), ["bei fang", "B E I F A N G"]);
        assert_eq!(read("xian"), ["xian", "xi an", "X I A N"]);
        assert_eq!(read("xi an"), ["xi an", "xi A N", "X I an", "X I A N"]);
        assert_eq!(read("bfmy"), ["B F M Y"]);
        assert_eq!(read("běi fāng")[0], "bei fang");
        assert_eq!(read("LÜSE")[0], "lv se");
        assert!(read("beijingzho").contains(&"bei jing Z".to_owned()));
        assert!(read("nmgyili").contains(&"N M G yi li".to_owned()));
        assert_eq!(read("北方muye")[0], "bei fang mu ye");
        assert_eq!(read("北方牧业"), ["bei fang mu ye"]);
        assert_eq!(read("北方"), Vec::<String>::new());
        assert_eq!(read("b"), Vec::<String>::new());
        assert_eq!(read(""), Vec::<String>::new());
        let long = "xian".repeat(25);
        assert!(read(&long).len() <= SPELLINGS_LIMIT);
    }

    #[test]
    fn characters_of_several_readings_are_found_by_each() {
        let sounds = sounds(&search_form("长沙银行重庆朝阳支行"));
        for query in ["changsha", "yinhang", "zhongqing", "chongqing", "chaoyang", "csyh", "zsyx"] {
            let parts = [query.to_uppercase()];
            let found = spellings(&parts).iter().any(|one| sounds_like(&sounds, one));
            assert!(found, "{query}");
        }
        let parts = ["SHANGHAI".to_owned()];
        assert!(!spellings(&parts).iter().any(|one| sounds_like(&sounds, one)));
    }
}
