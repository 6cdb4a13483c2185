//! Between the drafts of intake, the rows of the store and the linker's own values.

use gongxin_intake::draft::{Category, Draft};
use gongxin_model::{Finding, SubjectNo};
use gongxin_pack::{NameShape, Nature};
use gongxin_subject::{
    Candidate, Claims, DatedName, Identifier, Judgement, KnownDecision, LinkPolicy, Yardstick,
    judge as judge_claims, rank, suggestion_probes,
};

use crate::intake::{Known, Terms};

pub(crate) use gongxin_subject::Suggestion as Suggested;

/// What became of a draft's link.
#[derive(Debug, Clone)]
pub(crate) enum Link {
    /// To a known subject, by a rule.
    To { subject: SubjectNo, rule: String, findings: Vec<Finding> },
    /// To a subject that is to be made.
    New { provisional: bool, findings: Vec<Finding> },
    /// A person must judge.
    Held { findings: Vec<Finding> },
    /// Not kept.
    Refused { findings: Vec<Finding> },
}

impl Link {
    pub(crate) fn findings(&self) -> &[Finding] {
        match self {
            Self::To { findings, .. }
            | Self::New { findings, .. }
            | Self::Held { findings, .. }
            | Self::Refused { findings } => findings,
        }
    }
}

/// The claims in the linker's words. A name that reads like nothing, ruined as it is, counts as an
/// organisation's where the row itself says that it is one; a person judges it then.
pub(crate) fn claims(draft: &Draft, terms: &Terms) -> Claims {
    let mut claims = Claims {
        name: draft.claims.name.clone(),
        identifiers: draft
            .claims
            .identifiers
            .iter()
            .map(|one| Identifier { kind: one.kind, code: one.code.to_string(), sound: one.sound })
            .collect(),
        shape: NameShape::default(),
    };
    if let Some(name) = &claims.name {
        claims.shape = terms.rules.rulebook.names.shape(name);
        let stated = draft.category == Category::Organisation;
        if claims.shape == NameShape::Unclear && stated {
            claims.shape = NameShape::Organisation;
        }
    }
    claims
}

fn candidates(known: &[&Known]) -> Vec<Candidate> {
    known
        .iter()
        .map(|known| Candidate {
            subject: known.row.no,
            public_id: known.row.public_id,
            names: known
                .names
                .iter()
                .map(|name| DatedName {
                    name: name.name.clone(),
                    from: name.from,
                    until: name.until,
                })
                .collect(),
            codes: known
                .codes
                .iter()
                .filter_map(|code| Some((code.kind.parse().ok()?, code.code.clone())))
                .collect(),
            provisional: known.row.provisional,
            region: known.row.region.clone(),
        })
        .collect()
}

/// What finds suggestions for a draft that is held: codes and name keys.
pub(crate) fn further_probes(claims: &Claims) -> (Vec<String>, Vec<i64>) {
    let further = suggestion_probes(claims);
    (further.codes.into_iter().map(|(_, code)| code).collect(), further.names)
}

/// Judges what a draft claims.
pub(crate) fn judge(claims: &Claims, known: &[&Known], (terms, adverse): (&Terms, bool)) -> Link {
    let registers = terms.catalogue.nature == Nature::Registration;
    // An act takes something away from an adverse record: a wrong link harms as much.
    let adverse = adverse || terms.catalogue.nature == Nature::Act;
    let policy = LinkPolicy { adverse, registers, by: by(terms) };
    match judge_claims(claims, &candidates(known), policy) {
        Judgement::Linked { subject, rule, findings, .. } => {
            Link::To { subject, rule: format!("link.{}", rule.name()), findings }
        }
        Judgement::New { provisional, findings } => Link::New { provisional, findings },
        Judgement::Held { findings, .. } => Link::Held { findings },
        Judgement::Refused { findings } => Link::Refused { findings },
    }
}

/// Whom a held draft may be about.
pub(crate) fn suggestions(
    claims: &Claims,
    known: &[&Known],
    decisions: &[KnownDecision],
    terms: &Terms,
) -> Vec<Suggested> {
    rank(claims, &candidates(known), decisions, &by(terms))
}

/// By what names and codes are compared under the terms.
fn by(terms: &Terms) -> Yardstick<'_> {
    Yardstick { figures: terms.figures, words: &terms.rules.rulebook.name_words }
}
