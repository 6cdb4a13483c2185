use super::*;

fn names() -> Names {
    let list = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    Names::new(NameLists {
        suffixes: list(&[
            "有限公司",
            "合作社",
            "局",
            "店",
            "厂",
            "轩",
            "工会",
            "会",
            "（有限合伙）",
        ]),
        markers: list(&["公司", "委员会", "国有"]),
        surnames: list(&["张", "王", "欧阳", "应", "于", "代"]),
        person_words: list(&["先生", "自然人"]),
        given_endings: list(&["轩", "会"]),
        individual_words: list(&["个体工商户"]),
        text_words: list(&["身份证"]),
        role_words: list(&["负责人", "员工"]),
        party_words: list(&["当事人", "经营者"]),
        role_links: list(&["：", "为", "（"]),
        titles: list(&["先生"]),
        rare_in_text: list(&["应", "于", "代"]),
        no_given: list(&["的", "在", "当", "及"]),
        name_followers: list(&["在", "及", "擅"]),
        not_names: list(&["张贴"]),
        not_after_some: list(&["年", "月", "公"]),
        ..NameLists::default()
    })
}

#[test]
fn names_have_shapes() {
    use NameShape::{Organisation, Person, Unclear};
    let cases = [
        ("北方牧业有限公司", Organisation),
        ("北方牧业有限公司（注销）", Organisation),
        ("鑫源合作社（普通）", Organisation),
        ("东山村村民委员会一组", Organisation),
        ("某某公司分厂", Organisation),
        ("张王（有限合伙）", Organisation),
        ("云岭市宏达商货（某某公司）", Organisation),
        ("鑫鑫店（个体工商户）", Organisation),
        ("张三丰", Person),
        ("张三", Person),
        ("欧阳小明", Person),
        ("欧阳某某", Person),
        ("张*", Person),
        ("牛大力先生", Person),
        ("自然人牛大力", Person),
        ("娜仁·其木格", Person),
        // The person is the name; the firm stands in brackets behind it.
        ("张三（某某公司）", Person),
        ("张三（身份证）（某某公司）", Person),
        ("张三【北方牧业有限公司】", Person),
        ("个体工商户张三", Person),
        ("张三个体工商户", Person),
        ("经营者：张三", Person),
        ("北方牧业公司负责人王小明", Person),
        ("李先生牛肉面馆子", Unclear),
        ("个体工商户", Unclear),
        // Ended or marked like a firm's, and short.
        ("王宇轩", Person),
        ("张会", Person),
        ("王国有", Person),
        ("欧阳宇轩", Person),
        ("王店", Organisation),
        ("张工会", Organisation),
        ("宇轩", Organisation),
        ("张王国有农场", Organisation),
        // Written apart, in old characters, several at once.
        ("张 三", Person),
        ("张　三丰", Person),
        ("張三豐", Person),
        ("张三、王小明", Person),
        ("张三，欧阳小明；王五", Person),
        ("张三、不详", Unclear),
        ("店", Unclear),
        ("厂", Unclear),
        ("不详", Unclear),
        ("", Unclear),
    ];
    for (name, expected) in cases {
        assert_eq!(names().shape(name), expected, "{name}");
    }
    assert!(names().says_individual("个体工商户张三") && !names().says_individual("张三"));
}

#[test]
fn texts_that_speak_of_persons_are_recognised() {
    let persons = [
        "对负责人王建国罚款1万元",
        "负责人为张三",
        "经营者：王小明",
        "当事人王小明擅自",
        "当事人欧阳明，男",
        "王某某受伤",
        "代某及部分股东",
        "王*受伤",
        "张建国（负责人）到场",
        "王先生投诉",
        "对欧阳明先生",
        "身份证丢失",
        "员工于建国，",
    ];
    let others = [
        "经营者应当亮照",
        "负责人于三月到场",
        "负责人张贴公告",
        "当事人王府井公司",
        "当事人张家口市某公司",
        "某年某月",
        "于某公司购进",
        "代某公司销售",
        "2张*3元",
        "责令停业",
        "负责人",
        "",
    ];
    for text in persons {
        assert!(names().speaks_of_person(text), "{text}");
    }
    for text in others {
        assert!(!names().speaks_of_person(text), "{text}");
    }
}

#[test]
fn no_lists_find_nothing() {
    assert_eq!(Names::default().shape("张三"), NameShape::Unclear);
    assert!(!Names::default().speaks_of_person("负责人张三，身份证"));
}
