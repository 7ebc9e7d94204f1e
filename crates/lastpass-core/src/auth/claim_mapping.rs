//! The claims that hold a user's role and e-mail address, and the user that they describe.

use std::str::FromStr;

use serde_json::Value;

use crate::{
    auth::{AuthenticatedUser, ClaimedRole, CredentialError, CredentialSource, SignInMethod, claims::Claims},
    domain::{EmailAddress, Role},
};

/// Claims that users can write themselves, in Supabase and in Clerk.
const USER_WRITABLE: [&str; 2] = ["user_metadata", "unsafe_metadata"];

/// The location of a claim: a name, or a JSON Pointer (RFC 6901).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimPath(Location);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Location {
    Name(String),
    Pointer(String),
}

/// Why a text is not the location of a trusted claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MalformedClaimPath {
    /// The text begins like a JSON Pointer, but is not one.
    #[error("must be a claim's name, or a JSON Pointer such as /app_metadata/role")]
    Pointer,
    /// The claim is below one that users can write themselves.
    #[error("must not lead into user_metadata or unsafe_metadata, which users can write themselves")]
    UserWritable,
}

impl ClaimPath {
    fn find<'a>(&self, claims: &'a Claims) -> Option<&'a Value> {
        let value = match &self.0 {
            Location::Name(name) => claims.value(name),
            Location::Pointer(pointer) => claims.pointer(pointer),
        };
        // Clerk's templates write null for a value that the user does not have.
        value.filter(|value| !value.is_null())
    }
}

impl FromStr for ClaimPath {
    type Err = MalformedClaimPath;

    fn from_str(text: &str) -> Result<Self, MalformedClaimPath> {
        let Some(rest) = text.strip_prefix('/') else {
            let is_trusted = !USER_WRITABLE.contains(&text);
            return if is_trusted {
                Ok(Self(Location::Name(text.to_owned())))
            } else {
                Err(MalformedClaimPath::UserWritable)
            };
        };
        for segment in rest.split('/') {
            let plain = segment.replace("~1", "/").replace("~0", "~");
            if segment.split('~').skip(1).any(|escaped| !escaped.starts_with(['0', '1'])) {
                return Err(MalformedClaimPath::Pointer);
            }
            if USER_WRITABLE.contains(&plain.as_str()) {
                return Err(MalformedClaimPath::UserWritable);
            }
        }
        Ok(Self(Location::Pointer(text.to_owned())))
    }
}

/// Maps claims to a user's role and e-mail address.
#[derive(Debug, Clone)]
pub struct ClaimMapping {
    /// The claim with the role; `None` if the role depends on groups alone.
    pub role: Option<ClaimPath>,
    /// The claim with the address.
    pub email: ClaimPath,
}

impl Default for ClaimMapping {
    fn default() -> Self {
        Self { role: None, email: ClaimPath(Location::Name("email".to_owned())) }
    }
}

impl ClaimMapping {
    /// The user whom verified claims describe.
    ///
    /// The name is the verified address, which the audit record shows and which is compared to keep callers from
    /// off-boarding themselves; else the subject. The claim `name` is not used, since users can write it themselves.
    pub(crate) fn user(
        &self,
        claims: &Claims,
        method: SignInMethod,
        source: CredentialSource,
    ) -> Result<AuthenticatedUser, CredentialError> {
        let email = self.email(claims);
        let subject = claims.text("sub").filter(|subject| !subject.is_empty());
        let address = email.as_ref().map(ToString::to_string);
        // The prefix keeps a subject from being taken for an address.
        let name = address.clone().or_else(|| subject.map(|subject| format!("sub:{subject}")));
        let identity = subject.map(|subject| format!("{}/sub:{subject}", method.name()));
        let identity = identity.or_else(|| address.map(|address| format!("{}/email:{address}", method.name())));
        let (name, identity) = name.zip(identity).ok_or(CredentialError::NoSubject)?;
        let (role, expires_at) = (self.role(claims, email), claims.expires_at());
        Ok(AuthenticatedUser::from_token(method, source, name, identity, role, expires_at))
    }

