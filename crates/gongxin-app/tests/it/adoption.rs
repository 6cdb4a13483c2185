//! Packs adopted by two stewards, and who supplies: what is proposed, confirmed, refused, and kept of it.

use gongxin_app::accounts::{Activation, Entered, RoleGrant, Signed, code_at};
use gongxin_app::circumstance::Clock as _;
use gongxin_app::gate::{
    AccountAdd, AccountRoles, AuditRead, Permit, RulesAdopt, Scope, SourceManage,
};
use gongxin_app::{
    AdoptAsk, AdoptFault, AdoptState, NewSource, OfficeError, PreviewState, SourceEnd, SourceFault,
    packs,
};
use gongxin_model::Day;
use gongxin_store::engine_test;
use gongxin_store::testing::Place;

use crate::rows::MARKET;
use crate::world::World;

engine_test! {
    one_proposes_another_confirms_and_the_chain_says_both
    a_source_ends_once_and_is_followed_by_another
}

/// A steward who signed in with everything that stewards need.
fn steward(world: &World, login: &str) -> Signed {
    let office = &world.office;
    let add = world.whole::<AccountAdd>("operator");
    let (id, code) = office.add_account(&add, login, "岗位").unwrap();
    let roles = world.whole::<AccountRoles>("operator");
    office.set_roles(&roles, &id, &[RoleGrant::read("steward")]).unwrap();
    let ask = Activation {
        login,
        code: &code,
        password: "seven green herds",
        device: "",
        origin: "test",
    };
    let Ok(Ok(Entered::As { token, .. })) = office.activate(&ask) else {
        panic!("{login} does not enter");
    };
    let signed = office.signed(&token, "test").unwrap().unwrap();
    let secret = office.offer_factor(&signed).unwrap().unwrap();
    let code = code_at(&secret, world.clock.now());
    let Ok((Entered::As { token, .. }, _)) = office.confirm_factor(&signed, &code, "").unwrap()
    else {
        panic!("{login} has no second factor");
    };
    office.signed(&token, "test").unwrap().unwrap()
}

fn refusal<T: std::fmt::Debug>(done: Result<T, OfficeError>) -> AdoptFault {
    match done {
        Err(OfficeError::Adopt(fault)) => fault,
        other => panic!("{other:?}"),
    }
}

fn one_proposes_another_confirms_and_the_chain_says_both(place: &Place) {
    let world = World::registered(place, 2);
    let office = &world.office;
    let (one, two) = (steward(&world, "steward-1"), steward(&world, "steward-2"));
    let permit =
        |who: &Signed| -> Permit<RulesAdopt> { office.permit(who, Scope::Platform).unwrap() };
    // One person at the counter adopts nothing, whatever they hold.
    let files = packs::gather(true, &[]).unwrap();
    let ask = AdoptAsk { files: &files, accept: &[], dry_run: false };
    let alone = office.adopt(&permit(&one), &ask, &mut |_| ());
    assert!(matches!(alone, Err(OfficeError::Refused(_))), "{alone:?}");
    // The same packs with less accepted: another rulebook.
    let (shelved, accepted) = office.shelved(&permit(&one)).unwrap();
    let digest = shelved.digest.to_string();
    assert!(!accepted.is_empty());
    let key = office.begin_preview(&permit(&one), &digest, Some(Vec::new())).unwrap();
    office.shelf().wait();
    let (accept, state) = office.preview(&permit(&one), &key).unwrap();
    assert!(accept.is_empty() && matches!(state, PreviewState::Done(_)), "{state:?}");
    let before = office.rules().unwrap().adoption.no;
    let number = office.propose_previewed(&permit(&one), &key).unwrap();
    assert_eq!(refusal(office.propose_previewed(&permit(&two), &key)), AdoptFault::Proposed);
    let confirm = |who: &Signed| office.confirm_adoption(&permit(who), number, &files, &mut |_| ());
    assert_eq!(refusal(confirm(&one)), AdoptFault::Own);
    let mut other = files.clone();
    let first = other.keys().next().unwrap().clone();
    other.get_mut(&first).unwrap().extend_from_slice(b"\n# another word\n");
    let altered = office.confirm_adoption(&permit(&two), number, &other, &mut |_| ());
    assert_eq!(refusal(altered), AdoptFault::Altered);
    assert_eq!(office.rules().unwrap().adoption.no, before, "nothing was adopted");
    let adopted = confirm(&two).unwrap();
    assert!(adopted.new && adopted.accepted.is_empty());
    assert_eq!(office.rules().unwrap().adoption.no, before + 1);
    assert_eq!(refusal(confirm(&two)), AdoptFault::Settled);
    let state = |wanted: i64| {
        let all = office.adoption_proposals(&permit(&two)).unwrap();
        all.into_iter().find(|proposal| proposal.number == wanted).unwrap().state
    };
    assert_eq!(state(number), AdoptState::Confirmed);
    // What was looked at before is void, and so is what was proposed then.
    assert_eq!(refusal(office.propose_previewed(&permit(&one), &key)), AdoptFault::Unseen);
    let mut lines = Vec::new();
    let format = gongxin_app::accounts::AuditFormat::JsonLines;
    office.export_audit(&world.whole::<AuditRead>("auditor"), format, &mut lines).unwrap();
    let text = String::from_utf8(lines).unwrap();
    let acts: Vec<&str> = text.lines().filter(|line| line.contains("rules.adopt")).collect();
    let says =
        |line: &str, word: &str, who: &Signed| line.contains(word) && line.contains(who.id());
    assert!(acts.iter().any(|line| says(line, "proposed", &one)), "{acts:?}");
    assert!(acts.iter().any(|line| says(line, &format!("confirmed-{number}"), &two)), "{acts:?}");
    assert!(office.fsck(&mut |_| ()).unwrap().problems.is_empty());
}

