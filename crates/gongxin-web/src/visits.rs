//! How often one visitor is answered.
//!
//! Pages are open, and nobody needs to sign in; so that one program does not take the turns of all readers,
//! what comes from one address is bounded. Answers that are remembered cost next to nothing and are
//! not counted, nor is what comes from this machine itself.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;
use gongxin_app::public::shown::DeskError;
use gongxin_model::Instant;
use quick_cache::sync::Cache;
use serde::{Deserialize, Serialize};

use crate::counter::{Counter, Trouble};
use crate::limits;
use crate::visit::Visit;

/// How often one address is answered. The operator says so in the settings of the site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Visits {
    /// Visits a minute in the long run; 0 for as many as come.
    pub per_minute: u32,
    /// Visits at once, after a pause.
    pub at_once: u32,
    /// Gateways whose `X-Forwarded-For` is believed, beside one on this machine.
    pub gateways: Vec<IpAddr>,
}

impl Default for Visits {
    fn default() -> Self {
        Self { per_minute: 1_200, at_once: 600, gateways: Vec::new() }
    }
}

const MINUTE: i64 = 60_000_000;

/// Who came when.
pub(crate) struct Visitors {
    visits: Visits,
    /// For each visitor the time at which all it asked for is paid off (the generic cell rate
    /// algorithm of ITU-T I.371).
    paid: Cache<IpAddr, Arc<AtomicI64>>,
}

impl Visitors {
    pub(crate) fn new(visits: Visits) -> Self {
        Self { visits, paid: Cache::new(limits::VISITORS_KNOWN) }
    }

    /// Whose visit it is; none for who works on this machine.
    pub(crate) fn visitor(&self, peer: IpAddr, headers: &HeaderMap) -> Option<IpAddr> {
        let is_local = peer.to_canonical().is_loopback();
        if !is_local && !self.visits.gateways.contains(&peer.to_canonical()) {
            return Some(network(peer));
        }
        // The gateway adds the address that it sees at the end; what stands before, anybody can write.
        let all = headers.get_all("x-forwarded-for").iter();
        let last = all.rev().find_map(|value| value.to_str().ok());
        let named = last.and_then(|text| text.rsplit(',').next()?.trim().parse().ok());
        named.map(network).or((!is_local).then(|| network(peer)))
    }

    /// Lets a visitor in, or says how many seconds to wait.
    fn admit(&self, visitor: IpAddr, now: Instant) -> Result<(), u32> {
        let Some(each) = MINUTE.checked_div(i64::from(self.visits.per_minute)) else {
            return Ok(());
        };
        let ahead = each * i64::from(self.visits.at_once.max(1));
        let Ok(paid) = self.paid.get_or_insert_with(&visitor, || {
            Ok::<_, std::convert::Infallible>(Arc::new(AtomicI64::new(now.0)))
        });
        let admitted = paid.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |paid| {
            let next = paid.max(now.0) + each;
            (next - now.0 <= ahead).then_some(next)
        });
        admitted.map(drop).map_err(|paid| {
            let wait = (paid + each - ahead - now.0).max(0);
            u32::try_from(wait.div_euclid(1_000_000) + 1).unwrap_or(u32::MAX)
        })
    }
}

/// Whom an address stands for: one network of a household or an office has 2^64 of IPv6 (RFC 6177).
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let bits = u128::from(address) >> 64 << 64;
            IpAddr::V6(Ipv6Addr::from(bits))
        }
        address => address,
    }
}

/// Answers a visitor who has not come too often.
pub(crate) async fn admit(
    State(counter): State<Counter>,
    visit: Visit,
    request: Request,
    next: Next,
) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    let visitors = counter.visitors();
    let visitor = peer.and_then(|peer| visitors.visitor(peer, request.headers()));
    match visitor.map_or(Ok(()), |visitor| visitors.admit(visitor, counter.now())) {
        Ok(()) => next.run(request).await,
        Err(seconds) => counter.settle(&visit, Err(Trouble::Desk(DeskError::Busy { seconds }))),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_visitor_is_who_the_nearest_gateway_saw() {
        let gateways = vec!["10.0.0.1".parse().unwrap()];
        let visitors = Visitors::new(Visits { gateways, ..Visits::default() });
        for (peer, forwarded, expected) in [
            ("203.0.113.9", &[][..], Some("203.0.113.9")),
            ("203.0.113.9", &["198.51.100.1"], Some("203.0.113.9")),
            ("::ffff:203.0.113.9", &[], Some("203.0.113.9")),
            ("127.0.0.1", &[], None),
            ("127.0.0.1", &["198.51.100.1"], Some("198.51.100.1")),
            ("127.0.0.1", &["1.1.1.1, 198.51.100.1"], Some("198.51.100.1")),
            ("127.0.0.1", &["1.1.1.1", "198.51.100.1"], Some("198.51.100.1")),
            ("127.0.0.1", &["unknown"], None),
            ("10.0.0.1", &["2001:db8:1:2:3:4:5:6"], Some("2001:db8:1:2::")),
            ("10.0.0.1", &[], Some("10.0.0.1")),
        ] {
            let mut headers = HeaderMap::new();
            for value in forwarded {
                headers.append("x-forwarded-for", HeaderValue::from_static(value));
            }
            let expected = expected.map(|text| text.parse::<IpAddr>().unwrap());
            assert_eq!(visitors.visitor(peer.parse().unwrap(), &headers), expected, "{peer}");
        }
    }

    #[test]
    fn who_comes_too_often_waits_and_nobody_else_does() {
        let visits = Visits { per_minute: 60, at_once: 3, gateways: Vec::new() };
        let visitors = Visitors::new(visits);
        let [one, other]: [IpAddr; 2] =
            ["198.51.100.1", "198.51.100.2"].map(|text| text.parse().unwrap());
        let at = |seconds: i64| Instant(seconds * 1_000_000);
        for _ in 0..3 {
            assert_eq!(visitors.admit(one, at(100)), Ok(()));
        }
        assert_eq!(visitors.admit(one, at(100)), Err(2));
        assert_eq!(visitors.admit(other, at(100)), Ok(()));
        assert_eq!(visitors.admit(one, at(101)), Ok(()));
        assert!(visitors.admit(one, at(101)).is_err());
        assert_eq!(visitors.admit(one, at(1_000)), Ok(()));

        let unbounded = Visitors::new(Visits { per_minute: 0, ..Visits::default() });
        assert!((0..10_000).all(|_| unbounded.admit(one, at(100)).is_ok()));
    }
}
