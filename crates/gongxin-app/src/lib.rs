//! The office: use cases, one transaction each, between the rooms and the store.

pub mod public;
