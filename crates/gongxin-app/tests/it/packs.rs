//! The packs that come with the program: their cases hold, and show everything that they must.

use gongxin_app::packs::{Checked, check, gather};

fn checked() -> Checked {
    check(&gather(true, &[]).unwrap())
}

#[test]
fn every_case_holds_and_every_item_is_shown() {
    let checked = checked();
    let problems: Vec<String> = checked.problems.iter().map(ToString::to_string).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(checked.failed.is_empty(), "{:#?}", checked.failed);
    assert!(checked.uncovered.is_empty(), "no case shows {:#?}", checked.uncovered);
    assert!(checked.idle.is_empty(), "{:#?}", checked.idle);
    assert!(checked.cases > 250 && checked.items > 250, "{} {}", checked.cases, checked.items);
}
