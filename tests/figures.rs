//! The figures, rows, orders and pages of the report against an independent computation from the company.

mod oracle;
mod summary;

use std::{cmp::Ordering, collections::BTreeSet};

use chrono::TimeDelta;
use lastpass_sim::{Company, User};
use serde_json::{Value, json};

use crate::{
    companies::{office, user},
    figures::oracle::{Rules, departments, distribution, rows, stats},
    world::{ADMIN, MANAGER, World, noon},
};

/// A generated company whose times have no offset, so that no local time occurs twice.
pub(crate) fn generated(seed: u64, people: usize) -> Company {
    Company { time_zone: "UTC".parse().expect("a zone"), ..Company::generate(seed, people, noon().date_naive()) }
}

/// Users whose scores and logins are at the bounds of every range, with ids of different lengths.
fn at_the_bounds() -> Company {
    let mut company = Company { time_zone: "UTC".parse().expect("a zone"), ..Company::empty() };
    let scores = [0.0, 24.9, 25.0, 25.1, 49.9, 50.0, 50.1, 74.9, 75.0, 75.1, 76.0, 100.0];
    let strengths = [0, 24, 25, 26, 49, 50, 51, 74, 75, 76, 99, 100];
    let logins = [30 * 86_400 - 1, 30 * 86_400 + 1, 90 * 86_400 - 1, 90 * 86_400 + 1, 0, 400 * 86_400];
    for (number, (score, strength)) in (0..).zip(scores.into_iter().zip(strengths)) {
        let id = [5, 40, 300][number % 3] + number as u64;
        company.users.push(User {
            mpstrength: Some(strength),
            totalscore: Some(score),
            last_login: Some(noon() - TimeDelta::seconds(logins[number % logins.len()])),
            fullname: ["", "ann", "Ann", "Zoë"][number % 4].to_owned(),
            disabled: number % 5 == 4,
            weak_passwords: (number % 3) as u32,
            ..user(id, &format!("user{number}"), &[])
        });
    }
    // Scores that do not count: of users who never logged in, and of federated users.
    let never = |id, name| User {
        never_logged_in: true,
        last_login: None,
        last_pw_change: None,
        mpstrength: Some(0),
        totalscore: Some(0.0),
        ..user(id, name, &["Sales-Team"])
    };
    company.users.extend([never(1_000, "never"), User { mpstrength: Some(90), ..never(1_001, "never-strong") }]);
    company.users.push(User { mpstrength: None, totalscore: None, ..user(1_002, "unscored", &["Sales-Team"]) });
    company.users.push(User { mpstrength: None, totalscore: Some(49.9), ..user(1_003, "federated", &["HR-Team"]) });
    company.invited = vec!["new@example.com".to_owned(), "another@example.com".to_owned()];
    company
}

/// Users of whom none has a score.
fn unscored() -> Company {
    let mut company = at_the_bounds();
    company.users.retain(|user| user.never_logged_in || user.totalscore.is_none());
    company
}

fn companies() -> Vec<Company> {
    let office = Company { time_zone: "UTC".parse().expect("a zone"), ..office() };
    let sizes = [(1, 0), (2, 1), (3, 2), (4, 13), (5, 61), (6, 240)];
    let generated = sizes.into_iter().map(|(seed, people)| generated(seed, people));
    generated.chain([office, at_the_bounds(), unscored()]).collect()
}

/// Equal, numbers by value.
fn same(one: &Value, other: &Value) -> bool {
    one == other || (one.is_number() && one.as_f64() == other.as_f64())
}

pub(crate) fn list<'a>(reply: &'a Value, name: &str) -> &'a Vec<Value> {
    reply[name].as_array().unwrap_or_else(|| panic!("no {name} in {reply}"))
}

fn assert_figures(report: &Value, company: &Company, rules: Rules, of: &str) {
    for (name, expected) in stats(company, rules) {
        assert!(same(&report["stats"][name], &expected), "{of} {name}: {} for {expected}", report["stats"][name]);
    }
    assert_eq!(report["scoreDistribution"], distribution(company, rules), "{of}");
}

