//! Bytes to begin from: sound ones of every kind, made here.

pub(crate) mod biff;
pub(crate) mod package;

use gongxin_model::{About, Body, Field, PublicId, Seq, Value};
use gongxin_pack::{DEFAULT_PACKS, PackFiles, builtin};
use gongxin_seal::{HashSuite, body_bytes};

use crate::rulebook;

/// Penalties as a table.
pub(crate) const PENALTIES: &str = "\
行政相对人名称,行政相对人类别,统一社会信用代码,行政处罚决定书文号,违法事实,处罚类别,罚款金额（万元）,处罚决定日期,处罚机关
北方牧业有限公司,法人及非法人组织,91150000720180740Y,内市监罚〔2026〕1号,\"虚假宣传,两次\",罚款；警告,0.5,2026年3月5日,内蒙古自治区市场监督管理局
南方牧业有限公司,法人及非法人组织,911599007201807401,内市监罚〔2026〕2号,逾期,警告,,2026/3/6,内蒙古自治区市场监督管理局
合计,,,,,,0.5,,
";

/// The same as an interface answers.
pub(crate) const PENALTIES_WRAPPED: &str = r#"{"code":0,"data":{"total":1,"list":[{"行政相对人名称":"北方牧业有限公司","统一社会信用代码":"91150000720180740Y","行政处罚决定书文号":"内市监罚〔2026〕1号","处罚类别":["罚款","警告"],"处罚决定日期":"2026-03-05"}]},"a":[{"b":null}]}"#;

