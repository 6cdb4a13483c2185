//! The fold itself.

use gongxin_model::{Body, Day, Instant, Kind};
use gongxin_pack::{
    Catalogue, Class, EffectiveRulebook, Governing, Ground, Publication as Rule, Visibility, item,
};

use crate::effects::{Effect, Effects, Event};
use crate::term::{Known, Step, Term, TermCase, Unshown};
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
    let governing = catalogue.governing(&content.fields);
    if *governing.publication == Rule::Never {
        let mut standing = Standing::not_shown(Publication::Unpublished, Reason::Scope);
        // What fits no case of its class is for authorities.
        standing.shared = matches!(catalogue.publication, Rule::When { .. });
        return standing;
    }
    let grounds = Grounds::of(catalogue, governing, catalogue.is_adverse(&content.fields));
    if !grounds.hold(question) {
        let next_day = grounds.next_day(question);
        let none = Standing::not_shown(Publication::Unpublished, Reason::NoBasis);
        return Standing { next_day, ..none };
    }
    let case = TermCase {
        content,
        catalogue,
        rulebook: question.rulebook,
        publication: governing.publication,
        as_of: question.as_of,
        received_on: effects.first.map(|(_, at)| at.day()),
        explains: question.explains,
        known: Known::default(),
    };
    let is_open = matches!(governing.publication, Rule::Open | Rule::WhileValid);
    let mut standing =
        if is_open && case.decided_on().is_none() { as_it_stands(&case) } else { by_term(&case) };
    grounds.limit(&mut standing, question);
    standing
}

/// The values on which the publication of a record stands: its class, and that just such records
/// of it are published. Each needs a clause in force on the day; where the record is adverse, each
/// is verified or adopted.
struct Grounds<'a> {
    grounds: Vec<(String, &'a Ground)>,
    adverse: bool,
}

impl<'a> Grounds<'a> {
    fn of(catalogue: &'a Catalogue, governing: Governing<'a>, adverse: bool) -> Self {
        let own = (item::catalogue(&catalogue.id), &catalogue.ground);
        let case =
            governing.case.map(|case| (item::publication(&catalogue.id, case), &case.ground));
        Self { grounds: std::iter::once(own).chain(case).collect(), adverse }
    }

    fn hold(&self, question: &Question<'_>) -> bool {
        let Question { rulebook, as_of, .. } = question;
        self.grounds
            .iter()
            .all(|(item, ground)| rulebook.publishes(item, ground, self.adverse, *as_of))
    }

    /// The next day on which one of them may begin or cease to hold.
    fn next_day(&self, question: &Question<'_>) -> Option<Day> {
        let turning = |ground| question.rulebook.turning_days(ground, question.as_of);
        self.grounds.iter().filter_map(|(_, ground)| turning(ground).first().copied()).min()
    }

    /// Ends publication where a ground will have ended, so that no day shows what has no basis.
    fn limit(&self, standing: &mut Standing, question: &Question<'_>) {
        let holds = |ground| question.rulebook.holds_until(ground, question.as_of);
        let Some(until) = self.grounds.iter().map(|(_, ground)| holds(ground)).min() else {
            return;
        };
        standing.shown_until = standing.shown_until.min(until);
        if until < Day::FOREVER && standing.publication != Publication::Ended {
            let next = standing.next_day.map_or(until, |next| next.min(until));
            standing.next_day = Some(next);
        }
    }
}

/// What has no day of decision is shown from the day it was received, as long as it stands.
fn as_it_stands(case: &TermCase<'_>) -> Standing {
    let term = case.open(case.received_on.unwrap_or(case.as_of));
    let is_over = term.until <= case.as_of;
    let (publication, reason) = if is_over {
        (Publication::Ended, Reason::TermOver)
    } else {
        (Publication::Published, Reason::Public)
    };
    Standing {
        shown_from: term.start,
        shown_until: term.until,
        shared: true,
        next_day: Some(term.until).filter(|day| !is_over && *day < Day::FOREVER),
        ..Standing::not_shown(publication, reason)
    }
}

fn by_term(case: &TermCase<'_>) -> Standing {
    match case.compute() {
        Err(Unshown { reason, steps, next_day }) => Standing {
            steps,
            shared: true,
            next_day,
            ..Standing::not_shown(Publication::Unpublished, reason)
        },
        Ok(term) => shown(case.as_of, term),
    }
}

fn shown(as_of: Day, term: Term) -> Standing {
    let (publication, reason, next_day) = if as_of < term.start {
        (Publication::Unpublished, Reason::NotYet, Some(term.start))
    } else if as_of < term.until {
        (Publication::Published, Reason::Public, Some(term.until))
    } else {
        (Publication::Ended, Reason::TermOver, None)
    };
    let next_day = next_day.into_iter().chain(term.turns_on).min();
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
        // What rests, was ended early or fell is over by its term as well one day, and a rule to
        // come may move its days: the next day stays the next day.
    } else if as_of < day {
        standing.next_day = standing.next_day.map(|next| next.min(day));
    }
}
