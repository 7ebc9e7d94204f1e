//! From a request's credential to a caller. One credential decides, and is judged alone.

use std::fmt;

use http::{
    HeaderMap, HeaderValue,
    header::{AUTHORIZATION, HeaderName},
};

use crate::domain::Role;

use super::DashboardKeys;

/// The header for callers that cannot set `Authorization`.
const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// Somebody who proved who they are. Built by [`authenticate`] alone.
pub struct Caller {
    role: Role,
    name: Option<String>,
    credential: [u8; 32],
}

impl Caller {
    /// What the caller is.
    pub fn role(&self) -> Role {
        self.role
    }

    /// Who the caller is, as the record has it: a name, else the role with the beginning of the credential's digest, by
    /// which the keys of a role are told from each other.
    pub fn actor(&self) -> String {
        let digits = || self.credential[..4].iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        self.name.clone().unwrap_or_else(|| format!("{}#{}", self.role, digits()))
    }

    /// What tells the caller from all others: the name, else the digest of the credential. Never shown.
    pub fn identity(&self) -> String {
        match &self.name {
            Some(name) => format!("name:{name}"),
            None => self.credential.iter().fold("key:".to_owned(), |text, byte| text + &format!("{byte:02x}")),
        }
    }
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Caller({})", self.role)
    }
}

/// Why somebody is nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// No credential came.
    Missing,
    /// A credential came, and is none of ours.
    Wrong,
}

/// Judges the request's credential: `Authorization`, else `X-Api-Key`.
///
/// # Errors
/// Where there is none, or a wrong one. A wrong one is never made up for by another.
pub fn authenticate(headers: &HeaderMap, keys: &DashboardKeys) -> Result<Caller, Refusal> {
    let key = match single(headers, &AUTHORIZATION)? {
        Some(value) => bearer(value.as_bytes()).ok_or(Refusal::Wrong)?,
        None => single(headers, &API_KEY)?.ok_or(Refusal::Missing)?.as_bytes(),
    };
    let key = keys.find(key).ok_or(Refusal::Wrong)?;
    Ok(Caller { role: key.role, name: key.name.clone(), credential: key.digest })
}

/// The header's one value; two values could be read as either.
fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a HeaderValue>, Refusal> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (value, None) => Ok(value),
        (_, Some(_)) => Err(Refusal::Wrong),
    }
}

fn bearer(value: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = value.split_at_checked("Bearer ".len())?;
    scheme.eq_ignore_ascii_case(b"Bearer ").then(|| token.trim_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    fn check(headers: &[(&'static str, &str)], expected: Result<Role, Refusal>) {
        let keys = DashboardKeys::parse(&format!("auditor:{A}")).expect("a list of one key");
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_str(value).expect("a header"));
        }
        assert_eq!(authenticate(&map, &keys).map(|caller| caller.role()), expected, "{headers:?}");
    }

    #[test]
    fn one_credential_decides_and_is_judged_alone() {
        let bearer = format!("bearer {A}");
        check(&[], Err(Refusal::Missing));
        check(&[("authorization", &format!("Bearer {A}"))], Ok(Role::Auditor));
        check(&[("authorization", &bearer)], Ok(Role::Auditor));
        check(&[("x-api-key", A)], Ok(Role::Auditor));
        check(&[("authorization", A)], Err(Refusal::Wrong));
        check(&[("authorization", &format!("Basic {A}"))], Err(Refusal::Wrong));
        check(&[("authorization", "Bearer wrong"), ("x-api-key", A)], Err(Refusal::Wrong));
        check(&[("authorization", &bearer), ("authorization", &bearer)], Err(Refusal::Wrong));
        check(&[("x-api-key", "")], Err(Refusal::Wrong));
    }
}
