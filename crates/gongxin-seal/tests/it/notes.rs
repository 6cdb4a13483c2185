//! Notes, keys and checkpoints, beside what others write down of them.

use gongxin_model::Digest;
use gongxin_seal::{Checkpoint, KeyError, Note, NoteError, SignatureKind, SigningKey, VerifierKey};
use proptest::prelude::*;

/// The example of golang.org/x/mod/sumdb/note: private and public key, text, signature line.
const NEUMANN: [&str; 4] = [
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz",
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    "If you think cryptography is the answer to your problem,\n\
     then you don't know what your problem is.\n",
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=",
];
/// The example of C2SP signed-note: public key and note.
const FOO: [&str; 2] = [
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n",
];
/// A key of a witness that transparency-dev/formats names, and a line of another.
const WITNESS: &str = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2";
const WITNESSED: &str = "ZGhGuQAAAABm/qTPeyKXD+R2rzyQsxPiP8mXum7qq/iF0u4vanlqJyocWODBt97w9uL+8qT7S5gxEHWWOworDcFiEBYJXORmnFBOBA==";
/// The example of C2SP tlog-cosignature: a checkpoint with the lines of its log and of a witness.
const BEHIND_THE_SOFA: &str = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
    — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
    — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

fn key(text: &str) -> VerifierKey {
    text.parse().unwrap()
}

fn own(name: &str, kind: SignatureKind) -> SigningKey {
    SigningKey::new(name, kind, &[7; 32]).unwrap()
}

#[test]
fn the_examples_of_others_hold() {
    let [secret, public, text, line] = NEUMANN;
    let signing = SigningKey::from_secret_text(secret).unwrap();
    assert_eq!(signing.to_secret_text(), secret);
    assert_eq!(signing.public().to_string(), public);
    let mut note = Note::new(text.to_owned());
    signing.add_to(&mut note, 0);
    assert_eq!(note.to_string(), format!("{text}\n{line}\n"));
    assert_eq!(note.to_string().parse(), Ok(note.clone()));
    assert_eq!(note.signers(&[key(public)]), Ok(vec![&key(public)]));
    let [public, note] = FOO;
    let note: Note = note.parse().unwrap();
    assert_eq!(note.signers(&[key(public)]), Ok(vec![&key(public)]));
    assert_eq!(note.signers(&[key(NEUMANN[1])]), Err(NoteError::Unsigned));
    let witness = key(WITNESS);
    assert_eq!((witness.kind(), witness.id()), (SignatureKind::Cosignature, 0xda77_ade7));
    let note: Note = format!("text\n\n— witness {WITNESSED}\n").parse().unwrap();
    assert_eq!(witness.time_of(&note.signatures[0]), Some(1_727_964_367));
    let note: Note = BEHIND_THE_SOFA.parse().unwrap();
    assert_eq!(note.to_string(), BEHIND_THE_SOFA);
    assert_eq!(witness.time_of(&note.signatures[1]), Some(1_679_315_147));
    let checkpoint: Checkpoint = note.text.parse().unwrap();
    assert_eq!(
        (checkpoint.origin.as_str(), checkpoint.size),
        ("example.com/behind-the-sofa", 20_852_163)
    );
    assert_eq!(checkpoint.to_string(), note.text);
}

#[test]
fn a_witness_signs_the_time_too() {
    let (log, witness) = (own("log", SignatureKind::Ed25519), own("w", SignatureKind::Cosignature));
    let checkpoint =
        Checkpoint { origin: "log".into(), size: 3, root: Digest([9; 32]), extensions: Vec::new() };
    let mut note = Note::new(checkpoint.to_string());
    log.add_to(&mut note, 5);
    witness.add_to(&mut note, 5);
    let keys = [log.public().clone(), witness.public().clone()];
    assert_eq!(note.signers(&keys).unwrap().len(), 2);
    assert_eq!(witness.public().time_of(&note.signatures[1]), Some(5));
    assert_eq!(log.public().time_of(&note.signatures[0]), None);
    note.signatures[1].bytes[7] ^= 1;
    assert_eq!(note.signers(&keys), Err(NoteError::Forged("w".into())));
    // A stranger's line says nothing, nor does one under the same name with another number.
    note.signatures[1].id ^= 1;
    assert_eq!(note.signers(&keys).unwrap().len(), 1);
}

