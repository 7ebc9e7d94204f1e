//! Every endpoint, for hosts that serve all routes: AWS Lambda, `cargo dev`, tests. A Vercel function links its own
//! endpoints only, so nothing in this crate uses this list.

use crate::web::endpoint::Endpoint;
pub use crate::web::routes::{
    actions::ACTIONS, audit_logs::AUDIT_LOGS, groups::GROUPS, health::HEALTH, provision_user::PROVISION_USER,
    security_report::SECURITY_REPORT, session::SESSION, shared_folders::SHARED_FOLDERS, sync::SYNC, users::USERS,
};

/// Every endpoint, in the order of [`ROUTES`](crate::web::ROUTES).
static ENDPOINTS: [&Endpoint; 10] = [
    &SECURITY_REPORT,
    &AUDIT_LOGS,
    &PROVISION_USER,
    &USERS,
    &GROUPS,
    &SHARED_FOLDERS,
    &ACTIONS,
    &SESSION,
    &HEALTH,
    &SYNC,
];

/// The endpoint of a path, `/api/NAME` or `/api/lastpass/NAME`, as on Vercel by the files in `api/` and the rewrites in
/// `vercel.json`. One trailing slash makes no difference.
pub fn endpoint_at(path: &str) -> Option<&'static Endpoint> {
    let name = path.strip_prefix("/api/")?;
    let name = name.strip_prefix("lastpass/").unwrap_or(name);
    let name = name.strip_suffix('/').unwrap_or(name);
    ENDPOINTS.into_iter().find(|endpoint| endpoint.route.name == name)
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;
    use crate::web::{
        endpoint::Handler,
        routes::{Audience, ROUTES},
    };

    #[test]
    fn every_route_has_its_endpoint_at_both_paths() {
        assert!(ENDPOINTS.iter().map(|endpoint| endpoint.route.name).eq(ROUTES.iter().map(|route| route.name)));
        for route in &ROUTES {
            for path in [format!("/api/{}", route.name), format!("/api/lastpass/{}", route.name)] {
                for path in [format!("{path}/"), path] {
                    let endpoint = endpoint_at(&path).unwrap_or_else(|| panic!("{path} has no endpoint"));
                    assert_eq!(endpoint.route.name, route.name, "{path}");
                }
            }
        }
    }

    #[test]
    fn other_paths_have_no_endpoint() {
        for path in [
            "",
            "/",
            "/api",
            "/api/",
            "/api/nope",
            "/session",
            "/api/session//",
            "/api//session",
            "/api/lastpass",
            "/api/lastpass/",
            "/api/lastpass//session",
            "/api/lastpass/session//",
            "/api/lastpass/lastpass/session",
        ] {
            assert!(endpoint_at(path).is_none(), "{path}");
        }
    }

    #[test]
    fn every_method_of_the_table_has_a_handler_for_its_audience_and_no_other_has_one() {
        for endpoint in ENDPOINTS {
            for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS] {
                let (audience, handler) = (endpoint.route.audience(&method), endpoint.handler(&method));
                let agree = matches!(
                    (audience, handler),
                    (None, None)
                        | (Some(Audience::Anyone), Some(Handler::Public(_)))
                        | (Some(Audience::Scheduler { .. }), Some(Handler::Scheduled(_)))
                        | (Some(Audience::Roles { .. }), Some(Handler::Authenticated(_)))
                );
                assert!(agree, "{method} {}", endpoint.route.name);
            }
            assert!(endpoint.link.is_none() || endpoint.get.is_some(), "{}", endpoint.route.name);
        }
    }
}
