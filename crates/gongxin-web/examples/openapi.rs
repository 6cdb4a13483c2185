//! Prints the document of the API: `cargo run -p gongxin-web --example openapi`

#[expect(clippy::print_stdout, reason = "printing is what it is for")]
fn main() -> Result<(), serde_json::Error> {
    println!("{}", gongxin_web::api::document().to_pretty_json()?);
    Ok(())
}
