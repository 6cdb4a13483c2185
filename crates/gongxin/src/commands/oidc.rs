//! The other platforms by which one may sign in, from the file that the command line names.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use gongxin_app::Office;
use gongxin_model::openid::IdentityProvider;
use gongxin_openid::{OpenId, ProviderSettings, Settings, network};

/// Reads them; none is asked yet, so that one that does not answer keeps nothing from starting.
pub(super) fn providers(
    file: &Path,
    office: &Office,
) -> anyhow::Result<Vec<Arc<dyn IdentityProvider>>> {
    let named = || format!("reading `{}`", file.display());
    let text = std::fs::read_to_string(file).with_context(named)?;
    let settings = Settings::parse(&text).with_context(named)?;
    let beside = file.parent().unwrap_or(Path::new(""));
    let mut providers = Vec::new();
    for one in settings.providers {
        office.check_provider(&one.terms).with_context(named)?;
        let id = one.terms.id.clone();
        let provider = provider(one, &settings.site, beside);
        let provider = provider.with_context(|| format!("setting up the provider `{id}`"))?;
        providers.push(Arc::new(provider) as Arc<dyn IdentityProvider>);
    }
    Ok(providers)
}

fn provider(one: ProviderSettings, site: &str, beside: &Path) -> anyhow::Result<OpenId> {
    let read = |path: &Path| {
        let path = beside.join(path);
        std::fs::read(&path).with_context(|| format!("reading `{}`", path.display()))
    };
    let secret = one.client_secret_file.as_deref().map(read).transpose()?;
    // What it holds is in no message.
    let secret = secret.map(String::from_utf8).transpose();
    let secret = secret.map_err(|_| anyhow::anyhow!("the secret is no text"))?;
    let secret = secret.map(|secret| secret.trim().to_owned());
    anyhow::ensure!(secret.as_deref() != Some(""), "the file of the secret is empty");
    let certificates = one.certificates.as_deref().map(read).transpose()?;
    let ask = network(certificates.as_deref())?;
    Ok(OpenId::new(one, site, secret, ask)?)
}
