//! `gongxin intake` as scripts see it: exit codes, receipts, signals.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// Rows enough for two transactions and for more than a pipe holds.
pub(crate) const ROWS: u32 = 6_000;

/// A directory with a founded store.
pub(crate) struct Place(TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        let adopted = place
            .command(&["pack", "adopt", "--accept-unverified", "all"])
            .stdout(Stdio::null())
            .status();
        assert!(adopted.unwrap().success());
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gongxin"));
        command.arg("--store").arg(format!("sqlite:{}", self.path("store.db").display()));
        command.args(arguments).current_dir(self.0.path());
        command
    }

    pub(crate) fn intake(&self, files: &[&str]) -> Command {
        let mut command = self.command(&["intake", "--catalogue", "registration"]);
        command.args(["--source", "150000-market", "--receipt", "receipt.json"]).args(files);
        command.stdin(Stdio::null());
        command
    }

    fn receipt(&self) -> Value {
        serde_json::from_slice(&std::fs::read(self.path("receipt.json")).unwrap()).unwrap()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }
}

pub(crate) fn registrations(rows: u32) -> String {
    let mut text = "企业名称,统一社会信用代码,注册日期\n".to_owned();
    for row in 1..=rows {
        // Codes whose check character fails: a registration is taken at its word.
        writeln!(text, "北方第{row}号商贸有限公司,9115010072{row:07}X,2016-05-04").unwrap();
    }
    text
}

pub(crate) fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or_else(|| panic!("{output:?}"))
}

fn counts(receipt: &Value) -> Vec<u64> {
    ["rows", "accepted", "held", "refused"].map(|name| receipt[name].as_u64().unwrap()).to_vec()
}

