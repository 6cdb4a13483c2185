//! The document of the API as a page can show it: operations and shapes, in both languages.

use std::collections::BTreeMap;

use gongxin_model::finding::Language;
use serde::Serialize;
use serde_json::Value;

use crate::parameters::encode;

/// The document of the API in one language.
#[derive(Debug, Serialize)]
pub(crate) struct Documentation {
    pub(crate) operations: Vec<Operation>,
    pub(crate) shapes: Vec<Shape>,
}

/// What can be asked.
#[derive(Debug, Serialize)]
pub(crate) struct Operation {
    pub(crate) id: String,
    /// `GET` or `POST`.
    pub(crate) method: String,
    pub(crate) path: String,
    /// True where it is answered by key alone.
    needs_key: bool,
    /// The shape of what is sent, where something is and it has one.
    body: Option<String>,
    summary: Told,
    parameters: Vec<Parameter>,
    answers: Vec<Outcome>,
    /// The address of an example; the braces of a path stand for what a reader fills in.
    example: String,
}

#[derive(Debug, Serialize)]
struct Parameter {
    name: String,
    place: String,
    is_required: bool,
    kind: String,
    told: Told,
}

/// What may be answered.
#[derive(Debug, Serialize)]
struct Outcome {
    status: String,
    told: Told,
    shape: Option<String>,
}

/// An object of an answer, or a closed list of words.
#[derive(Debug, Serialize)]
pub(crate) struct Shape {
    name: String,
    told: Told,
    fields: Vec<Field>,
    words: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Field {
    name: String,
    kind: String,
    /// The shape that it has, where it is one.
    shape: Option<String>,
    is_list: bool,
    told: Told,
}

/// What the document says; English words on a Chinese page are marked so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Told {
    words: String,
    is_foreign: bool,
}

/// The Chinese of the document, by its English.
#[derive(Debug)]
struct Tongue<'a> {
    language: Language,
    chinese: &'a BTreeMap<String, String>,
}

impl Tongue<'_> {
    fn tell(&self, value: &Value) -> Told {
        let text = value.as_str().unwrap_or_default();
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        match (self.language, self.chinese.get(&words)) {
            (Language::English, _) => Told { words, is_foreign: false },
            (Language::Chinese, Some(chinese)) => {
                Told { words: chinese.clone(), is_foreign: false }
            }
            (Language::Chinese, None) => Told { is_foreign: !words.is_empty(), words },
        }
    }
}

impl Documentation {
    /// Reads a document of the API.
    ///
    /// # Errors
    /// Where the Chinese words are no table of texts.
    pub(crate) fn of(document: &Value, language: Language) -> Result<Self, toml::de::Error> {
        let chinese = toml::from_str(include_str!("../locales/openapi-zh.toml"))?;
        let tongue = Tongue { language, chinese: &chinese };
        let paths = members(&document["paths"]);
        let operations = paths
            .flat_map(|(path, item)| members(item).map(move |(method, one)| (path, method, one)))
            .map(|(path, method, one)| operation(&tongue, (path, method), one));
        let shapes = members(&document["components"]["schemas"])
            .map(|(name, schema)| shape(&tongue, name, schema));
        Ok(Self { operations: operations.collect(), shapes: shapes.collect() })
    }

    /// The address that a filled-in form leads to; none for an operation that there is not.
    pub(crate) fn address(
        &self,
        id: &str,
        given: &dyn Fn(&str) -> Option<String>,
    ) -> Option<String> {
        let can_be_led = |one: &&Operation| one.id == id && one.method == "GET";
        let operation = self.operations.iter().find(can_be_led)?;
        let mut path = operation.path.clone();
        let mut query = String::new();
        for parameter in &operation.parameters {
            let value = given(&parameter.name);
            if parameter.place == "path" {
                let place = format!("{{{}}}", parameter.name);
                path = path.replace(&place, &encode(&value.unwrap_or_default()));
            } else if let Some(value) = value {
                query.push(if query.is_empty() { '?' } else { '&' });
                query.push_str(&format!("{}={}", parameter.name, encode(&value)));
            }
        }
        Some(path + &query)
    }
}

fn operation(tongue: &Tongue<'_>, (path, method): (&str, &str), value: &Value) -> Operation {
    let parameters: Vec<Parameter> =
        items(&value["parameters"]).map(|one| parameter(tongue, one)).collect();
    let answers = members(&value["responses"]).map(|(status, answer)| {
        let content = members(&answer["content"]).next().map(|(_, content)| &content["schema"]);
        Outcome {
            status: status.to_owned(),
            told: tongue.tell(&answer["description"]),
            shape: content.and_then(reference),
        }
    });
    let needed = parameters.iter().filter(|one| one.is_required && one.place == "query");
    let query: Vec<String> = needed.map(|one| format!("{}=…", one.name)).collect();
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    let body = members(&value["requestBody"]["content"]).next();
    Operation {
        method: method.to_uppercase(),
        needs_key: !value["security"].is_null(),
        body: body.and_then(|(_, content)| reference(&content["schema"])),
        id: value["operationId"].as_str().unwrap_or_default().to_owned(),
        summary: tongue.tell(&value["summary"]),
        example: format!("{path}{query}"),
        path: path.to_owned(),
        answers: answers.collect(),
        parameters,
    }
}

