//! `/rules`, `/rules/ID` and the pages below: the adopted rulebook for people.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use gongxin_app::public::shown::rules::{
    BookKey, RuleFamily, RulesAsk, ShownBook, ShownRule, ShownRuleChanges, ShownRules,
};
use gongxin_app::public::shown::{Section, ShownPlatform, View};
use gongxin_model::Day;
use serde::Serialize;

use super::Chrome;
use crate::answer::Robots;
use crate::counter::{Counter, Trouble};
use crate::lead;
use crate::parameters::query;
use crate::visit::Visit;

/// The addresses of the rules in one language.
pub(crate) fn routes(prefix: &str) -> Router<Counter> {
    Router::new()
        .route(&format!("{prefix}/rules"), get(all))
        .route(&format!("{prefix}/rules/changes"), get(changed))
        .route(&format!("{prefix}/rules/{{id}}"), get(class))
        .route(&format!("{prefix}/rules/term/{{id}}"), get(term))
        .route(&format!("{prefix}/rules/list/{{id}}"), get(list))
        .route(&format!("{prefix}/rules/law/{{id}}"), get(law))
}

#[derive(Serialize)]
struct RulesPage<'a> {
    chrome: &'a Chrome,
    tools: &'a Tools,
    rules: &'a ShownRules,
    sections: Vec<Section>,
}

#[derive(Serialize)]
struct RulePage<'a> {
    chrome: &'a Chrome,
    tools: &'a Tools,
    rule: &'a ShownRule,
}

#[derive(Serialize)]
struct ChangesPage<'a> {
    chrome: &'a Chrome,
    changes: &'a ShownRuleChanges,
    /// True where both readings are of one rulebook.
    one_book: bool,
    lines: Vec<Line<'a>>,
}

/// What differs, with the parts that have words.
#[derive(Serialize)]
struct Line<'a> {
    item: &'a gongxin_app::public::shown::rules::ShownItem,
    change: gongxin_app::public::shown::rules::RuleChange,
    parts: Vec<&'static str>,
}

/// What stands beside every page of rules.
#[derive(Serialize)]
struct Tools {
    book: ShownBook,
    day: Day,
    /// True where it is not today's reading of the rulebook in force.
    is_past: bool,
    /// The address that holds day and digest, for citing.
    permanent: String,
    /// The address of what is in force today.
    present: String,
    /// The document that says the same to programs.
    api: String,
}

/// The parts of a value that have words in the locales; any other is named as another part.
const PARTS: [&str; 39] = [
    "act",
    "adverse",
    "applies",
    "authority",
    "checks",
    "classes",
    "conduct",
    "confidence",
    "deadline_working_days",
    "decision",
    "default_class",
    "early_exit_months",
    "editions",
    "end_inclusive",
    "ends",
    "except_sectors",
    "fields",
    "formerly",
    "from",
    "ground",
    "issued",
    "issuer",
    "key",
    "max_months",
    "name",
    "names_individual_businesses",
    "number",
    "publication",
    "retention",
    "scope",
    "section",
    "sectors",
    "source",
    "spellings",
    "suppliers",
    "terms",
    "title",
    "until",
    "visibility",
];

/// The reading that a visit asks for.
pub(crate) fn ask(visit: &Visit) -> Result<RulesAsk, Trouble> {
    Ok(RulesAsk { view: visit.view()?, book: book(visit, "rulebook")? })
}

fn book(visit: &Visit, name: &str) -> Result<Option<BookKey>, Trouble> {
    let given = visit.parameters.first(name);
    given.map(|text| BookKey::read(text).ok_or(Trouble::Never)).transpose()
}

