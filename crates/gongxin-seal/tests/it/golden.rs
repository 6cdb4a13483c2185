//! Golden bytes of every kind, format 1. A difference here is a broken archive, not a test to
//! update: a new kind adds lines, no line ever changes (ADR 0001).

use std::fmt::Write as _;

use gongxin_model::{
    About, BatchNo, Body, Digest, Envelope, Field, Instant, Kind, PublicId, Seq, Value,
};
use gongxin_seal::{EncodedBody, HashSuite, Salt, body_bytes, commitments, envelope_bytes, root};

const GOLDEN: &str = include_str!("../golden/format-1.txt");

/// A body that fills what entries of the kind fill.
fn body(kind: Kind) -> Body {
    let about = match kind {
        Kind::IdentifierClaimed | Kind::Joined | Kind::Parted | Kind::Succeeded => {
            About::Subject(PublicId([3; 16]))
        }
        Kind::RulebookAdopted => About::Rulebook(Digest([4; 32])),
        Kind::Configured => About::Platform,
        Kind::CaseOpened | Kind::CaseStep | Kind::CaseDecided | Kind::CaseOverdue => {
            About::Case(PublicId([6; 16]))
        }
        _ => About::Record(PublicId([2; 16])),
    };
    let mut body = Body::about(about);
    body.actor = Some("account-7".into());
    body.ground = Some("规则 link.uscc".into());
    match kind {
        Kind::Received | Kind::Corrected => {
            body.subject = Some(PublicId([3; 16]));
            body.catalogue = Some("penalty".into());
            body.source = Some("159900-environment".into());
            body.batch = Some(BatchNo(12));
            body.row = Some(1_000);
            body.fields = vec![
                Field {
                    code: "CF_CFLB".into(),
                    value: Value::List(vec!["警告".into(), "罚款".into()]),
                    written: Some("警告,罚款".into()),
                },
                Field::text("CF_JDRQ", "2026-03-15"),
                Field {
                    code: "CF_WSH".into(),
                    value: Value::Text("演环罚〔2026〕17号".into()),
                    written: Some("演环罚[2026]17号".into()),
                },
            ];
        }
        Kind::Linked | Kind::Unlinked => body.subject = Some(PublicId([3; 16])),
        Kind::CaseOpened => {
            body.subject = Some(PublicId([3; 16]));
            body.fields =
                vec![Field::text("procedure", "objection"), Field::text("text", "罚款金额有误")];
        }
        Kind::CaseDecided => {
            body.causes = vec![Seq(5)];
            body.fields = vec![Field::text("outcome", "upheld"), Field::text("step", "decide")];
        }
        Kind::Configured => body.fields = vec![Field::text("source", "159900-market")],
        Kind::Replied => {
            body.causes = vec![Seq(5), Seq(70_000)];
            body.fields = vec![Field::text("reply", "检修后已连续六个月达标。")];
        }
        _ => body.causes = vec![Seq(5), Seq(70_000)],
    }
    body
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[test]
fn every_kind_keeps_its_bytes() {
    let mut found = String::new();
    for suite in [HashSuite::Sha256, HashSuite::Sm3] {
        for kind in Kind::ALL {
            let body = body(*kind);
            let commitments = commitments(suite, &Salt([9; 16]), &EncodedBody::of(&body));
            let envelope = Envelope {
                format: 1,
                platform: PublicId([1; 16]),
                seq: Seq(70_001),
                at: Instant(1_774_000_000_123_456),
                kind: *kind,
                rulebook: Digest([4; 32]),
                commitments: root(suite, &commitments),
            };
            let envelope = envelope_bytes(&envelope);
            let _ = writeln!(found, "{suite} {}", kind.name());
            let _ = writeln!(found, "  body     {}", hex(&body_bytes(&body)));
            let _ = writeln!(found, "  envelope {}", hex(&envelope));
            let _ = writeln!(found, "  leaf     {}", suite.leaf(&envelope));
        }
    }
    assert!(found == GOLDEN, "the bytes of format 1 differ; found:\n{found}");
}
