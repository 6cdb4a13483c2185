//! Sheets of the Open Document Format to rows, streamed: what repeats is written out only as far
//! as it holds something, and never beyond its limits.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Cursor, Read as _};

use quick_xml::events::BytesStart;
use zip::ZipArchive;
use zip::read::ZipFile;

use crate::limits::Limits;
use crate::markup::{Fault, Markup, Token, attribute_text};
use crate::row::RawRow;
use crate::workbook::{SheetName, Sheets, Sink, Stop, Unreadable, flush, number_text, place};

/// The content of the package's member that says what it is.
pub(crate) const MIMETYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;
type Content<'a, 'b> = Markup<BufReader<ZipFile<'a, Cursor<&'b [u8]>>>>;

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        let cause = match fault {
            Fault::DocumentType => "a document type".to_owned(),
            Fault::Entity(name) => format!("an unknown entity {name}"),
            Fault::Depth => "elements too deep in one another".to_owned(),
            Fault::TooLong => "a tag or text beyond the limit".to_owned(),
            Fault::Broken(cause) => cause,
            Fault::Source(error) => error.to_string(),
        };
        Self::Unreadable(Unreadable::Corrupt, cause)
    }
}

/// Reads the sheets that are seen, and behind them those that are hidden.
pub(crate) fn read_ods(
    mut archive: Archive<'_>,
    limits: &Limits,
    sink: &mut impl Sink,
) -> Result<(), Stop> {
    if is_encrypted(&mut archive) {
        return Err(Stop::Unreadable(Unreadable::Password, String::new()));
    }
    let tables = tables(&mut content(&mut archive, limits)?)?;
    let mut sheets = Sheets::new(&tables, limits);
    let mut copies = Copies { rows: limits.repeated_rows, bytes: limits.repeated_bytes };
    for hidden in [false, true] {
        if !tables.iter().any(|table| table.hidden == hidden) {
            continue;
        }
        let mut content = content(&mut archive, limits)?;
        for table in &tables {
            next_table(&mut content)?;
            if table.hidden == hidden && sheets.begin(sink)? {
                read_table(&mut content, &mut copies, limits, sink)?;
            } else {
                content.skip()?;
            }
        }
    }
    Ok(())
}

fn content<'a, 'b>(archive: &'a mut Archive<'b>, limits: &Limits) -> Result<Content<'a, 'b>, Stop> {
    let part = archive
        .by_name("content.xml")
        .map_err(|error| Stop::Unreadable(Unreadable::Corrupt, error.to_string()))?;
    Ok(Markup::new(BufReader::new(part), limits.depth, limits.row_bytes))
}

/// True where the package's own list says that a part needs a password.
fn is_encrypted(archive: &mut Archive<'_>) -> bool {
    const LIST_BYTES: u64 = 1 << 20;
    let Ok(list) = archive.by_name("META-INF/manifest.xml") else {
        return false;
    };
    let mut text = Vec::new();
    // What cannot be read here cannot be read below either.
    let _ = list.take(LIST_BYTES).read_to_end(&mut text);
    memchr::memmem::find(&text, b"encryption-data").is_some()
}

/// The sheets in their order. What hides one is its style, which stands before them all.
fn tables<R: BufRead>(content: &mut Markup<R>) -> Result<Vec<SheetName>, Stop> {
    let mut hiding = BTreeSet::new();
    let mut tables = Vec::new();
    let mut style = None;
    loop {
        match content.next()? {
            Token::Open(element) => match element.name().as_ref() {
                "style:style" => style = attribute(&element, "style:name")?,
                "style:table-properties" => {
                    let is_hidden =
                        attribute(&element, "table:display")?.as_deref() == Some("false");
                    hiding.extend(style.take().filter(|_| is_hidden));
                }
                "table:table" => {
                    let hidden = attribute(&element, "table:style-name")?
                        .is_some_and(|style| hiding.contains(&style));
                    let name = attribute(&element, "table:name")?.unwrap_or_default();
                    tables.push(SheetName { name, hidden });
                    content.skip()?;
                }
                _ => {}
            },
            Token::End => return Ok(tables),
            _ => {}
        }
    }
}

/// Goes on behind the tag of the next sheet.
fn next_table<R: BufRead>(content: &mut Markup<R>) -> Result<(), Stop> {
    loop {
        match content.next()? {
            Token::Open(element) if element.name().as_ref() == "table:table" => return Ok(()),
            Token::End => {
                let cause = "a sheet is missing".to_owned();
                return Err(Stop::Unreadable(Unreadable::Corrupt, cause));
            }
            _ => {}
        }
    }
}

/// What repeated rows may still come to.
struct Copies {
    rows: u64,
    bytes: u64,
}

impl Copies {
    fn spend(&mut self, bytes: usize) -> Result<(), Stop> {
        match (self.rows.checked_sub(1), self.bytes.checked_sub(bytes as u64)) {
            (Some(rows), Some(bytes)) => {
                *self = Self { rows, bytes };
                Ok(())
            }
            _ => Err(Stop::Unreadable(Unreadable::Repeated, String::new())),
        }
    }
}