    /// The address, unless the token states that it is not verified.
    fn email(&self, claims: &Claims) -> Option<EmailAddress> {
        // Entra's flag says whether the owner of the domain has verified the address. Better Auth has its own spelling. Supabase keeps the flag among claims that users can write, which is safe
        // here: the flag can only take the address away.
        let flags = [
            claims.value("email_verified"),
            claims.value("emailVerified"),
            claims.value("xms_edov"),
            claims.pointer("/user/emailVerified"),
            claims.pointer("/user_metadata/email_verified"),
        ];
        let is_false = |flag: &Value| match flag {
            Value::Bool(is_verified) => !is_verified,
            Value::String(text) => text.eq_ignore_ascii_case("false") || text == "0",
            Value::Number(number) => number.as_f64() == Some(0.0),
            Value::Null | Value::Array(_) | Value::Object(_) => false,
        };
        if flags.into_iter().flatten().any(is_false) {
            return None;
        }
        self.email.find(claims)?.as_str()?.parse().ok()
    }

    /// The role that the claims state.
    fn role(&self, claims: &Claims, email: Option<EmailAddress>) -> ClaimedRole {
        let claimed = self.role.as_ref().and_then(|path| path.find(claims));
        match (claimed, email) {
            (Some(value), _) => first_role(value).map_or(ClaimedRole::None, ClaimedRole::Known),
            (None, Some(email)) => ClaimedRole::FromGroups(email),
            (None, None) => ClaimedRole::None,
        }
    }
}

/// The first role in a string or a list of strings.
fn first_role(value: &Value) -> Option<Role> {
    let texts = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    texts.iter().find_map(|text| text.as_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_claim_path_is_a_name_or_a_pointer_and_never_user_writable() {
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
            check(text, Err(MalformedClaimPath::UserWritable));
        }
    }

    #[test]
    fn the_first_known_role_counts() {
        let check = |path: &str, claims: Value, expected: ClaimedRole| {
            let mapping = ClaimMapping { role: Some(path.parse().unwrap()), ..ClaimMapping::default() };
            let claims = Claims::new(claims).unwrap();
            let email = mapping.email(&claims);
            assert_eq!(mapping.role(&claims, email), expected, "{path}");
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
        let unverified = json!({ "email": "ann@example.com", "user_metadata": { "email_verified": false } });
        check("role", unverified, ClaimedRole::None);
        for flag in [json!(false), json!("False"), json!(0), json!("0")] {
            for name in ["email_verified", "emailVerified", "xms_edov"] {
                check("role", json!({ "email": "ann@example.com", name: flag }), ClaimedRole::None);
            }
        }
        for flag in [json!(true), json!("1"), json!(1)] {
            check("role", json!({ "email": "ann@example.com", "xms_edov": flag }), ann());
        }
        let unverified = json!({ "email": "ann@example.com", "user": { "emailVerified": false } });
        check("role", unverified, ClaimedRole::None);
        check("role", json!({ "email": "nope" }), ClaimedRole::None);
    }

    #[test]
    fn a_user_is_named_by_address_or_by_subject() {
        let check = |claims: Value, expected: Option<(&str, &str)>| {
            let mapping = ClaimMapping { role: Some("role".parse().unwrap()), ..ClaimMapping::default() };
            let mut claims = claims;
            claims["role"] = json!("admin");
            let user = mapping.user(&Claims::new(claims).unwrap(), SignInMethod::Jwt, CredentialSource::Header);
            let caller = user.map(|user| user.with_role(None).unwrap());
            let found = caller.map(|caller| (caller.actor(), caller.identity())).ok();
            assert_eq!(found.as_ref().map(|(actor, identity)| (actor.as_str(), identity.as_str())), expected);
        };
        check(json!({ "sub": "u1", "email": "Ann@example.com" }), Some(("ann@example.com", "jwt/sub:u1")));
        check(json!({ "sub": "ann@example.com" }), Some(("sub:ann@example.com", "jwt/sub:ann@example.com")));
        check(json!({ "email": "ann@example.com" }), Some(("ann@example.com", "jwt/email:ann@example.com")));
        check(json!({ "name": "ann@example.com" }), None);
        check(json!({ "sub": "", "email": "ann@example.com", "email_verified": false }), None);
    }
}
