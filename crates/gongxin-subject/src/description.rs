//! What a subject is described as: by the first row that speaks of it, then by its registrations.

use gongxin_model::code::CodeKind;
use gongxin_model::text::normalise_name;
use gongxin_model::{Day, SubjectNo};
use gongxin_pack::{NameShape, Rulebook};
use serde::{Deserialize, Serialize};

use crate::{Claims, DatedName, index_codes};

/// What a subject is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SubjectKind {
    /// A legal person or other organisation.
    Organisation,
    /// 个体工商户.
    IndividualBusiness,
}

impl SubjectKind {
    /// The stable name, as kept in a store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Organisation => "organisation",
            Self::IndividualBusiness => "individual-business",
        }
    }

    /// The kind of a stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Organisation, Self::IndividualBusiness].into_iter().find(|kind| kind.name() == name)
    }
}

/// A subject as it is described.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// Whose it is.
    pub subject: SubjectNo,
    /// What the subject is. The row that founds it says so; no registration alters it.
    pub kind: SubjectKind,
    /// Its present name.
    pub name: String,
    /// Its names, the present one among them.
    pub names: Vec<DatedName>,
    /// Its present unified social credit code.
    pub code: Option<String>,
    /// Its legal form as registered; empty where no registration states it.
    pub legal_form: String,
    /// The state of its registration, a code; empty where no registration states it.
    pub state: String,
    /// Its region, GB/T 2260; empty where unknown.
    pub region: String,
    /// The organisation whose branch it is.
    pub head: Option<SubjectNo>,
    /// True until a registration describes it, where it was not founded by one.
    pub provisional: bool,
    /// True for an individual business whose name may be a person's: shown masked and never indexed.
    pub masked: bool,
    /// True where a registration described it.
    pub registered: bool,
}

/// What a registration states, taken from its fields by their roles; nothing where a field is
/// empty.
#[derive(Debug, Clone, Copy)]
pub struct Statement<'a> {
    /// Its name and codes.
    pub claims: &'a Claims,
    /// `legal-form`, as registered.
    pub legal_form: Option<&'a str>,
    /// `status`, a code.
    pub state: Option<&'a str>,
    /// `region`, GB/T 2260.
    pub region: Option<&'a str>,
    /// `established-on`.
    pub established_on: Option<Day>,
    /// The organisation under its `head-code`, where one is known.
    pub head: Option<SubjectNo>,
}

/// What decides beside the row.
#[derive(Debug, Clone, Copy)]
pub struct Grounds<'a> {
    /// The lists of names' shapes and of regions.
    pub rulebook: &'a Rulebook,
    /// The day on which the row is handed in.
    pub today: Day,
}

impl Description {
    /// Of the subject that a row is the first to speak of. `is_stated_individual` where the row
    /// says that it is an individual business.
    #[must_use]
    pub fn first(
        subject: SubjectNo,
        claims: &Claims,
        is_stated_individual: bool,
        provisional: bool,
        grounds: Grounds<'_>,
    ) -> Self {
        let code = claims.unified_code().map(str::to_owned);
        // The registrar's department and kind of an individual business.
        let is_individual =
            is_stated_individual || code.as_ref().is_some_and(|code| code.starts_with("92"));
        let name = claims.name.clone().unwrap_or_default();
        let mut description = Self {
            subject,
            kind: if is_individual {
                SubjectKind::IndividualBusiness
            } else {
                SubjectKind::Organisation
            },
            names: vec![DatedName { name: name.clone(), from: grounds.today, until: None }],
            name,
            region: region_of_code(code.as_deref(), grounds.rulebook).to_owned(),
            code,
            legal_form: String::new(),
            state: String::new(),
            head: None,
            provisional,
            masked: false,
            registered: false,
        };
        description.mask(grounds.rulebook);
        description
    }

