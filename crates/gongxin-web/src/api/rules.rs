//! `GET /api/v1/rules` and `GET /api/v1/rules/{id}`: the adopted rulebook.

use axum::extract::State;
use axum::response::Response;
use gongxin_app::public::shown::Found;
use gongxin_app::public::shown::rules::{
    Holds, RuleFamily, ShownBook, ShownClause, ShownGround, ShownItem, ShownRule, ShownRules,
    Surety,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::NotShown;
use super::shapes::Text;
use crate::answer;
use crate::counter::{Counter, Trouble};
use crate::lead;
use crate::page::rules::ask;
use crate::visit::Visit;

/// An adopted rulebook.
#[derive(Debug, Serialize, ToSchema)]
struct Rulebook {
    /// What the parameter `rulebook` takes to ask for it again.
    #[schema(example = "3-9f86d081884c7d65")]
    key: String,
    /// The number of its adoption.
    adoption: u64,
    /// SHA-256 of its packs, in hex.
    digest: String,
    /// When it was adopted.
    #[schema(format = DateTime)]
    adopted: String,
    /// The place of the adoption's entry in the archive.
    entry: u64,
    /// True for the one in force.
    in_force: bool,
}

impl From<ShownBook> for Rulebook {
    fn from(book: ShownBook) -> Self {
        Self {
            key: book.key,
            adoption: book.no,
            digest: book.digest,
            adopted: book.adopted.to_string(),
            entry: book.entry,
            in_force: book.present,
        }
    }
}

/// A value on a line.
#[derive(Debug, Serialize, ToSchema)]
struct RuleLine {
    /// Its id with its family: `catalogue:penalty`, `term:order-36`, `list:tax`, `law:order-36`.
    id: String,
    /// Its name.
    name: Text,
    /// `now`, `later` or `over`: whether it holds on the day.
    #[schema(value_type = Option<String>)]
    holds: Option<Holds>,
    /// `verified`, `partly`, `adopted`, `without-effect` or `recalled`; `null` for a law.
    #[schema(value_type = Option<String>)]
    surety: Option<Surety>,
}

/// The adopted rulebook, a value a line.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Rules {
    /// Which rulebook.
    rulebook: Rulebook,
    /// The day on which it is read.
    #[schema(format = Date)]
    day: String,
    /// Record classes, rules on terms, lists and laws.
    rules: Vec<RuleLine>,
    /// True where the store holds rehearsal data.
    rehearsal: bool,
}

/// A clause of a law.
#[derive(Debug, Serialize, ToSchema)]
struct Clause {
    /// The id of the law.
    law: String,
    /// Its title.
    title: Text,
    /// Its document number.
    number: Option<String>,
    /// The article.
    article: Option<String>,
    /// The first day of the law.
    #[schema(format = Date)]
    from: String,
    /// The first day it is no longer in force.
    #[schema(format = Date)]
    until: Option<String>,
}

impl From<ShownClause> for Clause {
    fn from(clause: ShownClause) -> Self {
        Self {
            law: clause.law,
            title: clause.title.into(),
            number: clause.number,
            article: clause.article,
            from: clause.from.to_string(),
            until: clause.until.map(|day| day.to_string()),
        }
    }
}

/// What a value stands on.
#[derive(Debug, Serialize, ToSchema)]
struct Ground {
    /// The first day it holds.
    #[schema(format = Date)]
    from: String,
    /// The first day it no longer holds.
    #[schema(format = Date)]
    until: Option<String>,
    /// `verified`, `partly`, `adopted`, `without-effect` or `recalled`.
    #[schema(value_type = String)]
    surety: Surety,
    /// The number of the adoption that took it without verification.
    adopted_in: Option<u64>,
    /// Why it is as sure as it is.
    why: Option<String>,
    /// The clauses.
    clauses: Vec<Clause>,
}

impl From<ShownGround> for Ground {
    fn from(ground: ShownGround) -> Self {
        Self {
            from: ground.from.to_string(),
            until: ground.until.map(|day| day.to_string()),
            surety: ground.surety,
            adopted_in: ground.accepted.map(|one| one.no),
            why: ground.why,
            clauses: ground.clauses.into_iter().map(Clause::from).collect(),
        }
    }
}

