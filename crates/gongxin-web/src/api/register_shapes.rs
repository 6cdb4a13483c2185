//! The shapes of registers, lists and bodies.

use gongxin_app::public::shown::{
    ShownBody, ShownEntry, ShownHandover, ShownList, ShownListTerm, ShownMeasured, ShownMeasures,
    ShownRegister, ShownShare, ShownSupplier, ShownSupply, Words,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::shapes::{CodedText, Fact, Reference, Row, Text};
use crate::visit::cursor;

/// A page of a register, the latest handed in first. How many the whole has is not told.
#[derive(Debug)]
pub(crate) struct RegisterPage {
    /// The records, without individual businesses whose names are withheld.
    pub(crate) records: Vec<Entry>,
    /// The cursor of the next page.
    pub(crate) next_cursor: Option<String>,
    /// Since when everything was looked through, where the page is short because of that.
    pub(crate) reached: Option<String>,
}

impl RegisterPage {
    /// The page whose first record is the `first`th.
    pub(crate) fn new(page: ShownRegister, first: u64) -> Self {
        let place = first + u64::try_from(page.items.len()).unwrap_or_default();
        Self {
            next_cursor: page.next.as_deref().map(|key| cursor(place.max(2), key)),
            records: page.items.into_iter().filter_map(Entry::of).collect(),
            reached: page.reached.map(|at| at.to_string()),
        }
    }
}

/// A record of a register.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Entry {
    /// The record.
    record: Row,
    /// Whom it is about.
    subject: Reference,
    /// Who supplied it.
    source: Body,
    /// When it was handed in.
    #[schema(format = DateTime)]
    received: String,
    /// What else the register tells of it.
    facts: Vec<Fact>,
}

impl Entry {
    fn of(entry: ShownEntry) -> Option<Self> {
        Some(Self {
            subject: Reference::new(entry.subject.code?, entry.subject.name),
            record: entry.row.into(),
            source: entry.source.into(),
            received: entry.received.to_string(),
            facts: entry.facts.into_iter().map(Fact::from).collect(),
        })
    }
}

/// A body that supplies records.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Body {
    /// Its code, for `/api/v1/sources/{code}`.
    code: String,
    /// Its name.
    name: Text,
}

impl Body {
    /// A body by its code.
    pub(crate) fn new(code: String, name: Words) -> Self {
        Self { code, name: name.into() }
    }
}

impl From<ShownBody> for Body {
    fn from(body: ShownBody) -> Self {
        Self { code: body.code, name: body.name.into() }
    }
}

/// How well bodies handed in, computed once a week.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Figures {
    /// The month whose decisions were counted.
    #[schema(example = "2026-10")]
    period: String,
    /// As it was known at the end of this day.
    #[schema(format = Date)]
    as_of: String,
    /// What each figure says.
    definitions: Vec<Definition>,
    /// The bodies, or the classes of one, with their figures in the order of the definitions.
    lines: Vec<FigureLine>,
}

/// What a figure says.
#[derive(Debug, Serialize, ToSchema)]
struct Definition {
    /// Its id.
    #[schema(example = "timeliness")]
    id: String,
    /// What it is called.
    name: Text,
    /// What it says.
    definition: Text,
    /// How well it is known: `verified`, `partly`, `unverified`.
    confidence: String,
}

/// The figures of a body or a class.
#[derive(Debug, Serialize, ToSchema)]
struct FigureLine {
    /// Whose.
    of: CodedText,
    /// The figures; `null` where nothing is known or there are too few to be told.
    figures: Vec<Option<Share>>,
}

/// A share of a whole.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Share {
    /// The part.
    part: u64,
    /// The whole.
    whole: u64,
    /// The part per mille of the whole, rounded down.
    per_mille: u64,
}

impl Share {
    /// A share that is told.
    pub(crate) const fn of(share: ShownShare) -> Option<Self> {
        match share {
            ShownShare::Of { part, whole, per_mille } => Some(Self { part, whole, per_mille }),
            ShownShare::Unknown | ShownShare::Few => None,
        }
    }
}

