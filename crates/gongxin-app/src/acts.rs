//! Acts as they stand in the archive: what each does, to which records, and to which it did it.

use std::collections::BTreeMap;

use gongxin_intake::draft::Draft;
use gongxin_model::text::{normalise_document_number, normalise_name};
use gongxin_model::{Day, Field, Kind, RecordNo, Seq, SubjectNo};
use gongxin_pack::{ActRule, Catalogue, Effect, EffectiveRulebook, Nature, Role};
use gongxin_standing::{Effects, Event};
use gongxin_store::{Reader, RecordRow, StandingRow, StoredEntry};

use crate::OfficeError;
use crate::derive::{Summary, event, histories};

/// A record as an act may name it.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    catalogue: String,
    number: Option<String>,
    pub(crate) authority: Option<String>,
    decided_on: Option<Day>,
}

impl Target {
    pub(crate) fn of_standing(row: &StandingRow) -> Self {
        let summary = Summary::of(row);
        let decided_on = summary.decided_on(row);
        Self {
            catalogue: row.catalogue.clone(),
            number: summary.number.as_deref().map(normalise_document_number),
            authority: summary.authority,
            decided_on,
        }
    }

    pub(crate) fn of_draft(catalogue: &Catalogue, draft: &Draft) -> Self {
        Self {
            catalogue: catalogue.id.clone(),
            number: draft.document_number.as_deref().map(normalise_document_number),
            authority: draft.authority.clone(),
            decided_on: draft.decided_on,
        }
    }
}

/// An act that its source has not taken back.
#[derive(Debug, Clone)]
pub(crate) struct StandingAct {
    /// The act's own record.
    pub(crate) record: RecordNo,
    /// Its catalogue.
    pub(crate) catalogue: String,
    /// What it does.
    pub(crate) effect: Effect,
    /// The places of its entries: whatever it did names one of them as its cause.
    pub(crate) places: Vec<Seq>,
    /// The entry of its content in force: the cause of what it does from now on.
    pub(crate) cause: Seq,
    /// Its own number, in the form for comparing.
    pub(crate) number: Option<String>,
    /// Who acted.
    pub(crate) authority: Option<String>,
    /// The day of the act.
    pub(crate) decided_on: Option<Day>,
    /// The number of the decision that it names; None: it is about its whole subject.
    pub(crate) target: Option<String>,
    target_authority: Option<String>,
    /// The entries of the liftings that lifted it, of a shield.
    pub(crate) lifted_by: Vec<Seq>,
}

impl StandingAct {
    /// The act that fields state; None where its outcome has no effect, or none that is known.
    pub(crate) fn of_fields(
        record: RecordNo,
        catalogue: &Catalogue,
        fields: &[Field],
        (cause, places): (Seq, Vec<Seq>),
    ) -> Option<Self> {
        let text = |role| text(catalogue, fields, role);
        let number = |role| {
            let number = text(role).map(|number| normalise_document_number(&number));
            number.filter(|number| !number.is_empty())
        };
        let rule = catalogue.act.as_ref()?;
        let effect = rule.effect(text(Role::Outcome).as_deref())?;
        (effect != Effect::None).then(|| Self {
            record,
            catalogue: catalogue.id.clone(),
            effect,
            places,
            cause,
            number: number(Role::DocumentNumber),
            authority: text(Role::AuthorityName),
            decided_on: text(Role::DecidedOn).and_then(|day| day.parse().ok()),
            target: number(Role::TargetDocumentNumber),
            target_authority: text(Role::TargetAuthority),
            lifted_by: Vec::new(),
        })
    }

    /// The act of a record's history; None where it was taken back or erased.
    pub(crate) fn of_history(
        record: RecordNo,
        catalogue: &Catalogue,
        history: &[StoredEntry],
    ) -> Option<Self> {
        let events: Vec<Event<'_>> = history.iter().map(event).collect();
        let effects = Effects::replay(&events);
        let fell = [Kind::Withdrawn, Kind::Quashed, Kind::Erased];
        if fell.into_iter().any(|kind| effects.of(kind).is_some()) {
            return None;
        }
        let places = history.iter().map(|entry| entry.seq).collect();
        let fields = &effects.content?.fields;
        let act = Self::of_fields(record, catalogue, fields, (effects.content_seq?, places))?;
        let liftings = effects.holding.iter().filter(|effect| effect.kind == Kind::Unshielded);
        let lifted_by = liftings.filter_map(|effect| effect.causes.first().copied()).collect();
        Some(Self { lifted_by, ..act })
    }

    /// True for a shield that was lifted, by anything but the entries that do not count.
    pub(crate) fn is_lifted(&self, void: &[Seq]) -> bool {
        self.lifted_by.iter().any(|lifting| !void.contains(lifting))
    }

    /// True if the act, by its own words, does something to the record: whichever of both was
    /// handed in first.
    pub(crate) fn reaches(&self, rulebook: &EffectiveRulebook, target: &Target) -> bool {
        let rule = rulebook.catalogue(&self.catalogue).and_then(|one| one.act.as_ref());
        let Some(rule) = rule.filter(|rule| rule.targets.contains(&target.catalogue)) else {
            return false;
        };
        if self.effect == Effect::Unshield || self.is_lifted(&[]) {
            return false;
        }
        match &self.target {
            Some(_) => {
                self.target == target.number
                    && agree(rulebook, self.target_authority.as_ref(), target.authority.as_ref())
            }
            None => self.covers(rule, target.decided_on),
        }
    }

