//! Random acts upon many decisions, and a second statement of what each comes to.

use std::collections::{BTreeMap, BTreeSet};

use gongxin_app::cases::{CaseAct, NewCase, Party, Step, Verdict};
use gongxin_app::erase::{EraseGround, EraseOrder};
use gongxin_app::gate::Scope;
use gongxin_model::{BatchNo, Day, PublicId};
use gongxin_store::testing::Place;

use crate::rows::{BUREAU, COURT, CREDIT, ENVIRONMENT, Penalty, code, csv, name, named, penalties};
use crate::world::World;

/// Chance from a seed (SplitMix64).
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn below(&mut self, count: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        u32::try_from((z ^ (z >> 31)) % u64::from(count)).unwrap()
    }
}

/// The document number with a token, by which a text on a face is told to be of a record.
pub(super) fn number(token: u32) -> String {
    format!("演环罚〔2026〕{token}号")
}

/// What becomes of one decision.
#[derive(Debug, Clone, Default)]
pub(super) struct History {
    pub(super) subject: u32,
    /// The token of its present document number.
    pub(super) token: u32,
    /// Tokens of numbers that were corrected.
    pub(super) former: Vec<u32>,
    fine: u32,
    decided: String,
    /// The hand-in of its present record.
    batch: i64,
    pub(super) withdrawn: bool,
    pub(super) erased: bool,
    pub(super) unlinked: bool,
    /// The number of the act that repaired, quashed, shielded it, while that holds.
    pub(super) repair: Option<String>,
    pub(super) quash: Option<String>,
    pub(super) shield: Option<String>,
    /// The last day that it is shown.
    pub(super) last_day: Option<Day>,
    /// Repaired or shielded by a case: no act of a source to take back.
    pub(super) by_case: bool,
    /// True where a case had its say: a row that says otherwise is held.
    settled: bool,
    pub(super) course: Vec<&'static str>,
}

impl History {
    pub(super) fn has_ended(&self, today: Day) -> bool {
        let by_act = self.repair.is_some() || self.quash.is_some() || self.shield.is_some();
        self.withdrawn
            || self.erased
            || self.unlinked
            || self.by_case
            || by_act
            || self.last_day.is_some_and(|day| day < today)
    }

    fn is_gone(&self) -> bool {
        self.withdrawn || self.erased || self.unlinked
    }

    fn penalty(&self) -> Penalty {
        Penalty {
            number: number(self.token),
            fine: self.fine.to_string(),
            decided: self.decided.clone(),
            ..Penalty::of(self.subject, 1)
        }
    }
}

/// A world with many histories.
pub(super) struct Histories {
    pub(super) world: World,
    pub(super) seed: u64,
    pub(super) all: Vec<History>,
    pub(super) subjects: u32,
    dice: Dice,
    next_token: u32,
    next_act: u32,
    today: Day,
}

/// What is to be handed in at once.
#[derive(Default)]
struct Rows {
    corrected: Vec<Penalty>,
    renamed: Vec<(String, Penalty)>,
    repairs: Vec<Vec<String>>,
    revocations: Vec<Vec<String>>,
    shieldings: Vec<Vec<String>>,
}

impl Histories {
    pub(super) fn begin(place: &Place, seed: u64, (subjects, of_each): (u32, u32)) -> Self {
        let world = World::registered(place, subjects);
        let mut dice = Dice(seed ^ 0x00c0_ffee);
        let mut all = Vec::new();
        for nth in 0..of_each {
            for subject in 1..=subjects {
                let token = 100_001 + nth * subjects + subject;
                // Terms of three months and more: some end while the world goes on.
                let month = 1 + dice.below(10);
                all.push(History {
                    subject,
                    token,
                    fine: 2 + dice.below(3),
                    decided: format!("2026-{month:02}-{:02}", 1 + dice.below(24)),
                    ..History::default()
                });
            }
        }
        let next_token = 300_001;
        let today = world.office.today();
        let mut histories =
            Self { world, seed, all, subjects, dice, next_token, next_act: 1, today };
        histories.hand_in_first(of_each);
        histories.world.keep_open();
        histories
    }

