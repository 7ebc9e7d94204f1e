//! Rules of the source tree that a reviewer would otherwise have to check: layers, imports, manifests, documents.

mod arrows;
mod cases;
mod circles;
mod imports;
mod modules;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::Path,
    sync::LazyLock,
};

use lastpass_core::settings::{TABLE, Variable};

use crate::tidy::{
    arrows::{STANDALONE, forbidden, layer, unplaced},
    circles::{circles, describe},
    imports::Imports,
    modules::Modules,
};

/// The other crates that the pure layers may use: no JSON, no HTTP, no I/O.
const PURE: [&str; 8] =
    ["chrono", "chrono_tz", "email_address", "hex", "icu_properties", "idna", "thiserror", "unicode_normalization"];

/// What `formats` may use besides.
const FORMATS: [&str; 5] = ["bytes", "csv", "serde", "serde_json", "utoipa"];

/// What of the standard library reaches outside the process.
const INPUT_OUTPUT: [&str; 14] = [
    "dbg",
    "eprintln",
    "println",
    "std::env",
    "std::fs",
    "std::io::stderr",
    "std::io::stdin",
    "std::io::stdout",
    "std::net::TcpListener",
    "std::net::TcpStream",
    "std::net::ToSocketAddrs",
    "std::net::UdpSocket",
    "std::process",
    "std::thread",
];

const CLOCKS: [&str; 5] =
    ["chrono::Local", "chrono::Utc::now", "std::time::Instant", "std::time::SystemTime", "tokio::time"];

static SOURCES: LazyLock<Sources> = LazyLock::new(Sources::read);

/// Every Rust source of the workspace by its path from the root, and what it imports.
struct Sources {
    texts: BTreeMap<String, String>,
    unreached: Vec<String>,
    imports: Imports,
}

impl Sources {
    fn read() -> Self {
        let mut texts = BTreeMap::new();
        ["api", "crates", "tests"].into_iter().for_each(|folder| collect(folder, &mut texts));
        let modules = Modules::read(&texts);
        Self { imports: Imports::of(&modules), unreached: modules.unreached, texts }
    }

    /// What a layer's files use of other crates.
    fn foreign(&self, of: &str) -> impl Iterator<Item = (&String, &String)> {
        let files = self.imports.foreign.iter().filter(move |(file, _)| layer(file) == of);
        files.flat_map(|(file, paths)| paths.iter().map(move |path| (file, path)))
    }
}

/// The Rust sources below a folder, by path from the workspace's root.
pub(crate) fn sources(folder: &str) -> Vec<(&'static str, &'static str)> {
    let all = SOURCES.texts.iter().map(|(file, text)| (file.as_str(), text.as_str()));
    let found: Vec<_> = all.filter(|(file, _)| Path::new(file).starts_with(folder)).collect();
    assert!(!found.is_empty(), "{folder} has sources");
    found
}

fn collect(folder: &str, texts: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(root().join(folder)).expect("a folder") {
        let entry = entry.expect("an entry");
        let path = format!("{folder}/{}", entry.file_name().to_str().expect("a name in UTF-8"));
        if entry.path().is_dir() {
            collect(&path, texts);
        } else if path.ends_with(".rs") {
            let text = read(&path);
            texts.insert(path, text);
        }
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ is in the root")
}

/// The text of a file by its path from the workspace's root.
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn starts_with(path: &str, prefixes: &[&str]) -> bool {
    prefixes
        .iter()
        .any(|prefix| path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with("::")))
}

/// The names of the crates that a manifest depends on, as they are written in Rust.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let text = read(manifest);
    let sections = text.split("\n[").filter(|section| section.contains("dependencies]"));
    let names =
        sections.flat_map(|section| section.lines().skip(1)).filter_map(|line| line.split(['.', ' ', '=']).next());
    names.filter(|name| !name.is_empty() && !name.starts_with('#')).map(|name| name.replace('-', "_")).collect()
}

#[test]
fn every_source_file_is_read_and_every_path_in_it_is_followed() {
    assert_eq!(SOURCES.unreached, <[&str; 0]>::default(), "no crate's module tree reaches these files");
    assert_eq!(SOURCES.imports.unresolved, [], "paths that lead nowhere");
}

#[test]
fn files_do_not_import_each_other_in_a_circle() {
    let edges = &SOURCES.imports.edges;
    let found: String = circles(edges).iter().map(|circle| describe(circle, edges)).collect();
    assert!(found.is_empty(), "{found}");
}

#[test]
fn arrows_between_layers_point_inward() {
    let unplaced: Vec<_> = SOURCES.texts.keys().filter_map(|file| unplaced(file)).collect();
    assert!(unplaced.is_empty(), "{unplaced:#?}");
    let mut refused = String::new();
    for ((from, to), names) in &SOURCES.imports.edges {
        if let Some((outer, inner)) = forbidden(from, to) {
            _ = writeln!(refused, "`{outer}` must not use `{inner}`: {from} uses {names:?} of {to}");
        }
    }
    assert!(refused.is_empty(), "see docs/ARCHITECTURE.md, Map:\n{refused}");
}

#[test]
fn standalone_crates_depend_on_nothing_of_the_workspace() {
    let crates: BTreeSet<_> =
        SOURCES.texts.keys().filter_map(|file| file.strip_prefix("crates/")?.split('/').next()).collect();
    for (package, _) in STANDALONE.iter().filter(|(name, _)| crates.contains(name)) {
        let used = dependencies(&format!("crates/{package}/Cargo.toml"));
        let ours: Vec<_> = crates.iter().filter(|name| used.contains(&name.replace('-', "_"))).collect();
        assert!(ours.is_empty(), "{package}: {ours:?}");
    }
}

