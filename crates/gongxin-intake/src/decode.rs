//! Bytes to text, streaming: the encoding is found once and stated.

use std::io::{self, Read};

use encoding_rs::{CoderResult, Decoder, Encoding, GB18030, GBK, UTF_8};

use crate::sniff;

/// A source of bytes that a caller hands over.
pub type Source = Box<dyn Read + Send>;

/// Decodes a source chunk by chunk into valid UTF-8.
pub(crate) struct Decoded {
    source: Source,
    raw: Vec<u8>,
    filled: usize,
    decoder: Option<Decoder>,
    encoding: Option<&'static Encoding>,
    /// True once the source has ended and everything was decoded.
    pub(crate) ended: bool,
    /// Bytes read from the source.
    pub(crate) bytes: u64,
    limit: u64,
    /// True once the file is longer than allowed.
    pub(crate) over: bool,
}

impl std::fmt::Debug for Decoded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decoded").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

impl Decoded {
    /// Decodes `source`, of which `head` was read already.
    pub(crate) fn new(
        source: Source,
        head: &[u8],
        chunk: usize,
        limit: u64,
        encoding: Option<&'static Encoding>,
    ) -> Self {
        let mut raw = vec![0; chunk.max(head.len()).max(64)];
        if let Some(place) = raw.get_mut(..head.len()) {
            place.copy_from_slice(head);
        }
        let mut decoded = Self {
            source,
            raw,
            filled: head.len(),
            decoder: None,
            encoding: None,
            ended: false,
            bytes: head.len() as u64,
            limit,
            over: false,
        };
        if let Some(encoding) = encoding {
            let mark = Encoding::for_bom(head).map_or(0, |(_, mark)| mark);
            decoded.start(encoding, mark);
        } else if let Some((encoding, mark)) = sniff::encoding(head) {
            decoded.start(encoding, mark);
        }
        decoded
    }

    fn start(&mut self, encoding: &'static Encoding, mark: usize) {
        self.encoding = Some(encoding);
        self.decoder = Some(encoding.new_decoder_without_bom_handling());
        self.raw.copy_within(mark..self.filled, 0);
        self.filled -= mark.min(self.filled);
    }

    /// The name of the encoding; UTF-8 as long as only ASCII was seen.
    pub(crate) fn encoding(&self) -> &'static str {
        self.encoding.unwrap_or(UTF_8).name()
    }

    /// True for the Chinese encoding that takes nearly any bytes for characters.
    pub(crate) fn is_chinese(&self) -> bool {
        self.encoding == Some(GB18030) || self.encoding == Some(GBK)
    }

    /// Adds the next chunk to the text. Nothing is added only when the source has ended.
    pub(crate) fn fill(&mut self, text: &mut String) -> io::Result<()> {
        if self.ended {
            return Ok(());
        }
        let mut last = false;
        if self.filled == 0 {
            last = self.read_more()?;
        }
        if self.decoder.is_none() {
            let ascii =
                self.raw.iter().take(self.filled).take_while(|byte| byte.is_ascii()).count();
            if ascii == self.filled && ascii > 0 {
                self.take(text, ascii);
                self.ended = self.over;
                return Ok(());
            }
            // What follows decides; look at as much of it as one chunk holds.
            while !last && self.filled < self.raw.len() {
                last = self.read_more()?;
            }
            let rest = self.raw.get(ascii..self.filled).unwrap_or_default();
            let encoding = sniff::encoding(rest).map_or(UTF_8, |(encoding, _)| encoding);
            self.start(encoding, 0);
        }
        self.decode(text, last);
        Ok(())
    }

    /// Reads into the free part of the buffer; true at the end.
    fn read_more(&mut self) -> io::Result<bool> {
        let Some(free) = self.raw.get_mut(self.filled..) else {
            return Ok(false);
        };
        let count = loop {
            match self.source.read(free) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.filled += count;
        self.bytes += count as u64;
        if self.bytes > self.limit {
            self.over = true;
            return Ok(true);
        }
        Ok(count == 0)
    }

    fn take(&mut self, text: &mut String, ascii: usize) {
        let bytes = self.raw.get(..ascii).unwrap_or_default();
        text.push_str(std::str::from_utf8(bytes).unwrap_or_default());
        self.filled = 0;
    }

    fn decode(&mut self, text: &mut String, last: bool) {
        let Some(decoder) = self.decoder.as_mut() else {
            return;
        };
        let mut from = 0;
        loop {
            let bytes = self.raw.get(from..self.filled).unwrap_or_default();
            let needed = decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(bytes.len());
            text.reserve(needed.max(16));
            let (result, read, _) = decoder.decode_to_string(bytes, text, last);
            from += read;
            if result == CoderResult::InputEmpty {
                break;
            }
        }
        self.filled = 0;
        self.ended = last;
    }
}
