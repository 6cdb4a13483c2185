//! `gongxin intake`, and the child process that reads workbooks for it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context as _;
use gongxin_app::{ChildCommand, HandIn, Input, Limits, Office, Progress, Receipt};
use gongxin_model::finding::Severity;

use super::{language, open_or_found};
use crate::arguments::{Intake, Place};
use crate::exit::Exit;
use crate::screen::{bar, complain, say, say_json, spinner, tell};

/// So many findings are printed; the receipt has all that were kept.
const PRINTED: usize = 20;

pub(crate) fn run(place: &Place, ask: &Intake) -> anyhow::Result<Exit> {
    let language = language(place)?;
    let mapping = match &ask.map {
        Some(path) => Some(
            std::fs::read_to_string(path)
                .with_context(|| format!("reading the mapping `{}`", path.display()))?,
        ),
        None => None,
    };
    let office = open_or_found(place)?;
    let stop = stop_on_signal();
    let child = child_command();
    let mut whole: Option<Receipt> = None;
    let mut exit = Exit::Done;
    for path in &ask.files {
        let hand_in = HandIn {
            catalogue: &ask.catalogue,
            source: &ask.source,
            actor: &place.actor,
            mapping: mapping.as_deref(),
            dry_run: ask.dry_run,
            language,
            child: child.clone(),
            stop: &stop,
        };
        match take(&office, &hand_in, path) {
            Ok(receipt) => {
                exit = exit.max(exit_of(&receipt));
                match &mut whole {
                    None => whole = Some(receipt),
                    Some(whole) => whole.merge(receipt),
                }
            }
            Err(error) => {
                // One file that fails does not stop the others, but a wrong command does.
                let failed = Exit::of(&error);
                if failed == Exit::Usage || failed == Exit::Interrupted {
                    return Err(error);
                }
                complain(&format!("{error:#}"));
                exit = exit.max(failed);
            }
        }
    }
    if let Some(receipt) = whole {
        report(ask, &receipt)?;
    }
    Ok(exit)
}

fn take(office: &Office, hand_in: &HandIn<'_>, path: &Path) -> anyhow::Result<Receipt> {
    let (name, input) = if path.as_os_str() == "-" {
        ("-".to_owned(), Input::Pipe(Box::new(std::io::stdin())))
    } else {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        (name, Input::File(path.to_owned()))
    };
    let size = std::fs::metadata(path).map(|data| data.len()).ok();
    let bar = size.map_or_else(|| spinner(&name), |size| bar(size, &name));
    let receipt = office.hand_in(hand_in, &name, input, &mut |progress: Progress| {
        bar.set_position(progress.bytes);
        let seconds = bar.elapsed().as_secs().max(1);
        bar.set_prefix(format!("{} rows, {}/s", progress.rows, progress.rows / seconds));
    });
    bar.finish_and_clear();
    Ok(receipt?)
}

/// The first interrupt asks to stop after the transaction under way; the second one ends at once.
fn stop_on_signal() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&stop);
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let Ok(runtime) = runtime else {
            return;
        };
        runtime.block_on(async {
            while tokio::signal::ctrl_c().await.is_ok() {
                if seen.swap(true, Ordering::Relaxed) {
                    std::process::exit(5);
                }
                tell("stopping after the rows under way; once more stops at once");
            }
        });
    });
    stop
}

fn child_command() -> Option<ChildCommand> {
    let program = std::env::current_exe().ok()?;
    Some(ChildCommand { program: program.into(), arguments: vec!["read-workbook".into()] })
}

pub(crate) fn read_workbook() -> anyhow::Result<Exit> {
    gongxin_app::serve_workbook(std::io::stdin(), std::io::stdout(), &Limits::default())?;
    Ok(Exit::Done)
}

fn exit_of(receipt: &Receipt) -> Exit {
    if receipt.files.iter().any(|file| !file.read) {
        Exit::Failed
    } else if receipt.held + receipt.refused > 0 {
        Exit::Look
    } else {
        Exit::Done
    }
}

fn report(ask: &Intake, receipt: &Receipt) -> anyhow::Result<()> {
    if let Some(path) = &ask.receipt {
        let json = serde_json::to_string_pretty(receipt)?;
        std::fs::write(path, json)
            .with_context(|| format!("writing the receipt `{}`", path.display()))?;
    }
    if ask.json {
        return say_json(receipt);
    }
    for file in &receipt.files {
        let facts = [&file.format, &file.encoding, &file.sheet];
        let facts: Vec<&str> = facts.into_iter().flatten().map(String::as_str).collect();
        say(&format!("{}  {}", file.file, facts.join(", ")));
    }
    let Receipt { rows, accepted, corrected, unchanged, held, refused, skipped, .. } = receipt;
    say(&format!(
        "共 {rows} 行：已接收 {accepted}（更正 {corrected}、无变化 {unchanged}），待判定 {held}，\
         未接收 {refused}；另跳过标题、合计和空行 {skipped}。"
    ));
    for finding in receipt.findings.iter().take(PRINTED) {
        let mark = match finding.severity {
            Severity::Error => "✕",
            Severity::Doubt => "?",
            Severity::Note => "·",
        };
        let row = finding.row.map(|row| format!("第 {row} 行 ")).unwrap_or_default();
        let column = finding.column.as_ref().map(|name| format!("“{name}” ")).unwrap_or_default();
        say(&format!("  {mark} {row}{column}{}（{}）", finding.message, finding.rule));
    }
    let more = receipt.findings.len().saturating_sub(PRINTED) as u64 + receipt.findings_left_out;
    if more > 0 {
        say(&format!("  … {more} more; `--receipt FILE` writes them"));
    }
    Ok(())
}
