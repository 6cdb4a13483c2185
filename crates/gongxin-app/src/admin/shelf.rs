//! The packs that stewards may look at: what adopting them would change, counted beside what serves, and the
//! adoption itself.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use gongxin_model::{Digest, Instant};
use gongxin_pack::{EffectiveRulebook, PackFiles, Problem, Text, Unverified, load};
use gongxin_seal::HashSuite;
use serde::Serialize;

use super::proposal::{AdoptFault, AdoptPolicy, AdoptProposal, digest_of};
use super::{Adopted, Diff};
use crate::gate::{Permit, RulesAdopt};
use crate::packs::{FailedCase, check, gather};
use crate::public::book_changes;
use crate::public::shown::rules::ShownRuleChange;
use crate::{Office, OfficeError};

/// Packs as they lie there.
#[derive(Debug)]
pub struct Shelved {
    /// Their digest, as an adoption would keep it.
    pub digest: Digest,
    /// What keeps them from being adopted.
    pub problems: Vec<Problem>,
    /// Values without effect until a steward accepts them.
    pub unverified: Vec<Unverified>,
    /// What they are called.
    pub names: Vec<Text>,
    files: PackFiles,
}

/// Which look at an effect: the packs, what is accepted, and the adoption that is in force.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PreviewKey {
    /// The digest of the packs, in hexadecimal.
    pub digest: String,
    /// A word for what is accepted.
    pub with: String,
    /// The number of the adoption in force.
    pub base: i64,
}

/// What adopting would change.
#[derive(Debug, Clone, Serialize)]
pub struct AdoptPreview {
    /// The rules that differ.
    pub changes: Vec<ShownRuleChange>,
    /// What the public would no longer see, would see, would see until another day.
    pub diff: Diff,
    /// What the rules are called by which records fare so, by their ids.
    pub names: BTreeMap<String, Text>,
}

/// How far a look at an effect is.
#[derive(Debug, Clone)]
pub enum PreviewState {
    /// So many records were compared.
    Running(u64),
    /// It is done.
    Done(Arc<AdoptPreview>),
    /// Cases of the packs do not hold.
    Broken(Arc<Vec<FailedCase>>),
    /// It broke off.
    Failed,
}

/// A look at an effect.
#[derive(Debug, Clone)]
struct Preview {
    accept: Vec<String>,
    since: Instant,
    state: PreviewState,
}

/// An adoption under way, or the last one.
#[derive(Debug, Clone)]
pub struct AdoptRun {
    /// The proposal that it carries out.
    pub proposal: i64,
    /// Records that were looked at.
    pub records: u64,
    /// What it did; None while it goes on.
    pub outcome: Option<Result<Arc<Adopted>, ()>>,
}

#[derive(Debug, Default)]
struct Inside {
    seen: Option<Arc<Shelved>>,
    previews: BTreeMap<PreviewKey, Preview>,
    run: Option<AdoptRun>,
}

/// The place where packs lie that may be adopted: those built in, and directories beside or over them.
#[derive(Debug, Default)]
pub struct PackShelf {
    directories: Vec<PathBuf>,
    inside: Mutex<Inside>,
    /// One effect is counted at a time.
    turn: Mutex<()>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl PackShelf {
    /// A shelf with these directories beside or over the packs built in.
    #[must_use]
    pub fn of(directories: Vec<PathBuf>) -> Self {
        Self { directories, ..Self::default() }
    }

    /// Waits until what is counted beside is done.
    pub fn wait(&self) {
        let threads = std::mem::take(&mut *locked(&self.threads));
        for thread in threads {
            // What it was about is told by its state.
            let _ = thread.join();
        }
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        locked(&self.inside)
    }

    fn beside(&self, work: impl FnOnce() + Send + 'static) {
        let mut threads = locked(&self.threads);
        threads.retain(|thread| !thread.is_finished());
        threads.push(std::thread::spawn(work));
    }

    /// The packs as they lie there now; checked again only where they altered.
    fn look(&self, rehearsal: bool) -> Result<Arc<Shelved>, OfficeError> {
        let files = gather(rehearsal, &self.directories)?;
        let digest = digest_of(&files);
        if let Some(seen) = self.inside().seen.clone().filter(|seen| seen.digest == digest) {
            return Ok(seen);
        }
        let loaded = load(&files);
        let seen = Arc::new(Shelved {
            digest,
            unverified: loaded.rulebook.unverified(),
            names: loaded.rulebook.packs.values().map(|pack| pack.name.clone()).collect(),
            problems: loaded.problems,
            files,
        });
        self.inside().seen = Some(Arc::clone(&seen));
        Ok(seen)
    }

    fn set(&self, key: &PreviewKey, state: PreviewState) {
        if let Some(preview) = self.inside().previews.get_mut(key) {
            preview.state = state;
        }
    }
}

impl Office {
    /// Says which packs stewards may look at and adopt. Without it they are those built in.
    pub fn offer_packs(&self, shelf: PackShelf) {
        // The first one counts: the door says it once, before anybody asks.
        let _ = self.shelf.set(Arc::new(shelf));
    }

