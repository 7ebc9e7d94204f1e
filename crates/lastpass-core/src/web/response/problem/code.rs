//! The table of problem codes.

use http::StatusCode;

/// Defines [`ProblemCode`] from rows of variant, status, code, title, and when it is returned.
macro_rules! problem_codes {
    ($($variant:ident, $status:ident, $name:literal, $title:literal, $when:literal;)*) => {
        /// The stable code of a problem, which has the same status and title in all replies.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum ProblemCode {
            $(#[doc = $when] $variant,)*
        }

        impl ProblemCode {
            /// Every code, by status.
            #[cfg(feature = "openapi")]
            pub(crate) const ALL: &[Self] = &[$(Self::$variant),*];

            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            pub(crate) fn status(self) -> StatusCode {
                match self { $(Self::$variant => StatusCode::$status,)* }
            }

            /// What kind of problem it is, in a few words.
            pub(crate) fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }

            /// When it is returned, in Markdown.
            #[cfg(feature = "openapi")]
            pub(crate) fn when(self) -> &'static str {
                match self { $(Self::$variant => $when,)* }
            }
        }
    };
}

problem_codes! {
    InvalidParameters, BAD_REQUEST, "invalid-parameters", "Invalid parameters",
        "a parameter is unknown, or its value is not valid";
    InvalidBody, BAD_REQUEST, "invalid-body", "Invalid body",
        "not a JSON object in UTF-8; a member missing, unknown, repeated or of the wrong type; an unknown `action`";
    BodyIncomplete, BAD_REQUEST, "body-incomplete", "Body incomplete",
        "the body ended early";
    Unauthenticated, UNAUTHORIZED, "unauthenticated", "Sign in first",
        "no credential, or one that is not accepted. In a browser (`Sec-Fetch-Mode` is sent) the detail says to sign in, else how to send a key";
    Forbidden, FORBIDDEN, "forbidden", "Not allowed for your role",
        "the role does not allow it";
    NoRole, FORBIDDEN, "no-role", "No role",
        "signed in, but without a role";
    CrossSite, FORBIDDEN, "cross-site", "Cross-site request",
        "a change by cookie, or a POST or DELETE of `session`, without evidence of the same origin. The detail names the case: plain http, server code, or another origin";
    EdgeLinkExpired, FORBIDDEN, "edge-link-expired", "Link expired",
        "the edge link is in its last minute, or over";
    EdgeLinkInvalid, FORBIDDEN, "edge-link-invalid", "Invalid link",
        "the edge link was altered, or is not ours";
    ChangesOff, FORBIDDEN, "changes-off", "Changes are switched off",
        "`CHANGES=off`";
    CannotChangeSelf, FORBIDDEN, "cannot-change-self", "Your own account",
        "off-boarding of the caller";
    GroupNeedsAdmin, FORBIDDEN, "group-needs-admin", "The group needs an admin",
        "a group of `ROLE_GROUPS`, and the caller is not an admin";
    NotFound, NOT_FOUND, "not-found", "No such route",
        "no such route";
    UnknownUser, NOT_FOUND, "unknown-user", "No such user",
        "LastPass has no user with this id or address";
    UnknownFolder, NOT_FOUND, "unknown-folder", "No such shared folder",
        "LastPass has no shared folder with this id";
    MethodNotAllowed, METHOD_NOT_ALLOWED, "method-not-allowed", "Method not allowed",
        "`Allow` lists the methods";
    AlreadyExists, CONFLICT, "already-exists", "Already exists",
        "the address already has an account or an invitation";
    ChangeInProgress, CONFLICT, "change-in-progress", "A change is in progress",
        "another change of this address is not finished; `Retry-After`";
    InvitationPending, CONFLICT, "invitation-pending", "Invitation pending",
        "the user is only invited, and the action needs an account";
    NotInvited, CONFLICT, "not-invited", "Not invited",
        "there is no invitation to send again or withdraw";
    LastAdmin, CONFLICT, "last-admin", "The last admin",
        "off-boarding of the last active admin";
    OrphansFolders, CONFLICT, "orphans-folders", "Folders without an administrator",
        "shared folders would have no administrator";
    SyncRunning, CONFLICT, "sync-running", "A sync is running",
        "another sync is running; `Retry-After`";
    BodyTooLong, PAYLOAD_TOO_LARGE, "body-too-long", "Body too long",
        "the body is over 64 KiB";
    UnsupportedMediaType, UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "Unsupported media type",
        "the body is not declared as JSON, or has another charset than UTF-8 or a `Content-Encoding`, which the detail names";
    InvalidFields, UNPROCESSABLE_ENTITY, "invalid-fields", "Invalid fields",
        "a value is not acceptable, or a group is unknown";
    KeyReused, UNPROCESSABLE_ENTITY, "key-reused", "Idempotency-Key reused",
        "the `Idempotency-Key` belongs to another body";
    NotInDialect, UNPROCESSABLE_ENTITY, "not-in-dialect", "Not in the guide's dialect",
        "the guide's dialect cannot express the change";
    WindowTooLarge, UNPROCESSABLE_ENTITY, "window-too-large", "Too many events",
        "the period has more events than one reply can hold";
    ReplyTooLong, UNPROCESSABLE_ENTITY, "reply-too-long", "Reply too long",
        "too long for a platform that does not stream replies";
    OffboardingLimit, TOO_MANY_REQUESTS, "offboarding-limit", "Off-boarding limit reached",
        "`OFFBOARDING_LIMIT` is reached; `Retry-After`";
    Internal, INTERNAL_SERVER_ERROR, "internal", "Internal error",
        "a fault of this program; the log has more under `requestId`";
    SyncIncomplete, INTERNAL_SERVER_ERROR, "sync-incomplete", "A part of the sync failed",
        "a part of the sync failed; `parts` says which and why";
    LastPassCredentials, BAD_GATEWAY, "lastpass-credentials", "LastPass refuses our credentials",
        "LastPass refuses the account number or the provisioning hash";
    LastPassRefused, BAD_GATEWAY, "lastpass-refused", "LastPass refused the request",
        "LastPass understood the request and refused it";
    LastPassUnavailable, BAD_GATEWAY, "lastpass-unavailable", "LastPass is not available",
        "LastPass is unreachable, or its reply is invalid";
    ChangeNotApplied, BAD_GATEWAY, "change-not-applied", "Change not applied",
        "LastPass does not show the change after a minute";
    LastPassBusy, SERVICE_UNAVAILABLE, "lastpass-busy", "LastPass limits our requests",
        "LastPass limits our calls; `Retry-After`";
    NotConfigured, SERVICE_UNAVAILABLE, "not-configured", "A setting is missing or malformed",
        "a setting is missing or malformed; named to signed-in callers";
    DatabaseUnavailable, SERVICE_UNAVAILABLE, "database-unavailable", "The database is not available",
        "the database does not answer";
    NotRecorded, SERVICE_UNAVAILABLE, "not-recorded", "Changes cannot be recorded",
        "the database has no tables, and may not get them in a preview";
    RolesUnavailable, SERVICE_UNAVAILABLE, "roles-unavailable", "Your role cannot be determined",
        "the role depends on LastPass's groups, and LastPass does not answer";
    JwksUnavailable, SERVICE_UNAVAILABLE, "jwks-unavailable", "Tokens cannot be verified",
        "the identity provider's keys could not be fetched";
    LastPassTimeout, GATEWAY_TIMEOUT, "lastpass-timeout", "LastPass is too slow",
        "LastPass is too slow";
    OutcomeUnknown, GATEWAY_TIMEOUT, "outcome-unknown", "Outcome unknown",
        "it is not known yet whether the change was made; send it again with the same `Idempotency-Key`";
}
