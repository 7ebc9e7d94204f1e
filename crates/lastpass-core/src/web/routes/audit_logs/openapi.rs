//! What the OpenAPI document says about LastPass's log.

use crate::{
    audit::{AlertRule, EventKind, EventOutcome},
    web::{
        operation::{
            FileFormat, Operation, Tag,
            object::ObjectSchema,
            parameters::{Parameter, any_of, format, one_of, paging, text, time},
            problems::LASTPASS,
        },
        response::problem::ProblemCode,
        routes::audit_logs::{NAME, json::AuditLogPage},
    },
};

/// Its operations.
pub(crate) fn operations() -> Vec<Operation> {
    let files = vec![
        FileFormat::csv("Every event of the filter, one a line, with the members of `events` as columns."),
        FileFormat::ndjson(
            "Every event of the filter as a line of JSON: `ndjson` has the members of `events`, `ocsf` is the Open \
             Cybersecurity Schema Framework 1.5.0.",
        ),
    ];
    let log = Operation {
        tag: Tag::Reports,
        summary: "Events of LastPass's log, with counts and alerts",
        description: include_str!("openapi.md"),
        parameters: parameters(),
        ..Operation::read(NAME, "getAuditLogs")
    };
    let schema = ObjectSchema::of::<AuditLogPage<'_>>("AuditLog");
    vec![
        log.revalidated("A page of events, or every event as a file.", schema, files)
            .problems(&[LASTPASS, &[ProblemCode::WindowTooLarge]]),
    ]
}

fn parameters() -> Vec<Parameter> {
    let mut parameters = vec![
        time(
            "from",
            "The start: a time, or a day of `LASTPASS_TIME_ZONE` from its beginning. Default: seven days before the end.",
        ),
        time("to", "The end: a time, which is excluded, or a day, which is included. Default: now."),
        any_of("type", EventKind::ALL.map(EventKind::name), "Events of these types; several by commas."),
        text("action", "Events with this text of LastPass as their action, in any letter case."),
        one_of("outcome", EventOutcome::ALL.map(EventOutcome::name), "Events with this outcome."),
        text(
            "user",
            "Who acted or was affected. A complete address matches exactly, any other text matches a part of the address or \
             of the name in LastPass's list of users.",
        ),
        text("target", "The affected user, group or folder, by the same rule."),
        text(
            "ip",
            "Events from this IP address, without regard to ports and to how it is written: `203.0.113.7` finds \
             `203.0.113.7:51234` and `::ffff:203.0.113.7`.",
        )
        .example("192.0.2.2"),
        text("q", "Events with this text in any member."),
        one_of("alert", AlertRule::ALL.map(AlertRule::name), "The events that are evidence for alerts of this rule."),
    ];
    parameters.extend(paging());
    parameters.push(format(
        &["csv", "ndjson", "ocsf"],
        "The format; all but `json` have every event and take no `limit` and no `cursor`.",
    ));
    parameters
}
