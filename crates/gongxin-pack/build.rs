//! A new pack file is embedded without a clean build.

#![expect(
    clippy::print_stdout,
    reason = "a build script speaks to cargo by printing"
)]

fn main() {
    println!("cargo::rerun-if-changed=../../packs");
}
