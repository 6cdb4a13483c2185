//! The targets: each takes any bytes, makes of them what its room reads, and holds it to the laws.

use gongxin_intake::Mapping;
use gongxin_model::code::{
    CodeTables, OrganisationCode, RegistrationNumber, TaxNumber, Uscc, looks_like_resident,
    normalise_code, resident_verdict,
};
use gongxin_model::names::Wanted;
use gongxin_model::text::{fold_width, normalise_document_number, normalise_name, strip_controls};
use gongxin_model::{Day, Instant};
use gongxin_pack::FieldType;
use gongxin_seal::{Frontier, body_bytes, decode_body, decode_envelope, envelope_bytes};

use crate::seeds::{self, biff, package};
use crate::{Target, laws, rulebook};

/// In the order in which they are listed.
pub(crate) const ALL: [Target; 14] = [
    Target {
        name: "csv",
        about: "a delimited text in any encoding",
        run: penalties,
        seeds: seeds::csv,
    },
    Target { name: "json", about: "JSON, JSONL, wrapped JSON", run: penalties, seeds: seeds::json },
    Target { name: "xml", about: "records as elements", run: penalties, seeds: seeds::xml },
    Target {
        name: "xls",
        about: "the stream of an Excel 97 workbook, or a whole file",
        run: xls,
        seeds: biff::seeds,
    },
    Target {
        name: "xlsx",
        about: "the parts of a workbook, parted by NUL",
        run: xlsx,
        seeds: package::xlsx_seeds,
    },
    Target {
        name: "ods",
        about: "content.xml and the manifest, parted by NUL",
        run: ods,
        seeds: package::ods_seeds,
    },
    Target { name: "zip", about: "a packed file", run: registrations, seeds: package::zip_seeds },
    Target {
        name: "header",
        about: "a catalogue's place, then headers, one a line",
        run: header,
        seeds: seeds::headers,
    },
    Target {
        name: "values",
        about: "the cells of one row, one a line",
        run: values,
        seeds: seeds::values,
    },
    Target { name: "mapping", about: "a mapping file", run: mapping, seeds: seeds::mappings },
    Target { name: "codes", about: "codes, days and instants", run: codes, seeds: seeds::codes },
    Target {
        name: "names",
        about: "names, queries, texts with persons",
        run: names,
        seeds: seeds::names,
    },
    Target {
        name: "pack",
        about: "which file of a pack, and its text",
        run: pack,
        seeds: seeds::packs,
    },
    Target {
        name: "canonical",
        about: "bodies, envelopes, frontiers, manifests",
        run: canonical,
        seeds: seeds::canonical,
    },
];

fn penalties(bytes: &[u8]) {
    laws::file(bytes, "penalty", &Mapping::default());
}

fn registrations(bytes: &[u8]) {
    laws::file(bytes, "registration", &Mapping::default());
}

fn xls(bytes: &[u8]) {
    registrations(&if biff::is_file(bytes) { bytes.to_vec() } else { biff::container(bytes) });
}

fn xlsx(bytes: &[u8]) {
    registrations(&package::xlsx(&parts(bytes)));
}

fn ods(bytes: &[u8]) {
    registrations(&package::ods(&parts(bytes)));
}

fn parts(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.split(|byte| *byte == 0).collect()
}

/// Cells in quotes, as one line.
fn line(cells: &[&str]) -> String {
    let quoted: Vec<String> =
        cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
    quoted.join(",") + "\n"
}

fn header(bytes: &[u8]) {
    let rulebook = rulebook();
    let (first, rest) = bytes.split_first().unwrap_or((&0, &[]));
    let place = usize::from(*first) % rulebook.catalogues.len().max(1);
    let Some(catalogue) = rulebook.catalogues.keys().nth(place) else {
        return;
    };
    let text = String::from_utf8_lossy(rest);
    let headers: Vec<&str> = text.lines().take(60).collect();
    let row = vec!["北方牧业有限公司"; headers.len()];
    let taken =
        laws::file((line(&headers) + &line(&row)).as_bytes(), catalogue, &Mapping::default());
    if let Some(facts) = &taken.facts {
        let named = facts.columns.iter().filter_map(|(_, code)| code.as_deref());
        for code in named {
            let known = rulebook.catalogue(catalogue).and_then(|one| one.field(code));
            assert!(known.is_some(), "a column is a field of its catalogue");
        }
    }
}

/// Every line stands once in every field of the catalogue, so that each reader of values sees it.
fn values(bytes: &[u8]) {
    const MOST_LINES: usize = 8;
    let text = String::from_utf8_lossy(bytes);
    let rulebook = rulebook();
    for id in ["penalty", "registration"] {
        let Some(catalogue) = rulebook.catalogue(id) else {
            continue;
        };
        let mut file = Vec::new();
        for cell in text.split('\n').take(MOST_LINES) {
            let row: serde_json::Map<String, serde_json::Value> = catalogue
                .fields
                .iter()
                .map(|field| (field.code.clone(), serde_json::Value::String(cell.to_owned())))
                .collect();
            file.extend(serde_json::to_vec(&row).unwrap_or_default());
            file.push(b'\n');
        }
        for row in laws::file(&file, id, &Mapping::default()).rows {
            let gongxin_intake::Outcome::Ready(draft) = row.outcome else {
                continue;
            };
            for field in draft.fields {
                let kind = catalogue.field(&field.code).map(|field| &field.kind);
                let value = field.value.first();
                match kind {
                    _ if value.is_empty() => {}
                    Some(FieldType::Day) => assert!(value.parse::<Day>().is_ok(), "a day: {value}"),
                    Some(FieldType::Wan | FieldType::Yuan | FieldType::Integer) => {
                        let plain = |one: char| one.is_ascii_digit() || one == '.' || one == '-';
                        assert!(value.chars().all(plain), "a plain number: {value}");
                    }
                    _ => {}
                }
            }
        }
    }
}

