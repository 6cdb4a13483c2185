//! Which subject a row is about: linked, new, held or refused.
//!
//! Every way to a link goes through an identifier. Names only confirm or contradict.

use std::collections::BTreeMap;

use gongxin_model::code::CodeKind;
use gongxin_model::{Finding, PublicId, SubjectNo};
use gongxin_pack::NameShape;
use serde::{Deserialize, Serialize};

use crate::claims::organisation_part;
use crate::likeness::branches_differ;
use crate::probe::sound_part;
use crate::rank::rank;
use crate::{Candidate, Claims, Identifier, Reason, Suggestion, Yardstick, likeness, rules};

/// What the row's catalogue asks of a link.
#[derive(Debug, Clone, Copy)]
pub struct LinkPolicy<'a> {
    /// The record is adverse to its subject.
    pub adverse: bool,
    /// The record is a registration from a competent source: it makes and renames subjects.
    pub registers: bool,
    /// By what names and codes are compared.
    pub by: Yardstick<'a>,
}

/// By what a row was linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkRule {
    /// The unified code.
    Uscc,
    /// The organisation code, by itself or inside a unified code, and the name.
    OrganisationCode,
    /// The registration number and the name.
    RegistrationNumber,
    /// The tax number and the name.
    TaxNumber,
    /// The public institution's number and the name.
    InstitutionNumber,
    /// The social organisation's number and the name.
    AssociationNumber,
}

impl LinkRule {
    const fn by(kind: CodeKind) -> Self {
        match kind {
            CodeKind::Uscc => Self::Uscc,
            CodeKind::OrganisationCode => Self::OrganisationCode,
            CodeKind::RegistrationNumber => Self::RegistrationNumber,
            CodeKind::TaxNumber => Self::TaxNumber,
            CodeKind::InstitutionNumber => Self::InstitutionNumber,
            CodeKind::AssociationNumber => Self::AssociationNumber,
        }
    }

    /// The stable name, as kept in an entry's ground.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Uscc => "uscc",
            Self::OrganisationCode => "organisation-code",
            Self::RegistrationNumber => "registration-number",
            Self::TaxNumber => "tax-number",
            Self::InstitutionNumber => "institution-number",
            Self::AssociationNumber => "association-number",
        }
    }
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// It is about a known subject.
    Linked {
        /// Which, inside the store.
        subject: SubjectNo,
        /// Its id outside.
        public_id: PublicId,
        /// By what.
        rule: LinkRule,
        /// Why.
        explanation: Vec<Reason>,
        /// What the supplier should look at.
        findings: Vec<Finding>,
    },
    /// It is about an organisation that nobody named here before.
    New {
        /// True unless a registration names it.
        provisional: bool,
        /// What the supplier should look at.
        findings: Vec<Finding>,
    },
    /// A person must judge.
    Held {
        /// Whom it may be about, best first.
        suggestions: Vec<Suggestion>,
        /// Why it is held.
        findings: Vec<Finding>,
    },
    /// It is not kept.
    Refused {
        /// Why: the rule, and nothing of the row.
        findings: Vec<Finding>,
    },
}

/// Judges a row. `candidates` are the subjects found by [`crate::probes`], each once; those that
/// [`crate::suggestion_probes`] adds alter suggestions only.
#[must_use]
pub fn judge(claims: &Claims, candidates: &[Candidate], policy: LinkPolicy<'_>) -> Judgement {
    let row = Row::new(claims, candidates, policy);
    if row.pointers.is_empty() && row.sound.is_empty() && !row.may_stay() {
        return refused();
    }
    if let Some(finding) = row.contradiction() {
        return row.held(finding);
    }
    match row.pointed() {
        Pointed::Nobody => row.unknown(),
        Pointed::Several(rule) => row.held(Finding::new(rule)),
        Pointed::One(candidate, CodeKind::Uscc) => row.by_unified_code(candidate),
        Pointed::One(candidate, kind) => row.by_number(candidate, kind),
    }
}