fn parameter(tongue: &Tongue<'_>, value: &Value) -> Parameter {
    let schema = &value["schema"];
    let mut kind = kind(schema);
    if let (Some(least), Some(most)) = (schema["minimum"].as_i64(), schema["maximum"].as_i64()) {
        kind.push_str(&format!(" {least}–{most}"));
    }
    Parameter {
        name: value["name"].as_str().unwrap_or_default().to_owned(),
        place: value["in"].as_str().unwrap_or_default().to_owned(),
        is_required: value["required"].as_bool().unwrap_or_default(),
        told: tongue.tell(&value["description"]),
        kind,
    }
}

fn shape(tongue: &Tongue<'_>, name: &str, schema: &Value) -> Shape {
    let words = items(&schema["enum"]).filter_map(Value::as_str).map(str::to_owned);
    let fields = members(&schema["properties"]).map(|(name, field)| {
        let inner = if field["items"].is_object() { &field["items"] } else { field };
        let shape = reference(inner).or_else(|| items(&inner["oneOf"]).find_map(reference));
        let own = [
            &field["description"],
            &items(&field["oneOf"]).next().unwrap_or(&Value::Null)["description"],
        ];
        let told =
            own.into_iter().map(|value| tongue.tell(value)).find(|told| !told.words.is_empty());
        Field {
            name: name.to_owned(),
            kind: if shape.is_some() { String::new() } else { kind(inner) },
            shape,
            is_list: field["items"].is_object(),
            told: told.unwrap_or_else(|| tongue.tell(&Value::Null)),
        }
    });
    Shape {
        name: name.to_owned(),
        told: tongue.tell(&schema["description"]),
        fields: fields.collect(),
        words: words.collect(),
    }
}

/// The type of a value in JSON, with its format and whether it may be absent.
fn kind(schema: &Value) -> String {
    let inner = if schema["items"].is_object() { &schema["items"] } else { schema };
    let mut kinds: Vec<&str> = match &inner["type"] {
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    };
    if let Some(format) = inner["format"].as_str().filter(|format| format.starts_with("date")) {
        kinds.iter_mut().filter(|kind| **kind == "string").for_each(|kind| *kind = format);
    }
    kinds.join(" | ")
}

fn reference(schema: &Value) -> Option<String> {
    schema["$ref"].as_str()?.rsplit('/').next().map(str::to_owned)
}

fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::document;

    fn both() -> [Documentation; 2] {
        let document = serde_json::to_value(document()).unwrap();
        [Language::Chinese, Language::English].map(|one| Documentation::of(&document, one).unwrap())
    }

    #[test]
    fn a_filled_in_form_leads_to_the_operation() {
        let [chinese, _] = both();
        let given = |name: &str| match name {
            "code" => Some("../91 1".to_owned()),
            "limit" => Some("2".to_owned()),
            "foreign" => Some("x".to_owned()),
            _ => None,
        };
        let address = chinese.address("subject", &given).unwrap();
        assert_eq!(address, "/api/v1/subjects/..%2F91%201?limit=2");
        assert_eq!(chinese.address("nothing", &given), None);
    }

    #[test]
    fn every_shape_that_is_named_is_told() {
        for documentation in both() {
            let names: Vec<&str> =
                documentation.shapes.iter().map(|shape| shape.name.as_str()).collect();
            let fields = documentation.shapes.iter().flat_map(|shape| &shape.fields);
            let of_fields = fields.filter_map(|field| field.shape.as_deref());
            let outcomes = documentation.operations.iter().flat_map(|one| &one.answers);
            for name in of_fields.chain(outcomes.filter_map(|one| one.shape.as_deref())) {
                assert!(names.contains(&name), "{name}");
            }
        }
    }

    #[test]
    fn the_operations_speak_chinese() {
        let [chinese, english] = both();
        for operation in &chinese.operations {
            assert!(!operation.summary.is_foreign, "{}", operation.id);
            assert!(
                operation.parameters.iter().all(|one| !one.told.is_foreign),
                "{}",
                operation.id
            );
        }
        assert!(english.operations.iter().all(|one| !one.summary.is_foreign));
    }
}
