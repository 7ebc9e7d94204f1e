//! Every code of a warning about the data of a reply.

/// Every code, and what it means.
pub(crate) const WARNINGS: [(&str, &str); 25] = [
    ("list-changed", "users were added or removed while LastPass was read"),
    ("incomplete", "LastPass listed fewer users than it counts"),
    ("unreadable-entries", "some entries cannot be read and are left out"),
    ("lastpass-complaint", "LastPass sent a warning with its data"),
    ("no-users", "LastPass lists no users"),
    ("refresh-failed", "a part could not be read again; the earlier data is shown"),
    ("federated-scores", "most active users have no master password score; see `SCORE_SOURCE`"),
    (
        "federated-expiry",
        "most active users appear federated, and LastPass leaves those out of its list of expired master passwords",
    ),
    ("unreadable-times", "a last login or password change cannot be read or lies in the future; it is `null`"),
    ("shared-folders-unavailable", "the shared folders of a user, or their number, are unknown"),
    ("shared-passwords-unavailable", "the number of shared passwords is unknown"),
    ("sites-unavailable", "the sites of shared folders are unknown"),
    ("people-unavailable", "names and statuses are unknown"),
    ("events-unavailable", "the recent events of a user are unknown"),
    ("expired-passwords-unavailable", "it is unknown whether the master password of a user has expired"),
    ("record-unavailable", "the audit record or the history of a user cannot be read"),
    ("snapshot", "the reply is from the last sync, since LastPass does not answer"),
    ("trend-unavailable", "the figures of earlier days cannot be read"),
    ("not-recorded", "there is no database, no `SIGNING_SECRET` or no tables: nothing is recorded"),
    ("repeated-hour", "identical events of the hour that occurs twice may be counted once"),
    ("events-missing", "LastPass did not repeat events that it had returned before"),
    ("unknown-actions", "the log has actions that are not known"),
    ("alerts-truncated", "not all alerts are listed"),
    ("no-such-user", "`user` matches no event of the period, whatever the other parameters"),
    ("no-such-target", "`target` matches no event of the period, whatever the other parameters"),
];
