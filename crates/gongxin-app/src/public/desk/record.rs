//! A record's page.

use gongxin_model::{Body, Day, Field as Value, Kind, SubjectNo};
use gongxin_pack::{
    CaseProcedure, Catalogue, Confidence, Family, Field, FieldType, Matter, Nature, Personal, Role,
    State, Visibility,
};
use gongxin_standing::{Effects, Event, Question, Reply, Standing, Step, StepKind};
use gongxin_store::{CaseRow, Reader, RecordRow, StandingRow, StoredEntry, SubjectRow};

use super::super::shown::{
    FactForm, Found, ShownCorrection, ShownDispute, ShownFact, ShownFreshness, ShownLimit,
    ShownOrigin, ShownRecord, ShownReply, ShownRights, ShownTermStep, ShownWhy, TermPart, View,
    Words,
};
use super::place::link;
use super::row::{last_day, section};
use super::{Answer, Books, coded, coded_in, source_name, words};
use crate::derive::{Summary, event, histories, standing_as, value};
use crate::rules::Rules;

/// The list that classes of conduct are codes of.
const CLASSES: &str = "classes";
/// Its column with the words that a notice has.
const OFFICIAL: &str = "official";

pub(super) fn record(
    today: Day,
    reader: &mut Reader<'_>,
    Books { now: rules, then }: Books<'_>,
    record: RecordRow,
    view: View,
) -> Answer<Found<ShownRecord>> {
    let Some(row) = reader.standings(vec![record.no.0])?.into_iter().next() else {
        return left(today, reader, rules, record);
    };
    let Some(history) = histories(reader, &[record.no])?.remove(&record.no) else {
        return Ok(Found::Never);
    };
    if !row.is_shown_on(today) {
        let received = history.first().map(|entry| entry.at.day());
        return Ok(if was_shown(&row, received, today) { Found::Ended } else { Found::Never });
    }
    let Some(catalogue) = rules.rulebook.catalogue(&record.catalogue) else {
        return Ok(Found::Never);
    };
    let as_of = view.as_of.unwrap_or(today);
    let rulebook = &then.rulebook;
    let question = Question { as_of, known: view.known, catalogue, rulebook, explains: true };
    let events: Vec<Event<'_>> = history.iter().map(event).collect();
    let Some((row, standing)) =
        standing_as(&record, &events, &question).filter(|(row, _)| row.is_shown_on(as_of))
    else {
        return Ok(Found::Never);
    };
    page(reader, rules, &Parts { record, row, history, catalogue, standing, view, day: as_of })
        .map(|page| page.map_or(Found::Never, |page| Found::Shown(Box::new(page))))
}

/// True for what was shown once: 410, where whatever never was is 404. What came in when its term
/// was over was not, and what is erased never was.
pub(super) fn was_shown(row: &StandingRow, received: Option<Day>, today: Day) -> bool {
    let began = row.shown_from < Day::FOREVER && row.shown_from <= today;
    // Of what an act ended, the day of its receipt may have been the one day on which it was shown.
    let came_too_late = received.is_some_and(|received| {
        row.shown_until < received || (row.shown_until == received && row.ended_at.is_none())
    });
    began && !came_too_late && row.reason != "erased"
}

struct Parts<'a> {
    record: RecordRow,
    row: StandingRow,
    history: Vec<StoredEntry>,
    catalogue: &'a Catalogue,
    standing: Standing,
    view: View,
    /// The day looked at.
    day: Day,
}

