//! What must hold for any bytes: the laws, the targets that put bytes to them, sound files to
//! begin from, and files that nobody meant well.
//!
//! A target is a plain function that panics where a law is broken. libFuzzer runs it
//! (`fuzz/libfuzzer`, nightly), our own mutations run it ([`mutate`]), and tests replay both
//! without either. Every file is made here; none is anybody else's.

pub mod hostile;
mod laws;
pub mod mutate;
mod seeds;
mod targets;

use std::sync::{Arc, OnceLock};

use gongxin_pack::Rulebook;

/// One thing that takes bytes.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name, as on the command line.
    pub name: &'static str,
    /// What the bytes are.
    pub about: &'static str,
    /// Puts bytes to the laws.
    ///
    /// # Panics
    /// Where a law is broken.
    pub run: fn(&[u8]),
    /// Bytes to begin from.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// All targets.
pub const TARGETS: [Target; 14] = targets::ALL;

/// The target of a name.
#[must_use]
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

/// Puts bytes to the laws of a target; bytes of a target that there is not pass.
///
/// # Panics
/// Where a law is broken.
pub fn run(name: &str, bytes: &[u8]) {
    if let Some(target) = target(name) {
        (target.run)(bytes);
    }
}

/// The rulebook of the packs that come with the program.
#[must_use]
pub fn rulebook() -> Arc<Rulebook> {
    static RULEBOOK: OnceLock<Arc<Rulebook>> = OnceLock::new();
    Arc::clone(RULEBOOK.get_or_init(|| {
        let files = gongxin_pack::builtin(gongxin_pack::DEFAULT_PACKS);
        Arc::new(gongxin_pack::read(&files).0.unwrap_or_default())
    }))
}
