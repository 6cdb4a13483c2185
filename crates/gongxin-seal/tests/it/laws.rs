//! Laws of the bytes: one value has one encoding, every change shows, fields open alone.

use gongxin_model::{About, Body, Field, PublicId, Seq, Value};
use gongxin_seal::{EncodedBody, HashSuite, Salt, body_bytes, commitments, decode_body, root};
use proptest::prelude::*;

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        ".{0,40}".prop_map(|text| Value::Text(text.into())),
        prop::collection::vec(".{0,8}", 0..4)
            .prop_map(|list| Value::List(list.into_iter().map(Into::into).collect())),
    ]
}

fn body() -> impl Strategy<Value = Body> {
    (
        prop::collection::btree_map("[A-Z_]{1,12}", (value(), prop::option::of(".{0,20}")), 0..8),
        prop::collection::vec(0_i64..1_000_000, 0..3),
        prop::option::of(".{1,20}"),
        any::<[u8; 16]>(),
    )
        .prop_map(|(fields, causes, ground, id)| Body {
            causes: causes.into_iter().map(Seq).collect(),
            ground,
            fields: fields
                .into_iter()
                .map(|(code, (value, written))| Field {
                    code: code.into(),
                    value,
                    written: written.map(Into::into),
                })
                .collect(),
            ..Body::about(About::Record(PublicId(id)))
        })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_body_round_trips(body in body()) {
        prop_assert_eq!(decode_body(&body_bytes(&body)), Ok(body));
    }

    #[test]
    fn a_changed_byte_is_refused_or_changes_the_root(
        body in body(), at in any::<prop::sample::Index>(), flip in 1_u8..,
    ) {
        let mut bytes = body_bytes(&body);
        let place = at.index(bytes.len());
        bytes[place] ^= flip;
        if let Ok(changed) = decode_body(&bytes) {
            let suite = HashSuite::Sha256;
            let root_of = |body: &Body| {
                root(suite, &commitments(suite, &Salt([5; 16]), &EncodedBody::of(body)))
            };
            prop_assert_ne!(root_of(&changed), root_of(&body));
        }
    }

    #[test]
    fn rubbish_is_refused_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode_body(&bytes);
    }

    #[test]
    fn a_field_keeps_its_commitment_when_others_go(body in body()) {
        let suite = HashSuite::Sha256;
        let salt = Salt([5; 16]);
        let all = commitments(suite, &salt, &EncodedBody::of(&body));
        for field in &body.fields {
            let alone = Body { fields: vec![field.clone()], ..body.clone() };
            let alone = commitments(suite, &salt, &EncodedBody::of(&alone));
            let of = |list: &[gongxin_seal::FieldCommitment]| {
                list.iter().find(|one| one.code == field.code).cloned()
            };
            prop_assert_eq!(of(&all), of(&alone));
        }
    }
}
