//! What a source states about itself: how many decisions it made.

use gongxin_model::{About, Body, Field, ReportingPeriod};
use gongxin_store::DeclarationRow;

use crate::{Office, OfficeError};

impl Office {
    /// Keeps how many decisions a source says it made in a period; the last statement counts.
    ///
    /// # Errors
    /// There is no such source, it does not supply the class, or the store could not be written.
    pub fn declare(
        &self,
        source: &str,
        catalogue: &str,
        (period, decided): (ReportingPeriod, u32),
        actor: &str,
    ) -> Result<(), OfficeError> {
        self.store.write(self.clock.now(), |writer| {
            let rules = self.rules_for(writer)?;
            let known = rules.rulebook.sources.get(source).ok_or_else(|| {
                OfficeError::Usage(format!(
                    "no source `{source}` is registered; `gongxin source list` shows them"
                ))
            })?;
            let class = rules.rulebook.catalogue(catalogue);
            if !class.is_some_and(|class| known.may_supply(class)) {
                return Err(OfficeError::Usage(format!(
                    "`{source}` does not supply `{catalogue}`; it supplies {}",
                    known.supplies.join(", ")
                )));
            }
            let body = Body {
                catalogue: Some(catalogue.to_owned()),
                source: Some(source.to_owned()),
                actor: Some(actor.to_owned()),
                fields: vec![
                    Field::text("decided", decided.to_string()),
                    Field::text("period", period.to_string()),
                ],
                ..Body::about(About::Platform)
            };
            let seq = self.configure(writer, &rules, body)?;
            Ok(writer.insert_declaration(&DeclarationRow {
                seq,
                at: writer.now(),
                source: source.to_owned(),
                catalogue: catalogue.to_owned(),
                period: period.to_string(),
                decided: i64::from(decided),
            })?)
        })
    }
}
