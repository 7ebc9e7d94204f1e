//! A person as LastPass lists it, as a row of the table, and what the history notes of two such rows.

use std::collections::BTreeSet;

use lastpass_sim::Company;
use serde_json::Value;

use crate::figures::oracle::{Rules, rows};

/// The rules of the stories: scores are master passwords' strengths.
pub(crate) const RULES: Rules = Rules { by_vault_score: false, guide: false };

/// A person as LastPass lists it: a row of the report.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Listed(Value);

impl Listed {
    pub(crate) fn all(company: &Company) -> Vec<Self> {
        rows(company, RULES).into_iter().map(Self).collect()
    }

    pub(crate) fn key(&self) -> String {
        self.0["id"].as_str().map_or_else(|| format!("invited:{}", self.address()), str::to_owned)
    }

    /// The address as it is compared.
    pub(crate) fn address(&self) -> String {
        self.0["email"].as_str().expect("an address").to_lowercase()
    }

    fn flag(&self, member: &str) -> bool {
        self.0[member] == true
    }

    fn score(&self) -> Option<f64> {
        self.0["securityScore"].as_f64()
    }

    fn method(&self) -> Option<String> {
        self.0["mfa"].as_str().filter(|method| *method != "none").map(str::to_owned)
    }

    fn groups(&self) -> BTreeSet<String> {
        let groups = self.0["groups"].as_array().expect("groups").iter();
        groups.map(|group| group.as_str().expect("a group").to_owned()).collect()
    }

    /// The columns of the table that LastPass's list decides.
    pub(crate) fn columns(&self) -> [String; 12] {
        let row = &self.0;
        let text = |member: &str| row[member].as_str().unwrap_or_default().to_owned();
        let tenths =
            |member: &str| row[member].as_f64().map(|score| format!("{:.0}", score * 10.0)).unwrap_or_default();
        let groups: Vec<String> = self.groups().into_iter().collect();
        [
            text("id"),
            text("email"),
            text("name"),
            text("status"),
            text("department"),
            groups.join(","),
            tenths("securityScore"),
            tenths("vaultScore"),
            self.method().unwrap_or_default(),
            self.flag("isAdmin").to_string(),
            text("lastLogin"),
            text("passwordLastChanged"),
        ]
    }
}

/// What the contract's kinds name of two listings of the same account.
pub(crate) fn differences(old: &Listed, new: &Listed) -> Vec<(&'static str, Option<String>, Option<String>)> {
    let mut found = Vec::new();
    let turned = |member: &str| (old.flag(member) != new.flag(member)).then(|| new.flag(member));
    match turned("isDisabled") {
        Some(true) => found.push(("disabled", None, None)),
        Some(false) => found.push(("restored", None, None)),
        None => {}
    }
    match turned("isAdmin") {
        Some(true) => found.push(("adminGiven", None, None)),
        Some(false) => found.push(("adminRevoked", None, None)),
        None => {}
    }
    let methods = (old.method(), new.method());
    match &methods {
        (before, after) if before == after => {}
        (_, Some(_)) => found.push(("mfaEnabled", methods.0, methods.1)),
        (_, None) => found.push(("mfaDisabled", methods.0, None)),
    }
    if let (Some(before), Some(after)) = (old.score(), new.score())
        && ((before - after).abs() >= 10.0 || old.0["risk"] != new.0["risk"])
    {
        found.push(("scoreChanged", Some(before.to_string()), Some(after.to_string())));
    }
    if old.0["lastLogin"].is_null() && !new.0["lastLogin"].is_null() {
        found.push(("firstLogin", None, None));
    }
    let (before, after) = (old.groups(), new.groups());
    found.extend(after.difference(&before).map(|group| ("groupJoined", None, Some(group.clone()))));
    found.extend(before.difference(&after).map(|group| ("groupLeft", Some(group.clone()), None)));
    found
}