impl From<ShownMeasured> for Figures {
    fn from(measured: ShownMeasured) -> Self {
        let line = |line: ShownMeasures| FigureLine {
            of: line.of.into(),
            figures: line.figures.into_iter().map(Share::of).collect(),
        };
        let definitions = measured.definitions.into_iter().map(|one| Definition {
            id: one.id,
            name: one.name.into(),
            definition: one.definition.into(),
            confidence: one.confidence,
        });
        Self {
            period: measured.period,
            as_of: measured.as_of.to_string(),
            definitions: definitions.collect(),
            lines: measured.lines.into_iter().map(line).collect(),
        }
    }
}

/// A list and its rule.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct List {
    /// Its id, for `/api/v1/lists/{id}`.
    id: String,
    /// Its name.
    name: Text,
    /// Who decides.
    authority: Text,
    /// The clauses in force that it stands on.
    basis: Vec<String>,
    /// How well its rule is known: `verified`, `partly`, `unverified`.
    confidence: String,
    /// How long an entry stands: the rule first, then what differs by conduct.
    terms: Vec<ListTerm>,
    /// True where its own rule names individual businesses too.
    names_individual_businesses: bool,
}

impl From<ShownList> for List {
    fn from(list: ShownList) -> Self {
        Self {
            id: list.list.code,
            name: list.list.words.into(),
            authority: list.authority.into(),
            basis: list.basis,
            confidence: list.confidence,
            terms: list.terms.into_iter().map(ListTerm::from).collect(),
            names_individual_businesses: list.names_individual_businesses,
        }
    }
}

/// How long an entry stands on a list.
#[derive(Debug, Serialize, ToSchema)]
struct ListTerm {
    /// The conduct; `null` for the rule itself.
    conduct: Option<Text>,
    /// Months from which leaving early may be applied for.
    early_exit_months: Option<u16>,
    /// The longest time in months; `null` for as long as the duty is not performed.
    max_months: Option<u16>,
    /// The longest time that the authority may state instead, in months.
    stated_months: Option<u16>,
}

impl From<ShownListTerm> for ListTerm {
    fn from(term: ShownListTerm) -> Self {
        Self {
            conduct: term.conduct.map(Text::from),
            early_exit_months: term.early_exit_months,
            max_months: term.max_months,
            stated_months: term.stated_months,
        }
    }
}

/// A body in the list of all.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Source {
    /// The body.
    body: Body,
    /// Its division (GB/T 2260).
    region: Option<CodedText>,
    /// Its sector.
    sector: CodedText,
    /// When it last handed in; `null` where it never did.
    #[schema(format = DateTime)]
    received: Option<String>,
    /// So many working days past the deadline of reporting nothing came.
    overdue_working_days: u32,
    /// How much it handed in in time; `null` where that is not known or too little to be told.
    timeliness: Option<Share>,
    /// True for another platform.
    peer: bool,
    /// The first day on which another body acts instead.
    #[schema(format = Date)]
    replaced: Option<String>,
}

impl From<ShownSupplier> for Source {
    fn from(supplier: ShownSupplier) -> Self {
        Self {
            body: supplier.body.into(),
            region: supplier.region.map(CodedText::from),
            sector: supplier.sector.into(),
            received: supplier.received.map(|at| at.to_string()),
            overdue_working_days: supplier.overdue,
            timeliness: supplier.timeliness.and_then(Share::of),
            peer: supplier.peer,
            replaced: supplier.replaced.map(|day| day.to_string()),
        }
    }
}

/// What a body may supply.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Supply {
    /// The catalogue.
    catalogue: CodedText,
    /// The clauses in force of the catalogue.
    basis: Vec<String>,
    /// The deadline of reporting, in working days from the decision.
    deadline_working_days: Option<u16>,
    /// When the body last handed in records of it.
    #[schema(format = DateTime)]
    received: Option<String>,
    /// True where the public sees records of it.
    public: bool,
}

impl From<ShownSupply> for Supply {
    fn from(supply: ShownSupply) -> Self {
        Self {
            catalogue: supply.catalogue.into(),
            basis: supply.basis,
            deadline_working_days: supply.deadline,
            received: supply.received.map(|at| at.to_string()),
            public: supply.is_public,
        }
    }
}

/// One body in place of another.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Handover {
    /// The other body.
    body: Body,
    /// The first day of the later one.
    #[schema(format = Date)]
    from: String,
}

impl From<ShownHandover> for Handover {
    fn from(handover: ShownHandover) -> Self {
        Self { body: handover.body.into(), from: handover.from.to_string() }
    }
}