    /// Takes over what a registration states. What it leaves open stays as it was.
    pub fn register(&mut self, stated: &Statement<'_>, grounds: Grounds<'_>) {
        if let Some(name) = &stated.claims.name {
            self.bear(name, stated.established_on, grounds.today);
        }
        let take = |own: &mut String, stated: Option<&str>| {
            if let Some(stated) = stated {
                stated.clone_into(own);
            }
        };
        if let Some(code) = stated.claims.unified_code() {
            self.code = Some(code.to_owned());
        }
        take(&mut self.legal_form, stated.legal_form);
        take(&mut self.state, stated.state);
        let of_code = || region_of_code(self.code.as_deref(), grounds.rulebook);
        let region = stated.region.unwrap_or_else(of_code).to_owned();
        take(&mut self.region, Some(region.as_str()).filter(|region| !region.is_empty()));
        if let Some(head) = stated.head {
            self.head = Some(head).filter(|head| *head != self.subject);
        }
        self.provisional = false;
        self.registered = true;
        self.mask(grounds.rulebook);
    }

    /// Takes over a name. That of a first registration holds since establishment, as far as is
    /// known; another name than the present one ends that one today.
    fn bear(&mut self, name: &str, established_on: Option<Day>, today: Day) {
        let is_same = normalise_name(name) == normalise_name(&self.name);
        name.clone_into(&mut self.name);
        let name = name.to_owned();
        if !self.registered && self.names.len() <= 1 {
            let from = established_on.unwrap_or(today);
            self.names = vec![DatedName { name, from, until: None }];
            return;
        }
        let present = self.names.iter_mut().find(|name| name.is_current());
        if is_same {
            if let Some(present) = present {
                present.name = name;
            }
            return;
        }
        if let Some(present) = present {
            present.until = Some(today);
        }
        self.names.retain(|old| !(old.from == today && old.name == name));
        self.names.push(DatedName { name, from: today, until: None });
    }

    /// A name may be a person's unless it reads like an organisation's: names of five and more
    /// characters without a mark are many of the region's people.
    fn mask(&mut self, rulebook: &Rulebook) {
        self.masked = self.kind == SubjectKind::IndividualBusiness
            && rulebook.names.shape(&self.name) != NameShape::Organisation;
    }
}

/// The registrar's division in a unified code, where GB/T 2260 has or had it; else nothing.
fn region_of_code<'a>(code: Option<&'a str>, rulebook: &Rulebook) -> &'a str {
    let region = code.and_then(|code| code.get(2..8));
    let is_known =
        |region: &&str| rulebook.regions().is_some_and(|list| list.by_code(region).is_some());
    region.filter(is_known).unwrap_or_default()
}

