//! Key sets of an issuer: fetching, rotation and outages.

use chrono::TimeDelta;
use futures_util::future::join_all;
use lastpass_core::auth::{AuthError, CredentialError, SignInMethod, SignInMethods};
use serde_json::{Value, json};

use crate::{
    sign_in::{
        authenticate_bearer,
        issuer::{Issuer, SigningKey},
        key_server::KeyServer,
        sign_in_methods,
    },
    world::noon,
};

/// An issuer, its key server, and a deployment that trusts it.
struct Scene {
    issuer: Issuer,
    server: KeyServer,
    methods: SignInMethods,
}

impl Scene {
    async fn new() -> Self {
        let issuer = Issuer::better_auth();
        let server = KeyServer::start(vec![issuer.key.jwk("first")]).await;
        let methods = sign_in_methods(&issuer.settings_with(("AUTH_JWKS_URL", &server.url)));
        Self { issuer, server, methods }
    }

    /// Authenticates, some seconds after noon, with a token whose claims are valid.
    async fn sign_in(&self, key: &SigningKey, kid: &str, seconds: i64) -> Result<SignInMethod, AuthError> {
        let now = noon() + TimeDelta::seconds(seconds);
        let mut claims: Value = self.issuer.claims.clone();
        claims["exp"] = json!(now.timestamp() + 60);
        authenticate_bearer(&self.methods, &key.token(kid, &claims), now).await.map(|user| user.method())
    }

    /// The same, with the first key.
    async fn sign_in_first(&self, seconds: i64) -> Result<SignInMethod, AuthError> {
        self.sign_in(&self.issuer.key, "first", seconds).await
    }
}

const UNKNOWN: Result<SignInMethod, AuthError> = Err(AuthError::Invalid(CredentialError::UnknownKeyId));

#[tokio::test]
async fn the_first_token_fetches_the_keys_and_the_next_does_not() {
    let scene = Scene::new().await;
    assert_eq!(scene.server.request_count(), 0);
    assert_eq!(scene.sign_in_first(0).await, Ok(SignInMethod::Jwt));
    assert_eq!(scene.sign_in_first(599).await, Ok(SignInMethod::Jwt));
    assert_eq!(scene.server.request_count(), 1);
}

#[tokio::test]
async fn concurrent_tokens_cause_one_fetch() {
    let scene = Scene::new().await;
    let results = join_all((0..20).map(|_| scene.sign_in_first(0))).await;
    assert!(results.iter().all(Result::is_ok));
    assert_eq!(scene.server.request_count(), 1);
}

#[tokio::test]
async fn an_unknown_key_id_causes_at_most_one_fetch_a_minute() {
    let scene = Scene::new().await;
    assert_eq!(scene.sign_in_first(0).await, Ok(SignInMethod::Jwt));
    // The fetch of the first set does not count.
    for seconds in [1, 30, 60] {
        assert_eq!(scene.sign_in(&scene.issuer.key, "other", seconds).await, UNKNOWN);
    }
    assert_eq!(scene.server.request_count(), 2);
    let invented = (0..20).map(|number| scene.sign_in(&scene.issuer.key, if number % 2 == 0 { "a" } else { "b" }, 61));
    assert!(join_all(invented).await.iter().all(|result| *result == UNKNOWN));
    assert_eq!(scene.server.request_count(), 3);
}

#[tokio::test]
async fn a_key_that_is_new_just_after_a_cold_start_is_fetched() {
    let scene = Scene::new().await;
    assert_eq!(scene.sign_in_first(0).await, Ok(SignInMethod::Jwt));
    let second = SigningKey::ed25519();
    scene.server.publish(vec![scene.issuer.key.jwk("first"), second.jwk("second")]);
    assert_eq!(scene.sign_in(&second, "second", 2).await, Ok(SignInMethod::Jwt));
    assert_eq!(scene.sign_in(&second, "third", 3).await, UNKNOWN);
    assert_eq!(scene.server.request_count(), 2);
    // A first token with an unknown key id causes one fetch.
    let cold = Scene::new().await;
    assert_eq!(cold.sign_in(&cold.issuer.key, "other", 0).await, UNKNOWN);
    assert_eq!(cold.server.request_count(), 1);
}

#[tokio::test]
async fn a_new_key_causes_a_fetch_which_replaces_the_set() {
    let scene = Scene::new().await;
    assert_eq!(scene.sign_in_first(0).await, Ok(SignInMethod::Jwt));
    let second = SigningKey::ed25519();
    scene.server.publish(vec![second.jwk("second")]);
    assert_eq!(scene.sign_in_first(70).await, Ok(SignInMethod::Jwt), "the cached set is still used");
    assert_eq!(scene.sign_in(&second, "second", 70).await, Ok(SignInMethod::Jwt));
    assert_eq!(scene.sign_in_first(70).await, UNKNOWN, "the fetched set replaced the old one");
}

#[tokio::test]
async fn a_withdrawn_key_stops_working_after_ten_minutes() {
    let scene = Scene::new().await;
    assert_eq!(scene.sign_in_first(0).await, Ok(SignInMethod::Jwt));
    scene.server.publish(Vec::new());
    assert_eq!(scene.sign_in_first(599).await, Ok(SignInMethod::Jwt));
    assert_eq!(scene.sign_in_first(600).await, UNKNOWN);
}

#[tokio::test]
async fn an_outage_leaves_the_cached_keys_in_use() {
    let scene = Scene::new().await;
    assert_eq!(scene.sign_in_first(0).await, Ok(SignInMethod::Jwt));
    let too_long = json!({ "keys": [], "padding": "x".repeat(64 * 1024) }).to_string();
    for (outage, (status, body)) in [(500, "{}"), (200, "<html>"), (404, ""), (200, &too_long)].into_iter().enumerate()
    {
        scene.server.respond_with(status, "", body);
        let seconds = (outage as i64 + 1) * 3_600;
        assert_eq!(scene.sign_in_first(seconds).await, Ok(SignInMethod::Jwt), "{status}");
        assert_eq!(scene.sign_in(&scene.issuer.key, "other", seconds).await, UNKNOWN);
        assert_eq!(scene.server.request_count(), outage + 2, "one fetch within the minute");
    }
}

#[tokio::test]
async fn without_any_keys_a_token_is_not_rejected_as_invalid() {
    let scene = Scene::new().await;
    let elsewhere = KeyServer::start(vec![scene.issuer.key.jwk("first")]).await;
    scene.server.respond_with(302, &format!("location: {}\r\n", elsewhere.url), "");
    assert_eq!(scene.sign_in_first(0).await, Err(AuthError::KeysUnavailable));
    assert_eq!(scene.sign_in_first(4).await, Err(AuthError::KeysUnavailable));
    assert_eq!((scene.server.request_count(), elsewhere.request_count()), (1, 0), "a redirect is not followed");
    scene.server.publish(vec![scene.issuer.key.jwk("first")]);
    assert_eq!(scene.sign_in_first(5).await, Ok(SignInMethod::Jwt));
}
