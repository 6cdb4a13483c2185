//! The rules that the office itself applies to rows. Their words: `locales/findings.toml`.

use gongxin_model::Rule;

/// The same content is held already.
pub(crate) const STILL_HELD: Rule = Rule::doubt("office.still-held");
/// The same content was judged not to belong here.
pub(crate) const JUDGED: Rule = Rule::error("office.judged");
/// A part of the record's key is empty.
pub(crate) const KEY_INCOMPLETE: Rule = Rule::doubt("office.key-incomplete");
/// The content was received before and another followed it.
pub(crate) const OLDER_VERSION: Rule = Rule::note("office.older-version");
/// Another source supplied the record.
pub(crate) const NOT_ITS_SUPPLIER: Rule = Rule::doubt("office.not-its-supplier");
/// The record that an act names is not known.
pub(crate) const TARGET_UNKNOWN: Rule = Rule::doubt("office.target-unknown");
/// The record that an act names is another subject's, or another authority's.
pub(crate) const TARGET_DIFFERS: Rule = Rule::doubt("office.target-differs");
/// The act names no record.
pub(crate) const TARGET_MISSING: Rule = Rule::doubt("office.target-missing");
/// No shield that holds is the one that a lifting names.
pub(crate) const SHIELD_UNKNOWN: Rule = Rule::doubt("office.shield-unknown");
/// A lifting names no shield, and there are several.
pub(crate) const SHIELDS_SEVERAL: Rule = Rule::doubt("office.shields-several");
/// A shield that names no decision is over everything of its subject.
pub(crate) const SHIELDS_ALL: Rule = Rule::note("office.shields-all");
/// The act's outcome is none that its catalogue knows.
pub(crate) const OUTCOME_UNKNOWN: Rule = Rule::doubt("office.outcome-unknown");

/// A known record would move to another subject by a correction.
pub(crate) const SUBJECT_DIFFERS: Rule = Rule::doubt("office.subject-differs");
/// The record was withdrawn; handing it in again does not bring it back.
pub(crate) const WITHDRAWN: Rule = Rule::note("office.withdrawn");
/// The row contradicts what a case has settled.
pub(crate) const SETTLED: Rule = Rule::doubt("office.settled");

/// The row names a record that there is none of here.
pub(crate) const RECORD_UNKNOWN: Rule = Rule::doubt("office.record-unknown");
/// The row names a record that was taken back.
pub(crate) const RECORD_WITHDRAWN: Rule = Rule::doubt("office.record-withdrawn");
/// An earlier row of the same hand-in corrected the record that this one names.
pub(crate) const RECORD_TWICE: Rule = Rule::doubt("office.record-twice");
/// By its corrected key the record would be another one that exists.
pub(crate) const KEY_TAKEN: Rule = Rule::doubt("office.key-taken");
/// A corrected key: one record was withdrawn, another stands in its place.
pub(crate) const REPLACED_BY: Rule = Rule::note("office.replaced");

/// Another platform hands down what was handed in here.
pub(crate) const ECHO: Rule = Rule::note("office.echo");
/// Another platform hands down a record of ours with other words.
pub(crate) const ECHO_DIFFERS: Rule = Rule::doubt("office.echo-differs");

/// A row of a return answers no row that went up.
pub(crate) const RETURN_UNMATCHED: Rule = Rule::doubt("office.return-unmatched");
/// A row of a return does not say what became of the record.
pub(crate) const RETURN_NO_RESULT: Rule = Rule::doubt("office.return-no-result");

/// A row states some fields of a registration that is not here.
pub(crate) const PATCH_UNKNOWN: Rule = Rule::doubt("office.patch-unknown");

/// What the row says was erased by law.
pub(crate) const ERASED: Rule = Rule::error("office.erased");

/// All of them.
#[cfg(test)]
pub(crate) const ALL: &[Rule] = &[
    STILL_HELD,
    JUDGED,
    KEY_INCOMPLETE,
    OLDER_VERSION,
    NOT_ITS_SUPPLIER,
    TARGET_UNKNOWN,
    TARGET_DIFFERS,
    TARGET_MISSING,
    SHIELD_UNKNOWN,
    SHIELDS_SEVERAL,
    SHIELDS_ALL,
    OUTCOME_UNKNOWN,
    SUBJECT_DIFFERS,
    WITHDRAWN,
    SETTLED,
    RECORD_UNKNOWN,
    RECORD_WITHDRAWN,
    RECORD_TWICE,
    KEY_TAKEN,
    REPLACED_BY,
    ECHO,
    ECHO_DIFFERS,
    RETURN_UNMATCHED,
    RETURN_NO_RESULT,
    PATCH_UNKNOWN,
    ERASED,
];

#[cfg(test)]
mod tests {
    #[test]
    fn every_rule_has_words() {
        let texts =
            gongxin_model::FindingTexts::parse(include_str!("../locales/findings.toml")).unwrap();
        let mut ids: Vec<&str> = super::ALL.iter().map(|rule| rule.id).collect();
        ids.sort_unstable();
        let words: Vec<&str> = texts.ids().collect();
        assert_eq!(words, ids);
    }
}
