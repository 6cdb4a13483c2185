//! A new pack file is embedded without a clean build.

fn main() {
    println!("cargo::rerun-if-changed=../../packs");
}
