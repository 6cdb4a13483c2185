//! Which rules govern a record of a class: since when, on which clause, how sure, and until when each
//! class of conduct is public. For `pack explain`, in words that a lawyer reads.

use gongxin_model::Day;
use serde::Serialize;

use crate::rulebook::{
    AppliesTo, Catalogue, Class, Confidence, EffectiveRulebook, Ground, ListRule, TermQuestion,
    TermRule, TermStart, Text, item,
};

/// A value with what it stands on, on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Backing {
    /// Its id, as adoption names it.
    pub item: String,
    /// Its name.
    pub name: Text,
    /// The first day it holds.
    pub since: Day,
    /// The first day it no longer holds.
    pub until: Option<Day>,
    /// The clauses in force on the day, in Chinese, each with the day since which its law is.
    pub clauses: Vec<String>,
    /// How well it is known.
    pub confidence: Confidence,
    /// Why that well.
    pub source: Option<String>,
    /// False for what is not verified and was not adopted: it publishes nothing adverse.
    pub backed: bool,
}

/// A term rule that governs, or comes to govern.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GoverningRule {
    /// What it is and what it stands on.
    pub backing: Backing,
    /// The first day of the decisions under it.
    pub decided_from: Option<Day>,
    /// The first day of decision no longer under it.
    pub decided_until: Option<Day>,
    /// The day on which it comes to apply by itself, where that is later than the day asked for.
    pub applies_from: Option<Day>,
    /// What it does with each class of conduct.
    pub classes: Vec<GoverningClass>,
}

/// What a rule does with a class of conduct.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GoverningClass {
    /// The class.
    pub class: Class,
    /// What conduct that is, line by line; none for what no line takes.
    pub conduct: Vec<Text>,
    /// True for the class of all conduct that no line takes.
    pub otherwise: bool,
    /// False: not public.
    pub public: bool,
    /// Months until repair may be applied for.
    pub min_months: u16,
    /// Months of publication at most.
    pub max_months: Option<u16>,
    /// The last public day of a decision of the day asked for.
    pub last_public_day: Option<Day>,
    /// The first day on which repair may be applied for.
    pub repair_from: Option<Day>,
}

impl EffectiveRulebook {
    /// What a value stands on, on a day.
    #[must_use]
    pub fn backing_of(&self, item: String, name: &Text, ground: &Ground, day: Day) -> Backing {
        let clause = |basis: crate::rulebook::Basis| {
            let number = basis.number.map(|number| format!("（{number}）")).unwrap_or_default();
            let article = basis.article.unwrap_or_default();
            format!("《{}》{number}{article} {}", basis.title.zh, basis.from)
        };
        Backing {
            backed: self.is_backed(&item, ground),
            item,
            name: name.clone(),
            since: ground.from,
            until: ground.until,
            clauses: self.bases(ground, day).into_iter().map(clause).collect(),
            confidence: ground.confidence,
            source: ground.source.clone(),
        }
    }

    /// The term rules of a class for a sector on a day: for a decision of one day, or for any. The
    /// ones in force first, then those that come to apply.
    #[must_use]
    pub fn governing_rules(
        &self,
        catalogue: &Catalogue,
        sector: &str,
        (decided_on, as_of): (Option<Day>, Day),
    ) -> Vec<GoverningRule> {
        let mut found = Vec::new();
        for table in catalogue.publication.tables() {
            for rule in self.rules_for(table, sector) {
                found.extend(self.governing_rule(rule, sector, decided_on, as_of));
            }
        }
        found.sort_by_key(|one: &GoverningRule| one.applies_from);
        found
    }

    fn governing_rule(
        &self,
        rule: &TermRule,
        sector: &str,
        decided_on: Option<Day>,
        as_of: Day,
    ) -> Option<GoverningRule> {
        let applies = &rule.applies;
        let (decided_from, decided_until) = match applies.to {
            AppliesTo::DecidedOn => (Some(applies.from), applies.until),
            AppliesTo::PublishedOn => (None, None),
            AppliesTo::AllFrom => (applies.decided_from, applies.decided_before),
        };
        let later =
            (applies.to == AppliesTo::AllFrom && as_of < applies.from).then_some(applies.from);
        if let Some(decided_on) = decided_on {
            let day = later.unwrap_or(as_of);
            let question = TermQuestion { sector, decided_on, published_on: None, as_of: day };
            let applies = applies.to == AppliesTo::PublishedOn
                || rule.applies(question.decided_on, question.published_on, question.as_of);
            applies.then_some(())?;
        }
        let placed = match applies.to {
            AppliesTo::AllFrom => later.unwrap_or(as_of),
            AppliesTo::DecidedOn | AppliesTo::PublishedOn => {
                decided_on.unwrap_or(as_of).max(rule.ground.from)
            }
        };
        let item = item::term(&rule.id);
        Some(GoverningRule {
            backing: self.backing_of(item, &rule.name, &rule.ground, placed),
            decided_from,
            decided_until,
            applies_from: later,
            classes: [Class::Minor, Class::Ordinary, Class::Serious]
                .into_iter()
                .filter_map(|class| governing_class(rule, class, decided_on))
                .collect(),
        })
    }

    /// What a list stands on, for entries of a day.
    #[must_use]
    pub fn list_backing(&self, list: &ListRule, day: Day) -> Backing {
        self.backing_of(item::list(&list.id), &list.name, &list.ground, day)
    }
}

fn governing_class(
    rule: &TermRule,
    class: Class,
    decided_on: Option<Day>,
) -> Option<GoverningClass> {
    let term = rule.term(class)?;
    let lines = rule.classes.iter().filter(|line| line.class == class);
    let conduct: Vec<Text> = lines.map(|line| line.text.clone()).collect();
    let otherwise = rule.default_class == class;
    // Where terms run from publication no day of decision says when they end.
    let start = decided_on.filter(|_| term.public && rule.start == TermStart::Decision);
    let after = |months: u16| start.map(|start| rule.first_day_after(start, months));
    (otherwise || !conduct.is_empty()).then(|| GoverningClass {
        class,
        conduct,
        otherwise,
        public: term.public,
        min_months: term.min_months,
        max_months: term.max_months,
        last_public_day: term.max_months.and_then(after).map(|day| day.plus_days(-1)),
        repair_from: after(term.min_months),
    })
}
