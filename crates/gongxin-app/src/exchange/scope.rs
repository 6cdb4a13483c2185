//! Whose records are meant: one body's, a region's, or all.

use gongxin_model::Day;
use gongxin_pack::{Rulebook, SourceDeclaration};

use crate::OfficeError;

/// Whose records are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Everybody's.
    All,
    /// One body's, by its code; with it those that it took over from.
    Source(String),
    /// Those of the bodies of a division and of the divisions under it.
    Region(String),
}

impl Scope {
    /// The word in the store.
    pub(super) fn word(&self) -> String {
        match self {
            Self::All => "all".to_owned(),
            Self::Source(code) => format!("source:{code}"),
            Self::Region(code) => format!("region:{code}"),
        }
    }

    /// The word in names of files.
    pub(super) fn file_word(word: &str) -> &str {
        word.split_once(':').map_or(word, |(_, code)| code)
    }

    /// Says so where no body is meant.
    pub(super) fn check(&self, rulebook: &Rulebook) -> Result<(), OfficeError> {
        if rulebook.sources.values().any(|source| !source.peer && self.has(source)) {
            return Ok(());
        }
        Err(OfficeError::Usage(match self {
            Self::All => "no body hands in here".to_owned(),
            Self::Source(code) => {
                format!("no body `{code}` hands in here; `gongxin source list` shows them")
            }
            Self::Region(code) => format!("no body of the division `{code}` hands in here"),
        }))
    }

    /// True if the body itself is meant.
    pub(super) fn has(&self, source: &SourceDeclaration) -> bool {
        match self {
            Self::All => true,
            Self::Source(code) => source.code == *code,
            Self::Region(code) => source.region.starts_with(stem(code)),
        }
    }

    /// True if what the body of a code supplied is meant: its own, or by now another's. What another
    /// platform handed down is nobody's here.
    pub(super) fn has_supplier(&self, rulebook: &Rulebook, code: &str, day: Day) -> bool {
        let Some(present) = rulebook.present_source(code, day).filter(|one| !one.peer) else {
            return false;
        };
        self.has(present)
    }
}

/// The digits that all divisions under one begin with.
pub(crate) fn stem(code: &str) -> &str {
    let mut stem = code;
    while let Some(shorter) = stem.strip_suffix("00") {
        stem = shorter;
    }
    stem
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_division_holds_those_under_it() {
        for (code, stem) in
            [("150000", "15"), ("150100", "1501"), ("150102", "150102"), ("100000", "10")]
        {
            assert_eq!(super::stem(code), stem);
        }
    }
}
