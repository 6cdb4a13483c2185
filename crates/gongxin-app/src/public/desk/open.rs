//! Open data: what is given out, and the files.

use std::collections::BTreeMap;

use gongxin_model::Day;
use gongxin_pack::{Catalogue, CodeEntry, OpenDataRules, OpenOffer, item};
use gongxin_store::Reader;

use super::super::open_data::{
    BASE, FileMeta, OpenDataKeep, ShardKey, ShardMeta, Standpoint, Unsaid, column_name, fields,
    type_of,
};
use super::super::shown::open_data::{
    OpenFileAsk, OpenedFile, ShownLicence, ShownOpenClass, ShownOpenColumn, ShownOpenData,
    ShownOpenEdition, ShownOpenFile, ShownOpenHeld, ShownOpenList, ShownOpenPage, ShownOpenShard,
};
use super::super::shown::{Coded, DeskError, Found, Words};
use super::kept::confidence;
use super::{Answer, REGIONS, Trouble, coded, coded_in, words};
use crate::rules::Rules;

/// So many seconds after an end its file is there again, as a rule.
const RENEWED_SECONDS: u32 = 120;

impl From<Unsaid> for Trouble {
    fn from(unsaid: Unsaid) -> Self {
        match unsaid {
            Unsaid::Behind => renewed(),
            Unsaid::Failed(error) => Self::Office(error),
        }
    }
}

const fn renewed() -> Trouble {
    Trouble::Desk(DeskError::Renewed { seconds: RENEWED_SECONDS })
}

const fn standpoint(rules: &Rules, today: Day) -> Standpoint {
    Standpoint { adoption: rules.adoption.no, today }
}

/// All classes that are given out.
pub(super) fn all(
    today: Day,
    reader: &mut Reader<'_>,
    rules: &Rules,
    keep: &OpenDataKeep,
) -> Answer<ShownOpenData> {
    let Some(open) = rules.rulebook.open_rules(today) else {
        return Ok(ShownOpenData::default());
    };
    let mut found: BTreeMap<String, Vec<ShownOpenShard>> = BTreeMap::new();
    for (key, meta) in keep.shown(reader, standpoint(rules, today), &|_| true)? {
        found.entry(key.catalogue.clone()).or_default().push(shard(rules, &key, meta.as_deref()));
    }
    let mut offers: Vec<(&OpenOffer, &Catalogue)> = offers(rules, today).collect();
    offers.sort_by_key(|(_, class)| class.section);
    let classes = offers.into_iter().map(|(offer, class)| {
        let shards = found.remove(&class.id).unwrap_or_default();
        describe(rules, (offer, class), today, shards)
    });
    Ok(ShownOpenData {
        licence: Some(licence(rules, open, today)),
        rebuild_days: open.rebuild_days,
        edition: edition(keep),
        classes: classes.collect(),
    })
}

/// One class that is given out.
pub(super) fn class(
    today: Day,
    reader: &mut Reader<'_>,
    rules: &Rules,
    keep: &OpenDataKeep,
    id: &str,
) -> Answer<Found<ShownOpenPage>> {
    let offer = offers(rules, today).find(|(_, class)| class.id == id);
    let (Some(open), Some((offer, class))) = (rules.rulebook.open_rules(today), offer) else {
        return Ok(Found::Never);
    };
    let at = standpoint(rules, today);
    let found = keep.shown(reader, at, &|key| key.catalogue == class.id)?;
    let shards = found.iter().map(|(key, meta)| shard(rules, key, meta.as_deref())).collect();
    let columns = columns(class);
    Ok(Found::Shown(Box::new(ShownOpenPage {
        class: describe(rules, (offer, class), today, shards),
        licence: licence(rules, open, today),
        rebuild_days: open.rebuild_days,
        edition: edition(keep),
        lists: lists(rules, today, &columns),
        columns,
    })))
}

/// A file, if it may be given out.
pub(super) fn file(
    today: Day,
    reader: &mut Reader<'_>,
    rules: &Rules,
    keep: &OpenDataKeep,
    ask: &OpenFileAsk,
) -> Answer<Found<OpenedFile>> {
    let Some(key) = ShardKey::read(&ask.name) else {
        return Ok(Found::Never);
    };
    let Some((_, class)) = offers(rules, today).find(|(_, class)| class.id == key.catalogue) else {
        return Ok(Found::Never);
    };
    let at = standpoint(rules, today);
    let Some(found) = keep.open(reader, at, &key, (ask.format, ask.gzip))? else {
        return Ok(Found::Never);
    };
    let found = found.ok_or_else(renewed)?;
    let length = if found.is_packed { found.file.packed } else { found.file.bytes };
    Ok(Found::Shown(Box::new(OpenedFile {
        file: ShownOpenFile {
            format: found.file.format,
            bytes: found.file.bytes,
            digest: found.file.digest,
        },
        gzip: found.is_packed,
        length,
        adverse: class.adverse.may_be(),
        content: found.content,
    })))
}

