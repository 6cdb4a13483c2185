//! Which coding of a body a reader takes (RFC 9110, section 12.5.3). It is found once, before
//! anything is remembered or compressed, so that all who act on it agree.

use axum::http::header::ACCEPT_ENCODING;
use axum::http::{HeaderMap, HeaderValue};

/// Whether the reader takes gzip: it is named, and not refused by a weight of nothing. Whoever
/// says nothing, or only `*`, gets what every reader can read.
pub(crate) fn takes_gzip(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT_ENCODING).iter();
    let codings = values.filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(','));
    codings.map(str::trim).any(|one| {
        let (coding, weight) = one.split_once(';').unwrap_or((one, ""));
        coding.trim().eq_ignore_ascii_case("gzip") && !is_nothing(weight.trim())
    })
}

/// A weight of nothing refuses.
fn is_nothing(weight: &str) -> bool {
    weight
        .strip_prefix(['q', 'Q'])
        .and_then(|rest| rest.trim_start().strip_prefix('='))
        .is_some_and(|number| number.trim().parse::<f32>() == Ok(0.0))
}

/// Says of a request no more than whether gzip is taken.
pub(crate) fn settle(headers: &mut HeaderMap) {
    if takes_gzip(headers) {
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    } else {
        headers.remove(ACCEPT_ENCODING);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_taken_where_it_is_named_and_not_refused() {
        let cases = [
            ("gzip", true),
            ("br, GZIP;q=0.5", true),
            ("gzip;q=0.001", true),
            ("gzip;q=0", false),
            ("gzip; Q = 0.000, deflate", false),
            ("br", false),
            ("*", false),
            ("x-gzipped", false),
            ("", false),
        ];
        for (value, is_taken) in cases {
            let value = HeaderValue::from_static(value);
            let mut headers = HeaderMap::from_iter([(ACCEPT_ENCODING, value.clone())]);
            assert_eq!(takes_gzip(&headers), is_taken, "{value:?}");
            settle(&mut headers);
            let said = headers.get(ACCEPT_ENCODING).map(HeaderValue::as_bytes);
            assert_eq!(said, is_taken.then_some(b"gzip".as_slice()), "{value:?}");
        }
    }
}
