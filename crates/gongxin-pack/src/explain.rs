//! What stands behind a value, for `pack explain` and for adoption.

use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::rulebook::{
    Basis, Confidence, Ground, Publication, Rulebook, TermTable, Text, Unverified, item,
};

/// A value with everything behind it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// The id.
    pub item: String,
    /// What it is.
    pub name: Text,
    /// Its dates, clauses and confidence.
    pub ground: Option<Ground>,
    /// The clauses with their laws.
    pub bases: Vec<Basis>,
    /// The value itself.
    pub value: Json,
}

impl Rulebook {
    /// Explains an item: `catalogue:penalty`, `field:penalty/CF_WSH`, `term:order-36`,
    /// `list:tax`, `code:penalty-kinds`, `source:150000-market`, `law:order-36`, `threshold:crowd`,
    /// `upload:double-publicity`, `figure:timeliness`, `register:commitments`,
    /// `procedure:repair`.
    /// A bare id is looked for in this order.
    #[must_use]
    pub fn explain(&self, wanted: &str) -> Option<Explanation> {
        if let Some((family, id)) = wanted.split_once(':') {
            return self.explain_in(family, id);
        }
        [
            "catalogue",
            "term",
            "list",
            "code",
            "source",
            "law",
            "threshold",
            "upload",
            "figure",
            "register",
            "procedure",
            "field",
        ]
        .into_iter()
        .find_map(|family| self.explain_in(family, wanted))
    }

    fn explain_in(&self, family: &str, id: &str) -> Option<Explanation> {
        let (name, ground, value) = match family {
            "catalogue" => {
                let found = self.catalogue(id)?;
                (&found.name, Some(&found.ground), json!(found))
            }
            "field" => {
                let (catalogue, code) = id.split_once('/')?;
                let catalogue = self.catalogue(catalogue)?;
                let found = catalogue.field(code)?;
                (&found.name, found.ground.as_ref().or(Some(&catalogue.ground)), json!(found))
            }
            "term" => {
                let rules = self.terms.values().flat_map(|table| &table.rules);
                let found = rules.into_iter().find(|rule| rule.id == id)?;
                (&found.name, Some(&found.ground), json!(found))
            }
            "list" => {
                let found = self.lists.get(id)?;
                (&found.name, Some(&found.ground), json!(found))
            }
            "code" => {
                let found = self.codes.get(id)?;
                (&found.name, Some(&found.ground), json!(found))
            }
            "source" => {
                let found = self.sources.get(id)?;
                (&found.name, Some(&found.ground), json!(found))
            }
            "law" => {
                let found = self.laws.get(id)?;
                (&found.title, None, json!(found))
            }
            "upload" => {
                let found = self.uploads.get(id)?;
                (&found.name, Some(&found.ground), json!(found))
            }
            "open-data" => {
                let found = self.open_data.offers.get(id)?;
                let name = self.catalogues.get(id).map_or(&found.about, |class| &class.name);
                (name, Some(&found.ground), json!(found))
            }
            "purpose" => {
                let found = self.purposes.get(id)?;
                (&found.name, Some(&found.ground), json!(found))
            }
            "procedure" => {
                let found = self.procedures.get(id)?;
                (&found.name, Some(&found.ground), json!(found))
            }
            _ => self.dated(family, id)?,
        };
        let cited = ground.into_iter().flat_map(|ground| &ground.basis);
        Some(Explanation {
            item: format!("{family}:{id}"),
            name: name.clone(),
            ground: ground.cloned(),
            bases: cited.filter_map(|cite| self.basis(cite)).collect(),
            value,
        })
    }

    /// What has several values in time: all of them, named by the last.
    fn dated(&self, family: &str, id: &str) -> Option<(&Text, Option<&Ground>, Json)> {
        Some(match family {
            "threshold" => {
                let values = self.thresholds.iter().find(|(one, _)| one.name() == id)?.1;
                let found = values.last()?;
                (&found.name, Some(&found.ground), json!(values))
            }
            "figure" => {
                let values: Vec<_> =
                    self.figures.iter().filter(|one| one.id.name() == id).collect();
                let found = values.last()?;
                (&found.name, Some(&found.ground), json!(values))
            }
            "register" => {
                let makings: Vec<_> =
                    self.registers.iter().filter(|one| one.id.name() == id).collect();
                let found = makings.last()?;
                (&found.name, Some(&found.ground), json!(makings))
            }
            _ => return None,
        })
    }

