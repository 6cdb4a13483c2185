//! The project's own chores.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a chore speaks to a terminal, waits, and knows the machine it runs on"
)]

mod answers;
mod api;
mod demo;
mod machine;
mod run;
mod serve;
mod soak;
mod suggestions;
mod test;
mod tidy;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The project's own chores.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Debug, Subcommand)]
enum Chore {
    /// Build everything, load an invented region into ./demo-data, and serve the portal.
    Demo(demo::Demo),
    /// Install what the tests need where that is possible, and run all of them.
    Test(test::Test),
    /// Check arrows between crates, licences, duplicates, lengths, links.
    Tidy,
    /// Measure how well held rows are suggested whom they are about, on registrations of one's own.
    Suggestions(suggestions::Suggestions),
    /// Run the browser tests alone.
    E2e,
    /// Measure the pages with Lighthouse, and write benches/lighthouse.md.
    Lighthouse,
    /// Look for long for what breaks: fuzz targets, properties, crashes, hostile files.
    Soak(soak::Soak),
    /// Measure; needs an idle machine.
    Bench {
        /// What the benchmark itself is told.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        rest: Vec<String>,
    },
}

fn main() -> ExitCode {
    let done = match Arguments::parse().chore {
        Chore::Demo(demo) => demo.run(),
        Chore::Test(test) => test.run(),
        Chore::Suggestions(ask) => ask.run(),
        Chore::Tidy => tidy::run(),
        Chore::E2e => test::browser(),
        Chore::Lighthouse => test::lighthouse(),
        Chore::Soak(soak) => soak.run(),
        Chore::Bench { rest } => bench(&rest),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn bench(rest: &[String]) -> anyhow::Result<()> {
    serve::assets()?;
    // Both in one build: the program that is measured, and the one that measures.
    run::cargo("build --release --locked --package gongxin --package gongxin-bench").done()?;
    run::built(&run::target().join("release/gongxin-bench")).args(rest).done()
}
