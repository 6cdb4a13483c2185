//! `gongxin template`: an empty workbook of a catalogue, to fill and hand in.

use std::path::PathBuf;

use anyhow::Context as _;
use gongxin_app::packs::{gather, rulebook};

use super::{language, open};
use crate::arguments::{Place, Template};
use crate::door;
use crate::exit::Exit;
use crate::screen::tell;

pub(crate) fn run(place: &Place, ask: &Template) -> anyhow::Result<Exit> {
    let language = language(place)?;
    let rulebook = match open(place).and_then(|office| Ok(office.rules()?)) {
        Ok(rules) => rules.rulebook.rulebook.clone(),
        // Without a store it is the template of the built-in packs.
        Err(_) => rulebook(&gather(false, &place.packs)?)?,
    };
    let (clock, _) = door::circumstance();
    let mut bytes = Vec::new();
    let when = (clock.now().day(), language);
    gongxin_app::template(&rulebook, &ask.catalogue, when, &mut bytes)?;
    let path = match &ask.out {
        Some(path) if path.as_os_str() == "-" => {
            std::io::Write::write_all(&mut std::io::stdout().lock(), &bytes)?;
            return Ok(Exit::Done);
        }
        Some(path) => path.clone(),
        None => PathBuf::from(format!("{}.xlsx", ask.catalogue)),
    };
    std::fs::write(&path, &bytes)
        .with_context(|| format!("writing the template `{}`", path.display()))?;
    tell(&format!("the template is in `{}`", path.display()));
    Ok(Exit::Done)
}