#[tokio::test]
async fn figures_and_rows_are_those_of_the_company() {
    for (number, company) in companies().into_iter().enumerate() {
        for rules in Rules::ALL {
            let of = format!("company {number}, {rules:?}");
            let world = World::with(company.clone(), &rules.settings());
            let report = world.get("security-report").await.json();
            assert_figures(&report, &company, rules, &of);
            let expected = departments(&company, rules);
            let reported = list(&report, "departments");
            assert_eq!(reported.len(), expected.len(), "{of}: {reported:?}");
            for entry in reported {
                let expected = &expected[&entry["department"].as_str().map(str::to_owned)];
                assert!(
                    expected.as_object().expect("figures").iter().all(|(name, value)| same(&entry[name], value)),
                    "{of}: {entry} for {expected}"
                );
            }
            let expected = rows(&company, rules);
            assert_eq!((list(&report, "users").len(), &report["total"]), (expected.len(), &json!(expected.len())));
            for expected in expected {
                let is_same_user = |row: &&Value| row["email"] == expected["email"];
                let mut row = list(&report, "users").iter().find(is_same_user).expect("a row").clone();
                row["groups"].as_array_mut().expect("groups").sort_by_key(Value::to_string);
                for (name, value) in expected.as_object().expect("a row") {
                    assert!(same(&row[name], value), "{of}, {name} of {row} is not {value}");
                }
            }
        }
    }
}

#[tokio::test]
async fn passwords_of_a_folder_are_counted_once_per_site() {
    for (seed, people) in [(3, 2), (5, 61), (6, 240), (8, 400)] {
        let company = generated(seed, people);
        let open = company.folders.iter().filter(|folder| !folder.deleted);
        let sites = open.flat_map(|folder| {
            let sites = folder.members.iter().flat_map(|member| &member.sites);
            sites.map(|site| (folder.id, site.clone()))
        });
        let expected = sites.collect::<BTreeSet<_>>().len();
        let report = World::new(company).get("security-report?limit=1").await.json();
        assert_eq!(report["stats"]["sharedPasswords"], expected, "{people}");
    }
}

/// The keys of sorting, and the member of a row that each compares.
const SORTS: [&str; 7] = ["securityScore", "email", "name", "department", "status", "lastLogin", "weakPasswords"];

/// Two values in ascending order: text in any letter case, numbers by value. Null is last in either direction.
fn compare(one: &Value, other: &Value, reversed: bool) -> Ordering {
    let ascending = match (one, other) {
        (Value::Null, Value::Null) => return Ordering::Equal,
        (Value::Null, _) => return Ordering::Greater,
        (_, Value::Null) => return Ordering::Less,
        (Value::String(one), Value::String(other)) => one.to_lowercase().cmp(&other.to_lowercase()),
        _ => one.as_f64().partial_cmp(&other.as_f64()).expect("numbers"),
    };
    if reversed { ascending.reverse() } else { ascending }
}

/// Asserts that rows are in this order, nulls last, and ties by id.
fn assert_order(rows: &[Value], member: &str, reversed: bool, of: &str) {
    for pair in rows.windows(2) {
        let order = compare(&pair[0][member], &pair[1][member], reversed);
        assert_ne!(order, Ordering::Greater, "{of}: {} before {}", pair[0], pair[1]);
        let id = |row: &Value| row["id"].as_str().and_then(|id| id.parse::<u64>().ok());
        if let (Ordering::Equal, Some(one), Some(other)) = (order, id(&pair[0]), id(&pair[1])) {
            assert!(one < other, "{of}: of equal {member}, id {one} before {other}");
        }
    }
}

#[tokio::test]
async fn every_order_is_complete_and_has_ties_by_id_and_nulls_last() {
    for company in [at_the_bounds(), generated(5, 61), unscored()] {
        for rules in Rules::ALL {
            let world = World::with(company.clone(), &rules.settings());
            let all: BTreeSet<_> = rows(&company, rules).iter().map(|row| row["email"].to_string()).collect();
            for sort in SORTS {
                let member = if sort == "securityScore" && rules.by_vault_score { "vaultScore" } else { sort };
                for (sign, reversed) in [("", false), ("-", true)] {
                    let report = world.get(&format!("security-report?sort={sign}{sort}")).await.json();
                    let of = format!("{sign}{sort}, {rules:?}");
                    assert_order(list(&report, "users"), member, reversed, &of);
                    let found: BTreeSet<_> =
                        list(&report, "users").iter().map(|row| row["email"].to_string()).collect();
                    assert_eq!(found, all, "{of}");
                }
            }
        }
    }
}

