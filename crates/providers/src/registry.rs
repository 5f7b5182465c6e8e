//! The operator's configuration becomes connectors: one for each kind of provider.
//!
//! A new connector is a variant of [`ConnectorConfig`] and one arm of `connect`.

use std::collections::BTreeMap;
use std::sync::Arc;

use qist_app::ports::clock::Clock;
use qist_app::ports::connector::{Connector, Connectors, ProviderKind};
use serde::Deserialize;

use crate::client::{Client, Reach};
use crate::config::{ConfigError, Environment};
use crate::sandbox::Sandbox;
use crate::signed_http::{SignedHttp, SignedHttpConfig};
use crate::smtp::{Smtp, SmtpConfig};
use crate::trust::Trust;

/// How one kind of provider is reached.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ConnectorConfig {
    Sandbox,
    SignedHttp(SignedHttpConfig),
    /// For messages only.
    Smtp(SmtpConfig),
}

/// `{ bureau = { kind = "sandbox" }, kyc = { kind = "signed_http", url = … }, … }`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct ProvidersConfig {
    pub connectors: BTreeMap<ProviderKind, ConnectorConfig>,
}

/// What connectors are made with.
pub struct Needs<'a> {
    pub clock: Arc<dyn Clock>,
    pub trust: &'a Trust,
    pub environment: Environment<'a>,
    /// Whether simulators may stand in: then they do for every kind that is not configured. Never in production.
    pub sandbox_allowed: bool,
}

/// A connector for each kind.
pub struct Registry {
    bureau: Box<dyn Connector>,
    device_insights: Box<dyn Connector>,
    kyc: Box<dyn Connector>,
    gst: Box<dyn Connector>,
    penny_drop: Box<dyn Connector>,
    mandate: Box<dyn Connector>,
    esign: Box<dyn Connector>,
    payout: Box<dyn Connector>,
    payment: Box<dyn Connector>,
    message: Box<dyn Connector>,
}

impl Registry {
    pub fn new(config: &ProvidersConfig, needs: &Needs<'_>) -> Result<Registry, ConfigError> {
        let clients = Clients::new(needs.trust)?;
        let of = |kind| connect(kind, config.connectors.get(&kind), needs, &clients);
        Ok(Registry {
            bureau: of(ProviderKind::Bureau)?,
            device_insights: of(ProviderKind::DeviceInsights)?,
            kyc: of(ProviderKind::Kyc)?,
            gst: of(ProviderKind::Gst)?,
            penny_drop: of(ProviderKind::PennyDrop)?,
            mandate: of(ProviderKind::Mandate)?,
            esign: of(ProviderKind::Esign)?,
            payout: of(ProviderKind::Payout)?,
            payment: of(ProviderKind::Payment)?,
            message: of(ProviderKind::Message)?,
        })
    }
}

impl Connectors for Registry {
    fn of(&self, kind: ProviderKind) -> &dyn Connector {
        match kind {
            ProviderKind::Bureau => &*self.bureau,
            ProviderKind::DeviceInsights => &*self.device_insights,
            ProviderKind::Kyc => &*self.kyc,
            ProviderKind::Gst => &*self.gst,
            ProviderKind::PennyDrop => &*self.penny_drop,
            ProviderKind::Mandate => &*self.mandate,
            ProviderKind::Esign => &*self.esign,
            ProviderKind::Payout => &*self.payout,
            ProviderKind::Payment => &*self.payment,
            ProviderKind::Message => &*self.message,
        }
    }
}

/// One client for each reach, so that vendors share connections and certificates.
struct Clients {
    public: Client,
    anywhere: Client,
}

impl Clients {
    fn new(trust: &Trust) -> Result<Clients, ConfigError> {
        Ok(Clients { public: Client::new(Reach::Public, trust)?, anywhere: Client::new(Reach::Anywhere, trust)? })
    }

    fn of(&self, reach: Reach) -> Client {
        match reach {
            Reach::Public | Reach::PublicWeb => self.public.clone(),
            Reach::Anywhere => self.anywhere.clone(),
        }
    }
}

fn connect(
    kind: ProviderKind,
    config: Option<&ConnectorConfig>,
    needs: &Needs<'_>,
    clients: &Clients,
) -> Result<Box<dyn Connector>, ConfigError> {
    let by_http = |config: &SignedHttpConfig| {
        SignedHttp::new(kind, config, needs.environment, clients.of(config.reach()), Arc::clone(&needs.clock))
    };
    match config {
        None if !needs.sandbox_allowed => Err(ConfigError::NoConnector { kind }),
        Some(ConnectorConfig::Sandbox) if !needs.sandbox_allowed => Err(ConfigError::SandboxNotAllowed { kind }),
        None | Some(ConnectorConfig::Sandbox) => Ok(Box::new(Sandbox)),
        Some(ConnectorConfig::SignedHttp(config)) => Ok(Box::new(by_http(config)?)),
        Some(ConnectorConfig::Smtp(config)) if kind == ProviderKind::Message => {
            let sms = config.sms.as_ref().map(by_http).transpose()?;
            Ok(Box::new(Smtp::new(config, needs.environment, needs.trust, Arc::clone(&needs.clock), sms)?))
        }
        Some(ConnectorConfig::Smtp(_)) => Err(ConfigError::Unfit { kind, connector: "smtp" }),
    }
}

#[cfg(test)]
#[path = "registry_tests.rs"]
mod tests;
