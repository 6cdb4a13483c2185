//! The templates with their words, one set for each language.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::Arc;

use gongxin_model::finding::Language;
use gongxin_model::{Day, Instant};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Kwargs, Serde};
use minijinja::{Environment, Error, ErrorKind, Output, State, UndefinedBehavior, Value};
use rust_embed::RustEmbed;
use serde::Serialize;

use crate::forms;
use crate::markdown::{Setting, to_html};
use crate::parameters::encode;
use crate::texts::{TextError, Texts, fill};

#[derive(RustEmbed)]
#[folder = "templates"]
struct Sources;

/// The templates of both languages.
pub(crate) struct Templates {
    chinese: Tongue,
    english: Tongue,
}

struct Tongue {
    environment: Environment<'static>,
    texts: Arc<Texts>,
}

/// A template built in cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// It is no text.
    #[error("`{0}` is no text")]
    Encoding(String),
    /// Its syntax.
    #[error("a template cannot be read")]
    Syntax(#[from] Error),
    /// The words it uses.
    #[error("the words of the templates cannot be read")]
    Texts(#[from] TextError),
}

impl Templates {
    pub(crate) fn load() -> Result<Self, TemplateError> {
        Ok(Self {
            chinese: Tongue::load(Language::Chinese)?,
            english: Tongue::load(Language::English)?,
        })
    }

    const fn tongue(&self, language: Language) -> &Tongue {
        match language {
            Language::Chinese => &self.chinese,
            Language::English => &self.english,
        }
    }

    pub(crate) fn render<C: Serialize>(
        &self,
        language: Language,
        template: &str,
        context: &C,
    ) -> Result<String, Error> {
        let environment = &self.tongue(language).environment;
        environment.get_template(template)?.render(Value::from(Serde(context)))
    }

    /// The words of a key without values; the key itself where there are none.
    pub(crate) fn words(&self, language: Language, key: &str) -> String {
        self.tongue(language).texts.get(key).unwrap_or(key).to_owned()
    }
}

impl Tongue {
    fn load(language: Language) -> Result<Self, TemplateError> {
        let texts = Arc::new(Texts::of(language)?);
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?;
        environment.set_syntax(syntax);
        environment.set_formatter(write_value);
        for name in Sources::iter() {
            let file = Sources::get(&name).map(|file| file.data.into_owned()).unwrap_or_default();
            let text =
                String::from_utf8(file).map_err(|_| TemplateError::Encoding(name.to_string()))?;
            environment.add_template_owned(name.into_owned(), text)?;
        }
        #[cfg(debug_assertions)]
        {
            let file = crate::page::design::source("design.html");
            let text = String::from_utf8(file)
                .map_err(|_| TemplateError::Encoding("design.html".to_owned()))?;
            environment.add_template_owned("design.html", text)?;
        }
        add_words(&mut environment, language, &texts);
        add_forms(&mut environment, language);
        add_links(&mut environment, language);
        Ok(Self { environment, texts })
    }
}

/// Writes a value into a page. What is absent is a fault of the template, not an empty text.
fn write_value(output: &mut Output, _: &mut State, value: &Value) -> Result<(), Error> {
    if value.is_undefined() || value.is_none() {
        return Err(Error::new(ErrorKind::UndefinedError, "an absent value was to be written"));
    }
    let written = match value.as_str() {
        Some(text) if value.is_safe() => output.write_str(text),
        Some(text) => write_escaped(output, text),
        None if value.is_number() => write!(output, "{value}"),
        None => output.write_str(&escaped(value)),
    };
    written.map_err(|_| Error::from(ErrorKind::WriteFailure))
}

/// Escapes text for content and quoted attributes; slashes stay, so that addresses stay short.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    // Writing into a text cannot fail.
    let _ = write_escaped(&mut escaped, text);
    escaped
}

fn write_escaped(output: &mut impl Write, text: &str) -> std::fmt::Result {
    let mut rest = text;
    while let Some(place) = rest.find(['&', '<', '>', '"', '\'']) {
        let (before, from) = rest.split_at(place);
        let mut letters = from.chars();
        output.write_str(before)?;
        output.write_str(match letters.next() {
            Some('&') => "&amp;",
            Some('<') => "&lt;",
            Some('>') => "&gt;",
            Some('"') => "&quot;",
            _ => "&#39;",
        })?;
        rest = letters.as_str();
    }
    output.write_str(rest)
}

