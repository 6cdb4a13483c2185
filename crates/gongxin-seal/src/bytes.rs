//! Canonical bytes: deterministic CBOR (RFC 8949 section 4.2) of a closed shape.
//!
//! Arrays of definite length, integers and lengths in their shortest form, no maps, no tags, no
//! floats. One value has one encoding; the decoder refuses every other.

use std::ops::Range;

use gongxin_model::{
    About, BatchNo, Body, Digest, Envelope, Field, Instant, Kind, PublicId, Seq, Value,
};
use minicbor::{Decoder, Encoder};

/// The bytes are not the canonical form of what they should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not the canonical bytes of {what}: {why}")]
pub struct DecodeError {
    what: &'static str,
    why: String,
}

type Writer = Encoder<Vec<u8>>;
/// Writing to memory cannot fail; the type says so.
type Written = Result<(), minicbor::encode::Error<std::convert::Infallible>>;

fn written(what: impl FnOnce(&mut Writer) -> Written) -> Vec<u8> {
    written_about(32, what)
}

/// The bytes of what will take about so many.
fn written_about(length: usize, what: impl FnOnce(&mut Writer) -> Written) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::with_capacity(length));
    match what(&mut encoder) {
        Ok(()) => encoder.into_writer(),
        Err(_) => Vec::new(),
    }
}

/// The canonical bytes of an envelope: the data of its leaf in the log.
#[must_use]
pub fn envelope_bytes(envelope: &Envelope) -> Vec<u8> {
    written(|e| {
        e.array(7)?
            .u64(envelope.format)?
            .bytes(&envelope.platform.0)?
            .i64(envelope.seq.0)?
            .i64(envelope.at.0)?
            .u16(envelope.kind.number())?
            .bytes(&envelope.rulebook.0)?
            .bytes(&envelope.commitments.0)?;
        Ok(())
    })
}

/// A body in its canonical bytes, and where in them each item of its head and fields stands: what
/// is kept and what is committed to are the same bytes, written once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodedBody<'a> {
    /// The canonical bytes of the whole, as the store keeps them (compressed, beside the salt).
    pub bytes: Vec<u8>,
    /// Code and canonical value of every item, sorted by code.
    items: Vec<(&'a str, Range<usize>)>,
}

impl<'a> EncodedBody<'a> {
    /// Encodes a body.
    #[must_use]
    pub fn of(body: &'a Body) -> Self {
        let head = Head::of(body);
        let mut items = Vec::with_capacity(head.items.len() + body.fields.len());
        let texts = |field: &Field| -> usize {
            let written = field.written.as_ref().map_or(0, |text| text.len());
            field.value.all().iter().map(|text| text.len()).sum::<usize>() + written
        };
        // What stands around a field's texts, its code among it, takes some 20 bytes.
        let length: usize = body.fields.iter().map(|field| texts(field) + 20).sum();
        let bytes = written_about(length + 256, |e| {
            e.array(2)?;
            e.array(head.items.len() as u64)?;
            for (code, value) in head.items() {
                e.array(2)?.str(code)?.bytes(value)?;
                let end = e.writer().len();
                items.push((code, end - value.len()..end));
            }
            e.array(body.fields.len() as u64)?;
            for field in &body.fields {
                e.array(2)?.str(&field.code)?;
                let start = e.writer().len();
                field_value(e, field)?;
                items.push((field.code.as_str(), start..e.writer().len()));
            }
            Ok(())
        });
        items.sort_by_key(|(code, _)| *code);
        Self { bytes, items }
    }

    /// Code and canonical value of every item, sorted by code. The head's codes begin with `_`,
    /// which no catalogue's field does; absent items are absent.
    pub(crate) fn items(&self) -> impl Iterator<Item = (&'a str, &[u8])> {
        self.items
            .iter()
            .map(|(code, range)| (*code, self.bytes.get(range.clone()).unwrap_or_default()))
    }
}

/// The canonical bytes of a body, as the store keeps it (compressed, beside its salt).
#[must_use]
pub fn body_bytes(body: &Body) -> Vec<u8> {
    EncodedBody::of(body).bytes
}

fn field_value(e: &mut Writer, field: &Field) -> Written {
    e.array(if field.written.is_some() { 2 } else { 1 })?;
    match &field.value {
        Value::Text(text) => {
            e.str(text)?;
        }
        Value::List(list) => {
            e.array(list.len() as u64)?;
            for text in list {
                e.str(text)?;
            }
        }
    }
    if let Some(text) = &field.written {
        e.str(text)?;
    }
    Ok(())
}

