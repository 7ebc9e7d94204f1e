//! A problem as `application/problem+json` (RFC 9457).

use http::{HeaderValue, header::CONTENT_TYPE};
use serde::Serialize;

use crate::{
    changes::Completion,
    web::response::{
        action::StepJson,
        body::Body,
        changed_groups::ChangedGroupsJson,
        problem::{
            Problem,
            row::{FieldError, ProblemRow},
        },
        reply::Reply,
        sync::SyncPartJson,
    },
};

impl Problem {
    /// The reply, with the headers of the problem.
    pub(crate) fn reply(&self, request_id: &str) -> Reply {
        let ProblemRow { code, detail, errors, headers, change, parts, cause: _ } = self.row();
        let operation = change.map(|change| &change.operation);
        let ended = change.filter(|change| change.completion == Completion::Finished);
        let groups = ended.map(|change| ChangedGroupsJson::of(&change.operation, false));
        let document = ProblemJson {
            kind: format!("urn:lastpass-functions:problem:{}", code.name()),
            title: code.title(),
            status: code.status().as_u16(),
            detail: &detail,
            code: code.name(),
            request_id,
            errors,
            action_id: operation.map(|operation| operation.id.as_str()),
            steps: operation.map(StepJson::all),
            groups: groups.filter(|groups| !groups.is_empty()),
            parts,
            error: &detail,
        };
        let body = serde_json::to_vec(&document).expect("texts and numbers are JSON");
        let mut reply = Reply::new(code.status(), Body::from(body));
        reply.headers = headers;
        reply.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        reply
    }
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Problem))]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProblemJson<'a> {
    /// A URN with the code.
    #[serde(rename = "type")]
    kind: String,
    /// What kind of problem it is.
    title: &'a str,
    /// The status of the reply.
    status: u16,
    /// What happened, and what to do.
    detail: &'a str,
    code: &'a str,
    /// The id of the request, which the log also has.
    request_id: &'a str,
    /// Which parameters, members or settings are meant.
    errors: Vec<FieldError>,
    /// Only if a change was begun: its id in `actions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    action_id: Option<&'a str>,
    /// Only if a change was begun: how far it came.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    steps: Option<Vec<StepJson<'a>>>,
    /// Only if the change has ended and named groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    groups: Option<ChangedGroupsJson<'a>>,
    /// Only if a part of a sync failed: its parts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parts: Vec<SyncPartJson>,
    /// The detail once more, which front ends of the guide read.
    error: &'a str,
}
