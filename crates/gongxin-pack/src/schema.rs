//! JSON Schemas of the packs' files, for editors and for whoever writes a pack elsewhere.

use std::collections::BTreeMap;

use schemars::{JsonSchema, schema_for};

use crate::cases::CaseFile;
use crate::figures::FigureFile;
use crate::load::{CalendarFile, CodeAddition, LawFile, ListFile, SectorFile};
use crate::open_data::OpenDataFile;
use crate::purposes::PurposeFile;
use crate::registers::RegisterFile;
use crate::rulebook::{
    CaseProcedure, Catalogue, CodeList, NameLists, NamePartLists, PackInfo, TermTable, UploadLayout,
};
use crate::thresholds::ThresholdFile;

/// File name → schema, as committed under `docs/policy/schemas`.
#[must_use]
pub fn schemas() -> BTreeMap<&'static str, String> {
    fn text<T: JsonSchema>() -> String {
        let mut text = serde_json::to_string_pretty(&schema_for!(T)).unwrap_or_default();
        text.push('\n');
        text
    }
    BTreeMap::from([
        ("calendar.schema.json", text::<CalendarFile>()),
        ("case.schema.json", text::<CaseFile>()),
        ("catalogue.schema.json", text::<Catalogue>()),
        ("code-addition.schema.json", text::<CodeAddition>()),
        ("code-list.schema.json", text::<CodeList>()),
        ("figures.schema.json", text::<FigureFile>()),
        ("laws.schema.json", text::<LawFile>()),
        ("lists.schema.json", text::<ListFile>()),
        ("name-parts.schema.json", text::<NamePartLists>()),
        ("names.schema.json", text::<NameLists>()),
        ("open-data.schema.json", text::<OpenDataFile>()),
        ("pack.schema.json", text::<PackInfo>()),
        ("procedure.schema.json", text::<CaseProcedure>()),
        ("purposes.schema.json", text::<PurposeFile>()),
        ("registers.schema.json", text::<RegisterFile>()),
        ("sectors.schema.json", text::<SectorFile>()),
        ("terms.schema.json", text::<TermTable>()),
        ("thresholds.schema.json", text::<ThresholdFile>()),
        ("upload.schema.json", text::<UploadLayout>()),
    ])
}
