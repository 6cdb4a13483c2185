//! Two names compared part by part: what agrees, what is missing, what is written otherwise.

use crate::dissect::{Dissected, NamePart};
use crate::reason::{Agreement, Reason};
use crate::{Yardstick, likeness};

/// How well two names agree by their parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Agreed {
    /// 0 to 1000.
    pub(crate) per_mille: u32,
    /// Per mille that any likeness keeps where one name is a branch's.
    pub(crate) branch: u32,
    /// In what they agree and differ, in the order of a name.
    pub(crate) reasons: Vec<Reason>,
}

/// A whole part.
const WHOLE: u32 = 1000;

/// Compares a name as written with a registered one.
pub(crate) fn compare(written: &Dissected, registered: &Dissected, by: &Yardstick<'_>) -> Agreed {
    let pair = Pair { written, registered, by };
    let figures = &by.figures;
    let (place, why_place) = pair.place();
    let (brand, trade, why_core) = pair.core();
    let (form, why_form) = pair.form();
    let shares = [
        (figures.part_place, place),
        (figures.part_brand, WHOLE),
        (figures.part_trade, trade),
        (figures.part_form, form),
    ];
    let whole: u32 = shares.iter().map(|(share, _)| share).sum();
    let sum: u32 = shares.iter().map(|(share, part)| share * part).sum();
    // Whatever else agrees, another brand is another organisation.
    let by_parts = u64::from(brand) * u64::from(sum) / (u64::from(whole.max(1)) * 1000);
    let by_parts = u32::try_from(by_parts).unwrap_or(WHOLE);
    let mut reasons: Vec<Reason> = Vec::new();
    reasons.extend(why_place);
    reasons.extend(why_core);
    reasons.extend(why_form);
    let short = pair.is_abbreviation();
    if short {
        reasons.push(Reason::Abbreviation);
    }
    let per_mille = if short { by_parts.max(figures.abbreviation) } else { by_parts };
    let branch = pair.branch();
    if branch < WHOLE {
        reasons.push(Reason::BranchApart);
    }
    Agreed { per_mille: per_mille.min(WHOLE) * branch / WHOLE, branch, reasons }
}

struct Pair<'a> {
    written: &'a Dissected,
    registered: &'a Dissected,
    by: &'a Yardstick<'a>,
}