/// The codes that a subject carries by a row, a unified one first, which may say the others. Of a provisional one
/// only what the unified code says is believed.
#[must_use]
pub fn claimed_codes(claims: &Claims, provisional: bool) -> Vec<(CodeKind, String)> {
    let mut codes: Vec<(CodeKind, String)> = claims
        .identifiers
        .iter()
        .flat_map(|one| index_codes(one.kind, &one.code))
        .filter(|(kind, _)| {
            !provisional || matches!(kind, CodeKind::Uscc | CodeKind::OrganisationCode)
        })
        .collect();
    codes.sort_by_key(|(kind, _)| *kind != CodeKind::Uscc);
    codes
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use gongxin_pack::{DEFAULT_PACKS, REHEARSAL_PACK, builtin};

    use super::*;
    use crate::tests::{claims, uscc};

    static RULEBOOK: LazyLock<Rulebook> = LazyLock::new(|| {
        let packs = [DEFAULT_PACKS, &[REHEARSAL_PACK]].concat();
        let (rulebook, problems) = gongxin_pack::read(&builtin(&packs));
        rulebook.unwrap_or_else(|| panic!("{problems:?}"))
    });

    // Codes of an invented registrar; the last has a division that no list knows.
    const FIRST: &str = "91159901MA0000000A";
    const SECOND: &str = "91159902MA0000000B";
    const BUSINESS: &str = "92159901MA0000000C";
    const FOREIGN: &str = "91999999MA0000000D";
    const TAX: &str = "159901MA0000007";

    fn unified(name: &str, code: &str) -> Claims {
        claims(name, &[(CodeKind::Uscc, code, true)])
    }

    fn on(day: &str) -> Grounds<'static> {
        Grounds { rulebook: &RULEBOOK, today: day.parse().unwrap() }
    }

    fn first(claims: &Claims) -> Description {
        Description::first(SubjectNo(7), claims, false, false, on("2026-01-05"))
    }

    fn said(claims: &Claims) -> Statement<'_> {
        Statement {
            claims,
            legal_form: None,
            state: None,
            region: None,
            established_on: None,
            head: None,
        }
    }

    fn names(of: &Description) -> String {
        let until = |name: &DatedName| name.until.map(|day| day.to_string()).unwrap_or_default();
        let names: Vec<String> = of
            .names
            .iter()
            .map(|name| format!("{} {}..{}", name.name, name.from, until(name)))
            .collect();
        names.join(" | ")
    }

    #[test]
    fn the_first_row_says_what_a_subject_is() {
        let unsound_first = claims(
            "甲有限公司",
            &[(CodeKind::Uscc, FOREIGN, false), (CodeKind::Uscc, FIRST, true)],
        );
        let only_unsound = claims("甲有限公司", &[(CodeKind::Uscc, FOREIGN, false)]);
        // Claims, whether they state an individual business; kind, code, region, masked.
        let table = [
            (unified("甲有限公司", FIRST), false, "organisation", FIRST, "159901", false),
            (unified("甲有限公司", SECOND), false, "organisation", SECOND, "159902", false),
            (unified("甲有限公司", FOREIGN), false, "organisation", FOREIGN, "", false),
            (unsound_first, false, "organisation", FIRST, "159901", false),
            (only_unsound, false, "organisation", FOREIGN, "", false),
            (claims("甲有限公司", &[]), false, "organisation", "", "", false),
            (unified("张三", BUSINESS), false, "individual-business", BUSINESS, "159901", true),
            (
                unified("张三面馆", BUSINESS),
                false,
                "individual-business",
                BUSINESS,
                "159901",
                false,
            ),
            (unified("张三", FIRST), true, "individual-business", FIRST, "159901", true),
            (unified("张三", FIRST), false, "organisation", FIRST, "159901", false),
            (unified("", BUSINESS), false, "individual-business", BUSINESS, "159901", true),
        ];
        for (claims, stated, kind, code, region, masked) in table {
            let first = Description::first(SubjectNo(7), &claims, stated, true, on("2026-01-05"));
            let seen = (first.kind.name(), first.code.as_deref().unwrap_or(""), first.masked);
            assert_eq!(seen, (kind, code, masked), "{claims:?}");
            assert_eq!(first.region, region, "{claims:?}");
            let name = claims.name.clone().unwrap_or_default();
            assert_eq!(names(&first), format!("{name} 2026-01-05.."));
            assert_eq!((first.provisional, first.registered), (true, false));
            assert_eq!(SubjectKind::from_name(kind), Some(first.kind));
        }
    }

    #[test]
    fn a_first_name_holds_since_establishment_and_another_ends_it() {
        // Day, name, established on; the names then.
        let table = [
            ("2026-01-05", "甲有限公司", Some("2009-03-02"), "甲有限公司 2009-03-02.."),
            ("2026-01-06", "甲有限公司", Some("2001-01-01"), "甲有限公司 2009-03-02.."),
            ("2026-01-07", "甲 有限公司", None, "甲 有限公司 2009-03-02.."),
            ("2026-01-08", "", None, "甲 有限公司 2009-03-02.."),
            (
                "2026-02-01",
                "丙有限公司",
                Some("2009-03-02"),
                "甲 有限公司 2009-03-02..2026-02-01 | 丙有限公司 2026-02-01..",
            ),
            // Two names on one day: the first was borne on none.
            (
                "2026-02-01",
                "乙有限公司",
                None,
                "甲 有限公司 2009-03-02..2026-02-01 | 丙有限公司 2026-02-01..2026-02-01 | \
                 乙有限公司 2026-02-01..",
            ),
            (
                "2026-02-01",
                "丙有限公司",
                None,
                "甲 有限公司 2009-03-02..2026-02-01 | 乙有限公司 2026-02-01..2026-02-01 | \
                 丙有限公司 2026-02-01..",
            ),
            (
                "2026-03-01",
                "甲有限公司",
                None,
                "甲 有限公司 2009-03-02..2026-02-01 | 丙有限公司 2026-02-01..2026-03-01 | \
                 乙有限公司 2026-02-01..2026-02-01 | 甲有限公司 2026-03-01..",
            ),
        ];
        let mut subject = first(&unified("甲有限公司", FIRST));
        for (day, name, established_on, expected) in table {
            // As a store keeps them: by the first day, then by name.
            subject
                .names
                .sort_by(|left, right| (left.from, &left.name).cmp(&(right.from, &right.name)));
            let claims = unified(name, FIRST);
            let established_on = established_on.map(|day| day.parse().unwrap());
            subject.register(&Statement { established_on, ..said(&claims) }, on(day));
            assert_eq!(names(&subject), expected, "{name} on {day}");
            let present = subject.names.iter().filter(|name| name.is_current());
            assert!(present.map(|name| &name.name).eq([&subject.name]), "{subject:?}");
        }
    }

    #[test]
    fn a_registration_that_comes_after_others_spoke_sets_the_first_name_too() {
        let mut subject = first(&unified("甲公司", FIRST));
        let claims = unified("甲有限公司", FIRST);
        subject.register(&said(&claims), on("2026-03-01"));
        assert_eq!(names(&subject), "甲有限公司 2026-03-01..");
    }

    #[test]
    fn what_a_registration_leaves_open_stays() {
        let claims = unified("甲有限公司", FIRST);
        let whole = Statement {
            legal_form: Some("有限责任公司"),
            state: Some("1"),
            region: Some("159903"),
            head: Some(SubjectNo(3)),
            ..said(&claims)
        };
        let mut subject = Description::first(SubjectNo(7), &claims, false, true, on("2026-01-05"));
        subject.register(&whole, on("2026-01-05"));
        let described = subject.clone();
        assert_eq!(
            (&*subject.legal_form, &*subject.state, &*subject.region, subject.head),
            ("有限责任公司", "1", "159903", Some(SubjectNo(3)))
        );
        assert_eq!((subject.provisional, subject.registered), (false, true));
        // A region that is not stated is that of the code, where the code has a known one.
        let bare = Claims::default();
        subject.register(&said(&bare), on("2026-02-01"));
        assert_eq!(subject, Description { region: "159901".to_owned(), ..described.clone() });
        let moved = unified("", FOREIGN);
        subject.register(&said(&moved), on("2026-02-01"));
        let of_code = Some(FOREIGN.to_owned());
        let expected = Description { region: "159901".to_owned(), code: of_code, ..described };
        assert_eq!(subject, expected);
        // None is its own head.
        subject.register(&Statement { head: Some(SubjectNo(7)), ..said(&moved) }, on("2026-02-01"));
        assert_eq!(subject.head, None);
    }

    #[test]
    fn a_business_is_masked_while_its_name_is_a_persons() {
        let mut business = first(&unified("张三", BUSINESS));
        for (name, masked) in [("张三", true), ("张三面馆", false), ("李四", true)] {
            let claims = unified(name, FIRST);
            business.register(&said(&claims), on("2026-02-01"));
            assert_eq!((business.masked, business.kind.name()), (masked, "individual-business"));
        }
    }

    #[test]
    fn of_a_provisional_subject_only_the_unified_code_is_believed() {
        let unified = uscc(1);
        let codes = [(CodeKind::Uscc, unified.as_str(), true), (CodeKind::TaxNumber, TAX, true)];
        let claims = claims("甲有限公司", &codes);
        let kinds = |provisional| {
            let mut kinds: Vec<&str> =
                claimed_codes(&claims, provisional).iter().map(|(kind, _)| kind.name()).collect();
            kinds.dedup();
            kinds
        };
        assert_eq!(kinds(true), ["uscc", "organisation-code"]);
        assert_eq!(kinds(false), ["uscc", "organisation-code", "tax-number", "organisation-code"]);
    }
}