fn page(reader: &mut Reader<'_>, rules: &Rules, parts: &Parts<'_>) -> Answer<Option<ShownRecord>> {
    let Parts { record, row, history, catalogue, standing, view, day } = parts;
    let events: Vec<Event<'_>> = history
        .iter()
        .filter(|entry| view.known.is_none_or(|known| entry.at <= known))
        .map(event)
        .collect();
    let effects = Effects::replay(&events);
    let (Some(content), Some((_, received))) = (effects.content, effects.first) else {
        return Ok(None);
    };
    let Some(subject) = reader.subject(row.subject)? else {
        return Ok(None);
    };
    let entry = effects.content_seq.and_then(|seq| history.iter().find(|one| one.seq == seq));
    let Some(entry) = entry else {
        return Ok(None);
    };
    let adoptions = reader.adoptions()?;
    let rulebook = adoptions.iter().find(|one| one.no == entry.adoption);
    let summary = Summary::of(row);
    let decided_on = summary.decided_on(row);
    let source = source_name(rules, &record.source);
    Ok(Some(ShownRecord {
        id: record.public_id,
        subject: link(rules, reader, &subject, *view)?,
        catalogue: coded(&catalogue.id, &catalogue.name),
        section: section(catalogue.section),
        adverse: catalogue.is_adverse(&content.fields),
        document_number: summary.number,
        title: summary.title,
        authority: summary.authority.clone(),
        decided_on,
        published_until: last_day(standing.shown_until),
        facts: facts(rules, catalogue, content, &subject),
        why: why(rules, catalogue, &source),
        term: term_steps(rules, &standing.steps),
        earlier_of_two: standing.steps.iter().any(|step| step.kind == StepKind::OtherRule),
        rights: rights(rules, catalogue, (content, standing), *day),
        dispute: match standing.disputed_since {
            Some(at) => Some(dispute(reader, rules, (record, at.day()), summary.authority)?),
            None => None,
        },
        reply: reply(history, effects.reply, *day),
        corrections: corrections(catalogue, &events),
        origin: ShownOrigin {
            source,
            source_code: record.source.clone(),
            received,
            entry: u64::try_from(entry.seq.0).unwrap_or(0),
            digest: entry.leaf,
            rulebook: rulebook.map_or(rules.adoption.digest, |one| one.digest),
        },
        freshness: ShownFreshness { received: Some(received), checked: None },
    }))
}

/// What the subject says beside the record on a day. What it took back is not shown of the past either.
fn reply(history: &[StoredEntry], then: Option<Reply<'_>>, day: Day) -> Option<ShownReply> {
    let events: Vec<Event<'_>> = history.iter().map(event).collect();
    let now = Effects::replay(&events).reply?;
    let then = then.filter(|one| one.seq == now.seq && one.at.day() <= day)?;
    Some(ShownReply { text: then.text.to_owned(), on: then.at.day() })
}

/// By when an objection to a record is checked, and repair of it answered, on a day.
fn rights(
    rules: &Rules,
    catalogue: &Catalogue,
    (content, standing): (&Body, &Standing),
    day: Day,
) -> ShownRights {
    let limit = |rule: &CaseProcedure| {
        let clock = rule.clock(State::Accepted, day)?;
        let is_verified = clock.ground.confidence != Confidence::Unverified;
        Some(ShownLimit { working_days: clock.working_days, is_verified })
    };
    let mut objections = rules.rulebook.procedures_for(Family::Objection, &catalogue.id, day);
    let objection = objections.find(|rule| rule.matter == Some(Matter::Content)).and_then(limit);
    let adverse = catalogue.is_adverse(&content.fields);
    let mut repairs = rules.rulebook.procedures_for(Family::Repair, &catalogue.id, day);
    let repair = repairs.next().filter(|_| adverse).and_then(limit);
    ShownRights { objection, repair_from: repair.and(standing.repairable_from), repair }
}

/// The objection that waits: who decides it, and by when.
fn dispute(
    reader: &mut Reader<'_>,
    rules: &Rules,
    (record, on): (&RecordRow, Day),
    authority: Option<String>,
) -> Answer<ShownDispute> {
    let open = reader.cases_of_record(record.no)?;
    let is_objection = |one: &CaseRow| {
        let rule = rules.rulebook.procedures.get(&one.procedure);
        !one.closed && rule.is_some_and(|rule| rule.family == Family::Objection)
    };
    let open = open.into_iter().find(is_objection);
    let due = open.as_ref().and_then(|one| one.due);
    let authority = match open {
        // Whose a record is and how long it is shown the platform decides itself.
        Some(CaseRow { decider: None, .. }) => String::new(),
        Some(CaseRow { decider: Some(code), .. }) => source_name(rules, &code),
        None => authority.unwrap_or_default(),
    };
    Ok(ShownDispute { on, authority, due })
}

