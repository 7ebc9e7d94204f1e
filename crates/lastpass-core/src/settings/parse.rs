//! Parsers of the variables' values. Knows no sign-in method and no part of the settings.

use std::{net::IpAddr, time::Duration};

use chrono_tz::Tz;
use url::{Host, Url};

use secrecy::SecretString;

use crate::{
    auth::{ClaimPath, MalformedClaimPath, VerifyingKey},
    domain::{DepartmentGroups, EmailAddress, Role, ScoreSource, normalize_name},
    lastpass::Dialect,
    settings::{error::SettingError, table::TABLE},
    store::{DatabaseUrl, MalformedDatabaseUrl},
};

/// The minimum length of a signing secret, which can be attacked offline with anything that it signed.
const MIN_SECRET_LENGTH: usize = 32;
/// The minimum length of a token, which can be guessed only by sending requests. Vercel recommends it for
/// `CRON_SECRET`.
const MIN_TOKEN_LENGTH: usize = 16;

/// Reads variables one by one and collects their errors, so that all are reported together.
pub(crate) struct Reader<L> {
    lookup: L,
    errors: Vec<SettingError>,
}

/// A value, or what is wrong with it: the end of a sentence that begins with the variable's name.
type Parsed<T> = Result<T, &'static str>;

impl<L: Fn(&str) -> Option<String>> Reader<L> {
    pub(crate) fn new(lookup: L) -> Self {
        Self { lookup, errors: Vec::new() }
    }

    /// Parses the value, else the default. Returns `None` after an error.
    pub(crate) fn read<T, E: ToString>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(String) -> Result<T, E>,
    ) -> Option<T> {
        let variable = TABLE.iter().find(|variable| variable.name == name)?;
        let Some(value) = (self.lookup)(name).or_else(|| variable.default.map(str::to_owned)) else {
            self.errors.push(SettingError::unset(name, variable.purpose));
            return None;
        };
        parse(value).map_err(|reason| self.errors.push(SettingError::malformed(name, reason))).ok()
    }

    /// Parses the value, or returns `Some(None)` if the variable is not set. Returns `None` after an error.
    pub(crate) fn read_if_set<T, E: ToString>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(String) -> Result<T, E>,
    ) -> Option<Option<T>> {
        if (self.lookup)(name).is_none() { Some(None) } else { self.read(name, parse).map(Some) }
    }

    /// Adds an error of a variable that conflicts with others.
    pub(crate) fn reject(&mut self, name: &'static str, reason: &str) {
        self.errors.push(SettingError::malformed(name, reason));
    }

    /// Returns what was built from the values, or the collected errors.
    pub(crate) fn finish<T>(self, build: Option<T>) -> Result<T, Vec<SettingError>> {
        match build {
            Some(built) if self.errors.is_empty() => Ok(built),
            _ => Err(self.errors),
        }
    }
}

pub(crate) fn text(text: String) -> Parsed<String> {
    Ok(text)
}

pub(crate) fn secret(text: String) -> Parsed<SecretString> {
    Ok(SecretString::from(text))
}

pub(crate) fn account_number(text: String) -> Parsed<String> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { Ok(text) } else { Err("must be digits only, as LastPass shows it") }
}

/// Requires `https`, except for this host: secrets are sent to the URL, or keys that decide who is admitted are
/// fetched.
pub(crate) fn secure_url(text: String) -> Parsed<Url> {
    let url = Url::parse(&text).map_err(|_| "is not a URL")?;
    let is_local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        None => false,
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not contain a user name or password");
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_local => Ok(url),
        _ => Err("must begin with https://, or with http:// for localhost"),
    }
}

pub(crate) fn dialect(text: String) -> Parsed<Dialect> {
    text.parse().map_err(|_| "must be enterprise or guide")
}

pub(crate) fn label(text: String) -> Parsed<String> {
    let is_label = text.chars().count() <= 64 && !text.chars().any(char::is_control);
    if is_label { Ok(text) } else { Err("must be one line of up to 64 characters") }
}

pub(crate) fn time_zone(text: String) -> Parsed<Tz> {
    text.parse().map_err(|_| "must be an IANA time zone such as America/New_York")
}

pub(crate) fn score_source(text: String) -> Parsed<ScoreSource> {
    [ScoreSource::MasterPassword, ScoreSource::Vault]
        .into_iter()
        .find(|source| source.name() == text)
        .ok_or("must be mpstrength or totalscore")
}

pub(crate) fn departments(text: String) -> Parsed<DepartmentGroups> {
    pairs(&text, "must be DEPARTMENT=GROUP, separated by semicolons", "must not name a department twice")
        .map(DepartmentGroups::new)
}

