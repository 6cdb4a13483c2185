use std::collections::BTreeSet;
use std::sync::LazyLock;

use gongxin_model::code::{CodeKind, OrganisationCode, RegistrationNumber, Uscc};
use gongxin_model::finding::Language;
use gongxin_model::{Day, PublicId, SubjectNo};
use gongxin_pack::{DEFAULT_PACKS, NameShape, NameWords, REHEARSAL_PACK, builtin};
use proptest::prelude::*;

use super::*;

const USCC: CodeKind = CodeKind::Uscc;
const ORGANISATION: CodeKind = CodeKind::OrganisationCode;
const REGISTRATION: CodeKind = CodeKind::RegistrationNumber;
const TAX: CodeKind = CodeKind::TaxNumber;

/// A name, identifiers (kind, code, sound) and the judgement in one line.
type Row<'a> = (&'a str, &'a [(CodeKind, &'a str, bool)], &'a str);

/// Figures as a pack may state them.
const FIGURES: Figures = Figures {
    name_similar: 500,
    branch_slips: 1,
    suggestion_floor: 300,
    suggestions_most: 9,
    code_share: 400,
    code_slips: [850, 700, 500],
    code_look_alike: 100,
    former_name: 980,
    brand_weight: 4,
    trade_weight: 2,
    other_weight: 1,
    brand_length: 4,
    look_alike_cost: 250,
    swap_cost: 500,
    part_place: 120,
    part_brand: 550,
    part_trade: 250,
    part_form: 80,
    part_missing: 600,
    abbreviation: 750,
    branch_apart: 700,
    same_document: 700,
    crowd: 200,
    held_crowd: 1_000,
    held_candidates: 200,
};

/// The words of the packs that come with the program.
static WORDS: LazyLock<NameWords> = LazyLock::new(|| {
    let packs = [DEFAULT_PACKS, &[REHEARSAL_PACK]].concat();
    let (rulebook, problems) = gongxin_pack::read(&builtin(&packs));
    rulebook.unwrap_or_else(|| panic!("{problems:?}")).name_words
});

fn by(figures: Figures) -> Yardstick<'static> {
    Yardstick { figures, words: &WORDS }
}

fn policy(adverse: bool, registers: bool) -> LinkPolicy<'static> {
    LinkPolicy { adverse, registers, by: by(FIGURES) }
}

/// Codes of an invented region, so that none is anybody's.
fn organisation_code(serial: u32) -> String {
    OrganisationCode::with_check(&format!("MA{:06}", serial * 123_457 % 1_000_000))
        .unwrap()
        .to_string()
}

pub(crate) fn uscc(serial: u32) -> String {
    Uscc::with_check(&format!("91159901{}", organisation_code(serial))).unwrap().to_string()
}

