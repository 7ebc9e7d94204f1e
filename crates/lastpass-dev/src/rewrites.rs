//! Which endpoint serves which path, by the rewrites of `vercel.json` and the platform's rules for them.

use lastpass_core::web::{Endpoint, endpoint_named};
use serde_json::Value;

use crate::error::BoxError;

/// The rewrites of folders, such as `/api/lastpass/:path*` to `/api/:path*`, and of single paths to the function that
/// serves them beside its own.
pub(crate) struct Rewrites(Vec<Rewrite>);

enum Rewrite {
    Folder {
        source: String,
        destination: String,
    },
    /// The function picks the endpoint by the last part of the requested path.
    Path {
        source: String,
    },
}

impl Rewrites {
    /// Reads the rewrites of `vercel.json`.
    ///
    /// # Errors
    /// Returns an error if the file has a rewrite of another form, which would work on the platform and not here.
    pub(crate) fn read() -> Result<Self, BoxError> {
        let platform: Value = serde_json::from_str(include_str!("../../../vercel.json"))?;
        let mut rewrites = Vec::new();
        for rewrite in platform["rewrites"].as_array().into_iter().flatten() {
            let text = |name: &str| rewrite[name].as_str().map(str::to_owned);
            let (source, destination) = text("source")
                .zip(text("destination"))
                .ok_or("vercel.json: a rewrite lacks its source or destination")?;
            let folder = |path: &str| path.strip_suffix(":path*").map(str::to_owned);
            rewrites.push(match (folder(&source), folder(&destination)) {
                (Some(source), Some(destination)) => Rewrite::Folder { source, destination },
                (None, None) if !format!("{source}{destination}").contains(':') => Rewrite::Path { source },
                _ => return Err(format!("vercel.json: {rewrite} rewrites neither a folder nor a path").into()),
            });
        }
        Ok(Self(rewrites))
    }

    /// The endpoint that serves a path.
    pub(crate) fn endpoint(&self, path: &str) -> Option<&'static Endpoint> {
        let rewritten = self.0.iter().find_map(|rewrite| match rewrite {
            Rewrite::Folder { source, destination } => {
                path.strip_prefix(source.as_str()).map(|rest| format!("{destination}{rest}"))
            }
            Rewrite::Path { source } => {
                let name = path.rsplit('/').next().filter(|_| path == source)?;
                Some(format!("/api/{name}"))
            }
        });
        endpoint_named(rewritten.as_deref().unwrap_or(path).strip_prefix("/api/")?)
    }
}

#[cfg(test)]
mod tests {
    use lastpass_core::web::ROUTES;

    use super::Rewrites;

    #[test]
    fn every_route_has_two_paths_and_no_other_path_has_an_endpoint() {
        let rewrites = Rewrites::read().expect("vercel.json");
        let name = |path: &str| rewrites.endpoint(path).map(|endpoint| endpoint.route.name);
        for route in &ROUTES {
            for path in [format!("/api/{}", route.name), format!("/api/lastpass/{}", route.name)] {
                assert_eq!(name(&path), Some(route.name), "{path}");
            }
        }
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
