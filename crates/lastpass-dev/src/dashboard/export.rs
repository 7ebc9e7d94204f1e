//! The static export, served as Vercel does: `/dashboard` is `dashboard.html`, anything else the 404 page.

use std::{
    fs,
    path::{Component, Path, PathBuf},
};

use http::{
    HeaderValue, Response, StatusCode,
    header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS},
};
use lastpass_core::web::Body;

/// The headers of `vercel.json` for everything but the API. The rest of the policy is in each page.
const HEADERS: [(HeaderName, &str); 3] = [
    (CONTENT_SECURITY_POLICY, "frame-ancestors 'none'; object-src 'none'; base-uri 'none'"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
];

/// The folder of the export.
pub(super) struct Export(pub(super) PathBuf);

impl Export {
    pub(super) fn is_built(&self) -> bool {
        self.0.join("index.html").exists()
    }

    pub(super) fn respond(&self, path: &str) -> Response<Body> {
        let found = candidates(path).into_iter().find_map(|name| Some((content_type(&name), self.read(&name)?)));
        let (status, (content_type, content)) = match found {
            Some(file) => (StatusCode::OK, file),
            None => (StatusCode::NOT_FOUND, (HTML, self.read("404.html").unwrap_or_default())),
        };
        let mut response = Response::new(Body::from(content));
        *response.status_mut() = status;
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        for (name, value) in HEADERS {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        response
    }

    fn read(&self, name: &str) -> Option<Vec<u8>> {
        fs::read(self.0.join(name)).ok()
    }
}

/// The files that a path may mean, by name below the export's folder.
fn candidates(path: &str) -> Vec<String> {
    let name = path.trim_matches('/');
    if name.is_empty() {
        return vec!["index.html".to_owned()];
    }
    let is_below = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
    if is_below { vec![name.to_owned(), format!("{name}.html")] } else { Vec::new() }
}

const HTML: &str = "text/html; charset=utf-8";

fn content_type(name: &str) -> &'static str {
    match Path::new(name).extension().and_then(|extension| extension.to_str()) {
        Some("html") => HTML,
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_file_or_a_page_below_the_folder() {
        assert_eq!(candidates("/"), ["index.html"]);
        assert_eq!(candidates("/sign-in"), ["sign-in", "sign-in.html"]);
        assert_eq!(candidates("/r/client.json"), ["r/client.json", "r/client.json.html"]);
        for outside in ["/../Cargo.toml", "/r/../../Cargo.toml", "//../.env"] {
            assert!(candidates(outside).is_empty(), "{outside}");
        }
    }

    #[test]
    fn the_headers_are_those_of_the_deployment() {
        let vercel = include_str!("../../../../vercel.json");
        for (name, value) in HEADERS {
            let header = vercel.to_lowercase().contains(&format!("\"key\": \"{name}\""));
            assert!(header && vercel.contains(&format!("\"value\": \"{value}\"")), "{name}: {value}");
        }
    }
}
