//! The sign-in methods, each of which is read only if its first variable is set, and what else decides who is admitted.

use std::sync::Arc;

use secrecy::ExposeSecret;

use crate::{
    auth::{
        AuthJsSessions, ClaimMapping, CookieScope, CronSecret, DashboardKeys, DashboardSessions, JwksCache,
        JwtVerifier, KeySource, SignInMethods,
    },
    domain::Role,
    settings::{
        error::SettingError,
        parse::{self, Reader},
    },
};

/// The secrets of Auth.js v5: an application may have up to four while it exchanges one.
const AUTH_JS_SECRETS: [&str; 4] = ["AUTH_SECRET", "AUTH_SECRET_1", "AUTH_SECRET_2", "AUTH_SECRET_3"];

/// The sign-in methods. `lookup` returns values as they are stored, surrounding whitespace included: applications read
/// the secrets of Auth.js and NextAuth so.
pub(crate) fn sign_in_methods(
    is_demo: bool,
    lookup: impl Fn(&str) -> Option<String> + Copy,
) -> Result<SignInMethods, Vec<SettingError>> {
    let sessions = sessions(lookup);
    if is_demo {
        return Ok(SignInMethods::keys_only(DashboardKeys::demo(), sessions));
    }
    let mut reader = Reader::new(lookup);
    let keys = reader.read_if_set("DASHBOARD_KEYS", |text| DashboardKeys::parse(&text));
    let jwt = jwt(&mut reader, lookup);
    let mut shared = |name| reader.read_stored_if_set(name, parse::shared_secrets).flatten().unwrap_or_default();
    let auth_js = AUTH_JS_SECRETS.map(&mut shared).concat();
    let next_auth = shared("NEXTAUTH_SECRET");
    let role = reader.read_if_set("AUTH_ROLE_CLAIM", parse::claim).flatten();
    let email = reader.read("AUTH_EMAIL_CLAIM", parse::claim);
    // Auth.js v5 falls back to the variable of v4.
    let auth_js = if AUTH_JS_SECRETS.iter().all(|name| lookup(name).is_none()) { &next_auth } else { &auth_js };
    let auth_js = (!auth_js.is_empty()).then(|| AuthJsSessions::auth_js(auth_js));
    let next_auth = (!next_auth.is_empty()).then(|| AuthJsSessions::next_auth(&next_auth));
    let build = || {
        Some(SignInMethods {
            keys: keys?,
            sessions,
            jwt,
            auth_js: auth_js.into_iter().chain(next_auth).collect(),
            claims: ClaimMapping { role, email: email? },
        })
    };
    let methods = reader.finish(build())?;
    if methods.configured().next().is_none() {
        return Err(vec![SettingError::unset(
            "DASHBOARD_KEYS",
            "add a key of your own, such as admin:KEY with a KEY of 32 or more characters",
        )]);
    }
    Ok(methods)
}

/// The dashboard's own sessions. A malformed `SIGNING_SECRET` disables them; it is reported with the signing secrets,
/// and keys are still accepted.
fn sessions(lookup: impl Fn(&str) -> Option<String>) -> Option<DashboardSessions> {
    let is_on_platform = lookup("VERCEL").is_some() || lookup("AWS_LAMBDA_FUNCTION_NAME").is_some();
    let scope = if is_on_platform { CookieScope::Host } else { CookieScope::Plain };
    let secrets = Reader::new(lookup).read_if_set("SIGNING_SECRET", parse::long_secrets);
    secrets.flatten().map(|secrets| DashboardSessions::derive(&secrets, scope))
}

fn jwt<L: Fn(&str) -> Option<String>>(
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
    let issuer = reader.read("AUTH_ISSUER", parse::text);
    let audience = reader.read_if_set("AUTH_AUDIENCE", parse::texts);
    let authorized_parties = reader.read_if_set("AUTH_AUTHORIZED_PARTIES", parse::texts);
    let cookie = reader.read_if_set("AUTH_COOKIE", parse::cookie_name);
    if lookup("AUTH_AUDIENCE").is_none() && lookup("AUTH_AUTHORIZED_PARTIES").is_none() {
        reader.reject(
            "AUTH_AUDIENCE",
            "is not set, and neither is AUTH_AUTHORIZED_PARTIES: tokens of other applications would be accepted",
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

/// The roles and their groups at LastPass, in order of precedence.
pub(crate) fn role_groups(lookup: impl Fn(&str) -> Option<String>) -> Result<Vec<(Role, String)>, Vec<SettingError>> {
    let mut reader = Reader::new(lookup);
    let groups = reader.read_if_set("ROLE_GROUPS", parse::role_groups);
    reader.finish(groups.map(Option::unwrap_or_default))
}

/// The secret of the platform's scheduler.
pub(crate) fn cron_secret(
    lookup: impl Fn(&str) -> Option<String> + Copy,
) -> Result<Option<CronSecret>, Vec<SettingError>> {
    let mut reader = Reader::new(lookup);
    let secret = reader.read_if_set("CRON_SECRET", |text| {
        parse::token(text).and_then(|secret| match variable_with(secret.expose_secret(), lookup) {
            Some(variable) => Err(format!("must not be a part of {variable}: generate a secret of its own").into()),
            None => Ok(secret),
        })
    });
    reader.finish(secret.map(|secret| secret.as_ref().map(CronSecret::new)))
}

/// The variable of another purpose that holds a secret: a leak of the one would then be a leak of the other.
fn variable_with(secret: &str, lookup: impl Fn(&str) -> Option<String>) -> Option<&'static str> {
    let is_key = |text: &str| DashboardKeys::parse(text).is_ok_and(|keys| keys.find(secret.as_bytes()).is_some());
    let holds = |value: &String| value.contains(secret) || is_key(value);
    let variables = ["DASHBOARD_KEYS", "SIGNING_SECRET", "NEXTAUTH_SECRET"].into_iter().chain(AUTH_JS_SECRETS);
    variables.into_iter().find(|name| lookup(name).as_ref().is_some_and(holds))
}
