//! Notices and guides in every shape.

use gongxin_app::public::shown::{ShownArticle, ShownArticleLine, Words};

use super::values::day;

const TEXT: &str = "# 有什么变化\n\n自 **2026年4月1日** 起，按 [规则](/rules) 计算公示期限；依据见\
    [中国政府网](https://www.gov.cn/)。\n\n1. 一般失信行为：三个月至一年。\n2. 严重失信行为：一年至三年。\n\n\
    > 以决定书所载为准。\n\n| 类别 | 最短 | 最长 |\n| --- | :-: | --: |\n| 一般 | 3 个月 | 1 年 |\n\n\
    <script>alert(1)</script>\n\n```\n91159900R00000170M\n```\n";

/// Notices and guides by name.
pub(crate) fn articles() -> Vec<(&'static str, ShownArticle)> {
    let both = |zh: &str, en: &str| Words::new(zh, en);
    let line = |slug: &str, title| ShownArticleLine {
        slug: slug.into(),
        title,
        issuer: Some(both("演练区发展和改革委员会", "Rehearsal Development and Reform Commission")),
        published: Some(day("2026-04-01")),
    };
    let long =
        "关于".to_owned() + &"在全区范围内进一步规范公共信用信息报送工作".repeat(5) + "的通知";
    vec![
        (
            "full",
            ShownArticle {
                line: line(
                    "2026-rules",
                    both("规则更新：自 2026 年 4 月 1 日起", "New rules from 1 April 2026"),
                ),
                text: both(TEXT, "## What changes\n\nTerms are computed by [the rules](/rules).\n"),
                through: Some(day("2026-12-31")),
            },
        ),
        (
            "chinese",
            ShownArticle {
                line: ShownArticleLine { issuer: None, ..line("long", Words::chinese(long)) },
                text: Words::chinese(TEXT),
                through: None,
            },
        ),
    ]
}
