//! The files described for catalogues of data: DCAT-AP 3 as JSON-LD.

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use gongxin_app::public::shown::View;
use gongxin_app::public::shown::Words;
use gongxin_app::public::shown::open_data::{
    OpenFormat, ShownLicence, ShownOpenClass, ShownOpenData, ShownOpenFile, ShownOpenShard,
};
use serde_json::{Value, json};

use super::{file_address, title};
use crate::answer;
use crate::counter::{Counter, Trouble};
use crate::visit::Visit;

const MEDIA_TYPE: &str = "application/ld+json";
/// How often, in the words of the European register of frequencies.
const FREQUENCY: &str = "http://publications.europa.eu/resource/authority/frequency/";
const FILE_TYPE: &str = "http://publications.europa.eu/resource/authority/file-type/";
const MEDIA_TYPES: &str = "https://www.iana.org/assignments/media-types/";

pub(super) async fn handle(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn answer(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let asked = counter.ask(View::default(), |desk| desk.open_data()).await?;
    let publisher = counter.settings().footer.operator.clone();
    let publisher = publisher.map_or(asked.platform.name.clone(), Words::chinese);
    let described = Description { origin: &visit.origin, publisher: &publisher };
    let catalog = described.catalog(&asked.answer, &asked.platform.name);
    let mut response = answer::json(&catalog, visit.language)?;
    response.headers_mut().insert(CONTENT_TYPE, axum::http::HeaderValue::from_static(MEDIA_TYPE));
    answer::keep_from(&mut response, asked.platform.now);
    Ok(response)
}

struct Description<'a> {
    origin: &'a str,
    publisher: &'a Words,
}

/// Words in the languages that they have.
fn tongues(words: &Words) -> Value {
    let zh = json!({"@value": words.zh, "@language": "zh-Hans"});
    match &words.en {
        Some(en) => json!([zh, {"@value": en, "@language": "en"}]),
        None => zh,
    }
}

fn typed(value: impl Into<Value>, kind: &str) -> Value {
    json!({"@value": value.into(), "@type": format!("xsd:{kind}")})
}

