//! `gongxin log`: the public log and its keys.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Json;

#[derive(Debug, Subcommand)]
pub(crate) enum Log {
    /// Integrate what is new, sign it, and print the newest checkpoint.
    #[command(
        after_help = "Example:\n  gongxin log checkpoint\n  gongxin log checkpoint --json\n\nExit \
        codes: 0 the checkpoint covers every entry, 1 there is none or it does not (no key signs), 2 wrong \
        usage, 3 could not be done, or would contradict what was signed."
    )]
    Checkpoint(Json),
    /// Print the proof that an entry is in the log, as JSON. Of a record that is the entry with its content.
    #[command(after_help = "Example:\n  gongxin log prove 17 > proof.json\n  gongxin log prove \
        01JQ8Z6V4Y0000000000000000 > proof.json\n\nExit codes: 0 proved, 1 nothing that was signed covers \
        it, 2 wrong usage or no such entry, 3 could not be done.")]
    Prove {
        /// The place of an entry, or the public id of a record.
        #[arg(value_name = "ENTRY|RECORD")]
        of: String,
    },
    /// Check a proof with public keys that you trust. Asks nobody: no store, no connection.
    #[command(
        after_help = "Example:\n  gongxin log verify proof.json --key 'credit.example/log+530d903a+Aek…'\n  \
        gongxin log verify proof.json --key-from keys.txt\n\nExit codes: 0 it holds, 2 wrong usage, 3 could not \
        be read, 4 it proves nothing."
    )]
    Verify(LogVerify),
    /// The keys that sign.
    #[command(subcommand)]
    Key(LogKey),
}

#[derive(Debug, Args)]
pub(crate) struct LogVerify {
    /// The proof; `-` reads standard input.
    pub(crate) file: PathBuf,
    /// A public key of the log, as its page and `gongxin log key show` write it; may be given more than
    /// once.
    #[arg(long, value_name = "KEY", required_unless_present = "key_from")]
    pub(crate) key: Vec<String>,
    /// A file with public keys, one a line.
    #[arg(long, value_name = "FILE")]
    pub(crate) key_from: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LogKey {
    /// Make the first key. The log is signed from then on.
    #[command(
        after_help = "Example:\n  gongxin log key new --origin credit.example/log\n\nExit codes: 0 \
        made, 2 wrong usage or there is one, 3 could not be made."
    )]
    New {
        /// The name of the log: where it is served, without `https://`. It stands in every checkpoint.
        #[arg(long, value_name = "NAME")]
        origin: String,
    },
    /// Print the public keys, and what each signed.
    #[command(
        after_help = "Example:\n  gongxin log key show --json\n\nExit codes: 0 printed, 1 no key signs."
    )]
    Show(Json),
    /// Add a key. It signs beside the older ones until they are retired.
    #[command(
        after_help = "Example:\n  gongxin log key rotate\n\nExit codes: 0 added, 2 wrong usage, 3 could \
        not be added."
    )]
    Rotate,
    /// Let an older key sign no longer, and forget its private half.
    #[command(
        after_help = "Example:\n  gongxin log key retire 530d903a\n\nExit codes: 0 retired, 2 wrong \
        usage, such as the only key, 3 could not be done."
    )]
    Retire {
        /// The key's number: the eight characters in its middle.
        #[arg(value_name = "ID")]
        id: String,
    },
}
