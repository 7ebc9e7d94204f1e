//! Which layer may use which, as tables; docs/ARCHITECTURE.md has them in words.

/// The layers from the outermost to the innermost. A layer uses only layers further down; those on one line do not use
/// each other.
const LAYERS: [&[&str]; 9] = [
    &["api"],
    &["lastpass-vercel", "lastpass-lambda"],
    &["web"],
    &["settings"],
    &["jobs", "auth", "cache"],
    &["changes", "formats"],
    &["request_context"],
    &["report", "audit", "lastpass", "store"],
    &["domain"],
];

/// The exceptions: layers on one line of which the first may use the second.
const SIBLING_ARROWS: [(&str, &str); 2] = [("auth", "cache"), ("jobs", "auth")];

/// Arrows that the order of layers allows, and that are not: `formats` is pure.
const REFUSED: [(&str, &str); 1] = [("formats", "request_context")];

/// The parts of `web` besides its routes.
const PARTS_OF_WEB: [&str; 10] = [
    "all_endpoints",
    "app",
    "authentication",
    "endpoint",
    "openapi",
    "operation",
    "request",
    "response",
    "routes",
    "serve",
];

/// Those that may use everything; nothing uses them.
const TOOLS: [&str; 3] = ["lastpass-dev", "tests", "xtask"];

/// Those that use nothing of the workspace, and which layers use them besides the tools.
pub(crate) const STANDALONE: [(&str, &[&str]); 7] = [
    ("cdn-model", &[]),
    ("error_chain", &["cache", "changes", "jobs", "web"]),
    ("http_client", &["auth", "lastpass"]),
    ("key_derivation", &["auth", "store", "web"]),
    ("known_changes", &["cache", "changes", "request_context", "web"]),
    ("lastpass-sim", &["lastpass"]),
    ("schema", &["web"]),
];

/// What belongs to no layer: the file that lists the layers, and the build script.
const OUTSIDE: [&str; 2] = ["crates/lastpass-core/src/lib.rs", "crates/lastpass-core/build.rs"];

/// A file's layer: a module of lastpass-core, another crate, `api` or `tests`.
pub(crate) fn layer(file: &str) -> &str {
    match file.split('/').collect::<Vec<_>>().as_slice() {
        ["crates", _, "tests", ..] => "tests",
        ["crates", "lastpass-core", "src", module, ..] => module.trim_end_matches(".rs"),
        ["crates", name, ..] | [name, ..] => name,
        [] => file,
    }
}

/// A file's part of `web`: a route with its name (`routes/users`), another part, or "web" for the module itself.
fn part_of_web(file: &str) -> Option<&str> {
    let inside = file.strip_prefix("crates/lastpass-core/src/web")?;
    let Some(inside) = inside.strip_prefix('/') else { return Some("web") };
    let inside = inside.trim_end_matches(".rs");
    let end = match inside.strip_prefix("routes/") {
        Some(rest) => "routes/".len() + rest.find('/').unwrap_or(rest.len()),
        None => inside.find('/').unwrap_or(inside.len()),
    };
    Some(&inside[..end])
}

/// What keeps a file from being placed in the order of layers.
pub(crate) fn unplaced(file: &str) -> Option<String> {
    let layer = layer(file);
    let is_known = OUTSIDE.contains(&file)
        || LAYERS.iter().any(|line| line.contains(&layer))
        || TOOLS.contains(&layer)
        || STANDALONE.iter().any(|(name, _)| *name == layer);
    if !is_known {
        return Some(format!("{file}: `{layer}` is no known layer: add it to LAYERS in tests/tidy/arrows.rs"));
    }
    let part = part_of_web(file)?;
    let is_known = part == "web" || part.starts_with("routes/") || PARTS_OF_WEB.contains(&part);
    (!is_known)
        .then(|| format!("{file}: `{part}` is no known part of web: add it to PARTS_OF_WEB in tests/tidy/arrows.rs"))
}

/// The arrow between two files, by layer and part of `web`, if it is not allowed.
pub(crate) fn forbidden<'a>(from: &'a str, to: &'a str) -> Option<(&'a str, &'a str)> {
    let (outer, inner) = (layer(from), layer(to));
    if !layers_allow(outer, inner) {
        return Some((outer, inner));
    }
    let (outer, inner) = (part_of_web(from)?, part_of_web(to)?);
    (!parts_of_web_allow(outer, inner)).then_some((outer, inner))
}

fn layers_allow(from: &str, to: &str) -> bool {
    if from == to || TOOLS.contains(&from) || TOOLS.contains(&to) {
        return from == to || !TOOLS.contains(&to);
    }
    if let Some((_, users)) = STANDALONE.iter().find(|(name, _)| *name == to) {
        return users.contains(&from);
    }
    let line = |layer: &str| LAYERS.iter().position(|line| line.contains(&layer));
    let (Some(outer), Some(inner)) = (line(from), line(to)) else { return false };
    (outer < inner && !REFUSED.contains(&(from, to))) || SIBLING_ARROWS.contains(&(from, to))
}

