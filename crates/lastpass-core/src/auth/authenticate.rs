//! From a request's credential to a user. The first credential decides, whether it is accepted or not.

use chrono::{DateTime, Utc};
use http::{
    HeaderMap, HeaderValue,
    header::{AUTHORIZATION, HeaderName},
};

use crate::auth::{
    AuthError, AuthJsSessions, AuthenticatedUser, ClaimMapping, CredentialError, CredentialSource, DashboardKeys,
    DashboardSessions, JwtVerifier, SignInMethod,
    auth_js::EncryptedCookie,
    claims::MAX_SESSION_LIFETIME,
    cookies::{Cookies, access_token},
};

/// The header for clients that cannot set `Authorization`.
const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// The configured sign-in methods. A method without its setting is `None` or empty.
#[derive(Debug)]
pub struct SignInMethods {
    /// Dashboard keys.
    pub keys: Option<DashboardKeys>,
    /// The dashboard's own sessions, each of which stands for a dashboard key.
    pub sessions: Option<DashboardSessions>,
    /// JWTs of an identity provider.
    pub jwt: Option<JwtVerifier>,
    /// Encrypted sessions of Auth.js and NextAuth, in the order in which cookies are searched.
    pub auth_js: Vec<AuthJsSessions>,
    /// The claims that hold a user's role and address.
    pub claims: ClaimMapping,
}

impl SignInMethods {
    /// Dashboard keys, and sessions that stand for them, as the only methods.
    pub fn keys_only(keys: DashboardKeys, sessions: Option<DashboardSessions>) -> Self {
        Self { keys: Some(keys), sessions, jwt: None, auth_js: Vec::new(), claims: ClaimMapping::default() }
    }

    /// The methods that are configured.
    pub fn configured(&self) -> impl Iterator<Item = SignInMethod> {
        SignInMethod::ALL.into_iter().filter(|method| match method {
            SignInMethod::Key => self.keys.is_some(),
            SignInMethod::Session => self.keys.is_some() && self.sessions.is_some(),
            SignInMethod::Jwt => self.jwt.is_some(),
            SignInMethod::AuthJs | SignInMethod::NextAuth => {
                self.auth_js.iter().any(|sessions| sessions.method() == *method)
            }
        })
    }
}

/// Verifies the request's credential: `Authorization`, else `X-Api-Key`, else the first of these cookies that is
/// present: our session, `AUTH_COOKIE`, Auth.js, NextAuth. Auth.js and NextAuth have two names for their cookie; if a
/// browser sends both, the valid one counts.
///
/// # Errors
/// Returns an error if there is no credential, or if the first one is not accepted; the others are not tried.
pub async fn authenticate(
    headers: &HeaderMap,
    methods: &SignInMethods,
    now: DateTime<Utc>,
) -> Result<AuthenticatedUser, AuthError> {
    if let Some(value) = single(headers, &AUTHORIZATION)? {
        let credential = bearer(value.as_bytes()).ok_or(CredentialError::Scheme)?;
        return match (verify_key(methods, credential), &methods.jwt, jwt_text(credential)) {
            (Err(_), Some(verifier), Some(token)) => {
                verify_jwt(methods, verifier, token, CredentialSource::Header, now).await
            }
            (user, _, _) => user,
        };
    }
    if let Some(value) = single(headers, &API_KEY)? {
        return verify_key(methods, value.as_bytes());
    }
    let cookies = Cookies::parse(headers);
    let found = match dashboard_session(&cookies, methods, now) {
        Some(user) => Some(user),
        None => token_cookie(&cookies, methods, now).await,
    };
    let found = found.or_else(|| methods.auth_js.iter().find_map(|one| library_session(&cookies, methods, one, now)));
    found.unwrap_or_else(|| Err(missing(&cookies, methods)))
}

/// The part of a request that carries the credential which [`authenticate`] verifies, if there is one.
pub(crate) fn credential_source(headers: &HeaderMap) -> CredentialSource {
    let has_header = [AUTHORIZATION, API_KEY].iter().any(|name| values(headers, name).next().is_some());
    if has_header { CredentialSource::Header } else { CredentialSource::Cookie }
}

fn verify_key(methods: &SignInMethods, credential: &[u8]) -> Result<AuthenticatedUser, AuthError> {
    let key = methods.keys.as_ref().and_then(|keys| keys.find(credential)).ok_or(CredentialError::UnknownKey)?;
    Ok(AuthenticatedUser::from_key(key, SignInMethod::Key, CredentialSource::Header, None))
}

async fn verify_jwt(
    methods: &SignInMethods,
    verifier: &JwtVerifier,
    token: &str,
    source: CredentialSource,
    now: DateTime<Utc>,
) -> Result<AuthenticatedUser, AuthError> {
    let claims = verifier.verify(token, now).await?;
    Ok(methods.claims.user(&claims, SignInMethod::Jwt, source)?)
}

/// The user of our own session; `None` without one.
fn dashboard_session(
    cookies: &Cookies<'_>,
    methods: &SignInMethods,
    now: DateTime<Utc>,
) -> Option<Result<AuthenticatedUser, AuthError>> {
    let (sessions, keys) = methods.sessions.as_ref().zip(methods.keys.as_ref())?;
    let name = sessions.cookie().name();
    let value = cookies.whole(name).transpose()?;
    let user = value.and_then(|value| sessions.verify(value, keys, now));
    Some(user.map_err(|error| AuthError::from(error).of_cookie(name, None)))
}

