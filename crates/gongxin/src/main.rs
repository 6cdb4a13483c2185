//! The front door: command line, wiring, exit codes.

mod arguments;
mod commands;
mod door;
mod exit;
mod log_key;
mod screen;

use std::process::ExitCode;

use clap::Parser as _;

use crate::arguments::Arguments;
use crate::exit::Exit;

/// An intake makes and frees many small texts, on one thread and the other. The system's allocator
/// takes about a third of its time for that.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let exit = if error.use_stderr() { Exit::Usage } else { Exit::Done };
            // Printing help can fail only where there is nobody to read it.
            let _ = error.print();
            return exit.into();
        }
    };
    screen::start_log();
    match commands::run(&arguments) {
        Ok(exit) => exit.into(),
        Err(error) => {
            screen::complain(&format!("{error:#}"));
            Exit::of(&error).into()
        }
    }
}
