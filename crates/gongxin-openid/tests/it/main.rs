//! The tests of this room.

mod provider;
mod tokens;
