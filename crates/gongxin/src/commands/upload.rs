//! `gongxin upload`: what goes up to another platform, and what comes back from it.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Context as _;
use gongxin_app::{Answer, Fate, Input, Office, ReturnAsk, Scope, SentItem, UploadAsk, UploadItem};

use super::{intake, language, open};
use crate::arguments::{Place, Upload, UploadReturn, UploadWrite};
use crate::exit::{Exit, Usage};
use crate::screen::{say, say_json, spinner, tell};

pub(crate) fn run(place: &Place, ask: &Upload) -> anyhow::Result<Exit> {
    let office = open(place)?;
    match ask {
        Upload::Write(ask) => write(&office, ask),
        Upload::Again { number, out } => {
            write_files(&office, *number, out)?;
            Ok(Exit::Done)
        }
        Upload::Return(ask) => take_return(place, &office, ask),
        Upload::List(ask) => {
            let uploads = office.uploads()?;
            if ask.json {
                say_json(&uploads)?;
            } else {
                uploads.iter().for_each(say_upload);
            }
            Ok(Exit::Done)
        }
        Upload::Show { number, refused, json } => {
            let upload = office.upload_item(*number)?;
            let rows = office.sent(*number, *refused)?;
            if *json {
                say_json(&serde_json::json!({ "upload": upload, "rows": rows }))?;
            } else {
                say_upload(&upload);
                rows.iter().for_each(say_row);
            }
            Ok(Exit::Done)
        }
    }
}

/// Whose records are meant by two options that exclude each other.
pub(super) fn scope(source: Option<&String>, region: Option<&String>) -> Scope {
    match (source, region) {
        (Some(code), _) => Scope::Source(code.clone()),
        (None, Some(code)) => Scope::Region(code.clone()),
        (None, None) => Scope::All,
    }
}

fn write(office: &Office, ask: &UploadWrite) -> anyhow::Result<Exit> {
    prepare(&ask.out)?;
    let catalogues = match &ask.catalogue {
        Some(id) => vec![id.clone()],
        None => office.upload_catalogues()?,
    };
    let mut made = Vec::new();
    for catalogue in &catalogues {
        let spinner = spinner("looking through the archive");
        let asked = UploadAsk {
            catalogue,
            scope: scope(ask.source.as_ref(), ask.region.as_ref()),
            period: ask.period,
            whole: ask.whole,
        };
        let upload = office.upload(&asked, &mut |done| spinner.set_prefix(format!("{done}")));
        spinner.finish_and_clear();
        let Some(upload) = upload? else {
            tell(&format!("{catalogue}: nothing new up to the end of {}", ask.period));
            continue;
        };
        let number = upload.upload;
        write_files(office, number, &ask.out).with_context(|| {
            format!("upload {number} is kept; `gongxin upload again {number}` writes its files")
        })?;
        if office.upload_is_unverified(catalogue)? {
            tell(&format!(
                "{catalogue}: parts of the layout were read in no source; \
                 `gongxin pack explain upload:double-publicity` says which"
            ));
        }
        made.push(upload);
    }
    if ask.json {
        say_json(&made)?;
    } else {
        made.iter().for_each(say_upload);
    }
    Ok(Exit::Done)
}

fn prepare(out: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(out)
        .with_context(|| format!("making the directory `{}`", out.display()))
}

/// Writes the files of an upload into a directory.
fn write_files(office: &Office, number: i64, out: &Path) -> anyhow::Result<()> {
    prepare(out)?;
    let mut open = |name: &str| -> std::io::Result<Box<dyn Write + Send>> {
        Ok(Box::new(BufWriter::new(File::create(out.join(name))?)))
    };
    let written = office.write_upload(number, out, &mut open)?;
    for file in written {
        let path = out.join(&file.name);
        tell(&format!("{}.csv and .xlsx: {} rows", path.display(), file.rows));
        if file.cut > 0 {
            tell(&format!("{} cells are cut in the workbook; the CSV has them whole", file.cut));
        }
    }
    Ok(())
}

fn take_return(place: &Place, office: &Office, ask: &UploadReturn) -> anyhow::Result<Exit> {
    let mapping = match &ask.map {
        Some(path) => Some(
            std::fs::read_to_string(path)
                .map_err(|error| Usage(format!("the mapping `{}`: {error}", path.display())))?,
        ),
        None => None,
    };
    let asked = ReturnAsk {
        upload: ask.number,
        mapping: mapping.as_deref(),
        language: language(place)?,
        child: intake::child_command(),
    };
    let receipt = office.take_return(&asked, Input::File(ask.file.clone()))?;
    let looks = receipt.refused > 0 || receipt.unmatched > 0;
    if ask.json {
        say_json(&receipt)?;
    } else {
        for finding in &receipt.findings {
            tell(&format!("{}: {}", finding.rule, finding.message));
        }
        for trouble in &receipt.troubles {
            say(&format!("{}  {}", trouble.row, trouble.message));
        }
        say(&format!(
            "{} rows: {} accepted, {} refused, {} answer nothing",
            receipt.rows, receipt.accepted, receipt.refused, receipt.unmatched
        ));
        for (reason, count) in &receipt.reasons {
            say(&format!("  {count}  {}", if reason.is_empty() { "— —" } else { reason }));
        }
        say_upload(&receipt.upload);
    }
    if receipt.unverified {
        tell("the layout of return files was read in no source: compare the counts");
    }
    Ok(match (receipt.read, looks) {
        (false, _) => Exit::Failed,
        (true, true) => Exit::Look,
        (true, false) => Exit::Done,
    })
}

fn say_upload(one: &UploadItem) {
    say(&format!(
        "{}  {}  {}  {}: {} new, {} corrected, {} ended; {} accepted, {} refused, {} without answer",
        one.upload,
        one.catalogue,
        one.scope,
        one.period,
        one.new,
        one.corrected,
        one.ended,
        one.accepted,
        one.refused,
        one.open
    ));
    for (reason, count) in &one.held_back {
        say(&format!("  {count} not sent: {reason}"));
    }
    if one.more {
        say("  more is left: run it again");
    }
}

fn say_row(row: &SentItem) {
    let fate = match row.fate {
        Fate::New => "new",
        Fate::Corrected => "corrected",
        Fate::Ended => "ended",
    };
    let answer = match row.answer {
        Answer::Open => "no answer",
        Answer::Accepted => "accepted",
        Answer::Refused => "refused",
    };
    let number = row.document_number.as_deref().unwrap_or("— —");
    say(&format!("  {}  {fate}  {answer}  {}  {number}  {}", row.row, row.record, row.reason));
}
