//! The report: companies of every size, sorting, filters, pages and CSV.

use serde_json::{Value, json};

use crate::world::{AUDITOR, MANAGER, World, company, csv_cell};

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
async fn users_are_sorted_by_risk_and_every_order_can_be_reversed() {
    let world = World::new(company(120));
    for key in ["securityScore", "email", "name", "department", "status", "lastLogin"] {
        for reversed in ["", "-"] {
            let sort = format!("{reversed}{key}");
            let report = world.get(&format!("security-report?sort={sort}")).await.json();
            let users = report["users"].as_array().expect("users");
            let values: Vec<_> = users.iter().map(|user| &user[key]).filter(|value| !value.is_null()).collect();
            assert!(values.len() > 100, "{key}");
            let text = |value: &Value| value.as_str().map(str::to_lowercase);
            let in_order = values.is_sorted_by(|left, right| {
                let (left, right) = if reversed.is_empty() { (left, right) } else { (right, left) };
                match (left.as_f64(), right.as_f64()) {
                    (Some(left), Some(right)) => left <= right,
                    _ => text(left) <= text(right),
                }
            });
            assert!(in_order, "{sort}");
            let id = |user: &Value| user["id"].as_str().map(|id| id.parse::<u64>().expect("a number"));
            let ties = users.windows(2).filter(|pair| pair[0][key] == pair[1][key] && pair[1]["id"].is_string());
            assert!(ties.clone().all(|pair| id(&pair[0]) < id(&pair[1])), "{sort}");
            let nulls_last = users.iter().skip_while(|user| !user[key].is_null()).all(|user| user[key].is_null());
            assert!(nulls_last, "{sort}");
        }
    }
    let usual = world.get("security-report").await.emails();
    assert_eq!(usual, world.get("security-report?sort=securityScore").await.emails());
}

#[tokio::test]
async fn pages_together_are_the_whole_list() {
    let world = World::new(company(120));
    for query in [
        "sort=securityScore",
        "sort=-lastLogin",
        "sort=email",
        "sort=-email&status=active",
        "sort=name",
        "sort=-name&mfa=none",
        "sort=department",
        "sort=-department",
        "sort=status",
        "sort=-status",
        "sort=weakPasswords",
    ] {
        let whole = world.get(&format!("security-report?{query}")).await;
        assert_eq!(whole.json()["nextCursor"], Value::Null);
        let pages = world.all_pages(&format!("security-report?{query}&limit=7"), "users").await;
        let together: Vec<_> = pages.iter().map(|user| user["email"].as_str().expect("an address")).collect();
        assert_eq!(together, whole.emails(), "{query}");
    }
}

