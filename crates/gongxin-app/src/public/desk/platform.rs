//! What every page says of the platform. It moves with the rulebook alone, so that it is not asked
//! for with each answer.

use std::sync::RwLock;

use gongxin_model::Instant;
use gongxin_pack::Rulebook;

use super::{read, write};
use crate::public::shown::{DeskError, ShownPlatform, Words};

/// For so many microseconds what was said is said again.
const SAID_FOR: i64 = 1_000_000;

/// What was said last, and when it was asked for.
#[derive(Debug, Default)]
pub(super) struct LastPlatform(RwLock<Option<(Instant, ShownPlatform)>>);

impl LastPlatform {
    /// The platform at a time, asked for where what was said last is not fresh.
    pub(super) fn at(
        &self,
        now: Instant,
        ask: impl FnOnce() -> Result<ShownPlatform, DeskError>,
    ) -> Result<ShownPlatform, DeskError> {
        // A clock that stands still says nothing of how long ago that was.
        let is_fresh = |at: Instant| at < now && now.0 - at.0 < SAID_FOR;
        if let Some((_, last)) = read(&self.0).as_ref().filter(|(at, _)| is_fresh(*at)) {
            return Ok(ShownPlatform { now, ..last.clone() });
        }
        let platform = ask()?;
        *write(&self.0) = Some((now, platform.clone()));
        Ok(ShownPlatform { now, ..platform })
    }
}

/// The name that the last pack gives which gives one, otherwise the last pack's own; and whether
/// anything is invented.
pub(super) fn named(rulebook: &Rulebook) -> ShownPlatform {
    let mut packs = rulebook.packs.values().rev();
    let last = packs.clone().next().map(|pack| &pack.name);
    let name = packs.find_map(|pack| pack.platform.as_ref()).or(last);
    ShownPlatform {
        name: name.map_or_else(Words::default, super::words),
        rehearsal: rulebook.is_rehearsal(),
        now: Instant(0),
    }
}
