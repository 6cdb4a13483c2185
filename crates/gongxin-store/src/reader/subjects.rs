//! Subjects, their codes and names.

use std::collections::{BTreeMap, BTreeSet};

use gongxin_model::{PublicId, SubjectNo};

use super::{Reader, Result, each};
use crate::cell::Row;
use crate::rows::{CodeRow, NameRow, SubjectRow};
use crate::schema::{CODE_PLACE, code_place};
use crate::{StoreError, name_block};

const SUBJECT_OF: &str = "SELECT no, public_id, kind, name, code, legal_form, state, region, head, \
                          provisional, masked, registration, named_from FROM";

/// So many keys are read one by one.
const FEW: usize = 32;

impl Reader<'_> {
    /// The codes that are one of those asked for, or a unified code with it as the organisation code
    /// inside, or as the unified code around it: whoever asks tells which count.
    pub fn codes_at(&mut self, codes: &[String]) -> Result<Vec<CodeRow>> {
        let places = each(codes.iter().map(|code| code_place(code)).collect());
        let sql = format!(
            "SELECT code, kind, subject FROM EACH_TEXT($1) CROSS JOIN subject_code \
             WHERE {CODE_PLACE} = asked.value"
        );
        let mut found = self.all_worded(&sql, &[places.into()], code_row)?;
        found.sort_unstable();
        Ok(found)
    }

    /// All codes of subjects.
    pub fn codes_of(&mut self, subjects: Vec<i64>) -> Result<Vec<CodeRow>> {
        let sql = "SELECT code, kind, subject FROM EACH_INT($1) CROSS JOIN subject_code \
                   WHERE subject = asked.value";
        let mut found = self.all_worded(sql, &[each(subjects).into()], code_row)?;
        found.sort_unstable_by(|a, b| {
            (a.subject, &a.kind, &a.code).cmp(&(b.subject, &b.kind, &b.code))
        });
        Ok(found)
    }

    /// All names of subjects, each subject's present one last.
    pub fn names_of(&mut self, subjects: Vec<i64>) -> Result<Vec<NameRow>> {
        let sql = "SELECT no, named_from, name, NULL FROM EACH_INT($1) \
                   CROSS JOIN subject WHERE no = asked.value AND named_from IS NOT NULL";
        let present = self.connection.all(sql, &[each(subjects.clone()).into()], name_row)?;
        let mut found = self.former_names_of(subjects)?;
        found.extend(present);
        found.sort_by_key(|name| (name.subject, name.from));
        Ok(found)
    }

    /// The names of a subject whose row is at hand, as [`Self::names_of`] gives them.
    pub fn names_of_one(&mut self, row: &SubjectRow) -> Result<Vec<NameRow>> {
        let mut found = self.former_names_of(vec![row.no.0])?;
        found.extend(row.present_name());
        found.sort_by_key(|name| name.from);
        Ok(found)
    }

    /// The names that subjects no longer bear, in the order of their days.
    pub fn former_names_of(&mut self, subjects: Vec<i64>) -> Result<Vec<NameRow>> {
        let sql = "SELECT subject, from_day, name, until_day FROM EACH_INT($1) \
                   CROSS JOIN subject_name WHERE subject = asked.value";
        let mut found = self.connection.all(sql, &[each(subjects).into()], name_row)?;
        found.sort_unstable_by(|a, b| {
            (a.subject, a.from, &a.name).cmp(&(b.subject, b.from, &b.name))
        });
        Ok(found)
    }

    /// Pairs of the key of a whole name and a subject. A key that more than `most` subjects share tells nothing and
    /// is left out.
    pub fn name_keys(&mut self, keys: Vec<i64>, most: usize) -> Result<Vec<(i64, SubjectNo)>> {
        let keys = each(keys);
        if keys.len() > FEW {
            let sql = "SELECT key, subject FROM EACH_INT($1) CROSS JOIN name_key \
                       WHERE key = asked.value";
            let mut found = self.connection.all(sql, &[keys.into()], key_row)?;
            found.sort_unstable();
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
            let found = self.connection.all(sql, &[key.into(), limit.into()], key_row)?;
            if found.len() <= most {
                all.extend(found);
            }
        }
        Ok(all)
    }

    /// Pairs of a key of similar names and a subject, and now and then another subject by chance. A
    /// key that more than `most` subjects share tells nothing and is left out.
    pub fn similar_keys(&mut self, keys: &[i64], most: usize) -> Result<Vec<(i64, SubjectNo)>> {
        let mut sought: BTreeMap<(i64, u32), (i64, BTreeSet<SubjectNo>)> = BTreeMap::new();
        for key in keys {
            let place = (name_block::bucket(*key), name_block::rest(*key));
            sought.insert(place, (*key, BTreeSet::new()));
        }
        let buckets: BTreeSet<i64> = sought.keys().map(|(bucket, _)| *bucket).collect();
        let buckets: Vec<i64> = buckets.into_iter().collect();
        let sql = "SELECT bucket, body FROM name_block WHERE bucket MANY($1) ORDER BY bucket, seq";
        self.connection.stream(sql, &[buckets.into()], &mut |mut row| {
            let (bucket, body) = (row.int()?, row.blob()?);
            let pairs = name_block::unpack(&body);
            for (rest, subject) in pairs.ok_or_else(|| StoreError::corrupt("keys of names"))? {
                if let Some((_, subjects)) = sought.get_mut(&(bucket, rest))
                    && subjects.len() <= most
                {
                    subjects.insert(subject);
                }
            }
            Ok(())
        })?;
        let telling = sought.into_values().filter(|(_, subjects)| subjects.len() <= most);
        Ok(telling
            .flat_map(|(key, subjects)| subjects.into_iter().map(move |subject| (key, subject)))
            .collect())
    }

    /// True where the key is kept for the subject.
    pub(crate) fn has_name_key(&mut self, (key, subject): (i64, SubjectNo)) -> Result<bool> {
        let sql = "SELECT key FROM name_key WHERE key = $1 AND subject = $2";
        Ok(self.connection.one(sql, &[key.into(), subject.into()], |mut row| row.int())?.is_some())
    }

    /// A subject.
    pub fn subject(&mut self, no: SubjectNo) -> Result<Option<SubjectRow>> {
        self.connection.one(
            &format!("{SUBJECT_OF} subject WHERE no = $1"),
            &[no.into()],
            subject_row,
        )
    }

    /// Many subjects, in the order of their numbers.
    pub fn subjects(&mut self, numbers: Vec<i64>) -> Result<Vec<SubjectRow>> {
        let sql = format!("{SUBJECT_OF} EACH_INT($1) CROSS JOIN subject WHERE no = asked.value");
        let mut found = self.connection.all(&sql, &[each(numbers).into()], subject_row)?;
        found.sort_unstable_by_key(|row| row.no);
        Ok(found)
    }

    /// A page of all subjects after a number.
    pub fn subjects_after(&mut self, after: SubjectNo, limit: i64) -> Result<Vec<SubjectRow>> {
        let sql = format!("{SUBJECT_OF} subject WHERE no > $1 ORDER BY no LIMIT $2");
        self.connection.all(&sql, &[after.into(), limit.into()], subject_row)
    }

    /// Branches of a head, by name.
    pub fn branches(&mut self, head: SubjectNo, limit: i64) -> Result<Vec<SubjectRow>> {
        // Not `ORDER BY no`: PostgreSQL would walk all subjects in that order and look at each head.
        let sql = format!("{SUBJECT_OF} subject WHERE head = $1 ORDER BY no + 0 LIMIT $2");
        self.connection.all(&sql, &[head.into(), limit.into()], subject_row)
    }

    /// All names in the store one by one: the slow and simple search.
    pub fn scan_names(&mut self, take: &mut dyn FnMut(NameRow) -> Result<()>) -> Result<()> {
        let former = "SELECT subject, from_day, name, until_day FROM subject_name";
        self.connection.stream(former, &[], &mut |row| take(name_row(row)?))?;
        let present = "SELECT no, named_from, name, NULL FROM subject \
                       WHERE named_from IS NOT NULL";
        self.connection.stream(present, &[], &mut |row| take(name_row(row)?))
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
        named_from: row.day_or_null()?,
    })
}

fn key_row(mut row: Row) -> Result<(i64, SubjectNo)> {
    Ok((row.int()?, SubjectNo(row.int()?)))
}
