//! Content types, encodings and bytes of request bodies.

use http::{Request, request::Builder};
use serde_json::{Value, json};

use crate::{
    companies::without_folders,
    database::Database,
    world::{ADMIN, TestResponse, World, same_origin},
};

/// A dry run on each route that takes a body, and a sign-in.
fn bodies() -> [(&'static str, Value); 4] {
    [
        (
            "provision-user",
            json!({ "firstName": "Ann", "lastName": "Lee", "email": "ann.lee@example.com", "department": "Sales", "dryRun": true }),
        ),
        ("users", json!({ "email": "other@example.com", "action": "requirePasswordChange", "dryRun": true })),
        ("groups", json!({ "email": "other@example.com", "remove": ["Sales-Team"], "dryRun": true })),
        ("session", json!({ "key": ADMIN })),
    ]
}

fn world() -> World {
    World::with_database(without_folders(), &Database::sqlite(), &[])
}

fn post(route: &str) -> Builder {
    let request = same_origin(Request::post(format!("/api/{route}")));
    if route == "session" { request } else { request.header("x-api-key", ADMIN) }
}

/// Asserts that a problem says each of these words, in its detail or its errors.
fn assert_says(reply: &TestResponse, words: &[&str], of: &str) {
    let text = reply.text().to_lowercase();
    for word in words {
        assert!(text.contains(&word.to_lowercase()), "{of}: no {word} in {text}");
    }
}

#[tokio::test]
async fn json_in_utf_8_is_accepted_however_its_type_is_written() {
    let world = world();
    for content_type in [
        "application/json",
        "APPLICATION/JSON",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
        r#"application/json; charset="utf-8""#,
        r#"application/json; charset="UTF-8""#,
        "application/json; charset=utf8",
        "application/json; charset=UTF8",
        "application/json; CHARSET=utf-8",
        "application/json ; charset=utf-8",
        "application/json;",
        "application/json; ; charset=utf-8",
        "application/json; odata=verbose",
        "application/json; odata.metadata=minimal; charset=utf-8",
        r#"application/json; profile="https://example.com/a;b=c""#,
        r#"application/json; title="a \"quoted\" word"; charset=utf-8"#,
        "application/json; version=1; q=0.9",
    ] {
        for (route, body) in bodies() {
            let request = post(route).header("content-type", content_type);
            let reply = world.send_body(request, body.to_string().into()).await;
            assert_eq!(reply.status, 200, "{route}, {content_type}: {}", reply.text());
        }
    }
}

#[tokio::test]
async fn another_type_or_charset_is_refused() {
    let world = world();
    for content_type in [
        "",
        "text/plain",
        "text/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "application/json-patch+json",
        "application/xml",
        "json",
        "application/json, text/plain",
        "application/json; charset=utf-16",
        "application/json; charset=iso-8859-1",
        "application/json; charset=latin1",
        r#"application/json; charset="windows-1252""#,
        "application/json; odata=verbose; charset=utf-16le",
        "application/json; charset=utf-8; charset=utf-16",
    ] {
        for (route, body) in bodies() {
            let request = post(route);
            let request = if content_type.is_empty() { request } else { request.header("content-type", content_type) };
            let reply = world.send_body(request, body.to_string().into()).await;
            assert_eq!(reply.status, 415, "{route}, {content_type}: {}", reply.text());
            reply.problem(415, "unsupported-media-type");
            let named = content_type.rsplit_once("charset=").map_or("application/json", |(_, charset)| charset);
            assert_says(&reply, &[named.trim_matches('"')], &format!("{route}, {content_type}"));
        }
    }
}

#[tokio::test]
async fn an_empty_body_needs_no_content_type() {
    let world = world();
    for (route, _) in bodies() {
        let problem = world.send(post(route)).await.problem(400, "invalid-body");
        assert_eq!(problem["detail"], "body is empty, and must be a JSON object", "{route}");
    }
    let sign_out = same_origin(Request::delete("/api/session")).header("content-type", "text/plain");
    assert_eq!(world.send(sign_out).await.status, 204);
}

#[tokio::test]
async fn an_encoded_body_is_refused_with_its_encoding() {
    let world = world();
    for encoding in ["gzip", "GZIP", "x-gzip", "br", "deflate", "zstd", "compress", "gzip, br"] {
        for (route, body) in bodies() {
            for bytes in [b"\x1f\x8b\x08\x00\x00\x00\x00\x00".to_vec(), body.to_string().into_bytes()] {
                let request =
                    post(route).header("content-type", "application/json").header("content-encoding", encoding);
                let reply = world.send_body(request, bytes.into()).await;
                reply.problem(415, "unsupported-media-type");
                assert_says(&reply, &["content-encoding"], &format!("{route}, {encoding}"));
            }
        }
    }
}

#[tokio::test]
async fn a_byte_order_mark_is_skipped() {
    let world = world();
    for (route, body) in bodies() {
        for text in [format!("\u{feff}{body}"), format!("\u{feff} \r\n{body}\n"), format!("\n\t {body}")] {
            let reply =
                world.send_body(post(route).header("content-type", "application/json"), text.clone().into()).await;
            assert_eq!(reply.status, 200, "{route}, {text:?}: {}", reply.text());
        }
    }
}

#[tokio::test]
async fn bytes_that_are_not_utf_8_are_refused_as_such() {
    let world = world();
    let utf_16 = |text: &str| -> Vec<u8> {
        [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
    };
    for (route, body) in bodies() {
        let named = body.to_string().replacen(':', ": ", 1);
        let with = |bytes: &[u8]| {
            let (before, after) = named.split_at(named.find('"').expect("a text") + 1);
            [before.as_bytes(), bytes, after.as_bytes()].concat()
        };
        for (what, bytes) in [
            ("Latin-1", with(b"J\xfcrgen")),
            ("Windows-1252", with(b"\x93x\x94")),
            ("a lone continuation byte", with(b"\x80")),
            ("an overlong form", with(b"\xc0\xaf")),
            ("a surrogate", with(b"\xed\xa0\x80")),
            ("cut in a character", [named.as_bytes(), b"\xc3"].concat()),
            ("UTF-16", utf_16(&named)),
        ] {
            let reply = world.send_body(post(route).header("content-type", "application/json"), bytes.into()).await;
            reply.problem(400, "invalid-body");
            assert_says(&reply, &["utf-8"], &format!("{route}, {what}"));
        }
    }
}

#[tokio::test]
async fn what_is_not_an_object_is_refused_as_that() {
    let world = world();
    for (route, _) in bodies() {
        for text in ["[]", "null", "1", "\"a\"", "true", "[{\"email\":\"a@example.com\"}]"] {
            let reply = world.send_body(post(route).header("content-type", "application/json"), text.into()).await;
            reply.problem(400, "invalid-body");
            assert_says(&reply, &["object"], &format!("{route}, {text}"));
        }
    }
}
