//! Files that nobody meant well: read within their limits, nothing lost, and told what is wrong.

use std::io::Cursor;

use gongxin_fuzz::hostile;
use gongxin_intake::{Intake, Mapping, Options};
use gongxin_model::{Day, Finding, Severity};

struct Taken {
    rows: usize,
    findings: Vec<Finding>,
    failed: bool,
}

fn take(bytes: Vec<u8>) -> Taken {
    let options = Options {
        rulebook: gongxin_fuzz::rulebook(),
        catalogue: "registration".to_owned(),
        mapping: Mapping::default(),
        today: Day::new(2026, 11, 24).unwrap(),
        child: None,
        limits: gongxin_intake::Limits::default(),
    };
    let mut taken = Taken { rows: 0, findings: Vec::new(), failed: true };
    match Intake::open(Box::new(Cursor::new(bytes)), options) {
        Ok(mut intake) => {
            taken.failed = false;
            while let Some(chunk) = intake.next_chunk(1000, 1 << 20) {
                taken.rows += chunk.rows.len();
                let rows = chunk.rows.into_iter().flat_map(|row| row.findings);
                taken.findings.extend(rows.chain(chunk.findings));
                taken.failed |= chunk.failed;
            }
        }
        Err(findings) => taken.findings = findings,
    }
    taken
}

#[test]
fn what_is_wrong_is_said_and_nothing_is_lost() {
    let mut wrong = Vec::new();
    for file in hostile::all() {
        let taken = take(file.bytes);
        let mut rules: Vec<&str> = taken.findings.iter().map(|one| one.rule.as_str()).collect();
        rules.dedup();
        let is_found = match file.rule {
            Some(rule) => rules.contains(&rule),
            None => taken.rows > 0 || !rules.is_empty(),
        };
        let has_error = taken.findings.iter().any(|one| one.severity == Severity::Error);
        if !is_found || taken.rows < file.rows || (taken.failed && !has_error) {
            wrong.push(format!(
                "{}: {} rows (at least {}), failed {}, {:?} wanted among {rules:?}",
                file.name, taken.rows, file.rows, taken.failed, file.rule
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
