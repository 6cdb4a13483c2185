//! What public registers must hold.

use std::collections::BTreeSet;

use crate::check::Checker;
use crate::problem::Stage;
use crate::rulebook::{Nature, Publication, Register, RegisterId, item};

impl Checker<'_> {
    /// A register lists public decisions, each class is in one register, and on no day has a
    /// register two makings.
    pub(crate) fn registers(&mut self) {
        let book = self.book;
        for id in RegisterId::ALL {
            self.item = item::register(id);
            let makings: Vec<&Register> =
                book.registers.iter().filter(|one| one.id == id).collect();
            for (place, register) in makings.iter().enumerate() {
                self.ground(&register.ground, id.name());
                self.listed(register);
                let rest = makings.iter().skip(place + 1);
                if rest.clone().any(|other| register.ground.overlaps(&other.ground)) {
                    let what = format!("two makings of `{}` hold on one day", id.name());
                    let why = "a register lists the same classes for everybody";
                    let todo = "let one end where the next begins";
                    self.fault(Stage::Dates, id.name(), what, why, todo);
                }
            }
        }
    }

    fn listed(&mut self, register: &Register) {
        let name = register.id.name();
        if register.catalogues.is_empty() {
            let what = format!("the register `{name}` lists no class");
            let why = "a page without a class would seem to say that nothing was decided";
            self.fault(Stage::Meaning, name, what, why, "name its `catalogues`");
        }
        let mut passed = BTreeSet::new();
        for id in &register.catalogues {
            self.catalogue_exists(id, name);
            if self.book.catalogue(id).is_none() {
                self.inside(id);
            }
            let twice = !passed.insert(id);
            let elsewhere = self.book.registers.iter().any(|other| {
                other.id != register.id
                    && other.catalogues.contains(id)
                    && other.ground.overlaps(&register.ground)
            });
            if twice || elsewhere {
                let what = format!("`{id}` is listed twice");
                let why = "a record stands in one register, once";
                self.fault(Stage::Meaning, name, what, why, "remove one");
            }
            let Some(class) = self.book.catalogue(id) else { continue };
            let is_public = class.publication != Publication::Never;
            if !is_public || class.nature != Nature::Decision {
                let what = format!("`{id}` is no decision that is published");
                let why = "a register lists what the public may see of what was decided";
                self.fault(Stage::Meaning, name, what, why, "remove it");
            }
        }
    }
}
