//! Every code of a problem, and the groups of codes that the steps of a request have in common.

/// The code of a problem, the status of its reply, and when it is given.
pub(crate) struct ProblemCode {
    pub(crate) code: &'static str,
    pub(crate) status: u16,
    pub(crate) when: &'static str,
}

const fn row(code: &'static str, status: u16, when: &'static str) -> ProblemCode {
    ProblemCode { code, status, when }
}

/// Every code, by status.
pub(crate) const CODES: [ProblemCode; 45] = [
    row("invalid-parameters", 400, "a parameter is unknown, or its value is not valid"),
    row(
        "invalid-body",
        400,
        "not a JSON object in UTF-8; a member missing, unknown, repeated or of the wrong type; an unknown `action`",
    ),
    row("body-incomplete", 400, "the body ended early"),
    row(
        "unauthenticated",
        401,
        "no credential, or one that is not accepted. In a browser (`Sec-Fetch-Mode` is sent) the detail says to sign in, else how to send a key",
    ),
    row("forbidden", 403, "the role does not allow it"),
    row("no-role", 403, "signed in, but without a role"),
    row(
        "cross-site",
        403,
        "a change by cookie, or a POST or DELETE of `session`, without evidence of the same origin. The detail names the case: plain http, server code, or another origin",
    ),
    row("edge-link-expired", 403, "the edge link is in its last minute, or over"),
    row("edge-link-invalid", 403, "the edge link was altered, or is not ours"),
    row("changes-off", 403, "`CHANGES=off`"),
    row("cannot-change-self", 403, "off-boarding of the caller"),
    row("group-needs-admin", 403, "a group of `ROLE_GROUPS`, and the caller is not an admin"),
    row("not-found", 404, "no such route"),
    row("unknown-user", 404, "LastPass has no user with this id or address"),
    row("unknown-folder", 404, "LastPass has no shared folder with this id"),
    row("method-not-allowed", 405, "`Allow` lists the methods"),
    row("already-exists", 409, "the address already has an account or an invitation"),
    row("change-in-progress", 409, "another change of this address is not finished; `Retry-After`"),
    row("invitation-pending", 409, "the user is only invited, and the action needs an account"),
    row("not-invited", 409, "there is no invitation to send again or withdraw"),
    row("last-admin", 409, "off-boarding of the last active admin"),
    row("orphans-folders", 409, "shared folders would have no administrator"),
    row("sync-running", 409, "another sync is running; `Retry-After`"),
    row("body-too-long", 413, "the body is over 64 KiB"),
    row(
        "unsupported-media-type",
        415,
        "the body is not declared as JSON, or has another charset than UTF-8 or a `Content-Encoding`, which the detail names",
    ),
    row("invalid-fields", 422, "a value is not acceptable, or a group is unknown"),
    row("key-reused", 422, "the `Idempotency-Key` belongs to another body"),
    row("not-in-dialect", 422, "the guide's dialect cannot express the change"),
    row("window-too-large", 422, "the period has more events than one reply can hold"),
    row("reply-too-long", 422, "too long for a platform that does not stream replies"),
    row("offboarding-limit", 429, "`OFFBOARDING_LIMIT` is reached; `Retry-After`"),
    row("internal", 500, "a fault of this program; the log has more under `requestId`"),
    row("sync-incomplete", 500, "a part of the sync failed; `parts` says which and why"),
    row("lastpass-credentials", 502, "LastPass refuses the account number or the provisioning hash"),
    row("lastpass-refused", 502, "LastPass understood the request and refused it"),
    row("lastpass-unavailable", 502, "LastPass is unreachable, or its reply is invalid"),
    row("change-not-applied", 502, "LastPass does not show the change after a minute"),
    row("lastpass-busy", 503, "LastPass limits our calls; `Retry-After`"),
    row("not-configured", 503, "a setting is missing or malformed; named to signed-in callers"),
    row("database-unavailable", 503, "the database does not answer"),
    row("not-recorded", 503, "the database has no tables, and may not get them in a preview"),
    row("roles-unavailable", 503, "the role depends on LastPass's groups, and LastPass does not answer"),
    row("jwks-unavailable", 503, "the identity provider's keys could not be fetched"),
    row("lastpass-timeout", 504, "LastPass is too slow"),
    row(
        "outcome-unknown",
        504,
        "it is not known yet whether the change was made; send it again with the same `Idempotency-Key`",
    ),
];

/// What every request may be refused for, and a fault of this program.
pub(crate) const EVERY_REQUEST: &[&str] =
    &["invalid-parameters", "body-incomplete", "body-too-long", "unsupported-media-type", "internal"];

/// What a request needs before its route's handler is called.
pub(crate) const AUTHENTICATED: &[&str] =
    &["unauthenticated", "forbidden", "no-role", "not-configured", "jwks-unavailable"];

/// The lookup of the caller's groups in LastPass, which determine the role if the token has none.
pub(crate) const ROLE_LOOKUP: &[&str] = &["roles-unavailable"];

/// A call of LastPass.
pub(crate) const LASTPASS: &[&str] =
    &["lastpass-credentials", "lastpass-refused", "lastpass-unavailable", "lastpass-busy", "lastpass-timeout"];

/// A read of the database.
pub(crate) const DATABASE: &[&str] = &["database-unavailable"];

/// A change, whichever it is.
pub(crate) const CHANGE: &[&str] = &[
    "cross-site",
    "invalid-body",
    "invalid-fields",
    "changes-off",
    "key-reused",
    "change-in-progress",
    "change-not-applied",
    "outcome-unknown",
    "database-unavailable",
    "not-recorded",
];

/// A change of someone who may not exist.
pub(crate) const CHANGE_OF_A_USER: &[&str] = &["unknown-user", "not-in-dialect"];

/// The row of a code.
pub(crate) fn code(name: &str) -> &'static ProblemCode {
    CODES.iter().find(|row| row.code == name).unwrap_or_else(|| panic!("{name} is no code of CODES"))
}
