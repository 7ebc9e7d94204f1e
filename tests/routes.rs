//! The platform's files against the route table: `api/`, `Cargo.toml` and `vercel.json` serve its routes and no others.

use std::{collections::BTreeSet, time::Duration};

use lastpass_core::web::ROUTES;
use serde_json::Value;

use crate::tidy::{read, sources};

/// What a function needs besides its deadline to send the reply.
const MARGIN: Duration = Duration::from_secs(10);

/// The functions that the routes name.
fn functions() -> BTreeSet<&'static str> {
    ROUTES.iter().map(|route| route.function).collect()
}

#[test]
fn every_function_has_a_file_that_hands_on_the_endpoints_of_its_routes() {
    let files: BTreeSet<_> =
        sources("api").iter().map(|(file, _)| file.trim_start_matches("api/").trim_end_matches(".rs")).collect();
    assert_eq!(files, functions());
    for (file, text) in sources("api") {
        let function = file.trim_start_matches("api/").trim_end_matches(".rs");
        let (_, arguments) = text.split_once("lastpass_vercel::run([").expect("the call of the adapter");
        let (arguments, _) = arguments.split_once("])").expect("the end of the list");
        let endpoints: Vec<_> = arguments.split(',').map(|endpoint| endpoint.trim().to_owned()).collect();
        let routes = ROUTES.iter().filter(|route| route.function == function);
        let expected: Vec<_> = routes
            .map(|route| format!("&lastpass_core::web::{}", route.name.replace('-', "_").to_uppercase()))
            .collect();
        assert_eq!(endpoints, expected, "{file}");
    }
}

#[test]
fn every_function_has_a_binary_in_the_manifest() {
    let manifest = read("Cargo.toml");
    let (_, binaries) = manifest.split_once("[[bin]]").expect("binaries");
    let (binaries, _) = binaries.split_once("\n[dependencies]").expect("the dependencies follow");
    let value = |binary: &str, name: &str| {
        let line = binary.lines().find_map(|line| line.strip_prefix(&format!("{name} = ")));
        line.unwrap_or_else(|| panic!("a binary has no {name}")).trim_matches('"').to_owned()
    };
    let named: Vec<_> =
        binaries.split("[[bin]]").map(|binary| (value(binary, "name"), value(binary, "path"))).collect();
    let expected = functions().into_iter().map(|name| (name.to_owned(), format!("api/{name}.rs")));
    assert_eq!(named, expected.collect::<Vec<_>>());
}

/// Which function the platform calls for a path: the one at that path, else the one that the first matching rewrite
/// leads to. Of the patterns of sources it knows those that we use, with the platform's strict reading of slashes.
fn function_at(path: &str, rewrites: &[Value]) -> Option<String> {
    let function = |path: &str| path.strip_prefix("/api/").filter(|name| functions().contains(name)).map(str::to_owned);
    let rewritten = |rewrite: &Value| {
        let (source, destination) = (rewrite["source"].as_str()?, rewrite["destination"].as_str()?);
        let (source, path) = match (source.strip_suffix("{/}?"), source.strip_suffix('/')) {
            (Some(source), _) => (source, path.strip_suffix('/').unwrap_or(path)),
            (None, Some(source)) => (source, path.strip_suffix('/')?),
            (None, None) => (source, path),
        };
        for parameter in [":path*", ":name"] {
            if let Some(folder) = source.strip_suffix(parameter) {
                let value = path.strip_prefix(folder)?;
                let is_matched =
                    !value.split('/').any(str::is_empty) && (parameter == ":path*" || !value.contains('/'));
                return is_matched.then(|| destination.replace(parameter, value));
            }
        }
        (path == source).then(|| destination.to_owned())
    };
    function(path).or_else(|| function(&rewrites.iter().find_map(rewritten)?))
}

#[test]
fn rewrites_lead_both_paths_of_every_route_to_its_function() {
    for file in ["vercel.json", "tests/samples/nextjs/vercel.json"] {
        let platform: Value = serde_json::from_str(&read(file)).expect("JSON");
        let rewrites = platform["rewrites"].as_array().expect("rewrites");
        for route in &ROUTES {
            for path in [format!("/api/{}", route.name), format!("/api/lastpass/{}", route.name)] {
                assert_eq!(function_at(&path, rewrites).as_deref(), Some(route.function), "{file}: {path}");
                assert_eq!(
                    function_at(&format!("{path}/"), rewrites).as_deref(),
                    Some(route.function),
                    "{file}: {path}/"
                );
                assert_eq!(function_at(&format!("{path}//"), rewrites), None, "{file}: {path}//");
            }
        }
        assert_eq!(function_at("/api/nope", rewrites), None, "{file}");
        assert_eq!(function_at("/api/lastpass/nope", rewrites), None, "{file}");
    }
}

#[test]
fn the_platform_gives_every_route_more_time_than_its_deadline() {
    for file in ["vercel.json", "tests/samples/nextjs/vercel.json"] {
        let text = read(file);
        let platform: Value = serde_json::from_str(&text).expect("JSON");
        for route in &ROUTES {
            let file_key = format!("api/{}.rs", route.function);
            let position = |key: &&str| text.find(&format!("\"{key}\"")).unwrap_or(usize::MAX);
            // The first matching key counts.
            let key = [file_key.as_str(), "api/*.rs"].into_iter().min_by_key(position).expect("one of two");
            let limit = platform["functions"][key]["maxDuration"].as_u64().expect("seconds");
            assert!(Duration::from_secs(limit) >= route.deadline + MARGIN, "{file}: {} has {limit} s", route.name);
        }
    }
}
