//! The headers of requests and replies.

use serde_json::{Map, Value, json};

use crate::web::operation::ReplyHeader;

/// The headers of every reply.
pub(crate) const EVERY_REPLY: [ReplyHeader; 2] =
    [ReplyHeader::Always("X-Request-Id"), ReplyHeader::Always("Server-Timing")];

/// The headers of replies, with an example and a description.
const REPLY_HEADERS: [(&str, &str, &str); 12] = [
    ("X-Request-Id", "01a222bf-819d-7e9c-a057-1992499fd5a0", "The id of the request, which the log also has."),
    (
        "Server-Timing",
        "lastpass;dur=81.4, db;dur=3.2, cache;desc=miss",
        "Milliseconds spent on calls of LastPass and of the database; whether the data came from the cache (`fresh`, \
         `stale`, `miss`).",
    ),
    ("ETag", "\"9f3c51d2a07be864\"", "The tag of this data for this caller. Send it back as `If-None-Match`."),
    ("Vary", "Authorization, Cookie, X-Api-Key", "What a cache must not mix: each caller has a reply of its own."),
    (
        "Link",
        "</api/security-report?view=summary&exp=1795867200&sig=q1Y>; rel=\"alternate\"",
        "An edge link: a signed URL of the summary, which needs no credential for 14 to 29 minutes. Only with \
         `SIGNING_SECRET`.",
    ),
    ("Content-Disposition", "attachment; filename=\"lastpass-actions-2026-11-24.csv\"", "The name of a file."),
    (
        "Idempotency-Replayed",
        "true",
        "An earlier request with the same `Idempotency-Key` started the change; the reply shows how it stands now.",
    ),
    (
        "Lastpass-Read-After",
        "AAAAAGkkSEA3q9Z0bqf0Jw",
        "Names the changes of this caller, signed. Sent with later reads, whichever function answers them shows those \
         changes. Valid for ten minutes; the newest value replaces earlier ones. A browser gets it as a cookie too.",
    ),
    ("Retry-After", "30", "After how many seconds the request may be sent again."),
    ("WWW-Authenticate", "Bearer realm=\"lastpass-functions\"", "Why the credential is not accepted."),
    (
        "Set-Cookie",
        "__Host-lastpass-session=...; HttpOnly; SameSite=Strict",
        "The session of the dashboard, or its end.",
    ),
    ("Clear-Site-Data", "\"cache\"", "Clears what the browser has stored of this origin."),
];

/// The header parameters of requests, with their schema and a description.
fn request_schema(name: &str) -> (Value, &'static str) {
    match name {
        "If-None-Match" => (
            json!({ "type": "string" }),
            "The `ETag` of an earlier reply. If the data has not changed, the reply is 304 without a body.",
        ),
        "Lastpass-Read-After" => (
            json!({ "type": "string" }),
            "The header of this name of the last reply to a change: the data is read after that change. A browser sends the \
             cookie by itself.",
        ),
        "Idempotency-Key" => (
            json!({ "type": "string", "minLength": 1, "maxLength": 255 }),
            "A text of your own for this change, such as a UUID. Sent again with the same body, it never makes the change \
             twice: the reply shows how the first one stands.",
        ),
        other => panic!("{other} is no header of requests"),
    }
}

/// A header of a request.
pub(crate) fn request(name: &str) -> Value {
    let (schema, description) = request_schema(name);
    json!({ "name": name, "in": "header", "description": description, "schema": schema })
}

/// The reference to a header of a reply.
pub(crate) fn reference(header: ReplyHeader) -> Value {
    let name = header.name();
    assert!(REPLY_HEADERS.iter().any(|(known, ..)| *known == name), "{name} is described");
    match header {
        ReplyHeader::Always(_) => json!({ "$ref": format!("#/components/headers/{name}") }),
        ReplyHeader::Sometimes(_) => json!({ "$ref": format!("#/components/headers/{name}-if-any") }),
    }
}

/// The headers that paths refer to.
pub(crate) fn components(paths: &Value) -> Map<String, Value> {
    let paths = paths.to_string();
    let described = |is_required: bool| {
        move |(name, example, description): &(&str, &str, &str)| {
            let key = if is_required { (*name).to_owned() } else { format!("{name}-if-any") };
            let header = json!({
                "description": description, "required": is_required,
                "schema": { "type": "string" }, "example": example,
            });
            (key, header)
        }
    };
    let all = REPLY_HEADERS.iter().map(described(true)).chain(REPLY_HEADERS.iter().map(described(false)));
    all.filter(|(key, _)| paths.contains(&format!("\"#/components/headers/{key}\""))).collect()
}
