//! Starts PostgreSQL for tests under the directory given, prints its address, and stops it when
//! the standard input ends.

use std::io::Read as _;

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "it speaks to the test command")]
fn main() -> std::process::ExitCode {
    let Some(directory) = std::env::args_os().nth(1) else {
        eprintln!("usage: postgres-for-tests DIRECTORY");
        return std::process::ExitCode::from(2);
    };
    let server = match gongxin_store::testing::TestServer::start(directory.as_ref()) {
        Ok(server) => server,
        Err(error) => {
            eprintln!("{error}");
            return std::process::ExitCode::FAILURE;
        }
    };
    println!("{}", server.url());
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
    drop(server);
    std::process::ExitCode::SUCCESS
}