/// One value of the adopted rulebook.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Rule {
    /// Which rulebook.
    rulebook: Rulebook,
    /// The day on which it is read.
    #[schema(format = Date)]
    day: String,
    /// Its id with its family.
    id: String,
    /// Its name.
    name: Text,
    /// What it stands on; `null` for a law.
    ground: Option<Ground>,
    /// The value as the pack has it.
    #[schema(value_type = Object)]
    value: serde_json::Value,
    /// True where the store holds rehearsal data.
    rehearsal: bool,
}

/// The adopted rulebook: record classes, rules on terms, lists, laws.
#[utoipa::path(
    get, path = "/api/v1/rules", tag = "public", operation_id = "rules",
    params(
        ("as_of" = Option<String>, Query, format = Date, description = "The day on which rules are read; never later than today."),
        ("known" = Option<String>, Query, format = DateTime, description = "The rulebook in force at that time."),
        ("rulebook" = Option<String>, Query, description = "One adopted rulebook by its `key`."),
    ),
    responses(
        (status = 200, body = Rules, description = "The rulebook."),
        NotShown,
    )
)]
pub(crate) async fn list(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer_list(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn answer_list(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let asking = ask(visit)?;
    let asked = counter.ask(asking.view, move |desk| desk.rules(&asking)).await?;
    let rules = lead::by_id(asked.answer)?;
    let answer = Rules {
        day: rules.day.to_string(),
        rules: lines(&rules),
        rulebook: rules.book.into(),
        rehearsal: asked.platform.rehearsal,
    };
    answer::json(&answer, visit.language)
}

fn id_of(item: &ShownItem) -> String {
    format!("{}:{}", item.family.prefix(), item.id)
}

fn lines(rules: &ShownRules) -> Vec<RuleLine> {
    let line = |item: &ShownItem, holds, surety| RuleLine {
        id: id_of(item),
        name: item.name.clone().into(),
        holds,
        surety,
    };
    let classes =
        rules.classes.iter().map(|one| line(&one.item, Some(one.holds), Some(one.surety)));
    let terms = rules.terms.iter().map(|one| line(&one.item, None, Some(one.surety)));
    let lists = rules.lists.iter().map(|one| line(&one.item, Some(one.holds), Some(one.surety)));
    let laws = rules.laws.iter().map(|one| line(&one.item, Some(one.holds), None));
    classes.chain(terms).chain(lists).chain(laws).collect()
}

/// One value of the adopted rulebook, with what it stands on.
#[utoipa::path(
    get, path = "/api/v1/rules/{id}", tag = "public", operation_id = "rule",
    params(
        ("id" = String, Path, description = "`catalogue:penalty`, `term:order-36`, `list:tax`, `law:order-36`; the first of these that a bare id names."),
        ("as_of" = Option<String>, Query, format = Date, description = "The day on which rules are read; never later than today."),
        ("known" = Option<String>, Query, format = DateTime, description = "The rulebook in force at that time."),
        ("rulebook" = Option<String>, Query, description = "One adopted rulebook by its `key`."),
    ),
    responses(
        (status = 200, body = Rule, description = "The value."),
        NotShown,
    )
)]
pub(crate) async fn one(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer_one(&counter, &visit).await;
    counter.settle(&visit, answer)
}

const FAMILIES: [RuleFamily; 4] =
    [RuleFamily::Class, RuleFamily::Term, RuleFamily::List, RuleFamily::Law];

async fn answer_one(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let asking = ask(visit)?;
    let given = visit.given.clone().ok_or(Trouble::Never)?;
    let asked = counter
        .ask(asking.view, move |desk| {
            let (prefix, id) = given.split_once(':').unwrap_or(("", &given));
            for family in FAMILIES {
                if !prefix.is_empty() && prefix != family.prefix() {
                    continue;
                }
                if let Found::Shown(rule) = desk.rule(&asking, family, id)? {
                    return Ok(Found::Shown(rule));
                }
            }
            Ok(Found::Never)
        })
        .await?;
    let rule: ShownRule = lead::by_id(asked.answer)?;
    let answer = Rule {
        day: rule.day.to_string(),
        id: id_of(&rule.item),
        name: rule.item.name.into(),
        ground: rule.ground.map(Ground::from),
        value: rule.value,
        rulebook: rule.book.into(),
        rehearsal: asked.platform.rehearsal,
    };
    answer::json(&answer, visit.language)
}
