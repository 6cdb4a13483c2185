//! The adopted rulebook for people: all of it on lines, one value with all that is said of it, and
//! what differs between two readings.

mod changes;
mod class;
mod item;

use gongxin_model::Day;
use gongxin_pack::{Cite, Confidence, EffectiveRulebook, Ground, Rulebook, Text, item as ids};
use gongxin_store::{AdoptionRow, Reader};

use super::super::shown::Found;
use super::super::shown::rules::{
    Holds, RuleFamily, RulesAsk, ShownAccepted, ShownBook, ShownClause, ShownGround, ShownItem,
    ShownLawLine, ShownListLine, ShownRule, ShownRules, ShownSays, Surety,
};
use super::{Answer, OfficeDesk, words};
use crate::rules::Rules;

pub(crate) use changes::book_changes;
pub(super) use changes::changes;

/// A rulebook read on a day.
pub(super) struct Reading<'a> {
    book: &'a EffectiveRulebook,
    day: Day,
    adoption: &'a AdoptionRow,
    /// All adoptions, oldest first.
    adoptions: &'a [AdoptionRow],
}

/// The rulebook that is asked for; None where no such one was adopted.
fn opened(
    desk: &OfficeDesk,
    reader: &mut Reader<'_>,
    ask: &RulesAsk,
) -> Answer<Option<std::sync::Arc<Rules>>> {
    let Some(key) = &ask.book else {
        return Ok(Some(desk.office.rules_at(reader, ask.view.known)?));
    };
    let adoptions = reader.adoptions()?;
    let is_it =
        |row: &&AdoptionRow| row.no == key.no && row.digest.to_string().starts_with(&key.digest);
    match adoptions.iter().find(is_it) {
        Some(row) => Ok(Some(desk.office.rules_of(reader, row.no)?)),
        None => Ok(None),
    }
}

fn day_of(desk: &OfficeDesk, ask: &RulesAsk) -> Day {
    ask.view.as_of.unwrap_or_else(|| desk.office.today())
}

/// The whole rulebook on lines.
pub(super) fn rules(
    desk: &OfficeDesk,
    reader: &mut Reader<'_>,
    ask: &RulesAsk,
) -> Answer<Found<ShownRules>> {
    let Some(rules) = opened(desk, reader, ask)? else {
        return Ok(Found::Never);
    };
    let adoptions = reader.adoptions()?;
    let reading = Reading::of(&rules, &adoptions, day_of(desk, ask));
    let book = reading.book;
    let mut classes: Vec<_> = book.catalogues.values().map(|one| reading.class_line(one)).collect();
    classes.sort_by_key(|one| one.section);
    let tables = book.terms.values();
    let terms = tables.flat_map(|table| table.rules.iter().map(|rule| reading.term_line(rule)));
    let lists = book.lists.values().map(|list| reading.list_line(list)).collect();
    let waiting = book.unverified().into_iter().filter(|one| !book.accepted.contains(&one.item));
    Ok(Found::Shown(Box::new(ShownRules {
        book: reading.shown_book(),
        day: reading.day,
        packs: book.packs.values().map(|pack| words(&pack.name)).collect(),
        classes,
        terms: terms.collect(),
        lists,
        laws: reading.law_lines(),
        waiting: waiting.filter_map(|one| item_of(&one.item, &one.what)).collect(),
        adoptions: shown_books(&adoptions),
    })))
}

/// One value.
pub(super) fn rule(
    desk: &OfficeDesk,
    reader: &mut Reader<'_>,
    ask: &RulesAsk,
    family: RuleFamily,
    id: &str,
) -> Answer<Found<ShownRule>> {
    let Some(rules) = opened(desk, reader, ask)? else {
        return Ok(Found::Never);
    };
    let adoptions = reader.adoptions()?;
    let reading = Reading::of(&rules, &adoptions, day_of(desk, ask));
    let said = match family {
        RuleFamily::Class => reading.class(id),
        RuleFamily::Term => reading.term(id),
        RuleFamily::List => reading.list(id),
        RuleFamily::Law => reading.law(id),
    };
    let Some((item, ground, says)) = said else {
        return Ok(Found::Never);
    };
    let explained = reading.book.explain(&format!("{}:{}", family.prefix(), item.id));
    Ok(Found::Shown(Box::new(ShownRule {
        book: reading.shown_book(),
        day: reading.day,
        item,
        ground,
        says,
        value: explained.map(|one| one.value).unwrap_or_default(),
    })))
}

type Said = (ShownItem, Option<ShownGround>, ShownSays);

impl<'a> Reading<'a> {
    fn of(rules: &'a Rules, adoptions: &'a [AdoptionRow], day: Day) -> Self {
        Self { book: &rules.rulebook, day, adoption: &rules.adoption, adoptions }
    }

    fn shown_book(&self) -> ShownBook {
        shown_book(self.adoption, self.adoptions)
    }

    /// What a value stands on. `item` is the id by which adoption names it, where it has one.
    fn ground(&self, item: Option<&str>, ground: &Ground, burdens: bool) -> ShownGround {
        let surety = self.surety(item, ground, burdens);
        ShownGround {
            from: ground.from,
            until: ground.until,
            holds: Holds::on(self.day, ground.from, ground.until),
            surety,
            accepted: item.filter(|_| surety == Surety::Adopted).and_then(|one| self.accepted(one)),
            why: ground.source.clone(),
            clauses: ground.basis.iter().filter_map(|cite| self.clause(cite)).collect(),
        }
    }

