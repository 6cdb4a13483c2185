//! Commitments: each field of a body under a salt of its own, so that one can be shown or erased
//! alone and none can be guessed.

use gongxin_model::{CompactString, Digest};

use crate::{EncodedBody, HashSuite};

/// The random salt of an entry: 128 bits, kept beside the body and erased with it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt(pub [u8; 16]);

impl std::fmt::Debug for Salt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Salt(…)")
    }
}

impl Salt {
    /// The salt of one field: the first half of H(salt ‖ code). Disclosing it opens this field
    /// only, and the cut leaves nothing to extend.
    #[must_use]
    pub fn of_field(&self, suite: HashSuite, code: &str) -> [u8; 16] {
        let Digest(digest) = suite.digest(&[&self.0, code.as_bytes()]);
        let mut salt = [0; 16];
        salt.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
        salt
    }
}

/// The commitment of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldCommitment {
    /// The field's code, or the head's with a leading `_`.
    pub code: CompactString,
    /// H(salt_f ‖ length of code ‖ code ‖ canonical value).
    pub commitment: Digest,
}

/// The commitments of a body, sorted by code.
#[must_use]
pub fn commitments(suite: HashSuite, salt: &Salt, body: &EncodedBody<'_>) -> Vec<FieldCommitment> {
    body.items()
        .map(|(code, value)| FieldCommitment {
            code: code.into(),
            commitment: commitment(suite, salt, (code, value)),
        })
        .collect()
}

/// The root over the commitments of a body, which is all that an entry keeps of them.
#[must_use]
pub fn body_root(suite: HashSuite, salt: &Salt, body: &EncodedBody<'_>) -> Digest {
    let leaf = |(code, value)| suite.leaf(&commitment(suite, salt, (code, value)).0);
    let leaves: Vec<Digest> = body.items().map(leaf).collect();
    tree_hash(suite, &leaves)
}

fn commitment(suite: HashSuite, salt: &Salt, (code, value): (&str, &[u8])) -> Digest {
    let salt = salt.of_field(suite, code);
    let length = u8::try_from(code.len()).unwrap_or(u8::MAX);
    suite.digest(&[&salt, &[length], code.as_bytes(), value])
}

/// The root over commitments: the Merkle tree hash of RFC 6962 over them in their order, so that
/// a field is shown with a path instead of all the others.
#[must_use]
pub fn root(suite: HashSuite, commitments: &[FieldCommitment]) -> Digest {
    let leaves: Vec<Digest> =
        commitments.iter().map(|field| suite.leaf(&field.commitment.0)).collect();
    tree_hash(suite, &leaves)
}

/// The Merkle tree hash of RFC 6962 section 2.1 over leaves that are hashed already.
#[must_use]
pub fn tree_hash(suite: HashSuite, leaves: &[Digest]) -> Digest {
    match leaves {
        [] => suite.digest(&[]),
        [leaf] => *leaf,
        _ => {
            let split = leaves.len().next_power_of_two() / 2;
            let (left, right) = leaves.split_at(split);
            suite.node(&tree_hash(suite, left), &tree_hash(suite, right))
        }
    }
}
