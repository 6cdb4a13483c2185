use super::*;

#[cfg(unix)]
fn heard(script: &str) -> Heard {
    let command =
        ChildCommand { program: "/bin/sh".into(), arguments: vec!["-c".into(), script.into()] };
    let (rows, _) = ChildRows::start(&command, io::empty(), &Limits::default());
    rows.unwrap().next(&mut RawRow::default())
}

#[cfg(unix)]
#[test]
fn a_dead_child_has_a_named_cause() {
    assert_eq!(heard("kill -6 $$"), Heard::Failed(Broken::Memory));
    assert_eq!(heard("kill -9 $$"), Heard::Failed(Broken::Time));
    assert!(matches!(heard("exit 3"), Heard::Failed(Broken::Gone(_))));
    assert!(matches!(heard("printf nonsense-and-more"), Heard::Failed(Broken::Gone(_))));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig {
        failure_persistence: None,
        ..proptest::prelude::ProptestConfig::default()
    })]

    /// Whatever a child that was taken over says, it is heard to its end.
    #[test]
    fn a_child_may_say_anything(
        frames in proptest::collection::vec(
            ("[KSMDPRWEFx]", 0_u32..40, proptest::collection::vec(proptest::prelude::any::<u8>(), 0..40)),
            0..20,
        ),
    ) {
        let said = frames.iter().flat_map(|(tag, length, bytes)| {
            [tag.as_bytes(), &length.to_le_bytes(), bytes].concat()
        });
        let stream = Stream::Here(io::Cursor::new(said.collect()));
        let limits = Limits { row_bytes: 16, columns: 2, ..Limits::default() };
        let mut rows = ChildRows::new(stream, &limits);
        let mut row = RawRow::default();
        let heard = (0..1000).find(|_| matches!(rows.next(&mut row), Heard::Failed(_)));
        proptest::prop_assert!(heard.is_some());
    }
}

#[test]
fn rows_pass_the_frame_unchanged() {
    let mut row = RawRow::default();
    row.reset(9);
    row.push("甲");
    row.push("");
    let mut frames = Frames { output: Vec::new(), frame: Vec::new() };
    let sheet = |name: &str, hidden| SheetName { name: name.to_owned(), hidden };
    frames.format(Format::Ods).unwrap();
    frames.sheet(&sheet("表一", false), &[sheet("表二", false), sheet("-", true)]).unwrap();
    frames.row(&row).unwrap();
    frames.send(END, &[]).unwrap();
    let stream = Stream::Here(io::Cursor::new(frames.output));
    let mut rows = ChildRows::new(stream, &Limits::default());
    let mut out = RawRow::default();
    assert_eq!(rows.next(&mut out), Heard::Sheet(sheet("表一", false)));
    assert_eq!(rows.further, [sheet("表二", false), sheet("-", true)]);
    assert_eq!(rows.format, Some(Format::Ods));
    assert_eq!(rows.next(&mut out), Heard::Row);
    assert_eq!(out, row);
    assert_eq!(rows.next(&mut out), Heard::End);
}
