//! What the office could not do, and what the person can do about it.

use gongxin_model::names::NameIndexError;
use gongxin_store::StoreError;

/// The office could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum OfficeError {
    /// The store could not.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The gate refused, or there is no such thing: the two are not told apart.
    #[error(transparent)]
    Refused(#[from] crate::gate::Refused),
    /// What an administrator asked for does not fit.
    #[error(transparent)]
    Account(#[from] crate::accounts::AccountFault),
    /// What somebody states who reads what is not public does not hold.
    #[error(transparent)]
    Read(#[from] crate::file::ReadFault),
    /// What was asked for in a case does not fit.
    #[error(transparent)]
    Case(#[from] crate::cases::CaseFault),
    /// A proposal to adopt packs does not fit.
    #[error(transparent)]
    Adopt(#[from] crate::AdoptFault),
    /// A notice or guide does not fit.
    #[error(transparent)]
    Article(#[from] crate::ArticleFault),
    /// What is said of a supplying body does not fit.
    #[error(transparent)]
    Source(#[from] crate::SourceFault),
    /// The journal of erasures cannot be relied on.
    #[error(transparent)]
    Journal(#[from] gongxin_store::JournalError),
    /// The table of rights that is built in cannot be read.
    #[error(transparent)]
    Rights(#[from] crate::gate::RightsError),
    /// The policy of notices that is built in cannot be read.
    #[error(transparent)]
    NoticePolicy(#[from] crate::notices::NoticePolicyError),
    /// The policy of signing in that is built in cannot be read.
    #[error("the policy of signing in cannot be read")]
    SignInPolicy(#[from] toml::de::Error),
    /// The policy of the log that is built in cannot be read.
    #[error("the policy of the log cannot be read")]
    LogPolicy(toml::de::Error),
    /// The name index could not.
    #[error(transparent)]
    Names(#[from] NameIndexError),
    /// What was asked does not fit: an unknown catalogue, a source that may not supply it.
    #[error("{0}")]
    Usage(String),
    /// No rulebook is in force yet.
    #[error("no rulebook is in force; run `gongxin pack adopt` first")]
    NoRulebook,
    /// Something else was asked that does not exist.
    #[error("{0}")]
    Absent(String),
    /// The packs have problems that keep them from being adopted.
    #[error("the packs have {0} problems; `gongxin pack check` names them")]
    Packs(usize),
    /// Reading or writing a file beside the store failed.
    #[error("{act}: {why}")]
    File {
        /// What was done.
        act: String,
        /// What the system said.
        why: String,
    },
    /// Stopped on request; what was committed stays, the rest follows when repeated.
    #[error("stopped on request; run the command again, it goes on where it was")]
    Stopped,
}

impl OfficeError {
    /// True where the command was used wrongly and nothing was begun.
    #[must_use]
    pub fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::Usage(_)
                | Self::Absent(_)
                | Self::Refused(_)
                | Self::Account(_)
                | Self::Read(_)
                | Self::Case(_)
                | Self::Adopt(_)
                | Self::Article(_)
                | Self::Source(_)
                | Self::Store(StoreError::Url(_))
        )
    }

    /// True where repeating is the remedy.
    #[must_use]
    pub fn is_interruption(&self) -> bool {
        match self {
            Self::Stopped => true,
            Self::Store(error) => error.is_interruption(),
            _ => false,
        }
    }
}
