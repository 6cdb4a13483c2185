//! What the machine must have, and how it gets it.

use std::path::Path;

use anyhow::{Result, bail};

use crate::run::{cargo, program};

/// Something that a Debian package brings.
struct Need {
    package: &'static str,
    why: &'static str,
    is_there: fn() -> bool,
}

const NEEDS: [Need; 6] = [
    Need {
        package: "build-essential",
        why: "a C compiler, for SQLite and zstd",
        is_there: || program("cc --version").works(),
    },
    Need {
        package: "postgresql",
        why: "the second engine of the store",
        is_there: || postgres_is_there(Path::new("/usr/lib/postgresql")),
    },
    Need { package: "chromium", why: "the browser tests", is_there: || chromium().is_some() },
    Need {
        package: "fonts-noto-cjk",
        why: "Chinese characters in the browser tests' pictures",
        is_there: || Path::new("/usr/share/fonts/opentype/noto").exists(),
    },
    Need {
        package: "npm",
        why: "the browser tests (with Node.js)",
        is_there: || program("node --version").works() && program("npm --version").works(),
    },
    Need {
        package: "python3-venv",
        why: "schemathesis, which asks the API everything that its document names",
        is_there: || program("python3 -c").args(["import ensurepip, venv"]).works(),
    },
];

fn postgres_is_there(versions: &Path) -> bool {
    std::fs::read_dir(versions)
        .into_iter()
        .flatten()
        .flatten()
        .any(|version| version.path().join("bin/initdb").exists())
}

/// The browser for the tests.
pub(crate) fn chromium() -> Option<&'static str> {
    ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
        .into_iter()
        .find(|path| Path::new(path).exists())
}

/// Installs the Debian packages that are missing if we are root; otherwise says what to install.
pub(crate) fn prepare() -> Result<()> {
    for component in ["fmt", "clippy"] {
        if !cargo(&format!("{component} --version")).works() {
            let name = if component == "fmt" { "rustfmt" } else { component };
            program(&format!("rustup component add {name}")).done()?;
        }
    }
    let missing: Vec<&Need> = NEEDS.iter().filter(|need| !(need.is_there)()).collect();
    if missing.is_empty() {
        println!("everything the tests need is here");
        return Ok(());
    }
    for need in &missing {
        println!("missing: {} ({})", need.package, need.why);
    }
    let packages: Vec<&str> = missing.iter().map(|need| need.package).collect();
    let is_root = program("id -u").output().is_ok_and(|id| id.trim() == "0");
    if !is_root || !program("apt-get --version").works() {
        bail!("please install: sudo apt-get install {}", packages.join(" "));
    }
    program("apt-get update").done()?;
    program("apt-get install --yes --no-install-recommends")
        .args(&packages)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .done()
}
