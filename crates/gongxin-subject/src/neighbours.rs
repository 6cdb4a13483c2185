//! Codes that are one slip of the hand or the scanner away.

use std::collections::BTreeSet;

use gongxin_model::code::{CodeKind, OrganisationCode, RegistrationNumber, Uscc};

/// Characters that are taken for each other on paper, in classes.
const ALIKE: [&str; 8] = ["0ODQU", "1IL7T", "2Z", "5S", "8B3", "6G", "UVY", "MNWH"];

/// The codes of the same kind that pass their check and differ from an unsound text by one
/// character (replaced, missing, or too many), one swap of neighbours, or all its look-alike letters
/// read as digits. In order, each once.
#[must_use]
pub fn code_neighbours(kind: CodeKind, text: &str) -> Vec<String> {
    let mut found = code_slips(kind, text);
    found.retain(|code| holds(kind, code));
    found
}

/// The same, whether or not they pass their check: codes were issued that fail it.
#[must_use]
pub fn code_slips(kind: CodeKind, text: &str) -> Vec<String> {
    let Some((length, alphabet)) = form(kind) else {
        return Vec::new();
    };
    let characters: Vec<char> = text.chars().collect();
    let mut found = BTreeSet::new();
    let mut add = |characters: &[char]| {
        let code: String = characters.iter().collect();
        if code.len() == length && code != text {
            found.insert(code);
        }
    };
    add(&digits_meant(&characters));
    if characters.len() == length {
        for place in 0..characters.len() {
            for letter in alphabet.chars() {
                add(&replaced(&characters, place, letter));
            }
            let mut swapped = characters.clone();
            if place + 1 < swapped.len() {
                swapped.swap(place, place + 1);
                add(&swapped);
            }
        }
    } else if characters.len() + 1 == length {
        for place in 0..=characters.len() {
            for letter in alphabet.chars() {
                let mut longer = characters.clone();
                longer.insert(place, letter);
                add(&longer);
            }
        }
    } else if characters.len() == length + 1 {
        for place in 0..characters.len() {
            let mut shorter = characters.clone();
            shorter.remove(place);
            add(&shorter);
        }
    }
    found.into_iter().collect()
}

fn form(kind: CodeKind) -> Option<(usize, &'static str)> {
    match kind {
        CodeKind::Uscc => Some((18, "0123456789ABCDEFGHJKLMNPQRTUWXY")),
        CodeKind::OrganisationCode => Some((9, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")),
        CodeKind::RegistrationNumber => Some((15, "0123456789")),
        _ => None,
    }
}

fn holds(kind: CodeKind, code: &str) -> bool {
    match kind {
        CodeKind::Uscc => {
            Uscc::read(code).sound().is_some_and(|code| code.organisation_part_holds())
        }
        CodeKind::OrganisationCode => OrganisationCode::read(code).sound().is_some(),
        CodeKind::RegistrationNumber => RegistrationNumber::read(code).sound().is_some(),
        _ => false,
    }
}

fn replaced(characters: &[char], place: usize, letter: char) -> Vec<char> {
    characters.iter().enumerate().map(|(at, old)| if at == place { letter } else { *old }).collect()
}

fn digits_meant(characters: &[char]) -> Vec<char> {
    characters
        .iter()
        .map(|character| match character {
            'I' => '1',
            'O' => '0',
            'Z' => '2',
            'S' => '5',
            other => *other,
        })
        .collect()
}

/// The classes of every ASCII character as bits: asked for each pair of characters of two names.
const CLASSES: [u8; 128] = {
    let mut classes = [0; 128];
    let mut class = 0;
    while class < ALIKE.len() {
        #[expect(clippy::indexing_slicing, reason = "evaluated when compiled")]
        {
            let members = ALIKE[class].as_bytes();
            let mut place = 0;
            while place < members.len() {
                classes[members[place] as usize] |= 1 << class;
                place += 1;
            }
        }
        class += 1;
    }
    classes
};

/// True where two characters are taken for each other on paper.
pub(crate) fn look_alike(one: char, other: char) -> bool {
    let classes = |one: char| CLASSES.get(one as usize).copied().unwrap_or(0);
    classes(one) & classes(other) != 0
}

/// By how many slips two codes differ: characters replaced, missing, too many, or neighbours swapped.
#[must_use]
pub fn code_distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (row, left) in one.iter().enumerate() {
        let mut now = vec![row + 1];
        for (column, right) in other.iter().enumerate() {
            let at =
                |line: &[usize], place: usize| line.get(place).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&last, column) + usize::from(left != right))
                .min(at(&last, column + 1) + 1)
                .min(at(&now, column) + 1);
            let is_swap = row > 0
                && column > 0
                && one.get(row - 1) == Some(right)
                && other.get(column - 1) == Some(left);
            if is_swap {
                best = best.min(at(&before, column - 1) + 1);
            }
            now.push(best);
        }
        before = std::mem::replace(&mut last, now);
    }
    last.last().copied().unwrap_or(0)
}
