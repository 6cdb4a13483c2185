//! Serves the samples, to look at pages without a store:
//! `cargo run -p gongxin-web --example samples -- 8090`

#[path = "../tests/it/samples/mod.rs"]
#[expect(
    dead_code,
    unused_imports,
    clippy::unwrap_used,
    clippy::panic,
    reason = "the tests use all of it, and samples that do not fit fail"
)]
mod samples;

use std::sync::Arc;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port: u16 = std::env::args().nth(1).map_or(Ok(8090), |text| text.parse())?;
    let settings = gongxin_web::Settings { instance: "s".to_owned(), ..Default::default() };
    let router = gongxin_web::router(Arc::new(samples::SampleDesk::default()), settings)?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    gongxin_web::serve(listener, router, std::future::pending()).await?;
    Ok(())
}