fn a_source_ends_once_and_is_followed_by_another(place: &Place) {
    let world = World::new(place);
    let office = &world.office;
    let permit = world.whole::<SourceManage>("steward");
    let add = |code: &str, more: fn(NewSource<'static>) -> NewSource<'static>| {
        let plain = NewSource {
            code: "x",
            name: "演练州某局",
            uscc: None,
            region: "159900",
            sector: "market",
            supplies: &[],
            peer: false,
            follows: None,
            under: None,
            deadline_working_days: None,
        };
        office.add_source(&permit, &NewSource { code, ..more(plain) })
    };
    add("one", |new| new).unwrap();
    add("two", |new| NewSource { deadline_working_days: Some(5), ..new }).unwrap();
    for (code, more) in [
        ("one", (|new| new) as fn(NewSource<'static>) -> NewSource<'static>),
        ("a b", |new| new),
        ("three", |new| NewSource { region: "000000", ..new }),
        ("three", |new| NewSource { sector: "nowhere", ..new }),
        ("three", |new| NewSource { uscc: Some("123"), ..new }),
        ("three", |new| NewSource { deadline_working_days: Some(0), ..new }),
        ("three", |new| NewSource { name: " ", ..new }),
    ] {
        assert!(matches!(add(code, more), Err(OfficeError::Source(_))), "{code}");
    }
    let day: Day = "2027-01-01".parse().unwrap();
    let end = |code: &str, until: Day, successor: Option<&str>| {
        office.end_source(&permit, SourceEnd { code, until, successor })
    };
    let fault = |done: Result<(), OfficeError>| match done {
        Err(OfficeError::Source(fault)) => fault.word(),
        other => panic!("{other:?}"),
    };
    assert_eq!(fault(end("one", "2020-01-01".parse().unwrap(), None)), "until");
    for nobody in ["one", "nowhere"] {
        assert_eq!(fault(end("one", day, Some(nobody))), "successor", "{nobody}");
    }
    assert!(matches!(end("nowhere", day, None), Err(OfficeError::Absent(_))));
    end("one", day, Some("two")).unwrap();
    assert_eq!(fault(end("one", day, None)), SourceFault::Ended(String::new()).word(), "once");
    assert_eq!(fault(end("two", day, Some("one"))), "successor", "it is gone by then");
    let shown = office.sources(&permit).unwrap();
    let one = shown.iter().find(|source| source.code == "one").unwrap();
    assert_eq!(one.until, Some(day));
    assert_eq!(one.successors, [("two".to_owned(), day.to_string())]);
    let rules = office.rules().unwrap();
    assert!(rules.rulebook.acts_for("two", "one", day) && MARKET != "one");
    assert!(!rules.rulebook.acts_for("two", "one", day.plus_days(-1)));
}
