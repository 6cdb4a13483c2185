//! Programs of ours as processes: what they take of memory, and how they are ended.

use std::io::{BufWriter, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};

use crate::machine::line_of;

/// The most memory that a process has held so far, in bytes; None once it has ended.
pub(crate) fn peak_memory(child: &Child) -> Option<f64> {
    let line = line_of(&format!("/proc/{}/status", child.id()), "VmHWM")?;
    let kib: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib * 1024.0)
}

/// Runs a program that reads what `feed` writes, and says how it ended and the most memory it
/// held. The peak never falls, so looking often misses only what came in the last instant.
pub(crate) fn fed(
    command: &mut Command,
    feed: impl FnOnce(&mut dyn Write) -> std::io::Result<()> + Send,
) -> Result<(ExitStatus, f64)> {
    const LOOK_EVERY: Duration = Duration::from_millis(5);
    const TELL_EVERY: Duration = Duration::from_secs(10);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("cannot run {command:?}"))?;
    let input = child.stdin.take().context("no standard input")?;
    std::thread::scope(|scope| {
        let feeding = scope.spawn(move || {
            let mut out = BufWriter::with_capacity(1 << 20, input);
            feed(&mut out)?;
            out.flush()
        });
        let (mut peak, began) = (0.0_f64, Instant::now());
        let mut told = Duration::ZERO;
        let status = loop {
            peak = peak.max(peak_memory(&child).unwrap_or(0.0));
            let since = began.elapsed();
            if since >= told + TELL_EVERY {
                told = since;
                eprintln!("{:.0} s, {:.0} MB at most", since.as_secs_f64(), peak / 1e6);
            }
            if let Some(status) = child.try_wait()? {
                break status;
            }
            std::thread::sleep(LOOK_EVERY);
        };
        let fed = feeding.join().map_err(|_| anyhow!("the rows could not be made"))?;
        fed.with_context(|| format!("{command:?} stopped reading ({status})"))?;
        Ok((status, peak))
    })
}

/// A server that is ended with this value.
#[derive(Debug)]
pub(crate) struct Server(pub(crate) Child);

impl Drop for Server {
    fn drop(&mut self) {
        // Asked to end, so that it leaves its files as after a day's work.
        let asked = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status();
        if asked.is_err() {
            let _ = self.0.kill();
        }
        let _ = self.0.wait();
    }
}
