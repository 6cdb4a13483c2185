//! Measures the platform against peers in the same run, so that a figure means something on any
//! machine: what is checked against a plain pass over the same file, what is taken in against a
//! plain load of the same rows, what is served against the same question put to the database.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measurement reads the clock, speaks to a terminal, and knows its machine"
)]

mod arguments;
mod checking;
mod child;
mod client;
mod direct;
mod duckdb;
mod figure;
mod intake;
mod load;
mod log;
mod machine;
mod memory;
mod office;
mod plain_postgres;
mod plain_sqlite;
mod portal;
mod readers;
mod reads;
mod region;
mod report;
mod scratch;
mod search;

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Parser as _;

use crate::arguments::{Arguments, Part};
use crate::machine::Machine;
use crate::report::{Report, Section};
use crate::scratch::Scratch;

/// The platform's own: its rooms are measured in this process too.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match (&arguments.check_pipe, &arguments.still_page) {
        (Some(catalogue), _) => checking::pipe(catalogue),
        (None, Some(page)) => load::serve_still(page),
        (None, None) => measure(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Measures the parts asked for, and writes what came out.
fn measure(arguments: &Arguments) -> Result<()> {
    // Before anything else: the machine's load is to be that of others, not ours.
    let machine = Machine::look();
    if let Some(warning) = machine.warning() {
        eprintln!("{warning}");
    }
    let scratch = Scratch::new(arguments.keep)?;
    let mut report = Report::new(machine);
    for part in arguments.parts() {
        eprintln!("==== {}", part.name());
        let section = run(part, arguments, &scratch).with_context(|| part.name().to_owned())?;
        if !arguments.json {
            println!("{}", section.to_text());
        }
        report.sections.push(section);
    }
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    }
    if let Some(path) = arguments.out() {
        std::fs::write(&path, report.to_markdown())
            .with_context(|| format!("cannot write `{}`", path.display()))?;
        eprintln!("written to {}", path.display());
    }
    Ok(())
}

fn run(part: Part, arguments: &Arguments, scratch: &Scratch) -> Result<Section> {
    match part {
        Part::Checking => checking::run(arguments, scratch),
        Part::Intake => intake::run(arguments, scratch),
        Part::Memory => memory::run(arguments, scratch),
        Part::Portal => portal::run(arguments, scratch),
        Part::Load => load::run(arguments, scratch),
        Part::Reads => reads::run(arguments, scratch),
        Part::Search => search::run(arguments, scratch),
        Part::Log => log::run(arguments, scratch),
        Part::Region => region::run(arguments, scratch),
    }
}
