//! The public log: signed behind whoever writes, proved without the store, never against itself.

use std::sync::Mutex;

use gongxin_app::public::shown::{DeskError, Found, PublicDesk, ShownTile};
use gongxin_app::public_log::{
    Checkpoint, LogProof, LogSigner, NoteSignature, ProofFault, SignatureKind, SignerError,
    SigningKey, VerifierKey, verify_proof,
};
use gongxin_app::{Office, OfficeError};
use gongxin_model::{Digest, PublicId};
use gongxin_seal::{
    HashSuite, TILE_WIDTH, Tile, TileFile, TileTree, read_bundle, verify_consistency, width_at,
};
use gongxin_store::engine_test;
use gongxin_store::testing::Place;

use crate::rows::{ENVIRONMENT, Penalty, code, penalties};
use crate::world::World;

engine_test! {
    the_log_is_signed_as_it_grows_and_not_more_often
    an_entry_is_proved_without_the_store
    a_changed_byte_of_a_proof_proves_nothing
    what_strangers_read_gives_the_root
    a_proof_leaves_with_its_record
    keys_turn_with_overlap_and_what_each_signed_is_known
    an_older_store_signs_nothing_new
    a_signer_that_does_not_sign_is_refused
}

/// Keys in memory, and what they signed last.
#[derive(Debug)]
pub(crate) struct FixedSigner {
    keys: Vec<SigningKey>,
    last: Mutex<Option<Checkpoint>>,
}

impl FixedSigner {
    fn of(secrets: &[u8]) -> Self {
        Self { keys: secrets.iter().map(|byte| secret(*byte)).collect(), last: Mutex::default() }
    }
}

impl Default for FixedSigner {
    fn default() -> Self {
        Self::of(&[1])
    }
}

impl LogSigner for FixedSigner {
    fn keys(&self) -> Result<Vec<VerifierKey>, SignerError> {
        Ok(self.keys.iter().map(|key| key.public().clone()).collect())
    }

    fn last(&self) -> Result<Option<Checkpoint>, SignerError> {
        Ok(self.last.lock().unwrap().clone())
    }

    fn sign(&self, checkpoint: &Checkpoint) -> Result<Vec<NoteSignature>, SignerError> {
        *self.last.lock().unwrap() = Some(checkpoint.clone());
        let text = checkpoint.to_string();
        Ok(self.keys.iter().map(|key| key.sign(&text, 0)).collect())
    }
}

fn secret(byte: u8) -> SigningKey {
    SigningKey::new("credit.example/log", SignatureKind::Ed25519, &[byte; 32]).unwrap()
}

fn public(byte: u8) -> VerifierKey {
    secret(byte).public().clone()
}

/// The paths of all that a log of a size gives out.
pub(crate) fn tiles_of(size: u64) -> impl Iterator<Item = String> {
    let of_level = move |level: u8| {
        (0..).map_while(move |index| Tile::at(size, level, index)).map(TileFile::Hashes)
    };
    let entries = (0..).map_while(move |index| Tile::at(size, 0, index)).map(TileFile::Entries);
    (0..3).flat_map(of_level).chain(entries).map(|file| file.to_string())
}

/// What a tile says to somebody who looks for text in it.
pub(crate) fn lossy(tile: Result<Option<ShownTile>, DeskError>) -> String {
    String::from_utf8_lossy(&tile.unwrap().unwrap().bytes).into_owned()
}

fn filled(place: &Place) -> World {
    let world = World::registered(place, 4);
    let rows = [Penalty::of(1, 1), Penalty::of(3, 2), Penalty::of(3, 3)];
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&rows));
    assert_eq!(receipt.accepted, 3, "{:?}", receipt.findings);
    world
}

fn size(office: &Office) -> i64 {
    office.log_state().unwrap().checkpoint.map_or(0, |last| last.size)
}

fn entries(office: &Office) -> i64 {
    office.log_state().unwrap().entries
}

