//! Papers that come with a step: their text is kept in its entry, their files are not.

use gongxin_casework::code;
use gongxin_intake::{ChildCommand, Limits, PaperText, PaperTrouble};
use gongxin_model::finding::Language;
use gongxin_model::{Body, Day, Digest, Field, Value};
use gongxin_pack::CaseProcedure;
use gongxin_seal::HashSuite;
use serde::Serialize;

use super::items::{CasePaper, words};
use super::{CaseFault, PAPERS_MOST};
use crate::rules::Rules;

/// A paper that comes with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentPaper {
    /// Its id within the procedure.
    pub paper: String,
    /// The digest of its file, by which the paper itself can be recognised.
    pub digest: Digest,
    /// What it says.
    pub text: String,
    /// Its pages that hold no text.
    pub blank: Vec<usize>,
}

impl SentPaper {
    /// A paper of a file: what it says, and the digest of its bytes (SHA-256).
    ///
    /// # Errors
    /// Why it cannot be taken; nothing of it is told.
    pub fn read(
        paper: &str,
        bytes: &[u8],
        command: Option<&ChildCommand>,
    ) -> Result<Self, CaseFault> {
        let told = |why: PaperTrouble| CaseFault::Paper { paper: paper.to_owned(), why };
        let read = gongxin_intake::read_paper(bytes, command, &Limits::default());
        let PaperText { text, blank, .. } = read.map_err(told)?;
        let digest = HashSuite::Sha256.digest(&[bytes]);
        Ok(Self { paper: paper.to_owned(), digest, text, blank })
    }
}

/// What a paper says, as whoever deals with its case reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PaperSaid {
    /// Which it is.
    #[serde(flatten)]
    pub paper: CasePaper,
    /// The digest of its file (SHA-256, hexadecimal).
    pub digest: String,
    /// What it says.
    pub text: String,
    /// The numbers of its pages that hold no text, pictures at most: they are not here.
    pub blank: Vec<usize>,
}

/// The fields of papers that came with their text.
pub(super) fn fields(sent: &[SentPaper]) -> Vec<Field> {
    let list = |code: &str, of: &dyn Fn(&SentPaper) -> Option<String>| {
        let said = |one: &SentPaper| Some(format!("{}={}", one.paper, of(one)?).into());
        let all: Vec<_> = sent.iter().filter_map(said).collect();
        let field = Field { code: code.into(), value: Value::List(all.clone()), written: None };
        (!all.is_empty()).then_some(field)
    };
    let pages = |one: &SentPaper| {
        let pages: Vec<String> = one.blank.iter().map(ToString::to_string).collect();
        (!pages.is_empty()).then(|| pages.join(","))
    };
    let fields = [
        list(code::PAPER_BLANK, &pages),
        list(code::PAPER_DIGESTS, &|one| Some(one.digest.to_string())),
        list(code::PAPER_TEXTS, &|one| Some(one.text.clone())),
    ];
    fields.into_iter().flatten().collect()
}

/// True for a field that holds what papers say.
pub(super) fn is_text(code: &str) -> bool {
    code == code::PAPER_TEXTS
}

/// What the papers of an entry say.
pub(super) fn said(body: &Body, rule: &CaseProcedure, language: Language) -> Vec<PaperSaid> {
    let pairs = |code: &str| -> Vec<(String, String)> {
        let field = body.field(code);
        let all = field.map(|field| field.value.all()).unwrap_or_default();
        let pair =
            |one: &str| one.split_once('=').map(|(id, rest)| (id.to_owned(), rest.to_owned()));
        all.iter().filter_map(|one| pair(one)).collect()
    };
    let (digests, blanks) = (pairs(code::PAPER_DIGESTS), pairs(code::PAPER_BLANK));
    let of = |pairs: &[(String, String)], id: &str| {
        let found = pairs.iter().find(|(of, _)| of == id);
        found.map_or_else(String::new, |(_, value)| value.clone())
    };
    let said = |(id, text): (String, String)| {
        let known = rule.papers.iter().find(|paper| paper.id == id);
        let name = known.map_or_else(|| id.clone(), |paper| words(&paper.name, language));
        let blank = of(&blanks, &id).split(',').filter_map(|page| page.parse().ok()).collect();
        PaperSaid { digest: of(&digests, &id), paper: CasePaper { id, name }, text, blank }
    };
    pairs(code::PAPER_TEXTS).into_iter().map(said).collect()
}

/// Sees that what papers say can be kept: not too many, each once, not too long, and without numbers
/// of persons.
pub(super) fn check(rules: &Rules, day: Day, sent: &[SentPaper]) -> Result<(), CaseFault> {
    let scan = rules.shared.personal_scan(day);
    let most = Limits::default().paper_characters;
    let twice = |(place, one): (usize, &SentPaper)| {
        sent.iter().skip(place + 1).any(|other| other.paper == one.paper)
    };
    if sent.len() > PAPERS_MOST || sent.iter().enumerate().any(twice) {
        return Err(CaseFault::Papers(PAPERS_MOST));
    }
    for SentPaper { paper, text, .. } in sent {
        let paper = paper.clone();
        if text.chars().count() > most {
            return Err(CaseFault::Paper { paper, why: PaperTrouble::Long(most) });
        }
        let hits = [scan.find(text), scan.find(&closed_up(text))];
        if let Some(hit) = hits.iter().flatten().next() {
            return Err(CaseFault::PaperPersonal { paper, what: hit.kind.name() });
        }
    }
    Ok(())
}

/// A text with digits closed up that stand one by one, as a typesetter spaces them.
fn closed_up(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let at = |place: usize| characters.get(place).copied();
    let is_digit = |one: Option<char>| one.is_some_and(|one| one.is_ascii_digit());
    let is_blank =
        |one: Option<char>| one.is_some_and(|one| matches!(one, ' ' | '\u{3000}' | '\t'));
    let is_lone = |place: usize| {
        let before = place.checked_sub(1).and_then(at);
        is_digit(at(place)) && !is_digit(before) && !is_digit(at(place + 1))
    };
    let kept = |place: &usize| {
        let between = *place > 0 && is_lone(*place - 1) && is_lone(*place + 1);
        !(is_blank(at(*place)) && between)
    };
    (0..characters.len()).filter(kept).filter_map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_that_stand_one_by_one_are_closed_up() {
        for (text, expected) in [
            ("号码 1 3 8 0 0 0 0 0 0 0 0。", "号码 13800000000。"),
            ("12 34 5", "12 34 5"),
            ("1 2\n3", "12\n3"),
            ("第 1 页", "第 1 页"),
            ("", ""),
        ] {
            assert_eq!(closed_up(text), expected, "{text}");
        }
    }
}
