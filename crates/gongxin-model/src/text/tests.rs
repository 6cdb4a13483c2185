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

#[test]
fn what_belongs_to_a_person_is_hidden_wholly() {
    use PersonalKind::*;
    let table: &[(&str, &str, &[PersonalKind])] = &[
        (
            "张某（身份证号11010519491231002X）",
            "张某（身份证号［已隐去公民身份号码］）",
            &[ResidentNumber],
        ),
        (
            "身份证：１１０１０５１９４９１２３１００２Ｘ。",
            "身份证：［已隐去公民身份号码］。",
            &[ResidentNumber],
        ),
        ("11010519491231002x", "［已隐去公民身份号码］", &[ResidentNumber]),
        ("号码110105 19491231 002X", "号码［已隐去公民身份号码］", &[ResidentNumber]),
        // One digit wrong, still the person's.
        ("110105194912310021", "［已隐去公民身份号码］", &[ResidentNumber]),
        ("旧证110105491231004号", "旧证［已隐去公民身份号码］号", &[ResidentNumber]),
        ("ID11010519491231002X", "ID［已隐去公民身份号码］", &[ResidentNumber]),
        ("电话13812345678，地址", "电话［已隐去手机号码］，地址", &[MobileNumber]),
        ("手机138 1234 5678", "手机［已隐去手机号码］", &[MobileNumber]),
        ("手机138-1234-5678", "手机［已隐去手机号码］", &[MobileNumber]),
        ("+8613812345678", "+［已隐去手机号码］", &[MobileNumber]),
        ("卡号6222021234567890128", "卡号［已隐去银行卡号］", &[BankCard]),
        ("卡号4111 1111 1111 1111", "卡号［已隐去银行卡号］", &[BankCard]),
        ("驾驶蒙A12345货车", "驾驶［已隐去车牌号］货车", &[Plate]),
        ("驾驶蒙A·D1234挂", "驾驶［已隐去车牌号］", &[Plate]),
        ("蒙AD12345、京B12345", "［已隐去车牌号］、［已隐去车牌号］", &[Plate, Plate]),
        (
            "11010519491231002X13812345678",
            "［已隐去公民身份号码］［已隐去手机号码］",
            &[ResidentNumber, MobileNumber],
        ),
    ];
    for (text, masked, kinds) in table {
        assert_eq!(mask_personal(text), ((*masked).to_owned(), kinds.to_vec()), "{text}");
    }
}

#[test]
fn what_belongs_to_nobody_stays() {
    let table = [
        "统一社会信用代码91150000720180740Y",
        "代码：914403001922038216",
        "代码 11152105011615449P 的单位",
        "注册号150100000012340",
        "内市监处罚〔2026〕15012320261号",
        "许可证编号15012345678",
        "许可证编号JY11501020012345",
        "罚款13800000000元",
        "罚款13800000000.00元",
        "2026-03-05 2026-03-06",
        "20260305 20260306",
        "自2026年3月5日至2027年3月4日",
        "案卷150102202603050012号",
        "条码6901234567892",
        "0471-6601234",
        "国药准字H20013001",
        "蒙建罚字〔2026〕第A12号",
        "京P2013001234",
        "批号20260305001",
        "面积1234567.89平方米",
        "1,380,000,0000元",
        "GB/T 2260-2007、GB 32100-2015",
        "",
    ];
    for text in table {
        assert_eq!(find_personal(text), Vec::new(), "{text}");
    }
}

#[test]
fn numbers_in_disguise_are_hidden() {
    for number in [
        "110105_19491231_002X",
        "110105.19491231.002X",
        "11010519491231002Х",
        "①①0105①949①23①002X",
        "11010519491231002",
    ] {
        let (masked, kinds) = mask_personal(&format!("当事人{number}，罚款"));
        assert_eq!(kinds, [PersonalKind::ResidentNumber], "{number}");
        assert_eq!(masked, "当事人［已隐去公民身份号码］，罚款", "{number}");
    }
}
