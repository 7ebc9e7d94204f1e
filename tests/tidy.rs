//! Rules of the tree that a reviewer would otherwise have to remember.

use std::{
    fs,
    path::{Path, PathBuf},
};

use lastpass_core::settings::{TABLE, Variable};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ stands in the root").to_owned()
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every Rust file below a folder, with its text.
pub(crate) fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("text");
                found.push((path, text));
            }
        }
    }
    assert!(!found.is_empty(), "{folder} holds sources");
    found
}

/// The modules of the crate's root that a text names: in `use crate::a`, `use crate::{a, b::c}`, or `crate::a` elsewhere.
fn modules_named(text: &str) -> Vec<String> {
    let word =
        |text: &str| text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut named = Vec::new();
    for rest in text.split("crate::").skip(1) {
        let Some(group) = rest.strip_prefix('{') else {
            named.push(word(rest));
            continue;
        };
        let mut depth = 0;
        let mut start = 0;
        for (place, character) in group.char_indices() {
            match character {
                '{' => depth += 1,
                '}' if depth == 0 => {
                    named.push(word(&group[start..place]));
                    break;
                }
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    named.push(word(&group[start..place]));
                    start = place + 1;
                }
                _ => {}
            }
        }
    }
    named
}

#[test]
fn modules_are_found_however_they_are_named() {
    let text = "use crate::{auth, report::{self, x}, web};\nuse crate::domain::Y; fn f() { crate::settings::z() }";
    assert_eq!(modules_named(text), ["auth", "report", "web", "domain", "settings"]);
}

#[test]
fn arrows_point_inward() {
    let mut all = sources("crates/lastpass-core/src");
    all.retain(|(path, _)| path.file_name().is_some_and(|name| name != "lib.rs"));
    for (path, text) in all {
        let inside = path.strip_prefix(root().join("crates/lastpass-core/src")).expect("below it");
        let module = inside.components().next().and_then(|part| part.as_os_str().to_str()).expect("a module");
        let foreign: &[&str] = match module.trim_end_matches(".rs") {
            "domain" => &["report", "audit", "lastpass", "store", "auth", "changes", "settings", "web"],
            "report" => &["audit", "lastpass", "store", "auth", "changes", "settings", "web"],
            "audit" => &["report", "lastpass", "store", "auth", "changes", "settings", "web"],
            "http_client" => &["domain", "report", "audit", "lastpass", "store", "auth", "changes", "settings", "web"],
            "lastpass" => &["report", "audit", "store", "auth", "changes", "settings", "web"],
            "store" => &["report", "audit", "lastpass", "auth", "changes", "settings", "web"],
            "auth" => &["report", "audit", "lastpass", "store", "changes", "settings", "web"],
            "changes" => &["report", "audit", "auth", "settings", "web"],
            "settings" => &["report", "audit", "web"],
            "key_derivation" => {
                &["domain", "report", "audit", "lastpass", "store", "auth", "changes", "settings", "web"]
            }
            "web" | "cache" | "formats" | "request_context" | "error_chain" => &[],
            other => panic!("{other} has no place in the order of modules"),
        };
        let named = modules_named(&text);
        assert!(foreign.iter().all(|module| !named.iter().any(|name| name == module)), "{}: {named:?}", path.display());
        assert!(module == "web" || !text.contains("super::super::"), "{} leaves its folder", path.display());
    }
}

#[test]
fn the_domain_and_the_report_know_no_json_no_http_and_no_clock() {
    for folder in ["domain", "report", "audit"] {
        for (path, text) in sources(&format!("crates/lastpass-core/src/{folder}")) {
            for word in ["serde", "http::", "tokio", "reqwest", "Utc::now", "SystemTime::now", "tracing"] {
                assert!(!text.contains(word), "{} says {word}", path.display());
            }
        }
    }
}

#[test]
fn one_crate_names_the_platforms_runtime_and_the_simulator_names_none_of_ours() {
    for (path, text) in sources("crates") {
        let path = path.display().to_string();
        assert!(path.contains("lastpass-vercel") || !text.contains("vercel_runtime::"), "{path}");
        assert!(!path.contains("lastpass-sim") || !text.contains("lastpass_core"), "{path}");
    }
}

#[test]
fn variables_are_handed_in_and_so_is_the_time() {
    for (path, text) in sources("crates/lastpass-core/src") {
        assert!(!text.contains("env::var"), "{}", path.display());
        let may_ask_the_time = path.ends_with("lastpass/demo.rs");
        assert!(may_ask_the_time || !text.contains("Utc::now"), "{} reads the clock", path.display());
    }
}

#[test]
fn one_helper_asks_the_database_and_leaves_no_prepared_statement() {
    for (path, text) in sources("crates/lastpass-core/src") {
        let statements = text.matches("sqlx::query").count();
        let closed = text.matches("sqlx::query($sql).persistent(false)").count();
        assert_eq!(statements, closed, "{}: a statement with a name breaks behind a pooler", path.display());
        assert!(closed == 0 || path.ends_with("store/database.rs"), "{}", path.display());
    }
}

#[test]
fn every_module_says_what_it_knows() {
    for folder in ["crates", "api", "tests"] {
        for (path, text) in sources(folder) {
            assert!(text.starts_with("//! "), "{} does not say what it holds", path.display());
        }
    }
}

#[test]
fn every_function_is_in_the_manifest_and_no_cdn_header_in_the_platforms_settings() {
    let manifest = read("Cargo.toml");
    for (path, _) in sources("api") {
        let name = path.file_stem().and_then(|stem| stem.to_str()).expect("a name");
        assert!(manifest.contains(&format!("path = \"api/{name}.rs\"")), "{name} has no [[bin]]");
    }
    let platform = read("vercel.json").to_lowercase();
    assert!(
        !platform.contains("cdn-cache-control") && !platform.contains("s-maxage") && !platform.contains("\"runtime\"")
    );
    assert!(read(".cargo/config.toml").contains("[build]"), "the platform's builder needs the table");
}

#[test]
fn the_documents_follow_the_table_of_settings() {
    let readme = read("README.md");
    let (_, rest) = readme.split_once("settings/table.rs -->\n").expect("a mark where the table begins");
    let (table, _) = rest.split_once("<!-- end of settings -->").expect("a mark where the table ends");
    assert_eq!(table.trim(), readme_table().trim(), "README.md: put this there:\n{}", readme_table());
    assert_eq!(read(".env.example").trim(), example().trim(), ".env.example: put this there:\n{}", example());
}

fn readme_table() -> String {
    let row = |variable: &Variable| {
        let default = match (variable.default, variable.required) {
            (Some(default), _) => format!("`{default}`"),
            (None, true) => "**required**".to_owned(),
            (None, false) => String::new(),
        };
        format!("| `{}` | {} | {default} | {} |\n", variable.name, variable.format, variable.purpose)
    };
    let rows: String = TABLE.iter().map(row).collect();
    format!("| variable | format | default | what for |\n| --- | --- | --- | --- |\n{rows}")
}

fn example() -> String {
    let entry = |variable: &Variable| {
        let value = variable.default.unwrap_or_default();
        let mark = if variable.required { "" } else { "# " };
        format!("# {} ({})\n{mark}{}={value}\n\n", variable.purpose, variable.format, variable.name)
    };
    TABLE.iter().map(entry).collect()
}
