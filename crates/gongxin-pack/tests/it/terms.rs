//! The packs' own cases, as far as the rules themselves answer them: class, rule and days. The
//! standing of a record is another room's; the program runs the same cases through it.

use std::collections::BTreeSet;

use gongxin_pack::{
    Case, Conduct, EffectiveRulebook, Outcome, Procedure, Publication, Role, Rulebook,
    TermQuestion, differences,
};

use crate::loaded;

fn run(book: &EffectiveRulebook, case: &Case) -> Option<Outcome> {
    let catalogue = book.catalogue(&case.catalogue)?;
    let text = |role| Some(case.given.get(catalogue.code_of(role)?)?.first().to_owned());
    let decided_on = text(Role::DecidedOn)?.parse().ok()?;
    let conduct = Conduct {
        sector: case.sector.clone(),
        kinds: catalogue
            .code_of(Role::PenaltyKinds)
            .and_then(|code| case.given.get(code))
            .map_or_else(Vec::new, |value| value.all().iter().map(ToString::to_string).collect()),
        procedure: (text(Role::Procedure).as_deref() == Some("summary"))
            .then_some(Procedure::Summary),
        amount_fen: None,
        list_entry: matches!(catalogue.publication, Publication::Lists { .. }),
    };
    let question =
        TermQuestion { sector: &case.sector, decided_on, published_on: None, as_of: case.as_of };
    book.term_rules(catalogue, question)
        .into_iter()
        .filter(|rule| book.term_backed(rule))
        .filter_map(|rule| {
            let class = rule.classify(&conduct).class;
            let term = rule.term(class)?;
            let until = rule.first_day_after(decided_on, term.max_months);
            let outcome = Outcome {
                class: Some(class),
                rule: Some(rule.id.clone()),
                standing: None,
                last_public_day: Some(until.plus_days(-1)),
                repair_from: Some(rule.first_day_after(decided_on, term.min_months)),
            };
            Some((until, outcome))
        })
        .min_by_key(|(until, _)| *until)
        .map(|(_, outcome)| outcome)
}

#[test]
fn the_cases_hold() {
    let loaded = loaded();
    assert!(loaded.cases.len() > 25);
    let adopted = |rulebook: &Rulebook, all: bool| {
        let accepted: BTreeSet<String> =
            rulebook.unverified().into_iter().filter(|_| all).map(|one| one.item).collect();
        EffectiveRulebook::new(rulebook.clone(), accepted)
    };
    let books = [adopted(&loaded.rulebook, false), adopted(&loaded.rulebook, true)];
    for (file, case) in &loaded.cases {
        // What the record itself says about its end is for the room that reads records.
        let catalogue = loaded.rulebook.catalogue(&case.catalogue).unwrap();
        let stated = [Role::StatedEnd, Role::RemovedOn]
            .into_iter()
            .any(|role| catalogue.code_of(role).is_some_and(|code| case.given.contains_key(code)));
        // So is a list's own rule; that of the tax list is the general one.
        let list = catalogue.code_of(Role::ListCode).and_then(|code| case.given.get(code));
        let own = matches!(catalogue.publication, Publication::Lists { .. })
            && list.is_none_or(|list| list.first() != "tax");
        if case.expect.last_public_day.is_none() || stated || own {
            continue;
        }
        let book = &books[usize::from(case.adopted)];
        let given = run(book, case).unwrap_or_default();
        let expected = Outcome { standing: None, ..case.expect.clone() };
        assert_eq!(differences(&expected, &given), Vec::<String>::new(), "{file}: {}", case.name);
    }
}

#[test]
fn every_case_names_its_sector_as_the_rulebook_would() {
    let loaded = loaded();
    for (_, case) in &loaded.cases {
        let catalogue = loaded.rulebook.catalogue(&case.catalogue).unwrap();
        // Without terms no sector is asked for.
        if matches!(catalogue.publication, Publication::Open | Publication::Never) {
            continue;
        }
        let code = catalogue.code_of(Role::AuthorityName).unwrap();
        let authority = case.given.get(code).map_or("", |value| value.first());
        let sector = loaded.rulebook.sector_of(authority, None);
        assert_eq!(sector, Some(case.sector.as_str()), "{}", case.name);
    }
}
