//! The public log from the command line: keys, checkpoints, proofs, and what their exit codes say.

use std::process::Output;

use serde_json::Value;

use crate::intake::{Place, code};

fn run(place: &Place, arguments: &[&str]) -> Output {
    place.command(arguments).output().unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap().trim().to_owned()
}

const CODE: &str = "911501007209999999";

#[test]
fn a_log_is_signed_proved_and_checked_and_its_keys_turn() {
    let place = Place::new();
    place.write("a.csv", &format!("企业名称,统一社会信用代码\n北方九一七三百货有限公司,{CODE}\n"));
    assert_eq!(code(&place.intake(&["a.csv"]).output().unwrap()), 0);
    assert_eq!(code(&run(&place, &["log", "checkpoint"])), 1, "no key signs");
    assert_eq!(code(&run(&place, &["log", "key", "rotate"])), 2);
    assert_eq!(code(&run(&place, &["log", "prove", "0"])), 1, "nothing is signed");
    assert_eq!(code(&run(&place, &["log", "key", "new", "--origin", "a b"])), 2);
    let made = run(&place, &["log", "key", "new", "--origin", "credit.example/log"]);
    assert_eq!(code(&made), 0, "{made:?}");
    let key = text(&made);
    assert_eq!(code(&run(&place, &["log", "key", "new", "--origin", "other"])), 2);
    let signed = run(&place, &["log", "checkpoint", "--json"]);
    assert_eq!(code(&signed), 0, "{signed:?}");
    let signed = json(&signed);
    assert_eq!(signed["size"], signed["entries"]);
    let told = run(&place, &["subject", CODE, "--all", "--json"]);
    let record = json(&told)["records"][0]["id"].as_str().unwrap().to_owned();
    let proof = run(&place, &["log", "prove", &record]);
    assert_eq!(code(&proof), 0, "{proof:?}");
    assert_eq!(code(&run(&place, &["log", "prove", "99"])), 2);
    assert_eq!(code(&run(&place, &["log", "prove", "x"])), 2);
    place.write("proof.json", &text(&proof));
    place.write("keys.txt", &format!("# ours\n{key}\n"));
    let verify = |more: &[&str]| run(&place, &[&["log", "verify"], more].concat());
    assert_eq!(code(&verify(&["proof.json", "--key", &key])), 0);
    let told = json(&verify(&["proof.json", "--key-from", "keys.txt", "--json"]));
    assert_eq!((&told["holds"], &told["signers"][0]), (&true.into(), &key.as_str().into()));
    assert_eq!(code(&verify(&["proof.json", "--key", "x"])), 2);
    assert_eq!(code(&verify(&["absent.json", "--key", &key])), 3);
    let entry = json(&proof)["entry"].as_u64().unwrap();
    let other =
        text(&proof).replace(&format!("\"entry\": {entry}"), &format!("\"entry\": {}", entry + 1));
    place.write("other.json", &other);
    assert_eq!(code(&verify(&["other.json", "--key", &key])), 4);
    // Both sign until the older one is retired; what it signed stays valid.
    let newer = text(&run(&place, &["log", "key", "rotate"]));
    assert_eq!(code(&run(&place, &["log", "checkpoint"])), 0);
    let both = text(&run(&place, &["log", "prove", &entry.to_string()]));
    place.write("both.json", &both);
    assert_eq!(code(&verify(&["both.json", "--key", &key])), 0);
    assert_eq!(code(&verify(&["both.json", "--key", &newer])), 0);
    let number = key.split('+').nth(1).unwrap();
    assert_eq!(code(&run(&place, &["log", "key", "retire", number])), 0);
    let number = newer.split('+').nth(1).unwrap();
    assert_eq!(code(&run(&place, &["log", "key", "retire", number])), 2, "it is the only one");
    assert_eq!(code(&run(&place, &["log", "checkpoint"])), 0);
    let shown = json(&run(&place, &["log", "key", "show", "--json"]));
    let spans: Vec<_> = shown
        .as_array()
        .unwrap()
        .iter()
        .map(|key| (key["first_checkpoint"].as_i64(), key["last_checkpoint"].as_i64()))
        .collect();
    assert_eq!(spans, [(Some(1), Some(2)), (Some(2), Some(3))]);
    assert_eq!(code(&verify(&["proof.json", "--key", &key])), 0);
    assert_eq!(code(&run(&place, &["archive", "fsck"])), 0);
}