#[tokio::test]
async fn pages_of_every_size_have_each_row_once_and_the_same_total() {
    let mut few = at_the_bounds();
    few.users.drain(..8);
    for (company, rules) in [(few, Rules::ALL[1]), (generated(4, 7), Rules::ALL[2])] {
        let world = World::with(company.clone(), &rules.settings());
        let count = rows(&company, rules).len();
        for sort in SORTS.iter().flat_map(|sort| [(*sort).to_owned(), format!("-{sort}")]) {
            let whole = world.get(&format!("security-report?sort={sort}")).await.emails();
            for limit in 1..=count {
                let (mut paged, mut cursor) = (Vec::new(), String::new());
                loop {
                    let page = world.get(&format!("security-report?sort={sort}&limit={limit}{cursor}")).await;
                    paged.extend(page.emails());
                    assert_eq!(page.json()["total"], count, "{sort}, {limit}");
                    match page.json()["nextCursor"].as_str() {
                        Some(next) => cursor = format!("&cursor={next}"),
                        None => break,
                    }
                    assert!(paged.len() < count, "{sort}, {limit}: a page after the last row");
                }
                assert_eq!(paged, whole, "{sort}, {limit}");
            }
        }
    }
}

#[tokio::test]
async fn a_cursor_holds_no_address_and_no_name() {
    let world = World::new(at_the_bounds());
    for sort in SORTS {
        let mut cursor = String::new();
        loop {
            let page = world.get(&format!("security-report?sort={sort}&limit=1{cursor}")).await.json();
            let Some(next) = page["nextCursor"].as_str() else { break };
            let decoded: Vec<String> = [
                base64::Engine::decode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, next),
                base64::Engine::decode(&base64::prelude::BASE64_STANDARD, next),
                Ok(next.as_bytes().to_vec()),
            ]
            .into_iter()
            .flatten()
            .map(|bytes| String::from_utf8_lossy(&bytes).to_lowercase())
            .collect();
            let row = &page["users"][0];
            for member in ["email", "name"] {
                let text = row[member].as_str().unwrap_or("example.com").to_lowercase();
                assert!(!decoded.iter().any(|cursor| cursor.contains(&text)), "{sort}: {decoded:?} of {row}");
            }
            cursor = format!("&cursor={next}");
        }
    }
}

type Matches = fn(&Value) -> bool;

const FILTERS: [(&str, Matches); 22] = [
    ("status=active", |row| row["status"] == "active"),
    ("status=disabled", |row| row["status"] == "disabled"),
    ("status=invited", |row| row["status"] == "invited"),
    ("status=neverLoggedIn", |row| row["status"] == "neverLoggedIn"),
    ("risk=high", |row| row["risk"] == "high"),
    ("risk=medium", |row| row["risk"] == "medium"),
    ("risk=low", |row| row["risk"] == "low"),
    ("department=sales", |row| row["department"] == "Sales"),
    ("department=customer%20SUPPORT", |row| row["department"] == "Customer Support"),
    ("group=all%20staff", |row| has_group(row, "All Staff")),
    ("group=SALES-TEAM", |row| has_group(row, "Sales-Team")),
    ("mfa=none", |row| row["mfa"] == "none"),
    ("mfa=any", |row| row["mfa"].is_string() && row["mfa"] != "none"),
    ("mfa=LastPassAuth", |row| row["mfa"] == "lastpassauth"),
    ("inactiveDays=30", |row| row["lastLogin"].as_str().is_some_and(|time| time <= "2026-10-25T12:00:00Z")),
    ("inactiveDays=0", |row| row["lastLogin"].is_string()),
    ("q=AN", |row| has_text(row, "an")),
    ("q=%C3%96", |row| has_text(row, "ö")),
    ("q=example.com", |_| true),
    ("q=no-one-at-all", |_| false),
    ("status=active&risk=high&mfa=none", |row| {
        row["status"] == "active" && row["risk"] == "high" && row["mfa"] == "none"
    }),
    ("department=Engineering&inactiveDays=60&q=e", |row| {
        row["department"] == "Engineering"
            && has_text(row, "e")
            && row["lastLogin"].as_str().is_some_and(|time| time <= "2026-09-25T12:00:00Z")
    }),
];

fn has_group(row: &Value, name: &str) -> bool {
    row["groups"].as_array().is_some_and(|groups| groups.contains(&json!(name)))
}

fn has_text(row: &Value, text: &str) -> bool {
    let has = |member: &str| row[member].as_str().is_some_and(|own| own.to_lowercase().contains(text));
    has("email") || has("name")
}

