//! What acts and corrections ask: who acts on whom.

use gongxin_model::{Seq, SubjectNo};

use super::{Reader, Result};
use crate::rows::{StandingRow, StoredEntry};

impl Reader<'_> {
    /// The standings of many subjects in some sections and catalogues, each subject's together.
    pub fn standings_in(
        &mut self,
        subjects: &[SubjectNo],
        sections: &[String],
        catalogues: &[String],
    ) -> Result<Vec<StandingRow>> {
        let subjects: Vec<i64> = subjects.iter().map(|no| no.0).collect();
        let sql = format!(
            "{} WHERE t.subject MANY($1) AND t.section IN ({}) AND t.catalogue IN ({}) \
             ORDER BY t.subject, t.record",
            super::standings::standing(),
            self.numbers(sections)?,
            self.numbers(catalogues)?
        );
        self.all_worded(&sql, &[subjects.into()], super::standings::standing_row)
    }

    /// The numbers of words as a list of SQL; of words that the store does not know, one that
    /// equals none.
    fn numbers(&mut self, words: &[String]) -> Result<String> {
        let mut numbers = Vec::with_capacity(words.len());
        for word in words {
            let number = self.words.find(self.connection, word)?.unwrap_or(0);
            numbers.push(number.to_string());
        }
        Ok(numbers.join(", "))
    }

    /// The entry at a place.
    pub fn entry(&mut self, seq: Seq) -> Result<Option<StoredEntry>> {
        Ok(self.entries_from(seq, 1)?.into_iter().find(|entry| entry.seq == seq))
    }
}
