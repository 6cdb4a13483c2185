//! The counter: portal pages and the HTTP API.