pub(crate) fn role_groups(text: String) -> Parsed<Vec<(Role, String)>> {
    let pairs = pairs(&text, "must be ROLE=GROUP, separated by semicolons", "must not name a role twice")?;
    let role = |name: String| name.parse().map_err(|_| "must name admin, manager, auditor or provisioner");
    pairs.into_iter().map(|(name, group)| Ok((role(name)?, group))).collect()
}

/// Pairs of name and value, in order. Names must be unique, ignoring case.
fn pairs(text: &str, malformed: &'static str, duplicate: &'static str) -> Parsed<Vec<(String, String)>> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for pair in text.split(';').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').ok_or(malformed)?;
        let (name, value) = (name.trim(), value.trim());
        if name.is_empty() || value.is_empty() {
            return Err(malformed);
        }
        if pairs.iter().any(|(known, _)| normalize_name(known) == normalize_name(name)) {
            return Err(duplicate);
        }
        pairs.push((name.to_owned(), value.to_owned()));
    }
    Ok(pairs)
}

/// A list of entries, which must be unique, ignoring case.
fn list(text: &str) -> Parsed<Vec<String>> {
    let mut entries: Vec<String> = Vec::new();
    for entry in text.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
        if entries.iter().any(|known| normalize_name(known) == normalize_name(entry)) {
            return Err("must not name an entry twice");
        }
        entries.push(entry.to_owned());
    }
    Ok(entries)
}

pub(crate) fn groups(text: String) -> Parsed<Vec<String>> {
    list(&text)
}

pub(crate) fn email_domains(text: String) -> Parsed<Vec<String>> {
    let domains = list(&text)?;
    let is_domain = |domain: &String| format!("a@{domain}").parse::<EmailAddress>().is_ok();
    if domains.is_empty() || !domains.iter().all(is_domain) {
        return Err("must be domains such as example.com, separated by commas");
    }
    Ok(domains.iter().map(|domain| normalize_name(domain).into_owned()).collect())
}

pub(crate) fn origins(text: String) -> Parsed<Vec<String>> {
    let origins = list(&text)?;
    for origin in &origins {
        let url = secure_url(origin.clone())?;
        if url.origin().ascii_serialization() != *origin {
            return Err("must be origins such as https://dashboard.example.com without a path, separated by commas");
        }
    }
    Ok(origins)
}

pub(crate) fn offboarding_limit(text: String) -> Parsed<u32> {
    text.parse().ok().filter(|limit| *limit <= 10_000).ok_or("must be a whole number from 0 to 10000")
}

pub(crate) fn database(text: String) -> Result<DatabaseUrl, MalformedDatabaseUrl> {
    text.parse()
}

pub(crate) fn long_secrets(text: String) -> Parsed<Vec<SecretString>> {
    let secrets: Vec<_> = text.split(',').map(str::trim).filter(|secret| !secret.is_empty()).collect();
    if secrets.is_empty() || secrets.iter().any(|secret| secret.chars().count() < MIN_SECRET_LENGTH) {
        return Err("must have 32 or more characters; several secrets are separated by commas");
    }
    Ok(secrets.into_iter().map(SecretString::from).collect())
}

pub(crate) fn token(text: String) -> Parsed<SecretString> {
    let is_printable = text.bytes().all(|byte| byte.is_ascii_graphic());
    if text.len() < MIN_TOKEN_LENGTH || !is_printable {
        return Err("must have 16 or more printable ASCII characters without spaces");
    }
    Ok(SecretString::from(text))
}

pub(crate) fn public_key(text: String) -> Parsed<VerifyingKey> {
    VerifyingKey::from_pem(&text)
        .ok_or("must be a public key in PEM (-----BEGIN PUBLIC KEY-----): RSA, P-256, P-384 or Ed25519")
}

pub(crate) fn texts(text: String) -> Parsed<Vec<String>> {
    let texts = list(&text)?;
    if texts.is_empty() { Err("must name at least one value") } else { Ok(texts) }
}

/// A valid cookie name (RFC 6265, section 4.1.1).
pub(crate) fn cookie_name(text: String) -> Parsed<String> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if text.bytes().all(is_allowed) { Ok(text) } else { Err("must be a valid cookie name") }
}

pub(crate) fn claim(text: String) -> Result<ClaimPath, MalformedClaimPath> {
    text.parse()
}

pub(crate) fn cache_seconds(text: String) -> Parsed<Duration> {
    let seconds = text.parse().ok().filter(|seconds| *seconds <= 3_600);
    seconds.map(Duration::from_secs).ok_or("must be a whole number from 0 to 3600")
}