    /// The packs that stewards may look at.
    #[must_use]
    pub fn shelf(&self) -> &Arc<PackShelf> {
        self.shelf.get_or_init(Arc::default)
    }

    /// The packs as they lie there, and the items that are accepted today and would still be unverified.
    ///
    /// # Errors
    /// A directory cannot be read, or is not a pack.
    pub fn shelved(
        &self,
        _: &Permit<RulesAdopt>,
    ) -> Result<(Arc<Shelved>, Vec<String>), OfficeError> {
        let rules = self.rules()?;
        let seen = self.shelf().look(rules.rulebook.is_rehearsal())?;
        let mut accepted: Vec<String> =
            serde_json::from_str(&rules.adoption.accepted).unwrap_or_default();
        accepted.retain(|item| seen.unverified.iter().any(|one| one.item == *item));
        Ok((seen, accepted))
    }

    /// Begins to look at what adopting the packs would change, where nobody did; gives its key.
    ///
    /// # Errors
    /// The packs have problems, or are not those of the digest.
    pub fn begin_preview(
        self: &Arc<Self>,
        permit: &Permit<RulesAdopt>,
        digest: &str,
        accept: Option<Vec<String>>,
    ) -> Result<PreviewKey, OfficeError> {
        let (seen, today) = self.shelved(permit)?;
        if seen.digest.to_string() != digest {
            return Err(AdoptFault::Altered.into());
        }
        if !seen.problems.is_empty() {
            return Err(AdoptFault::Broken.into());
        }
        let mut accept = accept.unwrap_or(today);
        accept.retain(|item| seen.unverified.iter().any(|one| one.item == *item));
        accept.sort_unstable();
        accept.dedup();
        let base = self.rules()?.adoption.no;
        let word = HashSuite::Sha256.digest(&[accept.join("\n").as_bytes()]).to_string();
        let with = word.chars().take(16).collect();
        let key = PreviewKey { digest: digest.to_owned(), with, base };
        let shelf = Arc::clone(self.shelf());
        let most = AdoptPolicy::shipped()?.previews_most;
        {
            let mut inside = shelf.inside();
            let known = inside.previews.get(&key).map(|preview| &preview.state);
            if known.is_some_and(|state| !matches!(state, PreviewState::Failed)) {
                return Ok(key);
            }
            make_room(&mut inside.previews, most);
            let (since, state) = (self.clock.now(), PreviewState::Running(0));
            inside.previews.insert(key.clone(), Preview { accept, since, state });
        }
        let (office, given) = (Arc::clone(self), key.clone());
        shelf.beside(move || office.run_preview(&seen, &given));
        Ok(key)
    }

    fn run_preview(&self, seen: &Shelved, key: &PreviewKey) {
        let shelf = self.shelf();
        let _turn = locked(&shelf.turn);
        let checked = check(&seen.files);
        if !checked.is_well() {
            return shelf.set(key, PreviewState::Broken(Arc::new(checked.failed)));
        }
        let accept = shelf.inside().previews.get(key).map(|preview| preview.accept.clone());
        let Some(accept) = accept else {
            return;
        };
        let state = match self.effect(seen, &accept, key) {
            Ok(effect) => PreviewState::Done(Arc::new(effect)),
            Err(error) => {
                tracing::warn!("the effect of packs is not known: {error}");
                PreviewState::Failed
            }
        };
        shelf.set(key, state);
    }

    fn effect(
        &self,
        seen: &Shelved,
        accept: &[String],
        key: &PreviewKey,
    ) -> Result<AdoptPreview, OfficeError> {
        let now = self.rules()?;
        let (other, _, _) = self.effective(&seen.files, accept)?;
        let today = self.today();
        let changes = book_changes((&now.rulebook, &other), today);
        let named = AdoptPolicy::shipped()?.records_named;
        let books = (&now.rulebook, &other);
        let shelf = self.shelf();
        let mut told = |records| shelf.set(key, PreviewState::Running(records));
        let diff = self.difference(books, (today, named), &mut told)?;
        let names = names_of(&diff, [&now.rulebook, &other]);
        Ok(AdoptPreview { changes, diff, names })
    }

