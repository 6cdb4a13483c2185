//! One search: the queries one after the other, and what they find.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use gongxin_model::names::{Class, Hits, NameFilters, Particulars, Rank, Ranking, Wanted, Way};
use gongxin_model::{Day, SubjectNo};
use tantivy::columnar::{Column, StrColumn};
use tantivy::query::{BooleanQuery, EnableScoring, Query};
use tantivy::{DocSet as _, Searcher, SegmentReader, TERMINATED, TantivyError, Term};

use crate::query::{Found, Sought};
use crate::schema::{Fields, column};

/// Where the index has a name: the segment and the document in it.
type Place = (usize, u32);

/// A search under way.
pub(crate) struct Search<'s> {
    searcher: &'s Searcher,
    fields: Fields,
    filters: Vec<Box<dyn Query>>,
    without: &'s BTreeSet<SubjectNo>,
    ranking: Ranking<Place>,
    /// Whether a segment has a term, of those that were asked for.
    known: BTreeMap<(usize, Term), bool>,
}

impl<'s> Search<'s> {
    pub(crate) fn new(
        searcher: &'s Searcher,
        fields: Fields,
        filters: &NameFilters,
        without: &'s BTreeSet<SubjectNo>,
    ) -> Self {
        Self {
            searcher,
            fields,
            filters: fields.filters(filters),
            without,
            ranking: Ranking::default(),
            known: BTreeMap::new(),
        }
    }

    /// Tries the ways in their order, until one has found enough.
    pub(crate) fn run(mut self, wanted: &Wanted, ways: &[Way]) -> Result<Hits, crate::SearchError> {
        for way in ways {
            for sought in self.fields.queries(wanted, *way) {
                self.collect(&sought, *way)?;
                if self.ranking.is_full() {
                    break;
                }
            }
            if self.ranking.has_enough(wanted, *way) {
                break;
            }
        }
        let mut segments: Vec<Columns> =
            self.searcher.segment_readers().iter().map(Columns::of).collect::<Result<_, _>>()?;
        Ok(self.ranking.hits(|(segment, document)| match segments.get_mut(segment) {
            Some(columns) => columns.particulars(document),
            None => Ok(Particulars::default()),
        })?)
    }

    /// Notes every name a query finds, until the ranking is full.
    fn collect(&mut self, sought: &Sought, way: Way) -> Result<(), TantivyError> {
        let mut all: Vec<Box<dyn Query>> = vec![sought.query.box_clone()];
        all.extend(self.filters.iter().map(|filter| filter.box_clone()));
        let query: Box<dyn Query> = match all.pop() {
            Some(only) if all.is_empty() => only,
            last => Box::new(BooleanQuery::intersection(all.into_iter().chain(last).collect())),
        };
        let weight = query.weight(EnableScoring::disabled_from_searcher(self.searcher))?;
        for (place, segment) in self.searcher.segment_readers().iter().enumerate() {
            if !self.has_all(place, segment, &sought.needed)? {
                continue;
            }
            let columns = Lines::of(segment)?;
            let alive = segment.alive_bitset();
            let mut found = weight.scorer(segment, 1.0)?;
            let mut document = found.doc();
            while document != TERMINATED {
                if alive.is_none_or(|alive| alive.is_alive(document))
                    && let Some((subject, rank, name)) = columns.rank(document, sought.found, way)
                    && !self.without.contains(&subject)
                {
                    self.ranking.note(subject, rank, name, (place, document));
                    if self.ranking.is_full() {
                        return Ok(());
                    }
                }
                document = found.advance();
            }
        }
        Ok(())
    }

    /// True where a segment has all terms. Of many queries about one slip nearly all have a term that
    /// no name has.
    fn has_all(
        &mut self,
        place: usize,
        segment: &SegmentReader,
        terms: &[Term],
    ) -> Result<bool, TantivyError> {
        for term in terms {
            let key = (place, term.clone());
            let is_there = match self.known.get(&key) {
                Some(is_there) => *is_there,
                None => {
                    let list = segment.inverted_index(term.field())?;
                    let is_there = list.get_term_info(term)?.is_some();
                    self.known.insert(key, is_there);
                    is_there
                }
            };
            if !is_there {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The columns of a segment that a rank is made of.
struct Lines {
    subjects: Column<i64>,
    names: Column<u64>,
    lengths: Column<u64>,
    former: Column<bool>,
}

impl Lines {
    fn of(segment: &SegmentReader) -> Result<Self, TantivyError> {
        let columns = segment.fast_fields();
        Ok(Self {
            subjects: columns.i64(column::SUBJECT)?,
            names: columns.u64(column::NAME)?,
            lengths: columns.u64(column::LENGTH)?,
            former: columns.bool(column::FORMER)?,
        })
    }

    fn rank(&self, document: u32, found: Found, way: Way) -> Option<(SubjectNo, Rank, usize)> {
        let length = self.lengths.first(document).unwrap_or_default();
        let class = match found {
            Found::As(class) => class,
            Found::Letters(count) => Class::of_lengths(count, length),
        };
        let is_former = self.former.first(document).unwrap_or_default();
        let name = self.names.first(document).unwrap_or_default();
        let subject = SubjectNo(self.subjects.first(document)?);
        let rank = Rank { way, is_former, class, length };
        Some((subject, rank, usize::try_from(name).unwrap_or_default()))
    }
}

/// The columns of a segment that particulars are made of.
struct Columns {
    region: Words,
    kind: Words,
    form: Words,
    state: Words,
    registered: Column<i64>,
    provisional: Column<bool>,
}

/// A column of words of which many documents share one, each read once.
struct Words {
    column: Option<StrColumn>,
    read: BTreeMap<u64, Arc<str>>,
}

impl Words {
    fn of(segment: &SegmentReader, name: &str) -> Result<Self, TantivyError> {
        Ok(Self { column: segment.fast_fields().str(name)?, read: BTreeMap::new() })
    }

    fn word(&mut self, document: u32) -> Result<Arc<str>, TantivyError> {
        let Some(column) = &self.column else {
            return Ok(Arc::default());
        };
        let Some(number) = column.ords().first(document) else {
            return Ok(Arc::default());
        };
        if let Some(word) = self.read.get(&number) {
            return Ok(Arc::clone(word));
        }
        let mut word = String::new();
        column.ord_to_str(number, &mut word)?;
        let word: Arc<str> = Arc::from(word);
        self.read.insert(number, Arc::clone(&word));
        Ok(word)
    }
}

impl Columns {
    fn of(segment: &SegmentReader) -> Result<Self, TantivyError> {
        let words = |name| Words::of(segment, name);
        let columns = segment.fast_fields();
        Ok(Self {
            region: words(column::REGION)?,
            kind: words(column::KIND)?,
            form: words(column::FORM)?,
            state: words(column::STATE)?,
            registered: columns.i64(column::REGISTERED)?,
            provisional: columns.bool(column::PROVISIONAL)?,
        })
    }

    fn particulars(&mut self, document: u32) -> Result<Particulars, TantivyError> {
        Ok(Particulars {
            region: self.region.word(document)?,
            kind: self.kind.word(document)?,
            form: self.form.word(document)?,
            state: self.state.word(document)?,
            registered_on: self.registered.first(document).and_then(day),
            provisional: self.provisional.first(document).unwrap_or_default(),
        })
    }
}

/// The day of a number `YYYYMMDD`.
fn day(number: i64) -> Option<Day> {
    let part = |part: i64| i8::try_from(part).ok();
    let year = i16::try_from(number / 10_000).ok()?;
    Day::new(year, part(number / 100 % 100)?, part(number % 100)?)
}
