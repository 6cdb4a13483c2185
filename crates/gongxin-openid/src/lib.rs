//! Asks an OpenID Connect provider who somebody is: the authorization code flow with PKCE.
//!
//! The protocol and the cryptography are `openidconnect`'s; here stand what of it is allowed, and the one
//! way out to the network. Nothing is kept, and nothing of a token leaves this room but what
//! [`gongxin_model::openid::Verified`] holds.

mod http;
mod limits;
mod provider;
mod settings;

pub use http::{Ask, AskFault, network};
pub use openidconnect::{HttpRequest, HttpResponse};
pub use provider::OpenId;
pub use settings::{ProviderSettings, Settings, SettingsError};
