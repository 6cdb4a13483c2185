//! `cargo xtask demo`: from a clone to a portal.

use std::path::Path;

use anyhow::{Context as _, Result};
use clap::Args;

use crate::run::{built, root};
use crate::serve::gongxin;

/// What to show.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// The port of the portal.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// How many organisations the region has.
    #[arg(long, default_value_t = 10_000)]
    organisations: u64,
    /// Build and load, but do not serve.
    #[arg(long)]
    no_serve: bool,
}

impl Demo {
    /// Builds, loads where that is not done yet, and serves until it is stopped.
    pub(crate) fn run(&self) -> Result<()> {
        println!("1/3 building (the first time takes minutes)");
        let gongxin = gongxin()?;
        let data = root().join("demo-data");
        std::fs::create_dir_all(&data)
            .with_context(|| format!("cannot make `{}`", data.display()))?;
        let store = format!("sqlite:{}", data.join("gongxin.db").display());
        self.load(&gongxin, &store, &data)?;
        built(&gongxin).args(["--store", &store, "rehearsal", "accounts"]).done()?;
        // What is shown first is what is to be copied: a log that anybody can check.
        if !data.join("gongxin.db.log-key").exists() {
            let named = ["log", "key", "new", "--origin", "rehearsal.example/log"];
            built(&gongxin).args(["--store", &store]).args(named).done()?;
        }
        if self.no_serve {
            return Ok(());
        }
        println!("3/3 serving http://127.0.0.1:{} — stop with Ctrl-C", self.port);
        built(&gongxin).args(["--store", &store, "serve", "--port", &self.port.to_string()]).done()
    }

    /// Loads the region, unless an earlier run did. An interrupted load goes on where it stopped.
    fn load(&self, gongxin: &Path, store: &str, data: &Path) -> Result<()> {
        let mark = data.join("loaded");
        let count = self.organisations.to_string();
        match std::fs::read_to_string(&mark) {
            Ok(loaded) if loaded == count => {
                println!("2/3 the region is loaded already, in {}", data.display());
                return Ok(());
            }
            Ok(loaded) => {
                println!(
                    "2/3 a region of {loaded} organisations is loaded; remove `{}` to load {count}",
                    data.display()
                );
                return Ok(());
            }
            Err(_) => {}
        }
        println!("2/3 loading an invented region of {count} organisations into {}", data.display());
        built(gongxin)
            .args(["--store", store, "rehearsal", "load", "--organisations", &count])
            .done()?;
        std::fs::write(&mark, &count).with_context(|| format!("cannot write `{}`", mark.display()))
    }
}
