//! Samples of the rules: invented, after the shape of the real ones.

use gongxin_app::public::shown::rules::*;
use gongxin_app::public::shown::{Section, Words};

use super::values::{at, day};

fn words(zh: &str, en: &str) -> Words {
    Words::new(zh, en)
}

fn item(family: RuleFamily, id: &str, zh: &str, en: &str) -> ShownItem {
    ShownItem { family, id: id.into(), name: words(zh, en) }
}

fn penalty_item() -> ShownItem {
    item(RuleFamily::Class, "penalty", "行政处罚", "Administrative penalties")
}

fn law_item() -> ShownItem {
    item(RuleFamily::Law, "order-1", "演练信用修复办法", "Measures of the rehearsal")
}

fn book(no: u64, present: bool) -> ShownBook {
    ShownBook {
        key: format!("{no}-0123456789abcdef"),
        no,
        digest: "0123456789abcdef".repeat(4),
        adopted: at("2026-04-01T01:00:00Z"),
        entry: 12,
        present,
        unverified: 4,
    }
}

fn clause(holds: Holds) -> ShownClause {
    ShownClause {
        law: "order-1".into(),
        title: words("演练信用修复办法", "Measures of the rehearsal"),
        number: Some("演令第1号".into()),
        article: Some("第九条".into()),
        from: day("2026-04-01"),
        until: (holds == Holds::Over).then(|| day("2026-06-01")),
        holds,
    }
}

fn ground(surety: Surety) -> ShownGround {
    let adopted = surety == Surety::Adopted;
    ShownGround {
        from: day("2026-04-01"),
        until: (surety == Surety::Recalled).then(|| day("2030-01-01")),
        holds: if surety == Surety::Partly { Holds::Later } else { Holds::Now },
        surety,
        accepted: adopted.then(|| ShownAccepted { no: 1, on: day("2026-04-01"), entry: 12 }),
        why: (surety != Surety::Verified).then(|| "recalled, <not> read".into()),
        clauses: vec![clause(Holds::Now), clause(Holds::Over)],
    }
}

fn reach(to: AppliesTo) -> ShownReach {
    let every = to == AppliesTo::PublishedOn;
    let of = |yes: bool| if yes { vec![words("市场监管", "market")] } else { Vec::new() };
    ShownReach {
        sectors: of(to == AppliesTo::AllFrom),
        except: of(!every && to != AppliesTo::AllFrom),
        to,
        from: day("2026-04-01"),
        until: every.then(|| day("2027-01-01")),
        decided_from: (to == AppliesTo::AllFrom).then(|| day("2020-01-01")),
        decided_before: (to == AppliesTo::AllFrom).then(|| day("2026-04-01")),
    }
}

fn conducts() -> Vec<ShownConduct> {
    let of = |class, public, min_months, max_months, otherwise| ShownConduct {
        class,
        public,
        min_months,
        max_months,
        conduct: vec![words("适用简易程序", "summary procedure")],
        otherwise,
    };
    vec![
        of(ConductClass::Minor, false, 0, Some(3), false),
        of(ConductClass::Ordinary, true, 1, Some(12), true),
        of(ConductClass::Serious, true, 12, None, false),
    ]
}

fn term_line(to: AppliesTo, surety: Surety) -> ShownTermLine {
    ShownTermLine {
        item: item(RuleFamily::Term, "order-1", "公示期（演练办法）", "Terms of the rehearsal"),
        reach: reach(to),
        classes: if surety == Surety::Verified { conducts() } else { Vec::new() },
        surety,
    }
}

fn list_line(max_months: Option<u16>, surety: Surety) -> ShownListLine {
    ShownListLine {
        item: item(RuleFamily::List, "tax", "重大税收违法失信主体", "Major tax violations"),
        authority: words("税务机关", "tax authorities"),
        max_months,
        surety,
        holds: if max_months.is_none() { Holds::Over } else { Holds::Now },
    }
}

