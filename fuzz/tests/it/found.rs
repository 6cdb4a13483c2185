//! Inputs that once broke a law, made as small as they could be.

use gongxin_fuzz::run;

#[test]
fn inputs_that_broke_a_law_break_none() {
    let cases: &[(&str, &[u8])] = &[];
    for (target, bytes) in cases {
        run(target, bytes);
    }
}
