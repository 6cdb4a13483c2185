//! The slips that one value of a pack can have, each with the edits that make it.

use gongxin_model::Day;

use super::edit::{Edit, Entry, Table};

/// Takes a slip: its kind, the key, and the edits.
pub(super) type Take<'a> = &'a mut dyn FnMut(&'static str, &str, Vec<Edit>);

/// Keys without which nothing loads, wherever they stand.
const NEEDED: [&str; 14] = [
    "visibility",
    "confidence",
    "adverse",
    "nature",
    "section",
    "generation",
    "applies",
    "start",
    "default_class",
    "min_months",
    "public",
    "class",
    "zh",
    "basis",
];

/// Every slip of a table of a file.
pub(super) fn of(file: &str, table: &Table<'_>, take: Take<'_>) {
    // Labels of fields are thousands, all read alike: those of one class stand for them.
    let is_label = table.entries.iter().all(|entry| ["zh", "en"].contains(&entry.key));
    if is_label
        && table.path.first().is_some_and(|step| step == "fields")
        && !file.ends_with("licence.toml")
    {
        return;
    }
    if let Some(edit) = table.with("zz-unknown = \"x\"") {
        take("unknown key", "zz-unknown", vec![edit]);
    }
    for key in NEEDED {
        let is_optional = key == "class"
            && !table.entries.iter().any(|one| one.key == "public" || one.key == "text");
        if let Some(edit) = table.without(key).filter(|_| !is_optional) {
            take("needed key missing", key, vec![edit]);
        }
    }
    periods(table, take);
    terms(table, take);
    if table.entry("applies").is_some() {
        generation(table, take);
    }
    if table.path.first().is_some_and(|step| step == "laws") && table.path.len() == 2 {
        take("issuer missing", "issuer", table.without("issuer").into_iter().collect());
    }
    for entry in &table.entries {
        one(file, table, entry, take);
    }
}

/// Lists of what must stand elsewhere.
const NAMES: [&str; 13] = [
    "sectors",
    "except_sectors",
    "suppliers",
    "targets",
    "key",
    "decision",
    "ends",
    "summary",
    "any_kind",
    "only_kinds",
    "any_conduct",
    "catalogues",
    "only_conduct",
];

fn periods(table: &Table<'_>, take: Take<'_>) {
    let Some(from) = table.text_of("from") else { return };
    let until = table.entry("until").map(|entry| entry.set(quoted(from)));
    let until = until.or_else(|| table.with(&format!("until = \"{from}\"")));
    take("empty period", "until", until.into_iter().collect());
}

/// A longest term below the shortest, or none at all.
fn terms(table: &Table<'_>, take: Take<'_>) {
    let (min, max) = (table.number_of("min_months"), table.number_of("max_months"));
    if let (Some(min), Some(max)) = (min, max) {
        let set = |key: &str, months: i64| vec![table.entry(key).unwrap().set(months.to_string())];
        take("longest below shortest", "min_months", set("min_months", max + 1));
        if min > 0 {
            take("longest below shortest", "max_months", set("max_months", min - 1));
        }
        if table.entry("public").and_then(|entry| entry.value.as_bool()) == Some(true) {
            take(
                "no longest term",
                "max_months",
                table.without("max_months").into_iter().collect(),
            );
        }
    } else if let (Some(max), Some(early)) = (max, table.entry("early_exit_months")) {
        take("longest below shortest", early.key, vec![early.set((max + 1).to_string())]);
    }
}

/// Days of a rule moved by one: a gap, an overlap, a transition that is not one.
fn generation(rule: &Table<'_>, take: Take<'_>) {
    let inner = |outer: &str, key: &str| -> Option<(Day, Edit, Edit)> {
        let table = rule.entry(outer)?.table()?;
        let (_, value) = table.iter().find(|(name, _)| name.get_ref() == key)?;
        let day: Day = value.get_ref().as_str()?.parse().ok()?;
        let set = |days| Edit::over(value.span(), quoted(&day.plus_days(days).to_string()));
        Some((day, set(-1), set(1)))
    };
    for key in ["from", "until", "decided_before", "decided_from"] {
        let Some((_, before, after)) = inner("applies", key) else { continue };
        let ground = inner("ground", key);
        let twins = ground.map(|(_, before, after)| [before, after]);
        for (place, edit) in [before, after].into_iter().enumerate() {
            take("day moved", key, vec![edit.clone()]);
            if let Some(twins) = &twins {
                take("gap or overlap", key, vec![edit, twins[place].clone()]);
            }
        }
    }
}

fn one(file: &str, table: &Table<'_>, entry: &Entry<'_>, take: Take<'_>) {
    if let Some(number) = entry.number() {
        numbers(entry, number, take);
    } else if let Some(words) = entry.value.as_str() {
        texts(file, table, entry, words, take);
    } else if let Some(is) = entry.value.as_bool()
        && ["public", "end_inclusive"].contains(&entry.key)
    {
        take("switch", entry.key, vec![entry.set((!is).to_string())]);
    } else if entry.value.is_array() && NAMES.contains(&entry.key) {
        take("dangling reference", entry.key, vec![entry.set("[\"no-such-thing\"]")]);
    }
}

fn numbers(entry: &Entry<'_>, number: i64, take: Take<'_>) {
    let key = entry.key;
    if key.ends_with("_months") {
        if number > 0 {
            take("unit", key, vec![entry.set((number * 30).to_string())]);
        }
        take("unit", key, vec![entry.set(format!("\"{number} months\""))]);
    }
    match key {
        "deadline_working_days" | "working_days" | "extension_working_days" => {
            take("unit", key, vec![entry.set((number * 24).to_string())]);
        }
        "value" => take("unit", key, vec![entry.set((number * 1_000).to_string())]),
        "year" => take("gap or overlap", key, vec![entry.set((number + 1).to_string())]),
        _ => {}
    }
}

fn texts(file: &str, table: &Table<'_>, entry: &Entry<'_>, words: &str, take: Take<'_>) {
    let key = entry.key;
    let inside = |name: &str| table.path.iter().any(|step| step == name);
    let mut set = |slip: &'static str, other: &str| take(slip, key, vec![entry.set(quoted(other))]);
    match key {
        "class" | "default_class" if !inside("expect") => {
            set("class unknown", "grave");
            for other in ["minor", "ordinary", "serious"].into_iter().filter(|one| *one != words) {
                set("class wrong", other);
            }
        }
        "code" | "codes" if inside("type") => set("no such code list", "no-such-list"),
        "table" => set("no such term table", "no-such-table"),
        "conduct" | "entries_from" | "extends" => set("no such code list", "no-such-list"),
        "type" if words == "wan" => set("unit", "yuan"),
        "type" if words == "yuan" => set("unit", "wan"),
        "catalogue" => set("no such class", "no-such-class"),
        "sector" => set("no such sector", "no-such-sector"),
        "issuer" => set("issuer unknown", "nobody"),
        "visibility" => set("visibility unknown", "everybody"),
        "confidence" => set("confidence unknown", "sure"),
        "from" | "until" | "issued" | "as_of" if !file.contains("/codes/") || inside("ground") => {
            set("no day", "2026-02-30");
        }
        _ if inside("code_lists") => set("no such code list", "no-such-list"),
        _ => {}
    }
}

pub(super) fn quoted(words: &str) -> String {
    format!("\"{words}\"")
}