/// The head of a body as fields of their own, so that each is committed like any other: code
/// (with a leading `_`, which no catalogue's field has) and canonical bytes. Absent ones have no
/// commitment.
struct Head {
    encoder: Writer,
    items: Vec<(&'static str, Range<usize>)>,
}

impl Head {
    /// The most items that a head has.
    const ITEMS: usize = 9;
    /// About so many bytes they take.
    const BYTES: usize = 128;

    fn of(body: &Body) -> Self {
        let mut head = Self {
            encoder: Encoder::new(Vec::with_capacity(Self::BYTES)),
            items: Vec::with_capacity(Self::ITEMS),
        };
        // Writing to memory cannot fail.
        head.write(body).ok();
        head
    }

    fn write(&mut self, body: &Body) -> Written {
        self.put("_about", |e| {
            e.array(2)?;
            match body.about {
                About::Record(id) => e.u8(1)?.bytes(&id.0)?,
                About::Subject(id) => e.u8(2)?.bytes(&id.0)?,
                About::Rulebook(digest) => e.u8(3)?.bytes(&digest.0)?,
                About::Platform => e.u8(4)?.bytes(&[])?,
                About::Case(id) => e.u8(5)?.bytes(&id.0)?,
            };
            Ok(())
        })?;
        self.text("_actor", body.actor.as_deref())?;
        self.number("_batch", body.batch.map(|batch| batch.0))?;
        self.text("_catalogue", body.catalogue.as_deref())?;
        if !body.causes.is_empty() {
            self.put("_causes", |e| {
                e.array(body.causes.len() as u64)?;
                body.causes.iter().try_for_each(|cause| e.i64(cause.0).map(drop))
            })?;
        }
        self.text("_ground", body.ground.as_deref())?;
        self.number("_row", body.row.map(|row| i64::try_from(row).unwrap_or(i64::MAX)))?;
        self.text("_source", body.source.as_deref())?;
        match body.subject {
            Some(subject) => self.put("_subject", |e| e.bytes(&subject.0).map(drop)),
            None => Ok(()),
        }
    }

    fn text(&mut self, code: &'static str, text: Option<&str>) -> Written {
        text.map_or(Ok(()), |text| self.put(code, |e| e.str(text).map(drop)))
    }

    fn number(&mut self, code: &'static str, number: Option<i64>) -> Written {
        number.map_or(Ok(()), |number| self.put(code, |e| e.i64(number).map(drop)))
    }

    fn put(&mut self, code: &'static str, value: impl FnOnce(&mut Writer) -> Written) -> Written {
        let start = self.encoder.writer().len();
        value(&mut self.encoder)?;
        self.items.push((code, start..self.encoder.writer().len()));
        Ok(())
    }

    /// Code and canonical value of every item, sorted by code.
    fn items(&self) -> impl Iterator<Item = (&'static str, &[u8])> {
        let bytes = self.encoder.writer();
        self.items.iter().map(|(code, range)| (*code, bytes.get(range.clone()).unwrap_or_default()))
    }
}

struct Reading<'a> {
    decoder: Decoder<'a>,
    what: &'static str,
}

impl<'a> Reading<'a> {
    fn new(bytes: &'a [u8], what: &'static str) -> Self {
        Self { decoder: Decoder::new(bytes), what }
    }

    fn wrong(&self, why: &dyn std::fmt::Display) -> DecodeError {
        DecodeError { what: self.what, why: why.to_string() }
    }

    fn array(&mut self) -> Result<u64, DecodeError> {
        let length = self.decoder.array().map_err(|error| self.wrong(&error))?;
        length.ok_or_else(|| self.wrong(&"an array of indefinite length"))
    }

    fn exactly(&mut self, length: u64) -> Result<(), DecodeError> {
        let found = self.array()?;
        if found == length {
            return Ok(());
        }
        Err(self.wrong(&format!("{found} items where {length} belong")))
    }

    fn integer(&mut self) -> Result<i64, DecodeError> {
        self.decoder.i64().map_err(|error| self.wrong(&error))
    }