fn the_log_is_signed_as_it_grows_and_not_more_often(place: &Place) {
    let world = filled(place);
    let (office, signer) = (&world.office, FixedSigner::default());
    let keep = || office.keep_log(&signer, &|| true).unwrap();
    assert_eq!(world.desk.log().unwrap(), None);
    keep();
    let first = office.log_state().unwrap().checkpoint.unwrap();
    assert_eq!((first.no, first.size), (1, entries(office)));
    keep();
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&[Penalty::of(2, 9)]));
    assert_eq!(receipt.accepted, 1);
    keep();
    assert_eq!(size(office), first.size, "a moment later");
    world.clock.set("2026-11-24T10:00:09.9+08:00");
    keep();
    assert_eq!(size(office), first.size);
    world.clock.set("2026-11-24T10:00:10+08:00");
    keep();
    let second = office.log_state().unwrap().checkpoint.unwrap();
    assert_eq!((second.no, second.size), (2, entries(office)));
    // Nothing grew: nothing is signed, however long.
    world.clock.set("2026-11-25T10:00:00+08:00");
    keep();
    assert_eq!(office.log_state().unwrap().checkpoint.unwrap(), second);
    let report = office.fsck(&mut |_| ()).unwrap();
    assert_eq!(report.problems, []);
}

fn an_entry_is_proved_without_the_store(place: &Place) {
    let world = filled(place);
    assert_eq!(world.office.prove_entry(0).unwrap(), None, "nothing is signed yet");
    world.sign_log();
    let keys = [public(2), public(1)];
    let last = u64::try_from(entries(&world.office)).unwrap();
    for entry in 0..last {
        let proof = world.office.prove_entry(entry).unwrap().unwrap();
        // As a file, on another machine.
        let text = serde_json::to_string(&proof).unwrap();
        let proof: LogProof = serde_json::from_str(&text).unwrap();
        let proved = verify_proof(&proof, &keys).unwrap();
        assert_eq!(u64::try_from(proved.envelope.seq.0), Ok(entry));
        assert_eq!(proved.signers, [public(1)]);
        assert_eq!(proved.checkpoint.size, last);
    }
    assert_eq!(world.office.prove_entry(last).unwrap(), None);
    let id = world.id(&code(1), "penalty");
    let entry = world.office.content_entry(id).unwrap();
    assert!(entry < last);
    assert!(world.office.content_entry(PublicId([9; 16])).is_err());
}

fn a_changed_byte_of_a_proof_proves_nothing(place: &Place) {
    let world = filled(place);
    world.sign_log();
    let keys = [public(1)];
    let proof = world.office.prove_entry(3).unwrap().unwrap();
    assert!(verify_proof(&proof, &keys).is_ok());
    let text = serde_json::to_string(&proof).unwrap().into_bytes();
    for place in 0..text.len() {
        for flip in [1, 2, 32] {
            let mut changed = text.clone();
            changed[place] ^= flip;
            let read = serde_json::from_slice::<LogProof>(&changed);
            let holds = read.is_ok_and(|read| read != proof && verify_proof(&read, &keys).is_ok());
            assert!(!holds, "{place} {}", String::from_utf8_lossy(&changed));
        }
    }
    // Of another entry, of another log, by nobody whom one knows.
    let other = world.office.prove_entry(4).unwrap().unwrap();
    let mixed = LogProof { entry: 4, ..proof.clone() };
    assert_eq!(verify_proof(&mixed, &keys), Err(ProofFault::Place(3)));
    let mixed = LogProof { path: other.path, ..proof.clone() };
    assert!(matches!(verify_proof(&mixed, &keys), Err(ProofFault::Tree(_))));
    assert!(matches!(verify_proof(&proof, &[public(2)]), Err(ProofFault::Note(_))));
    assert!(matches!(verify_proof(&proof, &[]), Err(ProofFault::Note(_))));
}

