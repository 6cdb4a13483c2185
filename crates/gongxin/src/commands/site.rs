//! What the operator says of the site, from the files that the command line names.

use std::path::Path;

use anyhow::Context as _;
use gongxin_web::{ApprovedMap, Settings};

use crate::arguments::SiteFiles;

/// The settings, and the map where one is named.
pub(super) fn settings(files: &SiteFiles) -> anyhow::Result<Settings> {
    Ok(Settings { map: map(files)?, ..stated(files.site.as_deref())? })
}

/// What the operator states; nothing where no file is named.
fn stated(file: Option<&Path>) -> anyhow::Result<Settings> {
    let Some(file) = file else {
        return Ok(Settings::default());
    };
    let named = || format!("reading `{}`", file.display());
    let text = std::fs::read_to_string(file).with_context(named)?;
    Settings::parse(&text).with_context(named)
}

/// The map that the operator has; none where no file is named.
fn map(files: &SiteFiles) -> anyhow::Result<Option<ApprovedMap>> {
    let Some(file) = &files.map else {
        return Ok(None);
    };
    let named = || format!("reading the map `{}`", file.display());
    let opened = std::fs::File::open(file).with_context(named)?;
    let map = ApprovedMap::read(opened, files.map_approval.as_deref());
    map.map(Some).with_context(named)
}