async fn all(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer_all(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn answer_all(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let asking = ask(visit)?;
    let asked = asking.clone();
    let answered = counter.ask(asking.view, move |desk| desk.rules(&asked)).await?;
    let rules = lead::by_id(answered.answer)?;
    let reading = (&rules.book, rules.day);
    let (chrome, tools) = around(counter, visit, answered.platform, &asking, reading);
    let mut sections: Vec<Section> = rules.classes.iter().map(|one| one.section).collect();
    sections.dedup();
    let page = RulesPage { chrome: &chrome, tools: &tools, rules: &rules, sections };
    counter.page("rules.html", &page, &chrome)
}

async fn class(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer_one(&counter, &visit, RuleFamily::Class).await;
    counter.settle(&visit, answer)
}

async fn term(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer_one(&counter, &visit, RuleFamily::Term).await;
    counter.settle(&visit, answer)
}

async fn list(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer_one(&counter, &visit, RuleFamily::List).await;
    counter.settle(&visit, answer)
}

async fn law(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer_one(&counter, &visit, RuleFamily::Law).await;
    counter.settle(&visit, answer)
}

async fn answer_one(
    counter: &Counter,
    visit: &Visit,
    family: RuleFamily,
) -> Result<Response, Trouble> {
    let asking = ask(visit)?;
    let asked = asking.clone();
    let id = visit.given.clone().ok_or(Trouble::Never)?;
    let answered = counter.ask(asking.view, move |desk| desk.rule(&asked, family, &id)).await?;
    let rule = lead::by_id(answered.answer)?;
    let reading = (&rule.book, rule.day);
    let (chrome, tools) = around(counter, visit, answered.platform, &asking, reading);
    let page = RulePage { chrome: &chrome, tools: &tools, rule: &rule };
    counter.page("rule.html", &page, &chrome)
}

/// What is around a page of rules. Its own band says which reading it is, and its links keep it.
fn around(
    counter: &Counter,
    visit: &Visit,
    platform: ShownPlatform,
    asking: &RulesAsk,
    (book, day): (&ShownBook, Day),
) -> (Chrome, Tools) {
    let is_past = !asking.view.is_present() || asking.book.is_some();
    let robots = if is_past { Robots::Hidden } else { Robots::Open };
    let mut chrome = Chrome::new(counter, visit, platform, asking.view, robots);
    chrome.band = None;
    if asking.book.is_some() {
        let day = asking.view.as_of.map(|day| day.to_string());
        chrome.view_query =
            query(&[("as_of", day.as_deref()), ("rulebook", Some(book.key.as_str()))]);
    }
    let day_text = day.to_string();
    let permanent =
        query(&[("as_of", Some(day_text.as_str())), ("rulebook", Some(book.key.as_str()))]);
    let tools = Tools {
        book: book.clone(),
        day,
        is_past,
        permanent: format!("{}{permanent}", chrome.address),
        present: chrome.address.clone(),
        api: format!("/api/v1{}{permanent}", api_path(&visit.path)),
    };
    (chrome, tools)
}

/// The path of the same in the API, where an id carries its family.
fn api_path(path: &str) -> String {
    let rest = path.strip_prefix("/rules/").unwrap_or_default();
    match rest.split_once('/') {
        Some((family, id)) => format!("/rules/{family}:{id}"),
        None => path.to_owned(),
    }
}

async fn changed(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer_changes(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn answer_changes(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let reading = |day: Option<Day>, book: Option<BookKey>| RulesAsk {
        view: View { as_of: day, known: None },
        book,
    };
    let before = reading(visit.day("from")?, book(visit, "before")?);
    let after = reading(visit.day("to")?, book(visit, "after")?);
    let asked =
        counter.ask(View::default(), move |desk| desk.rule_changes(&before, &after)).await?;
    let changes = lead::by_id(asked.answer)?;
    let chrome = Chrome::new(counter, visit, asked.platform, View::default(), Robots::Hidden);
    let lines = changes.lines.iter().map(|line| {
        let mut parts: Vec<&'static str> = line.parts.iter().map(|part| part_word(part)).collect();
        parts.dedup();
        Line { item: &line.item, change: line.change, parts }
    });
    let page = ChangesPage {
        chrome: &chrome,
        one_book: changes.before.key == changes.after.key,
        lines: lines.collect(),
        changes: &changes,
    };
    counter.page("rules-changes.html", &page, &chrome)
}

/// The last part of the key of the words for a part of a rule.
pub(crate) fn part_word(part: &str) -> &'static str {
    PARTS.into_iter().find(|known| *known == part).unwrap_or("other")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::Texts;
    use gongxin_model::finding::Language;

    #[test]
    fn every_part_has_words() {
        let texts = Texts::of(Language::Chinese).unwrap();
        for part in PARTS.into_iter().chain(["other"]) {
            assert!(texts.get(&format!("rules.part.{part}")).is_some(), "{part}");
        }
    }

    #[test]
    fn the_api_names_the_family_before_the_id() {
        assert_eq!(api_path("/rules"), "/rules");
        assert_eq!(api_path("/rules/penalty"), "/rules/penalty");
        assert_eq!(api_path("/rules/law/order-36"), "/rules/law:order-36");
    }
}
