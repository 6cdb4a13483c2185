//! The text of notices and guides: CommonMark with tables, made into the elements that the pages
//! style. Nothing in it reaches a page as markup of its own.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use crate::templates::escape;

/// Turns a text into HTML. Raw HTML is shown as the text it is, a picture by its words, and a link
/// leads only to a page here, to `https:`, `http:` or `mailto:`. Headings begin below the page's own
/// and leave no level out. Tables are called `table` and their number.
pub(crate) fn to_html(text: &str, table: &str) -> String {
    let mut maker = Maker { table, tables: 0, level: 1, headings: Vec::new(), links: Vec::new() };
    let events = Parser::new_ext(text, Options::ENABLE_TABLES).map(|event| maker.settle(event));
    let mut out = String::with_capacity(text.len() * 3 / 2);
    html::push_html(&mut out, events);
    out
}

struct Maker<'t> {
    table: &'t str,
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
            Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
            Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
            Event::Start(Tag::Heading { level, .. }) => {
                self.level = wanted(level).min(self.level + 1);
                self.headings.push(self.level);
                Event::Html(format!("<h{}>", self.level).into())
            }
            Event::End(TagEnd::Heading(_)) => {
                let level = self.headings.pop().unwrap_or(self.level);
                Event::Html(format!("</h{level}>\n").into())
            }
            // Its words stay: nothing is loaded from elsewhere.
            Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => nothing(),
            Event::Start(Tag::Link { dest_url, .. }) => {
                let opened = opened(&dest_url);
                self.links.push(opened.is_some());
                opened.map_or_else(nothing, |opened| Event::Html(opened.into()))
            }
            Event::End(TagEnd::Link) if self.links.pop() == Some(false) => nothing(),
            // A wide table scrolls in its own region. Columns are set by the style sheet: attributes
            // that set them would break the page's policy.
            Event::Start(Tag::Table(_)) => {
                self.tables += 1;
                let name = escape(&format!("{} {}", self.table, self.tables));
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

fn wanted(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 2,
        HeadingLevel::H2 => 3,
        _ => 4,
    }
}

/// The start of a link that leads anywhere a reader may be led.
fn opened(address: &str) -> Option<String> {
    let here = address.starts_with('#') || (address.starts_with('/') && !address.starts_with("//"));
    let lower = address.to_ascii_lowercase();
    let away = ["https://", "http://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme));
    let rest = if here { "" } else { " rel=\"noreferrer\"" };
    (here || away).then(|| format!("<a href=\"{}\"{rest}>", escape(address)))
}

#[cfg(test)]
mod tests {
    use super::to_html;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(to_html(text, "表").trim_end(), expected);
    }

    #[test]
    fn headings_begin_below_the_pages_and_leave_no_level_out() {
        check("# 一\n\n### 三", "<h2>一</h2>\n<h3>三</h3>");
        check("#### 四\n\n# 一", "<h2>四</h2>\n<h2>一</h2>");
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
}
