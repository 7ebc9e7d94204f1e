//! From a request's credential to a claimant. One credential decides, and is judged alone.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use http::{
    HeaderMap, HeaderValue,
    header::{AUTHORIZATION, HeaderName},
};

use crate::auth::{
    Carrier, Claimant, DashboardKeys, Defect, OwnSession, Refusal, SessionTokens, TokenRules, Way, Ways,
    cookies::{Cookies, token_in},
};

/// The header for callers that cannot set `Authorization`.
const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// A cookie that lets in, and what reads it.
enum Sought<'a> {
    Session(&'a OwnSession, &'a DashboardKeys),
    Token(&'a TokenRules),
    SessionToken(&'a SessionTokens),
}

/// Judges the request's credential: `Authorization`, else `X-Api-Key`, else the first cookie present of our session,
/// `AUTH_COOKIE`, Auth.js's and NextAuth's.
///
/// # Errors
/// Where there is none, or one that is not accepted. A wrong one is never made up for by another.
pub async fn authenticate(headers: &HeaderMap, ways: &Ways, now: DateTime<Utc>) -> Result<Claimant, Refusal> {
    if let Some(value) = single(headers, &AUTHORIZATION)? {
        let credential = bearer(value.as_bytes()).ok_or(Defect::Scheme)?;
        return match (by_key(ways, credential), &ways.tokens, token_shaped(credential)) {
            (Err(_), Some(rules), Some(token)) => by_token(ways, rules, token, Carrier::Header, now).await,
            (by_key, _, _) => by_key,
        };
    }
    if let Some(value) = single(headers, &API_KEY)? {
        return by_key(ways, value.as_bytes());
    }
    let (sought, value) = first_cookie(headers, ways)?.ok_or(Refusal::Missing)?;
    match sought {
        Sought::Session(session, keys) => {
            Ok(Claimant::of_key(session.read(&value, keys, now)?, Way::Session, Carrier::Cookie))
        }
        Sought::Token(rules) => by_token(ways, rules, &token_in(&value)?, Carrier::Cookie, now).await,
        Sought::SessionToken(tokens) => {
            let claims = tokens.open(&value)?;
            claims.check_time(now)?;
            Ok(claims.claimant(tokens.way(), Carrier::Cookie, &ways.people)?)
        }
    }
}

fn by_key(ways: &Ways, credential: &[u8]) -> Result<Claimant, Refusal> {
    let key = ways.keys.as_ref().and_then(|keys| keys.find(credential)).ok_or(Defect::UnknownKey)?;
    Ok(Claimant::of_key(key, Way::Key, Carrier::Header))
}

async fn by_token(
    ways: &Ways,
    rules: &TokenRules,
    token: &str,
    carrier: Carrier,
    now: DateTime<Utc>,
) -> Result<Claimant, Refusal> {
    let claims = rules.verify(token, now).await?;
    Ok(claims.claimant(Way::Jwt, carrier, &ways.people)?)
}

/// The first cookie that is there, of those whose way is open.
fn first_cookie<'a>(headers: &'a HeaderMap, ways: &'a Ways) -> Result<Option<(Sought<'a>, Cow<'a, str>)>, Defect> {
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
pub(crate) fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a HeaderValue>, Defect> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (value, None) => Ok(value),
        (_, Some(_)) => Err(Defect::Twice),
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

    async fn check(headers: &[(&'static str, &str)], expected: Result<Role, Refusal>) {
        let keys = DashboardKeys::parse(&format!("auditor:{A}")).expect("a list of one key");
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_str(value).expect("a header"));
        }
        let claimant = authenticate(&map, &Ways::by_keys(keys, None), DateTime::UNIX_EPOCH).await;
        let role = claimant.map(|claimant| claimant.settle(None).expect("a key has a role").role());
        assert_eq!(role, expected, "{headers:?}");
    }

    #[tokio::test]
    async fn one_credential_decides_and_is_judged_alone() {
        let bearer = format!("bearer {A}");
        let wrong = |defect| Err(Refusal::Wrong(defect));
        check(&[], Err(Refusal::Missing)).await;
        check(&[("authorization", &format!("Bearer {A}"))], Ok(Role::Auditor)).await;
        check(&[("authorization", &bearer)], Ok(Role::Auditor)).await;
        check(&[("x-api-key", A)], Ok(Role::Auditor)).await;
        check(&[("authorization", A)], wrong(Defect::Scheme)).await;
        check(&[("authorization", &format!("Basic {A}"))], wrong(Defect::Scheme)).await;
        check(&[("authorization", "Bearer wrong"), ("x-api-key", A)], wrong(Defect::UnknownKey)).await;
        check(&[("authorization", "Bearer a.b.c")], wrong(Defect::UnknownKey)).await;
        check(&[("authorization", &bearer), ("authorization", &bearer)], wrong(Defect::Twice)).await;
        check(&[("x-api-key", "")], wrong(Defect::UnknownKey)).await;
        check(&[("cookie", &format!("lastpass-session={A}"))], Err(Refusal::Missing)).await;
    }
}
