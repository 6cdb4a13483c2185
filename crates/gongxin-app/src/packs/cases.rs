//! Runs the cases of packs: each is a record, what happens to it, and what the public then sees.

use std::collections::BTreeSet;

use gongxin_model::{About, Body, Day, Field, Instant, Kind, PublicId, Seq};
use gongxin_pack::{
    Case, Catalogue, EffectiveRulebook, Happening, Outcome, Role, Rulebook, SourceDeclaration,
};
use gongxin_standing::{Event, Publication, Question, Standing, fold};

use crate::acts;

/// The source that stands for the authority of a case.
const CASE_SOURCE: &str = "case";

/// A rulebook made ready for many cases: with everything unverified adopted, and with nothing.
pub(super) struct Court {
    adopted: EffectiveRulebook,
    bare: EffectiveRulebook,
}

/// What the fold said of a case.
pub(super) struct Ruling {
    pub(super) outcome: Outcome,
    pub(super) standing: Standing,
}

impl Court {
    pub(super) fn new(rulebook: &Rulebook) -> Self {
        let all: BTreeSet<String> = rulebook.unverified().into_iter().map(|one| one.item).collect();
        Self {
            adopted: EffectiveRulebook::new(rulebook.clone(), all),
            bare: EffectiveRulebook::new(rulebook.clone(), BTreeSet::new()),
        }
    }

    /// Runs a case. None where nothing was known of its record.
    pub(super) fn rule(&mut self, case: &Case) -> Option<Ruling> {
        let rulebook = if case.adopted { &mut self.adopted } else { &mut self.bare };
        let catalogue = rulebook.catalogue(&case.catalogue)?.clone();
        rulebook.rulebook.sources.insert(CASE_SOURCE.to_owned(), authority(&catalogue, case));
        let entries = history(rulebook, &catalogue, case);
        let events: Vec<Event<'_>> = (0..)
            .zip(&entries)
            .map(|(place, (kind, at, body))| Event {
                seq: Seq(place),
                at: *at,
                kind: *kind,
                body: Some(body),
            })
            .collect();
        let question = Question {
            as_of: case.as_of,
            known: None,
            catalogue: &catalogue,
            rulebook: &*rulebook,
            explains: true,
        };
        let standing = fold(&events, &question)?;
        Some(Ruling { outcome: outcome(&standing), standing })
    }
}

fn authority(catalogue: &Catalogue, case: &Case) -> SourceDeclaration {
    SourceDeclaration {
        code: CASE_SOURCE.to_owned(),
        name: catalogue.name.clone(),
        uscc: None,
        region: String::new(),
        sector: case.sector.clone(),
        supplies: Vec::new(),
        deadline_working_days: None,
        peer: false,
        successors: Vec::new(),
        parents: Vec::new(),
        ground: catalogue.ground.clone(),
    }
}

/// The entries of the record of a case, in their order; the place of each is its number.
fn history(
    rulebook: &EffectiveRulebook,
    catalogue: &Catalogue,
    case: &Case,
) -> Vec<(Kind, Instant, Body)> {
    let mut given: Vec<Field> = case.given.iter().map(|(code, value)| field(code, value)).collect();
    let decided = catalogue
        .code_of(Role::DecidedOn)
        .and_then(|code| case.given.get(code))
        .and_then(|value| value.first().parse().ok());
    let received = case.received.or(decided).and_then(noon).unwrap_or_default();
    let mut entries = vec![(Kind::Received, received, content(&given))];
    // Acts stand at places of their own, far behind those of the record.
    for (happening, act) in case.then.iter().zip(1_000..) {
        let Some(at) = noon(happening.on) else {
            continue;
        };
        if happening.what == "corrected" {
            for (code, value) in &happening.given {
                given.retain(|one| one.code != code.as_str());
                if !value.first().is_empty() {
                    given.push(field(code, value));
                }
            }
            entries.push((Kind::Corrected, at, content(&given)));
        } else {
            entries.extend(caused(rulebook, &case.catalogue, happening, Seq(act), &entries, at));
        }
    }
    entries
}

/// The entry that an act, or the source's own word, makes about the record.
fn caused(
    rulebook: &EffectiveRulebook,
    catalogue: &str,
    happening: &Happening,
    act: Seq,
    entries: &[(Kind, Instant, Body)],
    at: Instant,
) -> Option<(Kind, Instant, Body)> {
    let mut body = Body::about(About::Record(PublicId([0; 16])));
    let kind = match happening.what.as_str() {
        "withdrawn" => Kind::Withdrawn,
        "act-withdrawn" => {
            let last = entries.iter().rev().find(|(_, _, body)| !body.causes.is_empty())?;
            body.causes.extend(last.2.causes.first());
            return Some((Kind::Resumed, at, body));
        }
        _ => {
            let rule = rulebook.catalogue(&happening.what)?.act.as_ref()?;
            let reaches = rule.targets.iter().any(|target| target == catalogue);
            let effect = rule.effect(happening.outcome.as_deref()).filter(|_| reaches)?;
            acts::kind(effect)?
        }
    };
    body.causes.push(act);
    if kind == Kind::Unshielded {
        // A lifting names the shields that it lifts.
        let shields = entries.iter().filter(|(kind, _, _)| *kind == Kind::Shielded);
        body.causes.extend(shields.flat_map(|(_, _, body)| body.causes.clone()));
    }
    Some((kind, at, body))
}

fn content(given: &[Field]) -> Body {
    let mut body = Body::about(About::Record(PublicId([0; 16])));
    body.subject = Some(PublicId([1; 16]));
    body.source = Some(CASE_SOURCE.to_owned());
    body.fields = given.to_vec();
    body.fields.sort_by(|left, right| left.code.cmp(&right.code));
    body
}

fn field(code: &str, value: &gongxin_model::Value) -> Field {
    Field { code: code.into(), value: value.clone(), written: None }
}

fn outcome(standing: &Standing) -> Outcome {
    let was_shown = matches!(
        standing.publication,
        Publication::Published | Publication::Ended | Publication::Shielded
    );
    let ends = was_shown && standing.shown_until < Day::FOREVER;
    Outcome {
        class: standing.class,
        rule: Some(standing.rule.clone()).filter(|rule| !rule.is_empty()),
        standing: Some(standing.publication.word().to_owned()),
        reason: Some(standing.reason.word().to_owned()),
        first_public_day: Some(standing.shown_from).filter(|_| was_shown),
        shared: Some(standing.shared),
        last_public_day: ends.then(|| standing.shown_until.plus_days(-1)),
        repair_from: standing.repairable_from,
    }
}

fn noon(day: Day) -> Option<Instant> {
    format!("{day}T12:00:00+08:00").parse().ok()
}
