//! Words that many rows share, kept once and named by a number: catalogues, sources, sections, states.
//!
//! A number is given once and never changes, so what was read of committed words stays true.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::StoreError;
use crate::connection::Connection;
use crate::schema::Table;

/// The number of the word that queries of public faces ask for.
pub(crate) const PUBLISHED: i64 = 1;
/// The sections of a report in its order. They are words of every store from its founding on, so
/// that records sort by their numbers as a report has them.
pub const SECTIONS: [&str; 10] = [
    "basic",
    "administrative",
    "honour",
    "serious",
    "abnormal",
    "commitment",
    "evaluation",
    "judgment",
    "other",
    "local",
];

/// The words known so far, in the order of their numbers from 1.
#[derive(Debug, Clone, Default)]
pub(crate) struct Words {
    by_number: Arc<Vec<Arc<str>>>,
    numbers: Arc<BTreeMap<Arc<str>, i64>>,
}

impl Words {
    pub(crate) fn len(&self) -> usize {
        self.by_number.len()
    }

    fn known(&self, number: i64) -> Option<&Arc<str>> {
        let place = usize::try_from(number).ok()?.checked_sub(1)?;
        self.by_number.get(place)
    }

    fn add(&mut self, text: &str) -> i64 {
        let text: Arc<str> = text.into();
        let words = Arc::make_mut(&mut self.by_number);
        words.push(Arc::clone(&text));
        let number = i64::try_from(words.len()).unwrap_or(i64::MAX);
        Arc::make_mut(&mut self.numbers).insert(text, number);
        number
    }

    fn load(&mut self, connection: &mut Connection) -> Result<(), StoreError> {
        let known = i64::try_from(self.len()).unwrap_or(i64::MAX);
        let sql = "SELECT no, text FROM word WHERE no > $1 ORDER BY no";
        for mut row in connection.query(sql, &[known.into()])? {
            let (number, text) = (row.int()?, row.text()?);
            if self.add(&text) != number {
                return Err(StoreError::corrupt(format!("word {number} does not follow")));
            }
        }
        Ok(())
    }

    /// The word of a number.
    pub(crate) fn text(
        &mut self,
        connection: &mut Connection,
        number: i64,
    ) -> Result<String, StoreError> {
        if self.known(number).is_none() {
            self.load(connection)?;
        }
        let word = self.known(number).map(|word| word.to_string());
        word.ok_or_else(|| StoreError::corrupt(format!("there is no word {number}")))
    }

    /// The number of a word that was read.
    pub(crate) fn number_of(&self, text: &str) -> Option<i64> {
        self.numbers.get(text).copied()
    }

    /// The number of a word that the store knows; None where it has none.
    pub(crate) fn find(
        &mut self,
        connection: &mut Connection,
        text: &str,
    ) -> Result<Option<i64>, StoreError> {
        if !self.numbers.contains_key(text) {
            self.load(connection)?;
        }
        Ok(self.numbers.get(text).copied())
    }

    /// The number of a word; one that is new is kept. Only a writer may ask.
    pub(crate) fn number(
        &mut self,
        connection: &mut Connection,
        text: &str,
    ) -> Result<i64, StoreError> {
        if let Some(number) = self.find(connection, text)? {
            return Ok(number);
        }
        let number = self.add(text);
        let row = vec![number.into(), text.into()];
        Table::named("word")?.insert(connection, vec![row])?;
        Ok(number)
    }
}

/// Keeps the words that every store has.
pub(crate) fn found(connection: &mut Connection) -> Result<(), StoreError> {
    let mut words = Words::default();
    for word in ["published"].into_iter().chain(SECTIONS) {
        words.number(connection, word)?;
    }
    Ok(())
}
