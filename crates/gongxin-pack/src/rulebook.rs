//! The rulebook: all packs together, as every room reads them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;
use gongxin_model::{Day, Digest};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use crate::calendar::{Calendar, CalendarYear, Deadline};
pub use crate::catalogue::{
    ActCase, ActRule, Catalogue, Decided, Edition, Effect, Nature, Retention, Scope, Section,
    Visibility, WholeSubject,
};
pub use crate::codes::{CodeEntry, CodeList, fold};
pub use crate::field::{Check, CheckRule, Field, FieldType, Personal, Role};
pub use crate::figures::{Figure, FigureId, Quantity};
pub use crate::governing::{Backing, GoverningClass, GoverningRule};
pub use crate::ground::{Basis, Cite, Confidence, Ground, Issuer, Law, Text};
pub use crate::name_parts::{FormWords, NamePartLists, NameWords};
pub use crate::names::{NameLists, NameShape, Names};
pub use crate::open_data::{DivisionLevel, Licence, OpenData, OpenDataRules, OpenOffer};
pub use crate::procedure::{
    CaseClock, CaseProcedure, Family, LONGEST_WORKING_DAYS, Matter, Move, Need, Opening, Overdue,
    Paper, Party, Since, State, Step, StepRule, Verdict,
};
pub use crate::publication::{
    Adverse, AdverseBy, Condition, Former, Governing, Publication, PublicationCase,
};
pub use crate::purposes::Purpose;
pub use crate::registers::{Register, RegisterId};
pub use crate::sources::{Parent, Sector, SourceDeclaration, Successor};
pub use crate::terms::{
    Applies, AppliesTo, Class, ClassLine, ClassTerm, Classified, Conduct, ListLine, ListRule,
    ListTerm, Months, Procedure, TermRule, TermStart, TermTable, Transition,
};
pub use crate::thresholds::{Threshold, ThresholdId};
pub use crate::uploads::{
    DayForm, ReturnLayout, ShapedColumn, UploadColumn, UploadFile, UploadLayout, Uploads,
};

/// What a pack says about itself, in its `pack.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PackInfo {
    /// Its id: `national`, `regions/150000`.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// The division it is for; absent for the nation.
    #[serde(default)]
    pub region: Option<String>,
    /// What a platform under it is called, for example `内蒙古自治区公共信用信息平台`; where several
    /// packs say it, the last of them counts.
    #[serde(default)]
    pub platform: Option<Text>,
    /// True if what it brings is invented: every page of a store with it says so.
    #[serde(default)]
    pub rehearsal: bool,
}

/// The sectors' keywords as one automaton, made when the first authority is asked for: every record
/// with a term asks. It follows from the sectors, so two of them never differ.
#[derive(Debug, Default)]
struct Keywords(OnceLock<Option<(AhoCorasick, Vec<String>)>>);

impl Clone for Keywords {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Keywords {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Keywords {}

impl Keywords {
    /// The sector of the longest keyword in a name; of equally long ones the first by id.
    fn longest_in<'a>(&self, name: &str, sectors: &'a BTreeMap<String, Sector>) -> Option<&'a str> {
        let ready = self.0.get_or_init(|| {
            let words = || {
                let of =
                    |sector: &'a Sector| sector.keywords.iter().map(move |word| (word, sector));
                sectors.values().flat_map(of).filter(|(word, _)| !word.is_empty())
            };
            let automaton = AhoCorasick::new(words().map(|(word, _)| word)).ok()?;
            Some((automaton, words().map(|(_, sector)| sector.id.clone()).collect()))
        });
        let (automaton, ids) = ready.as_ref()?;
        let longest = automaton
            .find_overlapping_iter(name)
            .filter_map(|found| Some((found.len(), ids.get(found.pattern().as_usize())?)))
            .max_by_key(|(length, id)| (*length, std::cmp::Reverse(*id)))?;
        sectors.get(longest.1).map(|sector| sector.id.as_str())
    }
}

