//! `gongxin serve --inbox`: what a body lays down is handed in, and its receipt lies beside it.

use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::intake::{Place, code, registrations};

/// A server that ends with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn serve(place: &Place) -> Server {
    let mut command = place.command(&["serve", "--port", "0", "--inbox", "inbox"]);
    Server(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
}

/// Waits until a file is there; gives up where a server would long have made it.
#[expect(clippy::disallowed_methods, reason = "a test waits for another process")]
fn arrived(path: &Path) -> PathBuf {
    for _ in 0..600 {
        if path.exists() {
            return path.to_owned();
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("{} never came", path.display());
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(arrived(path)).unwrap()).unwrap()
}

#[test]
fn what_is_laid_down_is_handed_in_once_and_its_receipt_lies_beside_it() {
    let place = Place::new();
    let body = place.path("inbox/150000-market");
    std::fs::create_dir_all(body.join("registration")).unwrap();
    std::fs::create_dir_all(place.path("inbox/nobody")).unwrap();
    let lay = |name: &str, text: &str| std::fs::write(body.join(name), text).unwrap();
    lay("by-header.csv", &registrations(3));
    lay("registration/chosen.csv", &registrations(4));
    lay("nothing.pdf", "%PDF-1.7\nno table");
    lay("half.csv.part", &registrations(5));
    std::fs::write(place.path("inbox/nobody/lost.csv"), registrations(1)).unwrap();
    let server = serve(&place);
    let receipt = json(&body.join("done/chosen.csv.receipt.json"));
    assert_eq!(receipt["rows"], 4, "{receipt}");
    let receipt = json(&body.join("done/by-header.csv.receipt.json"));
    assert_eq!((&receipt["rows"], &receipt["files"][0]["read"]), (&3.into(), &true.into()));
    arrived(&body.join("done/by-header.csv"));
    let failure = json(&body.join("failed/nothing.pdf.receipt.json"));
    assert!(!failure["findings"].as_array().unwrap().is_empty(), "{failure}");
    arrived(&body.join("failed/nothing.pdf"));
    // What is under way, and what lies where no body is, stays where it is.
    assert!(body.join("half.csv.part").exists() && place.path("inbox/nobody/lost.csv").exists());
    // The same name again takes nothing away, and the same rows add nothing.
    lay("by-header.csv", &registrations(3));
    let again = json(&body.join("done/by-header-2.csv.receipt.json"));
    assert_eq!((&again["rows"], &again["unchanged"]), (&3.into(), &3.into()), "{again}");
    // One directory has one watcher.
    let mut second =
        place.command(&["serve", "--port", "0", "--index", "other", "--inbox", "inbox"]);
    let refused = second.output().unwrap();
    assert_eq!(code(&refused), 2);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("watched by another process"));
    drop(server);
}