/// The tree as a stranger reads it, from what the desk gives out and nothing else.
fn strangers_root(world: &World, size: u64) -> Digest {
    let tile = |tile: Tile| -> Result<Vec<Digest>, DeskError> {
        let path = TileFile::Hashes(tile).to_string();
        let shown = world.desk.log_tile(&path)?.unwrap();
        let (hashes, rest) = shown.bytes.as_chunks::<32>();
        assert!(rest.is_empty());
        Ok(hashes.iter().copied().map(Digest).collect())
    };
    TileTree::new(HashSuite::Sha256, size, tile).root().unwrap()
}

fn what_strangers_read_gives_the_root(place: &Place) {
    let world = World::registered(place, 300);
    world.sign_log();
    let log = world.desk.log().unwrap().unwrap();
    let note: gongxin_app::public_log::Note = log.note.parse().unwrap();
    assert_eq!(note.signers(&[public(1)]), Ok(vec![&public(1)]));
    let first: Checkpoint = note.text.parse().unwrap();
    assert!(first.size > 300);
    assert_eq!(strangers_root(&world, first.size), first.root);
    // Each entry of a bundle hashes to the leaf in its tile.
    for index in 0.. {
        let Some(tile) = Tile::at(first.size, 0, index) else { break };
        let leaves = world.desk.log_tile(&TileFile::Hashes(tile).to_string()).unwrap().unwrap();
        let bundle = world.desk.log_tile(&TileFile::Entries(tile).to_string()).unwrap().unwrap();
        let entries = read_bundle(&bundle.bytes, tile.width).unwrap();
        let hashed: Vec<u8> =
            entries.iter().flat_map(|entry| HashSuite::Sha256.leaf(entry).0).collect();
        assert_eq!(hashed, leaves.bytes);
    }
    // What is not signed is not given out, nor what is no tile.
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&[Penalty::of(1, 1)]));
    assert_eq!(receipt.accepted, 1);
    let width = width_at(first.size, 0, 1);
    assert!(width < TILE_WIDTH);
    for path in [
        format!("0/001.p/{}", width + 1),
        "0/001".into(),
        format!("entries/001.p/{}", width + 1),
        "2/000.p/1".into(),
        "0/x001".into(),
        "../checkpoint".into(),
    ] {
        assert_eq!(world.desk.log_tile(&path).unwrap(), None, "{path}");
    }
    // It grew, and the older tree is its beginning.
    world.clock.set("2026-11-24T11:00:00+08:00");
    world.sign_log();
    let log = world.desk.log().unwrap().unwrap();
    let proof = world
        .office
        .store()
        .read(|reader| reader.log_tree(log.size).consistency(first.size))
        .unwrap()
        .unwrap();
    let root = strangers_root(&world, log.size);
    let sides = ((first.size, &first.root), (log.size, &root));
    assert_eq!(verify_consistency(HashSuite::Sha256, sides.0, sides.1, &proof), Ok(()));
}

fn a_proof_leaves_with_its_record(place: &Place) {
    let world = filled(place);
    let id = world.id(&code(1), "penalty");
    let asked = |id| world.desk.log_proof(id).unwrap();
    assert_eq!(asked(id), Found::Never, "nothing is signed yet");
    world.sign_log();
    let Found::Shown(shown) = asked(id) else { panic!("{:?}", asked(id)) };
    assert_eq!(shown.record, id);
    let Found::Shown(record) = world.desk.record(id, Default::default()).unwrap() else { panic!() };
    let proved = verify_proof(&shown.proof, &[public(1)]).unwrap();
    assert_eq!(shown.proof.entry, record.origin.entry);
    let leaf = HashSuite::Sha256.leaf(&gongxin_seal::envelope_bytes(&proved.envelope));
    assert_eq!(leaf, record.origin.digest, "the digest on the page is the leaf");
    assert_eq!(asked(PublicId([9; 16])), Found::Never);
    // What came since is signed within moments.
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&[Penalty::of(2, 9)]));
    assert_eq!(receipt.accepted, 1);
    let newer = world.id(&code(2), "penalty");
    assert!(matches!(world.desk.log_proof(newer), Err(DeskError::Busy { seconds: 10 })));
    world.office.withdraw_record(id, &world.whole("clerk"), "mistake").unwrap();
    assert_eq!(asked(id), Found::Ended);
    // Who kept the proof still has one.
    assert!(verify_proof(&shown.proof, &[public(1)]).is_ok());
    world.sign_log();
    assert_eq!(asked(id), Found::Ended);
}

