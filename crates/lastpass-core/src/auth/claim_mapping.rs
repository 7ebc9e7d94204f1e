//! Which claims hold a person's role and address, and what they say.

use std::str::FromStr;

use serde_json::Value;

use crate::{
    auth::{ClaimedRole, claims::Claims},
    domain::{EmailAddress, Role},
};

/// What people write themselves, in Supabase and in Clerk.
const SELF_WRITTEN: [&str; 2] = ["user_metadata", "unsafe_metadata"];

/// Where a claim stands: under a name, or at a JSON Pointer (RFC 6901).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimPath(Place);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Name(String),
    Pointer(String),
}

/// Why a text is no place of a claim that may be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MalformedClaimPath {
    /// It begins like a JSON Pointer, and is none.
    #[error("must be a claim's name, or a JSON Pointer such as /app_metadata/role")]
    Pointer,
    /// It leads to what people write themselves.
    #[error("must not lead into user_metadata or unsafe_metadata, which people write themselves")]
    SelfWritten,
}

impl ClaimPath {
    fn find<'a>(&self, claims: &'a Claims) -> Option<&'a Value> {
        let value = match &self.0 {
            Place::Name(name) => claims.value(name),
            Place::Pointer(pointer) => claims.pointer(pointer),
        };
        // Clerk's templates write null for what a person does not have.
        value.filter(|value| !value.is_null())
    }
}

impl FromStr for ClaimPath {
    type Err = MalformedClaimPath;

    fn from_str(text: &str) -> Result<Self, MalformedClaimPath> {
        let Some(rest) = text.strip_prefix('/') else {
            let is_trusted = !SELF_WRITTEN.contains(&text);
            return if is_trusted {
                Ok(Self(Place::Name(text.to_owned())))
            } else {
                Err(MalformedClaimPath::SelfWritten)
            };
        };
        for segment in rest.split('/') {
            let plain = segment.replace("~1", "/").replace("~0", "~");
            if segment.split('~').skip(1).any(|escaped| !escaped.starts_with(['0', '1'])) {
                return Err(MalformedClaimPath::Pointer);
            }
            if SELF_WRITTEN.contains(&plain.as_str()) {
                return Err(MalformedClaimPath::SelfWritten);
            }
        }
        Ok(Self(Place::Pointer(text.to_owned())))
    }
}

/// Where tokens say what a person is.
#[derive(Debug, Clone)]
pub struct ClaimMapping {
    /// The role; nothing where groups alone decide.
    pub role: Option<ClaimPath>,
    /// The address.
    pub email: ClaimPath,
}

impl Default for ClaimMapping {
    fn default() -> Self {
        Self { role: None, email: ClaimPath(Place::Name("email".to_owned())) }
    }
}

impl ClaimMapping {
    /// The address, unless the token says that nobody proved it.
    pub(crate) fn email(&self, claims: &Claims) -> Option<EmailAddress> {
        // Better Auth spells it in its own way; Supabase says so beside what people write themselves: nobody would deny
        // themselves.
        let marks = [
            claims.value("email_verified"),
            claims.value("emailVerified"),
            claims.pointer("/user/emailVerified"),
            claims.pointer("/user_metadata/email_verified"),
        ];
        let is_denied = |mark: &Value| match mark {
            Value::Bool(is_verified) => !is_verified,
            Value::String(text) => text.eq_ignore_ascii_case("false"),
            Value::Number(number) => number.as_f64() == Some(0.0),
            Value::Null | Value::Array(_) | Value::Object(_) => false,
        };
        if marks.into_iter().flatten().any(is_denied) {
            return None;
        }
        self.email.find(claims)?.as_str()?.parse().ok()
    }

    /// The role, or who is to be asked for it.
    pub(crate) fn role(&self, claims: &Claims, email: Option<EmailAddress>) -> ClaimedRole {
        let claimed = self.role.as_ref().and_then(|path| path.find(claims));
        match (claimed, email) {
            (Some(value), _) => first_role(value).map_or(ClaimedRole::None, ClaimedRole::Known),
            (None, Some(email)) => ClaimedRole::FromGroups(email),
            (None, None) => ClaimedRole::None,
        }
    }
}

/// The first of our four names in a text or a list of texts.
fn first_role(value: &Value) -> Option<Role> {
    let texts = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    texts.iter().find_map(|text| text.as_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_place_is_a_name_or_a_pointer_and_never_what_people_write_themselves() {
        let check = |text: &str, expected: Result<(), MalformedClaimPath>| {
            assert_eq!(text.parse::<ClaimPath>().map(|_| ()), expected, "{text}");
        };
        check("role", Ok(()));
        check("https://example.com/role", Ok(()));
        check("/app_metadata/role", Ok(()));
        check("/a~1b/c~0d", Ok(()));
        check("/a~2b", Err(MalformedClaimPath::Pointer));
        check("/a~", Err(MalformedClaimPath::Pointer));
        for text in
            ["user_metadata", "/user_metadata", "/user_metadata/role", "/unsafe_metadata/a/b", "/x/unsafe_metadata"]
        {
            check(text, Err(MalformedClaimPath::SelfWritten));
        }
    }

    #[test]
    fn the_first_of_our_four_names_counts() {
        let check = |path: &str, claims: Value, expected: ClaimedRole| {
            let people = ClaimMapping { role: Some(path.parse().unwrap()), ..ClaimMapping::default() };
            let claims = Claims::new(claims).unwrap();
            let email = people.email(&claims);
            assert_eq!(people.role(&claims, email), expected, "{path}");
        };
        let ann = || ClaimedRole::FromGroups("ann@example.com".parse().unwrap());
        check("role", json!({ "role": "auditor" }), ClaimedRole::Known(Role::Auditor));
        check("role", json!({ "role": ["owner", "manager", "admin"] }), ClaimedRole::Known(Role::Manager));
        check("https://x/role", json!({ "https://x/role": "admin" }), ClaimedRole::Known(Role::Admin));
        check(
            "/app_metadata/roles",
            json!({ "app_metadata": { "roles": ["admin"] } }),
            ClaimedRole::Known(Role::Admin),
        );
        check(
            "/app_metadata/role",
            json!({ "user_metadata": { "role": "admin" }, "role": "admin" }),
            ClaimedRole::None,
        );
        for claim in
            [json!("Admin"), json!("admin,x"), json!([]), json!([["admin"]]), json!(true), json!({ "admin": 1 })]
        {
            check("role", json!({ "role": claim, "email": "ann@example.com" }), ClaimedRole::None);
        }
        check("role", json!({ "email": "Ann@Example.com" }), ann());
        check("role", json!({ "role": null, "email": "ann@example.com", "email_verified": true }), ann());
        check("role", json!({ "email": "ann@example.com", "email_verified": false }), ClaimedRole::None);
        check("role", json!({ "email": "ann@example.com", "email_verified": "false" }), ClaimedRole::None);
        let unproved = json!({ "email": "ann@example.com", "user_metadata": { "email_verified": false } });
        check("role", unproved, ClaimedRole::None);
        for mark in [json!(false), json!("False"), json!(0)] {
            check("role", json!({ "email": "ann@example.com", "emailVerified": mark }), ClaimedRole::None);
        }
        let unproved = json!({ "email": "ann@example.com", "user": { "emailVerified": false } });
        check("role", unproved, ClaimedRole::None);
        check("role", json!({ "email": "nope" }), ClaimedRole::None);
    }
}