fn read_table<R: BufRead>(
    content: &mut Markup<R>,
    copies: &mut Copies,
    limits: &Limits,
    sink: &mut impl Sink,
) -> Result<(), Stop> {
    const GROUPS: [&str; 3] =
        ["table:table-rows", "table:table-row-group", "table:table-header-rows"];
    let outside = content.depth().saturating_sub(1);
    let mut row = RawRow::default();
    let mut number = 0_u64;
    while content.depth() > outside {
        let Token::Open(element) = content.next()? else {
            continue;
        };
        let name = element.name();
        if name.as_ref() == "table:table-row" {
            let times = count(&element, "table:number-rows-repeated")?;
            row.reset(number.saturating_add(1));
            read_row(content, &mut row, limits)?;
            flush(&row, sink)?;
            // Empty rows are counted; filled ones are rows as often as they stand there.
            if !row.is_blank() {
                for _ in 1..times {
                    copies.spend(row.text().len())?;
                    row.number += 1;
                    sink.row(&row)?;
                }
            }
            number = number.saturating_add(times);
        } else if !GROUPS.contains(&name.as_ref()) {
            content.skip()?;
        }
    }
    Ok(())
}

fn read_row<R: BufRead>(
    content: &mut Markup<R>,
    row: &mut RawRow,
    limits: &Limits,
) -> Result<(), Stop> {
    let outside = content.depth().saturating_sub(1);
    let mut column = 0_usize;
    while content.depth() > outside {
        let Token::Open(element) = content.next()? else {
            continue;
        };
        let times = match element.name().as_ref() {
            "table:table-cell" | "table:covered-table-cell" => {
                count(&element, "table:number-columns-repeated")?
            }
            _ => {
                content.skip()?;
                continue;
            }
        };
        // What a merged cell covers is not seen, and is no value.
        let covered = element.name().as_ref() == "table:covered-table-cell";
        let value = value(&element)?;
        let mut text = String::new();
        paragraphs(content, &mut text, limits)?;
        if let Some(value) = value {
            text = value;
        }
        let times = usize::try_from(times).unwrap_or(usize::MAX);
        if !covered && !crate::row::is_blank(&text) {
            for place_of_copy in (column..).take(times) {
                // A row that is too long is refused as one; no more of it is needed.
                if row.text().len() > limits.row_bytes || !place(row, place_of_copy, limits) {
                    break;
                }
                row.push(&text);
            }
        }
        column = column.saturating_add(times);
    }
    Ok(())
}

/// The value that an attribute states; None where the text is the value.
fn value(element: &BytesStart<'_>) -> Result<Option<String>, Stop> {
    let kind = attribute(element, "office:value-type")?;
    if attribute(element, "calcext:value-type")?.as_deref() == Some("error") {
        return Ok(None);
    }
    Ok(match kind.as_deref() {
        Some("float" | "currency" | "percentage") => {
            let number = attribute(element, "office:value")?;
            number.map(|text| text.parse().map_or(text, number_text))
        }
        Some("date") => {
            let moment = attribute(element, "office:date-value")?;
            moment.map(|text| text.replace('T', " ").trim_end_matches(" 00:00:00").to_owned())
        }
        Some("boolean") => {
            attribute(element, "office:boolean-value")?.map(|text| text.to_uppercase())
        }
        Some("string") => attribute(element, "office:string-value")?,
        _ => None,
    })
}

/// The text of a cell as it is shown: its paragraphs, one a line, without notes and drawings.
fn paragraphs<R: BufRead>(
    content: &mut Markup<R>,
    text: &mut String,
    limits: &Limits,
) -> Result<(), Stop> {
    let outside = content.depth().saturating_sub(1);
    let mut lines = 0;
    while content.depth() > outside {
        let part = match content.next()? {
            Token::Open(element) => match element.name().as_ref() {
                "text:p" => {
                    lines += 1;
                    Some(if lines > 1 { "\n" } else { "" })
                }
                "text:line-break" => Some("\n"),
                "text:tab" | "text:s" => Some(" "),
                "text:span" | "text:a" => Some(""),
                _ => None,
            },
            Token::Text(part) => {
                // Between paragraphs stand only the blanks of a file that is set out for people.
                if lines > 0 && text.len() <= limits.row_bytes {
                    text.push_str(&part);
                }
                continue;
            }
            _ => continue,
        };
        match part {
            Some(part) => text.push_str(part),
            None => content.skip()?,
        }
    }
    Ok(())
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, Stop> {
    for attribute in element.attributes().with_checks(false) {
        let attribute =
            attribute.map_err(|_| Fault::Broken("attributes that cannot be read".to_owned()))?;
        if attribute.key.as_ref() == name {
            return Ok(Some(attribute_text(&attribute.value)?.into_owned()));
        }
    }
    Ok(None)
}

/// How often an element stands for itself; once where that cannot be read.
fn count(element: &BytesStart<'_>, name: &str) -> Result<u64, Stop> {
    let times = attribute(element, name)?.and_then(|text| text.parse().ok());
    Ok(times.unwrap_or(1).max(1))
}
