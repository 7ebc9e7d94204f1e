//! Which endpoint answers which path: what the files under `api/` and the rewrites of `vercel.json` are there.

use lastpass_core::web::{
    ACTIONS, AUDIT_LOGS, Endpoint, GROUPS, HEALTH, PROVISION_USER, SECURITY_REPORT, SESSION, SHARED_FOLDERS, USERS,
};

/// Every endpoint.
static ENDPOINTS: [&Endpoint; 9] =
    [&SECURITY_REPORT, &AUDIT_LOGS, &PROVISION_USER, &USERS, &GROUPS, &SHARED_FOLDERS, &ACTIONS, &SESSION, &HEALTH];

/// The endpoint that answers a path.
pub(crate) fn endpoint(path: &str) -> Option<&'static Endpoint> {
    let name = path.strip_prefix("/api/")?;
    let name = name.strip_prefix("lastpass/").unwrap_or(name);
    ENDPOINTS.into_iter().find(|endpoint| endpoint.name == name)
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::endpoint;

    #[test]
    fn every_function_and_health_have_both_addresses() {
        let functions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../api");
        let functions = fs::read_dir(functions).expect("the functions").map(|file| file.expect("a file").path());
        let names: Vec<String> = functions.map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
        assert!(names.contains(&"session".to_owned()));
        for name in names.iter().map(String::as_str).chain(["health"]) {
            for path in [format!("/api/{name}"), format!("/api/lastpass/{name}")] {
                assert_eq!(endpoint(&path).map(|endpoint| endpoint.name), Some(name), "{path}");
            }
        }
    }

    #[test]
    fn no_other_path_leads_anywhere() {
        for path in
            ["", "/", "/api", "/api/", "/api/nope", "/session", "/api/session/", "/api/lastpass/lastpass/session"]
        {
            assert!(endpoint(path).is_none(), "{path}");
        }
    }
}
