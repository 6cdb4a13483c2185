//! Moving house, backups and drills as scripts see them: exit codes, keys, what is left behind.

use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::intake::{Place, ROWS, code, registrations, send};

fn filled(rows: u32) -> Place {
    let place = Place::new();
    place.write("rows.csv", &registrations(rows));
    assert_eq!(code(&place.intake(&["rows.csv"]).output().unwrap()), 0);
    place
}

fn run(place: &Place, arguments: &[&str]) -> Output {
    place.command(arguments).output().unwrap()
}

/// The same for another store in the place's directory.
fn run_at(place: &Place, store: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gongxin"));
    command.args(["--store", store]).args(arguments).current_dir(place.path("."));
    command.output().unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
}

fn said(output: &Output) -> String {
    String::from_utf8([output.stdout.clone(), output.stderr.clone()].concat()).unwrap()
}

#[test]
fn a_store_moves_with_its_key_and_the_old_one_is_closed() {
    let place = filled(20);
    let old = json(&run(&place, &["archive", "digest", "--json"]));
    let moved = run(&place, &["migrate", "--to", "sqlite:new.db", "--json"]);
    assert_eq!(code(&moved), 0, "{moved:?}");
    let told = json(&moved);
    assert_eq!(told["digest"], old["digest"]);
    assert_eq!(told["tables"], old["tables"]);
    assert_eq!((&told["entries"], &told["standings"]["rows"]), (&21.into(), &20.into()));
    assert_eq!(told["rows_moved"], old["rows"]);
    let key = |name: &str| std::fs::read(place.path(name)).unwrap();
    assert_eq!(key("new.db.key"), key("store.db.key"));
    let new = run_at(&place, "sqlite:new.db", &["archive", "digest", "--json"]);
    assert_eq!(json(&new), old);
    // The old one is read and takes nothing; the new one takes it.
    assert_eq!(code(&run(&place, &["archive", "fsck"])), 0);
    place.write("more.csv", "企业名称,统一社会信用代码\n北方百货有限公司,911501007209999999\n");
    let refused = place.intake(&["more.csv"]).output().unwrap();
    assert_eq!(code(&refused), 3);
    let add = ["source", "add", "150100-x", "--name", "某局", "--supplies", "licence"];
    assert_eq!(code(&run(&place, &add)), 3);
    assert!(said(&run(&place, &["serve", "--port", "0"])).contains("was moved to `sqlite:new.db`"));
    assert_eq!(code(&run(&place, &["doctor"])), 1);
    assert_eq!(code(&run(&place, &["migrate", "--reopen"])), 0);
    assert_eq!(code(&place.intake(&["more.csv"]).output().unwrap()), 0);
    // By now they differ: the place is another's.
    let refused = run(&place, &["migrate", "--to", "sqlite:new.db"]);
    assert_eq!(code(&refused), 3, "{refused:?}");
}

#[test]
fn what_a_government_site_must_state_is_named() {
    let place = filled(1);
    let looked = |arguments: &[&str]| {
        let answer = run(&place, &[&["doctor", "--json"], arguments].concat());
        let told = json(&answer);
        let parts = told["parts"].as_array().unwrap().clone();
        move |name: &str| {
            let part = parts.iter().find(|part| part["part"] == name).unwrap();
            (part["well"].as_bool().unwrap(), part["what"].as_str().unwrap().to_owned())
        }
    };
    let bare = looked(&[]);
    let (well, what) = bare("site");
    assert!(!well && what.contains("主办单位 (operator)") && what.contains("(police)"), "{what}");
    assert!(bare("map").0);
    place.write("site.toml", "[footer]\noperator = \"某局\"\nicp = \" \"\n");
    place.write(
        "map.json",
        r#"{"type": "FeatureCollection", "approval": "蒙S(2023)028号", "features": [{"type": "Feature",
            "properties": {"code": "150100"}, "geometry": {"type": "Polygon",
            "coordinates": [[[111, 40], [112, 40], [112, 41], [111, 40]]]}}]}"#,
    );
    let stated = looked(&["--site", "site.toml", "--map", "map.json"]);
    let (well, what) = stated("site");
    assert!(!well && !what.contains("operator") && what.contains("(icp)"), "{what}");
    assert_eq!(stated("map"), (true, "1 divisions, approved as 蒙S(2023)028号".to_owned()));
    place.write("site.toml", "[foot]\n");
    let (well, what) = looked(&["--site", "site.toml"])("site");
    assert!(!well && what.contains("`site.toml`"), "{what}");
}

