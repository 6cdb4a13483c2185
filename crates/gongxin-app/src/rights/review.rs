//! The queue of held rows: one after another, each judged on a ground, the last judgements at hand.

use std::collections::BTreeSet;

use gongxin_model::code::CodeKind;
use gongxin_model::{Instant, SubjectNo};
use gongxin_pack::{Nature, Text};
use gongxin_store::desk::{AuditAsk, AuditRow};
use gongxin_store::{HeldRow, Reader};
use gongxin_subject::Reason;

use super::held::{HeldPoint, HeldSuggestion, Told};
use super::judge::{about, covered, one_subject, open_row};
use crate::bearers::bearers;
use crate::gate::{Action as _, BodySee, HeldJudge, Permit};
use crate::intake::{HeldBody, Prepared, Terms, WorkingSet};
use crate::linker::{self, Suggested};
use crate::rules::Rules;
use crate::{Office, OfficeError};

/// So many of an account's last judgements are at hand to be undone.
const AT_HAND: usize = 50;
/// So many of the platform's last acts are looked through for them.
const LOOKED_THROUGH: i64 = 5_000;
/// The lists that states and divisions are codes of.
const STATES: &str = "registration-states";
const REGIONS: &str = "regions";
/// What the chain of acts says of a row that is none of its candidates.
const NONE: &str = "none";
/// What it says of a row of which somebody cannot tell whose it is.
const UNSURE: &str = "unsure";
/// What it says of a judgement that was undone.
const UNDONE: &str = "undone";

/// On what ground somebody says whose a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// The unified code, or the organisation code in it, is the organisation's.
    Code,
    /// An older number is.
    Number,
    /// The document of the decision says so.
    Document,
    /// The body that handed it in says so.
    Source,
    /// The name; never for what is adverse.
    Name,
}

impl Ground {
    /// All of them, the strongest first.
    pub const ALL: [Self; 5] = [Self::Code, Self::Number, Self::Document, Self::Source, Self::Name];

    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Number => "number",
            Self::Document => "document",
            Self::Source => "source",
            Self::Name => "name",
        }
    }

    /// The ground of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ground| ground.word() == word)
    }
}

/// Why a row was not judged so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReviewFault {
    /// It was judged meanwhile.
    Judged,
    /// What is adverse is judged on a ground, and none was given.
    Ground,
    /// What is adverse is nobody's by a name alone.
    NameAlone,
    /// No unified code of the row is this organisation's.
    NoCode,
    /// No older number of the row is this organisation's.
    NoNumber,
    /// Nobody here has this code.
    Unknown,
    /// Several have it.
    Several,
    /// It cannot be a record as it stands.
    Stands,
}

/// Where somebody is in the queue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QueuePlace {
    /// The row before that waits.
    pub before: Option<i64>,
    /// The row behind that waits.
    pub after: Option<i64>,
    /// How many wait.
    pub waiting: u64,
}

/// What somebody judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JudgedAs {
    /// It is an organisation's.
    Linked,
    /// It does not belong here.
    Refused,
    /// It was about a person: nothing of it was kept, and nothing can be undone.
    Person,
    /// It is none of its candidates.
    None,
}

impl JudgedAs {
    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Linked => "linked",
            Self::Refused => "refused",
            Self::Person => "person",
            Self::None => NONE,
        }
    }

    /// What an act of judging came to, where it still may hold.
    fn of(detail: &str) -> Option<Self> {
        match detail.split(' ').next().unwrap_or_default() {
            "linked" => Some(Self::Linked),
            "refused" => Some(Self::Refused),
            "person" => Some(Self::Person),
            NONE => Some(Self::None),
            _ => None,
        }
    }
}

/// A judgement of one's own that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnJudgement {
    /// The row.
    pub number: i64,
    /// What it was judged to be.
    pub judged: JudgedAs,
    /// When.
    pub at: Instant,
    /// The name that the row states.
    pub name: Option<String>,
}

