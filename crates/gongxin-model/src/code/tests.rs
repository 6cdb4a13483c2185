//! The standards' promises, on real codes and on every error that they promise to catch.

use super::*;

mod guarantees;

fn tables() -> CodeTables {
    let mut tables = CodeTables::default();
    for (department, kinds) in [
        ('1', "1239"),
        ('2', "19"),
        ('3', "123459"),
        ('4', "19"),
        ('5', "1239"),
        ('6', "129"),
        ('7', "129"),
        ('8', "19"),
        ('9', "123"),
        ('A', "19"),
        ('N', "1239"),
        ('Y', "1"),
    ] {
        for kind in kinds.chars() {
            tables.add_department(department, kind);
        }
    }
    for province in [
        "100000", "110000", "230000", "310000", "320000", "350000", "360000", "420000", "430000",
        "440000", "510000", "520000", "130000", "330000", "370000",
    ] {
        tables.add_region(province, true);
    }
    for (region, is_current) in
        [("150000", true), ("150102", true), ("150785", true), ("152105", false)]
    {
        tables.add_region(region, is_current);
    }
    tables
}

/// What a code's holder and source say, and what we must say of it.
const REAL: &[(&str, &str)] = &[
    ("91110000600037341L", "python-stdnum doctest"),
    ("91320100748204660Q", "南京钢铁联合有限公司"),
    ("91320281142232229Q", "江苏华西集团有限公司"),
    ("91310000132215150M", "中国华源集团有限公司"),
    ("91320000134762764K", "江苏宁沪高速公路股份有限公司"),
    ("91360000625912173B", "江西铜业股份有限公司"),
    ("91440300618819640R", "深圳市福田产业投资服务有限公司"),
    ("91130105107743680U", "石家庄市供销合作总社安全统筹公司"),
    ("91510185MA64ND8627", "四川齐光建设工程有限公司"),
    ("91510104MA6CFT042R", "四川蜀运恒通建设工程有限公司"),
    ("91430122707233692A", "望城经开区投资建设集团有限公司"),
    ("91370400728618604X", "枣庄市道桥工程有限公司"),
    ("91320105780688132K", "江苏华祝建设工程有限公司"),
    ("91230500MA1B3N1N2M", "双鸭山智慧城市运营有限公司"),
    ("91330282L07196379D", "慈溪市浒欣谊渔具配件厂"),
    ("91330203674737244W", "a taxpayer of Ningbo in a data dictionary"),
    ("9135010026017703XW", "an example in an API document"),
    ("11320100MB1886843H", "南京市规划和自然资源局"),
    ("11230500001755309F", "双鸭山市公安局"),
    ("11420000MB15291767", "湖北省药品监督管理局"),
    ("11152105011615449P", "根河市应急管理局"),
    ("11152105011615166F", "根河市人民政府办公室"),
    ("12440300MB2C92173E", "a public institution of Shenzhen"),
    ("91150000720180740Y", "内蒙古包钢钢联股份有限公司"),
    ("914403001922038216", "华为技术有限公司"),
    ("9144030071526726XG", "腾讯科技(深圳)有限公司"),
    ("91440300708461136T", "深圳市腾讯计算机系统有限公司"),
    ("91330100716105852F", "阿里巴巴(中国)网络技术有限公司"),
    ("91330100799655058B", "阿里巴巴(中国)有限公司"),
    ("91110000802100433B", "百度在线网络技术(北京)有限公司"),
    ("91100000100003962T", "中国工商银行股份有限公司"),
    ("91110000710925462X", "中国石油天然气股份有限公司"),
    ("9152000071430580XT", "贵州茅台酒股份有限公司"),
    ("91440300279446850J", "a company of the BYD group"),
    ("91110108551385082Q", "小米科技有限责任公司"),
    ("91370200163562681G", "海尔集团公司"),
    ("91350000158142711F", "兴业银行股份有限公司"),
    ("9144030010001686XA", "招商银行股份有限公司"),
    ("12100000400000624D", "清华大学"),
];