impl Description<'_> {
    fn catalog(&self, open: &ShownOpenData, name: &Words) -> Value {
        let about =
            Words::new("可批量下载的公共信用信息", "Public credit information, given out whole");
        let datasets: Vec<Value> =
            open.classes.iter().map(|class| self.dataset(open, class)).collect();
        json!({
            "@context": {
                "dcat": "http://www.w3.org/ns/dcat#",
                "dct": "http://purl.org/dc/terms/",
                "foaf": "http://xmlns.com/foaf/0.1/",
                "spdx": "http://spdx.org/rdf/terms#",
                "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
                "xsd": "http://www.w3.org/2001/XMLSchema#",
            },
            "@id": format!("{}/open-data", self.origin),
            "@type": "dcat:Catalog",
            "dct:title": tongues(name),
            "dct:description": tongues(&about),
            "dct:publisher": self.agent(),
            "dct:language": ["http://publications.europa.eu/resource/authority/language/ZHO"],
            "foaf:homepage": {"@id": format!("{}/", self.origin)},
            "dcat:dataset": datasets,
        })
    }

    fn agent(&self) -> Value {
        json!({"@type": "foaf:Agent", "foaf:name": tongues(self.publisher)})
    }

    fn licence(&self, licence: &ShownLicence) -> Value {
        let own = || format!("{}/open-data#licence", self.origin);
        json!({
            "@id": licence.address.clone().unwrap_or_else(own),
            "@type": "dct:LicenseDocument",
            "dct:title": tongues(&licence.name),
        })
    }

    fn dataset(&self, open: &ShownOpenData, class: &ShownOpenClass) -> Value {
        let page = format!("{}/open-data/{}", self.origin, class.of.code);
        let licence = open.licence.as_ref().map(|licence| self.licence(licence));
        let files = class.shards.iter().filter_map(|shard| Some((shard, shard.held.as_ref()?)));
        let distributions: Vec<Value> = files
            .flat_map(|(shard, held)| held.files.iter().map(move |file| (shard, file)))
            .map(|(shard, file)| self.distribution(class, licence.as_ref(), (shard, file)))
            .collect();
        let mut dataset = json!({
            "@id": page,
            "@type": "dcat:Dataset",
            "dct:identifier": class.of.code,
            "dct:title": tongues(&class.of.words),
            "dct:description": tongues(&class.about),
            "dct:publisher": self.agent(),
            "dcat:landingPage": {"@id": page},
            "dct:accrualPeriodicity": frequency(open.rebuild_days),
            "dcat:distribution": distributions,
        });
        let years = || class.shards.iter().map(|shard| shard.year);
        let mut put = |key: &str, value: Value| {
            if let Some(map) = dataset.as_object_mut() {
                map.insert(key.to_owned(), value);
            }
        };
        if let (Some(first), Some(last)) = (years().min(), years().max()) {
            put("dct:temporal", period(first, last));
        }
        if let Some(edition) = &open.edition {
            put("dct:modified", typed(edition.day.to_string(), "date"));
        }
        if let Some(licence) = licence {
            put("dct:license", licence);
        }
        dataset
    }

    fn distribution(
        &self,
        class: &ShownOpenClass,
        licence: Option<&Value>,
        (shard, file): (&ShownOpenShard, &ShownOpenFile),
    ) -> Value {
        let address = format!("{}{}", self.origin, file_address(&shard.name, file.format));
        let form = title(file.format);
        let ShownOpenShard { division, year, .. } = shard;
        let named = Words {
            zh: format!("{} {} {year} {form}", class.of.words.zh, division.words.zh),
            en: class
                .of
                .words
                .en
                .as_ref()
                .zip(division.words.en.as_ref())
                .map(|(class, division)| format!("{class}, {division}, {year}, {form}")),
        };
        let (kind, media) = match file.format {
            OpenFormat::Csv => ("CSV", "text/csv"),
            OpenFormat::JsonLines => ("JSONL", "application/jsonl"),
            OpenFormat::Parquet => ("PARQUET", "application/vnd.apache.parquet"),
        };
        let mut told = json!({
            "@id": address,
            "@type": "dcat:Distribution",
            "dct:title": tongues(&named),
            "dcat:accessURL": {"@id": format!("{}/open-data/{}", self.origin, class.of.code)},
            "dcat:downloadURL": {"@id": address},
            "dct:format": {"@id": format!("{FILE_TYPE}{kind}")},
            "dcat:mediaType": {"@id": format!("{MEDIA_TYPES}{media}")},
            "dcat:byteSize": typed(file.bytes.to_string(), "nonNegativeInteger"),
            "spdx:checksum": {
                "@type": "spdx:Checksum",
                "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
                "spdx:checksumValue": typed(file.digest.clone(), "hexBinary"),
            },
            "dct:temporal": period(*year, *year),
            "dct:spatial": {
                "@type": "dct:Location",
                "dct:identifier": division.code,
                "rdfs:label": tongues(&division.words),
            },
        });
        if let (Some(licence), Some(map)) = (licence, told.as_object_mut()) {
            map.insert("dct:license".to_owned(), licence.clone());
        }
        told
    }
}

fn frequency(days: u16) -> Value {
    let word = match days {
        1 => "DAILY",
        7 => "WEEKLY",
        14 => "BIWEEKLY",
        28..=31 => "MONTHLY",
        _ => "OTHER",
    };
    json!({"@id": format!("{FREQUENCY}{word}")})
}

fn period(first: i16, last: i16) -> Value {
    json!({
        "@type": "dct:PeriodOfTime",
        "dcat:startDate": typed(format!("{first:04}-01-01"), "date"),
        "dcat:endDate": typed(format!("{last:04}-12-31"), "date"),
    })
}
