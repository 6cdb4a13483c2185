//! Subjects, their codes and names.

use gongxin_model::SubjectNo;

use super::{Reader, Result};
use crate::cell::Row;
use crate::rows::{CodeRow, NameRow, SubjectRow};
use gongxin_model::PublicId;

const SUBJECT: &str = "SELECT no, public_id, kind, name, code, legal_form, state, region, head, \
                       provisional, masked, registration FROM subject";

/// So many keys are read one by one.
const FEW: usize = 32;

impl Reader<'_> {
    /// The subjects that carry any of the codes, with the code that each was found by.
    pub fn codes(&mut self, codes: Vec<String>) -> Result<Vec<CodeRow>> {
        let sql = "SELECT code, kind, subject FROM subject_code WHERE code MANY($1) \
                   ORDER BY code, kind, subject";
        self.all_worded(sql, &[codes.into()], code_row)
    }

    /// All codes of subjects.
    pub fn codes_of(&mut self, subjects: Vec<i64>) -> Result<Vec<CodeRow>> {
        let sql = "SELECT code, kind, subject FROM subject_code WHERE subject MANY($1) \
                   ORDER BY subject, kind, code";
        self.all_worded(sql, &[subjects.into()], code_row)
    }

    /// All names of subjects, each subject's present one last.
    pub fn names_of(&mut self, subjects: Vec<i64>) -> Result<Vec<NameRow>> {
        let sql = "SELECT subject, from_day, name, until_day FROM subject_name \
                   WHERE subject MANY($1) ORDER BY subject, from_day, name";
        self.all(sql, &[subjects.into()], name_row)
    }

    /// Pairs of blocking key and subject. A key that more than `most` subjects share tells nothing and
    /// is left out.
    pub fn name_keys(&mut self, mut keys: Vec<i64>, most: usize) -> Result<Vec<(i64, SubjectNo)>> {
        keys.sort_unstable();
        keys.dedup();
        if keys.len() > FEW {
            let sql = "SELECT key, subject FROM name_key WHERE key MANY($1) ORDER BY key, subject";
            let found = self.all(sql, &[keys.into()], key_row)?;
            return Ok(found
                .chunk_by(|left, right| left.0 == right.0)
                .filter(|group| group.len() <= most)
                .flatten()
                .copied()
                .collect());
        }
        // Of few keys each is read only until it is too common.
        let limit = i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1);
        let sql = "SELECT key, subject FROM name_key WHERE key = $1 ORDER BY subject LIMIT $2";
        let mut all = Vec::new();
        for key in keys {
            let found = self.all(sql, &[key.into(), limit.into()], key_row)?;
            if found.len() <= most {
                all.extend(found);
            }
        }
        Ok(all)
    }

    /// True where the key is kept for the subject.
    pub(crate) fn has_name_key(&mut self, (key, subject): (i64, SubjectNo)) -> Result<bool> {
        let sql = "SELECT key FROM name_key WHERE key = $1 AND subject = $2";
        Ok(self.one(sql, &[key.into(), subject.into()], |mut row| row.int())?.is_some())
    }

    /// A subject.
    pub fn subject(&mut self, no: SubjectNo) -> Result<Option<SubjectRow>> {
        self.one(&format!("{SUBJECT} WHERE no = $1"), &[no.into()], subject_row)
    }

    /// Many subjects, in the order of their numbers.
    pub fn subjects(&mut self, numbers: Vec<i64>) -> Result<Vec<SubjectRow>> {
        self.all(
            &format!("{SUBJECT} WHERE no MANY($1) ORDER BY no"),
            &[numbers.into()],
            subject_row,
        )
    }

    /// Subjects by their public ids.
    pub fn subjects_by_public_id(&mut self, ids: Vec<Vec<u8>>) -> Result<Vec<SubjectRow>> {
        let sql = format!("{SUBJECT} WHERE public_id MANY_BLOBS($1) ORDER BY no");
        self.all(&sql, &[ids.into()], subject_row)
    }

    /// A page of all subjects after a number.
    pub fn subjects_after(&mut self, after: SubjectNo, limit: i64) -> Result<Vec<SubjectRow>> {
        let sql = format!("{SUBJECT} WHERE no > $1 ORDER BY no LIMIT $2");
        self.all(&sql, &[after.into(), limit.into()], subject_row)
    }

    /// Branches of a head, by name.
    pub fn branches(&mut self, head: SubjectNo, limit: i64) -> Result<Vec<SubjectRow>> {
        let sql = format!("{SUBJECT} WHERE head = $1 ORDER BY no LIMIT $2");
        self.all(&sql, &[head.into(), limit.into()], subject_row)
    }

    /// All names in the store one by one: the slow and simple search.
    pub fn scan_names(&mut self, take: &mut dyn FnMut(NameRow) -> Result<()>) -> Result<()> {
        let sql = "SELECT subject, from_day, name, until_day FROM subject_name";
        self.connection.stream(sql, &[], &mut |row| take(name_row(row)?))
    }
}

fn code_row(reader: &mut Reader<'_>, mut row: Row) -> Result<CodeRow> {
    Ok(CodeRow { code: row.text()?, kind: reader.word(&mut row)?, subject: SubjectNo(row.int()?) })
}

fn name_row(mut row: Row) -> Result<NameRow> {
    Ok(NameRow {
        subject: SubjectNo(row.int()?),
        from: row.day()?,
        name: row.text()?,
        until: row.day_or_null()?,
    })
}

fn subject_row(mut row: Row) -> Result<SubjectRow> {
    Ok(SubjectRow {
        no: SubjectNo(row.int()?),
        public_id: PublicId(row.fixed()?),
        kind: row.text()?,
        name: row.text()?,
        code: row.text_or_null()?,
        legal_form: row.text()?,
        state: row.text()?,
        region: row.text()?,
        head: row.int_or_null()?.map(SubjectNo),
        provisional: row.flag()?,
        masked: row.flag()?,
        registration: row.int()?,
    })
}

fn key_row(mut row: Row) -> Result<(i64, SubjectNo)> {
    Ok((row.int()?, SubjectNo(row.int()?)))
}