#[test]
fn what_is_no_key_is_refused() {
    let [secret, public, ..] = NEUMANN;
    let cases = [
        ("", KeyError::Form),
        ("name", KeyError::Form),
        ("bananas.sigstore.dev+12344556", KeyError::Form),
        ("rekor.sigstore.dev+12345678+THIS_IS_NOT_BASE64!", KeyError::Form),
        ("rekor.sigstore.dev+12345678+AwEB", KeyError::Kind),
        ("PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", KeyError::Form),
        ("PeterNeumann+00000000+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", KeyError::Id),
        ("Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", KeyError::Name),
        // The neutral point: its signatures hold for any text.
        ("weak+00000000+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", KeyError::Bytes),
    ];
    for (text, error) in cases {
        assert_eq!(text.parse::<VerifierKey>(), Err(error), "{text}");
    }
    let reread = |text: &str| SigningKey::from_secret_text(text).map(|key| key.to_secret_text());
    assert_eq!(reread(public), Err(KeyError::Form));
    assert_eq!(reread(&secret.replace("c74f20a3", "c74f20a4")), Err(KeyError::Id));
    for name in ["", "a b", "a+b", "a\u{3000}b", "a\nb"] {
        assert!(SigningKey::new(name, SignatureKind::Ed25519, &[1; 32]).is_err(), "{name}");
    }
    assert!(!format!("{:?}", SigningKey::from_secret_text(secret)).contains("PRIVATE"));
}

#[test]
fn what_is_no_note_is_refused() {
    let good = FOO[1];
    assert!(good.parse::<Note>().is_ok());
    let line = good.split("\n\n").nth(1).unwrap();
    let cases = [
        String::new(),
        "\n".into(),
        "text\n".into(),
        "text\n\n".into(),
        "text\n\n\n".into(),
        format!("text\n{line}"),
        format!("\n\n{line}"),
        good.trim_end().to_owned(),
        good.replace('\n', "\r\n"),
        good.replace("—", "--"),
        good.replace("— ", "—"),
        good.replace("example.com/foo", "example.com/f+o"),
        good.replace("example.com/foo", ""),
        good.replace("aQM=", "aQM"),
        good.replace("aQM=", "aQM=="),
        "text\n\n— name AAAAAA==\n".into(),
        "text\n\n— name AAA=\n".into(),
        format!("{good}more\n"),
        format!("te\txt\n\n{line}"),
    ];
    for note in cases {
        assert_eq!(note.parse::<Note>(), Err(NoteError::Form), "{note:?}");
    }
    assert!(format!("text\n\n{}", line.repeat(64)).parse::<Note>().is_ok());
    let many = format!("text\n\n{}", line.repeat(65));
    assert_eq!(many.parse::<Note>(), Err(NoteError::Limit));
    let long = format!("{}\n\n{line}", "a".repeat(256 * 1024));
    assert_eq!(long.parse::<Note>(), Err(NoteError::Limit));
}

#[test]
fn what_is_no_checkpoint_is_refused() {
    let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    assert!(format!("log\n0\n{root}\n").parse::<Checkpoint>().is_ok());
    assert!(format!("log\n1\n{root}\nmore\n").parse::<Checkpoint>().is_ok());
    let cases = [
        String::new(),
        format!("log\n1\n{root}"),
        format!("\n1\n{root}\n"),
        format!("log\n01\n{root}\n"),
        format!("log\n+1\n{root}\n"),
        format!("log\n-1\n{root}\n"),
        format!("log\n\n{root}\n"),
        format!("log\n18446744073709551616\n{root}\n"),
        "log\n1\n".into(),
        "log\n1\nAAAA\n".into(),
        format!("log\n1\n{root}\n\n"),
        format!("log\n1\n{}\n", root.trim_end_matches('=')),
    ];
    for text in cases {
        assert!(text.parse::<Checkpoint>().is_err(), "{text:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_byte_of_a_note_is_not_believed(at in any::<prop::sample::Index>(), flip in 1_u8..128) {
        let log = own("log.example/0", SignatureKind::Ed25519);
        let text = format!("log.example/0\n9\n{}\n", "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=");
        let mut note = Note::new(text);
        log.add_to(&mut note, 0);
        let mut bytes = note.to_string().into_bytes();
        let place = at.index(bytes.len());
        bytes[place] ^= flip;
        let believed = String::from_utf8(bytes).ok().and_then(|text| text.parse::<Note>().ok());
        let keys = [log.public().clone()];
        prop_assert!(believed.is_none_or(|note| note.signers(&keys).is_err()));
    }

    #[test]
    fn a_note_reads_back(lines in prop::collection::vec("[^\u{0}-\u{1f}]{0,20}", 1..5), seconds in 0_u64..1 << 40) {
        let text = lines.join("\n") + "\n";
        let mut note = Note::new(text.clone());
        own("w", SignatureKind::Cosignature).add_to(&mut note, seconds);
        if let Ok(read) = note.to_string().parse::<Note>() {
            prop_assert_eq!(read, note);
        } else {
            prop_assert_eq!(text, "\n");
        }
    }
}
