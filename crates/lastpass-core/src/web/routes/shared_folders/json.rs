//! Folders as JSON: a page of them, or one with everybody who can open it.

use std::sync::Arc;

use serde::Serialize;

use crate::{
    formats::folder_row::{FolderPersonRow, SharedFolderRow},
    web::{
        request::name_cursor,
        response::{
            body::Body,
            json_stream::{list_between, write},
            meta::Meta,
            reply::Reply,
        },
        routes::shared_folders::{NAME, answer::Selection},
    },
};

const CONTENT_TYPE: &str = "application/json";

/// A page of folders.
pub(crate) fn list(selection: &Selection, etag: String) -> Reply {
    let document = List {
        folders: selection.folders().map(SharedFolderRow::of).collect(),
        next_cursor: selection.next.as_ref().map(|position| name_cursor::encode(NAME, position)),
        meta: &selection.meta,
    };
    let body = serde_json::to_vec(&document).expect("texts, numbers and flags are JSON");
    Reply::private(CONTENT_TYPE, etag, Body::from(body))
}

/// One folder with everybody who can open it; nothing where there is none.
pub(crate) fn one(selection: Arc<Selection>, etag: String) -> Option<Reply> {
    let (head, rest, users) = {
        let folder = selection.folders().next()?;
        let mut head = b"{\"folder\":".to_vec();
        write(&mut head, &SharedFolderRow::of(folder));
        head.pop();
        head.extend_from_slice(b",\"people\":[");
        let mut rest = b"]},\"meta\":".to_vec();
        write(&mut rest, &selection.meta);
        rest.push(b'}');
        (head, rest, folder.users().len())
    };
    let row = move |json: &mut Vec<u8>, place: usize| {
        let user = selection.folders().next().and_then(|folder| folder.users().nth(place));
        write(json, &user.map(|user| FolderPersonRow::of(user, &selection.people())));
    };
    Some(Reply::private(CONTENT_TYPE, etag, list_between(head, users, row, rest)))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct List<'a> {
    folders: Vec<SharedFolderRow<'a>>,
    next_cursor: Option<String>,
    meta: &'a Meta,
}
