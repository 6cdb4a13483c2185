//! The text of notices and guides: CommonMark with tables, made into the elements that the pages
//! style. Nothing in it reaches a page as markup of its own.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use crate::forms;
use crate::templates::escape;

/// How a text is set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting<'a> {
    /// What the addresses of pages in the language begin with.
    pub(crate) prefix: &'a str,
    /// What a table is called, before its number.
    pub(crate) table: &'a str,
    /// True where headings may have anchors: of texts of our own, whose anchors are no other's.
    pub(crate) anchors: bool,
}

/// Turns a text into HTML. Raw HTML is shown as the text it is, a picture by its words, and a link
/// leads only to a page here, in the same language, to `https:`, `http:` or `mailto:`. Headings
/// begin below the page's own and leave no level out.
pub(crate) fn to_html(text: &str, setting: Setting<'_>) -> String {
    let mut options = Options::ENABLE_TABLES;
    options.set(Options::ENABLE_HEADING_ATTRIBUTES, setting.anchors);
    let mut maker = Maker { setting, tables: 0, level: 1, headings: Vec::new(), links: Vec::new() };
    let events = Parser::new_ext(text, options).map(|event| maker.settle(event));
    let mut out = String::with_capacity(text.len() * 3 / 2);
    html::push_html(&mut out, events);
    out
}

struct Maker<'s> {
    setting: Setting<'s>,
    tables: u32,
    /// The level of the heading before.
    level: u8,
    /// The levels of headings that are open.
    headings: Vec<u8>,
    /// Which of the links that are open lead anywhere.
    links: Vec<bool>,
}

impl Maker<'_> {
    fn settle<'a>(&mut self, event: Event<'a>) -> Event<'a> {
        match event {
            Event::Html(raw) | Event::InlineHtml(raw) => Event::Text(raw),
            Event::Text(text) if self.setting.prefix == "/en" && forms::has_han(&text) => {
                Event::InlineHtml(tongues(&text).into())
            }
            Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
            Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
            Event::Start(Tag::Heading { level, id, .. }) => {
                self.level = wanted(level).min(self.level + 1);
                self.headings.push(self.level);
                let anchor = id.map(|id| format!(" id=\"{}\"", escape(&id))).unwrap_or_default();
                Event::Html(format!("<h{}{anchor}>", self.level).into())
            }
            Event::End(TagEnd::Heading(_)) => {
                let level = self.headings.pop().unwrap_or(self.level);
                Event::Html(format!("</h{level}>\n").into())
            }
            // Its words stay: nothing is loaded from elsewhere.
            Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => nothing(),
            Event::Start(Tag::Link { dest_url, .. }) => {
                let opened = opened(&dest_url, self.setting.prefix);
                self.links.push(opened.is_some());
                opened.map_or_else(nothing, |opened| Event::Html(opened.into()))
            }
            Event::End(TagEnd::Link) if self.links.pop() == Some(false) => nothing(),
            // A wide table scrolls in its own region. Columns are set by the style sheet: attributes
            // that set them would break the page's policy.
            Event::Start(Tag::Table(_)) => {
                self.tables += 1;
                let name = escape(&format!("{} {}", self.setting.table, self.tables));
                let region = "<div class=\"scroll\" role=\"region\" tabindex=\"0\"";
                Event::Html(format!("{region} aria-label=\"{name}\"><table>").into())
            }
            Event::End(TagEnd::Table) => Event::Html("</tbody></table></div>\n".into()),
            other => other,
        }
    }
}

fn nothing<'a>() -> Event<'a> {
    Event::Text("".into())
}

/// A text's own title stands above it.
fn wanted(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 | HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        _ => 4,
    }
}

