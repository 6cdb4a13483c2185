//! The parts of an organisation's name: place, core (brand and trade), legal form.
//!
//! The split is crude on purpose and the same for every name: it serves blocking keys and weights,
//! never a decision. Its lists are compiled in because stored keys depend on them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use gongxin_model::text::normalise_name;

/// Provinces, prefectures and the counties of Inner Mongolia as names begin with them.
const PLACES: &str = include_str!("places.in");

/// A normal name by parts, each as characters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    /// The whole.
    pub(crate) whole: Vec<char>,
    /// How many characters at its beginning are a place.
    pub(crate) place: usize,
    /// Where the legal form begins.
    pub(crate) form: usize,
    /// Where, behind the name of a company, bank or cooperative, that of its branch begins.
    pub(crate) branch: usize,
}

impl Parts {
    pub(crate) fn of(name: &str) -> Self {
        let normal = normalise_name(name);
        let whole: Vec<char> = normal.chars().collect();
        let form = form_start(&normal);
        let place = place_length(&normal).min(form.saturating_sub(2));
        let branch = branch_start(&normal);
        Self { whole, place, form, branch }
    }

    /// What stands behind the name of a company: a branch, a trade union. Empty for the head.
    pub(crate) fn branch(&self) -> &[char] {
        self.whole.get(self.branch..).unwrap_or_default()
    }

    /// Brand and trade.
    pub(crate) fn core(&self) -> &[char] {
        self.whole.get(self.place..self.form).unwrap_or_default()
    }
}

/// Bodies that have branches.
const HEADS: [&str; 3] = ["公司", "银行", "合作社"];

/// Where a branch's own name begins, in characters; the length of the name where there is none.
fn branch_start(normal: &str) -> usize {
    let all = normal.chars().count();
    HEADS
        .iter()
        .filter_map(|head| normal.find(head).map(|at| at + head.len()))
        .filter_map(|end| normal.get(..end))
        .map(|head| head.chars().count())
        // `银行股份有限公司…`: the company counts, not the bank in its name.
        .filter(|start| all - start >= 2)
        .max()
        .unwrap_or(all)
}

/// Places by their first character, longest first.
static PLACES_BY_FIRST: LazyLock<BTreeMap<char, Vec<&'static str>>> = LazyLock::new(|| {
    let mut places: BTreeMap<char, Vec<&'static str>> = BTreeMap::new();
    for place in PLACES.split_whitespace() {
        if let Some(first) = place.chars().next() {
            places.entry(first).or_default().push(place);
        }
    }
    places
});

/// How many characters of places a name begins with.
fn place_length(normal: &str) -> usize {
    let mut rest = normal;
    let mut length = 0;
    loop {
        let known = rest
            .chars()
            .next()
            .and_then(|first| PLACES_BY_FIRST.get(&first))
            .into_iter()
            .flatten()
            .filter(|place| rest.starts_with(**place))
            .map(|place| place.chars().count())
            .max();
        let taken = known.map(|count| count + level(rest, count)).or_else(|| district(rest));
        let Some(taken) = taken else { return length };
        length += taken;
        rest =
            rest.char_indices().nth(taken).and_then(|(at, _)| rest.get(at..)).unwrap_or_default();
        if rest.is_empty() {
            return length;
        }
    }
}

/// One more character where a known place is followed by its level.
fn level(rest: &str, count: usize) -> usize {
    let next = rest.chars().nth(count);
    usize::from(matches!(next, Some('省' | '市' | '盟' | '州' | '县' | '区' | '旗')))
}

/// Three to five characters that end as a county does. Of more than three, an end in 市 is as
/// often a brand's: 宜居楼市.
fn district(rest: &str) -> Option<usize> {
    let first: Vec<char> = rest.chars().take(5).collect();
    let place = (2..first.len())
        .find(|place| matches!(first.get(*place), Some('县' | '旗' | '区' | '市' | '盟')))?;
    (place == 2 || first.get(place) != Some(&'市')).then_some(place + 1)
}

/// Legal forms and kinds of establishment that end a name, cut off for its core.
const FORMS: [&str; 42] = [
    "有限责任公司",
    "股份有限公司",
    "有限公司",
    "股份公司",
    "集团公司",
    "总公司",
    "分公司",
    "子公司",
    "公司",
    "集团",
    "农牧民专业合作社",
    "农民专业合作社",
    "专业合作社",
    "股份合作社",
    "合作联社",
    "联合社",
    "合作社",
    "普通合伙",
    "有限合伙",
    "特殊普通合伙",
    "个人独资",
    "个体工商户",
    "事务所",
    "经营部",
    "商贸行",
    "服务部",
    "营业部",
    "门市部",
    "批发部",
    "加工厂",
    "总厂",
    "分厂",
    "工厂",
    "商店",
    "商行",
    "超市",
    "饭店",
    "药店",
    "中心",
    "厂",
    "店",
    "部",
];

/// Where the legal form of a normal name begins, in characters. A form that a scan cut short or
/// ruined at its end (`有限责任公`, `有限公可`) is found by its beginning.
fn form_start(normal: &str) -> usize {
    let count = |bytes: usize| normal.get(..bytes).map_or(0, |head| head.chars().count());
    let all = normal.chars().count();
    for start in ["有限", "股份有", "责任公", "限公司", "有艰公司", "限责任"] {
        if let Some(at) = normal.find(start)
            && count(at) >= 2
        {
            let at =
                normal.get(..at).and_then(|head| head.strip_suffix("股份")).map_or(at, str::len);
            let at =
                normal.get(..at).and_then(|head| head.strip_suffix("集团")).map_or(at, str::len);
            return count(at).max(2);
        }
    }
    let mut core = normal;
    while let Some(form) =
        FORMS.iter().filter(|form| core.ends_with(**form)).max_by_key(|form| form.len())
    {
        let shorter = core.len() - form.len();
        if count(shorter) < 2 {
            break;
        }
        core = core.get(..shorter).unwrap_or_default();
    }
    if core.is_empty() { all } else { core.chars().count() }
}