impl Office {
    /// Judges that a held row is about the organisation of a code, on a ground. What is adverse needs
    /// one that is more than the name; a code or number that is said to agree must agree. `reason` is
    /// what stays with the record: the ground in words, and what the judge adds.
    ///
    /// # Errors
    /// There is no such row of the permit's bodies, or the store cannot be written. What does not
    /// hold of the judgement is its fault.
    pub fn held_confirm(
        &self,
        number: i64,
        code: &str,
        (ground, reason): (Option<Ground>, &str),
        permit: &Permit<HeldJudge>,
    ) -> Result<Result<String, ReviewFault>, OfficeError> {
        let weighed = self.store.read(|reader| {
            let row = covered(reader, number, permit)?;
            if row.state != "open" {
                return Ok::<_, OfficeError>(Err(ReviewFault::Judged));
            }
            self.weigh(reader, &row, code, ground)
        })?;
        if let Err(fault) = weighed {
            return Ok(Err(fault));
        }
        match self.held_link(number, code, permit, reason) {
            Ok(record) => Ok(Ok(record)),
            Err(OfficeError::Usage(_)) => {
                let row = self.store.read(|reader| reader.held_one(number))?;
                let is_judged = row.is_some_and(|row| row.state != "open");
                Ok(Err(if is_judged { ReviewFault::Judged } else { ReviewFault::Stands }))
            }
            Err(error) => Err(error),
        }
    }

    /// Whether a ground bears the judgement that a row is about the organisation of a code.
    fn weigh(
        &self,
        reader: &mut Reader<'_>,
        row: &HeldRow,
        code: &str,
        ground: Option<Ground>,
    ) -> Result<Result<(), ReviewFault>, OfficeError> {
        let subject = match one_subject(reader, code) {
            Ok(subject) => subject,
            Err(OfficeError::Absent(_)) => return Ok(Err(ReviewFault::Unknown)),
            Err(OfficeError::Usage(_)) => return Ok(Err(ReviewFault::Several)),
            Err(error) => return Err(error),
        };
        let body = HeldBody::from_json(&row.body)?;
        let rules = self.rules_for(reader)?;
        let adverse = is_adverse(&rules, row, &body);
        let (is_unified, is_older) = match ground {
            None if adverse => return Ok(Err(ReviewFault::Ground)),
            Some(Ground::Name) if adverse => return Ok(Err(ReviewFault::NameAlone)),
            Some(Ground::Code | Ground::Number) => self.agreeing(reader, (row, &body), subject)?,
            _ => return Ok(Ok(())),
        };
        Ok(match ground {
            Some(Ground::Code) if !is_unified => Err(ReviewFault::NoCode),
            Some(Ground::Number) if !is_older => Err(ReviewFault::NoNumber),
            _ => Ok(()),
        })
    }

    /// Whether a unified code and whether an older number of a row is a subject's.
    fn agreeing(
        &self,
        reader: &mut Reader<'_>,
        (row, body): (&HeldRow, &HeldBody),
        subject: SubjectNo,
    ) -> Result<(bool, bool), OfficeError> {
        let Some((draft, terms)) = self.draft_of(reader, row, body)? else {
            return Ok((false, false));
        };
        let mut set = WorkingSet::default();
        set.load_known(reader, vec![subject])?;
        let known: Vec<_> = set.subject(subject).map(AsRef::as_ref).into_iter().collect();
        let found = linker::suggestions(&draft.claims, &known, &[], &terms);
        let reasons = found.iter().flat_map(|one| &one.reasons);
        let kinds: Vec<CodeKind> = reasons
            .filter_map(|reason| match reason {
                Reason::CodeAgrees { code } => Some(*code),
                _ => None,
            })
            .collect();
        let is_unified =
            |kind: &CodeKind| matches!(kind, CodeKind::Uscc | CodeKind::OrganisationCode);
        Ok((kinds.iter().any(is_unified), kinds.iter().any(|kind| !is_unified(kind))))
    }

