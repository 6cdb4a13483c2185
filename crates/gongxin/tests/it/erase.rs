//! Erasure from the command line.

use std::process::Output;

use serde_json::Value;

use crate::intake::{Place, code};

fn run(place: &Place, arguments: &[&str]) -> Output {
    place.command(arguments).output().unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
}

const CODE: &str = "911501007209999999";

#[test]
fn one_proposes_another_confirms_and_a_restored_backup_is_caught_up_with() {
    let place = Place::new();
    place.write("a.csv", &format!("企业名称,统一社会信用代码\n北方九一七三百货有限公司,{CODE}\n"));
    assert_eq!(code(&place.intake(&["a.csv"]).output().unwrap()), 0);
    let told = run(&place, &["subject", CODE, "--all", "--json"]);
    let record = json(&told)["records"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(code(&run(&place, &["backup", "old.backup"])), 0);
    assert_eq!(json(&run(&place, &["erase", "due", "--json"])), serde_json::json!([]));
    let order: &[&str] = &[
        "--ground",
        "court",
        "--basis",
        "裁定",
        "--authority",
        "某法院",
        "--number",
        "一号",
        "--json",
    ];
    let propose = |more: &[&str]| {
        let words = [&["--actor", "one", "erase", "propose", &record], order, more].concat();
        run(&place, &words)
    };
    let preview = json(&propose(&["--dry-run"]));
    assert_eq!((&preview["records"], &preview["files"]), (&1.into(), &1.into()));
    let proposed = json(&propose(&[]));
    assert_eq!(proposed["counts"], preview);
    let number = proposed["proposal"].to_string();
    let confirm = |actor: &str, more: &[&str]| {
        let words = [&["--actor", actor, "erase", "confirm", &number], more].concat();
        run(&place, &words)
    };
    assert_eq!(code(&confirm("one", &[])), 2, "nobody confirms their own");
    assert_eq!(json(&confirm("two", &["--dry-run", "--json"])), preview);
    let done = json(&confirm("two", &["--json"]));
    assert_eq!((&done["erasure"], &done["is_clean"]), (&1.into(), &true.into()));
    assert_eq!(code(&confirm("two", &["--json"])), 1, "nothing is left to erase");
    assert_eq!(json(&run(&place, &["erase", "list", "--json"]))[0]["is_confirmed"], true);
    let journal = json(&run(&place, &["erase", "journal", "--json"]));
    assert_eq!((&journal["lines"], &journal["done"]), (&1.into(), &1.into()));
    assert_eq!(code(&run(&place, &["erase", "clean"])), 0);
    assert_eq!(code(&run(&place, &["archive", "fsck"])), 0);
    assert_eq!(code(&run(&place, &["subject", CODE])), 1);
    // The older backup: with its journal nothing comes back, in no file.
    std::fs::rename(place.path("store.db"), place.path("gone.db")).unwrap();
    let _ = std::fs::remove_file(place.path("store.db.desk"));
    let restored = run(&place, &["restore", "old.backup"]);
    assert_eq!(code(&restored), 0, "{restored:?}");
    for file in std::fs::read_dir(place.path(".")).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("store.db") {
            let bytes = std::fs::read(&path).unwrap();
            let needle = "九一七三".as_bytes();
            assert!(!bytes.windows(needle.len()).any(|one| one == needle), "{name}");
        }
    }
    assert_eq!(code(&run(&place, &["archive", "fsck"])), 0);
    // Lost, it is said, and written again from the store.
    std::fs::remove_file(place.path("store.db.erasures")).unwrap();
    assert_eq!(code(&run(&place, &["subject", CODE])), 3);
    assert_eq!(code(&run(&place, &["erase", "journal"])), 3);
    assert_eq!(code(&run(&place, &["erase", "journal", "--write-again"])), 0);
    assert_eq!(code(&run(&place, &["subject", CODE])), 1);
}
