//! What the OpenAPI document says about the session.

use http::Method;
use serde_json::json;

use crate::web::{
    operation::{
        Operation, OperationReply, ReplyHeader, Tag,
        body::{BodySchema, text},
        object::ObjectSchema,
    },
    response::problem::ProblemCode,
    routes::session::{NAME, SessionJson},
};

/// Its operations.
pub(crate) fn operations() -> Vec<Operation> {
    let schema = || ObjectSchema::of::<SessionJson<'_>>("Session");
    let get = Operation {
        tag: Tag::SignIn,
        summary: "Who the caller is, and may do",
        description: include_str!("openapi.md"),
        ..Operation::public(NAME, Method::GET, "getSession")
    };
    let post = Operation {
        tag: Tag::SignIn,
        summary: "Sign in with a dashboard key",
        description: "Exchanges a key of `DASHBOARD_KEYS` for a session cookie of eight hours. Needs \
                      `DASHBOARD_KEYS` and `SIGNING_SECRET`. A wrong key is 401, with a `detail` that a sign-in form can \
                      show. Only from a page of the same \
                      origin, or of `CORS_ALLOWED_ORIGINS`.",
        body: Some(BodySchema::new(
            "SignInBody",
            vec![text("key", "The key.").required()],
            json!({ "key": "demo-admin" }),
        )),
        ..Operation::public(NAME, Method::POST, "signIn")
    };
    let mut delete = Operation {
        tag: Tag::SignIn,
        summary: "Sign out",
        description: "Removes the session cookie and clears what the browser has stored of this origin. Only from a page of \
                      the same origin, or of `CORS_ALLOWED_ORIGINS`.",
        ..Operation::public(NAME, Method::DELETE, "signOut")
    };
    delete.replies.push(OperationReply {
        status: 204,
        description: "The session has ended.",
        content: None,
        headers: vec![ReplyHeader::Always("Clear-Site-Data"), ReplyHeader::Sometimes("Set-Cookie")],
    });
    vec![
        get.uncached(200, "The caller.", schema()),
        post.uncached(200, "The caller, with the session as a cookie.", schema())
            .headers(200, &[ReplyHeader::Always("Set-Cookie")])
            .problems(&[&[
                ProblemCode::InvalidBody,
                ProblemCode::Unauthenticated,
                ProblemCode::CrossSite,
                ProblemCode::NotConfigured,
            ]]),
        delete.problems(&[&[ProblemCode::CrossSite]]),
    ]
}