    /// True if a shield over the whole subject covers what was decided on the day.
    fn covers(&self, rule: &ActRule, decided_on: Option<Day>) -> bool {
        let whole = rule.whole_subject.as_ref();
        self.effect == Effect::Shield
            && whole.is_some_and(|whole| whole.decided.reaches(decided_on, self.decided_on))
    }
}

/// The kind of entry by which an act does what it does.
pub(crate) fn kind(effect: Effect) -> Option<Kind> {
    match effect {
        Effect::EndPublication => Some(Kind::PublicationEnded),
        Effect::Quash => Some(Kind::Quashed),
        Effect::Shield => Some(Kind::Shielded),
        Effect::Unshield => Some(Kind::Unshielded),
        Effect::Stay => Some(Kind::Stayed),
        Effect::None => None,
    }
}

/// The text of the field with a role; None where it is empty.
pub(crate) fn text(catalogue: &Catalogue, fields: &[Field], role: Role) -> Option<String> {
    let code = catalogue.code_of(role)?;
    let field = fields.iter().find(|field| field.code == code)?;
    Some(field.value.first().to_owned()).filter(|text| !text.is_empty())
}

/// True unless both authorities are stated and are not the same.
pub(crate) fn agree(
    rulebook: &EffectiveRulebook,
    left: Option<&String>,
    right: Option<&String>,
) -> bool {
    match (left, right) {
        (Some(left), Some(right)) => same_authority(rulebook, left, right),
        _ => true,
    }
}

/// The same body, by its name, or another of the same sector that took over: 工商 → 市场监督管理.
fn same_authority(rulebook: &EffectiveRulebook, left: &str, right: &str) -> bool {
    if normalise_name(left) == normalise_name(right) {
        return true;
    }
    let sector = |name: &str| rulebook.sector_of(name, None).map(str::to_owned);
    sector(left).is_some_and(|one| sector(right) == Some(one))
}

/// The acts on subjects, of some catalogues of acts, in the order they came.
pub(crate) fn standing_acts(
    reader: &mut Reader<'_>,
    catalogues: &[&Catalogue],
    subjects: &[SubjectNo],
) -> Result<BTreeMap<SubjectNo, Vec<StandingAct>>, OfficeError> {
    let mut acts: BTreeMap<SubjectNo, Vec<StandingAct>> = BTreeMap::new();
    if catalogues.is_empty() || subjects.is_empty() {
        return Ok(acts);
    }
    let mut sections: Vec<String> =
        catalogues.iter().map(|one| one.section.word().to_owned()).collect();
    sections.dedup();
    let ids: Vec<String> = catalogues.iter().map(|one| one.id.clone()).collect();
    let mut rows = reader.standings_in(subjects, &sections, &ids)?;
    rows.retain(|row| row.publication != "withdrawn");
    let numbers: Vec<RecordNo> = rows.iter().map(|row| row.record).collect();
    let histories = histories(reader, &numbers)?;
    for row in rows {
        let catalogue = catalogues.iter().find(|one| one.id == row.catalogue);
        let act = catalogue.zip(histories.get(&row.record)).and_then(|(catalogue, history)| {
            StandingAct::of_history(row.record, catalogue, history)
        });
        acts.entry(row.subject).or_default().extend(act);
    }
    Ok(acts)
}

/// True if something that an act did to a record holds: it names one of the act's places.
pub(crate) fn is_acted(effects: &Effects<'_>, places: &[Seq]) -> bool {
    effects.holding.iter().any(|effect| {
        is_of_act(effect.kind) && effect.causes.iter().any(|cause| places.contains(cause))
    })
}

/// Kinds of entries that acts make.
pub(crate) fn is_of_act(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::PublicationEnded
            | Kind::SharingEnded
            | Kind::Quashed
            | Kind::Shielded
            | Kind::Unshielded
            | Kind::Stayed
    )
}

/// The records of the act's subject to which the act of the places did something that holds.
pub(crate) fn reached(
    reader: &mut Reader<'_>,
    subject: SubjectNo,
    places: &[Seq],
) -> Result<Vec<RecordRow>, OfficeError> {
    let standings = reader.standings_of(subject)?;
    let numbers: Vec<RecordNo> = standings.iter().map(|row| row.record).collect();
    let mut acted = Vec::new();
    for (no, history) in histories(reader, &numbers)? {
        let events: Vec<Event<'_>> = history.iter().map(event).collect();
        if is_acted(&Effects::replay(&events), places) {
            acted.push(no.0);
        }
    }
    Ok(reader.records(acted)?)
}

/// The catalogues whose acts may do something to records of a catalogue: they name it as a target,
/// or its records share decisions with others that they name.
pub(crate) fn acting_on<'a>(
    rulebook: &'a EffectiveRulebook,
    catalogue: &Catalogue,
) -> Vec<&'a Catalogue> {
    let shares = !catalogue.decision.is_empty();
    let acts = rulebook.catalogues.values().filter(|one| one.nature == Nature::Act);
    acts.filter(|one| {
        one.act.as_ref().is_some_and(|rule| shares || rule.targets.contains(&catalogue.id))
    })
    .collect()
}