fn refused() -> Judgement {
    Judgement::Refused { findings: vec![Finding::new(rules::PERSON_SHAPED)] }
}

/// True for a unified code that registrars give to individual businesses, GB 32100.
fn is_individual(code: &str) -> bool {
    code.starts_with("92") && code.len() == 18
}

enum Pointed<'a> {
    Nobody,
    One(&'a Candidate, CodeKind),
    Several(gongxin_model::Rule),
}

/// A row with what its identifiers point to.
struct Row<'a> {
    claims: &'a Claims,
    candidates: &'a [Candidate],
    policy: LinkPolicy<'a>,
    normal: Option<String>,
    sound: Vec<&'a Identifier>,
    /// Per identifier that is somebody's: its kind and whose. Strongest kind first.
    pointers: Vec<(CodeKind, Vec<&'a Candidate>)>,
}

impl<'a> Row<'a> {
    fn new(claims: &'a Claims, candidates: &'a [Candidate], policy: LinkPolicy<'a>) -> Self {
        let mut pointers = Vec::new();
        for identifier in &claims.identifiers {
            let carriers = |kind: CodeKind, code: &str| -> Vec<&'a Candidate> {
                candidates.iter().filter(|candidate| candidate.carries(kind, code)).collect()
            };
            // An unsound unified code is a pointer where somebody is registered under this very text:
            // such codes were issued.
            let is_pointer = identifier.sound || identifier.kind == CodeKind::Uscc;
            let found =
                if is_pointer { carriers(identifier.kind, &identifier.code) } else { Vec::new() };
            if !found.is_empty() {
                pointers.push((identifier.kind, found));
                continue;
            }
            // Nobody carries the whole; its organisation code may be somebody's all the same.
            if let Some(part) = sound_part(identifier.kind, &identifier.code)
                && identifier.kind != CodeKind::OrganisationCode
            {
                let found = carriers(CodeKind::OrganisationCode, part);
                if !found.is_empty() {
                    pointers.push((CodeKind::OrganisationCode, found));
                }
            }
        }
        pointers.sort_by_key(|(kind, _)| *kind);
        Self {
            claims,
            candidates,
            policy,
            normal: claims.normal_name(),
            sound: claims.identifiers.iter().filter(|identifier| identifier.sound).collect(),
            pointers,
        }
    }

    /// Without a sound identifier only an organisation's name may wait for a judgement.
    fn may_stay(&self) -> bool {
        self.claims.shape == NameShape::Organisation
    }

    /// True where the name is a person's and no code is an individual business's, which alone may
    /// bear such a name: whatever else the row says, its counterpart is that person.
    fn is_persons(&self) -> bool {
        let is_business = |one: &Identifier| one.kind == CodeKind::Uscc && is_individual(&one.code);
        self.claims.shape == NameShape::Person && !self.claims.identifiers.iter().any(is_business)
    }

    /// Sound identifiers that cannot be one organisation's, whoever carries them.
    fn contradiction(&self) -> Option<Finding> {
        let mut parts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let mut unified: Vec<&str> = Vec::new();
        for identifier in &self.sound {
            if identifier.kind == CodeKind::Uscc {
                unified.push(&identifier.code);
            }
            if let Some(part) = organisation_part(identifier.kind, &identifier.code) {
                parts.entry(part).or_default().push(identifier.kind.name());
            }
        }
        unified.sort_unstable();
        unified.dedup();
        if parts.len() < 2 && unified.len() < 2 {
            return None;
        }
        Some(self.disagreement())
    }

    fn disagreement(&self) -> Finding {
        let mut kinds: Vec<&str> =
            self.sound.iter().map(|identifier| identifier.kind.name()).collect();
        kinds.dedup();
        Finding::new(rules::IDENTIFIERS_DISAGREE).with("identifiers", kinds.join(", "))
    }

    /// The one subject that all identifiers that are anybody's agree on.
    fn pointed(&self) -> Pointed<'a> {
        let Some((kind, first)) = self.pointers.first() else {
            return Pointed::Nobody;
        };
        let agreed: Vec<&Candidate> = first
            .iter()
            .copied()
            .filter(|candidate| {
                self.pointers
                    .iter()
                    .all(|(_, found)| found.iter().any(|other| other.subject == candidate.subject))
            })
            .collect();
        match agreed.as_slice() {
            [] => Pointed::Several(rules::IDENTIFIERS_DISAGREE),
            [one] => Pointed::One(one, *kind),
            _ => Pointed::Several(rules::IDENTIFIER_AMBIGUOUS),
        }
    }

    fn name_agrees(&self, candidate: &Candidate) -> Option<Reason> {
        let same = candidate.name_like(self.normal.as_deref()?)?;
        Some(if same.is_current() {
            Reason::NameAgrees
        } else {
            Reason::FormerName { name: same.name.clone() }
        })
    }

    /// The likeness of the name to the best of the subject's names, with its reasons. A branch's
    /// name is not like its head's: their codes are easily confused and must not be.
    fn best_likeness(&self, candidate: &Candidate) -> (u32, Vec<Reason>) {
        let name = self.claims.name.as_deref().unwrap_or_default();
        candidate
            .names
            .iter()
            .filter(|own| !branches_differ(name, &own.name, &self.policy.by.figures))
            .map(|own| likeness(name, &own.name, &self.policy.by))
            .max_by_key(|like| like.per_mille)
            .map_or((0, Vec::new()), |like| (like.per_mille, like.reasons))
    }

    fn by_unified_code(&self, candidate: &Candidate) -> Judgement {
        // The subject carries the unsound code of a row that states a sound one besides.
        let claimed = self.claims.sound(CodeKind::Uscc);
        if claimed.is_some_and(|code| !candidate.carries(CodeKind::Uscc, code)) {
            return self.held(self.disagreement());
        }
        let mut explanation = vec![Reason::CodeAgrees { code: CodeKind::Uscc }];
        if self.normal.is_none() {
            return self.linked(candidate, LinkRule::Uscc, explanation, Vec::new());
        }
        if let Some(reason) = self.name_agrees(candidate) {
            explanation.push(reason);
            return self.linked(candidate, LinkRule::Uscc, explanation, Vec::new());
        }
        let registered = candidate.display_name();
        if self.policy.registers && self.is_persons() {
            return refused();
        }
        let (per_mille, reasons) = self.best_likeness(candidate);
        // What only looks like a code stands in many rows: it gives nobody quite another name.
        let is_renaming = claimed.is_some() || per_mille >= self.policy.by.figures.name_similar;
        if self.policy.registers && is_renaming {
            let renamed = Finding::new(rules::RENAMED).with("registered", registered);
            return self.linked(candidate, LinkRule::Uscc, explanation, vec![renamed]);
        }
        if claimed.is_some()
            && per_mille >= self.policy.by.figures.name_similar
            && !self.is_named_after_another(candidate)
        {
            explanation.push(Reason::NameSimilar { per_mille });
            explanation.extend(reasons);
            let differs = Finding::new(rules::NAME_DIFFERS).with("registered", registered);
            return self.linked(candidate, LinkRule::Uscc, explanation, vec![differs]);
        }
        if self.is_persons() {
            return refused();
        }
        self.held(
            Finding::new(rules::NAME_CONTRADICTS)
                .with("registered", registered)
                .with("code", candidate.display_code()),
        )
    }

    /// True where the row's name is, to the letter, the present one of somebody else: a code of one
    /// firm beside the name of another, however alike the two names are.
    fn is_named_after_another(&self, candidate: &Candidate) -> bool {
        let Some(normal) = &self.normal else {
            return false;
        };
        self.candidates.iter().any(|other| {
            other.subject != candidate.subject
                && other.name_like(normal).is_some_and(|name| name.is_current())
        })
    }

    fn by_number(&self, candidate: &Candidate, kind: CodeKind) -> Judgement {
        let own = candidate.code(CodeKind::Uscc);
        let claimed = self.claims.sound(CodeKind::Uscc);
        if let (Some(own), Some(claimed)) = (own, claimed)
            && own != claimed
        {
            return self.held(self.disagreement());
        }
        let explanation = vec![Reason::CodeAgrees { code: kind }];
        let agrees = self.name_agrees(candidate);
        // A registration completes whom its organisation code names, under whatever name.
        let completes = self.policy.registers && kind == CodeKind::OrganisationCode;
        if agrees.is_none() && self.is_persons() {
            return refused();
        }
        if agrees.is_none() && !completes {
            return self.held(
                Finding::new(rules::NAME_NOT_CONFIRMED)
                    .with("registered", candidate.display_name()),
            );
        }
        let mut findings = Vec::new();
        if agrees.is_none() {
            findings
                .push(Finding::new(rules::RENAMED).with("registered", candidate.display_name()));
        }
        if claimed.is_none() && self.claims.identifiers.iter().any(|one| one.kind == CodeKind::Uscc)
        {
            findings.push(Finding::new(rules::CODE_UNSOUND_LINKED).with("by", kind.name()));
        }
        let explanation = explanation.into_iter().chain(agrees).collect();
        self.linked(candidate, LinkRule::by(kind), explanation, findings)
    }

    /// No identifier is anybody's.
    fn unknown(&self) -> Judgement {
        let has = |kind: CodeKind| self.claims.identifiers.iter().any(|one| one.kind == kind);
        let sound = self.claims.sound(CodeKind::Uscc).or_else(|| {
            self.claims.sound(CodeKind::OrganisationCode).filter(|_| !has(CodeKind::Uscc))
        });
        if self.policy.registers {
            return self.unknown_registration();
        }
        match sound {
            Some(code) => self.unknown_code(code),
            None if !self.may_stay() => refused(),
            None if has(CodeKind::Uscc) => self.held(Finding::new(rules::CODE_UNSOUND)),
            None if self.sound.is_empty() => self.held(Finding::new(rules::NAME_ONLY)),
            None => self.held(Finding::new(rules::NUMBER_UNKNOWN)),
        }
    }

    /// A registration from a competent source is taken at its word, check character or not.
    fn unknown_registration(&self) -> Judgement {
        if self.normal.is_none() {
            return self.held(Finding::new(rules::NAME_MISSING));
        }
        if self.claims.identifiers.is_empty() {
            return self.held(Finding::new(rules::NAME_ONLY));
        }
        if self.is_persons() {
            return refused();
        }
        Judgement::New { provisional: false, findings: Vec::new() }
    }

    /// A sound code that nobody carries: a provisional subject, unless its name is another's.
    fn unknown_code(&self, code: &str) -> Judgement {
        let Some(normal) = self.normal.as_deref() else {
            return self.held(Finding::new(rules::NAME_MISSING));
        };
        if self.is_persons() {
            return refused();
        }
        let is_individual = is_individual(code);
        let namesake = self.candidates.iter().find(|candidate| {
            !is_individual
                && candidate.codes.iter().any(|(kind, _)| *kind == CodeKind::Uscc)
                && candidate.name_like(normal).is_some()
        });
        if let Some(namesake) = namesake {
            return self.held(
                Finding::new(rules::NAME_OF_ANOTHER)
                    .with("code", code)
                    .with("registered", namesake.display_name())
                    .with("other", namesake.display_code()),
            );
        }
        if code.len() != 18 && !self.may_stay() {
            return refused();
        }
        Judgement::New { provisional: true, findings: vec![Finding::new(rules::PROVISIONAL)] }
    }

    fn linked(
        &self,
        candidate: &Candidate,
        rule: LinkRule,
        explanation: Vec<Reason>,
        findings: Vec<Finding>,
    ) -> Judgement {
        Judgement::Linked {
            subject: candidate.subject,
            public_id: candidate.public_id,
            rule,
            explanation,
            findings,
        }
    }

    fn held(&self, finding: Finding) -> Judgement {
        let suggestions = rank(self.claims, self.candidates, &[], &self.policy.by);
        Judgement::Held { suggestions, findings: vec![finding] }
    }
}
