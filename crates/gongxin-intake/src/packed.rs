//! What is inside a packed file, told by its own list of parts before any of them is unpacked.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;

use crate::limits::Limits;
use crate::ods;
use crate::sniff::Foreign;
use crate::workbook::{Stop, Unreadable};

/// What a packed file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Package {
    /// A workbook of Excel 2007 and later.
    Xlsx,
    /// A workbook of the Open Document Format.
    Ods,
    /// Files of whatever kind.
    Files,
    /// Something that is not read.
    Foreign(Foreign),
}

impl Package {
    /// What it is by the names of its parts and by what the part `mimetype` says, if there is one.
    pub(crate) fn of(parts: impl Iterator<Item = impl AsRef<str>>, stated: &str) -> Self {
        const OPEN_DOCUMENT: &str = "application/vnd.oasis.opendocument.";
        if stated.starts_with(ods::MIMETYPE) {
            return Self::Ods;
        }
        if let Some(other) = stated.strip_prefix(OPEN_DOCUMENT) {
            let text = other.starts_with("text");
            return Self::Foreign(Foreign::Document(if text { "ODT" } else { "ODF" }));
        }
        let (mut content, mut list) = (false, false);
        let mut found = Self::Files;
        let plain = |part: &str| part.replace('\\', "/").to_ascii_lowercase();
        let parts: Vec<String> = parts.map(|part| plain(part.as_ref())).collect();
        // A directory that is only called like one of theirs makes no package.
        let is_office = parts.iter().any(|part| part == "[content_types].xml");
        if parts.iter().any(|part| part.starts_with("xl/workbook") && part.ends_with(".bin")) {
            return Self::Foreign(Foreign::Table("XLSB"));
        }
        for part in parts {
            match part.split_once('/').map_or("", |(folder, _)| folder) {
                "xl" if is_office || part.starts_with("xl/workbook") => return Self::Xlsx,
                "word" if is_office || part.starts_with("word/document") => {
                    found = Self::Foreign(Foreign::Document("DOCX"));
                }
                "ppt" if is_office || part.starts_with("ppt/presentation") => {
                    found = Self::Foreign(Foreign::Document("PPTX"));
                }
                _ => {
                    content |= part == "content.xml";
                    list |= part == "meta-inf/manifest.xml" || part == "mimetype";
                }
            }
        }
        if content && list { Self::Ods } else { found }
    }
}

/// Opens a packed file whose parts are not suspiciously large.
pub(crate) fn open_package<'a>(
    bytes: &'a [u8],
    limits: &Limits,
) -> Result<(ZipArchive<Cursor<&'a [u8]>>, Package), Stop> {
    let corrupt =
        |error: zip::result::ZipError| Stop::Unreadable(Unreadable::Corrupt, error.to_string());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(corrupt)?;
    let stated = stated(&mut archive);
    let package = Package::of(archive.file_names().flatten(), &stated);
    if let Package::Foreign(_) = package {
        return Ok((archive, package));
    }
    let mut unpacked = 0_u64;
    for index in 0..archive.len() {
        unpacked = unpacked.saturating_add(archive.by_index_raw(index).map_err(corrupt)?.size());
    }
    let ratio = unpacked / (bytes.len() as u64).max(1);
    let bomb = unpacked > limits.unpacked_free_bytes && ratio > limits.unpacked_ratio;
    if unpacked > limits.unpacked_bytes || bomb {
        return Err(Stop::Unreadable(Unreadable::Unpacked, unpacked.to_string()));
    }
    Ok((archive, package))
}

/// What the part `mimetype` says; nothing where there is none.
fn stated(archive: &mut ZipArchive<Cursor<&[u8]>>) -> String {
    const LONGEST: u64 = 100;
    let mut text = String::new();
    if let Ok(part) = archive.by_name("mimetype") {
        // What is no text says nothing.
        let _ = part.take(LONGEST).read_to_string(&mut text);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packed_file_is_told_by_its_parts() {
        let foreign = |name| Package::Foreign(Foreign::from_name(name).unwrap());
        let cases: &[(&[&str], &str, Package)] = &[
            (&["[Content_Types].xml", "xl/workbook.xml"], "", Package::Xlsx),
            (&["xl\\workbook.xml"], "", Package::Xlsx),
            (&["xl/workbook.bin", "xl/worksheets/sheet1.bin"], "", foreign("XLSB")),
            (&["[Content_Types].xml", "xl/styles.bin", "xl/workbook.bin"], "", foreign("XLSB")),
            (&["mimetype", "content.xml"], ods::MIMETYPE, Package::Ods),
            (&["mimetype", "encrypted-package"], ods::MIMETYPE, Package::Ods),
            (&["content.xml", "META-INF/manifest.xml"], "", Package::Ods),
            (
                &["mimetype", "content.xml"],
                "application/vnd.oasis.opendocument.text",
                foreign("ODT"),
            ),
            (&["content.xml"], "", Package::Files),
            (&["word/document.xml"], "", foreign("DOCX")),
            (&["rows.csv"], "", Package::Files),
            (&["word/rows.csv", "xl/rows.csv"], "", Package::Files),
            (&[], "", Package::Files),
        ];
        for (parts, stated, package) in cases {
            assert_eq!(Package::of(parts.iter(), stated), *package, "{parts:?}");
        }
    }
}
