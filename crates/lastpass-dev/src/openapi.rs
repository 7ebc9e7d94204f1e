//! `cargo dev openapi`: writes the OpenAPI document, with replies of the demo company as its examples.

mod demo;
mod examples;
mod markdown;
mod problem_examples;

use std::{fs, path::PathBuf};

use http::{HeaderValue, Response, StatusCode, header::CONTENT_TYPE};
use lastpass_core::web::{Body, openapi_document};

use crate::error::BoxError;

/// The document's file, which the platform serves as `/openapi.json`.
const FILE: &str = "public/openapi.json";

/// Writes what is generated from the API's description.
///
/// # Errors
/// Returns an error if a file cannot be written, or an example is no reply that the document describes.
pub(crate) async fn run() -> Result<(), BoxError> {
    for (file, text) in generated().await? {
        fs::write(root().join(file), text)?;
        println!("{file} is written");
    }
    Ok(())
}

/// The generated files: path from the workspace's root, and content.
async fn generated() -> Result<Vec<(&'static str, String)>, BoxError> {
    let mut document = openapi_document();
    examples::add(&mut document).await?;
    let json = serde_json::to_string_pretty(&document)? + "\n";
    Ok(vec![(FILE, json), ("docs/API.md", markdown::page(&document))])
}

/// The document as it is deployed.
pub(crate) fn file() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    match fs::read(root().join(FILE)) {
        Ok(text) => {
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
            *response.body_mut() = Body::from(text);
        }
        Err(_) => *response.status_mut() = StatusCode::NOT_FOUND,
    }
    response
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn generated_files_are_up_to_date() {
        for (file, text) in generated().await.expect("the files") {
            let committed = fs::read_to_string(root().join(file)).unwrap_or_default();
            assert!(committed == text, "{file} is out of date: run `cargo dev openapi`, and review what changed in it");
        }
    }
}
