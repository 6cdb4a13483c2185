//! Term tables and lists: one rule on every day, terms that can be meant, lines that can fit.

use std::collections::BTreeSet;

use gongxin_model::Day;

use crate::check::Checker;
use crate::check_ground::Carries;
use crate::problem::Stage;
use crate::rulebook::{
    AppliesTo, Catalogue, Class, ClassLine, ListLine, ListRule, Role, TermRule, TermTable,
};

/// No term of any law known is longer, in months; a greater figure counts days or weeks.
const LONGEST_MONTHS: u16 = 120;

impl Checker<'_> {
    pub(crate) fn table(&mut self, table: &TermTable) {
        self.carried(&table.ground, &table.id, Carries::Burden(&[]));
        for rule in &table.rules {
            self.carried(&rule.ground, &rule.id, Carries::Burden(&rule.sectors));
            self.sectors(&rule.sectors, &rule.id);
            self.sectors(&rule.except_sectors, &rule.id);
            self.rule(rule);
            self.transition(rule, table);
        }
        for (place, rule) in table.rules.iter().enumerate() {
            for other in table.rules.iter().skip(place + 1) {
                if rule.id == other.id {
                    let what = format!("term rule `{}` is declared twice", rule.id);
                    let why = "adoption names rules by id";
                    self.fault(Stage::References, &rule.id, what, why, "rename one");
                } else if self.overlap(rule, other) {
                    let what = format!("`{}` and `{}` cover the same days", rule.id, other.id);
                    let why = "for one sector one generation is in force; overlaps are transitions";
                    let todo = "correct the periods, or make one an `all-from` transition";
                    self.fault(Stage::Dates, &other.id, what, why, todo);
                }
            }
        }
        self.gaps(table);
    }

    /// True if two rules that apply by the same day cover a sector at the same time.
    fn overlap(&self, rule: &TermRule, other: &TermRule) -> bool {
        let (a, b) = (&rule.applies, &other.applies);
        a.to == b.to
            && a.to != AppliesTo::AllFrom
            && a.until.is_none_or(|until| b.from < until)
            && b.until.is_none_or(|until| a.from < until)
            && self.book.sectors.keys().any(|sector| rule.covers(sector) && other.covers(sector))
    }

    /// Between the first and the last generation of a sector no day of decision is left out.
    fn gaps(&mut self, table: &TermTable) {
        let mut named = BTreeSet::new();
        for sector in self.book.sectors.keys() {
            let mut periods: Vec<(Day, Option<Day>, &str)> = table
                .rules
                .iter()
                .filter(|rule| rule.applies.to == AppliesTo::DecidedOn && rule.covers(sector))
                .map(|rule| (rule.applies.from, rule.applies.until, rule.id.as_str()))
                .collect();
            periods.sort_unstable();
            for pair in periods.windows(2) {
                let [(_, until, before), (from, _, id)] = pair else {
                    continue;
                };
                if until.is_some_and(|until| until < *from) && named.insert(*id) {
                    let what =
                        format!("between `{before}` and `{id}` days are left out for `{sector}`");
                    let why = "what was decided then would have no generation";
                    self.fault(Stage::Dates, id, what, why, "let each begin where one ends");
                }
            }
        }
    }

    /// A transition begins with its generation, and ends where that takes over.
    fn transition(&mut self, rule: &TermRule, table: &TermTable) {
        if rule.applies.to != AppliesTo::AllFrom {
            return;
        }
        let own = table.rules.iter().find(|other| {
            other.generation == rule.generation && other.applies.to == AppliesTo::DecidedOn
        });
        let Some(own) = own else { return };
        let begins = own.applies.from;
        if rule.applies.from != begins || rule.applies.decided_before != Some(begins) {
            let what =
                format!("`{}` does not begin and end with `{}`, on {begins}", rule.id, own.id);
            let why = "a transition carries earlier decisions into the generation it belongs to";
            let todo = "let `from` and `decided_before` be the first day of the generation";
            self.fault(Stage::Dates, &rule.id, what, why, todo);
        }
        if rule.sectors != own.sectors || rule.except_sectors != own.except_sectors {
            let what = format!("`{}` and `{}` cover different sectors", rule.id, own.id);
            let why = "a transition carries the decisions of its generation’s sectors";
            self.fault(Stage::Meaning, &rule.id, what, why, "name the same sectors");
        }
        if rule.applies.decided_from.is_some_and(|from| begins <= from) {
            self.backwards(&rule.id);
        }
    }

    fn rule(&mut self, rule: &TermRule) {
        let (applies, ground) = (&rule.applies, &rule.ground);
        if applies.until.is_some_and(|until| until <= applies.from) {
            self.backwards(&rule.id);
        }
        if applies.from != ground.from || applies.until != ground.until {
            let what = format!("`{}` applies on other days than its ground holds", rule.id);
            let why = "a rule places records on the days on which its clause is in force";
            let todo = "let `applies` and `ground` have the same days";
            self.fault(Stage::Dates, &rule.id, what, why, todo);
        }
        self.class_terms(rule);
        for (place, line) in rule.classes.iter().enumerate() {
            self.class_line(rule, line);
            let same = |other: &&ClassLine| {
                ClassLine { text: line.text.clone(), class: line.class, ..(*other).clone() }
                    == *line
            };
            if rule.classes.iter().take(place).any(|other| same(&other)) {
                let what = format!("`{}`: line {} of `classes` stands twice", rule.id, place + 1);
                let why = "the first line that fits counts";
                self.fault(Stage::Meaning, &rule.id, what, why, "remove one");
            }
        }
    }

    fn class_terms(&mut self, rule: &TermRule) {
        let id = &rule.id;
        let mut graver = (0, Some(0));
        for class in [Class::Minor, Class::Ordinary, Class::Serious] {
            let mut terms = rule.terms.iter().filter(|term| term.class == class);
            let (Some(term), None) = (terms.next(), terms.next()) else {
                let what = format!("`{id}` has not exactly one term for {}", class.word());
                let why = "every class that conduct may fall into has a term";
                self.fault(Stage::Meaning, id, what, why, "declare minor, ordinary, serious");
                continue;
            };
            let longest = term.max_months.unwrap_or(u16::MAX);
            if longest < term.min_months {
                let what = format!("`{id}`: a longest term is shorter than the shortest");
                let why = "repair could never be applied for";
                self.fault(Stage::Meaning, id, what, why, "correct the months");
            }
            if term.min_months < graver.0 || graver.1.is_none_or(|before| longest < before) {
                let what = format!(
                    "`{id}`: {} is public for a shorter time than a lighter class",
                    class.word()
                );
                let why = "graver conduct has no shorter term";
                self.fault(Stage::Meaning, id, what, why, "correct the months, or the class");
            }
            self.months(id, [Some(term.min_months), term.max_months]);
            graver = (term.min_months, term.max_months);
        }
        let minor = rule.term(Class::Minor).is_some_and(|term| term.public);
        if minor && rule.term(Class::Ordinary).is_some_and(|term| !term.public) {
            let what = format!("`{id}` shows minor conduct and hides ordinary");
            let why = "what is lighter is not shown before what is graver";
            self.fault(Stage::Meaning, id, what, why, "correct `public`");
        }
    }

    fn months(&mut self, words: &str, months: impl IntoIterator<Item = Option<u16>>) {
        if months.into_iter().flatten().any(|months| months > LONGEST_MONTHS) {
            let what = format!("`{words}`: a term of more than {LONGEST_MONTHS} months");
            let why = "terms are counted in months, not in days or weeks";
            self.fault(Stage::Meaning, words, what, why, "give the months");
        }
    }

    fn class_line(&mut self, rule: &TermRule, line: &ClassLine) {
        let id = &rule.id;
        let bare = ClassLine {
            class: line.class,
            text: line.text.clone(),
            procedure: None,
            any_kind: Vec::new(),
            only_kinds: Vec::new(),
            amount_yuan_from: None,
            amount_yuan_below: None,
            sectors: Vec::new(),
            list_entry: None,
        };
        if bare == *line {
            let what = format!("`{id}`: a line of `classes` has no condition");
            let why = "it would take all conduct, and the lines behind it none";
            self.fault(Stage::Meaning, id, what, why, "give a condition, or use `default_class`");
        }
        self.sectors(&line.sectors, id);
        if line.sectors.iter().any(|sector| !rule.covers(sector)) {
            let what = format!("`{id}`: a line of `classes` names a sector that it does not cover");
            self.fault(Stage::Meaning, id, what, "the line could never fit", "correct the sector");
        }
        if line.amount_yuan_from.zip(line.amount_yuan_below).is_some_and(|(a, b)| b <= a) {
            let what = format!("`{id}`: no amount lies between `from` and `below`");
            self.fault(Stage::Meaning, id, what, "the line could never fit", "correct the amounts");
        }
        let Some(kinds) = self.book.codes.get("penalty-kinds") else {
            return;
        };
        for kind in line.any_kind.iter().chain(&line.only_kinds) {
            if kinds.by_code(kind).is_none() {
                let what = format!("`{id}`: there is no penalty kind `{kind}`");
                let why = "the line could never fit";
                self.fault(Stage::References, kind, what, why, "use a code of `penalty-kinds`");
            }
        }
    }

    pub(crate) fn list(&mut self, list: &ListRule) {
        let id = &list.id;
        self.carried(&list.ground, id, Carries::List(&list.sectors));
        self.sectors(&list.sectors, id);
        self.list_months(id, (list.early_exit_months, list.max_months, None));
        for line in &list.terms {
            self.carried(&line.ground, id, Carries::List(&list.sectors));
            self.list_line(list, line);
            let months = (line.early_exit_months, line.max_months, line.stated_months);
            self.list_months(id, months);
        }
        if list.terms.is_empty() != list.conduct.is_none() {
            let what = format!("list `{id}`: `conduct` and `terms` go together");
            let why = "lines are chosen by conduct, and conduct is written in a code list";
            self.fault(Stage::Meaning, id, what, why, "give both, or neither");
        }
    }

    fn list_months(
        &mut self,
        id: &str,
        (early, most, stated): (Option<u16>, Option<u16>, Option<u16>),
    ) {
        self.months(id, [early, most, stated]);
        if early.zip(most).is_some_and(|(early, most)| most < early) {
            let what = format!("list `{id}`: the early exit comes after the longest time");
            self.fault(Stage::Meaning, id, what, "nobody could use it", "correct the months");
        }
        if stated.is_some_and(|stated| most.is_none_or(|most| stated <= most)) {
            let what =
                format!("list `{id}`: what may be stated is not longer than the longest time");
            let why = "the authority’s stated end binds within the longest time anyway";
            self.fault(Stage::Meaning, id, what, why, "correct the months, or leave it out");
        }
    }

    fn list_line(&mut self, list: &ListRule, line: &ListLine) {
        let id = &list.id;
        let conditions = line.any_conduct.is_empty() && line.only_conduct.is_empty();
        if conditions && line.at_least.is_none_or(|least| least < 2) {
            let what = format!("list `{id}`: a line of `terms` has no condition");
            let why = "it would take all entries, and the lines behind it none";
            self.fault(Stage::Meaning, id, what, why, "give a condition");
        }
        let Some(conduct) = &list.conduct else { return };
        let Some(codes) = self.book.codes.get(conduct) else {
            let what = format!("there is no code list `{conduct}`");
            let why = "the list’s lines are chosen by its codes";
            self.fault(Stage::References, conduct, what, why, "correct the id");
            return;
        };
        for code in line.any_conduct.iter().chain(&line.only_conduct) {
            if codes.by_code(code).is_none() {
                let what = format!("list `{id}`: `{code}` is no code of `{conduct}`");
                let why = "the line could never fit";
                self.fault(Stage::References, code, what, why, "use a code of the list");
            }
        }
        let states = |catalogue: &Catalogue| {
            catalogue.publication.is_by_list()
                && catalogue.with_role(Role::Conduct).and_then(|field| field.code_list())
                    == Some(conduct)
        };
        if !self.book.catalogues.values().any(states) {
            let what = format!("list `{id}`: no class states conduct in the codes of `{conduct}`");
            let why = "the lines could never fit";
            let todo = "give a field of the class the role `conduct` and the code list";
            self.fault(Stage::References, conduct, what, why, todo);
        }
    }
}
