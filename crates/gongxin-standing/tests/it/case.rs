//! A record's life in a few words.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use gongxin_model::{About, Body, Day, Field, Instant, Kind, PublicId, Seq, Value};
use gongxin_pack::{DEFAULT_PACKS, EffectiveRulebook, REHEARSAL_PACK, Rulebook, builtin};
use gongxin_standing::{Event, Question, Standing, fold};

pub(crate) const ENVIRONMENT: &str = "159900-environment";
pub(crate) const MARKET: &str = "159900-market";

static RULEBOOK: LazyLock<Rulebook> = LazyLock::new(|| {
    let mut packs = DEFAULT_PACKS.to_vec();
    packs.push(REHEARSAL_PACK);
    let (rulebook, problems) = gongxin_pack::read(&builtin(&packs));
    rulebook.unwrap_or_else(|| panic!("{problems:?}"))
});

/// The rules with every unverified value accepted, or with none.
pub(crate) fn rules(accepted: bool) -> EffectiveRulebook {
    let all = RULEBOOK.unverified().into_iter().map(|one| one.item);
    let accepted: BTreeSet<String> = if accepted { all.collect() } else { BTreeSet::new() };
    EffectiveRulebook::new(RULEBOOK.clone(), accepted)
}

pub(crate) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// Noon of a day.
pub(crate) fn noon(text: &str) -> Instant {
    format!("{text}T12:00:00+08:00").parse().unwrap()
}

/// A record, mostly a penalty, and what was entered about it.
#[derive(Debug, Clone)]
pub(crate) struct Life {
    entries: Vec<(Kind, Instant, Body)>,
}

impl Life {
    /// A penalty with the fields, received on a day.
    pub(crate) fn of(source: &str, received: &str, fields: &[(&str, &str)]) -> Self {
        Self { entries: vec![(Kind::Received, noon(received), content(source, fields))] }
    }

    /// The same of another class.
    pub(crate) fn of_class(
        class: &str,
        source: &str,
        received: &str,
        fields: &[(&str, &str)],
    ) -> Self {
        let mut life = Self::of(source, received, fields);
        life.entries[0].2.catalogue = Some(class.to_owned());
        life
    }

    /// An entry that an act caused. Acts stand at places from 100 on.
    pub(crate) fn then(mut self, kind: Kind, on: &str, causes: &[i64]) -> Self {
        let mut body = Body::about(About::Record(PublicId([0; 16])));
        body.causes = causes.iter().copied().map(Seq).collect();
        self.entries.push((kind, noon(on), body));
        self
    }

    /// Corrected content.
    pub(crate) fn corrected(mut self, on: &str, fields: &[(&str, &str)]) -> Self {
        self.entries.push((Kind::Corrected, noon(on), content(ENVIRONMENT, fields)));
        self
    }

    /// Its standing on a day, with everything known.
    pub(crate) fn on(&self, day: &str, rules: &EffectiveRulebook) -> Standing {
        self.known(day, None, rules).unwrap()
    }

    /// Its standing on a day, with what was known by the instant.
    pub(crate) fn known(
        &self,
        as_of: &str,
        known: Option<Instant>,
        rules: &EffectiveRulebook,
    ) -> Option<Standing> {
        let events: Vec<Event<'_>> = self
            .entries
            .iter()
            .zip(1..)
            .map(|((kind, at, body), seq)| Event {
                seq: Seq(seq),
                at: *at,
                kind: *kind,
                body: Some(body),
            })
            .collect();
        let class = self.entries[0].2.catalogue.as_deref().unwrap();
        let catalogue = rules.catalogue(class).unwrap();
        let question =
            Question { as_of: day(as_of), known, catalogue, rulebook: rules, explains: true };
        fold(&events, &question)
    }
}

fn content(source: &str, fields: &[(&str, &str)]) -> Body {
    let mut body = Body::about(About::Record(PublicId([0; 16])));
    body.subject = Some(PublicId([1; 16]));
    body.source = Some(source.to_owned());
    body.catalogue = Some("penalty".to_owned());
    body.fields = fields
        .iter()
        .map(|(code, value)| {
            let value = if *code == "CF_CFLB" {
                Value::List(value.split('|').map(Into::into).collect())
            } else {
                Value::Text((*value).into())
            };
            Field { code: (*code).into(), value, written: None }
        })
        .collect();
    body.fields.sort_by(|left, right| left.code.cmp(&right.code));
    body
}
