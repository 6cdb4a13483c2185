//! Readers over connections that stay open, as many as are asked for.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

/// Who reads, and for how long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Readers {
    pub(crate) port: u16,
    pub(crate) connections: usize,
    pub(crate) time: Duration,
    /// How long each looks at a page before it asks for the next.
    pub(crate) look: Duration,
}

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// Milliseconds from each request to the end of its answer.
    pub(crate) waits: Vec<f64>,
    /// Requests that got no page.
    pub(crate) errors: u64,
    pub(crate) seconds: f64,
}

impl Reading {
    /// Answers a second.
    pub(crate) fn rate(&self) -> f64 {
        self.waits.len() as f64 / self.seconds.max(f64::EPSILON)
    }
}

/// Which path a request asks for, by its number and a chance.
type Path<'a> = &'a (dyn Fn(u64, u64) -> String + Sync);

impl Readers {
    /// Reads for the time.
    pub(crate) fn read(&self, path: Path<'_>) -> Result<Reading> {
        self.read_until(path, &AtomicBool::new(false))
    }

    /// Reads for the time, or until it is done.
    pub(crate) fn read_until(&self, path: Path<'_>, done: &AtomicBool) -> Result<Reading> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let began = Instant::now();
        let requests = AtomicU64::new(0);
        let reader = |number: usize| self.one(number, (began, done), (path, &requests));
        let all = (0..self.connections).map(reader);
        let each = runtime.block_on(futures_util::future::join_all(all));
        let mut reading = Reading { seconds: began.elapsed().as_secs_f64(), ..Reading::default() };
        for (waits, errors) in each {
            reading.waits.extend(waits);
            reading.errors += errors;
        }
        Ok(reading)
    }

    async fn one(
        &self,
        number: usize,
        (began, done): (Instant, &AtomicBool),
        (path, requests): (Path<'_>, &AtomicU64),
    ) -> (Vec<f64>, u64) {
        let (mut waits, mut errors) = (Vec::new(), 0);
        let mut chance = (number as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut connection = None;
        // Nobody looks up at the same instant as a thousand others.
        let part = number as f64 / self.connections.max(1) as f64;
        tokio::time::sleep(self.look.mul_f64(part)).await;
        while began.elapsed() < self.time && !done.load(Ordering::Relaxed) {
            chance = next(chance);
            let path = path(requests.fetch_add(1, Ordering::Relaxed), chance);
            let start = Instant::now();
            match ask(self.port, &mut connection, &path).await {
                Ok(200) => waits.push(start.elapsed().as_secs_f64() * 1e3),
                Ok(_) => errors += 1,
                Err(_) => {
                    errors += 1;
                    connection = None;
                }
            }
            if !self.look.is_zero() {
                tokio::time::sleep(self.look).await;
            }
        }
        (waits, errors)
    }
}

/// The next of a row of numbers that look like chance (splitmix64).
fn next(state: u64) -> u64 {
    let state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

async fn ask(port: u16, kept: &mut Option<BufReader<TcpStream>>, path: &str) -> Result<u16> {
    if kept.is_none() {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        *kept = Some(BufReader::with_capacity(16 << 10, stream));
    }
    let stream = kept.as_mut().context("no connection")?;
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n");
    stream.get_mut().write_all(request.as_bytes()).await?;
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    let status = line.split(' ').nth(1).and_then(|word| word.parse().ok());
    let status = status.context("no answer of HTTP")?;
    let (mut length, mut is_chunked) = (None, false);
    loop {
        line.clear();
        stream.read_line(&mut line).await?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse::<usize>().ok();
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            is_chunked = value.trim() == "chunked";
        }
    }
    let mut body = Vec::new();
    match length {
        Some(length) => {
            body.resize(length, 0);
            stream.read_exact(&mut body).await?;
        }
        None if is_chunked => loop {
            line.clear();
            stream.read_line(&mut line).await?;
            let length = usize::from_str_radix(line.trim_end(), 16)?;
            body.resize(length + 2, 0);
            stream.read_exact(&mut body).await?;
            if length == 0 {
                break;
            }
        },
        None => bail!("an answer without a length"),
    }
    Ok(status)
}