    /// All values that publish nothing adverse until a steward adopts them.
    #[must_use]
    pub fn unverified(&self) -> Vec<Unverified> {
        let mut all: Vec<(String, &Text, &Ground)> = Vec::new();
        for one in self.catalogues.values() {
            all.push((item::catalogue(&one.id), &one.name, &one.ground));
            // What is kept for good needs nobody to answer for it.
            if one.retention.years.is_some() {
                all.push((item::retention(&one.id), &one.name, &one.retention.ground));
            }
            if let Publication::When { cases, .. } = &one.publication {
                let item = |case| item::publication(&one.id, case);
                all.extend(cases.iter().map(|case| (item(case), &one.name, &case.ground)));
            }
        }
        for one in self.terms.values().flat_map(|table| &table.rules) {
            all.push((item::term(&one.id), &one.name, &one.ground));
        }
        for one in self.lists.values() {
            // A list is adopted with its lines: it is no surer than the least of them.
            let lines = one.terms.iter().map(|line| &line.ground);
            let unsure = |ground: &&Ground| ground.confidence == Confidence::Unverified;
            let ground = std::iter::once(&one.ground).chain(lines).find(unsure);
            all.push((item::list(&one.id), &one.name, ground.unwrap_or(&one.ground)));
        }
        for one in self.open_data.offers.values() {
            all.push((item::open_data(&one.catalogue), &one.about, &one.ground));
        }
        for one in self.purposes.values().filter(|one| one.needs_adoption()) {
            all.push((item::purpose(&one.id), &one.name, &one.ground));
        }
        all.into_iter()
            .filter(|(_, _, ground)| ground.confidence == Confidence::Unverified)
            .map(|(item, name, ground)| Unverified {
                item,
                what: name.clone(),
                why: ground.source.clone().unwrap_or_default(),
            })
            .collect()
    }

    /// The canonical bytes of a catalogue's part of the rulebook: the catalogue, its term rules,
    /// lists and sectors, and the laws. A change elsewhere does not change them.
    #[must_use]
    pub fn catalogue_manifest(&self, id: &str) -> Option<Vec<u8>> {
        let catalogue = self.catalogues.get(id)?;
        let tables: Vec<&TermTable> = catalogue
            .publication
            .tables()
            .into_iter()
            .filter_map(|table| self.terms.get(table))
            .collect();
        let lists = catalogue.publication.is_by_list().then_some(&self.lists);
        let sectors = (!tables.is_empty()).then_some(&self.sectors);
        let part = json!({
            "catalogue": catalogue, "terms": tables, "lists": lists, "sectors": sectors,
        });
        let text = part.to_string();
        let laws: std::collections::BTreeMap<_, _> = self
            .laws
            .iter()
            .filter(|(law, _)| text.contains(&format!("\"law\":\"{law}\"")))
            .collect();
        Some(format!("{text}\n{}", json!(laws)).into_bytes())
    }

    /// The words of all checks that catalogues declare, as findings name them.
    #[must_use]
    pub fn finding_texts(&self) -> gongxin_model::FindingTexts {
        let mut table = toml::Table::new();
        for catalogue in self.catalogues.values() {
            for check in &catalogue.checks {
                let ground = check.ground.as_ref().unwrap_or(&catalogue.ground);
                let mut words = toml::Table::new();
                let mut put = |key: &str, text: &str| {
                    words.insert(key.to_owned(), toml::Value::String(text.to_owned()));
                };
                put("zh", &check.text.zh);
                put("en", &check.text.en);
                put("zh_do", &check.todo.zh);
                put("en_do", &check.todo.en);
                put("basis", &self.cited(ground));
                table.insert(check.id.clone(), toml::Value::Table(words));
            }
        }
        let text = toml::to_string(&table).unwrap_or_default();
        gongxin_model::FindingTexts::parse(&text).unwrap_or_default()
    }

    /// The clauses of a ground in one Chinese line: `《…》第九条；《…》`.
    #[must_use]
    pub fn cited(&self, ground: &Ground) -> String {
        let clauses: Vec<String> = ground
            .basis
            .iter()
            .filter_map(|cite| self.basis(cite))
            .map(|basis| {
                let article = basis.article.as_deref().unwrap_or_default();
                format!("《{}》{article}", basis.title.zh)
            })
            .collect();
        clauses.join("；")
    }
}