    fn surety(&self, item: Option<&str>, ground: &Ground, burdens: bool) -> Surety {
        match (ground.confidence, item) {
            (Confidence::Verified, _) => Surety::Verified,
            (Confidence::Partly, _) => Surety::Partly,
            (Confidence::Unverified, Some(item)) if self.book.accepted.contains(item) => {
                Surety::Adopted
            }
            (Confidence::Unverified, Some(_)) if burdens => Surety::WithoutEffect,
            (Confidence::Unverified, _) => Surety::Recalled,
        }
    }

    /// The adoption since which a value is accepted without interruption.
    fn accepted(&self, item: &str) -> Option<ShownAccepted> {
        let until = self.adoptions.iter().rev().skip_while(|row| row.no > self.adoption.no);
        let accepts = |row: &&AdoptionRow| {
            let accepted: Vec<String> = serde_json::from_str(&row.accepted).unwrap_or_default();
            accepted.iter().any(|one| one == item)
        };
        let since = until.take_while(accepts).last()?;
        Some(ShownAccepted {
            no: u64::try_from(since.no).unwrap_or_default(),
            on: since.at.day(),
            entry: u64::try_from(since.seq.0).unwrap_or_default(),
        })
    }

    fn clause(&self, cite: &Cite) -> Option<ShownClause> {
        let basis = self.book.basis(cite)?;
        Some(ShownClause {
            holds: Holds::on(self.day, basis.from, basis.until),
            law: basis.law,
            title: words(&basis.title),
            number: basis.number,
            article: basis.article,
            from: basis.from,
            until: basis.until,
        })
    }

    /// Sectors by their names.
    fn sectors(&self, codes: &[String]) -> Vec<super::Words> {
        let name = |code: &String| match self.book.sectors.get(code) {
            Some(sector) => words(&sector.name),
            None => super::Words::chinese(code.clone()),
        };
        codes.iter().filter(|code| *code != "*").map(name).collect()
    }

    fn law_lines(&self) -> Vec<ShownLawLine> {
        let mut laws: Vec<ShownLawLine> = self
            .book
            .laws
            .iter()
            .map(|(id, law)| ShownLawLine {
                item: shown_item(RuleFamily::Law, id, &law.title),
                number: law.number.clone(),
                issuer: law.issuer,
                from: law.from,
                until: law.until,
                holds: Holds::on(self.day, law.from, law.until),
            })
            .collect();
        laws.sort_by_key(|law| (law.holds, std::cmp::Reverse(law.from), law.item.id.clone()));
        laws
    }

    fn list_line(&self, list: &gongxin_pack::ListRule) -> ShownListLine {
        ShownListLine {
            item: shown_item(RuleFamily::List, &list.id, &list.name),
            authority: words(&list.authority),
            max_months: list.max_months,
            surety: self.list_ground(list).surety,
            holds: Holds::on(self.day, list.ground.from, list.ground.until),
        }
    }

    /// A list is adopted with its lines: it is no surer than the least of them.
    fn list_ground(&self, list: &gongxin_pack::ListRule) -> ShownGround {
        let item = ids::list(&list.id);
        let mut ground = self.ground(Some(&item), &list.ground, true);
        let unsure = list.terms.iter().map(|line| &line.ground);
        let unsure = unsure.filter(|ground| ground.confidence == Confidence::Unverified);
        if let Some(line) = unsure.into_iter().next()
            && ground.surety != Surety::Adopted
        {
            let least = self.ground(Some(&item), line, true);
            ground.surety = least.surety;
            ground.accepted = least.accepted;
        }
        ground
    }
}

fn shown_books(adoptions: &[AdoptionRow]) -> Vec<ShownBook> {
    adoptions.iter().rev().map(|row| shown_book(row, adoptions)).collect()
}

fn shown_book(row: &AdoptionRow, adoptions: &[AdoptionRow]) -> ShownBook {
    let digest = row.digest.to_string();
    let short = digest.get(..super::super::shown::rules::BookKey::CHARACTERS).unwrap_or_default();
    let accepted: Vec<String> = serde_json::from_str(&row.accepted).unwrap_or_default();
    ShownBook {
        key: format!("{}-{short}", row.no),
        no: u64::try_from(row.no).unwrap_or_default(),
        adopted: row.at,
        entry: u64::try_from(row.seq.0).unwrap_or_default(),
        present: adoptions.last().is_some_and(|last| last.no == row.no),
        unverified: accepted.len() as u64,
        digest,
    }
}

fn shown_item(family: RuleFamily, id: &str, name: &Text) -> ShownItem {
    ShownItem { family, id: id.to_owned(), name: words(name) }
}

/// The value of an id as adoption names it. That a class is published by a value belongs to the
/// class.
fn item_of(item: &str, name: &Text) -> Option<ShownItem> {
    let (prefix, id) = item.split_once(':')?;
    let (family, id) = match prefix {
        "catalogue" => (RuleFamily::Class, id),
        "publication" => (RuleFamily::Class, id.split('/').next().unwrap_or(id)),
        "term" => (RuleFamily::Term, id),
        "list" => (RuleFamily::List, id),
        _ => return None,
    };
    Some(shown_item(family, id, name))
}

/// A class as a link.
fn class_item(book: &Rulebook, id: &str) -> Option<ShownItem> {
    let found = book.catalogue(id)?;
    Some(shown_item(RuleFamily::Class, &found.id, &found.name))
}
