//! Samples of the public log.

use gongxin_app::public::shown::{ShownLog, ShownLogKey};

use super::values::at;

/// The log in its states; the first is what the sample desk shows.
pub(crate) fn logs() -> Vec<(&'static str, Option<ShownLog>)> {
    let key =
        |key: &str, since: &str, signs| ShownLogKey { key: key.into(), since: at(since), signs };
    let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    let line = "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=";
    let first = key(
        "credit.example/log+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "2026-05-04T01:12:00Z",
        true,
    );
    let log = ShownLog {
        origin: "credit.example/log".into(),
        suite: "sha256".into(),
        size: 20_852_163,
        signed: at("2026-11-24T02:29:51Z"),
        root: root.into(),
        note: format!("credit.example/log\n20852163\n{root}\n\n— credit.example/log {line}\n"),
        keys: vec![first.clone()],
        kept_seconds: 5,
    };
    let newer = key(
        "credit.example/log+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "2026-11-20T01:12:00Z",
        true,
    );
    let turned = ShownLog {
        suite: "sm3".into(),
        keys: vec![newer, ShownLogKey { signs: false, ..first }],
        ..log.clone()
    };
    vec![("signed", Some(log)), ("with another key", Some(turned)), ("unsigned", None)]
}
