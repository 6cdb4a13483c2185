//! What intake takes from the rulebook beside the catalogue.

use std::collections::HashMap;

use gongxin_model::code::CodeTables;
use gongxin_pack::{CodeList, Rulebook};

/// The code list of registering departments and types (GB 32100-2015).
pub(crate) const DEPARTMENTS: &str = "uscc-departments";
/// The lists of seriously untrustworthy organisations, where a field names them as its codes.
pub(crate) const LISTS: &str = "lists";

/// Regions and departments as the rulebook states them.
#[must_use]
pub fn code_tables(rulebook: &Rulebook) -> CodeTables {
    let mut tables = CodeTables::default();
    for region in rulebook.regions().map(|list| list.entries.as_slice()).unwrap_or_default() {
        tables.add_region(&region.code, region.until.is_none());
    }
    let departments = rulebook.code_list(DEPARTMENTS).map(|list| list.entries.as_slice());
    for pair in departments.unwrap_or_default() {
        let mut characters = pair.code.chars();
        if let (Some(department), Some(kind)) = (characters.next(), characters.next()) {
            tables.add_department(department, kind);
        }
    }
    tables
}

/// A code list by everything that files write for a code.
#[derive(Debug, Clone, Default)]
pub(crate) struct Words {
    exact: HashMap<String, String>,
    list: Option<CodeList>,
    /// For values of an older list: the present code of each.
    present: HashMap<String, String>,
    scopes: HashMap<String, String>,
}

impl Words {
    /// The words of a code list of the rulebook, `earlier` where the file's edition has another.
    pub(crate) fn new(rulebook: &Rulebook, id: &str, earlier: Option<&str>) -> Self {
        let mut words = Self::default();
        for list in [rulebook.code_list(id), earlier.and_then(|id| rulebook.code_list(id))] {
            let Some(list) = list else { continue };
            let older = Some(list.id.as_str()) == earlier;
            for entry in &list.entries {
                let code = entry.extra.get("present").filter(|_| older).unwrap_or(&entry.code);
                if let Some(scope) = entry.extra.get("scope") {
                    words.scopes.insert(code.clone(), scope.clone());
                }
                if older {
                    words.present.insert(entry.code.clone(), code.clone());
                }
                for word in [&entry.code, &entry.zh].into_iter().chain(&entry.spellings) {
                    if !word.is_empty() {
                        words.exact.insert(word.clone(), code.clone());
                    }
                }
            }
            words.list = Some(list.clone());
        }
        if words.list.is_none() && id == LISTS {
            for (code, rule) in &rulebook.lists {
                for word in [code, &rule.name.zh].into_iter().chain(&rule.spellings) {
                    words.exact.insert(word.clone(), code.clone());
                }
            }
        }
        words
    }

    /// The code that a text means.
    pub(crate) fn find(&self, text: &str) -> Option<&str> {
        if let Some(code) = self.exact.get(text) {
            return Some(code);
        }
        let entry = self.list.as_ref()?.find(text)?;
        Some(self.present.get(&entry.code).unwrap_or(&entry.code))
    }

    /// The scope that a category's code stands for: `organisation`, `person`, …
    pub(crate) fn scope(&self, code: &str) -> Option<&str> {
        self.scopes.get(code).map(String::as_str)
    }
}