#[test]
fn real_codes_are_sound() {
    for (written, holder) in REAL {
        let parsed = Uscc::parse(written, &tables());
        assert_eq!(
            parsed.sound().map(|code| code.to_string()).as_deref(),
            Some(*written),
            "{holder}"
        );
        assert!(!parsed.facts.has(Fact::OrganisationPartFails), "{holder}");
        assert!(!parsed.facts.has(Fact::DepartmentUnknown), "{holder}");
        assert_eq!(Uscc::with_check(&written[..17]).unwrap().as_str(), *written);
        assert_eq!(
            OrganisationCode::with_check(&written[8..16]).unwrap().as_str(),
            &written[8..17]
        );
    }
}

#[test]
fn faulty_codes_say_what_is_wrong() {
    use Fact::*;
    let table: &[(&str, &[Fact])] = &[
        // The invalid twin, and a code that fails both checks, as published.
        ("12440300MB2C92173A", &[CheckFails, RegionUnlistedIsNoFact]),
        ("913101150607311257", &[CheckFails, OrganisationPartFails]),
        ("913100001322041051", &[OrganisationPartFails]),
        ("00000000000000000X", &[Placeholder]),
        ("000000000000000000", &[Placeholder]),
        ("", &[Empty]),
        ("  ", &[Empty, Normalised]),
        ("—", &[Empty, Normalised]),
        ("无", &[Empty]),
        ("N/A", &[Empty]),
        ("包钢", &[LengthWrong, AlphabetForeign]),
        ("12345", &[LengthWrong]),
        ("9115000072018074", &[LengthWrong]),
        ("91150000720180740Y1", &[LengthWrong]),
        ("9115OOOO720180740Y", &[AlphabetForeign, RegionUnknown]),
        ("９１１５００００７２０１８０７４０ｙ", &[Normalised]),
        (" 9115 0000-7201 8074 0y\u{200b}", &[Normalised]),
        ("'91150000720180740Y", &[Normalised]),
        ("11152105011615449P", &[RegionHistorical]),
        (
            "91150000I20180740y",
            // The organisation part still fits: I and 7 differ by 11, which GB 11714 cannot see.
            &[AlphabetForeign, Normalised],
        ),
    ];
    for (written, facts) in table {
        let expected = facts
            .iter()
            .filter(|fact| **fact != RegionUnlistedIsNoFact)
            .fold(Facts::NONE, |set, fact| set.with(*fact));
        assert_eq!(Uscc::parse(written, &tables()).facts, expected, "{written}");
    }
}

/// Region 440300 is in no list here, but its province is and has no districts listed: no fact.
#[expect(non_upper_case_globals, reason = "reads as a fact in the table above")]
const RegionUnlistedIsNoFact: Fact = Fact::IsUscc;

#[test]
fn letters_are_suggested_never_replaced() {
    let parsed = Uscc::parse("9115OOOO72OI8O74OY", &tables());
    assert_eq!(parsed.sound(), None);
    assert_eq!(
        Uscc::suggestions("9115OOOO72OI8O74OY"),
        [Uscc::read("91150000720180740Y").code.unwrap()]
    );
    assert_eq!(Uscc::suggestions("91150000720180740Y"), []);
    assert_eq!(Uscc::suggestions("9115OOOO72OI8O74OX"), []);
}

/// python-stdnum 2.2 refuses every code whose first eight characters are not all digits. They are
/// issued: by the army's office, by agriculture, and the rest.
#[test]
fn codes_that_python_stdnum_refuses_are_sound() {
    for first in [
        "A1100000MB0000001",
        "N1150102MF0000001",
        "N2150102MF0000002",
        "N3150102MF0000003",
        "N9150102MF0000004",
        "Y1150102MB0000005",
    ] {
        let organisation = OrganisationCode::with_check(&first[8..16]).unwrap();
        let code = Uscc::with_check(&format!("{}{organisation}", &first[..8])).unwrap();
        let facts = Uscc::parse(code.as_str(), &tables()).facts;
        assert_eq!(facts, Facts::NONE, "{code}");
    }
    // Its doctests: two lengths and a format with blanks.
    assert!(Uscc::read("9 1 110000 600037341L").sound().is_some());
    assert!(Uscc::read("12345").facts.has(Fact::LengthWrong));
    // Refused there for its letter, here for its check character.
    assert_eq!(Uscc::read("A1110000600037341L").facts, Facts::NONE.with(Fact::CheckFails));
}

