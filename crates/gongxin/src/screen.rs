//! What the terminal shows: results on standard output, everything else on standard error.

use std::borrow::Cow;
use std::io::{IsTerminal as _, Write as _};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

/// Prints a line of a result. A closed pipe ends the output, not the work.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{}", harmless(line));
}

/// A text without what would command the terminal or turn its letters round: names and cells of
/// files are strangers' words.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    let commands = |character: char| match character {
        '\n' | '\t' => false,
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        other => other.is_control(),
    };
    if text.contains(commands) {
        Cow::Owned(text.replace(commands, "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Prints a value as JSON.
pub(crate) fn say_json(value: &impl Serialize) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match serde_json::to_writer_pretty(&mut out, value) {
        Err(error) if error.io_error_kind() == Some(std::io::ErrorKind::BrokenPipe) => Ok(()),
        other => {
            other?;
            let _ = writeln!(out);
            Ok(())
        }
    }
}

/// Says something to the person, beside the result.
pub(crate) fn tell(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{}", harmless(line));
}

/// Says what went wrong.
pub(crate) fn complain(line: &str) {
    tell(&format!("gongxin: {line}"));
}

/// Starts the log on standard error; `RUST_LOG` chooses, warnings by default.
pub(crate) fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    let _ =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

/// A bar for work of a known size, only where a person looks.
pub(crate) fn bar(size: u64, what: &str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(size), target());
    let style = ProgressStyle::with_template(
        "{msg} {bar:24} {bytes}/{total_bytes}  {prefix}  {elapsed}, {eta} left",
    );
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar.set_message(what.to_owned());
    bar
}

/// A spinner for work of unknown size.
pub(crate) fn spinner(what: &str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, target());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}  {prefix}  {elapsed}") {
        bar.set_style(style);
    }
    bar.set_message(what.to_owned());
    bar
}

fn target() -> ProgressDrawTarget {
    if std::io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_commands_the_terminal() {
        let cases = [
            ("北方牧业.csv\t1\n", "北方牧业.csv\t1\n"),
            ("\u{1b}[31mred\u{7}\r.csv", "\u{fffd}[31mred\u{fffd}\u{fffd}.csv"),
            ("\u{9b}2J\u{7f}", "\u{fffd}2J\u{fffd}"),
            ("a\u{202e}gnp.csv", "a\u{fffd}gnp.csv"),
        ];
        for (text, expected) in cases {
            assert_eq!(harmless(text), expected);
        }
    }
}