fn registration_number(serial: u32) -> String {
    RegistrationNumber::with_check(&format!("159901{serial:08}")).unwrap().to_string()
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn candidate(no: i64, name: &str, codes: &[(CodeKind, String)]) -> Candidate {
    Candidate {
        subject: SubjectNo(no),
        public_id: PublicId([u8::try_from(no).unwrap(); 16]),
        names: vec![DatedName { name: name.to_owned(), from: day("2016-05-04"), until: None }],
        codes: codes.iter().flat_map(|(kind, code)| index_codes(*kind, code)).collect(),
        provisional: false,
        region: "159901".to_owned(),
    }
}

/// Three organisations: two with unified codes, one that is known by old numbers only.
fn known() -> Vec<Candidate> {
    let mut first = candidate(
        1,
        "云岭市宏达商贸有限公司",
        &[(USCC, uscc(1)), (REGISTRATION, registration_number(1))],
    );
    first.names.push(DatedName {
        name: "云岭市鑫发商贸有限公司".to_owned(),
        from: day("2014-02-03"),
        until: Some(day("2016-05-04")),
    });
    vec![
        first,
        candidate(2, "云岭市北方牧业有限责任公司", &[(USCC, uscc(2))]),
        candidate(
            3,
            "云岭市东山砖厂",
            &[(ORGANISATION, organisation_code(3)), (REGISTRATION, registration_number(3))],
        ),
    ]
}

pub(crate) fn claims(name: &str, identifiers: &[(CodeKind, &str, bool)]) -> Claims {
    let shape = match name.chars().count() {
        0 => NameShape::Unclear,
        2..=3 => NameShape::Person,
        _ => NameShape::Organisation,
    };
    Claims {
        name: (!name.is_empty()).then(|| name.to_owned()),
        identifiers: identifiers
            .iter()
            .map(|(kind, code, sound)| Identifier {
                kind: *kind,
                code: (*code).to_owned(),
                sound: *sound,
            })
            .collect(),
        shape,
    }
}

/// The judgement in one line: what, whom or why.
fn told(judgement: &Judgement) -> String {
    let rules = |findings: &[gongxin_model::Finding]| {
        findings
            .iter()
            .map(|finding| finding.rule.replace("subject.", ""))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let line = match judgement {
        Judgement::Linked { subject, rule, findings, .. } => {
            format!("linked {subject} by {} {}", rule.name(), rules(findings))
        }
        Judgement::New { provisional, findings } => {
            format!("new {provisional} {}", rules(findings))
        }
        Judgement::Held { suggestions, findings } => {
            let whom: Vec<String> = suggestions.iter().map(|one| one.subject.to_string()).collect();
            format!("held {} [{}]", rules(findings), whom.join(" "))
        }
        Judgement::Refused { findings } => format!("refused {}", rules(findings)),
    };
    line.trim_end().to_owned()
}

#[test]
fn adverse_rows_are_judged_by_identifiers() {
    let (u1, u2, u9) = (uscc(1), uscc(2), uscc(9));
    let (o1, o2, o3, o9) =
        (organisation_code(1), organisation_code(2), organisation_code(3), organisation_code(9));
    let (r1, r3, r9) = (registration_number(1), registration_number(3), registration_number(9));
    let t1 = format!("159901{o1}");
    // The check character of the first, wrong.
    let bad1 = format!("{}{}", &u1[..17], if u1.ends_with('A') { 'B' } else { 'A' });
    // One digit of the first's region wrong: neither check nor owner.
    let typo1 = u1.replacen("1599", "1589", 1);
    let hong = "云岭市宏达商贸有限公司";
    let table: &[Row<'_>] = &[
        // By the unified code.
        (hong, &[(USCC, &u1, true)], "linked 1 by uscc"),
        ("云岭市宏达商贸（有限公司）", &[(USCC, &u1, true)], "linked 1 by uscc"),
        ("", &[(USCC, &u1, true)], "linked 1 by uscc"),
        ("云岭市鑫发商贸有限公司", &[(USCC, &u1, true)], "linked 1 by uscc"),
        ("云岭市宏达商货有限公司", &[(USCC, &u1, true)], "linked 1 by uscc name-differs"),
        (
            "青川县绿源蔬菜种植农民专业合作社",
            &[(USCC, &u1, true)],
            "held name-contradicts-code [1]",
        ),
        ("云岭市北方牧业有限责任公司", &[(USCC, &u1, true)], "held name-contradicts-code [2 1]"),
        ("张三", &[(USCC, &u1, true)], "refused person-shaped"),
        // A branch is not its head.
        (
            "云岭市宏达商贸有限公司东山分公司",
            &[(USCC, &u1, true)],
            "held name-contradicts-code [1]",
        ),
        // By the organisation code, alone, inside another code, or of a subject known by it.
        (hong, &[(ORGANISATION, &o1, true)], "linked 1 by organisation-code"),
        ("云岭市宏达商货有限公司", &[(ORGANISATION, &o1, true)], "held name-not-confirmed [1]"),
        ("云岭市东山砖厂", &[(USCC, &uscc(3), true)], "linked 3 by organisation-code"),
        ("云岭市西山砖厂", &[(USCC, &uscc(3), true)], "held name-not-confirmed [3]"),
        (hong, &[(TAX, &t1, true)], "linked 1 by tax-number"),
        // By old numbers and the name.
        (hong, &[(REGISTRATION, &r1, true)], "linked 1 by registration-number"),
        ("云岭市宏达", &[(REGISTRATION, &r1, true)], "held name-not-confirmed [1]"),
        (
            "云岭市东山砖厂",
            &[(REGISTRATION, &r3, true), (ORGANISATION, &o3, true)],
            "linked 3 by organisation-code",
        ),
        (hong, &[(REGISTRATION, &r9, true)], "held number-unknown [1]"),
        // Identifiers that disagree.
        (hong, &[(USCC, &u1, true), (ORGANISATION, &o2, true)], "held identifiers-disagree [1 2]"),
        (hong, &[(USCC, &u1, true), (ORGANISATION, &o9, true)], "held identifiers-disagree [1]"),
        (hong, &[(USCC, &u2, true), (REGISTRATION, &r1, true)], "held identifiers-disagree [1 2]"),
        (hong, &[(USCC, &u1, true), (USCC, &u2, true)], "held identifiers-disagree [1 2]"),
        (hong, &[(USCC, &u9, true), (REGISTRATION, &r1, true)], "held identifiers-disagree [1]"),
        // An unsound code.
        (hong, &[(USCC, &bad1, false)], "linked 1 by organisation-code code-unsound-linked"),
        (hong, &[(USCC, &typo1, false)], "linked 1 by organisation-code code-unsound-linked"),
        ("云岭市宏大商贸有限公司", &[(USCC, &bad1, false)], "held name-not-confirmed [1]"),
        (hong, &[(USCC, "911599O1XXXXXXXXXX", false)], "held code-unsound [1]"),
        (
            hong,
            &[(USCC, "911599O1XXXXXXXXXX", false), (REGISTRATION, &r1, true)],
            "linked 1 by registration-number code-unsound-linked",
        ),
        // A sound code that nobody carries.
        ("云岭市新来贸易有限公司", &[(USCC, &u9, true)], "new true provisional"),
        ("云岭市新来贸易有限公司", &[(ORGANISATION, &o9, true)], "new true provisional"),
        ("", &[(USCC, &u9, true)], "held name-missing []"),
        (hong, &[(USCC, &u9, true)], "held name-of-another [1]"),
        ("李四", &[(USCC, &u9, true)], "refused person-shaped"),
        // A name alone, never.
        (hong, &[], "held name-only [1]"),
        ("张三", &[], "refused person-shaped"),
        ("张三", &[(USCC, "911599O1XXXXXXXXXX", false)], "refused person-shaped"),
        ("", &[], "refused person-shaped"),
    ];
    for (name, identifiers, expected) in table {
        let claims = claims(name, identifiers);
        let judgement = judge(&claims, &known(), policy(true, false));
        assert_eq!(told(&judgement), *expected, "{name} {identifiers:?}");
    }
}

#[test]
fn a_code_beside_anothers_very_name_is_held_however_alike_they_are() {
    let mut candidates = known();
    let other = "云岭市宏达商货有限公司";
    candidates.push(candidate(4, other, &[(USCC, uscc(4))]));
    let judgement =
        judge(&claims(other, &[(USCC, &uscc(1), true)]), &candidates, policy(true, false));
    assert_eq!(told(&judgement), "held name-contradicts-code [1 4]");
}

#[test]
fn registrations_make_and_rename() {
    let (u1, u9) = (uscc(1), uscc(9));
    let (o3, r9) = (organisation_code(3), registration_number(9));
    let table: &[Row<'_>] = &[
        ("云岭市新来贸易有限公司", &[(USCC, &u9, true)], "new false"),
        // Really issued, check character or not.
        ("云岭市新来贸易有限公司", &[(USCC, "91159901MA00000000", false)], "new false"),
        ("云岭市新来贸易有限公司", &[(REGISTRATION, &r9, true)], "new false"),
        ("云岭市宏达商贸有限公司", &[(USCC, &u1, true)], "linked 1 by uscc"),
        ("云岭市天成商贸有限公司", &[(USCC, &u1, true)], "linked 1 by uscc renamed"),
        // The old file of number 3 is completed by its unified code.
        ("云岭市东山砖厂", &[(USCC, &uscc(3), true)], "linked 3 by organisation-code"),
        (
            "云岭市东山建材有限公司",
            &[(ORGANISATION, &o3, true)],
            "linked 3 by organisation-code renamed",
        ),
        ("云岭市宏达商贸有限公司", &[(USCC, &u9, true)], "new false"),
        ("云岭市宏达商贸有限公司", &[], "held name-only [1]"),
        ("", &[(USCC, &u9, true)], "held name-missing []"),
        // A person's name makes and renames no organisation, whose code ever stands beside it.
        ("张三", &[(USCC, &u1, true)], "refused person-shaped"),
        ("张三", &[(USCC, &u9, true)], "refused person-shaped"),
        ("张三", &[(ORGANISATION, &o3, true)], "refused person-shaped"),
        ("张三", &[(REGISTRATION, &r9, true)], "refused person-shaped"),
        ("张三", &[], "refused person-shaped"),
    ];
    for (name, identifiers, expected) in table {
        let claims = claims(name, identifiers);
        let judgement = judge(&claims, &known(), policy(false, true));
        assert_eq!(told(&judgement), *expected, "{name} {identifiers:?}");
    }
}

#[test]
fn an_unsound_code_gives_nobody_quite_another_name() {
    let code = "91159901MA00000000";
    let candidates = [candidate(5, "云岭市新来贸易有限公司", &[(USCC, code.to_owned())])];
    for (name, expected) in [
        ("云岭市新来贸易有限公司", "linked 5 by uscc"),
        ("云岭市新来商贸有限公司", "linked 5 by uscc renamed"),
        ("远山县天成砖厂", "held name-contradicts-code [5]"),
    ] {
        let claims = claims(name, &[(USCC, code, false)]);
        let judgement = judge(&claims, &candidates, policy(false, true));
        assert_eq!(told(&judgement), expected, "{name}");
    }
}

#[test]
fn a_code_that_was_issued_with_a_wrong_check_is_found_by_its_text() {
    let odd = "91159901MA00000000".to_owned();
    let candidates = [candidate(4, "云岭市怪码商贸有限公司", &[(USCC, odd.clone())])];
    let policy = policy(true, false);
    let same = claims("云岭市怪码商贸有限公司", &[(USCC, &odd, false)]);
    assert_eq!(told(&judge(&same, &candidates, policy)), "linked 4 by uscc");
    let other = claims("青川县绿源蔬菜合作社", &[(USCC, &odd, false)]);
    assert_eq!(told(&judge(&other, &candidates, policy)), "held name-contradicts-code [4]");
}

#[test]
fn the_packs_figures_decide() {
    let row = claims("云岭市宏达商货有限公司", &[(USCC, &uscc(1), true)]);
    let judged = |figures: Figures| {
        told(&judge(
            &row,
            &known(),
            LinkPolicy { adverse: true, registers: false, by: by(figures) },
        ))
    };
    let like = likeness("云岭市宏达商货有限公司", "云岭市宏达商贸有限公司", &by(FIGURES)).per_mille;
    let at = |name_similar: u32| judged(Figures { name_similar, ..FIGURES });
    assert_eq!(at(like), "linked 1 by uscc name-differs");
    assert_eq!(at(like + 1), "held name-contradicts-code [1]");

    let branch = claims("云岭市宏达商贸有限公司东由分公司", &[(USCC, &uscc(6), true)]);
    let registered = [candidate(6, "云岭市宏达商贸有限公司东山分公司", &[(USCC, uscc(6))])];
    let slips = |branch_slips: u32| {
        let figures = Figures { branch_slips, ..FIGURES };
        told(&judge(
            &branch,
            &registered,
            LinkPolicy { adverse: true, registers: false, by: by(figures) },
        ))
    };
    assert_eq!(slips(1), "linked 6 by uscc name-differs");
    assert_eq!(slips(0), "held name-contradicts-code [6]");

    let typo = claims("云岭市宏达", &[(USCC, &uscc(1).replacen("1599", "1589", 1), false)]);
    let first = |figures: Figures| {
        let found = rank(&typo, &known(), &[], &by(figures));
        (found.len(), found.first().map(|one| one.score))
    };
    let by_name = rank(&claims("云岭市宏达", &[]), &known(), &[], &by(FIGURES));
    let name = by_name.first().map_or(0, |one| one.score);
    let score = |code: u32, share: u32| (code * share + name * (1000 - share)) / 1000;
    assert_eq!(first(FIGURES).1, Some(score(850, 400)));
    assert_eq!(first(Figures { code_share: 1000, ..FIGURES }).1, Some(850));
    assert_eq!(first(Figures { code_slips: [600, 700, 500], ..FIGURES }).1, Some(score(600, 400)));
    assert_eq!(first(Figures { suggestions_most: 1, suggestion_floor: 0, ..FIGURES }).0, 1);
}

#[test]
fn an_individual_business_may_bear_a_persons_name() {
    let code = Uscc::with_check(&format!("92159901{}", organisation_code(7))).unwrap().to_string();
    let claims = claims("张三", &[(USCC, &code, true)]);
    assert_eq!(told(&judge(&claims, &[], policy(true, false))), "new true provisional");
}

#[test]
fn suggestions_say_why() {
    let claims =
        claims("云岭市宏迭商贸有限公", &[(USCC, &uscc(1).replacen("1599", "1589", 1), false)]);
    let first = &rank(&claims, &known(), &[], &by(FIGURES))[0];
    assert_eq!(first.subject, SubjectNo(1));
    let texts = reason_texts();
    let said: Vec<String> =
        first.reasons.iter().map(|reason| texts.text(reason, Language::Chinese)).collect();
    assert_eq!(
        said,
        [
            "统一社会信用代码相差 1 个字符",
            "名称相似度 91.4%",
            "地名一致：云岭市",
            "字号相近：所填“宏迭”，登记“宏达”",
            "行业一致：商贸",
            "组织形式写法不同，所指相同：所填“有限公”，登记“有限公司”",
            "形近字：迭达",
            "缺少“司”",
        ]
    );
    let json = serde_json::to_string(first).unwrap();
    assert_eq!(serde_json::from_str::<Suggestion>(&json).unwrap(), *first);
}

#[test]
fn names_are_cut_into_their_parts() {
    let table = [
        ("云岭市宏达商贸有限公司", "云岭市|宏达|商贸|有限公司|"),
        ("呼和浩特市赛罕区宏达商贸有限责任公司", "呼和浩特市赛罕区|宏达|商贸|有限责任公司|"),
        ("内蒙古鑫源矿业（集团）股份有限公司", "内蒙古|鑫源|矿业|集团股份有限公司|"),
        ("包头鑫源牧业有眼公司", "包头|鑫源|牧业|有眼公司|"),
        ("包头鑫源牧业有限公", "包头|鑫源|牧业|有限公|"),
        ("呼市鑫源牧业有限公司", "呼市|鑫源|牧业|有限公司|"),
        ("鑫源牧业有限公司包头分公司", "|鑫源|牧业|有限公司|包头分公司"),
        ("演练一县澄禾岚养殖农民专业合作社", "演练一县|澄禾岚|养殖|农民专业合作社|"),
        ("蒙牛", "|蒙牛|||"),
        ("", "||||"),
    ];
    for (name, expected) in table {
        let parts = Dissected::of(name, &WORDS);
        let told: Vec<String> = NamePart::ALL.into_iter().map(|part| parts.text(part)).collect();
        assert_eq!(told.join("|"), expected, "{name}");
    }
}

/// What a steward reads of a name as written beside a registered one.
fn said_of(written: &str, registered: &str) -> (u32, Vec<String>) {
    let found = rank(&claims(written, &[]), &[candidate(1, registered, &[])], &[], &by(FIGURES));
    let texts = reason_texts();
    found.first().map_or((0, Vec::new()), |first| {
        let said = first.reasons.iter().map(|one| texts.text(one, Language::Chinese)).collect();
        (first.score, said)
    })
}

#[test]
fn each_part_is_explained() {
    let table = [
        (
            ("呼市宏达商贸有限责任公司", "呼和浩特市宏达商贸有限公司"),
            "地名写法不同，所指相同：所填“呼市”，登记“呼和浩特市”；字号和行业相同；组织形式写法不同，所指相同：所填“有限责任公司”，登记“有限公司”",
        ),
        (("宏达商贸有限公司", "包头市宏达商贸有限公司"), "未写地名“包头市”；字号和行业相同"),
        (
            ("包头市宏达公司", "包头市宏达商贸有限公司"),
            "地名一致：包头市；字号一致：宏达；未写行业“商贸”；组织形式写法不同，所指相同：所填“公司”，登记“有限公司”；所填是登记名称的简称",
        ),
        (
            ("包头市宏大商贸合作社", "包头市宏达商贸有限公司"),
            "地名一致：包头市；字号相近：所填“宏大”，登记“宏达”；行业一致：商贸；组织形式不同：所填“合作社”，登记“有限公司”",
        ),
        (
            ("包头市宏达商贸有限公司", "包头市宏达商贸有限公司东河分公司"),
            "一方是总部，另一方是分支机构，或为不同分支机构：分支机构的信息归分支机构",
        ),
    ];
    for ((written, registered), expected) in table {
        let (_, said) = said_of(written, registered);
        for part in expected.split('；') {
            assert!(said.iter().any(|one| one == part), "{written}: no {part} in {said:?}");
        }
    }
    // Another brand is another organisation, whatever else agrees.
    let (other, _) = said_of("包头市天成商贸有限公司", "包头市宏达商贸有限公司");
    let (same, _) = said_of("宏达商贸有限公司", "包头市宏达商贸有限公司");
    assert!(other < same, "{other} {same}");
}

#[test]
fn of_branches_the_one_named_is_first() {
    let head = "中国电信集团有限公司";
    let all: Vec<Candidate> = (1..)
        .zip(["", "突泉分公司", "扎鲁特旗分公司", "乌斯太分公司"])
        .map(|(no, branch)| candidate(no, &format!("{head}{branch}"), &[]))
        .collect();
    for (written, first) in [
        ("中国电信集团有限公司", 1),
        ("中国火信集团有限公司突泉分公司", 2),
        ("中国电信集团有限公司扎曾特旗公司", 3),
        ("中国电信集团有限公司乌斯太分公可", 4),
    ] {
        let found = rank(&claims(written, &[]), &all, &[], &by(FIGURES));
        assert_eq!(found.first().map(|one| one.subject.0), Some(first), "{written} {found:?}");
    }
}

#[test]
fn a_short_form_goes_to_its_place() {
    let all = [
        candidate(1, "四子王旗宏达农牧机械有限责任公司", &[]),
        candidate(2, "鄂温克旗宏达采石有限公司", &[]),
    ];
    let found = rank(&claims("鄂温克旗宏达公司", &[]), &all, &[], &by(FIGURES));
    assert_eq!(found.first().map(|one| one.subject.0), Some(2), "{found:?}");
}

#[test]
fn a_known_decision_suggests_whose_it_is() {
    let row = claims("口口口口口口厂", &[]);
    let known_decision =
        KnownDecision { subject: SubjectNo(2), number: "云市监罚〔2026〕1号".to_owned() };
    let found = rank(&row, &known(), &[known_decision], &by(FIGURES));
    assert_eq!(found.first().map(|one| (one.subject, one.score)), Some((SubjectNo(2), 700)));
}

#[test]
fn probes_are_few_and_suggestions_more() {
    let (u1, o1) = (uscc(1), organisation_code(1));
    let sound = claims("云岭市宏达商贸有限公司", &[(USCC, &u1, true)]);
    let found = probes(&sound);
    assert_eq!(found.codes, [(USCC, u1.clone()), (ORGANISATION, o1)]);
    assert_eq!(found.names.len(), 1);
    let typo = claims("云岭市宏达商贸有限公司", &[(USCC, &u1.replacen("1599", "1589", 1), false)]);
    assert!(suggestion_probes(&typo).codes.contains(&(USCC, u1)));
}

#[test]
fn ruined_names_share_a_key_with_the_true_one() {
    let table = [
        ("云岭市宏达商贸有限公司", "云岭巾宏达商贸有限公司"),
        ("云岭市宏达商贸有限公司", "云岭市宏大商贸有限公司"),
        ("云岭市宏达商贸有限公司", "宏达商贸有限公司"),
        ("云岭市宏达商贸有限公司", "云岭市达宏商贸有限公"),
        ("内蒙古宏达商贸有限责任公司", "内蒙占宏达商贸有限责任公司"),
        ("包头市天宇机械制造有限公司", "天宇机械制造有限公司"),
        ("呼和浩特市赛罕区巧手饺子馆", "赛罕区巧手饺子馆"),
        ("锡林郭勒盟草原兴发食品有限公司", "锡林郭勒盟草原兴发良品有限公司"),
        ("包头市宏达商贸有限公司", "宏达公司"),
        ("包头市宏达商贸有限公司", "包头宏达"),
        ("土默特右旗星辰养殖专业合作社", "星辰养殖专业合作社"),
        ("呼和浩特市图赫商贸有限公司", "目和浩特市图赫山贸有限公司"),
        ("二连浩特市都霖农牧民专业合作社", "二连浩特市都鸟农牧民专业合作社"),
        ("中国电信集团有限公司突泉分公司", "中国火信集团有限公司突泉分公司"),
        ("内蒙古宜居楼市文化传媒有限公司", "土蒙古宜居楼市文化传媒有限公司"),
    ];
    for (true_name, ruined) in table {
        let kept: BTreeSet<i64> = similar_keys(true_name).into_iter().collect();
        assert!(kept.len() <= 12, "{true_name}");
        assert!(query_keys(ruined).iter().any(|key| kept.contains(key)), "{true_name} {ruined}");
    }
}

#[test]
fn keys_never_change() {
    // Stored keys depend on these numbers: another number is another KEY_VERSION.
    assert_eq!((KEY_VERSION, exact_key("甲")), (2, -8_876_097_080_939_708_768));
}

#[test]
fn every_rule_and_reason_has_words_and_every_word_a_rule() {
    let rules: BTreeSet<&str> = rules::ALL.iter().map(|rule| rule.id).collect();
    let texts = rules::texts();
    assert_eq!(texts.ids().collect::<BTreeSet<_>>(), rules);
    let reasons = reason_texts();
    let kinds = CodeKind::ALL.iter().map(|kind| kind.name());
    let parts = NamePart::ALL.iter().map(|part| part.name());
    let expected: BTreeSet<&str> = Reason::NAMES.into_iter().chain(kinds).chain(parts).collect();
    assert_eq!(reasons.names().collect::<BTreeSet<_>>(), expected);
}

#[test]
fn one_slip_of_a_code_is_among_its_neighbours() {
    let code = uscc(12);
    let mut characters: Vec<char> = code.chars().collect();
    for place in 0..18 {
        let kept = characters[place];
        characters[place] = if kept == '7' { '4' } else { '7' };
        let typo: String = characters.iter().collect();
        assert!(code_neighbours(USCC, &typo).contains(&code), "{typo}");
        characters[place] = kept;
        let shorter: String =
            code.chars().enumerate().filter(|(at, _)| *at != place).map(|(_, c)| c).collect();
        assert!(code_neighbours(USCC, &shorter).contains(&code), "{shorter}");
        assert!(code_neighbours(USCC, &shorter).len() <= 20);
    }
    assert_eq!(code_neighbours(TAX, "1"), Vec::<String>::new());
    assert_eq!(code_distance("ABC", "ACB"), 1);
    assert_eq!(code_distance("ABC", "ABCD"), 1);
    assert_eq!(code_distance("", "AB"), 2);
}

fn name() -> impl Strategy<Value = String> {
    "[云岭宏达商贸鑫源牧业][云岭宏达商贸鑫源牧业张王]{0,6}(有限公司|厂|合作社|店)?"
}

fn any_claims() -> impl Strategy<Value = Claims> {
    let identifier = (0..6_usize, 0..12_u32, any::<bool>()).prop_map(|(kind, serial, sound)| {
        let kind = CodeKind::ALL[kind];
        let code = match kind {
            CodeKind::Uscc => uscc(serial),
            CodeKind::OrganisationCode => organisation_code(serial),
            CodeKind::RegistrationNumber => registration_number(serial),
            _ => format!("159901{}", organisation_code(serial)),
        };
        Identifier { kind, code, sound }
    });
    let shape = prop_oneof![
        Just(NameShape::Organisation),
        Just(NameShape::Person),
        Just(NameShape::Unclear)
    ];
    (proptest::option::of(name()), proptest::collection::vec(identifier, 0..4), shape)
        .prop_map(|(name, identifiers, shape)| Claims { name, identifiers, shape })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Promise 2: whatever a row says, it is linked only to a subject that carries one of its
    /// identifiers, and two sound unified codes never end in a link.
    #[test]
    fn no_link_without_an_identifier(claims in any_claims(), adverse in any::<bool>()) {
        let candidates = known();
        let judgement = judge(&claims, &candidates, policy(adverse, false));
        if let Judgement::Linked { subject, .. } = &judgement {
            let linked = candidates.iter().find(|one| one.subject == *subject).unwrap();
            let is_carried = claims.identifiers.iter().any(|one| {
                index_codes(one.kind, &one.code).iter().any(|(kind, code)| linked.carries(*kind, code))
            });
            prop_assert!(is_carried);
            let own = linked.code(USCC);
            let sound = claims.sound(USCC);
            prop_assert!(own.is_none() || sound.is_none() || own == sound);
        }
    }

    /// More candidates of a similar name never alter what was decided.
    #[test]
    fn suggestions_decide_nothing(claims in any_claims(), other in name()) {
        let policy = policy(true, false);
        let mut candidates = known();
        let before = judge(&claims, &candidates, policy);
        prop_assume!(claims.normal_name() != Some(gongxin_model::text::normalise_name(&other)));
        candidates.push(candidate(99, &other, &[(USCC, uscc(77))]));
        let after = judge(&claims, &candidates, policy);
        match (&before, &after) {
            (Judgement::Held { findings: one, .. }, Judgement::Held { findings: two, .. }) => prop_assert_eq!(one, two),
            _ => prop_assert_eq!(&before, &after),
        }
    }

    /// Likeness is within bounds, whole only for equal names, and never fails.
    #[test]
    fn likeness_is_bounded(one in "\\PC{0,20}", other in name()) {
        let like = likeness(&one, &other, &by(FIGURES));
        prop_assert!(like.per_mille <= 1000);
        prop_assert_eq!(likeness(&other, &other, &by(FIGURES)).per_mille, 1000);
        prop_assert!(similar_keys(&one).len() <= 12);
        let _ = (query_keys(&one), code_neighbours(USCC, &one));
    }

    /// A name is always found by its own keys.
    #[test]
    fn a_name_is_found_by_itself(name in name()) {
        let asked: BTreeSet<i64> = query_keys(&name).into_iter().collect();
        prop_assert!(similar_keys(&name).iter().all(|key| asked.contains(key)));
    }
}
