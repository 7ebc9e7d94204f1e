//! Values of settings: lists and maps in both forms, and messages about rejected ones.

use http::Request;
use serde_json::{Value, json};

use crate::{
    companies::with_groups,
    world::{ADMIN, SIGNING_SECRET, World, company},
};

/// What an admin reads in `health` about the settings.
async fn settings_part(world: &World) -> Value {
    let json = world.get("health").await.json();
    let parts = json["parts"].as_array().unwrap_or_else(|| panic!("parts in {json}"));
    parts.iter().find(|part| part["name"] == "settings").expect("the part").clone()
}

/// The names of the groups and their departments and roles.
async fn groups(settings: &[(&str, &str)]) -> Vec<(String, Value, Value)> {
    let world = World::with(with_groups(), settings);
    let reply = world.get("groups?limit=1000").await;
    assert_eq!(reply.status, 200, "{settings:?}: {}", reply.text());
    let of = |group: &Value| {
        (group["name"].as_str().expect("a name").to_owned(), group["department"].clone(), group["role"].clone())
    };
    reply.json()["groups"].as_array().expect("groups").iter().map(of).collect()
}

#[tokio::test]
async fn lists_and_maps_can_be_json() {
    let no_departments = ("DEPARTMENT_GROUPS", "x=VPN");
    for (value, expected) in [
        (r#"["Sales, EMEA"]"#, vec!["Sales, EMEA"]),
        (r#"["Sales, EMEA", "R;D", "A=B"]"#, vec!["A=B", "R;D", "Sales, EMEA"]),
        (" [ \"Plain\" ] ", vec!["Plain"]),
        ("Plain, Other", vec!["Other", "Plain"]),
        (r#"["\u00dcber", "[x]", "{y}"]"#, vec!["Über", "[x]", "{y}"]),
    ] {
        let found = groups(&[("KNOWN_GROUPS", value), no_departments]).await;
        for name in expected {
            assert!(found.iter().any(|(own, ..)| own == name), "{value}: no {name} in {found:?}");
        }
    }
    for (value, group, department) in [
        (r#"{"Sales":"Sales; EMEA"}"#, "Sales; EMEA", "Sales"),
        (r#"{"R=D":"A,B"}"#, "A,B", "R=D"),
        (r#"{ "Sales" : "sales-team" }"#, "sales-TEAM", "Sales"),
        ("Sales=Sales, EMEA", "Sales, EMEA", "Sales"),
        (" Sales = sales-team ; HR = HR-Team ; ", "sales-TEAM", "Sales"),
    ] {
        let found = groups(&[("DEPARTMENT_GROUPS", value)]).await;
        assert!(found.contains(&(group.to_owned(), json!(department), Value::Null)), "{value}: {found:?}");
    }
    for (value, group, role) in [
        (r#"{"admin":"Domain; Admins","auditor":"A=B"}"#, "Domain; Admins", "admin"),
        ("admin=Domain Admins;auditor=Compliance, Risk", "Compliance, Risk", "auditor"),
    ] {
        let found = groups(&[("ROLE_GROUPS", value), no_departments]).await;
        assert!(found.contains(&(group.to_owned(), Value::Null, json!(role))), "{value}: {found:?}");
    }
}

#[tokio::test]
async fn a_malformed_list_or_map_is_named_with_what_is_wrong() {
    for (name, value, words) in [
        ("DEPARTMENT_GROUPS", "Canary=Sales-Team,HR=HR-Team", &["semicolon"][..]),
        ("DEPARTMENT_GROUPS", "Canary=Sales-Team, HR=HR-Team, Legal=Legal-Team", &["semicolon"]),
        ("DEPARTMENT_GROUPS", "Canary=Sales-Team\nHR=HR-Team", &[]),
        ("DEPARTMENT_GROUPS", "Canary", &["="]),
        ("DEPARTMENT_GROUPS", "Canary=", &[]),
        ("DEPARTMENT_GROUPS", "=Canary", &[]),
        ("DEPARTMENT_GROUPS", "Canary=A;Canary=B", &[]),
        ("DEPARTMENT_GROUPS", "Canary=A;canary=B", &[]),
        ("DEPARTMENT_GROUPS", r#"{"Canary":1}"#, &[]),
        ("DEPARTMENT_GROUPS", r#"{"Canary":["A"]}"#, &[]),
        ("DEPARTMENT_GROUPS", r#"{"Canary":"A","#, &["JSON"]),
        ("DEPARTMENT_GROUPS", r#"["Canary"]"#, &["a JSON object of texts"]),
        ("ROLE_GROUPS", "admin=Canary,auditor=Compliance", &["semicolon"]),
        ("ROLE_GROUPS", "owner=Canary", &[]),
        ("ROLE_GROUPS", r#"{"owner":"Canary"}"#, &[]),
        ("ROLE_GROUPS", "admin", &[]),
        ("KNOWN_GROUPS", "Canary, canary", &[]),
        ("KNOWN_GROUPS", r#"["Canary", 1]"#, &[]),
        ("KNOWN_GROUPS", r#"["Canary""#, &["JSON"]),
        ("KNOWN_GROUPS", r#"{"Canary":"x"}"#, &["a JSON array of texts"]),
        ("ALLOWED_EMAIL_DOMAINS", r#"{"canary.example":"x"}"#, &["a JSON array of texts"]),
        ("DASHBOARD_KEYS", r#"{"admin":"Canary"}"#, &["a JSON array of texts"]),
        ("ROLE_GROUPS", r#"["admin=Canary"]"#, &["a JSON object of texts"]),
        ("ALLOWED_EMAIL_DOMAINS", "canary.example, CANARY.example", &[]),
        ("ALLOWED_EMAIL_DOMAINS", "canary-bücher.example, canary-BU\u{308}CHER.example", &["entries 1 and 2"]),
        ("ALLOWED_EMAIL_DOMAINS", "canary.example; other.example", &[]),
        ("ALLOWED_EMAIL_DOMAINS", "@canary.example", &[]),
    ] {
        let world = World::with(company(3), &[(name, value)]);
        let part = settings_part(&world).await;
        let detail = part["detail"].as_str().unwrap_or_default();
        assert!(part["status"] != "ok" && detail.contains(name), "{name}={value}: {part}");
        for word in words {
            assert!(detail.to_lowercase().contains(&word.to_lowercase()), "{name}={value}: no {word} in {detail}");
        }
        assert!(!part.to_string().to_lowercase().contains("canary"), "{name}={value}: {part}");
    }
}

#[tokio::test]
async fn two_departments_of_one_group_are_a_fault_that_names_both() {
    for value in [
        "Sales=Sales-Team;Support=Sales-Team",
        "Sales=Sales-Team;HR=HR-Team;Support=SALES-team",
        r#"{"Sales":"Büro","Support":"Bu\u0308ro"}"#,
        "Sales= Sales-Team ;Support=Sales-Team",
    ] {
        let world = World::with(company(13), &[("DEPARTMENT_GROUPS", value)]);
        let part = settings_part(&world).await;
        let detail = part["detail"].as_str().unwrap_or_default();
        assert!(part["status"] != "ok", "{value}: {part}");
        for word in ["DEPARTMENT_GROUPS", "Sales", "Support"] {
            assert!(detail.contains(word), "{value}: no {word} in {detail}");
        }
    }
}

#[tokio::test]
async fn the_message_about_a_url_is_true_of_it_and_names_the_part() {
    for (value, word) in [
        ("postgres://canary:ca#nary@db.example.com/app", "#"),
        ("postgres://canary:ca/nary@db.example.com/app", "/"),
        ("postgres://canary:ca?nary@db.example.com/app", "?"),
        ("postgres://canary:ca@nary@db.example.com:54x/app", "port"),
        ("postgresql://canary:canary@db.example.com/app?sslmode=canary", "sslmode"),
        ("postgres://canary:canary@db.example.com:99999/app", "port"),
        ("mysql://canary:canary@db.example.com/app", "postgres://"),
        ("db.example.com/canary", "postgres://"),
        ("http://canary.example.com", "postgres://"),
    ] {
        let world = World::with(company(3), &[("DATABASE_URL", value), ("SIGNING_SECRET", SIGNING_SECRET)]);
        let part = settings_part(&world).await;
        let detail = part["detail"].as_str().unwrap_or_default();
        assert!(detail.contains("DATABASE_URL") && detail.contains(word), "{value}: no {word} in {detail}");
        assert!(!part.to_string().contains("canary") && !part.to_string().contains("nary"), "{value}: {part}");
        let begins_so = value.starts_with("postgres://") || value.starts_with("postgresql://");
        assert!(!(begins_so && detail.contains("must be a URL beginning with")), "{value}: {detail}");
    }
}

#[tokio::test]
async fn an_origin_with_a_wildcard_or_a_path_is_a_fault() {
    for value in [
        "*",
        "https://*.vercel.app",
        "https://app-*.example.com",
        "https://dashboard.example.com, https://*.example.com",
        "https://*",
        "https://example.com:*",
        r#"["https://*.vercel.app"]"#,
        "https://example.com/path",
        "example.com",
        "ftp://example.com",
        "null",
    ] {
        let world = World::with(company(3), &[("CORS_ALLOWED_ORIGINS", value)]);
        let health = world.send(Request::get("/api/health")).await.json();
        assert!(health.to_string().contains("CORS_ALLOWED_ORIGINS"), "{value}: {health}");
        let problem = world.get("security-report").await.problem(503, "not-configured");
        assert_eq!(problem["errors"][0]["field"], "CORS_ALLOWED_ORIGINS", "{value}");
    }
    for value in [
        "https://dashboard.example.com",
        "https://a.example.com:8443, http://localhost:3000",
        r#"["https://a.example.com"]"#,
    ] {
        let world = World::with(company(3), &[("CORS_ALLOWED_ORIGINS", value)]);
        assert_eq!(world.get("security-report?limit=1").await.status, 200, "{value}");
    }
}

#[tokio::test]
async fn anyone_reads_which_setting_of_sign_in_is_malformed() {
    let token = [("AUTH_ISSUER", "https://i.example.com"), ("AUTH_AUDIENCE", "x")];
    let jwks = ("AUTH_JWKS_URL", "https://i.example.com/jwks");
    for (settings, variable) in [
        (vec![("AUTH_JWKS_URL", "canary://canary"), token[0], token[1]], "AUTH_JWKS_URL"),
        (vec![("AUTH_JWKS_URL", "http://canary.example.com"), token[0], token[1]], "AUTH_JWKS_URL"),
        (vec![("AUTH_PUBLIC_KEY", "canary"), token[0], token[1]], "AUTH_PUBLIC_KEY"),
        (vec![jwks, token[1]], "AUTH_ISSUER"),
        (vec![jwks, token[0]], "AUTH_AUDIENCE"),
        (vec![jwks, token[0], token[1], ("AUTH_COOKIE", "canary canary")], "AUTH_COOKIE"),
        (vec![jwks, token[0], token[1], ("AUTH_ROLE_CLAIM", "/user_metadata/canary")], "AUTH_ROLE_CLAIM"),
        (vec![jwks, token[0], token[1], ("AUTH_ROLE_CLAIM", "/unsafe_metadata/canary")], "AUTH_ROLE_CLAIM"),
        (vec![jwks, token[0], token[1], ("AUTH_EMAIL_CLAIM", "/user_metadata/canary")], "AUTH_EMAIL_CLAIM"),
        (vec![("AUTH_SECRET", "canary")], "AUTH_SECRET"),
        (vec![("AUTH_SECRET_1", "canary")], "AUTH_SECRET_1"),
        (vec![("NEXTAUTH_SECRET", "canary")], "NEXTAUTH_SECRET"),
        (vec![("DASHBOARD_KEYS", "owner:canary-0123456789abcdef0123456789abcdef")], "DASHBOARD_KEYS"),
        (vec![("DASHBOARD_KEYS", "admin:sha256:canary")], "DASHBOARD_KEYS"),
        (vec![("SIGNING_SECRET", "canary")], "SIGNING_SECRET"),
    ] {
        let world = World::with(company(3), &settings);
        for request in [Request::get("/api/health"), Request::get("/api/lastpass/health").header("x-api-key", ADMIN)] {
            let reply = world.send(request).await;
            let json = reply.json();
            assert_eq!(json["parts"][0]["name"], "settings", "{settings:?}: {json}");
            assert!(json["parts"][0].to_string().contains(variable), "{settings:?}: {json}");
            assert!(!reply.text().contains("canary"), "{settings:?}: {json}");
        }
    }
    let none = World::with(company(3), &[("DASHBOARD_KEYS", "")]);
    let json = none.send(Request::get("/api/health")).await.json();
    assert!(json["parts"][0].to_string().contains("DASHBOARD_KEYS"), "no sign-in method: {json}");
}
