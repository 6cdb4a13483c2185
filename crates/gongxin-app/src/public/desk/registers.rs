//! Double publicity and commitments: whole registers, narrowed by division, body, class and day.

use std::collections::BTreeSet;

use gongxin_model::Day;
use gongxin_pack::{Catalogue, Nature, RegisterId, Role, SourceDeclaration, Visibility};
use gongxin_seal::InstanceKey;
use gongxin_store::Reader;

use super::super::shown::{
    RegisterAsk, RegisterName, ShownCommitments, ShownDoublePublicity, ShownNarrowing, ShownOption,
    View, Words,
};
use super::arrivals::{Walk, ids_of, is_public, walk};
use super::kept::Kept;
use super::noted::Noted;
use super::{Answer, REGIONS, coded_in, words};
use crate::exchange::stem;
use crate::rules::Rules;

/// What a register of commitments tells of each: its kind, until when it binds, and whether it was
/// kept, where the rules let the public see that.
const OF_COMMITMENTS: [Role; 3] = [Role::Conduct, Role::ValidUntil, Role::Status];

/// The latest administrative decisions, and how well bodies hand them in.
pub(super) fn double_publicity(
    today: Day,
    reader: &mut Reader<'_>,
    rules: &Rules,
    (noted, kept): (&Noted, Option<&Kept>),
    key: &InstanceKey,
    ask: &RegisterAsk,
) -> Answer<ShownDoublePublicity> {
    let classes = listed(rules, RegisterId::DoublePublicity, today);
    let walking = walking(today, (rules, key), &classes, ask, &[]);
    let ids: Vec<String> = classes.iter().map(|class| class.id.clone()).collect();
    let bodies = bodies(today, rules, ask.region.as_deref(), ask.source.as_deref());
    let deadlines: BTreeSet<Option<u16>> =
        classes.iter().map(|class| class.deadline_working_days).collect();
    Ok(ShownDoublePublicity {
        page: walk(today, reader, (rules, rules), noted, &walking)?,
        narrowing: narrowing(rules, &classes, ask),
        deadline: deadlines.first().copied().flatten().filter(|_| deadlines.len() == 1),
        measured: kept.map(|kept| {
            let codes = bodies.iter().filter(|one| !one.peer).map(|one| one.code.as_str());
            kept.of_bodies(rules, codes, &ids)
        }),
    })
}

/// What organisations and public bodies promised.
pub(super) fn commitments(
    today: Day,
    reader: &mut Reader<'_>,
    rules: &Rules,
    (noted, key): (&Noted, &InstanceKey),
    ask: &RegisterAsk,
) -> Answer<ShownCommitments> {
    let classes = listed(rules, RegisterId::Commitments, today);
    let tells = |class: &&Catalogue| {
        class.with_role(Role::Status).is_some_and(|field| field.visibility == Visibility::Public)
    };
    let walking = walking(today, (rules, key), &classes, ask, &OF_COMMITMENTS);
    Ok(ShownCommitments {
        page: walk(today, reader, (rules, rules), noted, &walking)?,
        narrowing: narrowing(rules, &classes, ask),
        tells_fulfilment: classes.iter().any(tells),
    })
}

/// The classes that a register lists on a day, as far as they are public.
fn listed(rules: &Rules, id: RegisterId, today: Day) -> Vec<&Catalogue> {
    let register = rules.rulebook.register_on(id, today);
    let ids = register.into_iter().flat_map(|one| &one.catalogues);
    ids.filter_map(|id| rules.rulebook.catalogue(id)).filter(|class| is_public(class)).collect()
}

/// The register that lists records of a class on a day.
pub(super) fn register_of(rules: &Rules, class: &Catalogue, today: Day) -> Option<RegisterName> {
    if !is_public(class) {
        return None;
    }
    if class.nature == Nature::ListEntry {
        return Some(RegisterName::Lists);
    }
    rules.rulebook.register_of(&class.id, today).map(|id| match id {
        RegisterId::DoublePublicity => RegisterName::DoublePublicity,
        RegisterId::Commitments => RegisterName::Commitments,
    })
}

fn walking<'a>(
    today: Day,
    (rules, key): (&Rules, &'a InstanceKey),
    classes: &[&Catalogue],
    ask: &'a RegisterAsk,
    roles: &'a [Role],
) -> Walk<'a> {
    let is_asked = |class: &&&Catalogue| ask.catalogue.as_ref().is_none_or(|id| *id == class.id);
    let is_narrowed = ask.region.is_some() || ask.source.is_some();
    let sources = is_narrowed.then(|| {
        let bodies = bodies(today, rules, ask.region.as_deref(), ask.source.as_deref());
        bodies.into_iter().map(|one| one.code.clone()).collect()
    });
    Walk {
        catalogues: classes.iter().filter(is_asked).flat_map(|class| ids_of(class)).collect(),
        sources,
        from: ask.from,
        until: ask.until,
        list: None,
        businesses: true,
        roles,
        view: View::default(),
        key,
        after: ask.page.after.as_deref(),
        size: usize::from(ask.page.size),
    }
}

/// The bodies of a division and of those under it, and the one asked for with those that it took
/// over from.
fn bodies<'a>(
    today: Day,
    rules: &'a Rules,
    region: Option<&str>,
    source: Option<&str>,
) -> Vec<&'a SourceDeclaration> {
    let rulebook = &rules.rulebook;
    let within =
        |one: &&SourceDeclaration| region.is_none_or(|region| one.region.starts_with(stem(region)));
    let is_it = |one: &&SourceDeclaration| {
        source.is_none_or(|source| rulebook.acts_for(source, &one.code, today))
    };
    rulebook.sources.values().filter(within).filter(is_it).collect()
}

fn narrowing(rules: &Rules, classes: &[&Catalogue], ask: &RegisterAsk) -> ShownNarrowing {
    let supplies = |one: &&SourceDeclaration| classes.iter().any(|class| one.may_supply(class));
    let sources: Vec<&SourceDeclaration> =
        rules.rulebook.sources.values().filter(supplies).collect();
    let mut divisions: BTreeSet<String> = BTreeSet::new();
    for source in &sources {
        divisions.insert(source.region.clone());
        // A county's city is a choice too.
        divisions.extend(source.region.get(..4).map(|city| format!("{city}00")));
    }
    let region = |code: &String| {
        let of = coded_in(rules, REGIONS, code)?;
        Some(ShownOption { value: of.code, words: of.words, count: None })
    };
    let option =
        |value: &str, words: Words| ShownOption { value: value.into(), words, count: None };
    let within = |one: &&&SourceDeclaration| {
        ask.region.as_deref().is_none_or(|region| one.region.starts_with(stem(region)))
    };
    ShownNarrowing {
        regions: divisions.iter().filter_map(region).collect(),
        sources: sources
            .iter()
            .filter(within)
            .map(|one| option(&one.code, words(&one.name)))
            .collect(),
        catalogues: classes.iter().map(|class| option(&class.id, words(&class.name))).collect(),
    }
}
