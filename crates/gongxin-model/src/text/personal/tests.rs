use super::PersonalKind::{BankCard, MobileNumber, Plate, ResidentNumber};
use super::*;

fn scan() -> PersonalScan {
    let list = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    PersonalScan::new(PersonalWords {
        born_before: 2010,
        hidden_at_least: 4,
        of_papers: list(&["编号", "证号", "许可证", "条码", "批号", "代码", "注册号", "订单号"]),
        of_persons: list(&["电话", "手机", "卡号"]),
        of_identity: list(&["身份", "公民"]),
    })
}

#[test]
fn what_belongs_to_a_person_is_hidden_wholly() {
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
        (
            "1381234567811010519491231002X",
            "［已隐去手机号码］［已隐去公民身份号码］",
            &[MobileNumber, ResidentNumber],
        ),
        ("其一13812345678，其二", "其一［已隐去手机号码］，其二", &[MobileNumber]),
        ("*11010519491231002X", "*［已隐去公民身份号码］", &[ResidentNumber]),
        ("33010619491231002X*", "［已隐去公民身份号码］*", &[ResidentNumber]),
        ("13812345678****", "［已隐去手机号码］****", &[MobileNumber]),
        ("13812345678一案", "［已隐去手机号码］一案", &[MobileNumber]),
    ];
    for (text, masked, kinds) in table {
        assert_eq!(scan().mask(text), ((*masked).to_owned(), kinds.to_vec()), "{text}");
    }
}

#[test]
fn numbers_in_disguise_are_hidden() {
    let table = [
        // Other scripts, wholly or in part.
        (ResidentNumber, "一一〇一〇五一九四九一二三一〇〇二X"),
        (ResidentNumber, "壹壹零壹零伍壹玖肆玖壹贰叁壹零零贰Ｘ"),
        (ResidentNumber, "一一○一○五19491231○○二x"),
        (ResidentNumber, "①①0105①949①23①002X"),
        (ResidentNumber, "᠑᠑᠐᠑᠐᠕᠑᠙᠔᠙᠑᠒᠓᠑᠐᠐᠒X"),
        (ResidentNumber, "𝟏𝟏𝟎𝟏𝟎𝟓𝟏𝟗𝟒𝟗𝟏𝟐𝟑𝟏𝟎𝟎𝟐X"),
        (ResidentNumber, "一一〇一〇五四九一二三一〇〇四"),
        (ResidentNumber, "11010519491231002Х"),
        (ResidentNumber, "11010519491231002×"),
        (ResidentNumber, "11010519491231002"),
        (MobileNumber, "一三八一二三四五六七八"),
        (MobileNumber, "壹叁捌壹贰叁肆伍陆柒捌"),
        (MobileNumber, "幺三八一二三四五六七八"),
        (MobileNumber, "１３８１２３４５６７８"),
        (MobileNumber, "1三8一2三4五6七8"),
        (BankCard, "六二二二〇二一二三四五六七八九〇一二八"),
        // Parted.
        (ResidentNumber, "110105_19491231_002X"),
        (ResidentNumber, "110105.19491231.002X"),
        (ResidentNumber, "110105·19491231·002X"),
        (ResidentNumber, "110105 1949 1231 002X"),
        (ResidentNumber, "1101 0519 4912 3100 2X"),
        (ResidentNumber, "11 01 05 19 49 12 31 00 2X"),
        (ResidentNumber, "1 1 0 1 0 5 1 9 4 9 1 2 3 1 0 0 2 X"),
        (ResidentNumber, "1-1-0-1-0-5-1-9-4-9-1-2-3-1-0-0-2-X"),
        (ResidentNumber, "110105 491231 004"),
        (ResidentNumber, "110105 － 19491231 － 002X"),
        (ResidentNumber, "一一〇一〇五 一九四九一二三一 〇〇二X"),
        (ResidentNumber, "110105\u{200b}19491231\u{200b}002X"),
        (MobileNumber, "138.1234.5678"),
        (MobileNumber, "138·1234·5678"),
        (MobileNumber, "138—1234—5678"),
        (MobileNumber, "138  1234  5678"),
        (MobileNumber, "1 3 8 1 2 3 4 5 6 7 8"),
        (MobileNumber, "1.3.8.1.2.3.4.5.6.7.8"),
        (MobileNumber, "13 81 23 45 67 8"),
        (MobileNumber, "一三八-一二三四-五六七八"),
        (BankCard, "6222.0212.3456.7890.128"),
        // Masks that leave the number to be found out.
        (ResidentNumber, "11010519491231*02X"),
        (ResidentNumber, "1101051949123100**"),
        (ResidentNumber, "110105194*1231002X"),
        (ResidentNumber, "110105x9491231002X"),
        (ResidentNumber, "1101054912310*4"),
        (ResidentNumber, "110105 19491231 *02X"),
        (MobileNumber, "138**345678"),
        (MobileNumber, "138＊＊＊45678"),
        (MobileNumber, "138-*234-5678"),
        (BankCard, "622202123456789012*"),
    ];
    for (kind, number) in table {
        let (masked, kinds) = scan().mask(&format!("当事人{number}，罚款"));
        assert_eq!(kinds, [kind], "{number}");
        assert_eq!(masked, format!("当事人{}，罚款", kind.mask()), "{number}");
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
        "2019.12.24—2020.12.23",
        "2019-12-24 54.00 2019-12-30",
        "自2026年3月5日至2027年3月4日",
        "二〇二六年三月五日至二〇二七年三月四日",
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
        "（2026）内0102执1234号、（2026）内0102行审5678号",
        "邮政编码010010、010020",
        "罚款人民币伍拾肆万元整、贰万壹仟叁佰肆拾伍元陆角柒分",
        "罚款1552.95元，没收142393.15元427179.45元",
        "SC10615010200123、（蒙）JZ安许证字〔2018〕001234",
        "91150000720180740Y001P",
        "尺寸1500×600×50、1500x600x50、1200*600*300",
        "东经113.12345678，北纬40.12345678",
        "第一三五七号公告、一二三四五",
        "生产批号160201、20160625、20151001",
        "15 0102 0023 4567",
        "订单号13812345678",
        // Masks that hide enough, as practice allows.
        "3301061977****0418",
        "330106********0418",
        "138****1234",
        "138-****-1234",
        "622202*********0128",
        "330106１９７７＊＊＊＊0418",
        "",
    ];
    for text in table {
        assert_eq!(scan().find(text), Vec::new(), "{text}");
    }
}

