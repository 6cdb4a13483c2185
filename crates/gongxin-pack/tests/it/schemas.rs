#[test]
fn the_committed_schemas_are_fresh() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/policy/schemas");
    for (name, text) in gongxin_pack::schema::schemas() {
        let committed = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert_eq!(committed, text, "{name}: run `cargo run -p gongxin-pack --example schemas`");
    }
}
