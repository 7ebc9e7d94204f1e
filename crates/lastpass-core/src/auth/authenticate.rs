//! From a request's credential to a user. One credential decides, and is judged alone.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use http::{
    HeaderMap, HeaderValue,
    header::{AUTHORIZATION, HeaderName},
};

use crate::auth::{
    AuthError, AuthJsSessions, AuthenticatedUser, CredentialError, CredentialSource, DashboardKeys, DashboardSessions,
    JwtVerifier, SignInMethod, SignInMethods,
    cookies::{Cookies, token_in},
};

/// The header for callers that cannot set `Authorization`.
const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// A cookie that lets in, and what reads it.
enum Sought<'a> {
    Session(&'a DashboardSessions, &'a DashboardKeys),
    Token(&'a JwtVerifier),
    SessionToken(&'a AuthJsSessions),
}

/// Judges the request's credential: `Authorization`, else `X-Api-Key`, else the first cookie present of our session,
/// `AUTH_COOKIE`, Auth.js's and NextAuth's.
///
/// # Errors
/// Where there is none, or one that is not accepted. A wrong one is never made up for by another.
pub async fn authenticate(
    headers: &HeaderMap,
    ways: &SignInMethods,
    now: DateTime<Utc>,
) -> Result<AuthenticatedUser, AuthError> {
    if let Some(value) = single(headers, &AUTHORIZATION)? {
        let credential = bearer(value.as_bytes()).ok_or(CredentialError::Scheme)?;
        return match (by_key(ways, credential), &ways.tokens, token_shaped(credential)) {
            (Err(_), Some(rules), Some(token)) => by_token(ways, rules, token, CredentialSource::Header, now).await,
            (by_key, _, _) => by_key,
        };
    }
    if let Some(value) = single(headers, &API_KEY)? {
        return by_key(ways, value.as_bytes());
    }
    let (sought, value) = first_cookie(headers, ways)?.ok_or(AuthError::Missing)?;
    match sought {
        Sought::Session(session, keys) => Ok(AuthenticatedUser::of_key(
            session.read(&value, keys, now)?,
            SignInMethod::Session,
            CredentialSource::Cookie,
        )),
        Sought::Token(rules) => by_token(ways, rules, &token_in(&value)?, CredentialSource::Cookie, now).await,
        Sought::SessionToken(tokens) => {
            let claims = tokens.open(&value)?;
            claims.check_time(now)?;
            Ok(claims.user(tokens.method(), CredentialSource::Cookie, &ways.people)?)
        }
    }
}

fn by_key(ways: &SignInMethods, credential: &[u8]) -> Result<AuthenticatedUser, AuthError> {
    let key = ways.keys.as_ref().and_then(|keys| keys.find(credential)).ok_or(CredentialError::UnknownKey)?;
    Ok(AuthenticatedUser::of_key(key, SignInMethod::Key, CredentialSource::Header))
}

async fn by_token(
    ways: &SignInMethods,
    rules: &JwtVerifier,
    token: &str,
    source: CredentialSource,
    now: DateTime<Utc>,
) -> Result<AuthenticatedUser, AuthError> {
    let claims = rules.verify(token, now).await?;
    Ok(claims.user(SignInMethod::Jwt, source, &ways.people)?)
}

/// The first cookie that is there, of those whose way is open.
fn first_cookie<'a>(
    headers: &'a HeaderMap,
    ways: &'a SignInMethods,
) -> Result<Option<(Sought<'a>, Cow<'a, str>)>, CredentialError> {
    let cookies = Cookies::of(headers);
    if let Some((session, keys)) = ways.session.as_ref().zip(ways.keys.as_ref())
        && let Some(value) = cookies.whole(session.cookie().name())?
    {
        return Ok(Some((Sought::Session(session, keys), Cow::Borrowed(value))));
    }
    let token = ways.tokens.as_ref().and_then(|rules| Some((rules.cookie.as_deref()?, Sought::Token(rules))));
    let others = ways.session_tokens.iter().map(|tokens| (tokens.cookie, Sought::SessionToken(tokens)));
    for (name, sought) in token.into_iter().chain(others) {
        if let Some(value) = cookies.find(name)? {
            return Ok(Some((sought, value)));
        }
    }
    Ok(None)
}

/// The header's one value; two values could be read as either.
pub(crate) fn single<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
) -> Result<Option<&'a HeaderValue>, CredentialError> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (value, None) => Ok(value),
        (_, Some(_)) => Err(CredentialError::Duplicate),
    }
}

fn bearer(value: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = value.split_at_checked("Bearer ".len())?;
    scheme.eq_ignore_ascii_case(b"Bearer ").then(|| token.trim_ascii())
}

/// The text of what has the three parts of a JWT.
fn token_shaped(credential: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(credential).ok()?;
    (text.split('.').count() == 3).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Role;

    const A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    async fn check(headers: &[(&'static str, &str)], expected: Result<Role, AuthError>) {
        let keys = DashboardKeys::parse(&format!("auditor:{A}")).expect("a list of one key");
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_str(value).expect("a header"));
        }
        let user = authenticate(&map, &SignInMethods::keys_only(keys, None), DateTime::UNIX_EPOCH).await;
        let role = user.map(|user| user.with_role(None).expect("a key has a role").role());
        assert_eq!(role, expected, "{headers:?}");
    }

    #[tokio::test]
    async fn one_credential_decides_and_is_judged_alone() {
        let bearer = format!("bearer {A}");
        let wrong = |defect| Err(AuthError::Invalid(defect));
        check(&[], Err(AuthError::Missing)).await;
        check(&[("authorization", &format!("Bearer {A}"))], Ok(Role::Auditor)).await;
        check(&[("authorization", &bearer)], Ok(Role::Auditor)).await;
        check(&[("x-api-key", A)], Ok(Role::Auditor)).await;
        check(&[("authorization", A)], wrong(CredentialError::Scheme)).await;
        check(&[("authorization", &format!("Basic {A}"))], wrong(CredentialError::Scheme)).await;
        check(&[("authorization", "Bearer wrong"), ("x-api-key", A)], wrong(CredentialError::UnknownKey)).await;
        check(&[("authorization", "Bearer a.b.c")], wrong(CredentialError::UnknownKey)).await;
        check(&[("authorization", &bearer), ("authorization", &bearer)], wrong(CredentialError::Duplicate)).await;
        check(&[("x-api-key", "")], wrong(CredentialError::UnknownKey)).await;
        check(&[("cookie", &format!("lastpass-session={A}"))], Err(AuthError::Missing)).await;
    }
}
