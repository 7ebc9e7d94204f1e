//! Orders, pages, filters and totals of lists.

use std::{cmp::Ordering, collections::BTreeSet};

use serde_json::{Value, json};

use crate::{
    figures::{
        assert_figures, at_the_bounds, generated, list,
        oracle::{Rules, rows},
        unscored,
    },
    world::World,
};

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
            let usual = world.get("security-report").await.emails();
            assert_eq!(usual, world.get("security-report?sort=securityScore").await.emails(), "{rules:?}");
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
async fn pages_of_a_filtered_list_are_the_whole_list() {
    let world = World::new(generated(6, 120));
    for query in ["sort=-email&status=active", "sort=-name&mfa=none", "sort=-lastLogin&q=e"] {
        let whole = world.get(&format!("security-report?{query}")).await;
        assert_eq!(whole.json()["nextCursor"], Value::Null);
        let pages = world.all_pages(&format!("security-report?{query}&limit=7"), "users").await;
        let together: Vec<_> = pages.iter().map(|user| user["email"].as_str().expect("an address")).collect();
        assert_eq!(together, whole.emails(), "{query}");
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
    ("mfa=NONE", |row| row["mfa"] == "none"),
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
async fn a_range_selects_the_users_that_the_distribution_counts() {
    let company = at_the_bounds();
    for rules in Rules::ALL {
        let world = World::with(company.clone(), &rules.settings());
        let member = if rules.by_vault_score { "vaultScore" } else { "securityScore" };
        let report = world.get("security-report").await.json();
        for ((range, above, max), counted) in
            [("0-25", -1.0, 25.0), ("26-50", 25.0, 50.0), ("51-75", 50.0, 75.0), ("76-100", 75.0, 100.0)]
                .into_iter()
                .zip(list(&report, "scoreDistribution"))
        {
            let selected = world.get(&format!("users?range={range}")).await.json();
            assert_eq!((&counted["range"], &counted["users"]), (&json!(range), &selected["total"]), "{rules:?}");
            for user in list(&selected, "users") {
                let score = user[member].as_f64().expect("a score");
                assert!(score > above && score <= max, "{range}: {user}");
            }
        }
    }
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