    fn hand_in_first(&mut self, of_each: u32) {
        let each = usize::try_from(self.subjects * of_each / 10).unwrap().max(1);
        // The first hand-in were the registrations.
        for (batch, part) in (2..).zip(self.all.chunks_mut(each)) {
            let rows: Vec<Penalty> = part.iter().map(History::penalty).collect();
            let receipt = self.world.hand_in("penalty", ENVIRONMENT, &penalties(&rows));
            assert_eq!(receipt.accepted, receipt.rows, "{:?}", receipt.findings);
            part.iter_mut().for_each(|history| history.batch = batch);
        }
        self.learn_days();
    }

    /// The last day of each that is shown, from the file that its own people see.
    fn learn_days(&mut self) {
        let mut days: BTreeMap<String, Day> = BTreeMap::new();
        for subject in 1..=self.subjects {
            for record in self.world.file_of(&code(subject)) {
                let shown = record.standing == "published" || record.reason == "term-over";
                if let (Some(number), Some(day), true) =
                    (record.document_number, record.published_until, shown)
                {
                    days.insert(number, day);
                }
            }
        }
        for history in &mut self.all {
            history.last_day = days.get(&number(history.token)).copied().or(history.last_day);
        }
    }

    /// The id of the present record of a history.
    fn id(&self, history: &History) -> PublicId {
        let wanted = number(history.token);
        let file = self.world.file_of(&code(history.subject));
        let is_it = |number: &Option<String>| number.as_deref() == Some(&*wanted);
        let mut found = file
            .iter()
            .filter(|one| one.catalogue == "penalty" && is_it(&one.document_number))
            .map(|one| one.id.parse().unwrap());
        found.next_back().unwrap_or_else(|| panic!("{history:?}: no record"))
    }

    fn act_number(&mut self) -> String {
        self.next_act += 1;
        format!("演决〔2026〕{}号", self.next_act)
    }

    pub(super) fn today(&self) -> Day {
        self.today
    }

    /// One act for each history, or none; those of a kind are handed in together.
    pub(super) fn round(&mut self) {
        let mut rows = Rows::default();
        let mut withdrawn = Vec::new();
        let mut erased = Vec::new();
        let mut batches = BTreeSet::new();
        for place in 0..self.all.len() {
            self.draw(place, (&mut rows, &mut withdrawn, &mut erased, &mut batches));
        }
        self.hand_in(&rows);
        for (id, why) in withdrawn {
            self.world.office.withdraw_record(id, &self.world.whole("clerk"), why).unwrap();
        }
        for batch in batches {
            let office = &self.world.office;
            office.withdraw_batch(BatchNo(batch), &self.world.whole("clerk"), "batch").unwrap();
        }
        self.erase(erased);
        self.learn_days();
        if self.dice.below(2) == 0 {
            let days = i32::try_from(5 + self.dice.below(40)).unwrap();
            self.today = self.today.plus_days(days);
            self.world.clock.set(&format!("{}T10:00:00+08:00", self.today));
        }
        if self.dice.below(3) == 0 {
            self.world.office.tick(false, &mut |_| ()).unwrap();
        }
    }

    fn hand_in(&mut self, rows: &Rows) {
        let hand_in = |catalogue, source, text: String, count: usize| {
            if count == 0 {
                return;
            }
            let receipt = self.world.hand_in(catalogue, source, &text);
            let taken = receipt.accepted;
            assert_eq!(taken, receipt.rows, "{catalogue} {:?}", receipt.findings);
        };
        hand_in("penalty", ENVIRONMENT, penalties(&rows.corrected), rows.corrected.len());
        let renamed: Vec<(&str, Penalty)> =
            rows.renamed.iter().map(|(id, row)| (id.as_str(), row.clone())).collect();
        hand_in("penalty", ENVIRONMENT, named(&renamed), renamed.len());
        let (repairs, revocations, shieldings) =
            (&rows.repairs, &rows.revocations, &rows.shieldings);
        hand_in("repair-result", CREDIT, table(&REPAIR, repairs), repairs.len());
        hand_in("revocation", CREDIT, table(&REVOCATION, revocations), revocations.len());
        hand_in("shielding", COURT, table(&SHIELDING, shieldings), shieldings.len());
    }

