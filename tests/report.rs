//! The report: companies of every size, CSV, dialects and settings. Figures, rows and lists are compared with an independent
//! computation in `figures`.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::world::{World, company, csv_cell};

#[tokio::test]
async fn companies_of_every_size_have_a_report() {
    for (people, pages) in [(0, 1), (1, 1), (2_000, 1), (2_001, 2)] {
        let world = World::new(company(people));
        let response = world.get("security-report").await;
        let report = response.json();
        assert_eq!(report["stats"]["totalUsers"], people, "{people}");
        let entries = report["users"].as_array().expect("users").iter().filter(|user| !user["id"].is_null()).count();
        assert_eq!(entries, people);
        assert_eq!(world.calls_by_command()["getuserdata"], pages, "{people}");
        let ranged: u64 = report["scoreDistribution"]
            .as_array()
            .expect("ranges")
            .iter()
            .filter_map(|range| range["users"].as_u64())
            .sum();
        assert_eq!(ranged, report["stats"]["scoredUsers"]);
        let in_departments: u64 = report["departments"]
            .as_array()
            .expect("departments")
            .iter()
            .filter_map(|department| department["users"].as_u64())
            .sum();
        assert_eq!(in_departments, people as u64);
    }
}

#[tokio::test]
async fn a_hundred_thousand_users_have_a_report() {
    let world = World::new(company(100_000));
    let response = world.get("security-report?limit=3").await;
    assert_eq!(response.json()["stats"]["totalUsers"], 100_000);
    assert_eq!(world.calls_by_command()["getuserdata"], 50);
    let csv = world.get("security-report?format=csv&status=active").await;
    let active = response.json()["stats"]["activeUsers"].as_u64().expect("a count") as usize;
    let rows = csv.text().lines().count() - 1;
    assert!(
        rows <= active && rows * 10 > active * 9,
        "{rows} of {active}: users with a pending invitation are not active"
    );
}

#[tokio::test]
async fn csv_has_the_rows_and_columns_of_the_json() {
    let world = World::new(company(120));
    let json = world.get("security-report?sort=email").await.json();
    let csv = world.get("security-report?sort=email&format=csv").await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(csv.header("content-disposition"), "attachment; filename=\"lastpass-security-report-2026-11-24.csv\"");
    let (columns, rows) = csv.csv();
    let users = json["users"].as_array().expect("users");
    assert_eq!(rows.len(), users.len());
    for (row, user) in rows.iter().zip(users) {
        for (column, cell) in columns.iter().zip(row) {
            let expected = csv_cell(&user[column]);
            assert_eq!(cell.trim_start_matches('\''), expected, "{column} of {user}");
        }
    }
    let names: BTreeSet<_> = users[0].as_object().expect("a row").keys().collect();
    assert_eq!(names, columns.iter().collect(), "columns are named like the JSON");
}

#[tokio::test]
async fn both_dialects_report_the_same_users() {
    let enterprise = World::new(company(60));
    let guide = World::with(company(60), &[("LASTPASS_API_DIALECT", "guide")]);
    let (enterprise, guide) =
        (enterprise.get("security-report").await.json(), guide.get("security-report").await.json());
    assert!(guide["stats"]["totalWeakPasswords"].is_number() && enterprise["stats"]["totalWeakPasswords"].is_null());
    let without = |report: &Value| {
        let mut users = report["users"].clone();
        for user in users.as_array_mut().expect("users") {
            user["weakPasswords"] = Value::Null;
            user["reusedPasswords"] = Value::Null;
        }
        users
    };
    assert_eq!(without(&enterprise), without(&guide));
    for name in ["totalUsers", "sharedFolders", "averageSecurityScore", "averageVaultScore"] {
        assert_eq!(enterprise["stats"][name], guide["stats"][name], "{name}");
    }
}

#[tokio::test]
async fn the_vault_score_is_used_for_ranking_if_configured() {
    let world = World::with(company(120), &[("SCORE_SOURCE", "totalscore")]);
    let report = world.get("security-report").await.json();
    let users = report["users"].as_array().expect("users");
    let scores: Vec<_> = users.iter().filter_map(|user| user["vaultScore"].as_f64()).collect();
    assert!(scores.is_sorted());
    for user in users {
        let risk = user["vaultScore"].as_f64().map(|score| match score {
            score if score < 50.0 => "high",
            score if score > 75.0 => "low",
            _ => "medium",
        });
        assert_eq!(user["risk"].as_str(), risk, "{user}");
    }
}

/// A page that has never heard of `null` reads these numbers.
#[tokio::test]
async fn figures_that_a_company_has_are_numbers() {
    let report = World::new(company(300)).get("security-report").await.json();
    let stats = report["stats"].as_object().expect("figures");
    let nulls: BTreeSet<_> =
        stats.iter().filter(|(_, figure)| figure.is_null()).map(|(name, _)| name.as_str()).collect();
    assert_eq!(nulls, ["totalReusedPasswords", "totalWeakPasswords", "usersWithWeakPasswords"].into());
    let rows = ["scoreDistribution", "departments"].map(|list| report[list].as_array().expect("a list"));
    for figures in rows.into_iter().flatten() {
        let mut figures = figures.as_object().expect("figures").clone();
        figures.remove("department");
        figures.remove("range");
        assert!(figures.values().all(Value::is_u64), "{figures:?}");
    }
}

#[tokio::test]
async fn dates_are_read_in_the_configured_time_zone() {
    let eastern = World::new(company(30)).get("security-report?sort=email").await.json();
    let utc = World::with(company(30), &[("LASTPASS_TIME_ZONE", "UTC")]).get("security-report?sort=email").await.json();
    assert_ne!(eastern["users"], utc["users"]);
}
