//! What differs between two readings of the rules: two days, or two adopted rulebooks.

use std::collections::BTreeMap;

use gongxin_model::Day;
use gongxin_pack::{EffectiveRulebook, Ground, Publication, item as ids};
use gongxin_store::Reader;
use serde_json::{Value as Json, json};

use super::super::super::shown::Found;
use super::super::super::shown::rules::{
    Holds, RuleChange, RuleFamily, RulesAsk, ShownItem, ShownRuleChange, ShownRuleChanges,
};
use super::super::{Answer, OfficeDesk};
use super::{Reading, day_of, opened, shown_books, shown_item};

/// A value as one reading has it.
struct Side {
    item: ShownItem,
    value: Json,
    holds: Holds,
    accepted: bool,
}

type Sides = BTreeMap<(RuleFamily, String), Side>;

/// What differs.
pub(in super::super) fn changes(
    desk: &OfficeDesk,
    reader: &mut Reader<'_>,
    before: &RulesAsk,
    after: &RulesAsk,
) -> Answer<Found<ShownRuleChanges>> {
    let (Some(was), Some(is)) = (opened(desk, reader, before)?, opened(desk, reader, after)?)
    else {
        return Ok(Found::Never);
    };
    let adoptions = reader.adoptions()?;
    let (before_day, after_day) = (day_of(desk, before), day_of(desk, after));
    let shown = |rules: &crate::rules::Rules, day| {
        let reading = Reading::of(rules, &adoptions, day);
        (reading.shown_book(), sides(reading.book, day))
    };
    let (before, was) = shown(&was, before_day);
    let (after, is) = shown(&is, after_day);
    Ok(Found::Shown(Box::new(ShownRuleChanges {
        before,
        before_day,
        after,
        after_day,
        lines: compare(&was, &is),
        adoptions: shown_books(&adoptions),
    })))
}

/// What differs between two rulebooks on a day, whether or not they were adopted.
pub(crate) fn book_changes(
    (before, after): (&EffectiveRulebook, &EffectiveRulebook),
    day: Day,
) -> Vec<ShownRuleChange> {
    compare(&sides(before, day), &sides(after, day))
}

fn sides(book: &EffectiveRulebook, day: Day) -> Sides {
    let mut all = Sides::new();
    let mut add = |item: ShownItem, ground: (_, _), value: Json, accepted: bool| {
        let holds = Holds::on(day, ground.0, ground.1);
        all.insert((item.family, item.id.clone()), Side { item, value, holds, accepted });
    };
    let of = |ground: &Ground| (ground.from, ground.until);
    let accepted = |item: String| book.accepted.contains(&item);
    for (id, one) in &book.catalogues {
        let mut is_accepted = accepted(ids::catalogue(id));
        if let Publication::When { cases, .. } = &one.publication {
            is_accepted |= cases.iter().any(|case| accepted(ids::publication(id, case)));
        }
        let item = shown_item(RuleFamily::Class, id, &one.name);
        add(item, of(&one.ground), json!(one), is_accepted);
    }
    for one in book.terms.values().flat_map(|table| &table.rules) {
        let item = shown_item(RuleFamily::Term, &one.id, &one.name);
        add(item, of(&one.ground), json!(one), accepted(ids::term(&one.id)));
    }
    for (id, one) in &book.lists {
        let item = shown_item(RuleFamily::List, id, &one.name);
        add(item, of(&one.ground), json!(one), accepted(ids::list(id)));
    }
    for (id, one) in &book.laws {
        let item = shown_item(RuleFamily::Law, id, &one.title);
        add(item, (one.from, one.until), json!(one), false);
    }
    all
}

fn compare(was: &Sides, is: &Sides) -> Vec<ShownRuleChange> {
    let mut lines = Vec::new();
    let mut line = |item: &ShownItem, change, parts| {
        lines.push(ShownRuleChange { item: item.clone(), change, parts });
    };
    for (key, side) in was {
        if !is.contains_key(key) {
            line(&side.item, RuleChange::Gone, Vec::new());
        }
    }
    for (key, side) in is {
        let Some(before) = was.get(key) else {
            line(&side.item, RuleChange::New, Vec::new());
            continue;
        };
        let parts = altered(&before.value, &side.value);
        if !parts.is_empty() {
            line(&side.item, RuleChange::Altered, parts);
        }
        match (before.accepted, side.accepted) {
            (false, true) => line(&side.item, RuleChange::Accepted, Vec::new()),
            (true, false) => line(&side.item, RuleChange::Left, Vec::new()),
            _ => {}
        }
        match (before.holds, side.holds) {
            (Holds::Now, Holds::Over | Holds::Later) => {
                line(&side.item, RuleChange::Ceases, Vec::new());
            }
            (Holds::Later | Holds::Over, Holds::Now) => {
                line(&side.item, RuleChange::Begins, Vec::new());
            }
            _ => {}
        }
    }
    lines.sort_by(|left, right| {
        let key = |one: &ShownRuleChange| (one.item.family, one.item.id.clone(), one.change);
        key(left).cmp(&key(right))
    });
    lines
}

/// The parts of a value that differ, by the names that packs give them.
fn altered(was: &Json, is: &Json) -> Vec<String> {
    let (Json::Object(was), Json::Object(is)) = (was, is) else {
        return Vec::new();
    };
    let mut parts: Vec<String> =
        was.keys().chain(is.keys()).filter(|key| was.get(*key) != is.get(*key)).cloned().collect();
    parts.sort_unstable();
    parts.dedup();
    parts
}
