//! Accounts from the command line.

use std::io::Write as _;
use std::process::Output;

use serde_json::Value;

use crate::intake::{Place, code};

fn run(place: &Place, arguments: &[&str]) -> Output {
    place.command(arguments).output().unwrap()
}

fn run_with(place: &Place, arguments: &[&str], input: &str) -> Output {
    let mut command = place.command(arguments);
    let piped = std::process::Stdio::piped;
    let mut child = command.stdin(piped()).stdout(piped()).stderr(piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
}

#[test]
fn a_newcomer_gets_three_administrators_and_no_store_has_default_accounts() {
    let place = Place::new();
    let first = [
        "account",
        "first",
        "--system",
        "ops-7",
        "--security",
        "sec-2",
        "--audit",
        "aud-1",
        "--json",
    ];
    let made = json(&run(&place, &first));
    assert_eq!(made.as_array().unwrap().len(), 3);
    assert_eq!(code(&run(&place, &first)), 2);
    // Of a store that is no rehearsal nobody gets ready accounts or a code.
    assert_eq!(code(&run(&place, &["rehearsal", "accounts"])), 2);
    assert_eq!(code(&run(&place, &["account", "code", "ops-7"])), 2);

    let add = [
        "account",
        "add",
        "clerk-1",
        "--post",
        "报送岗",
        "--role",
        "clerk:150000-market",
        "--json",
    ];
    assert!(json(&run(&place, &add))["code"].as_str().unwrap().len() == 19);
    assert_eq!(code(&run(&place, &add)), 2);
    let wrong = ["account", "roles", "clerk-1", "--role", "system", "--role", "steward"];
    assert_eq!(code(&run(&place, &wrong)), 2);
    assert_eq!(code(&run(&place, &["account", "lock", "nobody"])), 2);
    assert_eq!(code(&run(&place, &["account", "lock", "clerk-1"])), 0);
    assert_eq!(json(&run(&place, &["account", "unlock", "clerk-1", "--json"]))["state"], "active");
    assert_eq!(code(&run(&place, &["account", "reset", "clerk-1"])), 0);
    let listed = json(&run(&place, &["account", "list", "--json"]));
    let clerk = &listed.as_array().unwrap()[3];
    assert_eq!((&clerk["id"], &clerk["state"]), (&"account-4".into(), &"locked".into()));
    assert_eq!(clerk["roles"][0]["scope"], "150000-market");
    // The subject comes by standard input, and is bound once.
    let bind = ["account", "bind", "clerk-1", "--issuer", "https://sso.example", "--json"];
    assert_eq!(json(&run_with(&place, &bind, "subject-there\n"))["issuer"], "https://sso.example");
    assert_eq!(code(&run_with(&place, &bind, "subject-there\n")), 2);
    assert_eq!(code(&run_with(&place, &bind, "")), 2);
    let unbind = ["account", "unbind", "clerk-1", "--json"];
    assert_eq!(json(&run(&place, &unbind))["unbound"], 1);
    assert_ne!(code(&run(&place, &unbind)), 0);

    let lines = run(&place, &["audit", "export"]);
    let lines = String::from_utf8(lines.stdout).unwrap();
    let verified = json(&run(&place, &["audit", "verify", "--json"]));
    assert_eq!(verified["acts"], lines.lines().count());
    assert_eq!(verified["first_break"], Value::Null);
    assert!(lines.lines().all(|line| line.contains("\"origin\":\"machine\"")));
    assert!(place.path("store.db.desk").exists());
}

#[test]
fn a_store_without_acts_is_backed_up_and_restored_as_before() {
    let place = Place::new();
    assert_eq!(code(&run(&place, &["source", "list"])), 0);
    // Stores of before adopted their first rulebook without an act.
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(place.path(&format!("store.db.desk{ending}")));
    }
    assert_eq!(code(&run(&place, &["backup", "a.backup"])), 0);
    assert!(!place.path("store.db.desk").exists());
    assert_eq!(code(&run(&place, &["restore", "--drill", "a.backup"])), 0);
    let left = std::fs::read_dir(place.path(".")).unwrap();
    let left =
        left.filter(|file| file.as_ref().unwrap().file_name().to_string_lossy().contains("drill"));
    assert_eq!(left.count(), 0);
}