#[test]
fn pure_layers_know_no_json_no_http_no_input_and_no_clock() {
    let known = dependencies("crates/lastpass-core/Cargo.toml");
    for layer in ["domain", "report", "audit", "formats"] {
        let allowed = |name: &str| PURE.contains(&name) || (layer == "formats" && FORMATS.contains(&name));
        for (file, path) in SOURCES.foreign(layer) {
            let name = path.split("::").next().unwrap_or_default();
            assert!(!known.contains(name) || allowed(name), "{file} uses {path}");
            assert!(!starts_with(path, &INPUT_OUTPUT) && !starts_with(path, &CLOCKS), "{file} uses {path}");
        }
    }
}

#[test]
fn the_cache_knows_no_http() {
    for (file, path) in SOURCES.foreign("cache") {
        assert!(!starts_with(path, &["http", "http_body", "http_body_util", "reqwest"]), "{file} uses {path}");
    }
}

#[test]
fn one_crate_names_the_platforms_runtime() {
    for file in SOURCES.texts.keys().filter(|file| layer(file) != "lastpass-vercel") {
        let foreign = SOURCES.imports.foreign.get(file).into_iter().flatten();
        assert!(foreign.clone().all(|path| !starts_with(path, &["vercel_runtime"])), "{file}");
    }
}

#[test]
fn variables_and_the_time_are_handed_in() {
    for (file, text) in sources("crates/lastpass-core/src") {
        assert!(!text.contains("env::var"), "{file} reads variables");
        let may_read_the_clock = file.ends_with("lastpass/demo.rs");
        assert!(may_read_the_clock || !text.contains("Utc::now"), "{file} reads the clock");
    }
}

#[test]
fn one_helper_queries_the_database_and_leaves_no_prepared_statement() {
    for (file, text) in sources("crates/lastpass-core/src") {
        let statements = text.matches("sqlx::query").count();
        let closed = text.matches("sqlx::query($sql).persistent(false)").count();
        assert_eq!(statements, closed, "{file}: a named statement breaks behind a pooler");
        assert!(closed == 0 || file.ends_with("store/database.rs"), "{file}");
    }
}

#[test]
fn every_file_opens_with_what_it_knows() {
    for (file, text) in &SOURCES.texts {
        assert!(text.starts_with("//! "), "{file} does not begin with `//! `");
    }
}

#[test]
fn imports_are_absolute_and_modules_have_one_style() {
    let imports = &SOURCES.imports;
    assert_eq!(
        imports.relative,
        BTreeSet::new(),
        "write `crate::...`; only a re-export begins with a child module, and only a test module uses `super`"
    );
    assert_eq!(imports.path_visibility, BTreeSet::new(), "write `pub(crate)`, not `pub(in ...)`");
    let folders: Vec<_> = SOURCES.texts.keys().filter(|file| file.ends_with("/mod.rs")).collect();
    assert!(folders.is_empty(), "write `name.rs` beside `name/`: {folders:?}");
}

#[test]
fn vercel_json_sets_no_cdn_header_and_no_runtime() {
    let platform = read("vercel.json").to_lowercase();
    assert!(
        !platform.contains("cdn-cache-control") && !platform.contains("s-maxage") && !platform.contains("\"runtime\"")
    );
    assert!(read(".cargo/config.toml").contains("[build]"), "the platform's builder needs the table");
}

#[test]
fn the_documents_follow_the_table_of_settings() {
    let document = read("docs/SETTINGS.md");
    let (_, rest) = document.split_once("settings/table.rs -->\n").expect("a marker where the table begins");
    let (table, _) = rest.split_once("<!-- end of settings -->").expect("a marker where the table ends");
    assert_eq!(table.trim(), settings_table().trim(), "docs/SETTINGS.md should have:\n{}", settings_table());
    assert_eq!(read(".env.example").trim(), example().trim(), ".env.example should have:\n{}", example());
}

#[test]
fn links_in_the_documents_lead_to_files_and_headings() {
    let documents = fs::read_dir(root().join("docs")).expect("a folder").map(|entry| {
        let name = entry.expect("an entry").file_name();
        format!("docs/{}", name.to_str().expect("a name in UTF-8"))
    });
    let mut links = 0;
    for document in documents.chain(["README.md", "CONTRIBUTING.md"].map(str::to_owned)) {
        let text = read(&document);
        let targets = text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target);
        for target in targets.filter(|target| !target.contains("://")) {
            let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
            let mut file = root().join(&document);
            if !path.is_empty() {
                file.set_file_name(path);
            }
            assert!(file.exists(), "{document}: {target}");
            let is_heading = |line: &str| line.starts_with('#') && anchor_of(line) == anchor;
            let has_heading = || fs::read_to_string(&file).expect("a text").lines().any(is_heading);
            assert!(anchor.is_empty() || has_heading(), "{document}: {target}");
            links += 1;
        }
    }
    assert!(links > 50, "{links} links");
}

/// The anchor that GitHub gives to a heading.
fn anchor_of(heading: &str) -> String {
    let kept = |letter: &char| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_');
    let heading = heading.trim_start_matches('#').trim().to_lowercase();
    heading.chars().filter(kept).map(|letter| if letter == ' ' { '-' } else { letter }).collect()
}

fn settings_table() -> String {
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