impl Pair<'_> {
    fn reason(&self, part: NamePart, how: Agreement) -> Reason {
        let (written, registered) = (self.written.text(part), self.registered.text(part));
        Reason::Part { part, how, written, registered }
    }

    /// What a part counts that only one side has; None where both have it, or neither.
    fn one_sided(&self, part: NamePart) -> Option<(u32, Option<Reason>)> {
        let missing = self.by.figures.part_missing;
        match (self.written.part(part).is_empty(), self.registered.part(part).is_empty()) {
            (true, true) => Some((WHOLE, None)),
            (true, false) => Some((missing, Some(self.reason(part, Agreement::Missing)))),
            (false, true) => Some((missing, Some(self.reason(part, Agreement::Extra)))),
            (false, false) => None,
        }
    }

    fn place(&self) -> (u32, Option<Reason>) {
        let part = NamePart::Place;
        if let Some(found) = self.one_sided(part) {
            return found;
        }
        let (one, other) = (self.written.text(part), self.registered.text(part));
        if one == other {
            return (WHOLE, Some(self.reason(part, Agreement::Same)));
        }
        let plain = |place: &str| self.by.words.plain_place(place);
        let (short, long) = (plain(&one), plain(&other));
        if short == long || other.contains(&short) || one.contains(&long) {
            return (WHOLE, Some(self.reason(part, Agreement::Short)));
        }
        let alike = self.alike(part);
        let how =
            if alike > self.by.figures.part_missing { Agreement::Ruined } else { Agreement::Other };
        (if how == Agreement::Ruined { alike } else { 0 }, Some(self.reason(part, how)))
    }

    /// Brand and trade. Where one side has no brand of its own, what it has is compared as a whole.
    fn core(&self) -> (u32, u32, Vec<Reason>) {
        let mut reasons = Vec::new();
        if self.written.core() == self.registered.core() && !self.written.core().is_empty() {
            reasons.push(Reason::SameCore);
            return (WHOLE, WHOLE, reasons);
        }
        let brands = [self.written, self.registered].map(|one| one.part(NamePart::Brand).len());
        if brands.contains(&0) {
            let both = [self.written, self.registered].map(|one| one.core());
            return (self.alike_texts(both), WHOLE, reasons);
        }
        let brand = self.alike(NamePart::Brand).max(self.begins_alike());
        reasons.push(self.reason(NamePart::Brand, how(brand)));
        let trade = match self.one_sided(NamePart::Trade) {
            Some((score, reason)) => {
                reasons.extend(reason);
                score
            }
            None => {
                let trade = self.alike(NamePart::Trade);
                reasons.push(self.reason(NamePart::Trade, how(trade)));
                trade
            }
        };
        (brand, trade, reasons)
    }

    /// How alike a brand is, whose trade is not written, to the beginning of the other's brand and
    /// trade: nobody can say where an unknown trade begins.
    fn begins_alike(&self) -> u32 {
        let pairs = [(self.written, self.registered), (self.registered, self.written)];
        let begins = pairs.into_iter().filter_map(|(short, long)| {
            let brand = short.part(NamePart::Brand);
            let start = long.core().get(..brand.len())?;
            let is_whole = short.part(NamePart::Trade).is_empty();
            is_whole.then(|| self.alike_texts([brand, start]))
        });
        begins.max().unwrap_or(0)
    }

    fn form(&self) -> (u32, Option<Reason>) {
        let part = NamePart::Form;
        if let Some(found) = self.one_sided(part) {
            return found;
        }
        let (one, other) = (self.written.part(part), self.registered.part(part));
        if one == other {
            return (WHOLE, None);
        }
        if self.written.kind == self.registered.kind || one.ends_with(other) || other.ends_with(one)
        {
            return (WHOLE, Some(self.reason(part, Agreement::Short)));
        }
        (0, Some(self.reason(part, Agreement::Other)))
    }

    fn alike(&self, part: NamePart) -> u32 {
        self.alike_texts([self.written.part(part), self.registered.part(part)])
    }

    /// Per mille that a likeness keeps between a branch and its head, or two branches: the more the
    /// more alike their own names are.
    fn branch(&self) -> u32 {
        let branches = [self.written, self.registered].map(|one| one.part(NamePart::Branch));
        let apart = self.by.figures.branch_apart.min(WHOLE);
        match branches.map(<[char]>::is_empty) {
            [true, true] => WHOLE,
            [false, false] => apart + (WHOLE - apart) * self.alike_texts(branches) / WHOLE,
            _ => apart,
        }
    }

    fn alike_texts(&self, [one, other]: [&[char]; 2]) -> u32 {
        likeness::plain(one, other, self.by)
    }

    /// True where what the row says, its legal form aside, are characters of the registered name in
    /// their order, and begin as its brand or its place does: 蒙牛, 包钢.
    fn is_abbreviation(&self) -> bool {
        let said = self.written.told();
        let full = self.registered.told();
        if said.len() < 2 || said.len() >= full.len() || said == self.registered.core() {
            return false;
        }
        let begins = [NamePart::Place, NamePart::Brand].into_iter().any(|part| {
            said.first().is_some_and(|one| self.registered.part(part).first() == Some(one))
        });
        let mut rest = full.iter();
        begins && said.iter().all(|one| rest.any(|other| other == one))
    }
}

fn how(alike: u32) -> Agreement {
    match alike {
        WHOLE => Agreement::Same,
        0 => Agreement::Other,
        _ => Agreement::Ruined,
    }
}