fn offers(rules: &Rules, today: Day) -> impl Iterator<Item = (&OpenOffer, &Catalogue)> {
    let book = &rules.rulebook;
    book.open_offers(today)
        .filter_map(|offer| Some((offer, book.catalogues.get(&offer.catalogue)?)))
}

fn edition(keep: &OpenDataKeep) -> Option<ShownOpenEdition> {
    keep.edition().map(|edition| ShownOpenEdition { day: edition.day, made: edition.made })
}

fn licence(rules: &Rules, open: &OpenDataRules, today: Day) -> ShownLicence {
    let licence = &open.licence;
    let backing = rules.rulebook.backing_of(
        item::OPEN_DATA.to_owned(),
        &licence.name,
        &licence.ground,
        today,
    );
    ShownLicence {
        name: words(&licence.name),
        address: licence.address.clone(),
        terms: words(&licence.terms),
        basis: backing.clauses,
        confidence: confidence(backing.confidence).to_owned(),
    }
}

fn describe(
    rules: &Rules,
    (offer, class): (&OpenOffer, &Catalogue),
    today: Day,
    mut shards: Vec<ShownOpenShard>,
) -> ShownOpenClass {
    let id = item::open_data(&class.id);
    let backing = rules.rulebook.backing_of(id, &class.name, &offer.ground, today);
    shards.sort_by(|one, other| {
        (other.year, &one.division.code).cmp(&(one.year, &other.division.code))
    });
    ShownOpenClass {
        of: coded(&class.id, &class.name),
        about: words(&offer.about),
        adverse: class.adverse.may_be(),
        basis: backing.clauses,
        confidence: confidence(backing.confidence).to_owned(),
        shards,
    }
}

fn shard(rules: &Rules, key: &ShardKey, meta: Option<&ShardMeta>) -> ShownOpenShard {
    let elsewhere = || Coded {
        code: String::new(),
        words: Words::new("区域外或未注明", "Elsewhere or not stated"),
    };
    let file = |file: &FileMeta| ShownOpenFile {
        format: file.format,
        bytes: file.bytes,
        digest: file.digest.clone(),
    };
    ShownOpenShard {
        name: key.to_string(),
        division: coded_in(rules, REGIONS, &key.division).unwrap_or_else(elsewhere),
        year: key.year,
        held: meta.map(|meta| ShownOpenHeld {
            rows: meta.rows,
            files: meta.files.iter().map(file).collect(),
        }),
    }
}

/// The columns of a class's files; the words of the first ones are the counter's.
fn columns(class: &Catalogue) -> Vec<ShownOpenColumn> {
    let base = BASE.iter().map(|(name, kind)| ShownOpenColumn {
        code: (*name).to_owned(),
        name: Words::default(),
        kind: *kind,
        list: (*name == "region").then(|| REGIONS.to_owned()),
    });
    let own = fields(class).map(|field| ShownOpenColumn {
        code: column_name(field),
        name: words(&field.name),
        kind: type_of(field),
        list: field.code_list().map(str::to_owned),
    });
    base.chain(own).collect()
}

/// The code lists that columns use, each once, with the codes of a day.
fn lists(rules: &Rules, day: Day, columns: &[ShownOpenColumn]) -> Vec<ShownOpenList> {
    let mut lists = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for id in columns.iter().filter_map(|column| column.list.as_deref()) {
        let Some(list) = rules.rulebook.code_list(id).filter(|_| !seen.contains(&id)) else {
            continue;
        };
        seen.push(id);
        let holds = |entry: &&CodeEntry| {
            entry.from.is_none_or(|from| from <= day) && entry.until.is_none_or(|until| day < until)
        };
        let code = |entry: &CodeEntry| {
            let en = Some(entry.en.clone()).filter(|en| !en.is_empty());
            Coded { code: entry.code.clone(), words: Words { zh: entry.zh.clone(), en } }
        };
        lists.push(ShownOpenList {
            of: coded(id, &list.name),
            codes: list.entries.iter().filter(holds).map(code).collect(),
        });
    }
    lists
}
