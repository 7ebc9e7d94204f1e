//! How the value of each variable is read.

use std::{net::IpAddr, time::Duration};

use chrono_tz::Tz;
use url::{Host, Url};

use secrecy::SecretString;

use crate::{
    auth::{ClaimPath, MalformedClaimPath, VerifyingKey},
    domain::{DepartmentGroups, EmailAddress, Role, ScoreSource, normalize_name},
    lastpass::Dialect,
    settings::{ChangeMode, SettingError, TABLE},
    store::{DatabaseUrl, MalformedDatabaseUrl},
};

/// A secret that signs is as short as this at least: whoever holds something signed can guess at it.
const SHORTEST_SECRET: usize = 32;
/// One that only lets in can be guessed at by asking alone. Vercel advises as many characters for `CRON_SECRET`.
const SHORTEST_TOKEN: usize = 16;

/// Reads variables one by one and gathers what is wrong with them, so that all of it is told at once.
pub(crate) struct Reader<L> {
    lookup: L,
    faults: Vec<SettingError>,
}

type Parsed<T> = Result<T, &'static str>;

impl<L: Fn(&str) -> Option<String>> Reader<L> {
    pub(crate) fn new(lookup: L) -> Self {
        Self { lookup, faults: Vec::new() }
    }

    /// The value, else the default.
    pub(crate) fn read<T>(&mut self, name: &'static str, parse: impl FnOnce(String) -> Parsed<T>) -> Option<T> {
        let variable = TABLE.iter().find(|variable| variable.name == name)?;
        let Some(value) = (self.lookup)(name).or_else(|| variable.default.map(str::to_owned)) else {
            self.faults.push(SettingError::unset(name, variable.purpose));
            return None;
        };
        parse(value).map_err(|reason| self.faults.push(SettingError::malformed(name, reason))).ok()
    }

    /// The value where the variable is set; the outer nothing is a malformed one.
    pub(crate) fn read_if_set<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(String) -> Parsed<T>,
    ) -> Option<Option<T>> {
        if (self.lookup)(name).is_none() { Some(None) } else { self.read(name, parse).map(Some) }
    }

    /// Notes what is wrong with a variable beside others.
    pub(crate) fn reject(&mut self, name: &'static str, reason: &str) {
        self.faults.push(SettingError::malformed(name, reason));
    }

    /// What was built of the values, unless one of them was wrong.
    pub(crate) fn finish<T>(self, build: Option<T>) -> Result<T, Vec<SettingError>> {
        match build {
            Some(built) if self.faults.is_empty() => Ok(built),
            _ => Err(self.faults),
        }
    }
}

pub(crate) fn account_number(text: String) -> Parsed<String> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { Ok(text) } else { Err("must be digits only, as LastPass shows it") }
}

/// `https` anywhere, `http` on this host only: secrets go there, or what decides who comes in is fetched from there.
pub(crate) fn secure_url(text: String) -> Parsed<Url> {
    let url = Url::parse(&text).map_err(|_| "is not a URL")?;
    let is_local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        None => false,
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not hold a user name or password");
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_local => Ok(url),
        _ => Err("must begin with https://, or http:// on this host only"),
    }
}

pub(crate) fn dialect(text: String) -> Parsed<Dialect> {
    text.parse().map_err(|_| "must be enterprise or guide")
}

pub(crate) fn label(text: String) -> Parsed<String> {
    let is_label = text.chars().count() <= 64 && !text.chars().any(char::is_control);
    if is_label { Ok(text) } else { Err("must be up to 64 characters of one line") }
}

pub(crate) fn time_zone(text: String) -> Parsed<Tz> {
    text.parse().map_err(|_| "is not an IANA zone such as America/New_York")
}

pub(crate) fn score_source(text: String) -> Parsed<ScoreSource> {
    [ScoreSource::MasterPassword, ScoreSource::Vault]
        .into_iter()
        .find(|source| source.name() == text)
        .ok_or("must be mpstrength or totalscore")
}

pub(crate) fn departments(text: String) -> Parsed<DepartmentGroups> {
    pairs(&text, "must be DEPARTMENT=GROUP, by semicolons", "names a department twice").map(DepartmentGroups::new)
}

pub(crate) fn role_groups(text: String) -> Parsed<Vec<(Role, String)>> {
    let pairs = pairs(&text, "must be ROLE=GROUP, by semicolons", "names a role twice")?;
    let role = |name: String| name.parse().map_err(|_| "must name admin, manager, auditor or provisioner");
    pairs.into_iter().map(|(name, group)| Ok((role(name)?, group))).collect()
}

