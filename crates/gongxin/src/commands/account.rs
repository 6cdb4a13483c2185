//! `gongxin account` and `gongxin audit`: what an operator does at the machine.

use std::io::{Read as _, Write as _};

use anyhow::Context as _;
use gongxin_app::Office;
use gongxin_app::accounts::{AccountItem, AuditFormat, RehearsalAccount, RoleGrant};
use gongxin_app::gate::{
    AccountAdd, AccountBind, AccountList, AccountLock, AccountReset, AccountRoles, Action,
    AuditRead, Permit, Scope,
};
use serde_json::json;

use super::{circumstances, open, open_or_found};
use crate::arguments::{self, Account, AccountOf, Audit, AuditForm, First, Json, Place};
use crate::exit::{Exit, Usage};
use crate::screen::{say, say_json, tell};

/// The longest line that is read, in bytes.
const LINE_BYTES: u64 = 1024;

/// The operator's permits: whoever has the instance key.
pub(super) struct Operator<'a> {
    office: &'a Office,
    place: &'a Place,
}

impl<'a> Operator<'a> {
    pub(super) fn new(office: &'a Office, place: &'a Place) -> Self {
        Self { office, place }
    }

    /// The permit for the whole platform.
    pub(super) fn permit<A: Action>(&self) -> anyhow::Result<Permit<A>> {
        self.permit_for(Scope::Platform)
    }

    /// The permit for what a body hands in, by its code.
    pub(super) fn permit_for<A: Action>(&self, scope: Scope) -> anyhow::Result<Permit<A>> {
        let key = circumstances(self.place)?.key;
        Ok(self.office.permit_at_machine(&key, &self.place.actor, scope)?)
    }

    fn id(&self, login: &str) -> anyhow::Result<String> {
        Ok(self.office.account_named(&self.permit::<AccountList>()?, login)?)
    }

    /// Makes an account with roles; gives its id and its one-time code.
    pub(super) fn add(
        &self,
        login: &str,
        post: &str,
        roles: &[RoleGrant],
    ) -> anyhow::Result<(String, String)> {
        let made = self.office.add_account(&self.permit::<AccountAdd>()?, login, post)?;
        if !roles.is_empty() {
            self.office.set_roles(&self.permit::<AccountRoles>()?, &made.0, roles)?;
        }
        Ok(made)
    }
}

impl Operator<'_> {
    /// The ready accounts of the invented region.
    pub(super) fn rehearsal_accounts(&self) -> anyhow::Result<Vec<RehearsalAccount>> {
        let (add, roles) = (self.permit::<AccountAdd>()?, self.permit::<AccountRoles>()?);
        Ok(self.office.rehearsal_accounts(&add, &roles)?)
    }
}

pub(crate) fn run(place: &Place, ask: &Account) -> anyhow::Result<Exit> {
    if let Account::First(ask) = ask {
        return first(place, ask);
    }
    let office = open(place)?;
    let operator = Operator::new(&office, place);
    match ask {
        Account::First(_) => {}
        Account::Add(ask) => {
            let roles: Vec<RoleGrant> =
                ask.roles.iter().map(|role| RoleGrant::read(role)).collect();
            let (id, code) = operator.add(&ask.login, &ask.post, &roles)?;
            told(&ask.login, &id, &code, ask.json, &office)?;
        }
        Account::List(ask) => list(&operator, ask)?,
        Account::Roles(ask) => {
            let roles: Vec<RoleGrant> =
                ask.roles.iter().map(|role| RoleGrant::read(role)).collect();
            let id = operator.id(&ask.login)?;
            office.set_roles(&operator.permit::<AccountRoles>()?, &id, &roles)?;
            say(&format!("{id} has {} roles; its sessions ended", roles.len()));
        }
        Account::Lock(ask) => lock(&operator, ask, true)?,
        Account::Unlock(ask) => lock(&operator, ask, false)?,
        Account::Reset(ask) => {
            let id = operator.id(&ask.login)?;
            let code = office.reset_account(&operator.permit::<AccountReset>()?, &id)?;
            told(&ask.login, &id, &code, ask.json, &office)?;
            tell(
                "it is locked until `gongxin account unlock`, or the security administrator, opens it",
            );
        }
        Account::Bind(ask) => bind(&operator, ask)?,
        Account::Unbind(ask) => {
            let id = operator.id(&ask.login)?;
            let permit = operator.permit::<AccountBind>()?;
            let count = office.unbind_account(&permit, &id, None)?;
            if ask.json {
                say_json(&json!({ "login": ask.login, "id": id, "unbound": count }))?;
            } else {
                say(&format!("{id} is unbound from {count} identities; its sessions ended"));
            }
        }
        Account::Code(ask) => say(&office.rehearsal_code(&ask.login)?),
    }
    Ok(Exit::Done)
}

