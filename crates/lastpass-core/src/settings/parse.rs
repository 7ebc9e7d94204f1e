//! How the value of each variable is read.

use std::{net::IpAddr, time::Duration};

use chrono_tz::Tz;
use url::{Host, Url};

use crate::{
    domain::{DepartmentGroups, ScoreSource, fold},
    lastpass::Dialect,
};

use super::{Fault, TABLE, fault};

/// Reads variables one by one and gathers what is wrong with them, so that all of it is told at once.
pub(super) struct Reader<L> {
    lookup: L,
    faults: Vec<Fault>,
}

type Parsed<T> = Result<T, &'static str>;

impl<L: Fn(&str) -> Option<String>> Reader<L> {
    pub(super) fn new(lookup: L) -> Self {
        Self { lookup, faults: Vec::new() }
    }

    /// The value, else the default.
    pub(super) fn read<T>(&mut self, name: &'static str, parse: impl FnOnce(String) -> Parsed<T>) -> Option<T> {
        let variable = TABLE.iter().find(|variable| variable.name == name)?;
        let Some(value) = (self.lookup)(name).or_else(|| variable.default.map(str::to_owned)) else {
            self.faults.push(fault(name, format!("is not set ({})", variable.purpose)));
            return None;
        };
        parse(value).map_err(|reason| self.faults.push(fault(name, reason))).ok()
    }

    /// What was built of the values, unless one of them was wrong.
    pub(super) fn finish<T>(self, build: Option<T>) -> Result<T, Vec<Fault>> {
        match build {
            Some(built) if self.faults.is_empty() => Ok(built),
            _ => Err(self.faults),
        }
    }
}

pub(super) fn account_number(text: String) -> Parsed<String> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { Ok(text) } else { Err("must be digits only, as LastPass shows it") }
}

/// `https` anywhere, `http` on this host only: the provisioning hash is in every request.
pub(super) fn upstream_url(text: String) -> Parsed<Url> {
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

pub(super) fn dialect(text: String) -> Parsed<Dialect> {
    text.parse().map_err(|_| "must be enterprise or guide")
}

pub(super) fn label(text: String) -> Parsed<String> {
    let is_label = text.chars().count() <= 64 && !text.chars().any(char::is_control);
    if is_label { Ok(text) } else { Err("must be up to 64 characters of one line") }
}

pub(super) fn time_zone(text: String) -> Parsed<Tz> {
    text.parse().map_err(|_| "is not an IANA zone such as America/New_York")
}

pub(super) fn score_source(text: String) -> Parsed<ScoreSource> {
    [ScoreSource::MasterPassword, ScoreSource::Vault]
        .into_iter()
        .find(|source| source.name() == text)
        .ok_or("must be mpstrength or totalscore")
}

pub(super) fn departments(text: String) -> Parsed<DepartmentGroups> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for pair in text.split(';').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (department, group) = pair.split_once('=').ok_or("must be DEPARTMENT=GROUP, by semicolons")?;
        let (department, group) = (department.trim(), group.trim());
        if department.is_empty() || group.is_empty() {
            return Err("must be DEPARTMENT=GROUP, by semicolons");
        }
        if pairs.iter().any(|(known, _)| fold(known) == fold(department)) {
            return Err("names a department twice");
        }
        pairs.push((department.to_owned(), group.to_owned()));
    }
    Ok(DepartmentGroups::new(pairs))
}

pub(super) fn cache_seconds(text: String) -> Parsed<Duration> {
    let seconds = text.parse().ok().filter(|seconds| *seconds <= 3_600);
    seconds.map(Duration::from_secs).ok_or("must be a whole number from 0 to 3600")
}
