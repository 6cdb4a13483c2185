//! What values stand on: clauses that exist, were in force all the time, and can carry them.

use gongxin_model::Day;

use crate::check::Checker;
use crate::problem::Stage;
use crate::rulebook::{Ground, Issuer, Law};

/// What stands on a ground: more than a label or a layout needs a law that can carry it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Carries<'a> {
    /// It says what something is called or how it is written.
    Words,
    /// It publishes, ends or shields what bears on organisations, for some sectors; none: for
    /// every one.
    Burden(&'a [String]),
    /// It opens a list of seriously untrustworthy entities.
    List(&'a [String]),
}

impl Checker<'_> {
    /// A ground of words alone.
    pub(crate) fn ground(&mut self, ground: &Ground, words: &str) {
        self.carried(ground, words, Carries::Words);
    }

    pub(crate) fn carried(&mut self, ground: &Ground, words: &str, what: Carries<'_>) {
        if ground.until.is_some_and(|until| until <= ground.from) {
            self.backwards(words);
            return;
        }
        if ground.basis.is_empty() {
            self.fault(
                Stage::Meaning,
                words,
                format!("`{words}` cites no clause"),
                "legal basis or nothing: no value exists without a clause",
                "cite a law of `laws.toml` in `basis`",
            );
            return;
        }
        let mut known = true;
        for cite in &ground.basis {
            let Some(law) = self.book.laws.get(&cite.law) else {
                known = false;
                self.fault(
                    Stage::References,
                    words,
                    format!("there is no law `{}`", cite.law),
                    "a clause must be readable where it is shown",
                    "add it to `laws.toml`, or correct the id",
                );
                self.inside(&cite.law);
                continue;
            };
            self.in_time(ground, words, (&cite.law, law));
            self.can_carry(words, (&cite.law, law), what);
        }
        if known {
            self.whole_time(ground, words);
        }
    }

    /// Every law cited is in force on some day of the value.
    fn in_time(&mut self, ground: &Ground, words: &str, (id, law): (&str, &Law)) {
        let meets = ground.until.is_none_or(|until| law.from < until)
            && law.until.is_none_or(|until| ground.from < until);
        if !meets {
            let what = format!("`{words}` cites `{id}`, which is in force on no day of it");
            let why = "a clause that never held with the value carries nothing";
            self.fault(
                Stage::Dates,
                words,
                what,
                why,
                "cite the law in force, or correct the days",
            );
        }
    }

    /// On every day of the value one of its laws is in force.
    fn whole_time(&mut self, ground: &Ground, words: &str) {
        let bare = if self.book.has_basis(ground, ground.from) {
            let end = self.book.holds_until(ground, ground.from);
            (end < ground.until.unwrap_or(Day::FOREVER)).then_some(end)
        } else {
            Some(ground.from)
        };
        if let Some(day) = bare {
            let what = format!("on {day} no clause of `{words}` is in force");
            let why = "legal basis or nothing: a value holds no longer than its law";
            let todo = "cite what was in force then, or correct `from` and `until`";
            self.fault(Stage::Dates, words, what, why, todo);
        }
    }

    fn can_carry(&mut self, words: &str, (id, law): (&str, &Law), what: Carries<'_>) {
        if law.issuer == Some(Issuer::Invented) && !self.is_rehearsal() {
            let what = format!("`{words}` cites `{id}`, which is invented");
            let why = "nothing real stands on the rehearsal";
            self.fault(Stage::Meaning, words, what, why, "cite a law");
            return;
        }
        let (sectors, may) = match what {
            Carries::Words => return,
            Carries::Burden(sectors) => (sectors, law.issuer.is_some_and(Issuer::may_burden)),
            Carries::List(sectors) => (sectors, law.issuer.is_some_and(Issuer::may_found_lists)),
        };
        if !may {
            let what = format!("`{words}` cannot stand on `{id}`: its issuer may not found it");
            let why = "what is published of organisations, and lists above all, needs a law, a \
                       regulation or a rule of the competent department";
            self.fault(Stage::Meaning, words, what, why, "cite the rule of who may decide it");
        }
        let every = sectors.is_empty() || sectors.iter().any(|sector| sector == "*");
        let shares = law.sectors.iter().any(|sector| sectors.contains(sector));
        if !law.sectors.is_empty() && (every || !shares) {
            let what = format!("`{words}` cannot stand on `{id}`: it governs another field");
            let why = "a department’s rule binds the field of that department";
            let todo = "cite the rule of the sector, or one that governs every sector";
            self.fault(Stage::Meaning, words, what, why, todo);
        }
    }
}
