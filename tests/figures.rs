//! The figures, rows, orders and pages of lists against an independent computation from the company.

mod lists;
pub(crate) mod oracle;
mod summary;

use std::collections::BTreeSet;

use chrono::TimeDelta;
use lastpass_sim::{Company, User};
use serde_json::{Value, json};

use crate::{
    companies::{office, user},
    figures::oracle::{Rules, departments, distribution, rows, stats},
    world::{ADMIN, AUDITOR, MANAGER, World, noon},
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
        (true, ADMIN, "security-report", vec!["stats.sharedPasswords"]),
        (true, MANAGER, "security-report", vec!["stats.sharedPasswords"]),
        (true, ADMIN, "users", vec![]),
        // Of a list without rows no member is missing.
        (false, ADMIN, "users?q=no-one-at-all", vec![]),
        (false, AUDITOR, "audit-logs", vec![]),
        (false, AUDITOR, "shared-folders", vec![]),
    ] {
        let world = World::with(generated(4, 13), &Rules { by_vault_score: false, guide }.settings());
        let mut fields = unavailable(&world.get_as(key, path).await.json());
        fields.retain(|field| field != "trend");
        fields.sort();
        assert_eq!(fields, expected, "{path}, guide: {guide}");
        let calls = world.calls_by_command();
        assert!(!(guide && calls.contains_key("getdetailedsfdata")), "the guide names no such command");
    }
    let scores =
        ["stats.averageEnrolledScore", "stats.averageVaultScore", "stats.overallScore", "stats.strongUsersPercent"];
    let mut fields = unavailable(&World::new(Company::empty()).get("security-report").await.json());
    fields.sort();
    assert_eq!(fields, [&scores[..], &["trend"]].concat(), "without users");
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