    /// A look at an effect: what was accepted in it, and how far it is. None where nobody began one.
    #[must_use]
    pub fn preview(
        &self,
        _: &Permit<RulesAdopt>,
        key: &PreviewKey,
    ) -> Option<(Vec<String>, PreviewState)> {
        let inside = self.shelf().inside();
        inside.previews.get(key).map(|preview| (preview.accept.clone(), preview.state.clone()))
    }

    /// Proposes what was looked at. Gives the number of the proposal.
    ///
    /// # Errors
    /// The effect was not looked at, the packs altered since, or the same is in force or proposed.
    pub fn propose_previewed(
        &self,
        permit: &Permit<RulesAdopt>,
        key: &PreviewKey,
    ) -> Result<i64, OfficeError> {
        let accept = match self.preview(permit, key) {
            Some((accept, PreviewState::Done(_))) => accept,
            Some((_, PreviewState::Broken(_))) => return Err(AdoptFault::Broken.into()),
            _ => return Err(AdoptFault::Unseen.into()),
        };
        if self.rules()?.adoption.no != key.base {
            return Err(AdoptFault::Unseen.into());
        }
        let (seen, _) = self.shelved(permit)?;
        if seen.digest.to_string() != key.digest {
            return Err(AdoptFault::Altered.into());
        }
        self.propose_adoption(permit, (&seen.files, &accept))
    }

    /// Begins to carry out a proposal of another's, beside what serves.
    ///
    /// # Errors
    /// As [`Office::confirm_adoption`], or an adoption is under way.
    pub fn begin_adoption(
        self: &Arc<Self>,
        permit: Permit<RulesAdopt>,
        number: i64,
    ) -> Result<AdoptProposal, OfficeError> {
        let (seen, _) = self.shelved(&permit)?;
        let proposal = self.confirmable(&permit, number, &seen.files)?;
        let shelf = Arc::clone(self.shelf());
        {
            let mut inside = shelf.inside();
            if inside.run.as_ref().is_some_and(|run| run.outcome.is_none()) {
                return Err(AdoptFault::Busy.into());
            }
            inside.run = Some(AdoptRun { proposal: number, records: 0, outcome: None });
        }
        let office = Arc::clone(self);
        shelf.beside(move || {
            let shelf = office.shelf();
            let mut told = |records| {
                if let Some(run) = &mut shelf.inside().run {
                    run.records = records;
                }
            };
            let done = office.confirm_adoption(&permit, number, &seen.files, &mut told);
            if let Err(error) = &done {
                tracing::warn!("proposal {number} is not carried out: {error}");
            }
            if let Some(run) = &mut shelf.inside().run {
                run.outcome = Some(done.map(Arc::new).map_err(|_| ()));
            }
        });
        Ok(proposal)
    }

    /// The adoption under way, or the last one of this process.
    #[must_use]
    pub fn adoption_run(&self, _: &Permit<RulesAdopt>) -> Option<AdoptRun> {
        self.shelf().inside().run.clone()
    }
}

/// What the rules are called that the lines of a comparison name.
fn names_of(diff: &Diff, books: [&EffectiveRulebook; 2]) -> BTreeMap<String, Text> {
    let mut names = BTreeMap::new();
    for id in diff.lines.iter().flat_map(|line| [&line.before.rule, &line.after.rule]) {
        let named = |book: &&EffectiveRulebook| {
            let mut terms = book.terms.values().flat_map(|table| &table.rules);
            let term = terms.find(|rule| rule.id == *id).map(|rule| rule.name.clone());
            term.or_else(|| book.lists.get(id).map(|list| list.name.clone()))
        };
        if let Some(name) = books.iter().find_map(named) {
            names.insert(id.clone(), name);
        }
    }
    names
}

/// Forgets the oldest looks that are done until another one finds room.
fn make_room(previews: &mut BTreeMap<PreviewKey, Preview>, most: usize) {
    while previews.len() >= most.max(1) {
        let is_done = |preview: &Preview| !matches!(preview.state, PreviewState::Running(_));
        let done = previews.iter().filter(|(_, preview)| is_done(preview));
        let Some(key) = done.min_by_key(|(_, preview)| preview.since).map(|(key, _)| key.clone())
        else {
            return;
        };
        previews.remove(&key);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Every state that is kept is whole at every moment.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