fn bytes(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

/// UTF-16 with its mark.
pub(crate) fn utf16(text: &str, is_big: bool) -> Vec<u8> {
    [0xFEFF]
        .into_iter()
        .chain(text.encode_utf16())
        .flat_map(|unit: u16| if is_big { unit.to_be_bytes() } else { unit.to_le_bytes() })
        .collect()
}

/// The Chinese encoding.
pub(crate) fn chinese(text: &str) -> Vec<u8> {
    encoding_rs::GB18030.encode(text).0.into_owned()
}

pub(crate) fn csv() -> Vec<Vec<u8>> {
    let with = |from: &str, to: &str| PENALTIES.replace(from, to).into_bytes();
    vec![
        PENALTIES.as_bytes().to_vec(),
        chinese(PENALTIES),
        utf16(PENALTIES, false),
        utf16(PENALTIES, true),
        [b"\xEF\xBB\xBF", with("\n", "\r\n").as_slice()].concat(),
        with("\n", "\r"),
        with("\n", "\u{2028}"),
        with(",", "\t"),
        [b"sep=;\n", with(",", ";").as_slice()].concat(),
        [b"title\n\n", PENALTIES.as_bytes(), PENALTIES.as_bytes()].concat(),
        [PENALTIES.as_bytes(), &with("\n", "\r")].concat(),
    ]
}

pub(crate) fn json() -> Vec<Vec<u8>> {
    bytes(&[
        PENALTIES_WRAPPED,
        "[\n{\"行政相对人名称\": \"北方牧业有限公司\", \"处罚决定日期\": \"2026-03-05\"},\n {\"罚款金额\": 0.5, \"a\": {\"b\": [1, null]}}]",
        "{\"行政相对人名称\":\"北方牧业有限公司\",\"统一社会信用代码\":\"91150000720180740Y\"}\n{\"行政相对人名称\":\"南方牧业有限公司\",\"行政相对人名称\":\"北方牧业有限公司\"}\n",
        "{\"rows\":[{\"CF_XDR_MC\":\"北方牧业有限公司\",\"CF_WSH\":\"1号\"}]}\n{\"rows\":[{\"CF_XDR_MC\":\"南方牧业有限公司\"}]}",
    ])
}

pub(crate) fn xml() -> Vec<Vec<u8>> {
    let plain = "<rows><row><行政相对人名称>北方牧业有限公司</行政相对人名称><统一社会信用代码>91150000720180740Y</统一社会信用代码><处罚类别>罚款</处罚类别><处罚类别>警告</处罚类别></row><row 处罚决定日期=\"2026-03-05\"><行政相对人名称><![CDATA[南方]]>&amp;&#20057;</行政相对人名称></row></rows>";
    let named = "<rows><row><field name=\"行政相对人名称\">北方牧业有限公司</field><field name=\"处罚决定日期\" value=\"2026-03-05\"/></row></rows>";
    let declared = format!("<?xml version=\"1.0\" encoding=\"GBK\"?>\n{plain}");
    vec![
        plain.as_bytes().to_vec(),
        named.as_bytes().to_vec(),
        chinese(&declared),
        utf16(plain, false),
        format!("<s:E xmlns:s=\"urn:s\"><s:B><!-- c -->{plain}</s:B></s:E>").into_bytes(),
    ]
}

pub(crate) fn headers() -> Vec<Vec<u8>> {
    let rulebook = rulebook();
    let catalogues = rulebook.catalogues.values().enumerate();
    catalogues
        .filter_map(|(place, catalogue)| {
            let names: Vec<&str> =
                catalogue.fields.iter().map(|field| field.name.zh.as_str()).collect();
            let place = u8::try_from(place).ok()?;
            Some([&[place], names.join("\n").as_bytes()].concat())
        })
        .collect()
}

pub(crate) fn values() -> Vec<Vec<u8>> {
    bytes(&[
        "2026年3月5日\n二〇二六年三月五日\n20260305\n2026-03-05 12:00:00\n46086",
        "壹佰贰拾叁万肆仟伍佰元整\n1亿2000万元\n0.5万元\n3万5千元\n1,234,567.89\n9.115E+17\n注册资本：100万元人民币",
        "91150000720180740Y\n72018074-0\n150100000012345\n11010519491231002X",
        "内市监罚〔2026〕1号\n（2026）内01行初1号\n罚款；警告、没收违法所得",
        "张三丰\n北方牧业有限公司\n张三，电话13800138000\n蒙A12345",
        "#REF!\n\u{3000}\n是\n150000\n内蒙古自治区",
    ])
}

pub(crate) fn mappings() -> Vec<Vec<u8>> {
    bytes(&[
        "header_row = 1\nsheet = \"甲\"\nencoding = \"gb18030\"\ndelimiter = \";\"\nignore = [\"违法事实\"]\n[columns]\n\"处罚机关\" = \"CF_CFJG\"\n[constants]\nCF_CFJG = \"某局\"\n",
        "[json]\nrows = \"data.list\"\n[xml]\nrow = \"rows/row\"\n",
        "\"违法事实\" = \"CF_WFXW\"\n",
    ])
}

pub(crate) fn codes() -> Vec<Vec<u8>> {
    bytes(&[
        "91150000720180740Y",
        "９１１５００００７２０１８０７４０ｙ",
        "91150000 720180 74-0Y",
        "72018074-0",
        "150100000012345",
        "11010519491231002X",
        "2026-03-05",
        "2026-03-05T01:02:03.000004Z",
    ])
}

pub(crate) fn names() -> Vec<Vec<u8>> {
    bytes(&[
        "北方牧业（集团）有限公司",
        "ＡＢＣ 科技股份有限公司",
        "法定代表人张三丰，身份证号11010519491231002X，电话138-0013-8000",
        "身份证壹壹零壹零伍壹玖肆玖壹贰叁壹零零贰X",
        "1101051949****002X 蒙A·12345",
        "內市監罰[2026]第１號",
    ])
}

/// One file of each kind, small.
pub(crate) fn small_pack() -> PackFiles {
    let mut kinds = std::collections::BTreeSet::new();
    builtin(DEFAULT_PACKS)
        .into_iter()
        .filter(|(path, bytes)| {
            const LARGEST: usize = 16 << 10;
            let place = path.rsplit_once('/').map_or("", |(place, _)| place);
            let is_first = kinds.insert(place.to_owned()) || !place.contains("catalogues");
            is_first && bytes.len() <= LARGEST
        })
        .collect()
}

pub(crate) fn packs() -> Vec<Vec<u8>> {
    let files = small_pack().into_values().enumerate();
    files
        .filter_map(|(place, file)| Some([&[u8::try_from(place).ok()?], file.as_slice()].concat()))
        .collect()
}

pub(crate) fn canonical() -> Vec<Vec<u8>> {
    let field = |code: &str, value: Value, written: Option<&str>| Field {
        code: code.into(),
        value,
        written: written.map(Into::into),
    };
    let list = Value::List(vec!["罚款".into(), "警告".into()]);
    let body = Body {
        causes: vec![Seq(3), Seq(70_000)],
        ground: Some("甲".to_owned()),
        fields: vec![
            field("CF_CFLB", list, Some("罚款；警告")),
            field("CF_XDR_MC", Value::Text("北方牧业有限公司".into()), None),
        ],
        ..Body::about(About::Record(PublicId([7; 16])))
    };
    let mut frontier = gongxin_seal::Frontier::default();
    for leaf in 0..5_u8 {
        frontier.push(HashSuite::Sha256, HashSuite::Sha256.leaf(&[leaf]));
    }
    let files = PackFiles::from([("a/pack.toml".to_owned(), b"id = \"a\"\n".to_vec())]);
    vec![body_bytes(&body), frontier.to_bytes(), gongxin_pack::manifest(&files)]
}