#[test]
fn a_mask_hides_as_much_as_policy_asks() {
    let asks = |hidden_at_least: usize| {
        PersonalScan::new(PersonalWords {
            born_before: 2010,
            hidden_at_least,
            ..PersonalWords::default()
        })
    };
    for (text, hidden) in [("138***45678", 3), ("138**345678", 2), ("110105194912310*2X", 1)] {
        assert_eq!(asks(hidden).find(text), Vec::new(), "{text}");
        assert_eq!(asks(hidden + 1).find(text).len(), 1, "{text}");
    }
}

#[test]
fn a_birth_later_than_policy_says_is_a_serial() {
    let born_before = |born_before: i16| {
        PersonalScan::new(PersonalWords {
            born_before,
            hidden_at_least: 4,
            ..PersonalWords::default()
        })
    };
    // Its check character does not hold: a case number of 2026, or a person born then.
    let text = "150102202603050013";
    assert_eq!(born_before(2026).find(text), Vec::new());
    assert_eq!(born_before(2027).find(text).len(), 1);
}

#[test]
fn resident_numbers_alone_are_hidden_in_what_may_look_like_phones() {
    let scan = scan();
    assert_eq!(scan.mask_residents("13812345678"), None);
    assert_eq!(
        scan.mask_residents("〔2026〕11010519491231002X第13812345678号").as_deref(),
        Some("〔2026〕［已隐去公民身份号码］第13812345678号")
    );
    assert!(scan.has_resident("11010519491231002X") && !scan.has_resident("13812345678"));
}
