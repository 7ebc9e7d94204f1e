//! Which endpoint answers which path: the platform's rules, its rewrites read from its own file.

use lastpass_core::web::{
    ACTIONS, AUDIT_LOGS, Endpoint, GROUPS, HEALTH, PROVISION_USER, SECURITY_REPORT, SESSION, SHARED_FOLDERS, USERS,
};
use serde_json::Value;

/// Every endpoint.
pub(crate) static ENDPOINTS: [&Endpoint; 9] =
    [&SECURITY_REPORT, &AUDIT_LOGS, &PROVISION_USER, &USERS, &GROUPS, &SHARED_FOLDERS, &ACTIONS, &SESSION, &HEALTH];

/// The rewrites of whole folders, as `/api/lastpass/:path*` to `/api/:path*`, and of single addresses to the function
/// that answers them beside its own.
pub(crate) struct Rewrites(Vec<Rewrite>);

enum Rewrite {
    Folder {
        source: String,
        destination: String,
    },
    /// The function answers by the last part of the address that was asked for.
    Address {
        source: String,
    },
}

impl Rewrites {
    /// The rewrites of `vercel.json`.
    ///
    /// # Errors
    /// Where the file has a rewrite of another form, which would work on the platform and not here.
    pub(crate) fn read() -> Result<Self, crate::Failure> {
        let platform: Value = serde_json::from_str(include_str!("../../../vercel.json"))?;
        let mut rewrites = Vec::new();
        for rewrite in platform["rewrites"].as_array().into_iter().flatten() {
            let text = |name: &str| rewrite[name].as_str().map(str::to_owned);
            let (source, destination) = text("source").zip(text("destination")).ok_or("vercel.json: an odd rewrite")?;
            let folder = |path: &str| path.strip_suffix(":path*").map(str::to_owned);
            rewrites.push(match (folder(&source), folder(&destination)) {
                (Some(source), Some(destination)) => Rewrite::Folder { source, destination },
                (None, None) if !format!("{source}{destination}").contains(':') => Rewrite::Address { source },
                _ => return Err(format!("vercel.json: {rewrite} is neither of a folder nor of an address").into()),
            });
        }
        Ok(Self(rewrites))
    }

    /// The endpoint that answers a path.
    pub(crate) fn endpoint(&self, path: &str) -> Option<&'static Endpoint> {
        let rewritten = self.0.iter().find_map(|rewrite| match rewrite {
            Rewrite::Folder { source, destination } => {
                path.strip_prefix(source.as_str()).map(|rest| format!("{destination}{rest}"))
            }
            Rewrite::Address { source } => {
                let name = path.rsplit('/').next().filter(|_| path == source)?;
                Some(format!("/api/{name}"))
            }
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
        assert_eq!((name("/api/health"), name("/api/lastpass/health")), (Some("health"), Some("health")));
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
