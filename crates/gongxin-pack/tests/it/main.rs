//! The packs that come with the program, and what readers of packs promise.

mod builtin;
mod calendar;
mod names;
mod problems;
mod schemas;
mod terms;

use gongxin_model::Day;
use gongxin_pack::{DEFAULT_PACKS, Loaded, REHEARSAL_PACK, builtin, load};

#[expect(clippy::unwrap_used, reason = "a literal of a test")]
fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn loaded() -> Loaded {
    let mut packs = DEFAULT_PACKS.to_vec();
    packs.push(REHEARSAL_PACK);
    load(&builtin(&packs))
}
