//! One line of the archive: a public envelope and a body that can be shown field by field.
//!
//! This file says what an entry *is*. How it becomes bytes and commitments is `gongxin-seal`'s;
//! both are fixed by ADR 0001 from the first entry on.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::{BatchNo, Digest, Instant, PublicId, Seq};

/// The format of envelope and body that this version writes.
pub const FORMAT: u64 = 1;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $text:literal;)*) => {
        /// What an entry does. The list is closed per family and grows by ADR; a number is never
        /// used twice.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        pub enum Kind {
            $($(#[$doc])* #[serde(rename = $text)] $name,)*
        }

        impl Kind {
            /// Every kind, in the order of the numbers.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The number in the envelope: family in the high byte.
            #[must_use]
            pub const fn number(self) -> u16 {
                match self { $(Self::$name => $code,)* }
            }

            /// The kind of a number.
            #[must_use]
            pub const fn from_number(number: u16) -> Option<Self> {
                match number { $($code => Some(Self::$name),)* _ => None }
            }

            /// The glossary's word.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

kinds! {
    /// A row was accepted: a record exists, with its first content and its first link.
    Received = 0x0101, "received";
    /// The supplier, or its successor, handed in other content for the same key.
    Corrected = 0x0102, "corrected";
    /// The supplier took the record back.
    Withdrawn = 0x0103, "withdrawn";
    /// The record was linked to a subject by a later judgement.
    Linked = 0x0104, "linked";
    /// A link was withdrawn.
    Unlinked = 0x0105, "unlinked";
    /// Sharing among authorities ended.
    SharingEnded = 0x0106, "sharing-ended";
    /// Publication ended before its term: repair, or a decision of the authority.
    PublicationEnded = 0x0107, "publication-ended";
    /// What an earlier entry ended, shielded or stayed holds again, because its cause fell.
    Resumed = 0x0108, "resumed";
    /// Publication rests while a court-approved reorganisation or settlement is carried out.
    Shielded = 0x0109, "shielded";
    /// The shield was lifted.
    Unshielded = 0x010a, "unshielded";
    /// The decision's force is stayed.
    Stayed = 0x010b, "stayed";
    /// The decision was quashed, revoked, changed or found unlawful.
    Quashed = 0x010c, "quashed";
    /// The subject, or somebody for it, disputes the record.
    Disputed = 0x010d, "disputed";
    /// The dispute was answered.
    DisputeClosed = 0x010e, "dispute-closed";
    /// Content and salts were erased; the envelope stays.
    Erased = 0x010f, "erased";
    /// A reply of the subject is published beside the record.
    Replied = 0x0110, "replied";
    /// It is not any more.
    ReplyEnded = 0x0111, "reply-ended";
    /// A code or name was claimed for a subject other than by a registration record.
    IdentifierClaimed = 0x0201, "identifier-claimed";
    /// Two files that are one organisation were joined.
    Joined = 0x0202, "joined";
    /// A joint was undone.
    Parted = 0x0203, "parted";
    /// An organisation followed another: merger, division, conversion.
    Succeeded = 0x0204, "succeeded";
    /// A case was opened: an objection, a repair, a listing, a complaint.
    CaseOpened = 0x0301, "case-opened";
    /// A step of a case was taken.
    CaseStep = 0x0302, "case-step";
    /// Whoever is competent decided a case.
    CaseDecided = 0x0303, "case-decided";
    /// A clock of a case ran out.
    CaseOverdue = 0x0304, "case-overdue";
    /// A rulebook was adopted by a named steward.
    RulebookAdopted = 0x0f01, "rulebook-adopted";
    /// The platform's settings changed: a source registered, for example.
    Configured = 0x0f02, "configured";
}

/// What an entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "scope", content = "id", rename_all = "lowercase")]
pub enum About {
    /// One record.
    Record(PublicId),
    /// One subject.
    Subject(PublicId),
    /// One adopted rulebook.
    Rulebook(Digest),
    /// The platform itself.
    Platform,
    /// One case.
    Case(PublicId),
}

/// The public part of an entry. It names no subject, no source and no field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// The format of the bytes, [`FORMAT`].
    pub format: u64,
    /// The platform that wrote the entry first.
    pub platform: PublicId,
    /// Its place in that platform's archive.
    pub seq: Seq,
    /// When it was received; never earlier than the entry before.
    pub at: Instant,
    /// What it does.
    pub kind: Kind,
    /// The rulebook adopted at the time.
    pub rulebook: Digest,
    /// The root over the commitments of the body's fields.
    pub commitments: Digest,
}

/// A canonical value: text in the normal form of its field's type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// One value.
    Text(CompactString),
    /// Several values of a field that may have several, in the order written.
    List(Vec<CompactString>),
}

impl Value {
    /// The text, or the first of a list; empty where there is none.
    #[must_use]
    pub fn first(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::List(list) => list.first().map_or("", CompactString::as_str),
        }
    }

    /// All values.
    #[must_use]
    pub fn all(&self) -> &[CompactString] {
        match self {
            Self::Text(text) => std::slice::from_ref(text),
            Self::List(list) => list,
        }
    }

    /// The values as one line, several joined by `；`.
    #[must_use]
    pub fn joined(&self) -> String {
        self.all().join("；")
    }
}

/// One field of a record. Its texts are compact: up to 24 bytes, as most codes, days and amounts
/// are, take no memory of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// The field's code as on the wire: 1 to 32 of `A-Z a-z 0-9 _ -`.
    pub code: CompactString,
    /// The value in normal form.
    pub value: Value,
    /// What was handed in, only where it differs; personal data masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<CompactString>,
}

impl Field {
    /// A field whose normal form is what was written.
    #[must_use]
    pub fn text(code: impl Into<CompactString>, value: impl Into<CompactString>) -> Self {
        Self { code: code.into(), value: Value::Text(value.into()), written: None }
    }
}

/// The part of an entry that is shown, shared or erased field by field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// What the entry is about.
    pub about: About,
    /// The subject that the record is linked to by this entry.
    pub subject: Option<PublicId>,
    /// The catalogue of the record.
    pub catalogue: Option<String>,
    /// The supplying body's code.
    pub source: Option<String>,
    /// The hand-in.
    pub batch: Option<BatchNo>,
    /// The row in it, as the supplier counts.
    pub row: Option<u64>,
    /// The account that acted; never a person's name.
    pub actor: Option<String>,
    /// Why: a linking rule, a reason given, a clause.
    pub ground: Option<String>,
    /// The entries that this one follows from.
    pub causes: Vec<Seq>,
    /// The fields, sorted by code, each code once.
    pub fields: Vec<Field>,
}

impl Body {
    /// An empty body about something.
    #[must_use]
    pub fn about(about: About) -> Self {
        Self {
            about,
            subject: None,
            catalogue: None,
            source: None,
            batch: None,
            row: None,
            actor: None,
            ground: None,
            causes: Vec::new(),
            fields: Vec::new(),
        }
    }

    /// The field of a code.
    #[must_use]
    pub fn field(&self, code: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.code == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_own_number_and_name() {
        let numbers: std::collections::BTreeSet<_> =
            Kind::ALL.iter().map(|kind| kind.number()).collect();
        let names: std::collections::BTreeSet<_> =
            Kind::ALL.iter().map(|kind| kind.name()).collect();
        assert_eq!(numbers.len(), Kind::ALL.len());
        assert_eq!(names.len(), Kind::ALL.len());
        for kind in Kind::ALL {
            assert_eq!(Kind::from_number(kind.number()), Some(*kind));
        }
    }
}