fn keys_turn_with_overlap_and_what_each_signed_is_known(place: &Place) {
    let world = filled(place);
    let office = &world.office;
    for secrets in [&[1][..], &[1, 2], &[2], &[2]] {
        office.sign_log(&FixedSigner::of(secrets), true).unwrap();
    }
    let state = office.log_state().unwrap();
    let signed: Vec<_> =
        state.keys.iter().map(|key| (key.key.clone(), key.first, key.last)).collect();
    let keys = [public(1).to_string(), public(2).to_string()];
    assert_eq!(signed, [(keys[0].clone(), 1, 2), (keys[1].clone(), 2, 3)]);
    let shown = world.desk.log().unwrap().unwrap();
    let shown: Vec<_> = shown.keys.iter().map(|key| (&key.key, key.signs)).collect();
    assert_eq!(shown, [(&keys[1], true), (&keys[0], false)]);
    assert_eq!(office.fsck(&mut |_| ()).unwrap().problems, []);
    assert!(office.sign_log(&FixedSigner::of(&[]), true).is_err(), "nobody falls silent unnoticed");
}

fn an_older_store_signs_nothing_new(place: &Place) {
    let world = filled(place);
    let (office, signer) = (&world.office, FixedSigner::default());
    office.sign_log(&signer, true).unwrap();
    // The keys know of more than this store has: it was put back from a backup.
    let last = signer.last().unwrap().unwrap();
    *signer.last.lock().unwrap() = Some(Checkpoint { size: last.size + 7, ..last.clone() });
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&[Penalty::of(2, 9)]));
    assert_eq!(receipt.accepted, 1);
    let refused = office.sign_log(&signer, true);
    assert!(matches!(refused, Err(OfficeError::Usage(_))), "{refused:?}");
    // As many entries, but others.
    *signer.last.lock().unwrap() = Some(Checkpoint { root: Digest([1; 32]), ..last.clone() });
    assert!(matches!(office.sign_log(&signer, true), Err(OfficeError::Usage(_))));
    assert_eq!(size(office), i64::try_from(last.size).unwrap());
    // Under another name it is another log.
    *signer.last.lock().unwrap() = Some(Checkpoint { origin: "other".into(), ..last });
    assert!(office.sign_log(&signer, true).unwrap().is_some());
}

/// A signer whose signatures are of another text.
#[derive(Debug)]
struct Forgetful(FixedSigner);

impl LogSigner for Forgetful {
    fn keys(&self) -> Result<Vec<VerifierKey>, SignerError> {
        self.0.keys()
    }

    fn last(&self) -> Result<Option<Checkpoint>, SignerError> {
        self.0.last()
    }

    fn sign(&self, checkpoint: &Checkpoint) -> Result<Vec<NoteSignature>, SignerError> {
        self.0.sign(&Checkpoint { size: checkpoint.size + 1, ..checkpoint.clone() })
    }
}

fn a_signer_that_does_not_sign_is_refused(place: &Place) {
    let world = filled(place);
    let office = &world.office;
    assert!(office.sign_log(&Forgetful(FixedSigner::default()), true).is_err());
    assert_eq!(office.sign_log(&FixedSigner::of(&[]), true).unwrap(), None);
    let mut two = FixedSigner::of(&[1, 2]);
    two.keys[1] = SigningKey::new("other", SignatureKind::Ed25519, &[3; 32]).unwrap();
    assert!(office.sign_log(&two, true).is_err());
    assert_eq!(office.log_state().unwrap().checkpoint, None);
}