/// The words of a key, escaped: as a value where nothing is to be filled in.
enum Ready {
    Whole(Value),
    ToFill(String),
}

fn add_words(environment: &mut Environment<'static>, language: Language, texts: &Arc<Texts>) {
    let ready = texts.iter().map(|(key, words)| {
        let words = escape(words);
        let is_whole = !words.contains('{');
        let whole = || Ready::Whole(Value::from_safe_string(words.clone()));
        (key.to_owned(), if is_whole { whole() } else { Ready::ToFill(words.clone()) })
    });
    let ready: HashMap<String, Ready> = ready.collect();
    environment.add_function("t", move |key: &str, values: Kwargs| {
        let Some(words) = ready.get(key) else {
            return Err(Error::new(ErrorKind::UndefinedError, format!("no words for `{key}`")));
        };
        let filled = match words {
            Ready::Whole(words) => words.clone(),
            Ready::ToFill(words) => Value::from_safe_string(fill(words, |name| {
                values.get::<Value>(name).ok().map(|value| escaped(&value))
            })),
        };
        values.assert_all_used()?;
        Ok(filled)
    });
    let table = texts.get("article.table").unwrap_or_default().to_owned();
    environment.add_filter("article", move |text: &Value| article(text, language, &table));
    environment.add_filter("words", move |words: &Value| words_of(words, language, true));
    environment.add_filter("plain_words", move |words: &Value| words_of(words, language, false));
    // What parts two sentences: in Chinese nothing.
    environment.add_global("gap", if language == Language::English { " " } else { "" });
    environment.add_filter("label", move |words: &Value| label(words, language));
    environment.add_filter("han", move |text: &str| han(text, language));
    let since = texts.get("value.since").unwrap_or_default().to_owned();
    environment.add_filter("basis", move |text: &str| basis(text, &since, language));
    environment.add_filter("literal", literal);
    environment.add_filter("address", address);
}

fn escaped(value: &Value) -> String {
    if value.is_safe() { value.to_string() } else { escape(&value.to_string()) }
}

/// Words of a pack in the page's language; Chinese ones on an English page are marked so.
fn words_of(words: &Value, language: Language, marked: bool) -> Result<Value, Error> {
    let chinese = words.get_attr("zh")?.to_string();
    let english = words.get_attr("en")?;
    Ok(match (language, english.is_none()) {
        (Language::English, false) => Value::from(english.to_string()),
        _ if marked => han(&chinese, language),
        _ => Value::from(chinese),
    })
}

/// What the addresses of pages in a language begin with.
const fn prefix(language: Language) -> &'static str {
    match language {
        Language::Chinese => "",
        Language::English => "/en",
    }
}

/// The text of an article as markup; a Chinese one on an English page is marked so.
fn article(words: &Value, language: Language, table: &str) -> Result<Value, Error> {
    let text = words_of(words, language, false)?.to_string();
    let prefix = prefix(language);
    let html = to_html(&text, Setting { prefix, table, anchors: false });
    let is_foreign = language == Language::English && words.get_attr("en")?.is_none();
    let lang = if is_foreign { " lang=\"zh-Hans-CN\"" } else { "" };
    Ok(Value::from_safe_string(format!("<div{lang}>\n{html}</div>")))
}

fn han(text: &str, language: Language) -> Value {
    if language == Language::English && forms::has_han(text) {
        let inner = escape(text);
        return Value::from_safe_string(format!("<span lang=\"zh-Hans-CN\">{inner}</span>"));
    }
    Value::from(text)
}

/// The name of a field: a line of Chinese has full-width brackets, whatever the header of a
/// workbook has.
fn label(words: &Value, language: Language) -> Result<Value, Error> {
    let name = words_of(words, language, false)?.to_string();
    Ok(match language {
        Language::Chinese => Value::from(name.replace('(', "（").replace(')', "）")),
        Language::English => han(&name, language),
    })
}

/// A clause as the rulebook cites it. The day at its end, since which its law is in force, never
/// breaks and is said in words.
fn basis(text: &str, since: &str, language: Language) -> Value {
    let parts = text.rsplit_once(' ').and_then(|(clause, day)| Some((clause, day.parse().ok()?)));
    let Some((clause, day)) = parts else {
        return han(text, language);
    };
    let filled = fill(&escape(since), |name| match name {
        "basis" => Some(escaped(&han(clause, language))),
        "day" => Some(long_day(day, language)),
        _ => None,
    });
    Value::from_safe_string(filled)
}

