use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use qist_app::caller::Caller;
use qist_app::error::Error;

use crate::error::{Bank, Contract, Own};
use crate::router::{Api, RequestInfo};

/// A sourcing entity's server, by `x-api-key`.
pub struct PartnerCaller(pub Caller);

impl FromRequestParts<Api> for PartnerCaller {
    type Rejection = Contract;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Contract> {
        Ok(PartnerCaller(api.app.partner(api_key(parts)?).await?))
    }
}

/// A lender's server, by `x-api-key`.
pub struct LenderCaller(pub Caller);

impl FromRequestParts<Api> for LenderCaller {
    type Rejection = Own;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Own> {
        Ok(LenderCaller(api.app.lender(api_key(parts)?).await?))
    }
}

/// A sourcing entity's server or a lender's, by `x-api-key`: for what each has of its own.
pub struct OwnerCaller(pub Caller);

impl FromRequestParts<Api> for OwnerCaller {
    type Rejection = Own;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Own> {
        Ok(OwnerCaller(api.app.owner(api_key(parts)?).await?))
    }
}

/// A borrower: the client key in `x-api-key` and the user's token as a bearer.
pub struct BorrowerCaller(pub Caller);

impl FromRequestParts<Api> for BorrowerCaller {
    type Rejection = Own;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Own> {
        let token = header(parts, "authorization").and_then(|value| value.strip_prefix("Bearer "));
        let token = token.ok_or(Error::Unauthenticated)?;
        Ok(BorrowerCaller(api.app.borrower(api_key(parts)?, token).await?))
    }
}

/// Whoever has a sourcing entity's key of BankConnect, by `x-api-key`.
pub struct BankClient(pub Caller);

impl FromRequestParts<Api> for BankClient {
    type Rejection = Bank;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Bank> {
        Ok(BankClient(api.app.bank_client(api_key(parts)?).await?))
    }
}

/// A sourcing entity's server: the key of BankConnect in `x-api-key`, and beside it `server-hash`.
pub struct BankServer(pub Caller);

impl FromRequestParts<Api> for BankServer {
    type Rejection = Bank;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Bank> {
        // A hash that is not text is a wrong one, and not an absent one.
        let hash = parts.headers.get("server-hash").map(|value| value.to_str().unwrap_or_default());
        Ok(BankServer(api.app.bank_server(api_key(parts)?, hash).await?))
    }
}

/// Where the request comes from, as the connection or a trusted proxy tells.
pub struct ClientIp(pub IpAddr);

impl FromRequestParts<Api> for ClientIp {
    type Rejection = Own;

    async fn from_request_parts(parts: &mut Parts, _api: &Api) -> Result<Self, Own> {
        let info = parts.extensions.get::<RequestInfo>().ok_or_else(|| Error::internal("a request without address"))?;
        Ok(ClientIp(info.client_ip))
    }
}

fn api_key(parts: &Parts) -> Result<&str, Error> {
    header(parts, "x-api-key").filter(|key| (1..=200).contains(&key.len())).ok_or(Error::Unauthenticated)
}

fn header<'a>(parts: &'a Parts, name: &str) -> Option<&'a str> {
    parts.headers.get(name)?.to_str().ok()
}
