//! Packs as bytes: what is hashed, stored whole, and read again later.

use std::collections::BTreeMap;

/// The files of all packs: path relative to the packs, with `/`, and content.
pub type PackFiles = BTreeMap<String, Vec<u8>>;

const HEAD: &[u8] = b"gongxin packs 1\n";

/// The canonical bytes of the files. Their digest is the rulebook's; [`from_manifest`] reads them.
#[must_use]
pub fn manifest(files: &PackFiles) -> Vec<u8> {
    let mut bytes = HEAD.to_vec();
    for (path, content) in files {
        bytes.extend_from_slice(format!("{} {path}\n", content.len()).as_bytes());
        bytes.extend_from_slice(content);
        bytes.push(b'\n');
    }
    bytes
}

/// The files of canonical bytes. None where the bytes are not what [`manifest`] writes.
#[must_use]
pub fn from_manifest(bytes: &[u8]) -> Option<PackFiles> {
    let mut rest = bytes.strip_prefix(HEAD)?;
    let mut files = PackFiles::new();
    while !rest.is_empty() {
        let end = rest.iter().position(|byte| *byte == b'\n')?;
        let (line, after) = rest.split_at(end);
        let (length, path) = std::str::from_utf8(line).ok()?.split_once(' ')?;
        let after = after.get(1..)?;
        let (content, after) = after.split_at_checked(length.parse().ok()?)?;
        files.insert(path.to_owned(), content.to_vec());
        rest = after.strip_prefix(b"\n")?;
    }
    // Files in another order or twice, and lengths in another spelling, read as well.
    (manifest(&files) == bytes).then_some(files)
}

/// The packs that come with the program.
#[derive(rust_embed::RustEmbed)]
#[folder = "../../packs"]
#[exclude = "*.md"]
struct Builtin;

/// The packs of every platform.
pub const DEFAULT_PACKS: &[&str] = &["national", "regions/150000"];

/// The pack that only an invented region needs.
pub const REHEARSAL_PACK: &str = "rehearsal";

/// The files of the built-in packs named.
#[must_use]
pub fn builtin(packs: &[&str]) -> PackFiles {
    Builtin::iter()
        .filter(|path| {
            packs
                .iter()
                .any(|pack| path.strip_prefix(pack).is_some_and(|rest| rest.starts_with('/')))
        })
        .filter_map(|path| {
            Builtin::get(&path).map(|file| (path.into_owned(), file.data.into_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_reads_back() {
        let files = PackFiles::from([
            ("a/pack.toml".to_owned(), b"x = 1\n".to_vec()),
            ("b.csv".to_owned(), Vec::new()),
        ]);
        assert_eq!(from_manifest(&manifest(&files)), Some(files));
        assert_eq!(from_manifest(b"other"), None);
        assert_eq!(from_manifest(b"gongxin packs 1\n9 a\nshort"), None);
    }
}
