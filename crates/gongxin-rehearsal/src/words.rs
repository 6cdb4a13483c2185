//! The words the invented region is made of.

/// 64 characters that brands are made of.
pub(crate) const BRAND: [char; 64] = [
    '澄', '禾', '岚', '泽', '朔', '旭', '峰', '源', '瑞', '恒', '昌', '隆', '兴', '盛', '宏', '达',
    '鼎', '信', '诚', '德', '嘉', '佳', '美', '丽', '春', '晓', '晨', '星', '月', '辰', '云', '雪',
    '松', '柏', '枫', '桦', '兰', '芳', '草', '原', '牧', '驰', '骏', '鹰', '雁', '鹿', '羊', '驼',
    '金', '银', '玉', '石', '磐', '岩', '溪', '河', '湖', '海', '湾', '川', '东', '西', '南', '北',
];

/// What an enterprise trades in.
pub(crate) const TRADES: [&str; 32] = [
    "牧业",
    "农业科技",
    "乳业",
    "食品",
    "餐饮管理",
    "商贸",
    "贸易",
    "物流",
    "运输",
    "建筑工程",
    "建筑安装",
    "装饰工程",
    "房地产开发",
    "物业服务",
    "矿业",
    "煤业",
    "新能源",
    "电力",
    "环保科技",
    "化工",
    "建材",
    "机械制造",
    "信息技术",
    "网络科技",
    "广告传媒",
    "文化旅游",
    "医药",
    "医疗器械",
    "教育咨询",
    "劳务",
    "汽车销售",
    "种业",
];

/// Forms of enterprises: the end of the name, the type as registered.
pub(crate) const FORMS: [(&str, &str); 5] = [
    ("有限责任公司", "有限责任公司(自然人投资或控股)"),
    ("有限公司", "有限责任公司(自然人投资或控股)"),
    ("有限公司", "有限责任公司(自然人独资)"),
    ("有限责任公司", "有限责任公司(国有独资)"),
    ("股份有限公司", "股份有限公司(非上市)"),
];

/// What an individual business calls itself.
pub(crate) const SHOPS: [&str; 8] =
    ["小吃店", "超市", "便利店", "五金店", "理发店", "修理部", "文具店", "粮油店"];

/// What cooperatives do.
pub(crate) const COOPERATIVES: [&str; 4] = ["种植", "养殖", "种养殖", "农机服务"];

/// Public institutions.
pub(crate) const INSTITUTIONS: [&str; 6] =
    ["第一中学", "人民医院", "图书馆", "文化馆", "水文站", "农技推广中心"];

/// Social organisations: the end of the name, and the second character of the code.
pub(crate) const ASSOCIATIONS: [(&str, &str, &str); 4] = [
    ("行业协会", "51", "社会团体"),
    ("商会", "51", "社会团体"),
    ("幼儿园", "52", "民办非企业单位"),
    ("养老服务中心", "52", "民办非企业单位"),
];

/// Family names.
pub(crate) const SURNAMES: [&str; 12] =
    ["赵", "钱", "孙", "李", "周", "吴", "郑", "王", "冯", "陈", "褚", "卫"];

/// Given names that nobody bears: each says that it is made up.
pub(crate) const GIVEN: [&str; 8] =
    ["虚构", "样例", "演示", "假设", "编造", "模拟", "设例", "杜撰"];

/// Characters that a scan takes for each other, each pair both ways.
pub(crate) const CONFUSED: [(char, char); 34] = [
    ('未', '末'),
    ('己', '已'),
    ('土', '士'),
    ('日', '曰'),
    ('大', '太'),
    ('人', '入'),
    ('千', '干'),
    ('木', '本'),
    ('牧', '牡'),
    ('禾', '木'),
    ('澄', '橙'),
    ('泽', '译'),
    ('朔', '溯'),
    ('旭', '旮'),
    ('源', '原'),
    ('昌', '冒'),
    ('隆', '降'),
    ('兴', '兰'),
    ('盛', '盆'),
    ('宏', '宠'),
    ('达', '迖'),
    ('信', '倌'),
    ('诚', '城'),
    ('佳', '住'),
    ('晨', '震'),
    ('星', '皇'),
    ('云', '去'),
    ('雪', '雷'),
    ('柏', '拍'),
    ('枫', '机'),
    ('河', '何'),
    ('湖', '潮'),
    ('海', '悔'),
    ('东', '车'),
];
