//! What governs the publication of a class on a day, gathered for whoever asks the door.

use gongxin_model::Day;
use gongxin_pack::{
    Backing, Catalogue, EffectiveRulebook, GoverningRule, ListLine, ListRule, Publication, Text,
    item,
};
use serde::Serialize;

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct GoverningAsk<'a> {
    /// The class, the term rule or the list: its id, with or without its family.
    pub item: &'a str,
    /// The deciding authority's name, or a sector.
    pub authority: Option<&'a str>,
    /// The day of the decision; any where none is given.
    pub decided_on: Option<Day>,
    /// The day asked for.
    pub as_of: Day,
}

/// The answer.
#[derive(Debug, Clone, Serialize)]
pub struct Governed {
    /// The day asked for.
    pub as_of: Day,
    /// The day of the decision.
    pub decided_on: Option<Day>,
    /// `all`, `none`, or `all but FIELD = VALUES`: which records bear negatively.
    pub adverse: Option<String>,
    /// How records are published.
    pub published: Vec<Published>,
    /// The sector that the rules are those of; None: each sector's.
    pub sector: Option<String>,
    /// The term rules.
    pub rules: Vec<GoverningRule>,
    /// The lists that have entries in the class.
    pub lists: Vec<GoverningList>,
}

/// How records of a class are published.
#[derive(Debug, Clone, Serialize)]
pub struct Published {
    /// The field that decides and its values; None: all records.
    pub when: Option<(String, Vec<String>)>,
    /// `open`, `while-valid`, `terms`, `lists`, `never`.
    pub how: &'static str,
    /// What it stands on.
    pub backing: Backing,
}

/// How long an entry stands on a list.
#[derive(Debug, Clone, Serialize)]
pub struct GoverningList {
    /// What the list stands on.
    pub backing: Backing,
    /// Its times: for some conduct, and for all other.
    pub times: Vec<ListTime>,
}

/// A time on a list.
#[derive(Debug, Clone, Serialize)]
pub struct ListTime {
    /// For which conduct; None: all other.
    pub conduct: Option<Text>,
    /// Months at most; None: until the duty is performed.
    pub max_months: Option<u16>,
    /// Months that the authority may state instead.
    pub stated_months: Option<u16>,
    /// Months until an early exit may be applied for.
    pub early_exit_months: Option<u16>,
    /// The last day of an entry of the day asked for, by the list alone.
    pub last_day: Option<Day>,
}

/// What governs a class, a term rule or a list. None for anything else.
#[must_use]
pub fn governing(book: &EffectiveRulebook, ask: &GoverningAsk<'_>) -> Option<Governed> {
    let (family, id) = ask.item.split_once(':').unwrap_or(("", ask.item));
    let mut governed = Governed {
        as_of: ask.as_of,
        decided_on: ask.decided_on,
        adverse: None,
        published: Vec::new(),
        sector: ask.authority.and_then(|words| sector(book, words)).map(str::to_owned),
        rules: Vec::new(),
        lists: Vec::new(),
    };
    let may = |name: &str| family.is_empty() || family == name;
    if let Some(catalogue) = book.catalogue(id).filter(|_| may("catalogue")) {
        of_catalogue(book, catalogue, ask, &mut governed);
        return Some(governed);
    }
    if may("term") {
        let with = |one: &&Catalogue| !one.publication.tables().is_empty();
        let sectors: Vec<&str> = book.sectors.keys().map(String::as_str).collect();
        for catalogue in book.catalogues.values().filter(with) {
            for sector in &sectors {
                let days = (ask.decided_on, ask.as_of);
                let rules = book.governing_rules(catalogue, sector, days);
                let wanted = item::term(id);
                if let Some(rule) = rules.into_iter().find(|rule| rule.backing.item == wanted) {
                    governed.rules.push(rule);
                    return Some(governed);
                }
            }
        }
    }
    let list = book.lists.get(id).filter(|_| may("list"))?;
    governed.lists.push(of_list(book, list, ask));
    Some(governed)
}

fn sector<'a>(book: &'a EffectiveRulebook, words: &'a str) -> Option<&'a str> {
    if book.sectors.contains_key(words) { Some(words) } else { book.sector_of(words, None) }
}

fn of_catalogue(
    book: &EffectiveRulebook,
    catalogue: &Catalogue,
    ask: &GoverningAsk<'_>,
    governed: &mut Governed,
) {
    governed.adverse = Some(match catalogue.adverse.except() {
        Some(spared) => format!("all but {} = {}", spared.field, spared.has.join(", ")),
        None if catalogue.adverse.may_be() => "all".to_owned(),
        None => "none".to_owned(),
    });
    let backing = |item, ground| book.backing_of(item, &catalogue.name, ground, ask.as_of);
    let own = || backing(item::catalogue(&catalogue.id), &catalogue.ground);
    match &catalogue.publication {
        Publication::When { field, cases } => {
            governed.published.extend(cases.iter().map(|case| Published {
                when: Some((field.clone(), case.has.clone())),
                how: how(&case.publication),
                backing: backing(item::publication(&catalogue.id, case), &case.ground),
            }));
        }
        one => governed.published.push(Published { when: None, how: how(one), backing: own() }),
    }
    let sectors: Vec<&str> = match &governed.sector {
        Some(sector) => vec![sector.as_str()],
        None => book.sectors.keys().map(String::as_str).collect(),
    };
    let mut rules: Vec<GoverningRule> = Vec::new();
    for sector in sectors {
        for rule in book.governing_rules(catalogue, sector, (ask.decided_on, ask.as_of)) {
            if !rules.iter().any(|one| one.backing.item == rule.backing.item) {
                rules.push(rule);
            }
        }
    }
    rules.sort_by_key(|rule| (rule.applies_from, rule.decided_from, rule.backing.item.clone()));
    let in_sector = |list: &&ListRule| {
        governed.sector.as_ref().is_none_or(|sector| list.sectors.contains(sector))
    };
    if catalogue.publication.is_by_list() {
        let lists = book.lists.values().filter(in_sector);
        let lists: Vec<GoverningList> = lists.map(|list| of_list(book, list, ask)).collect();
        governed.lists = lists;
    }
    governed.rules = rules;
}

const fn how(publication: &Publication) -> &'static str {
    match publication {
        Publication::Open => "open",
        Publication::WhileValid => "while-valid",
        Publication::Terms { .. } => "terms",
        Publication::Lists { .. } => "lists",
        Publication::When { .. } => "when",
        Publication::Never => "never",
    }
}

fn of_list(book: &EffectiveRulebook, list: &ListRule, ask: &GoverningAsk<'_>) -> GoverningList {
    let day = ask.decided_on.unwrap_or(ask.as_of);
    let last = |months: Option<u16>| {
        let end = ask.decided_on?.plus_months(i32::from(months?));
        Some(end.plus_days(-1))
    };
    let line = |line: &ListLine| ListTime {
        conduct: Some(line.text.clone()),
        max_months: line.max_months,
        stated_months: line.stated_months,
        early_exit_months: line.early_exit_months,
        last_day: last(line.max_months),
    };
    let own = ListTime {
        conduct: None,
        max_months: list.max_months,
        stated_months: None,
        early_exit_months: list.early_exit_months,
        last_day: last(list.max_months),
    };
    GoverningList {
        backing: book.list_backing(list, day),
        times: list.terms.iter().map(line).chain([own]).collect(),
    }
}