fn mapping(bytes: &[u8]) {
    let rulebook = rulebook();
    let Some(catalogue) = rulebook.catalogue("penalty") else {
        return;
    };
    let text = String::from_utf8_lossy(bytes);
    match Mapping::parse(&text, catalogue) {
        Ok(mapping) => {
            for file in [seeds::PENALTIES.as_bytes(), seeds::PENALTIES_WRAPPED.as_bytes()] {
                laws::file(file, "penalty", &mapping);
            }
        }
        Err(findings) => assert!(!findings.is_empty(), "what does not fit is said"),
    }
}

fn codes(bytes: &[u8]) {
    const MOST_SUGGESTIONS: usize = 1000;
    let text = String::from_utf8_lossy(bytes);
    let text = text.as_ref();
    let tables = CodeTables::default();
    if let Some(code) = Uscc::parse(text, &tables).code {
        assert_eq!(normalise_code(text), code.as_str(), "a code is its normal form");
        assert_eq!(Uscc::read(code.as_str()).code, Some(code), "a code reads as itself");
    }
    let normal = normalise_code(text);
    assert_eq!(normalise_code(&normal), normal, "a normal form stays");
    let suggestions = Uscc::suggestions(text);
    assert!(suggestions.len() <= MOST_SUGGESTIONS);
    assert!(suggestions.iter().all(Uscc::check_holds), "a suggestion's check holds");
    let _ = (OrganisationCode::read(text), RegistrationNumber::read(text), TaxNumber::read(text));
    let _ = (resident_verdict(text, &tables, true), looks_like_resident(&normal));
    if let Ok(day) = text.parse::<Day>() {
        assert_eq!(day.to_string(), text, "a day has one spelling");
    }
    if let Ok(instant) = text.parse::<Instant>() {
        assert_eq!(instant.to_string().parse::<Instant>().ok(), Some(instant));
    }
}

fn names(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let text = text.as_ref();
    let rulebook = rulebook();
    let forms: [fn(&str) -> String; 4] =
        [normalise_name, fold_width, strip_controls, normalise_document_number];
    for form in forms {
        let once = form(text);
        assert_eq!(form(&once), once, "a normal form stays");
        assert!(once.len() <= 8 * text.len() + 8, "a normal form is no longer than its text");
    }
    let _ = (
        rulebook.names.shape(text),
        rulebook.names.says_individual(text),
        rulebook.names.speaks_of_person(text),
    );
    let Some(day) = Day::new(2026, 11, 24) else {
        return;
    };
    let scan = rulebook.personal_scan(day);
    let mut end = 0;
    for hit in scan.find(text) {
        assert!(hit.range.start >= end && hit.range.end > hit.range.start, "hits are in order");
        assert!(text.get(hit.range.clone()).is_some(), "a hit is text");
        end = hit.range.end;
    }
    let (masked, _) = scan.mask(text);
    assert!(!scan.has_resident(&masked), "what is hidden is hidden");
    if let Some(wanted) = Wanted::read(text) {
        assert!(!wanted.whole.is_empty() && wanted.whole == wanted.parts.concat());
    }
}

/// The files of a small pack; one of them is what the bytes say.
fn pack(bytes: &[u8]) {
    let (first, text) = bytes.split_first().unwrap_or((&0, &[]));
    let mut files = seeds::small_pack();
    let place = usize::from(*first) % files.len().max(1);
    if let Some(file) = files.values_mut().nth(place) {
        *file = text.to_vec();
    }
    let (rulebook, problems) = gongxin_pack::read(&files);
    assert!(rulebook.is_some() || !problems.is_empty(), "what does not load is said");
    let manifest = gongxin_pack::manifest(&files);
    assert_eq!(gongxin_pack::from_manifest(&manifest), Some(files), "packs come back as they were");
}

/// One value has one encoding: what is read is written as it was.
fn canonical(bytes: &[u8]) {
    if let Ok(body) = decode_body(bytes) {
        assert_eq!(body_bytes(&body), bytes, "a body has one encoding");
    }
    if let Ok(envelope) = decode_envelope(bytes) {
        assert_eq!(envelope_bytes(&envelope), bytes, "an envelope has one encoding");
    }
    if let Some(frontier) = Frontier::from_bytes(bytes) {
        assert_eq!(frontier.to_bytes(), bytes, "a frontier has one encoding");
    }
    if let Some(files) = gongxin_pack::from_manifest(bytes) {
        assert_eq!(gongxin_pack::manifest(&files), bytes, "a manifest has one encoding");
    }
}
