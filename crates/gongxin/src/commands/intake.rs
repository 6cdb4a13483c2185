//! `gongxin intake`, and the child process that reads workbooks for it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;

use gongxin_app::gate::{HandInMake, Scope};
use gongxin_app::{ChildCommand, Correction, HandIn, Input, Limits, Office, Progress, Receipt};
use gongxin_model::finding::Severity;

use super::account::Operator;
use super::receipt::Form;
use super::{language, open_or_found};
use crate::arguments::{Intake, Place};
use crate::exit::{Exit, Usage};
use crate::screen::{bar, complain, harmless, say, say_json, spinner, tell};

/// So many findings are printed; the receipt has all that were kept.
const PRINTED: usize = 20;

pub(crate) fn run(place: &Place, ask: &Intake) -> anyhow::Result<Exit> {
    let language = language(place)?;
    let mapping = match &ask.map {
        Some(path) => Some(std::fs::read_to_string(path).map_err(|error| {
            Usage(format!("the mapping `{}` cannot be read: {error}", path.display()))
        })?),
        None => None,
    };
    let form = Form::of(ask)?;
    let office = open_or_found(place)?;
    let mut correction = form.begin(&office, &ask.catalogue, language)?;
    let stop = stop_on_signal();
    let child = child_command();
    let body = Scope::Body(ask.source.clone());
    let permit = Operator::new(&office, place).permit_for::<HandInMake>(body)?;
    let mut whole: Option<Receipt> = None;
    let mut exit = Exit::Done;
    for path in &ask.files {
        let hand_in = HandIn {
            catalogue: &ask.catalogue,
            permit: &permit,
            mapping: mapping.as_deref(),
            dry_run: ask.dry_run,
            language,
            child: child.clone(),
            stop: &stop,
        };
        match take(&office, &hand_in, path, correction.as_mut()) {
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
                    // What was settled before is said all the same.
                    if let Some(receipt) = &whole {
                        form.write(&office, receipt, language, correction)?;
                        report(ask, receipt)?;
                    }
                    return Err(error);
                }
                complain(&format!("{error:#}"));
                exit = exit.max(failed);
            }
        }
    }
    if let Some(receipt) = whole {
        form.write(&office, &receipt, language, correction)?;
        report(ask, &receipt)?;
    }
    Ok(exit)
}

fn take(
    office: &Office,
    hand_in: &HandIn<'_>,
    path: &Path,
    correction: Option<&mut Correction>,
) -> anyhow::Result<Receipt> {
    let (name, input) = if path.as_os_str() == "-" {
        ("-".to_owned(), Input::Pipe(Box::new(std::io::stdin())))
    } else {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        (harmless(&name).replace('\n', " "), input(path))
    };
    let size = matches!(input, Input::File(_))
        .then(|| std::fs::metadata(path).map(|data| data.len()).ok())
        .flatten();
    let bar = size.map_or_else(|| spinner(&name), |size| bar(size, &name));
    let mut told = |progress: Progress| {
        bar.set_position(progress.bytes);
        let seconds = bar.elapsed().as_secs().max(1);
        bar.set_prefix(format!("{} rows, {}/s", progress.rows, progress.rows / seconds));
    };
    let receipt = office.hand_in_for_correction(hand_in, &name, input, &mut told, correction);
    bar.finish_and_clear();
    Ok(receipt?)
}

/// What can be read once only, as what a shell's `<(…)` names, is a pipe whatever its name says.
fn input(path: &Path) -> Input {
    let is_stream = std::fs::metadata(path).is_ok_and(|data| !data.is_file() && !data.is_dir());
    match is_stream.then(|| std::fs::File::open(path)) {
        Some(Ok(stream)) => Input::Pipe(Box::new(stream)),
        _ => Input::File(path.to_owned()),
    }
}

/// The first interrupt, or call to end, asks to stop after the transaction under way; the second
/// one ends at once.
pub(super) fn stop_on_signal() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&stop);
    // From here on a signal is heard: what is begun behind this is never cut off unheard.
    let (ready, listening) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let Ok(runtime) = runtime else {
            return;
        };
        runtime.block_on(each_call_to_stop(ready, || {
            if seen.swap(true, Ordering::Relaxed) {
                std::process::exit(5);
            }
            tell("stopping after the rows under way; once more stops at once");
        }));
    });
    // An error says that nothing can be heard here.
    let _ = listening.recv();
    stop
}

/// Hears interrupts, and what a service manager sends, as long as there are any to hear.
#[cfg(unix)]
async fn each_call_to_stop(ready: Sender<()>, mut heard: impl FnMut()) {
    use tokio::signal::unix::{SignalKind, signal};
    let signals = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
    let (Ok(mut interrupt), Ok(mut end)) = signals else {
        return;
    };
    let _ = ready.send(());
    loop {
        let call = tokio::select! {
            call = interrupt.recv() => call,
            call = end.recv() => call,
        };
        if call.is_none() {
            return;
        }
        heard();
    }
}

#[cfg(not(unix))]
async fn each_call_to_stop(ready: Sender<()>, mut heard: impl FnMut()) {
    let _ = ready.send(());
    while tokio::signal::ctrl_c().await.is_ok() {
        heard();
    }
}

/// This program once more, to read a workbook.
pub(super) fn child_command() -> Option<ChildCommand> {
    own_command("read-workbook")
}

/// This program once more, to read a paper.
pub(super) fn paper_command() -> Option<ChildCommand> {
    own_command("read-paper")
}

fn own_command(name: &str) -> Option<ChildCommand> {
    let program = std::env::current_exe().ok()?;
    Some(ChildCommand { program: program.into(), arguments: vec![name.into()] })
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
        let part = finding.part.as_ref().map(|part| format!("{part} ")).unwrap_or_default();
        let row = finding.row.map(|row| format!("第 {row} 行 ")).unwrap_or_default();
        let column = finding.column.as_ref().map(|name| format!("“{name}” ")).unwrap_or_default();
        say(&format!("  {mark} {part}{row}{column}{}（{}）", finding.message, finding.rule));
    }
    let more = receipt.findings.len().saturating_sub(PRINTED) as u64 + receipt.findings_left_out;
    if more > 0 {
        say(&format!("  … {more} more; `--receipt FILE` writes them"));
    }
    Ok(())
}