#[tokio::test]
async fn filters_select_rows_and_do_not_change_the_figures() {
    let world = World::new(company(300));
    let whole = world.get("security-report").await.json();
    let users = whole["users"].as_array().expect("users");
    for (query, matches) in [
        ("status=disabled", Box::new(|user: &Value| user["status"] == "disabled") as Box<dyn Fn(&Value) -> bool>),
        ("status=invited", Box::new(|user| user["status"] == "invited")),
        ("risk=high", Box::new(|user| user["risk"] == "high")),
        (
            "range=26-50",
            Box::new(|user| user["securityScore"].as_f64().is_some_and(|score| score > 25.0 && score <= 50.0)),
        ),
        ("department=sales", Box::new(|user| user["department"] == "Sales")),
        (
            "group=engineering-TEAM",
            Box::new(|user| {
                user["groups"].as_array().is_some_and(|groups| groups.contains(&json!("Engineering-Team")))
            }),
        ),
        ("mfa=NONE", Box::new(|user| user["mfa"] == "none")),
        ("mfa=any", Box::new(|user| !user["mfa"].is_null() && user["mfa"] != "none")),
        ("mfa=GoogleAuth", Box::new(|user| user["mfa"] == "googleauth")),
        (
            "inactiveDays=90",
            Box::new(|user| user["lastLogin"].as_str().is_some_and(|time| time <= "2026-08-26T12:00:00Z")),
        ),
        (
            "q=AN",
            Box::new(|user| {
                let has = |name: &str| user[name].as_str().is_some_and(|text| text.to_lowercase().contains("an"));
                has("email") || has("name")
            }),
        ),
    ] {
        let response = world.get(&format!("security-report?{query}")).await;
        let expected: Vec<_> = users.iter().filter(|user| matches(user)).collect();
        assert!(!expected.is_empty() && expected.len() < users.len(), "{query} selects some users");
        assert_eq!(response.json()["users"].as_array().expect("users").iter().collect::<Vec<_>>(), expected, "{query}");
        assert_eq!(response.json()["stats"], whole["stats"], "{query}");
        assert_eq!(response.json()["total"], expected.len(), "{query}");
    }
    let without_mfa = world.get("security-report?mfa=none").await.emails().len();
    assert_eq!(whole["stats"]["usersWithoutMfa"], without_mfa);
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
    let names: Vec<_> = users[0].as_object().expect("a row").keys().cloned().collect();
    let mut sorted = columns.clone();
    sorted.sort();
    assert_eq!(names, sorted, "columns are named like the JSON");
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
    for name in ["totalUsers", "sharedFolders", "sharedPasswords", "averageSecurityScore", "averageVaultScore"] {
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

#[tokio::test]
async fn users_who_have_never_logged_in_have_no_score() {
    for source in ["mpstrength", "totalscore"] {
        let world = World::with(company(300), &[("SCORE_SOURCE", source)]);
        let report = world.get("security-report").await.json();
        let users = report["users"].as_array().expect("users");
        let new: Vec<_> = users.iter().filter(|user| user["status"] == "neverLoggedIn").collect();
        assert!(!new.is_empty());
        for user in new {
            let figures = [&user["securityScore"], &user["vaultScore"], &user["risk"]];
            assert_eq!(figures, [&Value::Null; 3], "{user}");
        }
        let score = if source == "mpstrength" { "securityScore" } else { "vaultScore" };
        let scores: Vec<_> = users.iter().filter_map(|user| user[score].as_f64()).collect();
        let count = |is_counted: fn(f64) -> bool| scores.iter().filter(|score| is_counted(**score)).count();
        let stats = &report["stats"];
        assert_eq!(stats["scoredUsers"], scores.len());
        assert_eq!(stats["usersBelowThreshold"], count(|score| score < 50.0));
        assert_eq!(stats["strongUsers"], count(|score| score > 75.0));
        assert_eq!(report["scoreDistribution"][3]["users"], stats["strongUsers"]);
        let mean = scores.iter().sum::<f64>() / scores.len() as f64;
        assert_eq!(stats["overallScore"], (mean + 0.5).floor() as u64);
        assert!((stats["averageEnrolledScore"].as_f64().expect("a mean") - mean).abs() <= 0.05 + 1e-9);
        assert_eq!(world.get("security-report?risk=high").await.json()["total"], stats["usersBelowThreshold"]);
    }
}

/// A page that has never heard of `null` reads these numbers.
#[tokio::test]
async fn figures_that_a_company_has_are_numbers() {
    let report = World::new(company(300)).get("security-report").await.json();
    let stats = report["stats"].as_object().expect("figures");
    let nulls: Vec<_> = stats.iter().filter(|(_, figure)| figure.is_null()).map(|(name, _)| name).collect();
    assert_eq!(nulls, ["totalReusedPasswords", "totalWeakPasswords", "usersWithWeakPasswords"]);
    let rows = ["scoreDistribution", "departments"].map(|list| report[list].as_array().expect("a list"));
    for figures in rows.into_iter().flatten() {
        let mut figures = figures.as_object().expect("figures").clone();
        figures.remove("department");
        figures.remove("range");
        assert!(figures.values().all(Value::is_u64), "{figures:?}");
    }
}

#[tokio::test]
async fn a_summary_has_the_same_figures_and_no_list() {
    let world = World::new(company(120));
    let (full, summary) =
        (world.get("security-report").await.json(), world.get("security-report?view=summary").await.json());
    assert_eq!(summary["stats"], full["stats"]);
    assert_eq!((&summary["users"], &summary["total"]), (&json!([]), &Value::Null));
    assert_eq!((&full["meta"]["view"], &summary["meta"]["view"]), (&json!("full"), &json!("summary")));
    assert_eq!(full["total"], full["users"].as_array().map_or(0, Vec::len));
}

#[tokio::test]
async fn a_page_written_for_admins_shows_its_figures_to_other_roles() {
    let world = World::new(company(30));
    let summary = world.get_as(MANAGER, "security-report?view=summary").await.json();
    for query in ["q=ann&limit=5&cursor=abc", "sort=-name&status=active", "format=json"] {
        for key in [MANAGER, AUDITOR] {
            assert_eq!(world.get_as(key, &format!("security-report?{query}")).await.json(), summary, "{query}");
        }
        world
            .get_as(MANAGER, &format!("security-report?view=summary&{query}"))
            .await
            .problem(400, "invalid-parameters");
    }
    world.get_as(AUDITOR, "security-report?format=csv").await.problem(403, "forbidden");
    world.get_as(MANAGER, "security-report?q=ann&nope=1").await.problem(400, "invalid-parameters");
}

#[tokio::test]
async fn what_lastpass_does_not_report_has_a_reason() {
    let world = World::new(company(60));
    let unavailable = |reply: Value| {
        let entries = reply["meta"]["unavailable"].as_array().expect("a list").clone();
        assert!(entries.iter().all(|entry| entry["reason"].as_str().is_some_and(|reason| !reason.is_empty())));
        entries.iter().map(|entry| entry["field"].as_str().expect("a field").to_owned()).collect::<Vec<_>>()
    };
    let figures = ["stats.usersWithWeakPasswords", "stats.totalWeakPasswords", "stats.totalReusedPasswords"];
    let rows = ["users.weakPasswords", "users.reusedPasswords"];
    for (path, expected) in [
        ("security-report", [&["trend"], &figures[..], &rows].concat()),
        ("security-report?q=no-such-name", [&["trend"], &figures[..]].concat()),
        ("security-report?view=summary", [&["trend"], &figures[..]].concat()),
        ("users", rows.to_vec()),
        ("users?q=no-such-name", vec![]),
        ("audit-logs", vec![]),
        ("shared-folders", vec![]),
    ] {
        assert_eq!(unavailable(world.get(path).await.json()), expected, "{path}");
    }
    let guide = World::with(company(60), &[("LASTPASS_API_DIALECT", "guide")]);
    assert_eq!(unavailable(guide.get("security-report").await.json()), ["trend"]);
    assert_eq!(unavailable(guide.get("users").await.json()), [""; 0]);
    let empty = World::new(company(0));
    let scores =
        ["stats.averageVaultScore", "stats.averageEnrolledScore", "stats.overallScore", "stats.strongUsersPercent"];
    assert_eq!(unavailable(empty.get("security-report").await.json()), [&["trend"], &scores[..]].concat());
}

#[tokio::test]
async fn dates_are_read_in_the_configured_time_zone() {
    let eastern = World::new(company(30)).get("security-report?sort=email").await.json();
    let utc = World::with(company(30), &[("LASTPASS_TIME_ZONE", "UTC")]).get("security-report?sort=email").await.json();
    assert_ne!(eastern["users"], utc["users"]);
}