#[tokio::test]
async fn a_filter_selects_its_rows_counts_them_and_leaves_the_figures() {
    let company = generated(6, 120);
    for rules in [Rules::ALL[0], Rules::ALL[3]] {
        let world = World::with(company.clone(), &rules.settings());
        for (query, matches) in FILTERS {
            let expected: BTreeSet<_> = rows(&company, rules)
                .iter()
                .filter(|row| matches(row))
                .map(|row| row["email"].as_str().expect("an address").to_owned())
                .collect();
            assert!(!expected.is_empty() || query == "q=no-one-at-all", "{query} selects no one");
            for path in ["security-report?limit=1000", "users?limit=1000"] {
                let reply = world.get(&format!("{path}&{query}")).await;
                let found: BTreeSet<_> = reply.emails().into_iter().collect();
                assert_eq!(found, expected, "{path}&{query}");
                let total = world.get(&format!("{path}&{query}").replace("limit=1000", "limit=1")).await.json();
                assert_eq!(total["total"], expected.len(), "{path}&{query}");
            }
            let report = world.get(&format!("security-report?limit=1&{query}")).await.json();
            assert_figures(&report, &company, rules, query);
            let (_, csv) = world.get(&format!("security-report?format=csv&{query}")).await.csv();
            assert_eq!(csv.len(), expected.len(), "{query}, CSV");
        }
    }
}

#[tokio::test]
async fn what_lastpass_does_not_provide_has_a_reason_without_personal_data() {
    let unavailable = |reply: &Value| -> Vec<String> {
        let entries = reply["meta"]["unavailable"].as_array().expect("a list");
        for entry in entries {
            let reason = entry["reason"].as_str().expect("a reason");
            assert!(!reason.is_empty() && !reason.contains('@'), "{entry}");
        }
        entries.iter().map(|entry| entry["field"].as_str().expect("a field").to_owned()).collect()
    };
    let stats = ["stats.totalReusedPasswords", "stats.totalWeakPasswords", "stats.usersWithWeakPasswords"];
    let row = ["users.reusedPasswords", "users.weakPasswords"];
    for (guide, key, path, expected) in [
        (false, ADMIN, "security-report", [&stats[..], &row[..]].concat()),
        (false, ADMIN, "security-report?view=summary", stats.to_vec()),
        (false, MANAGER, "security-report", stats.to_vec()),
        (false, ADMIN, "users", row.to_vec()),
        (true, ADMIN, "security-report", vec![]),
        (true, MANAGER, "security-report", vec![]),
        (true, ADMIN, "users", vec![]),
    ] {
        let world = World::with(generated(4, 13), &Rules { by_vault_score: false, guide }.settings());
        let mut fields = unavailable(&world.get_as(key, path).await.json());
        fields.retain(|field| field != "trend");
        fields.sort();
        assert_eq!(fields, expected, "{path}, guide: {guide}");
    }
    // A null of a user is explained once, and what merely failed is a warning.
    let world = World::new(office());
    let one = world.get("users?id=2").await.json();
    let fields = unavailable(&one);
    for field in ["user.weakPasswords", "user.reusedPasswords"] {
        assert!(fields.iter().any(|own| own == field), "{fields:?}");
    }
    // LastPass lists no group without members.
    let groups = world.get("groups").await.json();
    let unknown = list(&groups, "groups").iter().any(|group| group["members"].is_null());
    assert_eq!(unavailable(&groups), if unknown { vec!["groups.members"] } else { vec![] });
}

#[tokio::test]
async fn every_list_counts_the_entries_that_match() {
    let world = World::new(generated(6, 240));
    for (path, name) in [
        ("users?q=a", "users"),
        ("users?status=disabled", "users"),
        ("security-report?q=e&mfa=none", "users"),
        ("groups?q=", "groups"),
        ("groups?q=team", "groups"),
        ("shared-folders?deleted=true", "folders"),
        ("shared-folders?withoutAdministrator=true", "folders"),
        ("audit-logs?type=login", "events"),
        ("audit-logs?q=vid", "events"),
    ] {
        let mut count = 0;
        let mut cursor = String::new();
        let total = loop {
            let page = world.get(&format!("{path}&limit=90{cursor}")).await.json();
            count += list(&page, name).len();
            match page["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break page["total"].clone(),
            }
        };
        assert_eq!(total, count, "{path}");
        let none = world.get(&format!("{path}&limit=1")).await.json();
        assert_eq!((&none["total"], list(&none, name).len()), (&total, count.min(1)), "{path}");
    }
}
