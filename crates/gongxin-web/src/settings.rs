//! What an operator says about the site.

use serde::{Deserialize, Serialize};

/// What an operator says about the site. The door reads it from the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The first part of the reference that a fault page gives, different for every start, so
    /// that a reference is found in the right log.
    pub instance: String,
    /// The foot of every page.
    pub footer: Footer,
}

/// The foot of every page. An empty slot shows nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Footer {
    /// 主办单位.
    pub operator: Option<String>,
    /// 联系方式, with hours.
    pub contact: Option<String>,
    /// 网站标识码.
    pub site_code: Option<String>,
    /// ICP备案号.
    pub icp: Option<String>,
    /// 公安备案号.
    pub police: Option<String>,
}
