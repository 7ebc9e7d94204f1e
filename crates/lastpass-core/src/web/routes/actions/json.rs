//! The audit record as JSON.

use serde::Serialize;

use crate::{
    changes::Operation,
    store::{ChainStatus, RecordedAction},
    web::response::{action::ActionRow, meta::Meta, reply::Reply, warning::Warning},
};

/// A page of actions; `recorded` contains one more than the page if there is a next page. `total` is the number of all.
pub(crate) fn page(
    recorded: &[RecordedAction],
    limit: usize,
    total: u64,
    chain: Option<&ChainStatus>,
    meta: Meta,
    etag: String,
) -> Reply {
    let page = &recorded[..recorded.len().min(limit)];
    let operations: Vec<_> = page.iter().map(Operation::from_recorded).collect();
    let actions = page.iter().zip(&operations);
    let actions = actions.map(|(action, operation)| ActionRow::of(&action.entry, operation.as_ref()));
    let last = page.last().filter(|_| recorded.len() > limit);
    let next_cursor = last.map(|action| action.entry.action_id.as_str());
    let chain = chain.map(ChainStatusJson::of);
    Reply::json(etag, &ActionsPage { actions: actions.collect(), total, next_cursor, chain, meta })
}

/// The page of a database without tables.
pub(crate) fn empty(verify: bool, mut meta: Meta, etag: String) -> Reply {
    meta.warnings.push(Warning::no_tables());
    let chain = ChainStatus { count: 0, head: None, first_bad: None, first_bad_action: None };
    let page = ActionsPage {
        actions: Vec::new(),
        total: 0,
        next_cursor: None,
        chain: verify.then(|| ChainStatusJson::of(&chain)),
        meta,
    };
    Reply::json(etag, &page)
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ActionList))]
#[serde(rename_all = "camelCase")]
pub(crate) struct ActionsPage<'a> {
    /// The actions of this page, newest first.
    actions: Vec<ActionRow<'a>>,
    /// The number of actions that match the filter.
    total: u64,
    /// The `cursor` of the next page; null on the last one.
    next_cursor: Option<&'a str>,
    /// Only with `verify=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    chain: Option<ChainStatusJson<'a>>,
    meta: Meta,
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ChainStatus))]
#[serde(rename_all = "camelCase")]
struct ChainStatusJson<'a> {
    /// Whether every entry is as it was written.
    ok: bool,
    /// How many entries there are.
    count: u64,
    /// The HMAC of the last entry, which the log line `record` also has; null for an empty record.
    head: Option<&'a str>,
    /// The number of the first entry that was changed or follows a removed one.
    first_bad: Option<i64>,
    /// The action of that entry.
    first_bad_action: Option<&'a str>,
}

impl<'a> ChainStatusJson<'a> {
    fn of(chain: &'a ChainStatus) -> Self {
        let ChainStatus { count, head, first_bad, first_bad_action } = chain;
        Self {
            ok: chain.is_whole(),
            count: *count,
            head: head.as_deref(),
            first_bad: *first_bad,
            first_bad_action: first_bad_action.as_deref(),
        }
    }
}
