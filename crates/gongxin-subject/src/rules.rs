//! The rules of this room; their words are in `locales/findings.toml`.

use gongxin_model::Rule;
use gongxin_model::finding::FindingTexts;

/// No sound identifier, and a name that is not an organisation's.
pub const PERSON_SHAPED: Rule = Rule::error("subject.person-shaped");
/// Identifiers of one row point to different subjects, or contradict each other.
pub const IDENTIFIERS_DISAGREE: Rule = Rule::doubt("subject.identifiers-disagree");
/// An identifier points to several subjects.
pub const IDENTIFIER_AMBIGUOUS: Rule = Rule::doubt("subject.identifier-ambiguous");
/// The code is a subject's, the name has nothing in common with it.
pub const NAME_CONTRADICTS: Rule = Rule::doubt("subject.name-contradicts-code");
/// The code is a subject's, the name is similar but not the same.
pub const NAME_DIFFERS: Rule = Rule::note("subject.name-differs");
/// An identifier other than the unified code is a subject's, the name does not agree.
pub const NAME_NOT_CONFIRMED: Rule = Rule::doubt("subject.name-not-confirmed");
/// Nobody here carries the code, and somebody with another code carries the name.
pub const NAME_OF_ANOTHER: Rule = Rule::doubt("subject.name-of-another");
/// The unified code is unsound and nobody carries it.
pub const CODE_UNSOUND: Rule = Rule::doubt("subject.code-unsound");
/// The unified code is unsound; another identifier and the name agree.
pub const CODE_UNSOUND_LINKED: Rule = Rule::note("subject.code-unsound-linked");
/// Only old numbers, and nobody here carries them.
pub const NUMBER_UNKNOWN: Rule = Rule::doubt("subject.number-unknown");
/// Only a name.
pub const NAME_ONLY: Rule = Rule::doubt("subject.name-only");
/// A sound code without a name, and nobody here carries it.
pub const NAME_MISSING: Rule = Rule::doubt("subject.name-missing");
/// A sound code that nobody registered here: a provisional subject.
pub const PROVISIONAL: Rule = Rule::note("subject.provisional");
/// A registration whose name is another than the one known: the subject is renamed.
pub const RENAMED: Rule = Rule::note("subject.renamed");

/// All rules.
pub const ALL: [Rule; 14] = [
    PERSON_SHAPED,
    IDENTIFIERS_DISAGREE,
    IDENTIFIER_AMBIGUOUS,
    NAME_CONTRADICTS,
    NAME_DIFFERS,
    NAME_NOT_CONFIRMED,
    NAME_OF_ANOTHER,
    CODE_UNSOUND,
    CODE_UNSOUND_LINKED,
    NUMBER_UNKNOWN,
    NAME_ONLY,
    NAME_MISSING,
    PROVISIONAL,
    RENAMED,
];

/// The words of the rules. A test holds the built-in file readable and complete.
#[must_use]
pub fn texts() -> FindingTexts {
    FindingTexts::parse(include_str!("../locales/findings.toml")).unwrap_or_default()
}
