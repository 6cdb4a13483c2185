//! The query of an address, read without ever failing: rubbish becomes harmless text.

/// The parameters of an address, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads a raw query. Percent signs that encode nothing stay as they are, and bytes that
    /// are no UTF-8 become replacement characters.
    pub(crate) fn parse(query: &str) -> Self {
        let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        });
        Self(pairs.collect())
    }

    /// Adds a parameter.
    pub(crate) fn push(&mut self, name: &str, value: String) {
        self.0.push((name.to_owned(), value));
    }

    /// The first value of a name; absent and blank are the same.
    pub(crate) fn first(&self, name: &str) -> Option<&str> {
        let mut values = self.0.iter().filter(|(key, _)| key == name);
        values.next().map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// All parameters as they came.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// All values of a name that are not blank, at most `limit`.
    pub(crate) fn all(&self, name: &str, limit: usize) -> Vec<String> {
        let values = self.0.iter().filter(|(key, value)| key == name && !value.trim().is_empty());
        values.map(|(_, value)| value.trim().to_owned()).take(limit).collect()
    }
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        match (first, after) {
            (b'+', _) => bytes.push(b' '),
            (b'%', [high, low, beyond @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    bytes.push(high << 4 | low);
                    rest = beyond;
                }
                _ => bytes.push(b'%'),
            },
            (byte, _) => bytes.push(*byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// Encodes a value for the query or a path of an address.
pub(crate) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// A query for links: pairs with a value, encoded, with the leading `?` where there are any.
pub(crate) fn query(pairs: &[(&str, Option<&str>)]) -> String {
    let mut text = String::new();
    for (name, value) in pairs {
        let Some(value) = value else { continue };
        text.push(if text.is_empty() { '?' } else { '&' });
        text.push_str(name);
        text.push('=');
        text.push_str(&encode(value));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rubbish_becomes_harmless_text() {
        let cases = [
            ("q=%E5%8C%97", Some("北")),
            ("q=a+b", Some("a b")),
            ("q=%", Some("%")),
            ("q=%zz%4", Some("%zz%4")),
            ("q=%ff%fe", Some("\u{fffd}\u{fffd}")),
            ("q=", None),
            ("q=++", None),
            ("", None),
            ("&&=&q", None),
            ("x=1&q=2&q=3", Some("2")),
        ];
        for (query, expected) in cases {
            assert_eq!(Parameters::parse(query).first("q"), expected, "{query}");
        }
    }

    #[test]
    fn what_is_encoded_decodes_to_itself() {
        for text in ["北方 牧业", "a&b=c", "100%", "+8:00", "〔2026〕17号"] {
            assert_eq!(decode(&encode(text)), text);
        }
    }

    #[test]
    fn a_query_leaves_out_what_is_absent() {
        assert_eq!(query(&[("a", None), ("b", Some("x y")), ("c", Some("1"))]), "?b=x%20y&c=1");
        assert_eq!(query(&[("a", None)]), "");
    }
}
