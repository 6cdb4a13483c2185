//! What an operator says about the site.

use gongxin_app::ChildCommand;
use gongxin_app::transport::HookRules;
use serde::{Deserialize, Serialize};

use crate::map::ApprovedMap;
use crate::visits::Visits;

/// What an operator says about the site. The door reads it from the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The first part of the reference that a fault page gives, different for every start, so
    /// that a reference is found in the right log.
    pub instance: String,
    /// The foot of every page.
    pub footer: Footer,
    /// How often one address is answered.
    pub visits: Visits,
    /// A map of the divisions that was approved for publication; read from a file of its own.
    #[serde(skip)]
    pub map: Option<ApprovedMap>,
    /// Over which channels notices go here; read from a file of its own.
    #[serde(skip)]
    pub channels: Channels,
    /// What reads papers in a process of its own; without it they are read in this one, for tests.
    #[serde(skip)]
    pub paper_reader: Option<ChildCommand>,
}

/// Over which channels notices go here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Channels {
    /// True where mail is sent.
    pub mail: bool,
    /// Where messages to webhooks may go; none where none are sent.
    pub webhooks: Option<HookRules>,
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

/// What an operator wrote cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the settings of the site cannot be read")]
pub struct SettingsError(#[from] toml::de::Error);

impl Settings {
    /// Reads what an operator wrote, as TOML.
    ///
    /// # Errors
    /// Where it is no TOML, or names a setting that there is not.
    pub fn parse(source: &str) -> Result<Self, SettingsError> {
        Ok(toml::from_str(source)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_foot_is_read_and_a_slip_in_a_name_is_not_passed_over() {
        let settings = Settings::parse("[footer]\noperator = \"演练区\"\n").unwrap();
        assert_eq!(settings.footer.operator.as_deref(), Some("演练区"));
        assert_eq!(settings.footer.contact, None);
        assert_eq!(settings.visits, Visits::default());
        let settings =
            Settings::parse("[visits]\nper_minute = 60\ngateways = [\"10.0.0.1\"]\n").unwrap();
        assert_eq!((settings.visits.per_minute, settings.visits.at_once), (60, 600));
        assert!(Settings::parse("[visits]\ngateways = [\"gateway\"]\n").is_err());
        assert!(Settings::parse("[footer]\noperater = \"演练区\"\n").is_err());
    }
}
