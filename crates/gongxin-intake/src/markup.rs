//! Marked-up text token by token, for files that nobody has to mean well: no document type, no
//! entities of its own, and a bound on every token and on the depth.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Why no further token can be had.
#[derive(Debug)]
pub(crate) enum Fault {
    /// A document type, which may declare anything.
    DocumentType,
    /// An entity beyond the five that need no declaration, by its name.
    Entity(String),
    /// Elements in elements beyond the limit.
    Depth,
    /// One token is longer than the limit.
    TooLong,
    /// Not well-formed.
    Broken(String),
    /// The source of bytes failed.
    Source(io::Error),
}

/// What comes next.
#[derive(Debug)]
pub(crate) enum Token<'a> {
    /// An element begins; one without content ends right behind.
    Open(BytesStart<'a>),
    /// The element that began last ends.
    Close,
    /// Text between tags, entities resolved.
    Text(Cow<'a, str>),
    /// A comment, an instruction, the declaration.
    Nothing,
    End,
}

/// Reads UTF-8 token by token.
pub(crate) struct Markup<R> {
    reader: Reader<Metered<R>>,
    buffer: Vec<u8>,
    depth: usize,
    deepest: usize,
    longest: usize,
}

impl<R> std::fmt::Debug for Markup<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Markup").field("depth", &self.depth).finish_non_exhaustive()
    }
}

impl<R: BufRead> Markup<R> {
    /// Reads `source`, whose elements may lie `deepest` in one another and whose tokens may have
    /// `longest` bytes.
    pub(crate) fn new(source: R, deepest: usize, longest: usize) -> Self {
        let mut reader = Reader::from_reader(Metered { source, left: longest, spent: false });
        reader.config_mut().expand_empty_elements = true;
        Self { reader, buffer: Vec::new(), depth: 0, deepest, longest }
    }

    /// What is read from.
    pub(crate) fn source(&self) -> &R {
        &self.reader.get_ref().source
    }

    /// The next token.
    pub(crate) fn next(&mut self) -> Result<Token<'_>, Fault> {
        self.buffer.clear();
        self.reader.get_mut().left = self.longest;
        let event = match self.reader.read_event_into(&mut self.buffer) {
            Ok(event) => event,
            Err(_) if self.reader.get_ref().spent => return Err(Fault::TooLong),
            Err(quick_xml::Error::Io(error)) => {
                return Err(Fault::Source(io::Error::new(error.kind(), error.to_string())));
            }
            // The words of a file are not told again in a finding.
            Err(quick_xml::Error::IllFormed(_)) => {
                return Err(Fault::Broken("a tag that does not fit".to_owned()));
            }
            Err(quick_xml::Error::Syntax(error)) => return Err(Fault::Broken(error.to_string())),
            Err(_) => return Err(Fault::Broken("a tag that cannot be read".to_owned())),
        };
        Ok(match event {
            Event::Start(element) | Event::Empty(element) => {
                self.depth += 1;
                if self.depth > self.deepest {
                    return Err(Fault::Depth);
                }
                Token::Open(element)
            }
            Event::End(_) => {
                self.depth = self.depth.saturating_sub(1);
                Token::Close
            }
            Event::Text(text) => Token::Text(text.xml10_content()),
            Event::CData(text) => Token::Text(text.xml10_content()),
            Event::GeneralRef(name) => match name.resolve_char_ref() {
                Ok(Some(character)) => Token::Text(Cow::Owned(character.to_string())),
                _ => Token::Text(Cow::Borrowed(predefined(&name)?)),
            },
            Event::DocType(_) => return Err(Fault::DocumentType),
            Event::Eof if self.depth > 0 => {
                return Err(Fault::Broken("the file ends inside an element".to_owned()));
            }
            Event::Eof => Token::End,
            Event::Comment(_) | Event::PI(_) | Event::Decl(_) => Token::Nothing,
        })
    }

    /// How many elements are open.
    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    /// Passes over the rest of the element that began last.
    pub(crate) fn skip(&mut self) -> Result<(), Fault> {
        let outside = self.depth.saturating_sub(1);
        while self.depth > outside {
            self.next()?;
        }
        Ok(())
    }
}

/// The character of an entity that needs no declaration.
fn predefined(name: &str) -> Result<&'static str, Fault> {
    Ok(match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        other => {
            let plain = |one: &char| one.is_ascii_alphanumeric();
            return Err(Fault::Entity(other.chars().filter(plain).take(40).collect()));
        }
    })
}

/// The text of an attribute as it was meant.
pub(crate) fn attribute_text(raw: &str) -> Result<Cow<'_, str>, Fault> {
    if !raw.contains('&') {
        return Ok(Cow::Borrowed(raw));
    }
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('&') {
        text.push_str(before);
        let (name, after) =
            after.split_once(';').ok_or_else(|| Fault::Broken("a lone `&`".to_owned()))?;
        match name.strip_prefix('#') {
            Some(number) => text.push(character(number)?),
            None => text.push_str(predefined(name)?),
        }
        rest = after;
    }
    text.push_str(rest);
    Ok(Cow::Owned(text))
}

fn character(number: &str) -> Result<char, Fault> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    };
    let character = code.ok().and_then(char::from_u32).filter(|character| *character != '\0');
    character.ok_or_else(|| Fault::Broken("a character that is none".to_owned()))
}

/// Lets so many bytes pass for one token.
struct Metered<R> {
    source: R,
    left: usize,
    spent: bool,
}

impl<R: BufRead> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut part = self.fill_buf()?;
        let count = part.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Metered<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            self.spent = true;
            return Err(io::Error::other("a token longer than the limit"));
        }
        let part = self.source.fill_buf()?;
        Ok(part.get(..self.left).unwrap_or(part))
    }

    fn consume(&mut self, count: usize) {
        self.left = self.left.saturating_sub(count);
        self.source.consume(count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        let mut markup = Markup::new(text.as_bytes(), 3, 100);
        let mut told = String::new();
        loop {
            match markup.next() {
                Ok(Token::Open(element)) => {
                    let name = element.local_name();
                    told.push_str(&format!("<{}", name.as_ref()));
                }
                Ok(Token::Close) => told.push('>'),
                Ok(Token::Text(text)) => told.push_str(&text),
                Ok(Token::Nothing) => {}
                Ok(Token::End) => return told,
                Err(fault) => return format!("{told}!{fault:?}"),
            }
        }
    }

    #[test]
    fn tokens_are_plain_and_limits_have_names() {
        let long = format!("<a>{}</a>", "x".repeat(200));
        let cases = [
            (
                "<?xml version=\"1.0\"?><a><!-- c -->甲&amp;&#20057;<![CDATA[<丙>]]></a>",
                "<a甲&乙<丙>>",
            ),
            ("<a><b/></a>", "<a<b>>"),
            ("<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", "!DocumentType"),
            ("<a>&x;</a>", "<a!Entity(\"x\")"),
            ("<a><b><c><d/></c></b></a>", "<a<b<c!Depth"),
            (&long, "<a!TooLong"),
            ("<a>", "<a!Broken(\"the file ends inside an element\")"),
        ];
        for (text, expected) in cases {
            assert_eq!(told(text), expected, "{text}");
        }
        assert!(told("<a></b>").starts_with("<a!Broken"));
        assert_eq!(attribute_text("甲&amp;&#x4e59;").unwrap(), "甲&乙");
        assert!(attribute_text("&x;").is_err());
    }
}