#[test]
fn old_codes_are_read() {
    for (written, normal) in
        [("10774368-0", "107743680"), ("132215150", "132215150"), ("71526726-x", "71526726X")]
    {
        assert_eq!(OrganisationCode::read(written).sound().unwrap().as_str(), normal);
    }
    assert!(OrganisationCode::read("107743681").facts.has(Fact::CheckFails));
    assert!(OrganisationCode::read("91150000720180740Y").facts.has(Fact::IsUscc));
    for written in ["130100000363655", "440301105984804"] {
        assert_eq!(RegistrationNumber::read(written).facts, Facts::NONE);
        assert_eq!(RegistrationNumber::with_check(&written[..14]).unwrap().as_str(), written);
    }
    assert!(RegistrationNumber::read("130100000363656").facts.has(Fact::CheckFails));
    assert_eq!(
        RegistrationNumber::read("1101082953931").facts,
        Facts::NONE.with(Fact::WithoutCheck)
    );
    assert!(RegistrationNumber::read("91150000720180740Y").facts.has(Fact::IsUscc));
    assert!(RegistrationNumber::read("企合京总字第000123号").code.is_none());
    let tax = TaxNumber::read("150102720180740");
    assert_eq!(
        (tax.facts, tax.code.unwrap().organisation_code().unwrap().as_str()),
        (Facts::NONE, "720180740")
    );
}

#[test]
fn a_resident_number_in_a_code_column_is_refused() {
    use ResidentVerdict::*;
    // hutool #1367: passes the check of GB 32100, and is a person's number.
    let person = "362322198709086409";
    assert!(Uscc::read(person).facts.is_sound());
    let table = [
        (person, true, Refuse),
        (person, false, Refuse),
        ("３６２３２２１９８７０９０８６４０９", true, Refuse),
        ("11010519491231002X", true, Refuse),
        ("360426199101010071", true, Refuse),
        ("110105491231004", true, Refuse),
        ("110105491231004", false, Refuse),
        // A sound registration number with a date in it, beside an organisation's name.
        ("110105491231002", true, Organisation),
        ("110105491231002", false, Refuse),
        ("91150000720180740Y", false, NotResident),
        ("913101150607311257", false, NotResident),
        ("", false, NotResident),
    ];
    for (written, name_is_organisation, verdict) in table {
        assert_eq!(
            resident_verdict(written, &tables(), name_is_organisation),
            verdict,
            "{written}"
        );
    }
}

/// 延庆 is 110119: a body registered there can have a code that reads as a resident number.
#[test]
fn a_body_of_yanqing_may_look_like_a_person() {
    let found = (0..1_000_000).find_map(|serial: u32| {
        let first = format!(
            "{:02}{:02}{:04}",
            50 + serial % 50,
            1 + serial / 50 % 12,
            serial / 600 % 10_000
        );
        let organisation = OrganisationCode::with_check(&first)?;
        let code = Uscc::with_check(&format!("12110119{organisation}"))?;
        looks_like_resident(code.as_str()).then_some(code)
    });
    let code = found.unwrap();
    assert!(Uscc::read(code.as_str()).facts.has(Fact::LooksLikeResident));
    assert_eq!(resident_verdict(code.as_str(), &tables(), true), ResidentVerdict::Organisation);
    assert_eq!(resident_verdict(code.as_str(), &tables(), false), ResidentVerdict::Refuse);
    assert_eq!(format!("{code:?}"), "Uscc(masked)");
    assert!(!format!("{:?}", Uscc::read(code.as_str())).contains(code.as_str()));
}

#[test]
fn kinds_and_facts_have_stable_names() {
    for kind in CodeKind::ALL {
        assert_eq!(kind.name().parse(), Ok(kind));
    }
    let all = Fact::ALL.into_iter().fold(Facts::NONE, Facts::with);
    assert_eq!(all.iter().count(), Fact::ALL.len());
    assert_eq!("person".parse::<CodeKind>(), Err(NotACodeKind));
}
