//! Writes the JSON Schemas of pack files to `docs/policy/schemas`.

fn main() -> std::io::Result<()> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/policy/schemas");
    std::fs::create_dir_all(&folder)?;
    for (name, text) in gongxin_pack::schema::schemas() {
        std::fs::write(folder.join(name), text)?;
    }
    Ok(())
}