/// All packs together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rulebook {
    /// The packs, by id.
    pub packs: BTreeMap<String, PackInfo>,
    /// Laws, rules, standards and notices, by id.
    pub laws: BTreeMap<String, Law>,
    /// Record classes, by id.
    pub catalogues: BTreeMap<String, Catalogue>,
    /// Code lists, by id.
    pub codes: BTreeMap<String, CodeList>,
    /// Term tables, by id.
    pub terms: BTreeMap<String, TermTable>,
    /// Lists of seriously untrustworthy entities, by code.
    pub lists: BTreeMap<String, ListRule>,
    /// Sectors, by id.
    pub sectors: BTreeMap<String, Sector>,
    keywords: Keywords,
    /// Declared sources, by code.
    pub sources: BTreeMap<String, SourceDeclaration>,
    /// Working days.
    pub calendar: Calendar,
    /// What names look like.
    pub names: Names,
    /// What names are made of.
    pub name_words: NameWords,
    /// The figures by which a judgement turns, each with its values in time.
    pub thresholds: BTreeMap<ThresholdId, Vec<Threshold>>,
    /// The files that go up to another platform, by id.
    pub uploads: Uploads,
    /// How well bodies hand in, each figure with its definitions in time.
    pub figures: Vec<Figure>,
    /// The public registers, each with its makings in time.
    pub registers: Vec<Register>,
    /// What is given out as open data.
    pub open_data: OpenData,
    /// For what an authority may read what the public may not, by id.
    pub purposes: BTreeMap<String, Purpose>,
    /// How cases are dealt with, by id.
    pub procedures: BTreeMap<String, CaseProcedure>,
}

/// The day and authority that choose a term rule.
#[derive(Debug, Clone, Copy)]
pub struct TermQuestion<'a> {
    /// The sector of the deciding authority.
    pub sector: &'a str,
    /// The day of the decision.
    pub decided_on: Day,
    /// The day of first publication, where known.
    pub published_on: Option<Day>,
    /// The day asked for.
    pub as_of: Day,
}

/// A value that publishes nothing adverse until a steward adopts it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unverified {
    /// Its id, as adoption names it: `term:order-58`.
    pub item: String,
    /// What it is.
    pub what: Text,
    /// Why it is not verified.
    pub why: String,
}

impl Rulebook {
    /// The catalogue of an id, present or former.
    #[must_use]
    pub fn catalogue(&self, id: &str) -> Option<&Catalogue> {
        self.catalogues.get(id).or_else(|| {
            let is_former = |one: &&Catalogue| one.formerly.iter().any(|former| former.id == id);
            self.catalogues.values().find(is_former)
        })
    }

    /// The code list of an id.
    #[must_use]
    pub fn code_list(&self, id: &str) -> Option<&CodeList> {
        self.codes.get(id)
    }

    /// The divisions, GB/T 2260 with history, and what packs add.
    #[must_use]
    pub fn regions(&self) -> Option<&CodeList> {
        self.codes.get("regions")
    }

    /// A clause with its law. None where the law is not in the rulebook, which loading refuses.
    #[must_use]
    pub fn basis(&self, cite: &Cite) -> Option<Basis> {
        let law = self.laws.get(&cite.law)?;
        Some(Basis {
            law: cite.law.clone(),
            title: law.title.clone(),
            number: law.number.clone(),
            article: cite.article.clone(),
            from: law.from,
            until: law.until,
            confidence: law.confidence,
        })
    }

    /// The clauses of a ground that are in force on the day.
    #[must_use]
    pub fn bases(&self, ground: &Ground, day: Day) -> Vec<Basis> {
        let in_force = self.clauses_on(ground, day);
        in_force.filter_map(|(cite, _)| self.basis(cite)).collect()
    }

    /// True if a clause of the ground is in force on the day.
    #[must_use]
    pub fn has_basis(&self, ground: &Ground, day: Day) -> bool {
        self.clauses_on(ground, day).next().is_some()
    }