/// A whole rulebook, and one with hardly anything.
pub(crate) fn rulebooks() -> Vec<(&'static str, ShownRules)> {
    let class = |adverse, how, surety, holds| ShownClassLine {
        item: penalty_item(),
        section: Section::Administrative,
        visibility: Visibility::Public,
        adverse,
        how,
        surety,
        holds,
    };
    let full = ShownRules {
        book: book(2, true),
        day: day("2026-11-24"),
        packs: vec![words("全国规则包", "National pack"), words("演练区", "Rehearsal region")],
        classes: vec![
            class(AdverseWord::All, How::Terms, Surety::Verified, Holds::Now),
            class(AdverseWord::Some, How::When, Surety::Partly, Holds::Later),
            class(AdverseWord::None, How::Open, Surety::WithoutEffect, Holds::Over),
        ],
        terms: vec![
            term_line(AppliesTo::DecidedOn, Surety::Verified),
            term_line(AppliesTo::AllFrom, Surety::Adopted),
            term_line(AppliesTo::PublishedOn, Surety::WithoutEffect),
        ],
        lists: vec![list_line(Some(36), Surety::Adopted), list_line(None, Surety::Recalled)],
        laws: [Holds::Now, Holds::Later, Holds::Over]
            .into_iter()
            .map(|holds| ShownLawLine {
                item: law_item(),
                number: (holds == Holds::Now).then(|| "演令第1号".into()),
                issuer: (holds != Holds::Over).then_some(Issuer::Ministry),
                from: day("2026-04-01"),
                until: (holds == Holds::Over).then(|| day("2026-06-01")),
                holds,
            })
            .collect(),
        waiting: vec![penalty_item()],
        adoptions: vec![book(2, true), book(1, false)],
    };
    let bare = ShownRules {
        book: book(1, false),
        day: day("2026-03-31"),
        packs: vec![words("全国规则包", "National pack")],
        classes: Vec::new(),
        terms: Vec::new(),
        lists: Vec::new(),
        laws: Vec::new(),
        waiting: Vec::new(),
        adoptions: vec![book(1, false)],
    };
    vec![("full", full), ("bare", bare)]
}

fn class() -> ShownClass {
    let condition =
        || ShownCondition { field: words("等级", "grade"), values: vec![words("A级", "A")] };
    let field = |visibility, personal, required: &[Scope]| ShownField {
        code: "CF_WSH".into(),
        name: words("行政处罚决定书文号", "document number"),
        visibility,
        personal,
        required: required.to_vec(),
        list: required.is_empty().then(|| words("类别", "kinds")),
    };
    let both = [Scope::Organisation, Scope::IndividualBusiness];
    ShownClass {
        formerly: vec!["fine".into(), "sanction".into()],
        section: Section::Administrative,
        nature: Nature::Decision,
        adverse: AdverseWord::Some,
        spared: Some(condition()),
        visibility: Visibility::Public,
        scope: both.to_vec(),
        suppliers: Vec::new(),
        deadline_working_days: Some(7),
        publications: vec![ShownPublication {
            when: Some(condition()),
            how: How::Terms,
            ground: Some(ground(Surety::Adopted)),
        }],
        terms: vec![term_line(AppliesTo::DecidedOn, Surety::Verified)],
        transition: vec![ground(Surety::Recalled)],
        lists: vec![list_line(Some(12), Surety::WithoutEffect)],
        retention_years: Some(5),
        retention: ground(Surety::Recalled),
        ends: vec![penalty_item()],
        act: Some(ShownAct {
            targets: vec![penalty_item()],
            cases: vec![
                (vec![words("准予", "granted")], Effect::EndPublication),
                (Vec::new(), Effect::None),
            ],
        }),
        key: vec![
            vec![words("文号", "number")],
            vec![words("代码", "code"), words("名称", "name")],
        ],
        decision: vec![words("文号", "number"), words("日期", "date")],
        fields: vec![
            field(Visibility::Public, Personal::Keep, &both),
            field(Visibility::Shared, Personal::Mask, &[]),
            field(Visibility::Authorised, Personal::Organisation, &[Scope::Organisation]),
            field(Visibility::Internal, Personal::Drop, &[]),
        ],
        editions: vec![
            ShownEdition { name: words("甲版", "A"), refuses_persons: false },
            ShownEdition { name: words("自然人版", "persons"), refuses_persons: true },
        ],
    }
}

fn bare_class() -> ShownClass {
    ShownClass {
        formerly: Vec::new(),
        nature: Nature::Act,
        adverse: AdverseWord::None,
        spared: None,
        visibility: Visibility::Internal,
        suppliers: vec![words("法院", "courts")],
        deadline_working_days: None,
        publications: vec![ShownPublication { when: None, how: How::Never, ground: None }],
        terms: Vec::new(),
        transition: Vec::new(),
        lists: Vec::new(),
        retention_years: None,
        ends: Vec::new(),
        act: None,
        decision: Vec::new(),
        editions: Vec::new(),
        ..class()
    }
}

