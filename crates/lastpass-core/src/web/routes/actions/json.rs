//! The audit record as JSON.

use serde::Serialize;

use crate::{
    changes::Operation,
    store::{ChainStatus, RecordedAction},
    web::response::{action::ActionRow, reply::Reply, warning::Warning},
};

/// A page of actions; `recorded` contains one more than the page if there is a next page.
pub(crate) fn page(recorded: &[RecordedAction], limit: usize, chain: Option<&ChainStatus>, etag: String) -> Reply {
    let shown = &recorded[..recorded.len().min(limit)];
    let operations: Vec<_> = shown.iter().map(Operation::from_recorded).collect();
    let actions = shown.iter().zip(&operations);
    let actions = actions.map(|(action, operation)| ActionRow::of(&action.entry, operation.as_ref()));
    let last = shown.last().filter(|_| recorded.len() > limit);
    let next_cursor = last.map(|action| action.entry.action_id.as_str());
    let meta = ActionsMeta { warnings: Vec::new() };
    let chain = chain.map(ChainStatusJson::of);
    Reply::json(etag, &ActionsPage { actions: actions.collect(), next_cursor, chain, meta })
}

/// The page of a database without tables.
pub(crate) fn empty(verify: bool, etag: String) -> Reply {
    let chain = ChainStatus { count: 0, head: None, first_bad: None, first_bad_action: None };
    let page = ActionsPage {
        actions: Vec::new(),
        next_cursor: None,
        chain: verify.then(|| ChainStatusJson::of(&chain)),
        meta: ActionsMeta { warnings: vec![Warning::no_tables()] },
    };
    Reply::json(etag, &page)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ActionsPage<'a> {
    actions: Vec<ActionRow<'a>>,
    next_cursor: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    chain: Option<ChainStatusJson<'a>>,
    meta: ActionsMeta,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ChainStatusJson<'a> {
    ok: bool,
    count: u64,
    head: Option<&'a str>,
    first_bad: Option<i64>,
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

#[derive(Serialize)]
struct ActionsMeta {
    warnings: Vec<Warning>,
}