/// Binds an account to the identity whose subject stands on standard input.
fn bind(operator: &Operator<'_>, ask: &arguments::AccountBind) -> anyhow::Result<()> {
    let mut subject = String::new();
    std::io::stdin().take(LINE_BYTES).read_to_string(&mut subject)?;
    let id = operator.id(&ask.login)?;
    let permit = operator.permit::<AccountBind>()?;
    operator.office.bind_account(&permit, &id, (&ask.issuer, subject.trim()))?;
    if ask.json {
        return say_json(&json!({ "login": ask.login, "id": id, "issuer": ask.issuer }));
    }
    say(&format!("{id} is bound to an identity of {}, and locked", ask.issuer));
    tell("it is locked until `gongxin account unlock`, or the security administrator, opens it");
    Ok(())
}

fn first(place: &Place, ask: &First) -> anyhow::Result<Exit> {
    let office = open_or_found(place)?;
    if !office.has_no_account()? {
        let what = "there are accounts already; `gongxin account add` makes more";
        return Err(Usage(what.to_owned()).into());
    }
    let operator = Operator::new(&office, place);
    let mut made = Vec::new();
    for (login, role, post) in [
        (&ask.system, "system", "系统管理员"),
        (&ask.security, "security", "安全管理员"),
        (&ask.audit, "audit", "审计管理员"),
    ] {
        let (id, code) = operator.add(login, post, &[RoleGrant::read(role)])?;
        made.push((login, role, id, code));
    }
    if ask.json {
        let item = |(login, role, id, code): &(&String, &str, String, String)| json!({ "login": login, "role": role, "id": id, "code": code });
        say_json(&made.iter().map(item).collect::<Vec<_>>())?;
    } else {
        for (login, role, id, code) in &made {
            say(&format!("{login}  {role}  {id}  one-time code {code}"));
        }
        tell(&activation(&office));
    }
    Ok(Exit::Done)
}

fn activation(office: &Office) -> String {
    let hours = office.sign_in_policy().code_hours();
    format!("each sets a password at /activate with the one-time code, within {hours} hours")
}

fn told(login: &str, id: &str, code: &str, json: bool, office: &Office) -> anyhow::Result<()> {
    if json {
        return say_json(&json!({ "login": login, "id": id, "code": code }));
    }
    say(&format!("{login}  {id}  one-time code {code}"));
    tell(&activation(office));
    Ok(())
}

fn list(operator: &Operator<'_>, ask: &Json) -> anyhow::Result<()> {
    let accounts = operator.office.accounts(&operator.permit::<AccountList>()?)?;
    if ask.json {
        return say_json(&accounts);
    }
    for AccountItem { id, login, post, state, roles, has_factor, .. } in &accounts {
        let role = |grant: &RoleGrant| match grant.scope.as_str() {
            "" => grant.role.clone(),
            scope => format!("{}:{scope}", grant.role),
        };
        let roles: Vec<String> = roles.iter().map(role).collect();
        let factor = if *has_factor { "second factor" } else { "password" };
        say(&format!("{id}  {login}  {state}  {}  {factor}  {post}", roles.join(",")));
    }
    Ok(())
}

fn lock(operator: &Operator<'_>, ask: &AccountOf, is_locked: bool) -> anyhow::Result<()> {
    let id = operator.id(&ask.login)?;
    operator.office.lock_account(&operator.permit::<AccountLock>()?, &id, is_locked)?;
    let state = if is_locked { "locked" } else { "active" };
    if ask.json {
        return say_json(&json!({ "login": ask.login, "id": id, "state": state }));
    }
    say(&format!("{id} is {state}"));
    Ok(())
}

pub(crate) fn audit(place: &Place, ask: &Audit) -> anyhow::Result<Exit> {
    let office = open(place)?;
    match ask {
        Audit::Verify(ask) => verify(&office, ask),
        Audit::Export(ask) => {
            let permit = Operator::new(&office, place).permit::<AuditRead>()?;
            let format = match ask.format {
                AuditForm::Jsonl => AuditFormat::JsonLines,
                AuditForm::Syslog => AuditFormat::Syslog,
            };
            let rows = match &ask.out {
                None => office.export_audit(&permit, format, &mut std::io::stdout().lock())?,
                Some(path) => {
                    let named = || format!("writing `{}`", path.display());
                    let file = std::fs::File::create_new(path).with_context(named)?;
                    let mut out = std::io::BufWriter::new(file);
                    let rows = office.export_audit(&permit, format, &mut out)?;
                    out.flush().with_context(named)?;
                    rows
                }
            };
            tell(&format!("{rows} acts"));
            Ok(Exit::Done)
        }
    }
}

fn verify(office: &Office, ask: &Json) -> anyhow::Result<Exit> {
    let (checked, wrong) = office.check_audit()?;
    let first = checked.first_break.as_ref();
    if ask.json {
        say_json(&json!({
            "acts": checked.rows,
            "head": checked.head.to_string(),
            "first_break": first.map(|one| json!({ "no": one.no, "what": one.what })),
            "damaged_rows": wrong,
        }))?;
    } else {
        match first {
            None => say(&format!("{} acts, the chain holds; head {}", checked.rows, checked.head)),
            Some(one) => say(&format!("the chain breaks at act {}: {}", one.no, one.what)),
        }
        wrong.iter().for_each(|row| say(&format!("damaged: {row}")));
    }
    Ok(if first.is_none() && wrong.is_empty() { Exit::Done } else { Exit::Look })
}
