//! Inputs that once broke a law, made as small as they could be.

use gongxin_fuzz::run;

#[test]
fn inputs_that_broke_a_law_break_none() {
    let cases: &[(&str, &str, &[u8])] = &[
        ("a manifest in another order", "canonical", b"gongxin packs 1\n1 b\nx\n1 a\ny\n"),
        ("a manifest with a file twice", "canonical", b"gongxin packs 1\n1 a\nx\n1 a\ny\n"),
        ("a length in another spelling", "canonical", b"gongxin packs 1\n+01 a\ny\n"),
    ];
    for (what, target, bytes) in cases {
        assert!(std::panic::catch_unwind(|| run(target, bytes)).is_ok(), "{what}");
    }
}
