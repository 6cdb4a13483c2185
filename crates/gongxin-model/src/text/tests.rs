use super::*;

#[test]
fn the_table_of_characters_is_sorted_and_leads_to_an_end() {
    let pairs = traditional::pairs();
    assert!(pairs.windows(2).all(|two| two[0].0 < two[1].0));
    for (_, simplified) in pairs {
        assert_eq!(traditional::simplify(*simplified), *simplified);
    }
}

#[test]
fn names_are_one_however_they_are_typed() {
    let table = [
        ("内蒙古包钢钢联股份有限公司", "内蒙古包钢钢联股份有限公司"),
        (" 内蒙古　包钢钢联股份有限公司\u{200b}", "内蒙古包钢钢联股份有限公司"),
        ("百利嘉三才（北京）电子商务有限公司", "百利嘉三才北京电子商务有限公司"),
        ("百利嘉三才(北京)电子商务有限公司", "百利嘉三才北京电子商务有限公司"),
        ("ＡＢＣ（中国）-投资·有限公司", "ABC中国投资有限公司"),
        ("abc中国投资有限公司", "ABC中国投资有限公司"),
        ("內蒙古華業發展有限責任公司", "内蒙古华业发展有限责任公司"),
        ("A&B商贸行", "A&B商贸行"),
        ("", ""),
    ];
    for (written, normal) in table {
        assert_eq!(normalise_name(written), normal, "{written}");
    }
}

#[test]
fn document_numbers_are_one_however_they_are_typed() {
    let table = [
        ("内市监处罚〔2026〕12号", "内市监处罚〔2026〕12号"),
        ("内市监处罚[2026]12号", "内市监处罚〔2026〕12号"),
        ("内市监处罚【2026】 12 号", "内市监处罚〔2026〕12号"),
        ("内市监处罚（２０２６）１２号", "内市监处罚〔2026〕12号"),
        ("内市监处罚(二〇二六)12号", "内市监处罚〔2026〕12号"),
        ("内市监处罚（二○二六）第12号", "内市监处罚〔2026〕第12号"),
        ("蒙环罚字第三号", "蒙环罚字第三号"),
        ("abc—12", "ABC-12"),
    ];
    for (written, normal) in table {
        assert_eq!(normalise_document_number(written), normal, "{written}");
    }
}

#[test]
fn controls_go_and_line_breaks_become_blanks() {
    assert_eq!(strip_controls("\u{feff}甲\r\n乙\u{0}\t "), "甲 乙");
    assert_eq!(fold_width("ＡＢ１２（　）"), "AB12( )");
}