/// A day in a sentence, as markup.
fn long_day(day: Day, language: Language) -> String {
    format!("<time datetime=\"{day}\">{}</time>", forms::day_in_sentence(day, language))
}

/// An address that may break after its strokes and nowhere else where there is room.
fn address(text: &str) -> Value {
    Value::from_safe_string(escape(text).replace('/', "/<wbr>").replace("/<wbr>/", "//"))
}

/// Text whose backquoted parts are code, and whose braces are no place left unfilled.
fn literal(text: &Value) -> Value {
    let mut markup = String::new();
    for (index, part) in escaped(text).split('`').enumerate() {
        let part = part.replace('{', "&#123;").replace('}', "&#125;");
        match index % 2 {
            0 => markup.push_str(&part),
            _ => markup.push_str(&format!("<code>{part}</code>")),
        }
    }
    Value::from_safe_string(markup)
}

fn add_forms(environment: &mut Environment<'static>, language: Language) {
    environment.add_filter("day", |text: &str| {
        let inner = escape(text);
        Value::from_safe_string(format!("<time datetime=\"{inner}\">{inner}</time>"))
    });
    environment.add_test("endless", |text: &str| text.parse() == Ok(Day::FOREVER));
    environment.add_filter("long_day", move |text: &str| {
        let day: Day = text.parse().map_err(unfit)?;
        Ok::<_, Error>(Value::from_safe_string(long_day(day, language)))
    });
    environment.add_filter("time", |text: &str| {
        let instant: Instant = text.parse().map_err(unfit)?;
        Ok::<_, Error>(Value::from_safe_string(time_html(instant)))
    });
    environment.add_filter("civil_day", |text: &str| {
        let instant: Instant = text.parse().map_err(unfit)?;
        Ok::<_, Error>(instant.day().to_string())
    });
    environment.add_filter("clock", |text: &str| {
        let instant: Instant = text.parse().map_err(unfit)?;
        let (machine, people) = (forms::time_for_machines(instant), forms::time_in_china(instant));
        let clock = people.get(11..).unwrap_or_default();
        let html = format!("<time datetime=\"{machine}\">{clock}</time>");
        Ok::<_, Error>(Value::from_safe_string(html))
    });
    environment
        .add_filter("percent", |per_mille: u64| format!("{}.{}%", per_mille / 10, per_mille % 10));
    environment.add_filter("atom_time", |text: &str| {
        let instant: Instant = text.parse().map_err(unfit)?;
        Ok::<_, Error>(forms::time_for_machines(instant))
    });
    environment.add_filter("count", |number: u64| forms::grouped(&number.to_string()));
    environment.add_filter("amount", |text: &str| forms::amount(text));
    environment.add_filter("yuan", |text: &str| forms::amount_in_yuan(text));
    environment.add_filter("code", |text: &str| {
        let groups: String = forms::code_groups(text)
            .iter()
            .map(|group| format!("<span>{}</span>", escape(group)))
            .collect();
        Value::from_safe_string(format!("<span class=\"code\">{groups}</span>"))
    });
}

/// An instant as a page shows it.
pub(crate) fn time_html(instant: Instant) -> String {
    let (machine, people) = (forms::time_for_machines(instant), forms::time_in_china(instant));
    format!("<time datetime=\"{machine}\">{people}</time>")
}

fn unfit(error: impl std::error::Error) -> Error {
    Error::new(ErrorKind::InvalidOperation, error.to_string())
}

fn add_links(environment: &mut Environment<'static>, language: Language) {
    environment.add_function("qr", |address: &str| Value::from(Serde(crate::qr::draw(address))));
    let prefix = prefix(language);
    // A link keeps the day looked at; `plain` leads back to today.
    environment.add_function("link", move |state: &State, parts: Vec<String>| {
        let view = state.lookup("chrome").and_then(|chrome| chrome.get_attr("view_query").ok());
        let path: String = parts.iter().map(|part| format!("/{}", encode(part))).collect();
        let path = if path.is_empty() { "/".to_owned() } else { path };
        format!("{prefix}{path}{}", view.unwrap_or_default())
    });
}
