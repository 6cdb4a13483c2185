//! What the results can be narrowed by.

use std::collections::BTreeMap;

use gongxin_model::names::{Hits, Particulars};

use super::super::super::shown::{SearchAsk, ShownFacet, ShownOption, Words};
use super::super::{LEGAL_FORMS, REGIONS, STATES, coded_in};
use crate::rules::Rules;

/// So many choices of a filter are offered, beside those that are chosen.
const OPTIONS: usize = 12;

/// The choices that tell the found subjects apart, each with how many it leaves. Where there are more
/// subjects than are counted nobody knows how many.
pub(super) fn facets(rules: &Rules, all: &Hits, ask: &SearchAsk) -> Vec<ShownFacet> {
    let filters = &ask.filters;
    let lists: [(&str, &str, Of, &Vec<String>); 3] = [
        ("region", REGIONS, region, &filters.regions),
        ("form", LEGAL_FORMS, form, &filters.forms),
        ("status", STATES, state, &filters.statuses),
    ];
    let facet = |(parameter, list, of, chosen): (&str, &str, Of, &Vec<String>)| {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for hit in &all.subjects {
            *counts.entry(of(&hit.particulars)).or_default() += 1;
        }
        let is_telling = counts.len() > 1;
        let count = |value: &str| counts.get(value).copied().unwrap_or_default();
        let mut options: Vec<&str> =
            counts.keys().copied().filter(|value| !value.is_empty()).collect();
        options.sort_by_key(|value| std::cmp::Reverse(count(value)));
        options.truncate(OPTIONS);
        for value in chosen {
            if !options.contains(&value.as_str()) {
                options.push(value);
            }
        }
        let is_shown = is_telling && !options.is_empty() || !chosen.is_empty();
        let option = |value: &str| ShownOption {
            value: value.to_owned(),
            words: coded_in(rules, list, value)
                .map_or_else(|| Words::chinese(value), |coded| coded.words),
            count: (!all.has_more).then(|| count(value)),
        };
        is_shown.then(|| ShownFacet {
            parameter: parameter.to_owned(),
            options: options.into_iter().map(option).collect(),
        })
    };
    lists.into_iter().filter_map(facet).collect()
}

/// A particular by which results are narrowed.
type Of = fn(&Particulars) -> &str;

fn region(of: &Particulars) -> &str {
    &of.region
}

fn form(of: &Particulars) -> &str {
    &of.form
}

fn state(of: &Particulars) -> &str {
    &of.state
}
