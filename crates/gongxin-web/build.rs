//! A file that is new, such as a script that npm built, is embedded without a clean build.

fn main() {
    for place in ["templates", "pages", "locales", "../../web/src", "../../web/dist", "design"] {
        println!("cargo::rerun-if-changed={place}");
    }
}
