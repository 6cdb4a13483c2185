//! Notices: what concerns an account is put into its inbox, and onto its channels.
//!
//! Nothing here is part of an act. A courier walks behind what is durable already (entries, hand-ins, the
//! chain of acts, the calendar), makes of each thing one notice for each account that it concerns, and
//! moves its cursor in the same transaction. What goes over a channel is a delivery of its own, claimed
//! by a lease, tried again with growing waits, and neutral: it says that there is something, never what.

mod audience;
mod courier;
mod deliver;
mod inbox;
mod letter;
mod outbox;
mod own;
mod policy;
mod things;

pub use courier::{Gathered, Stage};
pub use deliver::{Carried, Carrier, Carriers, Delivered, Fault, Letter};
pub use inbox::{InboxItem, InboxPage, InboxThing};
pub use outbox::{OutboxItem, OutboxPage};
pub use own::{ChannelChoice, ContactItem, NoticeFault, NoticeSettings, WebhookItem};
pub use policy::{NoticePolicy, NoticePolicyError};

use gongxin_model::BatchNo;
use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($(#[$about:meta])* $name:ident = $word:literal;)*) => {
        /// What a notice is about: a closed list.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize,
        )]
        pub enum NoticeKind {
            $($(#[$about])* #[serde(rename = $word)] $name,)*
        }

        impl NoticeKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its word.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// The kind of a word.
            #[must_use]
            pub fn of(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.word() == word)
            }
        }
    };
}

kinds! {
    /// There is a record about the organisation that was not there before.
    RecordNew = "record.new";
    /// A record about it was corrected.
    RecordCorrected = "record.corrected";
    /// A record about it ended: taken back, quashed, its publication or sharing over.
    RecordEnded = "record.ended";
    /// A record about it is marked as disputed.
    RecordDisputed = "record.disputed";
    /// A dispute was answered.
    RecordAnswered = "record.answered";
    /// A record rests: shielded, or its decision stayed.
    RecordRests = "record.rests";
    /// A record holds again.
    RecordResumed = "record.resumed";
    /// A record is the organisation's no more.
    RecordLeft = "record.left";
    /// A case waits for the account.
    CaseWaits = "case.waits";
    /// A case about the organisation took a step.
    CaseMoved = "case.moved";
    /// A case about it was decided.
    CaseDecided = "case.decided";
    /// A time limit is near.
    CaseNear = "case.near";
    /// A time limit ran out.
    CaseOverdue = "case.overdue";
    /// Somebody else decided about a record of the body.
    CaseSettled = "case.settled";
    /// A hand-in is taken in.
    BatchDone = "batch.done";
    /// Rows of the body wait for a person.
    HeldWaits = "held.waits";
    /// An account was locked.
    AccountLocked = "account.locked";
    /// Password, second factor, address or a key of one's own account was altered.
    AccountChanged = "account.changed";
    /// A key of the API ends soon.
    KeyEnds = "key.ends";
}

/// What a notice goes over beside the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// E-mail.
    Mail,
    /// A system of the account's.
    Webhook,
}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Mail, Self::Webhook];

    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Webhook => "webhook",
        }
    }
}

/// What a notice points at: numbers alone. Whether the account may see it is asked when it is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum About {
    /// A case, by its number inside the store.
    Case(i64),
    /// A record.
    Record(i64),
    /// A hand-in.
    Batch(BatchNo),
    /// The rows of a body that wait.
    Held(String),
    /// The organisation itself.
    Organisation,
    /// An account, by its id.
    Account(String),
    /// Something that was done to one's own account: the word of the act.
    Act(String),
    /// A key of one's own, by its number.
    Key(i64),
}

impl About {
    fn text(&self) -> String {
        // Numbers and words: writing them cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}
