//! The figures and the rows of the report, computed from the company itself and not from LastPass's replies.
//!
//! Scores are counted in tenths, so that every rounding is exact.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use lastpass_sim::{Company, User};
use serde_json::{Value, json};

use crate::world::noon;

/// The pairs of `DEPARTMENT_GROUPS` if it is not set.
const DEPARTMENT_GROUPS: [(&str, &str); 6] = [
    ("Engineering", "Engineering-Team"),
    ("Sales", "Sales-Team"),
    ("Marketing", "Marketing-Team"),
    ("HR", "HR-Team"),
    ("Finance", "Finance-Team"),
    ("Legal", "Legal-Team"),
];

/// Which score counts, and what LastPass reports.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    /// `SCORE_SOURCE=totalscore`.
    pub(crate) by_vault_score: bool,
    /// The guide's dialect, which counts weak and reused passwords.
    pub(crate) guide: bool,
}

impl Rules {
    pub(crate) const ALL: [Self; 4] = [
        Self { by_vault_score: false, guide: false },
        Self { by_vault_score: false, guide: true },
        Self { by_vault_score: true, guide: false },
        Self { by_vault_score: true, guide: true },
    ];

    pub(crate) fn settings(self) -> [(&'static str, &'static str); 3] {
        [
            ("SCORE_SOURCE", if self.by_vault_score { "totalscore" } else { "mpstrength" }),
            ("LASTPASS_API_DIALECT", if self.guide { "guide" } else { "enterprise" }),
            ("LASTPASS_TIME_ZONE", "UTC"),
        ]
    }

    /// The score that counts, in tenths.
    fn tenths(self, user: &User) -> Option<i64> {
        if user.never_logged_in {
            None
        } else if self.by_vault_score {
            vault_tenths(user)
        } else {
            user.mpstrength.map(|strength| i64::from(strength) * 10)
        }
    }
}

fn vault_tenths(user: &User) -> Option<i64> {
    user.totalscore.filter(|_| !user.never_logged_in).map(|score| (score * 10.0).round() as i64)
}

/// A sum of tenths divided by a count, rounded half up to one decimal.
fn one_decimal(values: &[i64]) -> Value {
    let (sum, count) = (values.iter().sum::<i64>(), values.len() as i64);
    if count == 0 { Value::Null } else { json!(((2 * sum + count).div_euclid(2 * count)) as f64 / 10.0) }
}

/// The same, rounded half up to a whole number, over so many people.
fn whole(values: &[i64], people: usize) -> Option<i64> {
    let (sum, people) = (values.iter().sum::<i64>(), people as i64);
    (people > 0).then(|| (2 * sum + 10 * people).div_euclid(20 * people))
}

