//! Which classes a public register lists.

use gongxin_model::Day;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ground::{Ground, Text};
use crate::rulebook::Rulebook;

/// Which register. The set is closed: each has a page of its own. Lists of entries are none of
/// them; whatever a list's rule publishes is listed there.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum RegisterId {
    /// 双公示: administrative decisions that are published within days of being taken.
    DoublePublicity,
    /// 信用承诺: what organisations and public bodies promised.
    Commitments,
}

impl RegisterId {
    /// Every one.
    pub const ALL: [Self; 2] = [Self::DoublePublicity, Self::Commitments];

    /// The stable name, as packs write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DoublePublicity => "double-publicity",
            Self::Commitments => "commitments",
        }
    }
}

/// A register with its classes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// Which register.
    pub id: RegisterId,
    /// What it is called.
    pub name: Text,
    /// The catalogues whose records it lists; the first one is shown where none is chosen.
    pub catalogues: Vec<String>,
    /// Its days and what it stands on.
    pub ground: Ground,
}

/// `registers.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegisterFile {
    /// The registers; one may have several makings, one after the other in time.
    pub registers: Vec<Register>,
}

impl Rulebook {
    /// A register as it is made up on a day. None where no pack declares it for the day: then it
    /// lists nothing.
    #[must_use]
    pub fn register_on(&self, id: RegisterId, day: Day) -> Option<&Register> {
        self.registers.iter().filter(|one| one.id == id).find(|one| one.ground.holds(day))
    }

    /// The register that lists a catalogue on a day.
    #[must_use]
    pub fn register_of(&self, catalogue: &str, day: Day) -> Option<RegisterId> {
        let lists = |id: &RegisterId| {
            let register = self.register_on(*id, day);
            register.is_some_and(|one| one.catalogues.iter().any(|listed| listed == catalogue))
        };
        RegisterId::ALL.into_iter().find(lists)
    }
}
