//! The fold itself.

use gongxin_model::{Body, Day, Instant, Kind};
use gongxin_pack::{Catalogue, Class, EffectiveRulebook, Publication as Rule, Visibility};

use crate::effects::{Effect, Effects, Event};
use crate::term::{Step, TermCase};
use crate::{HOLD_FIELD, Publication, Reason, TERM_OVER_GROUND};

/// What is asked: which day, and how much was known.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The day.
    pub as_of: Day,
    /// Entries received later do not count; None: everything known now.
    pub known: Option<Instant>,
    /// The record's catalogue.
    pub catalogue: &'a Catalogue,
    /// The rulebook adopted at the time.
    pub rulebook: &'a EffectiveRulebook,
    /// True where somebody reads how the term was computed; else the steps are left out.
    pub explains: bool,
}

/// The answer, on independent axes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// May the public see it on the day?
    pub publication: Publication,
    /// Why.
    pub reason: Reason,
    /// The first day it is shown, where nothing else stands against it.
    pub shown_from: Day,
    /// The first day it is no longer shown.
    pub shown_until: Day,
    /// False from the moment sharing among authorities ended.
    pub shared: bool,
    /// False while the decision is stayed or after it fell.
    pub in_force: bool,
    /// Since when it is disputed, if it is.
    pub disputed_since: Option<Instant>,
    /// The class of conduct, where its rules have classes.
    pub class: Option<Class>,
    /// The rule the term came from.
    pub rule: String,
    /// The first day repair may be applied for.
    pub repairable_from: Option<Day>,
    /// When publication was ended, by whatever ended it.
    pub ended_at: Option<Instant>,
    /// The next day on which the answer alters by itself.
    pub next_day: Option<Day>,
    /// How the term was computed.
    pub steps: Vec<Step>,
}

impl Standing {
    fn not_shown(publication: Publication, reason: Reason) -> Self {
        Self {
            publication,
            reason,
            shown_from: Day::FOREVER,
            shown_until: Day::FOREVER,
            shared: false,
            in_force: true,
            disputed_since: None,
            class: None,
            rule: String::new(),
            repairable_from: None,
            ended_at: None,
            next_day: None,
            steps: Vec::new(),
        }
    }
}