/// What is told of a record that is linked to nobody: like any other that ended, where it was shown.
fn left(
    today: Day,
    reader: &mut Reader<'_>,
    rules: &Rules,
    record: RecordRow,
) -> Answer<Found<ShownRecord>> {
    let history = histories(reader, &[record.no])?.remove(&record.no).unwrap_or_default();
    let unlinked = history.iter().position(|entry| entry.kind == Kind::Unlinked);
    let catalogue = rules.rulebook.catalogue(&record.catalogue);
    let (Some(place), Some(catalogue)) = (unlinked, catalogue) else {
        return Ok(Found::Never);
    };
    let events: Vec<Event<'_>> = history.iter().take(place).map(event).collect();
    let rulebook = &rules.rulebook;
    let question = Question { as_of: today, known: None, catalogue, rulebook, explains: false };
    let linked = RecordRow { subject: Some(SubjectNo(0)), ..record };
    let received = history.first().map(|entry| entry.at.day());
    let shown = standing_as(&linked, &events, &question)
        .is_some_and(|(row, _)| was_shown(&row, received, today));
    Ok(if shown { Found::Ended } else { Found::Never })
}

fn why(rules: &Rules, catalogue: &Catalogue, source: &str) -> ShownWhy {
    let cited = rules.rulebook.cited(&catalogue.ground);
    ShownWhy {
        basis: cited.split('；').filter(|one| !one.is_empty()).map(str::to_owned).collect(),
        entry: words(&catalogue.name),
        source: source.to_owned(),
    }
}

/// The public facts of a content, in the order of its catalogue. A person's name is among them
/// only in a registration.
pub(super) fn facts(
    rules: &Rules,
    catalogue: &Catalogue,
    body: &Body,
    subject: &SubjectRow,
) -> Vec<ShownFact> {
    facts_up_to(Visibility::Public, rules, (catalogue, body), subject)
}

/// The facts of a content for whom fields of a visibility are open, in the order of its catalogue.
pub(crate) fn facts_up_to(
    limit: Visibility,
    rules: &Rules,
    (catalogue, body): (&Catalogue, &Body),
    subject: &SubjectRow,
) -> Vec<ShownFact> {
    // The content of another day may bear another name than the present one.
    let name = value(body, catalogue, Role::CounterpartName).unwrap_or(&subject.name);
    let masked = rules.hides(subject, name);
    catalogue
        .fields
        .iter()
        .filter(|field| is_open_to(limit, catalogue, field))
        .filter_map(|field| Some((field, body.field(&field.code)?)))
        .map(|(field, value)| fact(rules, field, value, masked))
        .collect()
}

/// True where pages of a class show a field.
pub(in crate::public) fn is_public(catalogue: &Catalogue, field: &Field) -> bool {
    is_open_to(Visibility::Public, catalogue, field)
}

/// True where a field of a class is shown to whom fields of a visibility are open. What may be a person's
/// is shown to nobody but in a registration.
fn is_open_to(limit: Visibility, catalogue: &Catalogue, field: &Field) -> bool {
    let registration = catalogue.nature == Nature::Registration;
    let of_counterpart =
        field.role.is_some_and(|role| role.is_of_counterpart() || role == Role::RecordId);
    let person =
        field.kind == FieldType::PersonName || field.role == Some(Role::LegalRepresentative);
    field.visibility <= limit
        && field.personal != Personal::Drop
        && field.kind != FieldType::PersonNumber
        && (registration || (!person && !of_counterpart))
}