    fn text(&mut self) -> Result<&'a str, DecodeError> {
        self.decoder.str().map_err(|error| self.wrong(&error))
    }

    fn bytes(&mut self) -> Result<&'a [u8], DecodeError> {
        self.decoder.bytes().map_err(|error| self.wrong(&error))
    }

    fn fixed<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let bytes = self.bytes()?;
        <[u8; N]>::try_from(bytes)
            .map_err(|_| self.wrong(&format!("{} bytes, not {N}", bytes.len())))
    }

    fn is_array(&mut self) -> Result<bool, DecodeError> {
        let kind = self.decoder.datatype().map_err(|error| self.wrong(&error))?;
        Ok(kind == minicbor::data::Type::Array)
    }
}

/// Reads an envelope from its canonical bytes.
///
/// # Errors
/// The bytes are not canonical, or of another format.
pub fn decode_envelope(bytes: &[u8]) -> Result<Envelope, DecodeError> {
    let mut reading = Reading::new(bytes, "an envelope");
    reading.exactly(7)?;
    let format = u64::try_from(reading.integer()?).map_err(|error| reading.wrong(&error))?;
    let platform = PublicId(reading.fixed()?);
    let (seq, at) = (Seq(reading.integer()?), Instant(reading.integer()?));
    let kind = u16::try_from(reading.integer()?)
        .ok()
        .and_then(Kind::from_number)
        .ok_or_else(|| reading.wrong(&"an unknown kind"))?;
    let rulebook = Digest(reading.fixed()?);
    let commitments = Digest(reading.fixed()?);
    let envelope = Envelope { format, platform, seq, at, kind, rulebook, commitments };
    if envelope_bytes(&envelope) != bytes {
        return Err(reading.wrong(&"another encoding of the same value"));
    }
    Ok(envelope)
}

/// Reads a body from its canonical bytes.
///
/// # Errors
/// The bytes are not canonical.
pub fn decode_body(bytes: &[u8]) -> Result<Body, DecodeError> {
    let mut reading = Reading::new(bytes, "a body");
    reading.exactly(2)?;
    let mut body = Body::about(About::Platform);
    for _ in 0..reading.array()? {
        reading.exactly(2)?;
        let code = reading.text()?;
        let value = reading.bytes()?;
        head_value(&mut body, code, value)?;
    }
    for _ in 0..reading.array()? {
        reading.exactly(2)?;
        let code = reading.text()?;
        body.fields.push(read_field(&mut reading, code)?);
    }
    if body_bytes(&body) != bytes {
        return Err(reading.wrong(&"another encoding of the same value"));
    }
    Ok(body)
}

fn read_field(reading: &mut Reading<'_>, code: &str) -> Result<Field, DecodeError> {
    let parts = reading.array()?;
    let value = if reading.is_array()? {
        let mut list = Vec::new();
        for _ in 0..reading.array()? {
            list.push(reading.text()?.into());
        }
        Value::List(list)
    } else {
        Value::Text(reading.text()?.into())
    };
    let written = if parts == 2 { Some(reading.text()?.into()) } else { None };
    Ok(Field { code: code.into(), value, written })
}

fn head_value(body: &mut Body, code: &str, bytes: &[u8]) -> Result<(), DecodeError> {
    let mut value = Reading::new(bytes, "a body's head");
    match code {
        "_about" => {
            value.exactly(2)?;
            body.about = match value.integer()? {
                1 => About::Record(PublicId(value.fixed()?)),
                2 => About::Subject(PublicId(value.fixed()?)),
                3 => About::Rulebook(Digest(value.fixed()?)),
                4 => About::Platform,
                5 => About::Case(PublicId(value.fixed()?)),
                other => return Err(value.wrong(&format!("scope {other}"))),
            };
        }
        "_actor" => body.actor = Some(value.text()?.to_owned()),
        "_batch" => body.batch = Some(BatchNo(value.integer()?)),
        "_catalogue" => body.catalogue = Some(value.text()?.to_owned()),
        "_causes" => {
            for _ in 0..value.array()? {
                body.causes.push(Seq(value.integer()?));
            }
        }
        "_ground" => body.ground = Some(value.text()?.to_owned()),
        "_row" => body.row = u64::try_from(value.integer()?).ok(),
        "_source" => body.source = Some(value.text()?.to_owned()),
        "_subject" => body.subject = Some(PublicId(value.fixed()?)),
        other => return Err(value.wrong(&format!("unknown item {other}"))),
    }
    Ok(())
}