#[test]
fn the_worst_file_counts_and_every_file_is_in_the_receipt() {
    let place = Place::new();
    place.write("sound.csv", &registrations(3));
    place.write("page.xls", "<html><table><tr><td>企业名称</td></tr></table></html>");
    place.write("held.csv", "企业名称,统一社会信用代码\n北方商贸有限公司,9.115E+17\n");
    std::fs::create_dir(place.path("directory")).unwrap();
    let files = ["sound.csv", "page.xls", "held.csv", "absent.csv", "directory"];
    for (files, exit) in [(&files[..1], 0), (&files[2..3], 1), (&files[..], 3)] {
        let output = place.intake(files).output().unwrap();
        assert_eq!(code(&output), exit, "{output:?}");
    }
    let receipt = place.receipt();
    assert_eq!(counts(&receipt), [4, 3, 1, 0]);
    let read: Vec<bool> = receipt["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["read"].as_bool().unwrap())
        .collect();
    assert_eq!(read, [true, false, true, false, false]);
    let rules: Vec<(&str, &str)> = receipt["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["file"].as_str().unwrap(), one["rule"].as_str().unwrap()))
        .collect();
    for expected in [
        ("page.xls", "intake.format-table"),
        ("held.csv", "intake.code-exponential"),
        ("absent.csv", "intake.file-absent"),
        ("directory", "intake.file-directory"),
    ] {
        assert!(rules.contains(&expected), "{rules:?}");
    }
}

#[test]
fn a_receipt_that_cannot_be_written_is_said_before_anything_is_begun() {
    let place = Place::new();
    place.write("sound.csv", &registrations(3));
    let mut command = place.command(&["intake", "--catalogue", "registration", "--source"]);
    let output =
        command.args(["150000-market", "--receipt", "no/where", "sound.csv"]).output().unwrap();
    assert_eq!(code(&output), 2, "{output:?}");
    let again = place.intake(&["sound.csv"]).output().unwrap();
    assert_eq!(code(&again), 0);
    assert_eq!(place.receipt()["unchanged"], 0);
}

#[test]
fn a_file_s_name_commands_no_terminal() {
    let place = Place::new();
    let name = "\u{1b}[31m名单\u{7}.csv";
    place.write(name, "企业名称,统一社会信用代码\n北方商贸有限公司,\u{1b}[2J\n");
    let output = place.intake(&[name, "\u{1b}[31mabsent"]).output().unwrap();
    let shown = [output.stdout, output.stderr].concat();
    let shown = String::from_utf8(shown).unwrap();
    assert!(shown.contains("名单"), "{shown:?}");
    let is_command = |character: char| character.is_control() && character != '\n';
    assert!(!shown.contains(is_command), "{shown:?}");
}

/// Starts an intake of a pipe and feeds it more than a pipe holds: it is reading, then.
fn reading(place: &Place, text: &str) -> (Child, ChildStdin) {
    let mut command = place.intake(&["-"]);
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(text.as_bytes()).unwrap();
    (child, input)
}

pub(crate) fn send(signal: &str, child: &Child) {
    let sent = Command::new("kill").arg(format!("-{signal}")).arg(child.id().to_string()).status();
    assert!(sent.unwrap().success());
}

fn finish(place: &Place, file: &Path, rows: u32) {
    let output = place.intake(&[file.to_str().unwrap()]).output().unwrap();
    assert_eq!(code(&output), 0, "{output:?}");
    let rows = u64::from(rows);
    assert_eq!(counts(&place.receipt()), [rows, rows, 0, 0]);
    let fsck = place.command(&["archive", "fsck"]).output().unwrap();
    assert_eq!(code(&fsck), 0, "{fsck:?}");
    // One registration each, however often the file came; the first entry is the rulebook's.
    let told = String::from_utf8(fsck.stdout).unwrap();
    assert!(told.contains(&format!("{rows} records")), "{told}");
}

#[test]
fn what_asks_it_to_stop_is_heard_and_repeating_finishes() {
    let text = registrations(ROWS);
    for signal in ["TERM", "INT"] {
        let place = Place::new();
        place.write("rows.csv", &text);
        let (mut child, input) = reading(&place, &text);
        send(signal, &child);
        let mut told = BufReader::new(child.stderr.take().unwrap()).lines();
        assert!(told.next().unwrap().unwrap().contains("stopping"), "{signal}");
        drop(input);
        let rest: Vec<String> = told.map(Result::unwrap).collect();
        assert_eq!(child.wait().unwrap().code(), Some(5), "{rest:?}");
        assert!(rest.iter().any(|line| line.contains("run the command again")), "{rest:?}");
        finish(&place, &place.path("rows.csv"), ROWS);
    }
}

#[test]
fn killed_it_leaves_nothing_half_and_repeating_finishes() {
    let text = registrations(ROWS);
    let place = Place::new();
    place.write("rows.csv", &text);
    for _ in 0..2 {
        let (mut child, input) = reading(&place, &text);
        send("KILL", &child);
        assert_eq!(child.wait().unwrap().code(), None);
        drop(input);
    }
    finish(&place, &place.path("rows.csv"), ROWS);
}

#[test]
fn what_can_be_read_once_only_is_read_once() {
    let place = Place::new();
    // A file by its name, a pipe in truth: as a shell's `<(…)` is.
    let mut command = place.intake(&["/dev/stdin"]);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(registrations(3).as_bytes()).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(counts(&place.receipt()), [3, 3, 0, 0]);
}

#[test]
fn the_ending_of_a_receipt_says_its_form() {
    let place = Place::new();
    place.write("held.csv", "企业名称,统一社会信用代码\n=北方商贸有限公司,9.115E+17\n");
    let intake = |receipt: &str, file: &str| {
        let mut command = place.command(&["intake", "--catalogue", "registration", "--source"]);
        let output = command.args(["150000-market", "--receipt", receipt, file]).output().unwrap();
        code(&output)
    };
    assert_eq!(intake("r.csv", "held.csv"), 1);
    let table = std::fs::read_to_string(place.path("r.csv")).unwrap();
    assert!(table.starts_with("\u{feff}\"文件\",\"工作表\""), "{table}");
    assert!(table.contains("\"held.csv\""), "{table}");
    assert!(!table.contains("\"="), "{table}");
    assert_eq!(intake("r.xlsx", "held.csv"), 1);
    assert!(std::fs::read(place.path("r.xlsx")).unwrap().starts_with(b"PK"));
    assert_eq!(intake("r.xlsx", "r.xlsx"), 2, "nothing is written over what is handed in");
    assert_eq!(intake("receipt.json", "r.xlsx"), 1);
    assert_eq!(counts(&place.receipt()), [1, 0, 1, 0]);
}

#[test]
fn a_template_is_a_workbook_that_is_handed_in() {
    let place = Place::new();
    for (catalogue, exit) in [("registration", 0), ("nothing", 2)] {
        let output = place.command(&["template", catalogue, "--out", "t.xlsx"]).output().unwrap();
        assert_eq!(code(&output), exit, "{output:?}");
    }
    let output = place.intake(&["t.xlsx"]).output().unwrap();
    assert_eq!(code(&output), 0, "{output:?}");
    let counts = place.receipt()["counts"].clone();
    assert_eq!(counts, serde_json::json!({ "intake.no-rows": 1 }));
}