    /// The clauses of a ground that are in force on the day, with their laws.
    fn clauses_on<'a>(
        &'a self,
        ground: &'a Ground,
        day: Day,
    ) -> impl Iterator<Item = (&'a Cite, &'a Law)> {
        let cited = ground.basis.iter();
        cited
            .filter_map(|cite| Some((cite, self.laws.get(&cite.law)?)))
            .filter(move |(_, law)| law.from <= day && law.until.is_none_or(|until| day < until))
    }

    /// The first day, after one on which the value holds by a clause in force, on which it does
    /// not any more.
    #[must_use]
    pub fn holds_until(&self, ground: &Ground, day: Day) -> Day {
        let end = ground.until.unwrap_or(Day::FOREVER);
        let mut day = day;
        while day < end {
            let cited = self.clauses_on(ground, day);
            let ends = cited.map(|(_, law)| law.until.unwrap_or(Day::FOREVER));
            match ends.max() {
                Some(next) => day = next,
                None => return day,
            }
        }
        end
    }

    /// The days after the one given on which a value may begin or cease to hold.
    #[must_use]
    pub fn turning_days(&self, ground: &Ground, day: Day) -> BTreeSet<Day> {
        let laws = ground.basis.iter().filter_map(|cite| self.laws.get(&cite.law));
        let of_laws = laws.flat_map(|law| [Some(law.from), law.until]);
        of_laws
            .chain([Some(ground.from), ground.until])
            .flatten()
            .filter(|turning| day < *turning)
            .collect()
    }

    /// The term rules of a table that apply to a record. Empty: no known generation, the record is
    /// archived and never published.
    #[must_use]
    pub fn term_rules(&self, table: &str, question: TermQuestion<'_>) -> Vec<&TermRule> {
        let TermQuestion { decided_on, published_on, as_of, .. } = question;
        self.rules_for(table, question.sector)
            .filter(|rule| rule.applies(decided_on, published_on, as_of))
            .collect()
    }

    /// The rules of a table for a sector, whenever they apply.
    pub fn rules_for<'r>(
        &'r self,
        table: &str,
        sector: &str,
    ) -> impl Iterator<Item = &'r TermRule> {
        let rules = self.terms.get(table).map_or(&[][..], |table| &table.rules);
        rules.iter().filter(move |rule| rule.covers(sector))
    }

    /// The rule of a list, by code, name or spelling.
    #[must_use]
    pub fn list_rule(&self, written: &str) -> Option<&ListRule> {
        self.lists.get(written).or_else(|| {
            let folded = fold(written);
            self.lists.values().find(|list| {
                fold(&list.name.zh) == folded
                    || list.spellings.iter().any(|spelling| fold(spelling) == folded)
            })
        })
    }

    /// The sector of an authority: by the longest keyword in its name, else the source's.
    #[must_use]
    pub fn sector_of(&self, authority: &str, source: Option<&str>) -> Option<&str> {
        self.keywords
            .longest_in(authority, &self.sectors)
            .or_else(|| Some(self.sources.get(source?)?.sector.as_str()))
    }

    /// The source, or who took over from it by the day.
    #[must_use]
    pub fn present_source(&self, code: &str, day: Day) -> Option<&SourceDeclaration> {
        let mut source = self.sources.get(code)?;
        let mut passed = BTreeSet::from([source.code.as_str()]);
        while let Some(next) = source.successors.iter().find(|successor| successor.from <= day) {
            let Some(follower) = self.sources.get(&next.code) else {
                break;
            };
            if !passed.insert(follower.code.as_str()) {
                break;
            }
            source = follower;
        }
        Some(source)
    }

    /// True if a source is the other one, or took over from it, by the day.
    #[must_use]
    pub fn acts_for(&self, source: &str, predecessor: &str, day: Day) -> bool {
        source == predecessor
            || self.present_source(predecessor, day).is_some_and(|present| present.code == source)
    }

    /// True if a body is under another on the day, through however many between.
    #[must_use]
    pub fn is_under(&self, code: &str, above: &str, day: Day) -> bool {
        let mut waiting = vec![code];
        let mut passed = BTreeSet::new();
        while let Some(code) = waiting.pop() {
            let parents = self.sources.get(code).map(|source| source.parents.as_slice());
            let present = parents.unwrap_or_default().iter().filter(|one| one.holds_on(day));
            for parent in present {
                if parent.code == above {
                    return true;
                }
                if passed.insert(parent.code.as_str()) {
                    waiting.push(&parent.code);
                }
            }
        }
        false
    }

    /// True if the source is another platform, which hands down what others decided.
    #[must_use]
    pub fn is_peer(&self, source: &str) -> bool {
        self.sources.get(source).is_some_and(|one| one.peer)
    }

    /// True if a pack brings invented data.
    #[must_use]
    pub fn is_rehearsal(&self) -> bool {
        self.packs.values().any(|pack| pack.rehearsal)
    }
}

/// Who adopted which rulebook, and which unverified values with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adoption {
    /// The rulebook's digest.
    pub rulebook: Digest,
    /// The ids of the unverified values accepted.
    pub accepted: BTreeSet<String>,
    /// The account of the steward.
    pub steward: String,
}

/// A rulebook with what was adopted of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EffectiveRulebook {
    /// The rulebook.
    pub rulebook: Rulebook,
    /// The ids of the unverified values accepted.
    pub accepted: BTreeSet<String>,
}

impl EffectiveRulebook {
    /// The rulebook with the accepted values.
    #[must_use]
    pub fn new(rulebook: Rulebook, accepted: BTreeSet<String>) -> Self {
        Self { rulebook, accepted }
    }