    /// Judges that a held row is none of the candidates that are suggested now: they are suggested no
    /// more, and the row waits on. Gives how many.
    ///
    /// # Errors
    /// There is no such row of the permit's bodies, or it was judged before.
    pub fn held_none(
        &self,
        number: i64,
        permit: &Permit<HeldJudge>,
        seen: &[String],
    ) -> Result<usize, OfficeError> {
        let count = self.store.write(self.clock.now(), |writer| {
            let row = open_row(writer, number, permit)?;
            let mut body = HeldBody::from_json(&row.body)?;
            let mut unlike: BTreeSet<i64> = body.unlike.iter().copied().collect();
            for code in seen {
                unlike.insert(one_subject(writer, code)?.0);
            }
            body.unlike = unlike.into_iter().collect();
            writer.update_held(number, "open", &body.to_json()?)?;
            Ok::<_, OfficeError>(body.unlike.len())
        })?;
        self.acted(permit, &about(number), &format!("{NONE} {count}"))?;
        Ok(count)
    }

    /// Says that somebody looked at a held row and cannot tell whose it is. It waits on.
    ///
    /// # Errors
    /// There is no such row of the permit's bodies, or it was judged before.
    pub fn held_unsure(&self, number: i64, permit: &Permit<HeldJudge>) -> Result<(), OfficeError> {
        self.store.read(|reader| open_row(reader, number, permit))?;
        self.acted(permit, &about(number), UNSURE)
    }

    /// Takes back the last judgement of a row: that it is an organisation's, that it does not belong
    /// here, or that it is none of its candidates.
    ///
    /// # Errors
    /// There is no such row of the permit's bodies, it was not judged, or nothing of it was kept.
    pub fn held_take_back(
        &self,
        number: i64,
        permit: &Permit<HeldJudge>,
        reason: &str,
    ) -> Result<(), OfficeError> {
        let was_none = self.store.write(self.clock.now(), |writer| {
            let row = covered(writer, number, permit)?;
            let mut body = HeldBody::from_json(&row.body)?;
            let was_none = row.state == "open" && !body.unlike.is_empty();
            if was_none {
                body.unlike.clear();
                writer.update_held(number, "open", &body.to_json()?)?;
            }
            Ok::<_, OfficeError>(was_none)
        })?;
        if was_none {
            return self.acted(permit, &about(number), UNDONE);
        }
        self.held_undo(number, permit, reason).map(|_| ())
    }

    /// Where a row is in the queue of what the permits are for.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn queue_place(
        &self,
        permits: &[Permit<BodySee>],
        number: i64,
    ) -> Result<QueuePlace, OfficeError> {
        self.store.read(|reader| {
            let mut place = QueuePlace::default();
            for permit in permits {
                let (before, after) = reader.held_around(number, permit.body())?;
                place.before = place.before.max(before);
                place.after = [place.after, after].into_iter().flatten().min();
            }
            let waiting = reader.held_by_source()?.into_iter();
            let own = waiting.filter(|(source, _)| permits.iter().any(|one| one.covers(source)));
            place.waiting = own.map(|(_, count)| u64::try_from(count).unwrap_or(0)).sum();
            Ok(place)
        })
    }

    /// The last judgements of who acts that still hold, the latest first.
    ///
    /// # Errors
    /// The desk or the store cannot be read.
    pub fn own_judgements(
        &self,
        permits: &[Permit<HeldJudge>],
    ) -> Result<Vec<OwnJudgement>, OfficeError> {
        let Some(actor) = permits.first().map(Permit::actor) else {
            return Ok(Vec::new());
        };
        let acts = self.desk.read(|reader| {
            let ask = AuditAsk {
                account: Some(actor.to_owned()),
                act: Some(HeldJudge::ID.to_owned()),
                above: Some(reader.last_act()? - LOOKED_THROUGH),
                ..AuditAsk::default()
            };
            reader.audit(&ask, LOOKED_THROUGH)
        })?;
        self.store.read(|reader| {
            let (mut seen, mut found) = (BTreeSet::new(), Vec::new());
            for act in acts {
                if found.len() == AT_HAND {
                    break;
                }
                let Some(number) = row_of(&act).filter(|_| act.act.detail != UNSURE) else {
                    continue;
                };
                if seen.insert(number) {
                    found.extend(holding(reader, permits, (&act, number))?);
                }
            }
            Ok(found)
        })
    }
}

/// The held row that an act is about.
fn row_of(act: &AuditRow) -> Option<i64> {
    act.act.about.strip_prefix("held-")?.parse().ok()
}

