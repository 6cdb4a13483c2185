//! Reads and checks packs, policy as data, and makes the rulebook.
