//! The most memory that processes hold while rows stream through them.

use std::process::Command;
use std::time::Instant;

use anyhow::{Result, ensure};
use gongxin_app::StoreUrl;
use gongxin_rehearsal::Region;

use crate::arguments::Arguments;
use crate::child::fed;
use crate::figure::{Aim, Figure, Unit, grouped};
use crate::intake::remove_store;
use crate::office::{found, key_file};
use crate::report::Section;
use crate::scratch::{Scratch, gongxin};

/// Megabytes that are not to be passed, whatever the number of rows.
const MOST: f64 = 500.0;

pub(crate) fn run(arguments: &Arguments, scratch: &Scratch) -> Result<Section> {
    let store = scratch.path("memory.db");
    let key = scratch.path("memory.key");
    drop(found(&StoreUrl::Sqlite(store.clone()))?);
    key_file(&key)?;
    let mut check = Command::new(std::env::current_exe()?);
    check.args(["--check-pipe", "registration"]);
    let mut intake = Command::new(gongxin()?);
    intake.arg("--store").arg(format!("sqlite:{}", store.display())).arg("--key-file").arg(&key);
    intake.args(["intake", "--dry-run", "--catalogue", "registration", "--source"]);
    intake.args(["159900-market", "-"]);
    let figures = vec![
        peak("checking alone", &mut check, arguments.memory_rows, arguments.seed)?,
        peak("`gongxin intake --dry-run`", &mut intake, arguments.dry_run_rows, arguments.seed)?,
    ];
    remove_store(&store)?;
    Ok(Section {
        name: "memory",
        about: "The most memory that a process held (VmHWM) while narrow registrations came in \
                through a pipe. The dry run links and settles every row on SQLite, in one \
                transaction that it takes back."
            .to_owned(),
        figures,
        tables: Vec::new(),
    })
}

fn peak(what: &str, command: &mut Command, rows: u64, seed: u64) -> Result<Figure> {
    eprintln!("{what}: {} rows", grouped(rows as f64));
    let [file, _] = Region::new(seed, rows).measured();
    let start = Instant::now();
    let (status, bytes) = fed(command, |out| file.write_to(out, &mut |_| ()))?;
    let seconds = start.elapsed().as_secs_f64();
    // 1 says that some rows were held or refused: the file has such rows.
    let is_well = status.code().is_some_and(|code| code <= 1);
    ensure!(is_well, "it ended with {status}");
    let megabytes = bytes / 1e6;
    let what = format!("{what}, {} rows", grouped(rows as f64));
    Ok(Figure::new(what, megabytes, Unit::Megabytes)
        .aiming(Aim::AtMost(MOST))
        .noting(format!("in {seconds:.0} s")))
}
