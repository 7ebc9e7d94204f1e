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
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
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

#[test]
fn arrows_point_inward() {
    for (folder, foreign) in [
        ("domain", &["report", "lastpass", "auth", "settings", "web"][..]),
        ("report", &["lastpass", "auth", "settings", "web"]),
        ("lastpass", &["report", "auth", "settings", "web"]),
        ("auth", &["report", "lastpass", "settings", "web"]),
        ("settings", &["report", "web"]),
    ] {
        for (path, text) in sources(&format!("crates/lastpass-core/src/{folder}")) {
            for module in foreign {
                // `crate::module` anywhere, or `module::` at the start of a line of `use crate::{ .. }`.
                let points = |line: &str| {
                    line.contains(&format!("crate::{module}")) || line.trim_start().starts_with(&format!("{module}::"))
                };
                assert!(!text.lines().any(points), "{} points to {module}", path.display());
            }
        }
    }
}

#[test]
fn the_domain_and_the_report_know_no_json_no_http_and_no_clock() {
    for folder in ["domain", "report"] {
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
fn settings_alone_read_variables() {
    for (path, text) in sources("crates/lastpass-core/src") {
        assert!(!text.contains("env::var"), "{}", path.display());
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
