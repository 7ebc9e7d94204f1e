//! The record as JSON.

use serde::Serialize;

use crate::{
    changes::Operation,
    store::{ChainStatus, RecordEntry},
    web::{
        response::{body::Body, reply::Reply, warning::Warning},
        routes::actions::Action,
    },
};

/// A page of the list; `entries` holds one more than the page where there is more.
pub(crate) fn page(entries: &[RecordEntry], limit: usize, chain: Option<&ChainStatus>, etag: String) -> Reply {
    let shown = &entries[..entries.len().min(limit)];
    let operations: Vec<_> = shown.iter().map(Operation::from_entry).collect();
    let actions = shown.iter().zip(&operations).map(|(entry, operation)| Action::of(entry, operation.as_ref()));
    let next_cursor = if entries.len() > limit { shown.last().map(|entry| entry.action_id.as_str()) } else { None };
    let meta = Meta { warnings: Vec::new() };
    let document = Document { actions: actions.collect(), next_cursor, chain: chain.map(ChainShown::of), meta };
    Reply::private("application/json", etag, body(&document))
}

/// The record of a database in which nothing was ever recorded.
pub(crate) fn nothing_recorded(verifies: bool, etag: String) -> Reply {
    let empty = ChainStatus { count: 0, head: None, first_bad: None, first_bad_action: None };
    let warning = Warning::no_tables();
    let document = Document {
        actions: Vec::new(),
        next_cursor: None,
        chain: verifies.then(|| ChainShown::of(&empty)),
        meta: Meta { warnings: vec![warning] },
    };
    Reply::private("application/json", etag, body(&document))
}

fn body(document: &Document<'_>) -> Body {
    Body::from(serde_json::to_vec(document).expect("texts, numbers and flags are JSON"))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    actions: Vec<Action<'a>>,
    next_cursor: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    chain: Option<ChainShown<'a>>,
    meta: Meta,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ChainShown<'a> {
    ok: bool,
    count: u64,
    head: Option<&'a str>,
    first_bad: Option<i64>,
    first_bad_action: Option<&'a str>,
}

impl<'a> ChainShown<'a> {
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
struct Meta {
    warnings: Vec<Warning>,
}