/// Answers for one record. None where nothing about it was known yet.
#[must_use]
pub fn fold(events: &[Event<'_>], question: &Question<'_>) -> Option<Standing> {
    let known = |event: &&Event<'_>| question.known.is_none_or(|known| event.at <= known);
    let events: Vec<Event<'_>> = events.iter().filter(known).copied().collect();
    let effects = Effects::replay(&events);
    effects.first?;
    let mut standing = by_content(&effects, effects.content, question);
    let disputed = effects.of(Kind::Disputed).map(|effect| effect.at);
    standing.disputed_since = disputed.filter(|at| at.day() <= question.as_of);
    if let Some(day) = ended_before_correction(&effects, question) {
        close(&mut standing, (Publication::Ended, Reason::TermOver), day, question.as_of);
    }
    overrule(&mut standing, &effects, question.as_of);
    if !question.explains {
        standing.steps = Vec::new();
    }
    Some(standing)
}

/// The day on which publication had ended under an earlier content before it was corrected: a
/// correction never reopens. What was never shown under it may still be shown for the first time.
fn ended_before_correction(effects: &Effects<'_>, question: &Question<'_>) -> Option<Day> {
    let mut shown = false;
    for pair in effects.contents.windows(2) {
        let [earlier, later] = pair else {
            continue;
        };
        let (from, until) = (earlier.at.day(), later.at.day());
        let question = Question { as_of: until, explains: false, ..*question };
        let standing = by_content(effects, Some(earlier.body), &question);
        shown |= standing.shown_from.max(from) < standing.shown_until.min(until);
        if shown && standing.publication == Publication::Ended {
            return Some(standing.shown_until);
        }
    }
    None
}

/// What a content and the rules say, before any act.
fn by_content(effects: &Effects<'_>, content: Option<&Body>, question: &Question<'_>) -> Standing {
    let catalogue = question.catalogue;
    let Some(content) = content else {
        return Standing::not_shown(Publication::Withdrawn, Reason::Erased);
    };
    if effects.subject.is_none() {
        return Standing::not_shown(Publication::Unpublished, Reason::Unlinked);
    }
    if catalogue.visibility != Visibility::Public {
        let mut standing = Standing::not_shown(Publication::Unpublished, Reason::Scope);
        standing.shared = catalogue.visibility == Visibility::Shared;
        return standing;
    }
    if content.field(HOLD_FIELD).is_some() {
        return Standing::not_shown(Publication::Unpublished, Reason::PersonalData);
    }
    let case = TermCase {
        content,
        catalogue,
        rulebook: question.rulebook,
        as_of: question.as_of,
        received_on: effects.first.map(|(_, at)| at.day()),
        explains: question.explains,
    };
    if !has_basis(question) {
        return Standing::not_shown(Publication::Unpublished, Reason::NoBasis);
    }
    match catalogue.publication {
        Rule::Never => Standing::not_shown(Publication::Unpublished, Reason::Scope),
        Rule::Open if case.decided_on().is_none() => as_it_stands(&case),
        _ => by_term(&case),
    }
}

/// Every catalogue needs a ground on the day; an adverse one a verified or accepted one, with a
/// clause in force.
fn has_basis(question: &Question<'_>) -> bool {
    let Question { catalogue, as_of, .. } = question;
    catalogue.ground.holds(*as_of)
        && (!catalogue.adverse || question.rulebook.catalogue_in_force(catalogue, *as_of))
}

/// What has no day of decision is shown as long as it stands.
fn as_it_stands(case: &TermCase<'_>) -> Standing {
    Standing {
        shown_from: case.received_on.unwrap_or(case.as_of),
        shared: true,
        ..Standing::not_shown(Publication::Published, Reason::Public)
    }
}

fn by_term(case: &TermCase<'_>) -> Standing {
    match case.compute() {
        Err((reason, steps)) => Standing {
            steps,
            shared: true,
            ..Standing::not_shown(Publication::Unpublished, reason)
        },
        Ok(term) => {
            let (publication, reason, next_day) = if case.as_of < term.start {
                (Publication::Unpublished, Reason::NotYet, Some(term.start))
            } else if case.as_of < term.until {
                (Publication::Published, Reason::Public, Some(term.until))
            } else {
                (Publication::Ended, Reason::TermOver, None)
            };
            Standing {
                shown_from: term.start,
                shown_until: term.until,
                shared: true,
                class: term.class,
                rule: term.rule,
                repairable_from: term.repairable_from,
                next_day: next_day.filter(|day| *day < Day::FOREVER),
                steps: term.steps,
                ..Standing::not_shown(publication, reason)
            }
        }
    }
}

/// What acts and the source said outweighs the term, the gravest last. An end holds from the day
/// it was received; a withdrawal and a fallen decision hold for every day.
fn overrule(standing: &mut Standing, effects: &Effects<'_>, as_of: Day) {
    let reached = |effect: &&Effect| effect.at.day() <= as_of;
    if let Some(effect) = effects.of(Kind::Stayed) {
        standing.in_force &= !reached(&effect);
        close_at(standing, (Publication::Shielded, Reason::Stayed), effect, as_of);
    }
    if let Some(effect) = effects.shield(as_of) {
        close_at(standing, (Publication::Shielded, Reason::Reorganisation), effect, as_of);
    }
    if effects.of(Kind::SharingEnded).filter(reached).is_some() {
        standing.shared = false;
    }
    if let Some(effect) = effects.of(Kind::PublicationEnded) {
        standing.shared &= !reached(&effect);
        let taken_over = effect.ground.as_deref() == Some(TERM_OVER_GROUND);
        let reason = if taken_over { Reason::TermOver } else { Reason::Repaired };
        close_at(standing, (Publication::Ended, reason), effect, as_of);
    }
    let fallen = [
        (Kind::Quashed, Reason::Quashed),
        (Kind::Withdrawn, Reason::TakenBack),
        (Kind::Erased, Reason::Erased),
    ];
    for (kind, reason) in fallen {
        if let Some(effect) = effects.of(kind) {
            standing.shared = false;
            standing.in_force = false;
            close_at(standing, (Publication::Withdrawn, reason), effect, Day::FOREVER);
        }
    }
}

/// Closes publication by an effect, from the day it was received.
fn close_at(standing: &mut Standing, closed: (Publication, Reason), effect: &Effect, as_of: Day) {
    standing.ended_at = Some(effect.at);
    close(standing, closed, effect.at.day(), as_of);
}

/// Closes publication from a day on. Never opens what was not public.
fn close(
    standing: &mut Standing,
    (publication, reason): (Publication, Reason),
    day: Day,
    as_of: Day,
) {
    let was_open = standing.publication == Publication::Published
        || standing.publication == Publication::Shielded;
    let final_word = publication == Publication::Withdrawn;
    standing.shown_until = standing.shown_until.min(day);
    if as_of >= day && (was_open || final_word) {
        standing.publication = publication;
        standing.reason = reason;
        // What rests or was ended early is over by its term as well one day.
        standing.next_day = standing.next_day.filter(|_| !final_word);
    } else if as_of < day {
        standing.next_day = standing.next_day.map(|next| next.min(day));
    }
}