/// A map, in its order; no name may come twice.
fn pairs(text: &str, form: &'static str, twice: &'static str) -> Parsed<Vec<(String, String)>> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for pair in text.split(';').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').ok_or(form)?;
        let (name, value) = (name.trim(), value.trim());
        if name.is_empty() || value.is_empty() {
            return Err(form);
        }
        if pairs.iter().any(|(known, _)| normalize_name(known) == normalize_name(name)) {
            return Err(twice);
        }
        pairs.push((name.to_owned(), value.to_owned()));
    }
    Ok(pairs)
}

/// A list; no entry may come twice, in whatever letter case.
fn list(text: &str) -> Parsed<Vec<String>> {
    let mut entries: Vec<String> = Vec::new();
    for entry in text.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
        if entries.iter().any(|known| normalize_name(known) == normalize_name(entry)) {
            return Err("names something twice");
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
        return Err("must be domains such as example.com, by commas");
    }
    Ok(domains.iter().map(|domain| normalize_name(domain).into_owned()).collect())
}

pub(crate) fn origins(text: String) -> Parsed<Vec<String>> {
    let origins = list(&text)?;
    for origin in &origins {
        let url = secure_url(origin.clone())?;
        if url.origin().ascii_serialization() != *origin {
            return Err("must be origins such as https://dashboard.example.com, by commas, without a path");
        }
    }
    Ok(origins)
}

pub(crate) fn change_mode(text: String) -> Parsed<ChangeMode> {
    match text.as_str() {
        "on" => Ok(ChangeMode::On),
        "dryRun" => Ok(ChangeMode::DryRun),
        "off" => Ok(ChangeMode::Off),
        _ => Err("must be on, dryRun or off"),
    }
}

pub(crate) fn offboarding_limit(text: String) -> Parsed<u32> {
    text.parse().ok().filter(|limit| *limit <= 10_000).ok_or("must be a whole number from 0 to 10000")
}

pub(crate) fn database(text: String) -> Parsed<DatabaseUrl> {
    text.parse().map_err(|error: MalformedDatabaseUrl| match error {
        MalformedDatabaseUrl::Scheme => "must be a URL beginning with postgres://",
        MalformedDatabaseUrl::Clear => "must not switch TLS off for another host (sslmode)",
    })
}

pub(crate) fn long_secrets(text: String) -> Parsed<Vec<SecretString>> {
    let secrets: Vec<_> = text.split(',').map(str::trim).filter(|secret| !secret.is_empty()).collect();
    if secrets.is_empty() || secrets.iter().any(|secret| secret.chars().count() < SHORTEST_SECRET) {
        return Err("must hold 32 or more characters; several secrets are separated by commas");
    }
    Ok(secrets.into_iter().map(SecretString::from).collect())
}

pub(crate) fn token(text: String) -> Parsed<SecretString> {
    let can_be_sent = text.bytes().all(|byte| byte.is_ascii_graphic());
    if text.len() < SHORTEST_TOKEN || !can_be_sent {
        return Err("must hold 16 or more characters, as they can stand in a header, without blanks");
    }
    Ok(SecretString::from(text))
}

pub(crate) fn public_key(text: String) -> Parsed<VerifyingKey> {
    VerifyingKey::from_pem(&text)
        .ok_or("must be a public key in PEM (-----BEGIN PUBLIC KEY-----): RSA, P-256, P-384 or Ed25519")
}

pub(crate) fn texts(text: String) -> Parsed<Vec<String>> {
    let texts = list(&text)?;
    if texts.is_empty() { Err("must hold at least one text") } else { Ok(texts) }
}

/// A name as a cookie may have it (RFC 6265, section 4.1.1).
pub(crate) fn cookie_name(text: String) -> Parsed<String> {
    let may_stand = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if text.bytes().all(may_stand) { Ok(text) } else { Err("must be the name of a cookie") }
}

pub(crate) fn claim(text: String) -> Parsed<ClaimPath> {
    text.parse().map_err(|error: MalformedClaimPath| match error {
        MalformedClaimPath::Pointer => "must be a claim's name, or a JSON Pointer such as /app_metadata/role",
        MalformedClaimPath::SelfWritten => {
            "must not lead into user_metadata or unsafe_metadata, which people write themselves"
        }
    })
}

pub(crate) fn cache_seconds(text: String) -> Parsed<Duration> {
    let seconds = text.parse().ok().filter(|seconds| *seconds <= 3_600);
    seconds.map(Duration::from_secs).ok_or("must be a whole number from 0 to 3600")
}