    fn erase(&mut self, records: Vec<PublicId>) {
        if records.is_empty() {
            return;
        }
        let order = EraseOrder {
            records,
            ground: EraseGround::Court,
            basis: "裁定".into(),
            authority: "演练州中级人民法院".into(),
            number: self.act_number(),
        };
        let office = &self.world.office;
        let proposed = office.propose_erasure(&self.world.whole("one"), &order).unwrap();
        office.confirm_erasure(&self.world.whole("two"), proposed.proposal.unwrap()).unwrap();
    }

    fn draw(
        &mut self,
        place: usize,
        (rows, withdrawn, erased, batches): (
            &mut Rows,
            &mut Vec<(PublicId, &'static str)>,
            &mut Vec<PublicId>,
            &mut BTreeSet<i64>,
        ),
    ) {
        let mut one = self.all[place].clone();
        let drawn = self.dice.below(40);
        let act = match drawn {
            0..=2 if !one.is_gone() && !one.settled => {
                one.fine = 2 + (one.fine - 1) % 3;
                rows.corrected.push(one.penalty());
                "correct"
            }
            3 if !one.is_gone() && !one.settled => {
                let id = self.id(&one).to_string();
                one.former.push(one.token);
                one.token = self.next_token;
                self.next_token += 1;
                one.batch = 0;
                rows.renamed.push((id, one.penalty()));
                "rename"
            }
            4..=6 if one.repair.is_none() && !one.is_gone() => {
                let act = self.act_number();
                rows.repairs.push(acted(&one, (&act, "演练州发展和改革委员会"), "准予修复"));
                one.repair = Some(act);
                "repair"
            }
            7 | 8 if one.repair.is_some() && !one.erased => {
                withdrawn.push((self.act(&one, "repair-result", one.repair.as_ref()), "repair"));
                one.repair = None;
                "take back the repair"
            }
            9 | 10 if one.quash.is_none() && !one.is_gone() => {
                let act = self.act_number();
                rows.revocations.push(acted(&one, (&act, "演练州人民政府"), "撤销"));
                one.quash = Some(act);
                "quash"
            }
            11 if one.quash.is_some() && !one.erased => {
                withdrawn.push((self.act(&one, "revocation", one.quash.as_ref()), "quash"));
                one.quash = None;
                "take back the quash"
            }
            12..=14 if one.shield.is_none() && !one.is_gone() => {
                let act = self.act_number();
                rows.shieldings.push(ruled(&one, &act, "屏蔽"));
                one.shield = Some(act);
                "shield"
            }
            15 | 16 if one.shield.is_some() && !one.erased => {
                withdrawn.push((self.act(&one, "shielding", one.shield.as_ref()), "shield"));
                one.shield = None;
                "take back the shield"
            }
            17 if !one.is_gone() => {
                withdrawn.push((self.id(&one), "mistake"));
                one.withdrawn = true;
                "withdraw"
            }
            18 | 19 if !one.erased && !one.unlinked => {
                erased.push(self.id(&one));
                one.erased = true;
                "erase"
            }
            20 if one.batch > 0 && self.dice.below(60) == 0 => {
                batches.insert(one.batch);
                "withdraw the batch"
            }
            21 if !one.is_gone() && !one.has_ended(self.today) && self.dice.below(3) == 0 => {
                one.unlinked = self.unlink(&one);
                if one.unlinked { "unlink" } else { "unlink in vain" }
            }
            22 if !one.is_gone() && !one.has_ended(self.today) && self.dice.below(3) == 0 => {
                if self.uphold(&mut one) { "uphold" } else { "uphold in vain" }
            }
            23..=25 => {
                let again =
                    self.world.hand_in("penalty", ENVIRONMENT, &penalties(&[one.penalty()]));
                assert_eq!(again.refused, u64::from(one.erased), "{one:?} {:?}", again.findings);
                "hand in again"
            }
            _ => "nothing",
        };
        one.course.push(act);
        self.all[place] = one;
        for batch in batches.iter() {
            let of_batch = self.all.iter_mut().filter(|one| one.batch == *batch);
            of_batch.for_each(|one| one.withdrawn |= !one.erased);
        }
    }

    /// The record of an act of a source.
    fn act(&self, history: &History, catalogue: &str, number: Option<&String>) -> PublicId {
        let file = self.world.file_of(&code(history.subject));
        let is_it = |one: &Option<String>| one.as_ref() == number;
        let mut found =
            file.iter().filter(|one| one.catalogue == catalogue && is_it(&one.document_number));
        let found = found.next().unwrap_or_else(|| panic!("{history:?}: no {catalogue}"));
        found.id.parse().unwrap()
    }

    /// An objection against the link, upheld: the record is nobody's.
    fn unlink(&self, history: &History) -> bool {
        self.decided("objection-link", self.id(history), None, &[]).is_some()
    }

    /// An objection against the content, upheld: the fine is another from now on.
    fn uphold(&self, history: &mut History) -> bool {
        let fine = 2 + history.fine % 3;
        let settles = [("CF_NR_FK".to_owned(), fine.to_string())];
        let id = self.id(history);
        let done = self.decided("objection-content", id, Some(BUREAU), &settles).is_some();
        if done {
            history.settled = true;
        }
        done
    }

    fn decided(
        &self,
        procedure: &str,
        record: PublicId,
        authority: Option<&str>,
        settles: &[(String, String)],
    ) -> Option<()> {
        let subject = self.world.office.case_matter(
            &self.world.whole("steward"),
            record,
            gongxin_model::finding::Language::Chinese,
        );
        let scope = Scope::Organisation(subject.ok()?.code?);
        let new = NewCase {
            procedure,
            record: Some(record),
            code: None,
            body: None,
            text: "理由",
            claim: None,
            papers: &[],
            sent: &[],
            authority: None,
        };
        let taken = self.world.open_case(&new, &("firm-1", scope)).ok()?;
        for account in ["three", "four", "five", "six"] {
            let item = self.world.case_item(&taken.number).ok()?;
            let open = |step: Step| item.open_steps.iter().find(|(word, _)| *word == step.word());
            let next = [Step::Decide, Step::Propose, Step::Accept, Step::Forward]
                .into_iter()
                .find_map(|step| open(step).map(|(_, by)| (step, by.clone())));
            let (step, by) = next?;
            let by = match Party::from_word(by.first()?)? {
                Party::Authority => Scope::Body(ENVIRONMENT.to_owned()),
                _ => Scope::Platform,
            };
            let judges = matches!(step, Step::Decide | Step::Propose);
            let act = CaseAct {
                verdict: judges.then_some(Verdict::Upheld),
                reason: Some("理由"),
                number: Some("演核〔2026〕2号"),
                authority: authority.or(Some(BUREAU)),
                settles: if step == Step::Decide { settles } else { &[] },
                ..CaseAct::of(step)
            };
            self.world.take_step(&taken.number, &act, &(account, by)).ok()?;
            if step == Step::Decide {
                return Some(());
            }
        }
        None
    }
}

const REPAIR: [&str; 8] = [
    "主体名称",
    "统一社会信用代码",
    "修复决定文书号",
    "修复决定机关",
    "修复决定日期",
    "原决定文书号",
    "原决定机关",
    "修复结果",
];
const REVOCATION: [&str; 8] = [
    "主体名称",
    "统一社会信用代码",
    "撤销决定文书号",
    "撤销机关",
    "撤销日期",
    "原决定文书号",
    "原决定机关",
    "撤销类型",
];
const SHIELDING: [&str; 7] = [
    "主体名称",
    "统一社会信用代码",
    "裁定文书号",
    "裁定机关",
    "裁定日期",
    "原决定文书号",
    "屏蔽类型",
];

fn acted(of: &History, (act, by): (&str, &str), outcome: &str) -> Vec<String> {
    let cells = [
        &name(of.subject),
        &code(of.subject),
        act,
        by,
        "2026-11-20",
        &number(of.token),
        BUREAU,
        outcome,
    ];
    cells.map(str::to_owned).to_vec()
}

fn ruled(of: &History, ruling: &str, outcome: &str) -> Vec<String> {
    let court = "演练州中级人民法院";
    let cells = [
        &name(of.subject),
        &code(of.subject),
        ruling,
        court,
        "2026-11-20",
        &number(of.token),
        outcome,
    ];
    cells.map(str::to_owned).to_vec()
}

fn table(headers: &[&str], rows: &[Vec<String>]) -> String {
    csv(headers, rows.iter().map(|row| row.iter().map(String::as_str).collect()))
}
