//! A client without a network: requests go straight into the router.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use gongxin_web::{Settings, router};
use tower::ServiceExt as _;

use crate::samples::SampleDesk;

/// An answer, read to its end.
#[derive(Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

pub(crate) fn counter(desk: SampleDesk) -> Router {
    let settings = Settings { instance: "t".into(), ..Settings::default() };
    router(Arc::new(desk), settings).unwrap()
}

pub(crate) fn ask(method: &str, address: &str, headers: &[(&str, &str)]) -> Answer {
    ask_at(counter(SampleDesk::default()), method, address, headers)
}

pub(crate) fn ask_at(
    router: Router,
    method: &str,
    address: &str,
    headers: &[(&str, &str)],
) -> Answer {
    let mut request = Request::builder().method(method).uri(address);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let response = router.oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 10_000_000).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    })
}

pub(crate) fn get(address: &str) -> Answer {
    ask("GET", address, &[])
}
