//! Which endpoint answers which path: the platform's rules, its rewrites read from its own file.

use lastpass_core::web::{ACTIONS, AUDIT_LOGS, Endpoint, GROUPS, PROVISION_USER, SECURITY_REPORT, USERS};
use serde_json::Value;

/// Every endpoint.
pub(crate) static ENDPOINTS: [&Endpoint; 6] =
    [&SECURITY_REPORT, &AUDIT_LOGS, &PROVISION_USER, &USERS, &GROUPS, &ACTIONS];

/// A rewrite of a whole folder, as `/api/lastpass/:path*` to `/api/:path*`.
pub(crate) struct Rewrites(Vec<(String, String)>);

impl Rewrites {
    /// The rewrites of `vercel.json`.
    ///
    /// # Errors
    /// Where the file has a rewrite of another form, which would work on the platform and not here.
    pub(crate) fn read() -> Result<Self, crate::Failure> {
        let platform: Value = serde_json::from_str(include_str!("../../../vercel.json"))?;
        let mut rewrites = Vec::new();
        for rewrite in platform["rewrites"].as_array().into_iter().flatten() {
            let folder = |name: &str| rewrite[name].as_str().and_then(|path| path.strip_suffix(":path*"));
            let (source, destination) = folder("source")
                .zip(folder("destination"))
                .ok_or_else(|| format!("vercel.json: {rewrite} is not of a folder"))?;
            rewrites.push((source.to_owned(), destination.to_owned()));
        }
        Ok(Self(rewrites))
    }

    /// The endpoint that answers a path.
    pub(crate) fn endpoint(&self, path: &str) -> Option<&'static Endpoint> {
        let rewritten = self.0.iter().find_map(|(source, destination)| {
            path.strip_prefix(source.as_str()).map(|rest| format!("{destination}{rest}"))
        });
        let name = rewritten.as_deref().unwrap_or(path).strip_prefix("/api/")?;
        ENDPOINTS.into_iter().find(|endpoint| endpoint.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::Rewrites;

    #[test]
    fn both_addresses_lead_to_the_endpoint_and_no_other_does() {
        let rewrites = Rewrites::read().expect("vercel.json");
        let name = |path| rewrites.endpoint(path).map(|endpoint| endpoint.name);
        assert_eq!(name("/api/security-report"), Some("security-report"));
        assert_eq!(name("/api/lastpass/security-report"), Some("security-report"));
        for path in [
            "/",
            "/api",
            "/api/",
            "/api/nope",
            "/security-report",
            "/api/security-report/",
            "/api/lastpass/lastpass/security-report",
        ] {
            assert_eq!(name(path), None, "{path}");
        }
    }
}
