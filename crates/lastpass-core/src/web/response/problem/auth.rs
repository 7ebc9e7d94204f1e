//! The problems of signing in.

use std::borrow::Cow;

use http::{HeaderMap, HeaderName, HeaderValue, header::WWW_AUTHENTICATE};

use crate::{
    auth::{AuthError, CredentialError},
    error_chain::causes,
    web::{
        request::cors::UntrustedOrigin,
        response::problem::{code::ProblemCode, row::ProblemRow},
    },
};

const NO_TOKEN: &str = r#"Bearer realm="lastpass-functions""#;
const INVALID_TOKEN: &str = r#"Bearer realm="lastpass-functions", error="invalid_token""#;

/// Every browser sends it with a request of a page (https://www.w3.org/TR/fetch-metadata/).
const FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

/// Who reads the detail of a 401, and so which way of signing in it describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignInClient {
    /// A program, which sends a key or a token.
    Program,
    /// A page, whose user signs in.
    Page,
    /// A form for a dashboard key.
    KeyForm,
}

impl SignInClient {
    /// The client that sent these headers.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        if headers.contains_key(FETCH_MODE) { Self::Page } else { Self::Program }
    }

    fn without_credential(self) -> &'static str {
        match self {
            Self::Program => {
                "The request has no credential. Send a dashboard key as `Authorization: Bearer KEY` or `X-Api-Key: KEY`."
            }
            Self::Page | Self::KeyForm => "You are not signed in. Sign in to continue.",
        }
    }

    fn with_invalid_credential(self) -> &'static str {
        match self {
            Self::Program => {
                "The credential is not accepted: the key is unknown, or the token has expired or belongs to another \
                 application. Sign in again, or send another key."
            }
            Self::Page => "Your sign-in has expired or is not accepted. Sign in again.",
            Self::KeyForm => "This key is not accepted. Check that it is complete, or request another one.",
        }
    }
}

pub(crate) fn row(error: &AuthError, client: SignInClient) -> ProblemRow<'static> {
    let unauthenticated = |detail: Cow<'static, str>, challenge| {
        ProblemRow::new(ProblemCode::Unauthenticated, detail)
            .header(WWW_AUTHENTICATE, HeaderValue::from_static(challenge))
    };
    match error {
        AuthError::Missing => unauthenticated(client.without_credential().into(), NO_TOKEN),
        AuthError::Invalid(error) => {
            unauthenticated(client.with_invalid_credential().into(), INVALID_TOKEN).cause(Some(causes(error)))
        }
        AuthError::InvalidCookie { cookie, reason, suffixed } => {
            unauthenticated(refused_cookie(cookie, *reason, suffixed.as_deref()).into(), INVALID_TOKEN)
                .cause(Some(causes(reason)))
        }
        AuthError::OnlySuffixedCookie { cookie, suffixed } => {
            let detail = format!(
                "The request has no cookie {cookie} (AUTH_COOKIE), but {suffixed}. If that is this application's, set \
                 AUTH_COOKIE={suffixed}."
            );
            unauthenticated(detail.into(), NO_TOKEN).cause(Some(causes(error)))
        }
        AuthError::KeysUnavailable => ProblemRow::new(
            ProblemCode::JwksUnavailable,
            "The public keys of the identity provider (AUTH_JWKS_URL) could not be fetched. Try again in a minute.",
        ),
    }
}

/// What to do about a change whose origin is not trusted.
pub(crate) fn untrusted_origin(origin: UntrustedOrigin) -> &'static str {
    match origin {
        UntrustedOrigin::PlainHttp => {
            "The page was loaded by plain http from another host than localhost, and to such a host browsers do not send \
             Sec-Fetch-Site, which proves where a change comes from. Open the page by https, or as http://localhost."
        }
        UntrustedOrigin::ServerCode => {
            "The request has neither Sec-Fetch-Site nor Origin, so that no page sent it. Server code that acts for a \
             signed-in user must forward the headers cookie and sec-fetch-site of the incoming request, or use the \
             client's server helper. A script sends a key in Authorization, and needs no session."
        }
        UntrustedOrigin::OtherOrigin => {
            "The request comes from a page of another origin. Let the page call the functions at its own origin, by a \
             rewrite of /api/lastpass, or list its origin in CORS_ALLOWED_ORIGINS and send a token in Authorization."
        }
    }
}

/// Which cookie is not accepted, and what to do.
fn refused_cookie(cookie: &str, reason: CredentialError, suffixed: Option<&str>) -> String {
    let mut detail = if reason == CredentialError::Duplicate {
        format!(
            "The browser sends the cookie {cookie} twice, with different values. Delete this site's cookies and sign in \
             again."
        )
    } else if reason == CredentialError::Pending {
        format!("The session in the cookie {cookie} is pending: finish signing in, such as choosing an organization.")
    } else {
        format!(
            "The session in the cookie {cookie} is not accepted: it has expired or belongs to another application. Sign \
             in again."
        )
    };
    if let Some(suffixed) = suffixed {
        detail.push_str(&format!(" If {suffixed} is this application's cookie, set AUTH_COOKIE={suffixed}."));
    }
    detail
}
