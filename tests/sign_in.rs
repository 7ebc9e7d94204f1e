//! Every way in, and every single defect that keeps somebody out.

mod defects;
pub(crate) mod issuer;
mod key_server;
mod rotation;
pub(crate) mod session_tokens;
mod stories;

use chrono::{DateTime, Utc};
use http::{HeaderMap, HeaderName, HeaderValue};
use lastpass_core::{
    auth::{AuthError, AuthenticatedUser, SignInMethods, authenticate},
    settings::{DemoDatabase, Settings},
};

/// All settings of a deployment that has only these.
fn settings(variables: &[(&str, &str)]) -> Settings {
    let lookup = |name: &str| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    Settings::from_lookup(lookup, DemoDatabase::Refused)
}

/// The ways in of a deployment that has only these settings.
fn sign_in_methods(variables: &[(&str, &str)]) -> SignInMethods {
    settings(variables).sign_in.expect("a way in")
}

/// Judges a request that carries these headers.
async fn judge(
    methods: &SignInMethods,
    headers: &[(&str, &str)],
    now: DateTime<Utc>,
) -> Result<AuthenticatedUser, AuthError> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let name: HeaderName = name.parse().expect("a header's name");
        map.append(name, HeaderValue::from_str(value).expect("a header's value"));
    }
    authenticate(&map, methods, now).await
}

/// Judges a token in `Authorization`.
async fn judge_bearer(
    methods: &SignInMethods,
    token: &str,
    now: DateTime<Utc>,
) -> Result<AuthenticatedUser, AuthError> {
    judge(methods, &[("authorization", &format!("Bearer {token}"))], now).await
}
