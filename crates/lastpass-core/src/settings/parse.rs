//! Parsers of the variables' values. Knows no sign-in method and no part of the settings.
//!
//! A reason is true of the value, names the part that is wrong, and never quotes it.

use std::{borrow::Cow, net::IpAddr, time::Duration};

use chrono_tz::Tz;
use secrecy::{ExposeSecret, SecretString};
use url::{Host, ParseError, Url};

use crate::{
    auth::{ClaimPath, MalformedClaimPath, VerifyingKey},
    domain::{DepartmentGroups, EmailAddress, Role, ScoreSource, normalize_address},
    lastpass::Dialect,
    settings::{
        collection::{Parsed, list, list_of, map, position, repeated},
        error::SettingError,
        table::TABLE,
    },
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

impl<L: Fn(&str) -> Option<String>> Reader<L> {
    pub(crate) fn new(lookup: L) -> Self {
        Self { lookup, errors: Vec::new() }
    }

    /// Parses the trimmed value, else the default. Returns `None` after an error.
    pub(crate) fn read<T, E: ToString>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(String) -> Result<T, E>,
    ) -> Option<T> {
        self.read_stored(name, |value| parse(value.trim().to_owned()))
    }

    /// The same with the value as it is stored, surrounding whitespace included.
    fn read_stored<T, E: ToString>(
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

    /// The same with the value as it is stored, surrounding whitespace included.
    pub(crate) fn read_stored_if_set<T, E: ToString>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(String) -> Result<T, E>,
    ) -> Option<Option<T>> {
        if (self.lookup)(name).is_none() { Some(None) } else { self.read_stored(name, parse).map(Some) }
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

/// The place of the first character that meets a condition, counted from 1.
fn place_of(text: &str, is_meant: impl Fn(char) -> bool) -> Option<usize> {
    text.chars().position(is_meant).map(|index| index + 1)
}

pub(crate) fn account_number(text: String) -> Parsed<String> {
    match place_of(&text, |c| !c.is_ascii_digit()) {
        None => Ok(text),
        Some(place) => Err(format!("must be digits only, as LastPass shows it (see character {place})").into()),
    }
}

/// Requires `https`, except for this host: secrets are sent to the URL, or keys that decide who is admitted are
/// fetched.
pub(crate) fn secure_url(text: String) -> Parsed<Url> {
    const SCHEME: &str = "must begin with https://, or with http:// for localhost";
    let url = Url::parse(&text).map_err(|error| {
        // The library's texts are fixed.
        let is_relative = error == ParseError::RelativeUrlWithoutBase;
        if is_relative { SCHEME.into() } else { Cow::from(format!("is not a valid URL: {error}")) }
    })?;
    let is_local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        None => false,
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not contain a user name or password".into());
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_local => Ok(url),
        "http" => Err("must begin with https://, since its host is not localhost".into()),
        _ => Err(SCHEME.into()),
    }
}

pub(crate) fn dialect(text: String) -> Parsed<Dialect> {
    text.parse().map_err(|_| "must be enterprise or guide".into())
}

pub(crate) fn label(text: String) -> Parsed<String> {
    match place_of(&text, char::is_control) {
        Some(place) => Err(format!("must be one line of visible characters (see character {place})").into()),
        None if text.chars().count() > 64 => Err("must not be longer than 64 characters".into()),
        None => Ok(text),
    }
}

pub(crate) fn time_zone(text: String) -> Parsed<Tz> {
    text.parse().map_err(|_| "must be an IANA time zone such as America/New_York".into())
}

pub(crate) fn score_source(text: String) -> Parsed<ScoreSource> {
    [ScoreSource::MasterPassword, ScoreSource::Vault]
        .into_iter()
        .find(|source| source.name() == text)
        .ok_or_else(|| "must be mpstrength or totalscore".into())
}

/// Two departments of one group would leave one of them without people.
pub(crate) fn departments(text: String) -> Parsed<DepartmentGroups> {
    let pairs = map(&text, "DEPARTMENT", "GROUP")?;
    if let Some((first, second)) = repeated(pairs.iter().map(|(_, group)| group.as_str())) {
        let department = |entry: usize| &pairs[entry - 1].0;
        return Err(format!(
            "must not give two departments the same group: {} and {} (entries {first} and {second})",
            department(first),
            department(second)
        )
        .into());
    }
    Ok(DepartmentGroups::new(pairs))
}

pub(crate) fn role_groups(text: String) -> Parsed<Vec<(Role, String)>> {
    let pairs = map(&text, "ROLE", "GROUP")?;
    let role = |(entry, (name, group)): (usize, (String, String))| match name.parse() {
        Ok(role) => Ok((role, group)),
        Err(_) => {
            Err(format!("must name admin, manager, auditor or provisioner: entry {entry} names another role").into())
        }
    };
    (1..).zip(pairs).map(role).collect()
}

pub(crate) fn groups(text: String) -> Parsed<Vec<String>> {
    list(&text)
}

pub(crate) fn email_domains(text: String) -> Parsed<Vec<String>> {
    let domains = list_of(&text, normalize_address)?;
    let is_domain = |domain: &String| format!("a@{domain}").parse::<EmailAddress>().is_ok();
    if domains.is_empty() {
        return Err("must name at least one domain, such as example.com".into());
    }
    if let Some(entry) = position(&domains, |domain| domain.contains('@')) {
        return Err(format!("must be domains such as example.com, without an @ (entry {entry})").into());
    }
    if let Some(entry) = position(&domains, |domain| domain.contains('*')) {
        return Err(format!("must name each domain, without a wildcard (entry {entry})").into());
    }
    if let Some(entry) = position(&domains, |domain| !is_domain(domain)) {
        return Err(format!("must be domains such as example.com: entry {entry} is none").into());
    }
    Ok(domains.iter().map(|domain| normalize_address(domain).into_owned()).collect())
}

pub(crate) fn origins(text: String) -> Parsed<Vec<String>> {
    let origins = list(&text)?;
    for (origin, entry) in origins.iter().zip(1..) {
        if origin.contains('*') {
            return Err(format!("must name each origin in full, without a wildcard (entry {entry})").into());
        }
        let url = secure_url(origin.clone()).map_err(|reason| format!("{reason} (entry {entry})"))?;
        let has_more = |origin: &str| origin.split_once("://").is_some_and(|(_, rest)| rest.contains(['/', '?', '#']));
        if has_more(origin) {
            return Err(format!(
                "must be origins such as https://dashboard.example.com, without a path or a slash at the end (entry \
                 {entry})"
            )
            .into());
        }
        if url.origin().ascii_serialization() != *origin {
            return Err(format!(
                "must be origins as browsers send them: in lower case, international domains in ASCII (xn--), without \
                 the default port (entry {entry})"
            )
            .into());
        }
    }
    Ok(origins)
}

pub(crate) fn offboarding_limit(text: String) -> Parsed<u32> {
    text.parse().ok().filter(|limit| *limit <= 10_000).ok_or_else(|| "must be a whole number from 0 to 10000".into())
}

pub(crate) fn retention_days(text: String) -> Parsed<u32> {
    text.parse()
        .ok()
        .filter(|days| (1..=3650).contains(days))
        .ok_or_else(|| "must be a whole number from 1 to 3650".into())
}

pub(crate) fn database(text: String) -> Result<DatabaseUrl, MalformedDatabaseUrl> {
    text.parse()
}

/// Secrets separated by commas, or as a JSON array: the first signs, all verify.
pub(crate) fn long_secrets(text: String) -> Parsed<Vec<SecretString>> {
    let secrets = secret_parts(&text);
    if secrets.is_empty() {
        return Err(SHORT_SECRET.into());
    }
    match position(&secrets, |secret| !is_long(secret)) {
        None => Ok(secrets.into_iter().map(SecretString::from).collect()),
        Some(_) if secrets.len() == 1 => Err(SHORT_SECRET.into()),
        Some(entry) => Err(format!(
            "must have {MIN_SECRET_LENGTH} or more characters in each of its secrets: entry {entry} has \
                         fewer"
        )
        .into()),
    }
}

/// The secrets that the value of an application's own variable may stand for: the value as it is stored, trimmed, and
/// its parts. The application reads one of them, which is unknown here.
pub(crate) fn shared_secrets(stored: String) -> Parsed<Vec<SecretString>> {
    let trimmed = stored.trim().to_owned();
    if !is_long(&trimmed) {
        return Err(SHORT_SECRET.into());
    }
    let parts = secret_parts(&trimmed).into_iter().filter(|part| is_long(part));
    let mut secrets: Vec<SecretString> = Vec::new();
    for candidate in [stored, trimmed.clone()].into_iter().chain(parts) {
        if secrets.iter().all(|known| known.expose_secret() != candidate) {
            secrets.push(SecretString::from(candidate));
        }
    }
    Ok(secrets)
}

const SHORT_SECRET: &str = "must have 32 or more characters";

fn secret_parts(text: &str) -> Vec<String> {
    // A generated secret can begin with a bracket, too.
    if let Ok(parts) = serde_json::from_str::<Vec<String>>(text) {
        return parts;
    }
    text.split(',').map(str::trim).filter(|secret| !secret.is_empty()).map(str::to_owned).collect()
}

fn is_long(secret: &str) -> bool {
    secret.chars().count() >= MIN_SECRET_LENGTH
}

pub(crate) fn token(text: String) -> Parsed<SecretString> {
    if let Some(place) = place_of(&text, |c| !c.is_ascii_graphic()) {
        return Err(format!("must have printable ASCII characters only, and no spaces (see character {place})").into());
    }
    if text.len() < MIN_TOKEN_LENGTH {
        return Err(format!("must have {MIN_TOKEN_LENGTH} or more characters").into());
    }
    Ok(SecretString::from(text))
}

pub(crate) fn public_key(text: String) -> Parsed<VerifyingKey> {
    const EXPECTED: &str = "must be a public key in PEM (-----BEGIN PUBLIC KEY-----): RSA, P-256, P-384 or Ed25519";
    let found = |label: &str| text.contains(&format!("{label}-----"));
    match VerifyingKey::from_pem(&text) {
        Some(key) => Ok(key),
        None if found("PRIVATE KEY") => {
            Err("must be the public key: it is a private key, which stays with its issuer".into())
        }
        None if found("CERTIFICATE") => Err("must be the public key alone: it is a certificate".into()),
        None => Err(EXPECTED.into()),
    }
}

pub(crate) fn texts(text: String) -> Parsed<Vec<String>> {
    let texts = list(&text)?;
    if texts.is_empty() { Err("must name at least one value".into()) } else { Ok(texts) }
}

/// A valid cookie name (RFC 6265, section 4.1.1).
pub(crate) fn cookie_name(text: String) -> Parsed<String> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    match place_of(&text, |c| !is_allowed(c)) {
        None => Ok(text),
        Some(place) => {
            Err(format!("must be the name of a cookie, which has no such character as character {place}").into())
        }
    }
}

pub(crate) fn claim(text: String) -> Result<ClaimPath, MalformedClaimPath> {
    text.parse()
}

pub(crate) fn cache_seconds(text: String) -> Parsed<Duration> {
    let seconds = text.parse().ok().filter(|seconds| *seconds <= 3_600);
    seconds.map(Duration::from_secs).ok_or_else(|| "must be a whole number from 0 to 3600".into())
}