fn parts_of_web_allow(from: &str, to: &str) -> bool {
    let is_route = |part: &str| part.starts_with("routes/");
    match from {
        _ if from == to => true,
        // The composition root names everything; the module itself only re-exports.
        "app" | "web" => true,
        // They are for hosts of all routes: what used them would link every handler.
        _ if to == "all_endpoints" || to == "openapi" => false,
        "all_endpoints" | "openapi" => true,
        "operation" | "request" | "response" => !is_route(to) && to != "app",
        _ => !is_route(to),
    }
}

#[test]
fn a_layer_uses_what_is_further_in_and_nothing_else() {
    let core = |file: &str| format!("crates/lastpass-core/src/{file}");
    let check = |from: &str, to: &str, allowed: bool| {
        assert_eq!(forbidden(from, to).is_none(), allowed, "{from} -> {to}");
    };
    check("api/users.rs", "crates/lastpass-vercel/src/lib.rs", true);
    check("crates/lastpass-vercel/src/lib.rs", &core("web/serve.rs"), true);
    check(&core("web/serve.rs"), "crates/lastpass-vercel/src/lib.rs", false);
    for (from, to, allowed) in [
        ("web/app.rs", "jobs/sync.rs", true),
        ("web/app.rs", "settings.rs", true),
        ("settings.rs", "auth/keys.rs", true),
        ("auth/keys.rs", "settings.rs", false),
        ("auth/roles.rs", "cache/slot.rs", true),
        ("cache/slot.rs", "auth/roles.rs", false),
        ("jobs/sync.rs", "auth/caller.rs", true),
        ("jobs/sync.rs", "cache/slot.rs", false),
        ("jobs/sync.rs", "changes/execute.rs", true),
        ("changes/execute.rs", "formats/csv.rs", false),
        ("changes/execute.rs", "request_context.rs", true),
        ("formats/csv.rs", "request_context.rs", false),
        ("formats/csv.rs", "domain/people.rs", true),
        ("formats/csv.rs", "web/response/reply.rs", false),
        ("cache/slot.rs", "web/app.rs", false),
        ("jobs/sync.rs", "web/app.rs", false),
        ("request_context.rs", "lastpass/client.rs", true),
        ("lastpass/client.rs", "request_context.rs", false),
        ("report/stats.rs", "audit/log.rs", false),
        ("store/claims.rs", "lastpass/client.rs", false),
        ("store/claims.rs", "domain/role.rs", true),
        ("domain/role.rs", "store/claims.rs", false),
        ("web/routes/users.rs", "web/routes/users/query.rs", true),
        ("web/routes/users/query.rs", "web/routes/groups.rs", false),
        ("web/routes/users.rs", "web/response/reply.rs", true),
        ("web/routes/users.rs", "web/app.rs", true),
        ("web/request/body.rs", "web/app.rs", false),
        ("web/request/body.rs", "web/routes/users.rs", false),
        ("web/request/body.rs", "web/routes.rs", true),
        ("web/response.rs", "web/routes/users/query.rs", false),
        ("web/response/reply.rs", "web/app.rs", false),
        ("web/serve.rs", "web/app.rs", true),
        ("web/serve.rs", "web/routes/users.rs", false),
        ("web/app.rs", "web/routes/users.rs", true),
        ("web/all_endpoints.rs", "web/routes/users.rs", true),
        ("web/serve.rs", "web/all_endpoints.rs", false),
        ("web/openapi.rs", "web/routes/users/openapi.rs", true),
        ("web/routes/users/openapi.rs", "web/openapi.rs", false),
        ("web/routes/users/openapi.rs", "web/operation.rs", true),
        ("web/operation.rs", "web/routes/users.rs", false),
    ] {
        check(&core(from), &core(to), allowed);
    }
    check(&core("lastpass/demo.rs"), "crates/lastpass-sim/src/lib.rs", true);
    check(&core("web/app.rs"), "crates/lastpass-sim/src/lib.rs", false);
    check(&core("auth/jwks.rs"), &core("http_client.rs"), true);
    check(&core("report/stats.rs"), &core("http_client.rs"), false);
    check(&core("http_client.rs"), &core("domain/role.rs"), false);
    check("crates/lastpass-sim/src/lib.rs", &core("domain/role.rs"), false);
    check("crates/lastpass-vercel/src/lib.rs", "crates/cdn-model/src/lib.rs", false);
    check("tests/world.rs", "crates/cdn-model/src/lib.rs", true);
    check("crates/lastpass-lambda/tests/events/main.rs", "crates/lastpass-sim/src/lib.rs", true);
    check("crates/lastpass-lambda/src/main.rs", "crates/lastpass-dev/src/main.rs", false);
    check("crates/lastpass-dev/src/main.rs", &core("report/stats.rs"), true);
}

#[test]
fn a_file_without_a_layer_is_reported() {
    for (file, is_placed) in [
        ("crates/lastpass-core/src/lib.rs", true),
        ("crates/lastpass-core/src/domain.rs", true),
        ("crates/lastpass-core/src/domain/role.rs", true),
        ("crates/lastpass-core/src/webhooks/send.rs", false),
        ("crates/lastpass-core/src/web.rs", true),
        ("crates/lastpass-core/src/web/request.rs", true),
        ("crates/lastpass-core/src/web/routes/users/query.rs", true),
        ("crates/lastpass-core/src/web/webhooks.rs", false),
        ("crates/lastpass-azure/src/main.rs", false),
    ] {
        assert_eq!(unplaced(file).is_none(), is_placed, "{file}");
    }
}
