//! Our own programs as servers: the portal, and PostgreSQL for tests.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::run::{built, cargo, root, target};

/// Builds the program and gives its path. The profile is that of the tests, so that nothing is
/// built twice.
pub(crate) fn gongxin() -> Result<PathBuf> {
    assets()?;
    cargo("build --locked --package gongxin").done()?;
    Ok(target().join("debug/gongxin"))
}

/// Builds the scripts of the pages with npm. What is built already is not built again.
pub(crate) fn assets() -> Result<()> {
    let web = root().join("web");
    installed(&web)?;
    npm("run --silent build", &web)
}

/// Installs what a directory's lock file names, unless that was done since it changed.
pub(crate) fn installed(directory: &Path) -> Result<()> {
    let written = |name: &str| std::fs::metadata(directory.join(name))?.modified();
    let lock = written("package-lock.json")
        .with_context(|| format!("no lock file in `{}`", directory.display()))?;
    if written("node_modules/.package-lock.json").is_ok_and(|at| at >= lock) {
        return Ok(());
    }
    npm("ci --no-audit --no-fund", directory)
}

/// Runs npm in a directory.
pub(crate) fn npm(line: &str, directory: &Path) -> Result<()> {
    crate::run::program(&format!("npm {line}")).within(directory).done()
}

/// A server that ends with this value.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// Where it answers.
    pub(crate) url: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        // A server that reads its input ends with it; the portal is ended.
        if self.child.stdin.take().is_none() {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

/// Starts PostgreSQL for tests, with its files under the directory, which must not exist.
pub(crate) fn postgres(directory: &Path) -> Result<Server> {
    cargo("build --locked --package gongxin-store --features testing --example postgres-for-tests")
        .done()?;
    let mut child = built(&target().join("debug/examples/postgres-for-tests"))
        .args([directory])
        .into_command()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start PostgreSQL for tests")?;
    let mut url = String::new();
    if let Some(printed) = child.stdout.take() {
        BufReader::new(printed).read_line(&mut url)?;
    }
    let url = url.trim().to_owned();
    let server = Server { child, url };
    if server.url.is_empty() {
        bail!("PostgreSQL for tests did not start");
    }
    Ok(server)
}

/// A port that nobody listens at.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Serves the portal over a store at a port, with further arguments, and waits until it answers.
pub(crate) fn portal(
    gongxin: &Path,
    store: &str,
    (directory, port): (&Path, u16),
    more: &[std::ffi::OsString],
) -> Result<Server> {
    let child = built(gongxin)
        .args(["--store", store, "serve", "--port", &port.to_string(), "--index"])
        .args([directory.join("index")])
        .args(more)
        .into_command()
        .spawn()
        .context("cannot start the portal")?;
    let mut server = Server { child, url: format!("http://127.0.0.1:{port}") };
    for _ in 0..300 {
        if is_healthy(port) {
            return Ok(server);
        }
        if let Some(status) = server.child.try_wait()? {
            bail!("the portal ended before it answered ({status})");
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    bail!("the portal did not answer on {} within 30 seconds", server.url);
}

fn is_healthy(port: u16) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream
            .write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut answer = Vec::new();
        stream.take(4096).read_to_end(&mut answer)?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    };
    ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}

/// A directory of its own under the system's temporary one; removed with this value.
#[derive(Debug)]
pub(crate) struct Scratch(pub(crate) PathBuf);

impl Scratch {
    /// Makes it; its name tells what it is for and which process made it.
    pub(crate) fn new(what: &str) -> Result<Self> {
        let name = format!("gongxin-{what}-{}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        std::fs::create_dir(&directory)
            .with_context(|| format!("cannot make `{}`", directory.display()))?;
        Ok(Self(directory))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
