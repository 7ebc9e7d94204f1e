//! What a token says, once its signature or tag is checked.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::auth::{AuthenticatedUser, ClaimMapping, CredentialError, CredentialSource, SignInMethod};

/// How far clocks may differ.
const LEEWAY_SECONDS: f64 = 5.0;

/// The claims of a token that is proved.
pub(crate) struct Claims(Value);

impl Claims {
    /// Takes a JSON object; anything else is no set of claims.
    pub(crate) fn new(value: Value) -> Result<Self, CredentialError> {
        if value.is_object() { Ok(Self(value)) } else { Err(CredentialError::Malformed) }
    }

    /// The claim of a name.
    pub(crate) fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// The claim of a name, where it is a text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.value(name)?.as_str()
    }

    /// The value at a JSON Pointer.
    pub(crate) fn pointer(&self, pointer: &str) -> Option<&Value> {
        self.0.pointer(pointer)
    }

    /// Whether a claim, a text or a list of texts, holds one of `wanted`.
    pub(crate) fn names_one_of(&self, name: &str, wanted: &[String]) -> bool {
        let is_wanted = |value: &Value| value.as_str().is_some_and(|text| wanted.iter().any(|one| one == text));
        self.value(name).is_some_and(|value| match value.as_array() {
            Some(list) => list.iter().any(is_wanted),
            None => is_wanted(value),
        })
    }

    /// Checks `exp`, which has to be there, and `nbf`, which may be.
    pub(crate) fn check_time(&self, now: DateTime<Utc>) -> Result<(), CredentialError> {
        let now = now.timestamp_millis() as f64 / 1e3;
        let end = self.value("exp").and_then(Value::as_f64).ok_or(CredentialError::Expired)?;
        if now >= end + LEEWAY_SECONDS {
            return Err(CredentialError::Expired);
        }
        let begin = self.value("nbf").map(|begin| begin.as_f64().ok_or(CredentialError::NotYetValid)).transpose()?;
        if begin.is_some_and(|begin| now < begin - LEEWAY_SECONDS) {
            return Err(CredentialError::NotYetValid);
        }
        Ok(())
    }

    /// The person whom the claims name: by the address where it may be used, since that is what the record shows and
    /// what "never the caller" compares, else by the subject. A `name` is no name here: people write it themselves.
    pub(crate) fn user(
        &self,
        method: SignInMethod,
        source: CredentialSource,
        people: &ClaimMapping,
    ) -> Result<AuthenticatedUser, CredentialError> {
        let email = people.email(self);
        let subject = self.text("sub").filter(|subject| !subject.is_empty());
        let address = email.as_ref().map(ToString::to_string);
        // Marked, so that no subject can be taken for somebody's address.
        let name = address.clone().or_else(|| subject.map(|subject| format!("sub:{subject}")));
        let identity = subject.map(|subject| format!("{}/sub:{subject}", method.name()));
        let identity = identity.or_else(|| address.map(|address| format!("{}/email:{address}", method.name())));
        let (name, identity) = name.zip(identity).ok_or(CredentialError::NoSubject)?;
        Ok(AuthenticatedUser::of_token(method, source, name, identity, people.role(self, email)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_token_needs_an_end_and_clocks_may_differ_by_five_seconds() {
        let now = DateTime::from_timestamp(1_000_000, 0).unwrap();
        let check = |claims: Value, expected: Result<(), CredentialError>| {
            assert_eq!(Claims::new(claims.clone()).unwrap().check_time(now), expected, "{claims}");
        };
        check(json!({}), Err(CredentialError::Expired));
        check(json!({ "exp": "1000060" }), Err(CredentialError::Expired));
        check(json!({ "exp": 999_995 }), Err(CredentialError::Expired));
        check(json!({ "exp": 999_996 }), Ok(()));
        check(json!({ "exp": 999_995.5 }), Ok(()));
        check(json!({ "exp": 1_000_060, "nbf": 1_000_005 }), Ok(()));
        check(json!({ "exp": 1_000_060, "nbf": 1_000_006 }), Err(CredentialError::NotYetValid));
        check(json!({ "exp": 1_000_060, "nbf": "0" }), Err(CredentialError::NotYetValid));
    }

    #[test]
    fn a_person_is_an_address_else_a_subject() {
        let check = |claims: Value, expected: Option<(&str, &str)>| {
            let people = ClaimMapping { role: Some("role".parse().unwrap()), ..ClaimMapping::default() };
            let mut claims = claims;
            claims["role"] = json!("admin");
            let user = Claims::new(claims).unwrap().user(SignInMethod::Jwt, CredentialSource::Header, &people);
            let caller = user.map(|user| user.with_role(None).unwrap());
            let seen = caller.map(|caller| (caller.actor().to_owned(), caller.identity())).ok();
            assert_eq!(seen.as_ref().map(|(actor, identity)| (actor.as_str(), identity.as_str())), expected);
        };
        check(json!({ "sub": "u1", "email": "Ann@example.com" }), Some(("ann@example.com", "jwt/sub:u1")));
        check(json!({ "sub": "ann@example.com" }), Some(("sub:ann@example.com", "jwt/sub:ann@example.com")));
        check(json!({ "email": "ann@example.com" }), Some(("ann@example.com", "jwt/email:ann@example.com")));
        check(json!({ "name": "ann@example.com" }), None);
        check(json!({ "sub": "", "email": "ann@example.com", "email_verified": false }), None);
    }
}