fn one(item: ShownItem, ground: Option<ShownGround>, says: ShownSays) -> ShownRule {
    ShownRule {
        book: book(2, true),
        day: day("2026-11-24"),
        item,
        ground,
        says,
        value: serde_json::json!({ "id": "penalty" }),
    }
}

fn terms() -> [ShownTerm; 2] {
    let term = ShownTerm {
        table: words("公示期", "Terms"),
        transition: ground(Surety::Recalled),
        reach: reach(AppliesTo::AllFrom),
        start: TermStart::Decision,
        end_inclusive: false,
        classes: conducts(),
        governs: vec![penalty_item()],
    };
    let other = ShownTerm { start: TermStart::Publication, end_inclusive: true, ..term.clone() };
    [term, other]
}

fn lists() -> [ShownList; 2] {
    let time = |conduct, early, max, stated| ShownListTime {
        conduct,
        early_exit_months: early,
        max_months: max,
        stated_months: stated,
    };
    let list = ShownList {
        spellings: vec!["税务名单".into()],
        authority: words("税务机关", "tax authorities"),
        sectors: vec![words("税务", "tax")],
        names_individual_businesses: true,
        times: vec![
            time(Some(words("骗税", "fraud")), Some(12), Some(24), Some(36)),
            time(None, None, None, None),
        ],
        classes: vec![penalty_item()],
    };
    let bare = ShownList {
        spellings: Vec::new(),
        sectors: Vec::new(),
        names_individual_businesses: false,
        ..list.clone()
    };
    [list, bare]
}

fn laws() -> [ShownLaw; 2] {
    let law = ShownLaw {
        number: Some("演令第1号".into()),
        issuer: Some(Issuer::RegionalGovernment),
        issued: Some(day("2026-01-01")),
        from: day("2026-04-01"),
        until: None,
        holds: Holds::Now,
        confidence: Confidence::Partly,
        why: Some("recalled".into()),
        may_found_lists: false,
        rests: vec![(penalty_item(), vec!["第九条".into(), "第十条".into()])],
    };
    let bare = ShownLaw {
        number: None,
        issuer: None,
        issued: None,
        until: Some(day("2026-06-01")),
        holds: Holds::Over,
        confidence: Confidence::Unverified,
        why: None,
        may_found_lists: true,
        rests: Vec::new(),
        ..law.clone()
    };
    [law, bare]
}

/// Values of every family, in every state.
pub(crate) fn rules() -> Vec<(&'static str, &'static str, ShownRule)> {
    let of = |family| item(family, "one", "一项", "One");
    let standing = |surety| Some(ground(surety));
    let mut all = Vec::new();
    for (class, surety) in [(class(), Surety::Verified), (bare_class(), Surety::WithoutEffect)] {
        let says = ShownSays::Class(Box::new(class));
        all.push(("class", "/rules/penalty", one(penalty_item(), standing(surety), says)));
    }
    for (term, surety) in terms().into_iter().zip([Surety::Adopted, Surety::Partly]) {
        let says = ShownSays::Term(Box::new(term));
        all.push(("term", "/rules/term/one", one(of(RuleFamily::Term), standing(surety), says)));
    }
    for (list, surety) in lists().into_iter().zip([Surety::Recalled, Surety::Adopted]) {
        let says = ShownSays::List(Box::new(list));
        all.push(("list", "/rules/list/one", one(of(RuleFamily::List), standing(surety), says)));
    }
    for law in laws() {
        let says = ShownSays::Law(Box::new(law));
        all.push(("law", "/rules/law/one", one(law_item(), None, says)));
    }
    all
}

/// Every kind of change, and none.
pub(crate) fn rule_changes() -> Vec<(&'static str, ShownRuleChanges)> {
    let kinds = [
        RuleChange::Begins,
        RuleChange::Ceases,
        RuleChange::New,
        RuleChange::Gone,
        RuleChange::Altered,
        RuleChange::Accepted,
        RuleChange::Left,
    ];
    let lines = kinds.map(|change| ShownRuleChange {
        item: penalty_item(),
        change,
        parts: if change == RuleChange::Altered {
            vec!["ground".into(), "something".into()]
        } else {
            Vec::new()
        },
    });
    let two = ShownRuleChanges {
        before: book(1, false),
        before_day: day("2026-03-31"),
        after: book(2, true),
        after_day: day("2026-11-24"),
        lines: lines.to_vec(),
        adoptions: vec![book(2, true), book(1, false)],
    };
    let same = ShownRuleChanges { before: book(2, true), lines: Vec::new(), ..two.clone() };
    vec![("two books", two), ("two days", same)]
}
