//! Checkpoints: how large a log is and what its root is, as the text of a note (C2SP
//! tlog-checkpoint).

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gongxin_model::Digest;

use crate::tile::number;

/// What a log says of itself at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log it is.
    pub origin: String,
    /// How many leaves it has.
    pub size: u64,
    /// The root over them, under the log's suite.
    pub root: Digest,
    /// Further lines, which say nothing to us. Our own checkpoints have none.
    pub extensions: Vec<String>,
}

/// The text of a note is no checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a checkpoint: origin, size and root, a line each, are asked for")]
pub struct CheckpointError;

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { origin, size, root, extensions } = self;
        write!(f, "{origin}\n{size}\n{}\n", STANDARD.encode(root.0))?;
        extensions.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl FromStr for Checkpoint {
    type Err = CheckpointError;

    fn from_str(text: &str) -> Result<Self, CheckpointError> {
        let lines = text.strip_suffix('\n').ok_or(CheckpointError)?;
        if lines.split('\n').any(str::is_empty) {
            return Err(CheckpointError);
        }
        let mut lines = lines.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next())
        else {
            return Err(CheckpointError);
        };
        let root = STANDARD.decode(root).map_err(|_| CheckpointError)?;
        Ok(Self {
            origin: origin.to_owned(),
            size: number(size).ok_or(CheckpointError)?,
            root: Digest(root.try_into().map_err(|_| CheckpointError)?),
            extensions: lines.map(str::to_owned).collect(),
        })
    }
}
