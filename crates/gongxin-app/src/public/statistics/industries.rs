//! Figures by industry: the sections of GB/T 4754 that registrations state.

use std::collections::BTreeMap;

use gongxin_model::{Day, SubjectNo};
use gongxin_pack::{Catalogue, CodeList, Nature, Rulebook};
use gongxin_standing::{Effects, Event};
use gongxin_store::{Reader, ShownOfSubject};
use gongxin_subject::SubjectKind;

use super::super::shown::Words;
use super::super::shown::statistics::ShownIndustry;
use super::count::words;
use crate::derive::{event, histories};
use crate::rules::Rules;
use crate::{Office, OfficeError};

/// The list that industries are codes of.
const INDUSTRIES: &str = "industries";
/// So many subjects are looked at in one look at the store.
const STRETCH: i64 = 20_000;
/// So many registrations are read at once.
const AT_ONCE: usize = 1_000;
/// An organisation that is counted and states no section.
const UNSTATED: u8 = u8::MAX;

/// Which section each organisation belongs to.
#[derive(Debug, Default)]
pub(super) struct Sections {
    /// The sections in the order of their codes, and what belongs to none.
    pub(super) list: Vec<ShownIndustry>,
    /// By the number of the subject: the place of the section from 1; 0 for no organisation.
    of: Vec<u8>,
}

impl Sections {
    fn of_book(book: &Rulebook) -> Self {
        let codes = book.code_list(INDUSTRIES);
        let is_section =
            |entry: &&gongxin_pack::CodeEntry| entry.parent.is_none() && entry.until.is_none();
        let found: BTreeMap<&str, Words> = codes
            .into_iter()
            .flat_map(|list| list.entries.iter())
            .filter(is_section)
            .map(|entry| (entry.code.as_str(), words(entry)))
            .collect();
        let mut list: Vec<ShownIndustry> = found
            .into_iter()
            .take(usize::from(UNSTATED) - 1)
            .map(|(code, words)| ShownIndustry { code: code.to_owned(), words })
            .collect();
        if !list.is_empty() {
            list.push(ShownIndustry::default());
        }
        Self { list, of: Vec::new() }
    }

    /// The place in [`Self::list`] of a subject's section: the last for whom none is known.
    fn place(&self, subject: SubjectNo) -> usize {
        let stated = usize::try_from(subject.0).ok().and_then(|no| self.of.get(no)).copied();
        let last = self.list.len().saturating_sub(1);
        match stated {
            None | Some(0 | UNSTATED) => last,
            Some(place) => (usize::from(place) - 1).min(last),
        }
    }

    fn put(&mut self, subject: SubjectNo, section: Option<usize>) {
        let Ok(no) = usize::try_from(subject.0) else { return };
        if self.of.len() <= no {
            self.of.resize(no + 1, 0);
        }
        let place = section.and_then(|place| u8::try_from(place + 1).ok());
        if let Some(one) = self.of.get_mut(no) {
            *one = place.unwrap_or(UNSTATED);
        }
    }

    /// How many organisations each section has.
    pub(super) fn organisations(&self) -> Vec<u64> {
        let mut counts = vec![0; self.list.len()];
        let stated = self.of.iter().zip(0..).filter(|(place, _)| **place != 0);
        for (_, no) in stated {
            if let Some(count) = counts.get_mut(self.place(SubjectNo(no))) {
                *count += 1;
            }
        }
        counts
    }
}

/// Counts of one class in one year, by section.
pub(super) type ByIndustry = BTreeMap<(String, i64), Vec<u64>>;

/// Adds what a stretch has to the counts by section.
pub(super) fn add(counts: &mut ByIndustry, sections: &Sections, found: Vec<ShownOfSubject>) {
    for ShownOfSubject { catalogue, subject, year, count } in found {
        let sums = counts.entry((catalogue, year)).or_insert_with(|| vec![0; sections.list.len()]);
        if let Some(sum) = sums.get_mut(sections.place(subject)) {
            *sum += u64::try_from(count).unwrap_or_default();
        }
    }
}

impl Office {
    /// Reads from each organisation's registration which section it states, as far as the public
    /// sees the registration.
    pub(super) fn sections(&self, rules: &Rules, today: Day) -> Result<Sections, OfficeError> {
        let book = &rules.rulebook;
        let mut sections = Sections::of_book(book);
        let Some(codes) = book.code_list(INDUSTRIES).filter(|_| !sections.list.is_empty()) else {
            return Ok(sections);
        };
        let last = self.store.read(|reader| reader.head())?.next_subject;
        let mut after = -1;
        while after < last - 1 {
            let until = (after + STRETCH).min(last - 1);
            let stretch = (SubjectNo(after), SubjectNo(until));
            let stated = self.store.read(|reader| stated(reader, (book, codes), stretch, today))?;
            for (subject, code) in stated {
                let place = code.and_then(|code| {
                    sections.list.iter().position(|one| !code.is_empty() && one.code == code)
                });
                sections.put(subject, place);
            }
            after = until;
        }
        Ok(sections)
    }
}

/// The section that each organisation of a stretch states.
fn stated<'a>(
    reader: &mut Reader<'_>,
    (book, codes): (&Rulebook, &'a CodeList),
    stretch: (SubjectNo, SubjectNo),
    today: Day,
) -> Result<Vec<(SubjectNo, Option<&'a str>)>, OfficeError> {
    let kind = SubjectKind::Organisation.name();
    let found = reader.shown_registrations(stretch, today, kind)?;
    let registrations: Vec<&Catalogue> =
        book.catalogues.values().filter(|class| class.nature == Nature::Registration).collect();
    let mut stated = Vec::with_capacity(found.len());
    for chunk in found.chunks(AT_ONCE) {
        let records: Vec<_> = chunk.iter().map(|(_, record)| *record).collect();
        let histories = histories(reader, &records)?;
        for (subject, record) in chunk {
            let events: Vec<Event<'_>> =
                histories.get(record).into_iter().flatten().map(event).collect();
            let content = Effects::replay(&events).content;
            let section = content.and_then(|content| {
                let fields = registrations.iter().flat_map(|class| &class.fields);
                let industries = fields.filter(|field| field.code_list() == Some(INDUSTRIES));
                let values = industries.filter_map(|field| content.field(&field.code));
                let mut written = values.flat_map(|value| value.value.all());
                written.find_map(|code| section(codes, code.as_str()))
            });
            stated.push((*subject, section));
        }
    }
    Ok(stated)
}

/// The section above a code, or the code itself.
fn section<'a>(codes: &'a CodeList, code: &str) -> Option<&'a str> {
    let mut entry = codes.by_code(code)?;
    // Classes nest four deep; a ring in a list would not end.
    for _ in 0..4 {
        match &entry.parent {
            Some(above) => entry = codes.by_code(above)?,
            None => return Some(&entry.code),
        }
    }
    None
}
