//! The address under which a visitor reached the site, for links that leave it: site maps and codes
//! on paper.

use axum::http::header::HOST;
use axum::http::{HeaderMap, Uri};

/// The origin that a visit came to, such as `https://credit.example`.
pub(crate) fn of(uri: &Uri, headers: &HeaderMap) -> String {
    let authority = uri.authority().map(|authority| authority.as_str());
    let named = headers.get(HOST).and_then(|host| host.to_str().ok());
    let host = authority.or(named).filter(|host| is_host(host)).unwrap_or("localhost");
    format!("{}://{host}", scheme(headers))
}

/// A gateway that ends TLS says so. What a visitor writes there himself alters his own links only.
fn scheme(headers: &HeaderMap) -> &'static str {
    let forwarded = headers.get("x-forwarded-proto").and_then(|value| value.to_str().ok());
    if forwarded == Some("https") { "https" } else { "http" }
}

fn is_host(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    (1..=253).contains(&text.len()) && text.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_is_none_is_not_repeated() {
        let cases = [
            ("credit.example:8080", "http", "http://credit.example:8080"),
            ("credit.example", "https", "https://credit.example"),
            ("[::1]:8080", "javascript", "http://[::1]:8080"),
            ("a\"><script>", "http", "http://localhost"),
            ("", "https", "https://localhost"),
        ];
        for (host, scheme, expected) in cases {
            let request = axum::http::Request::builder().uri("/").header(HOST, host);
            let request = request.header("x-forwarded-proto", scheme).body(()).unwrap();
            assert_eq!(of(request.uri(), request.headers()), expected);
        }
    }
}
