//! What stretches of records have, noted away from visits, so that a walk may pass over them.

use std::collections::{BTreeMap, BTreeSet};

use gongxin_model::RecordNo;
use gongxin_pack::Role;
use gongxin_store::{Reader, StoredEntry};

use super::Answer;
use super::arrivals::Walk;
use crate::derive::{histories, value};
use crate::rules::Rules;

/// Records of a stretch: few enough that reading one is quick, many enough that a store of fifty
/// million records has some ten thousand.
pub(super) const STRETCH: i64 = 4_096;
/// So many stretches the keeper notes at once.
const NOTED_AT_ONCE: i64 = 64;

/// A class, who supplied it, and the list of its entries, where they name one.
pub(super) type Kinds = BTreeSet<(String, String, Option<String>)>;

/// What whole stretches of records have in them.
#[derive(Debug, Default)]
pub(super) struct Noted {
    /// The adoption by whose rulebook the lists were told.
    adoption: i64,
    /// Place by place from the first on.
    stretches: Vec<Kinds>,
}

impl Noted {
    /// How many stretches are noted by an adoption.
    pub(super) fn count(&self, adoption: i64) -> usize {
        if self.adoption == adoption { self.stretches.len() } else { 0 }
    }

    /// Takes what was read from a place on by an adoption, unless somebody noted that meanwhile.
    pub(super) fn take(&mut self, adoption: i64, from: usize, read: Vec<Kinds>) {
        if from != self.count(adoption) {
            return;
        }
        if self.adoption != adoption {
            *self = Self { adoption, stretches: Vec::new() };
        }
        self.stretches.extend(read);
    }

    /// True where a stretch may have something of what is asked for.
    pub(super) fn may_have(&self, adoption: i64, place: i64, ask: &Walk<'_>) -> bool {
        let noted = usize::try_from(place).ok().and_then(|place| self.stretches.get(place));
        // What another rulebook called a list tells nothing.
        noted.filter(|_| self.adoption == adoption).is_none_or(|kinds| {
            kinds.iter().any(|(catalogue, source, list)| {
                ask.catalogues.contains(catalogue)
                    && ask.sources.as_ref().is_none_or(|sources| sources.contains(source))
                    && ask.list.is_none_or(|wanted| list.as_deref() == Some(wanted))
            })
        })
    }
}

/// Reads what the stretches from a place on have, some of those that are whole by now; nothing
/// where all are noted.
pub(super) fn unnoted(reader: &mut Reader<'_>, rules: &Rules, from: usize) -> Answer<Vec<Kinds>> {
    let first = i64::try_from(from).unwrap_or(i64::MAX);
    let until = (reader.head()?.next_record / STRETCH).min(first.saturating_add(NOTED_AT_ONCE));
    if first >= until {
        return Ok(Vec::new());
    }
    let mut found: BTreeMap<i64, Kinds> = BTreeMap::new();
    let (from, before) = (RecordNo(first * STRETCH), RecordNo(until * STRETCH));
    for (place, catalogue, source) in reader.stretches(from, before, STRETCH)? {
        found.entry(place).or_default().insert((catalogue, source, None));
    }
    let mut read = Vec::new();
    for place in first..until {
        let kinds = found.remove(&place).unwrap_or_default();
        read.push(with_lists(reader, rules, place, kinds)?);
    }
    Ok(read)
}

/// The same kinds, entries of lists with the lists that they name: an entry's list is part of its
/// key, and never alters.
fn with_lists(reader: &mut Reader<'_>, rules: &Rules, place: i64, kinds: Kinds) -> Answer<Kinds> {
    let by_list = |id: &str| {
        rules.rulebook.catalogue(id).is_some_and(|catalogue| catalogue.publication.is_by_list())
    };
    let (listed, mut rest): (Kinds, Kinds) = kinds.into_iter().partition(|(id, _, _)| by_list(id));
    if listed.is_empty() {
        return Ok(rest);
    }
    let mut records = reader.records_after(RecordNo(place * STRETCH - 1), STRETCH)?;
    records.retain(|record| record.no.0 < (place + 1) * STRETCH && by_list(&record.catalogue));
    for page in records.chunks(500) {
        let numbers: Vec<RecordNo> = page.iter().map(|record| record.no).collect();
        let histories = histories(reader, &numbers)?;
        for record in page {
            let history = histories.get(&record.no).map_or(&[][..], Vec::as_slice);
            let list = list_of(rules, &record.catalogue, history);
            rest.insert((record.catalogue.clone(), record.source.clone(), list));
        }
    }
    Ok(rest)
}

/// The id of the list that an entry is of.
pub(in crate::public) fn list_of(
    rules: &Rules,
    catalogue: &str,
    history: &[StoredEntry],
) -> Option<String> {
    let catalogue = rules.rulebook.catalogue(catalogue)?;
    let has_fields =
        |entry: &&StoredEntry| entry.body.as_ref().is_some_and(|b| !b.fields.is_empty());
    let body = history.iter().rev().find(has_fields)?.body.as_ref()?;
    let list = rules.rulebook.list_rule(value(body, catalogue, Role::ListCode)?)?;
    Some(list.id.clone())
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use gongxin_seal::InstanceKey;

    use super::super::super::shown::View;
    use super::*;

    static KEY: LazyLock<InstanceKey> = LazyLock::new(|| InstanceKey::new([7; 32]));

    fn walk_of(catalogue: &str, source: Option<&str>, list: Option<&'static str>) -> Walk<'static> {
        Walk {
            catalogues: vec![catalogue.to_owned()],
            sources: source.map(|source| vec![source.to_owned()]),
            from: None,
            until: None,
            list,
            businesses: true,
            roles: &[],
            view: View::default(),
            key: &KEY,
            after: None,
            size: 50,
        }
    }

    #[test]
    fn a_stretch_is_passed_over_only_where_it_is_noted() {
        let kind = |catalogue: &str, list: Option<&str>| {
            (catalogue.to_owned(), "a".to_owned(), list.map(str::to_owned))
        };
        let mut noted = Noted::default();
        noted.take(1, 0, vec![[kind("penalty", None), kind("serious", Some("tax"))].into()]);
        // Read from another place, or twice: not taken.
        noted.take(1, 0, vec![Kinds::new()]);
        assert_eq!((noted.count(1), noted.count(2)), (1, 0));
        let cases = [
            (1, 0, walk_of("penalty", None, None), true),
            (1, 0, walk_of("penalty", Some("a"), None), true),
            (1, 0, walk_of("penalty", Some("b"), None), false),
            (1, 0, walk_of("licence", None, None), false),
            (1, 0, walk_of("serious", None, Some("tax")), true),
            (1, 0, walk_of("serious", None, Some("market")), false),
            (1, 1, walk_of("licence", None, None), true),
            (2, 0, walk_of("licence", None, None), true),
        ];
        for (adoption, place, ask, expected) in cases {
            let what = (adoption, place, &ask.catalogues, &ask.sources, ask.list);
            assert_eq!(noted.may_have(adoption, place, &ask), expected, "{what:?}");
        }
        noted.take(2, 0, vec![Kinds::new()]);
        assert_eq!((noted.count(1), noted.count(2)), (0, 1));
    }
}
