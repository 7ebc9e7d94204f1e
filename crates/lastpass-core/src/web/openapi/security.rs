//! How callers authenticate.

use serde_json::{Map, Value, json};

use crate::web::{operation::Operation, routes::Audience};

/// The schemes with a role, in the order in which `serve` tries them.
const WITH_ROLE: [&str; 6] =
    ["dashboardKey", "token", "apiKey", "dashboardSession", "authJsSession", "nextAuthSession"];

/// Any one of the schemes with a role.
pub(crate) fn with_role() -> Vec<Value> {
    WITH_ROLE.iter().map(|name| json!({ *name: [] })).collect()
}

/// What an operation requires.
pub(crate) fn of(operation: &Operation) -> Vec<Value> {
    let mut schemes = match operation.route.audience(&operation.method) {
        Some(Audience::Scheduler { roles: [], .. }) => Vec::new(),
        Some(Audience::Anyone | Audience::Scheduler { .. } | Audience::Roles { .. }) | None => with_role(),
    };
    if matches!(operation.route.audience(&operation.method), Some(Audience::Scheduler { .. })) {
        schemes.push(json!({ "scheduler": [] }));
    }
    if operation.parameters.iter().any(|parameter| parameter.name == "sig") {
        schemes.push(json!({ "edgeLink": [] }));
    }
    if !operation.is_authenticated() {
        schemes.insert(0, json!({}));
    }
    schemes
}

/// The schemes.
pub(crate) fn schemes() -> Map<String, Value> {
    let cookie = |name: &str, description: &str| json!({ "type": "apiKey", "in": "cookie", "name": name, "description": description });
    let schemes = [
        (
            "dashboardKey",
            json!({
                "type": "http", "scheme": "bearer",
                "description": "A key of `DASHBOARD_KEYS`. In the demo: `demo-admin`, `demo-manager`, `demo-auditor`, \
                                `demo-provisioner`.",
            }),
        ),
        (
            "token",
            json!({
                "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                "description": "A token of the identity provider that `AUTH_JWKS_URL` or `AUTH_PUBLIC_KEY` verifies. It \
                                may also come in the cookie that `AUTH_COOKIE` names.",
            }),
        ),
        (
            "apiKey",
            json!({ "type": "apiKey", "in": "header", "name": "X-Api-Key", "description": "A key of `DASHBOARD_KEYS`." }),
        ),
        (
            "dashboardSession",
            cookie(
                "__Host-lastpass-session",
                "The session that `POST session` begins; `lastpass-session` on this machine.",
            ),
        ),
        ("authJsSession", cookie("__Secure-authjs.session-token", "A session of Auth.js v5 (`AUTH_SECRET`).")),
        (
            "nextAuthSession",
            cookie("__Secure-next-auth.session-token", "A session of NextAuth v4 (`NEXTAUTH_SECRET`)."),
        ),
        (
            "scheduler",
            json!({
                "type": "http", "scheme": "bearer",
                "description": "The platform's scheduler, with `CRON_SECRET`.",
            }),
        ),
        (
            "edgeLink",
            json!({
                "type": "apiKey", "in": "query", "name": "sig",
                "description": "The whole URL in the header `Link` of a report, unchanged: it gives the summary alone.",
            }),
        ),
    ];
    schemes.into_iter().map(|(name, scheme)| (name.to_owned(), scheme)).collect()
}
