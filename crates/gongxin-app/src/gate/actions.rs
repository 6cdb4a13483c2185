//! Every action that needs a right: a closed list.

/// An action, as a type: a permit for one is none for another.
pub trait Action {
    /// Its id, as the table of rights names it.
    const ID: &'static str;
}

macro_rules! actions {
    ($($(#[$about:meta])* $name:ident = $id:literal;)*) => {
        $(
            $(#[$about])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq)]
            pub struct $name;

            impl Action for $name {
                const ID: &'static str = $id;
            }
        )*

        /// The ids of all actions.
        pub const ACTIONS: &[&str] = &[$($id),*];
    };
}

actions! {
    /// Make and revoke one's own keys of the API.
    OwnKeys = "own.keys";
    /// See a body's hand-ins and what waits of it.
    BodySee = "body.see";
    /// Hand in for a body.
    HandInMake = "hand-in.make";
    /// Take back what a body handed in.
    BatchWithdraw = "batch.withdraw";
    /// Judge held rows of a body, and take judgements back.
    HeldJudge = "held.judge";
    /// See an organisation's own affairs.
    OrganisationSee = "organisation.see";
    /// Read what the public may not see of an organisation, for a purpose.
    OrganisationRead = "organisation.read";
    /// See accounts and their roles.
    AccountList = "account.list";
    /// Make an account.
    AccountAdd = "account.add";
    /// Give an account a new one-time code in place of its password and second factor.
    AccountReset = "account.reset";
    /// Bind an account to an identity of another platform, and unbind it.
    AccountBind = "account.bind";
    /// Say which roles an account has.
    AccountRoles = "account.roles";
    /// Lock and unlock an account.
    AccountLock = "account.lock";
    /// Read and export the chain of acts.
    AuditRead = "audit.read";
    /// Open a case.
    CaseOpen = "case.open";
    /// See cases and their course.
    CaseSee = "case.see";
    /// Take a step in a case, as the party that the scope makes one.
    CaseStep = "case.step";
    /// Have one's own systems told of one's notices.
    OwnWebhooks = "own.webhooks";
    /// See what waits and failed in the outbox of notices, and try it again.
    OutboxManage = "outbox.manage";
    /// Check a list of names and codes before a decision.
    CheckMake = "check.make";
    /// Erase a record by law: propose it, confirm what another proposed.
    RecordErase = "record.erase";
    /// Look at what packs would change, and adopt them: propose it, confirm what another proposed.
    RulesAdopt = "rules.adopt";
    /// Write notices and guides, publish them and take them back.
    ArticleManage = "article.manage";
    /// Register supplying bodies, and say who follows whom.
    SourceManage = "source.manage";
    /// Make, add and retire the keys that sign the public log.
    LogKeys = "log.keys";
}
