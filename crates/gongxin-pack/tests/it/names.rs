//! What the built-in lists say of names and texts. All persons and firms here are invented.

use gongxin_pack::NameShape;

#[test]
fn texts_about_persons_are_told_from_texts_about_organisations() {
    let names = crate::loaded().rulebook.names;
    let persons = [
        "对现场负责人王建国罚款人民币1万元",
        "法定代表人：李大牛",
        "法定代表人代某及部分股东已被拘留",
        "驾驶员张三丰酒后驾驶",
        "司机赵铁柱未取得从业资格证",
        "当事人刘小明擅自摆摊",
        "当事人为孙二娘，女",
        "经营者：钱多多",
        "实际控制人周大福。",
        "股东吴邪、王胖子抽逃出资",
        "员工王强受伤",
        "负责人张明签字",
        "患者陈小花投诉该诊所",
        "受害人黄某某死亡",
        "投诉人张女士反映",
        "举报人李先生称",
        "证人郑克爽陈述",
        "业主马六，房屋漏水",
        "驾驶员欧阳锋驾驶货车",
        "驾驶员于谦，未带证件",
        "项目经理司马光未到岗",
        "王建国（法定代表人）指使",
        "工人杨**高处坠落",
        "雇佣刘某等3人",
        "执法人员王铁、李钢到场检查",
        "直接负责的主管人员何大力",
        "男，1985年出生",
        "受托人高小飞",
        "负责人白展堂",
        "王某超速行驶、李某酒后驾驶",
        "对赵某处以罚款",
    ];
    let others = [
        "罚款人民币贰万元整",
        "责令限期改正，没收违法所得1552.95元",
        "未与员工签订劳动合同",
        "拖欠61名劳动者工资134.66万元",
        "该公司逾期未支付劳动者工资",
        "接到劳动者投诉，立案调查",
        "未为职工缴纳养老保险费用",
        "员工宿舍与仓库合用",
        "侵害消费者权益、损害消费者利益",
        "未按规定对从业人员进行安全教育培训",
        "当事人于2020年3月5日销售不合格产品",
        "当事人的行为违反了《中华人民共和国广告法》",
        "当事人包头市某某商贸有限公司",
        "当事人为张家口市某某局",
        "当事人金诚商贸有限公司未按时年报",
        "被处罚人华泰建设工程有限公司",
        "经营者应当亮照经营",
        "负责人应当在场",
        "主要负责人未履行安全生产管理职责",
        "股东大会决议、股东利益",
        "业主委员会、业主房屋",
        "患者皮肤过敏、患者费用",
        "特种作业人员未持证上岗",
        "驾驶员高速公路超速行驶",
        "驾驶员包括三人",
        "每周对设备检查，某年某月某日",
        "向某公司购进、于某企业施工",
        "销售女士服装、男士皮鞋",
        "法定代表人变更未登记",
        "管理人员严重失职",
        "供应商单位名称不符",
        "员工权限，员工费用，患者单位，居民经济。",
        "负责人陈述申辩",
        "工作人员许可他人使用",
        "",
    ];
    let wrong: Vec<&str> = persons
        .into_iter()
        .filter(|text| !names.speaks_of_person(text))
        .chain(others.into_iter().filter(|text| names.speaks_of_person(text)))
        .collect();
    assert_eq!(wrong, Vec::<&str>::new());
}

#[test]
fn names_are_sorted_by_their_shape() {
    use NameShape::{Organisation, Person, Unclear};
    let names = crate::loaded().rulebook.names;
    let cases = [
        ("云岭市宏达商贸有限公司", Organisation),
        ("云岭市工人文化宫", Organisation),
        ("老板电器商行", Organisation),
        ("鑫鑫小吃店（个体工商户）", Organisation),
        ("云岭市第一中学", Organisation),
        ("张三（云岭市宏达商贸有限公司）", Person),
        ("个体工商户张三", Person),
        ("张三个体户", Person),
        ("王宇轩", Person),
        ("张园园、李城", Person),
        ("张记面馆", Organisation),
        ("张记面馆、李家饭店", Organisation),
        ("云岭市宏达商贸有限公司法定代表人张三", Person),
        ("驾驶员王小二", Person),
        ("乌云其其格", Unclear),
        ("不详", Unclear),
    ];
    for (name, shape) in cases {
        assert_eq!(names.shape(name), shape, "{name}");
    }
}

#[test]
fn numbers_of_papers_are_told_from_numbers_of_persons() {
    let book = crate::loaded().rulebook;
    let scan = book.personal_scan(crate::day("2026-11-24"));
    for text in
        ["电话13812345678", "11010519491231002X", "11010519491231*02X", "一三八一二三四五六七八"]
    {
        assert_eq!(scan.find(text).len(), 1, "{text}");
    }
    for text in ["订单号13812345678", "许可证编号13812345678", "150102202603050013", "138****5678"]
    {
        assert_eq!(scan.find(text), [], "{text}");
    }
}
