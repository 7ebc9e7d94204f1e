//! Builds every outgoing HTTP client. Does not know which server is called or what a body means.

use std::time::Duration;

use bytes::{Bytes, BytesMut};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Returns a client with its own connection pool, whose requests take at most `timeout`, the body included.
///
/// The root certificates are bundled, since the platform may have no certificate store. Redirects and proxies are
/// disabled, since requests carry secrets, and replies decide who may sign in.
///
/// # Panics
/// Panics if the bundled root certificates are invalid, which does not depend on any input.
pub(crate) fn build(timeout: Duration) -> reqwest::Client {
    let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS
        .iter()
        .map(|root| reqwest::Certificate::from_der(root).expect("the bundled root certificates are valid DER"));
    reqwest::Client::builder()
        .tls_certs_only(roots)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .user_agent(concat!("lastpass-functions/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(timeout)
        .build()
        .expect("a client with bundled root certificates depends on nothing of the machine")
}

/// Why a body was not read to its end.
#[derive(Debug)]
pub(crate) enum BodyError {
    /// The body is longer than the limit.
    TooLong,
    /// The connection failed, or the time ran out.
    Interrupted(reqwest::Error),
}

/// Reads the body of a response, up to `limit` bytes.
///
/// # Errors
/// Returns an error if the body is longer, or does not arrive completely.
pub(crate) async fn read_body(response: &mut reqwest::Response, limit: usize) -> Result<Bytes, BodyError> {
    // Reserving the announced length avoids growing the buffer while a long body arrives.
    let length = response.content_length().unwrap_or_default().min(limit as u64);
    let mut body = BytesMut::with_capacity(length as usize);
    while let Some(chunk) = response.chunk().await.map_err(BodyError::Interrupted)? {
        if body.len() + chunk.len() > limit {
            return Err(BodyError::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}