fn rfc3339(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn department(user: &User) -> Option<&str> {
    let is_member = |group: &str| user.groups.iter().any(|own| own.eq_ignore_ascii_case(group));
    let by_group = DEPARTMENT_GROUPS.iter().find(|(_, group)| is_member(group)).map(|(name, _)| *name);
    let attribute = user.attributes.iter().find(|(name, _)| name.eq_ignore_ascii_case("department"));
    by_group.or(user.department.as_deref()).or(attribute.map(|(_, value)| value.as_str()))
}

fn is_invited(company: &Company, user: &User) -> bool {
    company.invited.iter().any(|address| address.eq_ignore_ascii_case(&user.username))
}

/// The row of one user.
fn row(company: &Company, rules: Rules, user: &User) -> Value {
    let status = match () {
        () if user.disabled => "disabled",
        () if is_invited(company, user) => "invited",
        () if user.never_logged_in => "neverLoggedIn",
        () => "active",
    };
    let risk = rules.tenths(user).map(|score| match score {
        ..500 => "high",
        500..=750 => "medium",
        _ => "low",
    });
    let mut groups = user.groups.clone();
    groups.sort();
    json!({
        "id": user.id.to_string(),
        "email": user.username,
        "name": (!user.fullname.is_empty()).then_some(&user.fullname),
        "securityScore": user.mpstrength.filter(|_| !user.never_logged_in),
        "vaultScore": vault_tenths(user).map(|tenths| tenths as f64 / 10.0),
        "weakPasswords": rules.guide.then_some(user.weak_passwords),
        "reusedPasswords": rules.guide.then_some(user.reused_passwords),
        "lastLogin": user.last_login.filter(|_| !user.never_logged_in).map(rfc3339),
        "passwordLastChanged": user.last_pw_change.map(rfc3339),
        "isDisabled": user.disabled,
        "isAdmin": user.admin,
        "risk": risk,
        "status": status,
        "department": department(user),
        "groups": groups,
        "mfa": user.multifactor.as_deref().unwrap_or("none"),
    })
}

/// The row of an address that is only invited.
fn invited_row(address: &str) -> Value {
    let mut row = json!({ "email": address, "isDisabled": false, "isAdmin": false, "status": "invited", "groups": [] });
    for name in [
        "id",
        "name",
        "securityScore",
        "vaultScore",
        "weakPasswords",
        "reusedPasswords",
        "lastLogin",
        "passwordLastChanged",
        "risk",
        "department",
        "mfa",
    ] {
        row[name] = Value::Null;
    }
    row
}

/// All rows, the users in the order of LastPass and then the invited addresses.
pub(crate) fn rows(company: &Company, rules: Rules) -> Vec<Value> {
    let has_account = |address: &&String| company.users.iter().any(|user| user.username.eq_ignore_ascii_case(address));
    let users = company.users.iter().map(|user| row(company, rules, user));
    let invited = company.invited.iter().filter(|address| !has_account(address)).map(|address| invited_row(address));
    users.chain(invited).collect()
}

/// The members of `stats`.
pub(crate) fn stats(company: &Company, rules: Rules) -> BTreeMap<&'static str, Value> {
    let users = &company.users;
    let count = |matches: &dyn Fn(&User) -> bool| json!(users.iter().filter(|user| matches(user)).count());
    let scores: Vec<i64> = users.iter().filter_map(|user| rules.tenths(user)).collect();
    let vault_scores: Vec<i64> = users.iter().filter_map(vault_tenths).collect();
    let strong = scores.iter().filter(|score| **score > 750).count() as i64;
    let share = |part: i64, all: i64| (2_000 * part + all).div_euclid(2 * all) as f64 / 10.0;
    let login_after = |user: &User, days: i64| user.last_login.is_some_and(|at| at >= noon() - TimeDelta::days(days));
    // Of no one, the number is known.
    let of_guide = |value: Value| if rules.guide || users.is_empty() { value } else { Value::Null };
    let sum = |number: fn(&User) -> u32| of_guide(json!(users.iter().map(number).sum::<u32>()));
    let is_enrolled = |user: &User| !user.never_logged_in;
    BTreeMap::from([
        ("totalUsers", json!(users.len())),
        ("activeUsers", count(&|user| !user.disabled && is_enrolled(user))),
        ("usersWithWeakPasswords", of_guide(count(&|user| user.weak_passwords > 0))),
        ("averageSecurityScore", json!(whole(&scores, users.len()).unwrap_or(0))),
        ("totalWeakPasswords", sum(|user| user.weak_passwords)),
        ("totalReusedPasswords", sum(|user| user.reused_passwords)),
        ("activeLast30Days", count(&|user| !user.disabled && is_enrolled(user) && login_after(user, 30))),
        ("usersBelowThreshold", json!(scores.iter().filter(|score| **score < 500).count())),
        ("scoreThreshold", json!(50)),
        ("sharedFolders", json!(company.folders.iter().filter(|folder| !folder.deleted).count())),
        ("disabledUsers", count(&|user| user.disabled)),
        ("neverLoggedIn", count(&|user| user.never_logged_in)),
        ("invitedUsers", json!(company.invited.len())),
        ("admins", count(&|user| user.admin)),
        ("usersWithoutMfa", count(&|user| user.multifactor.is_none())),
        ("averageVaultScore", one_decimal(&vault_scores)),
        ("scoredUsers", json!(scores.len())),
        ("enrolledUsers", count(&is_enrolled)),
        ("averageEnrolledScore", one_decimal(&scores)),
        ("usersWithStaleScore", count(&|user| is_enrolled(user) && !login_after(user, 90))),
        ("overallScore", json!(whole(&scores, scores.len()))),
        ("strongUsers", json!(strong)),
        ("strongUsersPercent", if scores.is_empty() { Value::Null } else { json!(share(strong, scores.len() as i64)) }),
    ])
}

/// The users of each range of scores.
pub(crate) fn distribution(company: &Company, rules: Rules) -> Value {
    let ranges = [("0-25", 0, 25, -1..=250), ("26-50", 26, 50, 251..=500), ("51-75", 51, 75, 501..=750)];
    let ranges = ranges.into_iter().chain([("76-100", 76, 100, 751..=1_000)]);
    let users = |range: std::ops::RangeInclusive<i64>| {
        company.users.iter().filter_map(|user| rules.tenths(user)).filter(|score| range.contains(score)).count()
    };
    ranges
        .map(|(name, min, max, scores)| json!({ "range": name, "min": min, "max": max, "users": users(scores) }))
        .collect()
}

/// The entries of `departments`, by name.
pub(crate) fn departments(company: &Company, rules: Rules) -> BTreeMap<Option<String>, Value> {
    let mut members: BTreeMap<Option<String>, Vec<&User>> = BTreeMap::new();
    for user in &company.users {
        members.entry(department(user).map(str::to_owned)).or_default().push(user);
    }
    let entry = |(name, users): (Option<String>, Vec<&User>)| {
        let scores: Vec<i64> = users.iter().filter_map(|user| rules.tenths(user)).collect();
        let below = scores.iter().filter(|score| **score < 500).count();
        let figures = json!({ "department": name, "users": users.len(), "usersBelowThreshold": below,
                              "averageSecurityScore": whole(&scores, users.len()) });
        (name, figures)
    };
    members.into_iter().map(entry).collect()
}