    /// True if the value is verified or accepted, and holds on the day with a clause in force.
    #[must_use]
    pub fn in_force(&self, item: &str, ground: &Ground, day: Day) -> bool {
        self.is_backed(item, ground) && ground.holds(day) && self.rulebook.has_basis(ground, day)
    }

    /// True if the value is verified or accepted, whatever the day.
    #[must_use]
    pub fn is_backed(&self, item: &str, ground: &Ground) -> bool {
        ground.confidence != Confidence::Unverified || self.accepted.contains(item)
    }

    /// True if the term rule is verified or accepted, and has a clause in force on the day that
    /// places the record under it. A generation outlives its own days: what was decided under it
    /// stays under it.
    #[must_use]
    pub fn term_in_force(&self, rule: &TermRule, question: TermQuestion<'_>) -> bool {
        let placed = match rule.applies.to {
            AppliesTo::DecidedOn => question.decided_on,
            AppliesTo::PublishedOn => question.published_on.unwrap_or(question.decided_on),
            AppliesTo::AllFrom => question.as_of,
        };
        self.in_force(&item::term(&rule.id), &rule.ground, placed)
    }

    /// True if the list, by the line that gives the term, may be published on the day.
    #[must_use]
    pub fn list_in_force(&self, list: &ListRule, line: Option<&ListLine>, day: Day) -> bool {
        let item = item::list(&list.id);
        self.in_force(&item, &list.ground, day)
            && line.is_none_or(|line| self.in_force(&item, &line.ground, day))
    }

    /// True if a value of a field may publish records on the day: adverse ones need a ground that
    /// is verified or accepted.
    #[must_use]
    pub fn publishes(&self, item: &str, ground: &Ground, adverse: bool, day: Day) -> bool {
        ground.holds(day)
            && self.rulebook.has_basis(ground, day)
            && (!adverse || self.is_backed(item, ground))
    }
}

impl std::ops::Deref for EffectiveRulebook {
    type Target = Rulebook;

    fn deref(&self) -> &Rulebook {
        &self.rulebook
    }
}

/// The ids by which adoption and `pack explain` name values.
pub mod item {
    /// A catalogue.
    #[must_use]
    pub fn catalogue(id: &str) -> String {
        format!("catalogue:{id}")
    }

    /// For how many years the records of a catalogue are kept.
    #[must_use]
    pub fn retention(catalogue: &str) -> String {
        format!("retention:{catalogue}")
    }

    /// A field of a catalogue.
    #[must_use]
    pub fn field(catalogue: &str, code: &str) -> String {
        format!("field:{catalogue}/{code}")
    }

    /// A term rule.
    #[must_use]
    pub fn term(id: &str) -> String {
        format!("term:{id}")
    }

    /// A list.
    #[must_use]
    pub fn list(id: &str) -> String {
        format!("list:{id}")
    }

    /// A code list.
    #[must_use]
    pub fn code(id: &str) -> String {
        format!("code:{id}")
    }

    /// That records with a value of a field are published.
    #[must_use]
    pub fn publication(catalogue: &str, case: &super::PublicationCase) -> String {
        let values: Vec<&str> = case.has.iter().map(String::as_str).collect();
        format!("publication:{catalogue}/{}", values.join("+"))
    }

    /// A source.
    #[must_use]
    pub fn source(code: &str) -> String {
        format!("source:{code}")
    }

    /// A law.
    #[must_use]
    pub fn law(id: &str) -> String {
        format!("law:{id}")
    }

    /// A figure.
    #[must_use]
    pub fn figure(id: super::FigureId) -> String {
        format!("figure:{}", id.name())
    }

    /// A public register.
    #[must_use]
    pub fn register(id: super::RegisterId) -> String {
        format!("register:{}", id.name())
    }

    /// A procedure.
    #[must_use]
    pub fn procedure(id: &str) -> String {
        format!("procedure:{id}")
    }

    /// A purpose for which something is read.
    #[must_use]
    pub fn purpose(id: &str) -> String {
        format!("purpose:{id}")
    }

    /// What holds for all open data.
    pub const OPEN_DATA: &str = "open-data";

    /// That a class is given out as open data.
    #[must_use]
    pub fn open_data(catalogue: &str) -> String {
        format!("{OPEN_DATA}:{catalogue}")
    }

    /// A threshold.
    #[must_use]
    pub fn threshold(id: super::ThresholdId) -> String {
        format!("threshold:{}", id.name())
    }
}