/// The judgement that an act made, where it still holds and is of the permits' bodies.
fn holding(
    reader: &mut Reader<'_>,
    permits: &[Permit<HeldJudge>],
    (act, number): (&AuditRow, i64),
) -> Result<Option<OwnJudgement>, OfficeError> {
    let Some(judged) = JudgedAs::of(&act.act.detail) else {
        return Ok(None);
    };
    let row = reader.held_one(number)?;
    let Some(row) = row.filter(|row| permits.iter().any(|one| one.covers(&row.source))) else {
        return Ok(None);
    };
    let body = HeldBody::from_json(&row.body)?;
    let is_own = body.judgement.as_ref().is_some_and(|one| one.actor == act.act.account);
    let holds = match judged {
        JudgedAs::Linked => row.state == "linked" && is_own,
        JudgedAs::Refused | JudgedAs::Person => row.state == "refused" && is_own,
        JudgedAs::None => row.state == "open" && !body.unlike.is_empty(),
    };
    let name = body.draft.claims.name;
    Ok(holds.then_some(OwnJudgement { number, judged, at: act.at, name }))
}

/// True where a record of a row would speak against its subject. An act takes something away from
/// what does: a wrong link harms as much.
pub(super) fn is_adverse(rules: &Rules, row: &HeldRow, body: &HeldBody) -> bool {
    // Of a catalogue that is gone nobody knows.
    rules.rulebook.catalogue(&row.catalogue).is_none_or(|catalogue| {
        catalogue.nature == Nature::Act || catalogue.is_adverse(&body.draft.fields)
    })
}

/// The suggestions, and behind them who bears a code of the row whatever else speaks against it: whoever
/// judges must see whose the code is.
pub(super) fn with_bearers(
    reader: &mut Reader<'_>,
    (draft, terms): (&Prepared, &Terms),
    mut suggestions: Vec<Suggested>,
) -> Result<Vec<Suggested>, OfficeError> {
    let codes = draft.codes().map(str::to_owned).collect();
    let bearing: BTreeSet<SubjectNo> =
        bearers(reader, codes)?.into_iter().map(|row| row.subject).collect();
    let mut set = WorkingSet::default();
    set.load_known(reader, bearing.iter().copied().collect())?;
    let known = bearing.iter().filter_map(|no| set.subject(*no)).map(AsRef::as_ref);
    let mut more = linker::suggestions(&draft.claims, &known.collect::<Vec<_>>(), &[], terms);
    more.retain(|one| suggestions.iter().all(|known| known.subject != one.subject));
    let most = usize::try_from(terms.figures.suggestions_most).unwrap_or(usize::MAX);
    suggestions.truncate(most.saturating_sub(more.len()));
    suggestions.extend(more);
    Ok(suggestions)
}

/// Candidates in words, without those of whom somebody said that the row is none of them.
pub(super) fn told(
    reader: &mut Reader<'_>,
    rules: &Rules,
    (found, body): (Vec<Suggested>, &HeldBody),
    told: &Told,
) -> Result<Vec<HeldSuggestion>, OfficeError> {
    let Told { language, words } = told;
    let found: Vec<Suggested> =
        found.into_iter().filter(|one| !body.unlike.contains(&one.subject.0)).collect();
    let rows = reader.subjects(found.iter().map(|one| one.subject.0).collect())?;
    let worded = |list: &str, code: &str| {
        let entry = rules.rulebook.code_list(list)?.by_code(code)?;
        Some(Text { zh: entry.zh.clone(), en: entry.en.clone() })
    };
    let suggestion = |one: Suggested| {
        let row = rows.iter().find(|row| row.no == one.subject);
        let points: Vec<HeldPoint> = one
            .reasons
            .iter()
            .map(|why| HeldPoint {
                about: why.aspect(),
                contradicts: why.contradicts(),
                text: words.text(why, *language),
            })
            .collect();
        HeldSuggestion {
            code: one.code,
            name: one.name,
            score: one.score,
            reasons: points.iter().map(|point| point.text.clone()).collect(),
            points,
            state: row.and_then(|row| worded(STATES, &row.state)),
            region: row.and_then(|row| worded(REGIONS, &row.region)),
        }
    };
    Ok(found.into_iter().map(suggestion).collect())
}