fn fact(rules: &Rules, field: &Field, value: &Value, masked: bool) -> ShownFact {
    let form = match field.kind {
        FieldType::Day => FactForm::Day,
        FieldType::Wan => FactForm::TenThousandYuan,
        FieldType::Yuan => FactForm::Yuan,
        FieldType::Uscc
        | FieldType::OrganisationCode
        | FieldType::RegistrationNumber
        | FieldType::TaxNumber => FactForm::Code,
        FieldType::DocumentNumber => FactForm::Number,
        _ => FactForm::Text,
    };
    // Bodies have names too; nobody's is hidden but the counterpart's and what may be a person's.
    let of_body = matches!(field.role, Some(Role::AuthorityName | Role::SourceName));
    let name = masked && !of_body && matches!(field.kind, FieldType::Name | FieldType::PersonName);
    let values = match (&form, field.code_list()) {
        (_, Some(list)) => value
            .value
            .all()
            .iter()
            .filter_map(|code| coded_in(rules, list, code))
            .map(|coded| coded.words)
            .collect(),
        // Days and amounts stand in their normal form; the page sets them in its language.
        (FactForm::Day | FactForm::TenThousandYuan | FactForm::Yuan, None) => {
            value.value.all().iter().map(|one| Words::chinese(one.as_str())).collect()
        }
        _ => {
            let written = match &value.written {
                Some(written) => written.to_string(),
                None => value.value.joined(),
            };
            vec![Words::chinese(super::mask(&written, name))]
        }
    };
    ShownFact { field: field.code.clone(), label: words(&field.name), values, form }
}

/// The steps; a basis that is the step's before is not said again.
fn term_steps(rules: &Rules, steps: &[Step]) -> Vec<ShownTermStep> {
    let mut said: &[String] = &[];
    steps
        .iter()
        .map(|step| {
            let mut shown = term_step(rules, step);
            if step.basis == said {
                shown.basis = None;
            }
            said = &step.basis;
            shown
        })
        .collect()
}

fn term_step(rules: &Rules, step: &Step) -> ShownTermStep {
    let part = match step.kind {
        StepKind::Start => TermPart::Starts,
        StepKind::Rule => TermPart::Rule,
        StepKind::Class => TermPart::Class,
        StepKind::RepairableFrom => TermPart::RepairFrom,
        StepKind::Longest | StepKind::OtherRule => TermPart::Maximum,
        StepKind::StatedEnd => TermPart::StatedEnd,
        StepKind::LastDay => TermPart::Ends,
    };
    let day = step.value.parse().ok();
    let said = step.words.as_ref().map(words);
    let class =
        (step.kind == StepKind::Class).then(|| class_words(rules, &step.value, said.as_ref()));
    ShownTermStep {
        part,
        day,
        months: step.months.map(u32::from),
        words: class.or(said),
        basis: Some(step.basis.join("；")).filter(|basis| !basis.is_empty()),
    }
}

/// The official words of a class of conduct, with the reason for it.
fn class_words(rules: &Rules, class: &str, because: Option<&Words>) -> Words {
    let entry = rules.rulebook.code_list(CLASSES).and_then(|list| list.by_code(class));
    let (zh, en) = entry.map_or((class, class), |entry| {
        (entry.extra.get(OFFICIAL).unwrap_or(&entry.zh).as_str(), entry.en.as_str())
    });
    match because {
        Some(because) => {
            let en_because = because.en.as_deref().unwrap_or(&because.zh);
            Words::new(format!("{zh}：{}", because.zh), format!("{en}: {en_because}"))
        }
        None => Words::new(zh, en),
    }
}

/// The days of corrections and the labels of the fields that changed; never the old values.
pub(super) fn corrections(catalogue: &Catalogue, events: &[Event<'_>]) -> Vec<ShownCorrection> {
    let contents: Vec<&Event<'_>> = events
        .iter()
        .filter(|event| matches!(event.kind, Kind::Received | Kind::Corrected))
        .collect();
    contents
        .windows(2)
        .filter_map(|pair| {
            let [before, after] = pair else {
                return None;
            };
            let fields = catalogue
                .fields
                .iter()
                .filter(|field| is_public(catalogue, field))
                .filter(|field| {
                    let value = |event: &Event<'_>| {
                        event.body.and_then(|body| body.field(&field.code).cloned())
                    };
                    value(before) != value(after)
                })
                .map(|field| words(&field.name))
                .collect();
            Some(ShownCorrection { on: after.at.day(), fields })
        })
        .collect()
}