#[test]
fn what_cannot_be_moved_is_said_before_anything_is_begun() {
    let place = filled(3);
    place.write("other.db.key", &"k".repeat(32));
    let cases: &[(&[&str], i32)] = &[
        (&["migrate"], 2),
        (&["migrate", "--to", "mysql:x"], 2),
        (&["migrate", "--to", "sqlite:other.db"], 2),
        (&["migrate", "--to", "sqlite:new.db", "--reopen"], 2),
        (&["migrate", "--from", "sqlite:absent.db", "--to", "sqlite:new.db"], 2),
        (&["restore", "absent.backup"], 2),
    ];
    for (arguments, exit) in cases {
        let output = match arguments[0] {
            "restore" => run_at(&place, "sqlite:fresh.db", arguments),
            _ => run(&place, arguments),
        };
        assert_eq!(code(&output), *exit, "{arguments:?} {output:?}");
    }
    for left in ["new.db", "other.db", "fresh.db", "fresh.db.key", "absent.db.key"] {
        assert!(!place.path(left).exists(), "{left}");
    }
}

#[test]
fn killed_as_often_as_one_likes_it_comes_out_the_same() {
    let place = filled(ROWS);
    let old = json(&run(&place, &["archive", "digest", "--json"]));
    let mut half = 0;
    for size in [1, 200_000, 900_000, 1_500_000, 2_500_000] {
        let mut command = place.command(&["migrate", "--to", "sqlite:new.db", "--json"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Killed when so much is there, or when it is done.
        let is_there = || {
            let length = |name| std::fs::metadata(place.path(name)).map_or(0, |file| file.len());
            length("new.db") + length("new.db-wal") >= size
        };
        while !is_there() && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        send("KILL", &child);
        child.wait().unwrap();
        let output = run_at(&place, "sqlite:new.db", &["subject", "911501007200000001"]);
        if said(&output).contains("half-moved") {
            assert_eq!(code(&output), 3);
            half += 1;
        }
    }
    assert!(half > 0);
    let done = run(&place, &["migrate", "--to", "sqlite:new.db", "--json"]);
    assert_eq!(code(&done), 0, "{done:?}");
    assert_eq!(json(&done)["tables"], old["tables"]);
    assert_eq!(code(&run_at(&place, "sqlite:new.db", &["archive", "fsck"])), 0);
}

#[test]
fn a_drill_is_run_beside_the_store_in_service() {
    let place = filled(20);
    assert_eq!(code(&run(&place, &["backup", "a.backup"])), 0);
    place.write("more.csv", "企业名称,统一社会信用代码\n北方百货有限公司,911501007209999999\n");
    assert_eq!(code(&place.intake(&["more.csv"]).output().unwrap()), 0);
    let drill = run(&place, &["restore", "--drill", "a.backup", "--json"]);
    assert_eq!(code(&drill), 0, "{drill:?}");
    let told = json(&drill);
    assert_eq!(told["check"]["problems"], serde_json::json!([]));
    let expected = serde_json::json!({ "is_continued": true, "entries_since": 1 });
    assert_eq!(told["in_service"], expected);
    assert!(!place.path("a.backup.drill").exists());
    // Restored in earnest, with the key named: the backup's moment.
    let key = place.path("store.db.key");
    let restore = ["--key-file", key.to_str().unwrap(), "restore", "a.backup", "--json"];
    // Without the journal of erasures it is not known what must not come back.
    assert_eq!(code(&run_at(&place, "sqlite:new.db", &restore)), 2);
    assert!(!place.path("new.db").exists());
    let restore = [&["--erasures", "store.db.erasures"][..], &restore].concat();
    let restored = run_at(&place, "sqlite:new.db", &restore);
    assert_eq!(code(&restored), 0, "{restored:?}");
    assert_eq!(json(&restored)["digest"], told["digest"]);
    assert!(!place.path("new.db.key").exists());
    // Damaged, it restores nothing and leaves nothing.
    let mut bytes = std::fs::read(place.path("a.backup")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(place.path("a.backup"), bytes).unwrap();
    assert_eq!(code(&run(&place, &["restore", "--drill", "a.backup"])), 3);
    assert!(!place.path("a.backup.drill").exists());
}