/// The user of the JWT in `AUTH_COOKIE`; `None` without that cookie.
async fn token_cookie(
    cookies: &Cookies<'_>,
    methods: &SignInMethods,
    now: DateTime<Utc>,
) -> Option<Result<AuthenticatedUser, AuthError>> {
    let verifier = methods.jwt.as_ref()?;
    let name = verifier.cookie.as_deref()?;
    let value = cookies.find(name).transpose()?;
    let user = match value.as_deref().map_err(|error| *error).and_then(access_token) {
        Ok(token) => verify_jwt(methods, verifier, &token, CredentialSource::Cookie, now).await,
        Err(error) => Err(error.into()),
    };
    Some(user.map_err(|error| error.of_cookie(name, cookies.with_clerk_suffix(name))))
}

/// The user of a session of Auth.js or NextAuth; `None` without one. If none of the cookies is valid, the error is that
/// of the first.
fn library_session(
    cookies: &Cookies<'_>,
    methods: &SignInMethods,
    sessions: &AuthJsSessions,
    now: DateTime<Utc>,
) -> Option<Result<AuthenticatedUser, AuthError>> {
    let verify = |cookie: &EncryptedCookie| {
        let value = cookies.find(cookie.name()).transpose()?;
        let user = value.and_then(|value| {
            let claims = cookie.decrypt(&value)?;
            claims.check_time(now, MAX_SESSION_LIFETIME)?;
            methods.claims.user(&claims, sessions.method(), CredentialSource::Cookie)
        });
        Some(user.map_err(|error| AuthError::from(error).of_cookie(cookie.name(), None)))
    };
    let [first, second] = sessions.cookies().each_ref().map(verify);
    match (first, second) {
        (Some(Err(_)), Some(Ok(user))) => Some(Ok(user)),
        (first, second) => first.or(second),
    }
}

/// The error of a request without a credential.
fn missing(cookies: &Cookies<'_>, methods: &SignInMethods) -> AuthError {
    let expected = methods.jwt.as_ref().and_then(|jwt| jwt.cookie.as_deref());
    let suffixed = expected.and_then(|cookie| Some((cookie, cookies.with_clerk_suffix(cookie)?)));
    suffixed.map_or(AuthError::Missing, |(cookie, suffixed)| AuthError::OnlySuffixedCookie {
        cookie: cookie.to_owned(),
        suffixed: suffixed.to_owned(),
    })
}

/// The only value of a header that is not blank; two values are ambiguous.
pub(crate) fn single<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
) -> Result<Option<&'a HeaderValue>, CredentialError> {
    let mut values = values(headers, name);
    match (values.next(), values.next()) {
        (value, None) => Ok(value),
        (_, Some(_)) => Err(CredentialError::Duplicate),
    }
}

/// The values of a header without blank ones, which a client sends for a variable that is not set.
fn values<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a HeaderValue> {
    headers.get_all(name).iter().filter(|value| !value.as_bytes().trim_ascii().is_empty())
}

/// The credential of an `Authorization` header with the scheme `Bearer`.
pub(crate) fn bearer(value: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = value.split_at_checked("Bearer ".len())?;
    scheme.eq_ignore_ascii_case(b"Bearer ").then(|| token.trim_ascii())
}

/// The credential as text if it has the three parts of a JWT.
fn jwt_text(credential: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(credential).ok()?;
    (text.split('.').count() == 3).then_some(text)
}

#[cfg(test)]
mod tests {
    use http::header::COOKIE;

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
    async fn the_first_credential_decides() {
        let bearer = format!("bearer {A}");
        let invalid = |error| Err(AuthError::Invalid(error));
        check(&[], Err(AuthError::Missing)).await;
        check(&[("authorization", &format!("Bearer {A}"))], Ok(Role::Auditor)).await;
        check(&[("authorization", &bearer)], Ok(Role::Auditor)).await;
        check(&[("x-api-key", A)], Ok(Role::Auditor)).await;
        check(&[("authorization", A)], invalid(CredentialError::Scheme)).await;
        check(&[("authorization", &format!("Basic {A}"))], invalid(CredentialError::Scheme)).await;
        check(&[("authorization", "Bearer wrong"), ("x-api-key", A)], invalid(CredentialError::UnknownKey)).await;
        check(&[("authorization", "Bearer a.b.c")], invalid(CredentialError::UnknownKey)).await;
        check(&[("authorization", &bearer), ("authorization", &bearer)], invalid(CredentialError::Duplicate)).await;
        for blank in ["", " ", "\t "] {
            check(&[("x-api-key", blank)], Err(AuthError::Missing)).await;
            check(&[("authorization", blank), ("x-api-key", A)], Ok(Role::Auditor)).await;
            check(&[("authorization", blank), ("authorization", &bearer)], Ok(Role::Auditor)).await;
            check(&[("authorization", &bearer), ("x-api-key", blank)], Ok(Role::Auditor)).await;
        }
        check(&[("cookie", &format!("lastpass-session={A}"))], Err(AuthError::Missing)).await;
    }

    #[test]
    fn a_blank_header_does_not_carry_the_credential() {
        for (name, value, expected) in [
            (AUTHORIZATION, "Bearer x", CredentialSource::Header),
            (API_KEY, "x", CredentialSource::Header),
            (AUTHORIZATION, "", CredentialSource::Cookie),
            (API_KEY, " ", CredentialSource::Cookie),
            (COOKIE, "x=y", CredentialSource::Cookie),
        ] {
            let headers = HeaderMap::from_iter([(name, HeaderValue::from_static(value))]);
            assert_eq!(credential_source(&headers), expected, "{headers:?}");
        }
    }
}
