//! A visitor who comes too often waits, whatever was asked for; what is remembered costs nothing.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Extension;
use axum::extract::ConnectInfo;
use gongxin_web::{Settings, Visits, router};

use crate::client::ask_at;
use crate::samples::SampleDesk;

#[test]
fn a_visitor_who_comes_too_often_is_told_how_long_to_wait() {
    let visits = Visits { per_minute: 60, at_once: 2, gateways: Vec::new() };
    let settings = Settings { visits, ..Settings::default() };
    let stranger: SocketAddr = ([203, 0, 113, 9], 1).into();
    let counter = router(Arc::new(SampleDesk::default()), settings).unwrap();
    let counter = counter.layer(Extension(ConnectInfo(stranger)));
    let ask = |address: &str| ask_at(counter.clone(), "GET", address, &[]);

    assert_eq!(ask("/rules").status, 200);
    assert_eq!(ask("/en/sources").status, 200);
    let page = ask("/en/lists");
    assert_eq!(page.status, 429);
    assert_eq!(page.header("retry-after"), "2");
    assert!(page.text().contains("Too many requests"), "{}", page.text());
    let problem = ask("/api/v1/lists");
    assert_eq!(problem.status, 429);
    assert_eq!(problem.header("content-type"), "application/problem+json");
    assert_eq!(ask("/rules").status, 200, "what is remembered is given again");
}
