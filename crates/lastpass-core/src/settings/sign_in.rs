//! The ways in, each read only where its first setting is there.

use std::sync::Arc;

use crate::{
    auth::{
        AuthJsSessions, ClaimMapping, DashboardKeys, DashboardSessions, JwksCache, JwtVerifier, KeySource,
        MachineSecret, SessionCookie, SignInMethods,
    },
    domain::Role,
    settings::{
        SettingError, or_published,
        parse::{self, Reader},
    },
};

/// The ways in.
pub(crate) fn ways(
    demo: bool,
    lookup: impl Fn(&str) -> Option<String> + Copy,
) -> Result<SignInMethods, Vec<SettingError>> {
    if demo {
        return Ok(SignInMethods::keys_only(DashboardKeys::demo(), session(demo, lookup)));
    }
    let mut reader = Reader::new(lookup);
    let keys = reader.read_if_set("DASHBOARD_KEYS", Ok).flatten().map(|text| DashboardKeys::parse(&text));
    let keys = keys.transpose().map_err(|error| vec![SettingError::malformed("DASHBOARD_KEYS", error)]);
    let tokens = tokens(&mut reader, lookup);
    let auth_js = reader.read_if_set("AUTH_SECRET", parse::long_secrets).flatten();
    let next_auth = reader.read_if_set("NEXTAUTH_SECRET", parse::long_secrets).flatten();
    let role = reader.read_if_set("AUTH_ROLE_CLAIM", parse::claim).flatten();
    let email = reader.read("AUTH_EMAIL_CLAIM", parse::claim);
    let others = reader.finish(email);
    let (keys, email) = match (keys, others) {
        (Ok(keys), Ok(email)) => (keys, email),
        (keys, others) => return Err(keys.err().into_iter().chain(others.err()).flatten().collect()),
    };
    let session_tokens = auth_js.iter().flat_map(|secrets| AuthJsSessions::auth_js(secrets));
    let session_tokens = session_tokens.chain(next_auth.iter().flat_map(|secrets| AuthJsSessions::next_auth(secrets)));
    let ways = SignInMethods {
        keys,
        session: session(demo, lookup),
        tokens,
        session_tokens: session_tokens.collect(),
        people: ClaimMapping { role, email },
    };
    if ways.configured().next().is_none() {
        return Err(vec![SettingError::unset(
            "DASHBOARD_KEYS",
            "give it a key of your own, such as admin:KEY with a KEY of 32 or more characters",
        )]);
    }
    Ok(ways)
}

/// The dashboard's own session. Where `SIGNING_SECRET` is malformed, what signs names it; keys go on to let in.
fn session(demo: bool, lookup: impl Fn(&str) -> Option<String>) -> Option<DashboardSessions> {
    let is_by_hand = lookup("VERCEL").is_none() && lookup("AWS_LAMBDA_FUNCTION_NAME").is_none();
    let cookie = if is_by_hand { SessionCookie::Plain } else { SessionCookie::Host };
    let secrets = Reader::new(or_published(demo, lookup)).read_if_set("SIGNING_SECRET", parse::long_secrets);
    secrets.flatten().map(|secrets| DashboardSessions::derive(&secrets, cookie))
}

fn tokens<L: Fn(&str) -> Option<String>>(
    reader: &mut Reader<L>,
    lookup: impl Fn(&str) -> Option<String>,
) -> Option<JwtVerifier> {
    let url = reader.read_if_set("AUTH_JWKS_URL", parse::secure_url)?;
    let key = reader.read_if_set("AUTH_PUBLIC_KEY", parse::public_key)?;
    let keys = match (url, key) {
        (None, None) => return None,
        (Some(url), None) => KeySource::Jwks(JwksCache::new(url)),
        (None, Some(key)) => KeySource::Static(Arc::new(key)),
        (Some(_), Some(_)) => {
            reader.reject("AUTH_PUBLIC_KEY", "must not be set together with AUTH_JWKS_URL: unset one of the two");
            return None;
        }
    };
    let issuer = reader.read("AUTH_ISSUER", Ok);
    let audience = reader.read_if_set("AUTH_AUDIENCE", parse::texts);
    let authorized_parties = reader.read_if_set("AUTH_AUTHORIZED_PARTIES", parse::texts);
    let cookie = reader.read_if_set("AUTH_COOKIE", parse::cookie_name);
    if lookup("AUTH_AUDIENCE").is_none() && lookup("AUTH_AUTHORIZED_PARTIES").is_none() {
        reader.reject(
            "AUTH_AUDIENCE",
            "is not set, and neither is AUTH_AUTHORIZED_PARTIES: tokens of another application \
                                       would let in",
        );
    }
    Some(JwtVerifier {
        keys,
        issuer: issuer?,
        audience: audience?.unwrap_or_default(),
        authorized_parties: authorized_parties?.unwrap_or_default(),
        cookie: cookie?,
    })
}

/// The origins of other pages that may read replies.
pub(crate) fn origins(lookup: impl Fn(&str) -> Option<String>) -> Result<Vec<String>, Vec<SettingError>> {
    let mut reader = Reader::new(lookup);
    let origins = reader.read_if_set("CORS_ALLOWED_ORIGINS", parse::origins);
    reader.finish(origins.map(Option::unwrap_or_default))
}

/// Which group of LastPass's stands for which role.
pub(crate) fn role_groups(lookup: impl Fn(&str) -> Option<String>) -> Result<Vec<(Role, String)>, Vec<SettingError>> {
    let mut reader = Reader::new(lookup);
    let groups = reader.read_if_set("ROLE_GROUPS", parse::role_groups);
    reader.finish(groups.map(Option::unwrap_or_default))
}

/// What the platform's scheduler is known by.
pub(crate) fn scheduler(lookup: impl Fn(&str) -> Option<String>) -> Result<Option<MachineSecret>, Vec<SettingError>> {
    let mut reader = Reader::new(lookup);
    let secret = reader.read_if_set("CRON_SECRET", parse::token);
    reader.finish(secret.map(|secret| secret.as_ref().map(MachineSecret::scheduler)))
}

/// What LastPass's push is known by.
pub(crate) fn push(lookup: impl Fn(&str) -> Option<String>) -> Result<Option<MachineSecret>, Vec<SettingError>> {
    let mut reader = Reader::new(lookup);
    let token = reader.read_if_set("SIEM_TOKEN", parse::token);
    reader.finish(token.map(|token| token.as_ref().map(MachineSecret::push)))
}