/// The start of a link that leads anywhere a reader may be led.
fn opened(address: &str, prefix: &str) -> Option<String> {
    let is_path = address.starts_with('/') && !address.starts_with("//");
    // The API speaks both languages, the Mongolian page its own.
    let has_language = is_path && !address.starts_with("/api/") && !address.starts_with("/mn/");
    let prefix = if has_language { prefix } else { "" };
    let here = address.starts_with('#') || is_path;
    let lower = address.to_ascii_lowercase();
    let away = ["https://", "http://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme));
    let rest = if here { "" } else { " rel=\"noreferrer\"" };
    (here || away).then(|| format!("<a href=\"{prefix}{}\"{rest}>", escape(address)))
}

/// Chinese words among English ones, marked as Chinese with the signs between them.
fn tongues(text: &str) -> String {
    let is_latin = |letter: char| letter.is_ascii() && !letter.is_ascii_digit();
    let mut markup = String::new();
    for word in text.split_inclusive(is_latin) {
        let chinese = word.trim_end_matches(is_latin);
        let rest = word.get(chinese.len()..).unwrap_or_default();
        if forms::has_han(chinese) {
            let inner = escape(chinese);
            markup.push_str(&format!("<span lang=\"zh-Hans-CN\">{inner}</span>"));
        } else {
            markup.push_str(&escape(chinese));
        }
        markup.push_str(&escape(rest));
    }
    markup
}

#[cfg(test)]
mod tests {
    use super::{Setting, to_html, tongues};

    const SETTING: Setting<'_> = Setting { prefix: "", table: "表", anchors: false };

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(to_html(text, SETTING).trim_end(), expected);
    }

    #[test]
    fn headings_begin_below_the_pages_and_leave_no_level_out() {
        check("## 一\n\n## 二\n\n#### 四", "<h2>一</h2>\n<h2>二</h2>\n<h3>四</h3>");
        check("#### 四\n\n# 一", "<h2>四</h2>\n<h2>一</h2>");
        check("## 一 {#main}", "<h2>一 {#main}</h2>");
        let own = to_html("## 一 {#own}", Setting { anchors: true, ..SETTING });
        assert_eq!(own, "<h2 id=\"own\">一</h2>\n");
    }

    #[test]
    fn a_link_to_a_page_stays_in_the_language() {
        let english = Setting { prefix: "/en", ..SETTING };
        let html = to_html("[a](/help) [b](/api/v1/x) [c](#d)", english);
        let expected =
            "<p><a href=\"/en/help\">a</a> <a href=\"/api/v1/x\">b</a> <a href=\"#d\">c</a></p>\n";
        assert_eq!(html, expected);
    }

    #[test]
    fn markup_in_a_text_is_text() {
        check("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>");
        check("一<b onclick=x>二</b>", "<p>一&lt;b onclick=x&gt;二&lt;/b&gt;</p>");
    }

    #[test]
    fn a_link_leads_only_where_a_reader_may_be_led() {
        check("[规则](/rules)", "<p><a href=\"/rules\">规则</a></p>");
        check("[x](javascript:alert(1))", "<p>x</p>");
        check("[x](//evil.example)", "<p>x</p>");
        check("[x](JaVaScRiPt:alert)", "<p>x</p>");
        check("[x](data:text/html,x)", "<p>x</p>");
        check(
            "[国](https://www.gov.cn/?a=\"b)",
            "<p><a href=\"https://www.gov.cn/?a=&quot;b\" rel=\"noreferrer\">国</a></p>",
        );
    }

    #[test]
    fn a_picture_is_its_words() {
        check("![徽](https://elsewhere.example/x.png)", "<p>徽</p>");
    }

    #[test]
    fn a_table_scrolls_in_a_region_of_its_own_without_styles() {
        check(
            "| a | b |\n| :-: | --: |\n| 1 | 2 |",
            "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"表 1\"><table><thead><tr>\
             <th>a</th><th>b</th></tr></thead><tbody>\n<tr><td>1</td><td>2</td></tr>\n</tbody></table></div>",
        );
    }

    #[test]
    fn chinese_among_english_is_marked() {
        assert_eq!(
            tongues("Under 国办发〔2025〕22号 3 & 4"),
            "Under <span lang=\"zh-Hans-CN\">国办发〔2025〕22号</span> 3 &amp; 4"
        );
    }
}
