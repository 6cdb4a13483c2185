//! Every page behind the counter, in both languages, well made.

use crate::html::check;
use crate::staff::{MARKET, Staff};

#[test]
fn every_page_behind_the_counter_is_well_made() {
    let staff = Staff::new();
    staff.account("clerk-1", &[&format!("clerk:{MARKET}")]);
    staff.account("sysadmin", &["system"]);
    staff.account("secadmin", &["security"]);
    staff.account("auditor", &["audit"]);
    staff.account("firm-1", &["representative:91150000720180740Y"]);
    let target = staff.account("target", &[]);
    let [clerk, system, security, audit, firm] =
        ["clerk-1", "sysadmin", "secadmin", "auditor", "firm-1"].map(|login| staff.session(login));
    let of = format!("/console/accounts/{target}");
    for (prefix, lang) in [("", "zh-Hans-CN"), ("/en", "en")] {
        for (path, session) in [
            ("/sign-in", None),
            ("/sign-in?for=department&next=%2Fconsole", None),
            ("/activate?login=x&code=y", None),
            ("/console", Some(&clerk)),
            ("/console", Some(&audit)),
            ("/my", Some(&firm)),
            ("/console/account", Some(&clerk)),
            ("/console/account", Some(&system)),
            ("/console/account/password", Some(&clerk)),
            ("/console/account/factor", Some(&clerk)),
            ("/console/account/factor", Some(&system)),
            ("/console/accounts", Some(&system)),
            ("/console/accounts", Some(&security)),
            (of.as_str(), Some(&system)),
            (of.as_str(), Some(&security)),
            ("/console/audit", Some(&audit)),
            ("/console/audit?account=nobody", Some(&audit)),
        ] {
            let answer = staff.get(&format!("{prefix}{path}"), session);
            assert_eq!(answer.status, 200, "{prefix}{path}: {}", answer.text());
            check(&format!("{prefix}{path}"), lang, &answer.text());
        }
    }
}

#[test]
fn what_comes_back_of_a_form_is_well_made() {
    let staff = Staff::new();
    staff.account("clerk-1", &[&format!("clerk:{MARKET}")]);
    staff.account("sysadmin", &["system"]);
    let target = staff.account("target", &[]);
    let secadmin = staff.account("secadmin", &["security"]);
    let [clerk, system, security] =
        ["clerk-1", "sysadmin", "secadmin"].map(|login| staff.session(login));
    let of = format!("/console/accounts/{target}");
    let (roles, own) = (format!("{of}/roles"), format!("/console/accounts/{secadmin}/roles"));
    for (prefix, lang) in [("", "zh-Hans-CN"), ("/en", "en")] {
        for (path, session, fields, status) in [
            (
                "/console/account/password",
                &clerk,
                vec![("present", "x"), ("new", "a"), ("again", "b")],
                422,
            ),
            (
                "/console/account/password",
                &clerk,
                vec![("present", "x"), ("new", "a"), ("again", "a")],
                422,
            ),
            ("/console/account/factor", &clerk, vec![("code", "1")], 422),
            ("/console/account/keys", &clerk, vec![("name", ""), ("days", "1")], 422),
            (
                "/console/account/keys",
                &clerk,
                vec![("name", "k"), ("action", "body.see"), ("days", "9")],
                200,
            ),
            ("/console/accounts", &system, vec![("login", "x"), ("post", "x")], 422),
            (
                "/console/accounts",
                &system,
                vec![("login", if lang == "en" { "n-en" } else { "n-zh" }), ("post", "岗")],
                200,
            ),
            (of.as_str(), &system, Vec::new(), 405),
            ("/console/accounts", &system, vec![("login", "target"), ("post", "岗")], 422),
            ("/console/accounts", &system, vec![("login", "13800138000"), ("post", "岗")], 422),
            ("/console/accounts", &system, vec![("login", "fits"), ("post", "")], 422),
            (roles.as_str(), &security, vec![("roles", "chief")], 422),
            (roles.as_str(), &security, vec![("roles", "clerk:nowhere")], 422),
            (roles.as_str(), &security, vec![("roles", "steward:150000-market")], 422),
            (roles.as_str(), &security, vec![("roles", "representative:123")], 422),
            (roles.as_str(), &security, vec![("roles", "audit steward")], 422),
            (own.as_str(), &security, vec![("roles", "steward")], 422),
        ] {
            let answer = staff.post(&format!("{prefix}{path}"), session, &fields);
            assert_eq!(answer.status, status, "{prefix}{path}: {}", answer.text());
            check(&format!("{prefix}{path} sent"), lang, &answer.text());
        }
    }
}
