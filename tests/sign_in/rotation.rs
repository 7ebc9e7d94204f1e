//! An issuer's keys come, go, and cannot always be fetched.

use chrono::TimeDelta;
use futures_util::future::join_all;
use lastpass_core::auth::{AuthError, CredentialError, SignInMethod, SignInMethods};
use serde_json::{Value, json};

use crate::{
    sign_in::{
        issuer::{Issuer, SigningKey},
        judge_bearer,
        key_server::KeyServer,
        sign_in_methods,
    },
    world::noon,
};

/// A provider, the server of its keys, and a deployment that trusts it.
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

    /// Judges a token that is good, but for who signed it, some seconds after noon.
    async fn judge(&self, key: &SigningKey, kid: &str, seconds: i64) -> Result<SignInMethod, AuthError> {
        let now = noon() + TimeDelta::seconds(seconds);
        let mut claims: Value = self.issuer.claims.clone();
        claims["exp"] = json!(now.timestamp() + 60);
        judge_bearer(&self.methods, &key.token(kid, &claims), now).await.map(|user| user.method())
    }

    /// The same, by the first key.
    async fn judge_first(&self, seconds: i64) -> Result<SignInMethod, AuthError> {
        self.judge(&self.issuer.key, "first", seconds).await
    }
}

const UNKNOWN: Result<SignInMethod, AuthError> = Err(AuthError::Invalid(CredentialError::UnknownKeyId));

#[tokio::test]
async fn the_first_token_fetches_the_keys_and_the_next_does_not() {
    let scene = Scene::new().await;
    assert_eq!(scene.server.asked(), 0);
    assert_eq!(scene.judge_first(0).await, Ok(SignInMethod::Jwt));
    assert_eq!(scene.judge_first(599).await, Ok(SignInMethod::Jwt));
    assert_eq!(scene.server.asked(), 1);
}

#[tokio::test]
async fn many_at_once_fetch_once() {
    let scene = Scene::new().await;
    let judged = join_all((0..20).map(|_| scene.judge_first(0))).await;
    assert!(judged.iter().all(Result::is_ok));
    assert_eq!(scene.server.asked(), 1);
}

#[tokio::test]
async fn an_unknown_name_fetches_again_at_most_once_a_minute() {
    let scene = Scene::new().await;
    assert_eq!(scene.judge_first(0).await, Ok(SignInMethod::Jwt));
    for seconds in [1, 30, 59] {
        assert_eq!(scene.judge(&scene.issuer.key, "other", seconds).await, UNKNOWN);
    }
    assert_eq!(scene.server.asked(), 1, "they were just fetched");
    let made_up = (0..20).map(|number| scene.judge(&scene.issuer.key, if number % 2 == 0 { "a" } else { "b" }, 60));
    assert!(join_all(made_up).await.iter().all(|judged| *judged == UNKNOWN));
    assert_eq!(scene.server.asked(), 2);
}

#[tokio::test]
async fn a_new_key_is_found_and_an_old_one_goes_with_its_set() {
    let scene = Scene::new().await;
    assert_eq!(scene.judge_first(0).await, Ok(SignInMethod::Jwt));
    let second = SigningKey::ed25519();
    scene.server.publish(vec![second.jwk("second")]);
    assert_eq!(scene.judge_first(70).await, Ok(SignInMethod::Jwt), "nobody asked again yet");
    assert_eq!(scene.judge(&second, "second", 70).await, Ok(SignInMethod::Jwt));
    assert_eq!(scene.judge_first(70).await, UNKNOWN, "the fetched set replaced the old one");
}

#[tokio::test]
async fn a_key_that_is_withdrawn_works_no_longer_than_ten_minutes() {
    let scene = Scene::new().await;
    assert_eq!(scene.judge_first(0).await, Ok(SignInMethod::Jwt));
    scene.server.publish(Vec::new());
    assert_eq!(scene.judge_first(599).await, Ok(SignInMethod::Jwt));
    assert_eq!(scene.judge_first(600).await, UNKNOWN);
}

#[tokio::test]
async fn an_outage_keeps_the_keys() {
    let scene = Scene::new().await;
    assert_eq!(scene.judge_first(0).await, Ok(SignInMethod::Jwt));
    let too_long = json!({ "keys": [], "padding": "x".repeat(64 * 1024) }).to_string();
    for (outage, (status, body)) in [(500, "{}"), (200, "<html>"), (404, ""), (200, &too_long)].into_iter().enumerate()
    {
        scene.server.answer(status, "", body);
        let seconds = (outage as i64 + 1) * 3_600;
        assert_eq!(scene.judge_first(seconds).await, Ok(SignInMethod::Jwt), "{status}");
        assert_eq!(scene.judge(&scene.issuer.key, "other", seconds).await, UNKNOWN);
        assert_eq!(scene.server.asked(), outage + 2, "asked once in that minute");
    }
}

#[tokio::test]
async fn without_any_keys_a_token_is_not_called_wrong() {
    let scene = Scene::new().await;
    let elsewhere = KeyServer::start(vec![scene.issuer.key.jwk("first")]).await;
    scene.server.answer(302, &format!("location: {}\r\n", elsewhere.url), "");
    assert_eq!(scene.judge_first(0).await, Err(AuthError::KeysUnavailable));
    assert_eq!(scene.judge_first(4).await, Err(AuthError::KeysUnavailable));
    assert_eq!((scene.server.asked(), elsewhere.asked()), (1, 0), "a redirect is not followed");
    scene.server.publish(vec![scene.issuer.key.jwk("first")]);
    assert_eq!(scene.judge_first(5).await, Ok(SignInMethod::Jwt));
}
