//! Folders as JSON: a page of them, or one with all users who can open it.

use std::sync::Arc;

use serde::Serialize;

use crate::{
    formats::folder_row::{FolderUserRow, SharedFolderRow},
    web::{
        request::name_cursor,
        response::{
            json_stream::{JsonObjectWriter, write_value},
            meta::Meta,
            reply::Reply,
        },
        routes::shared_folders::{data::SelectedFolders, query::LIST},
    },
};

/// A page of folders.
pub(crate) fn page(selected: &SelectedFolders, etag: String) -> Reply {
    let page = SharedFoldersPage {
        folders: selected.folders().map(SharedFolderRow::of).collect(),
        next_cursor: selected.next.as_ref().map(|position| name_cursor::encode(LIST, position)),
        meta: &selected.meta,
    };
    Reply::json(etag, &page)
}

/// One folder with all users who can open it, written while it is sent; `None` if no folder is selected.
pub(crate) fn one(selected: Arc<SelectedFolders>, etag: String) -> Option<Reply> {
    let folder = selected.folders().next()?;
    let object = JsonObjectWriter::new().begin_object("folder").members(&SharedFolderRow::of(folder));
    let (rows, users) = (folder.users().len(), Arc::clone(&selected));
    let write_row = move |json: &mut Vec<u8>, row: usize| {
        let user = users.folders().next().and_then(|folder| folder.users().nth(row));
        write_value(json, &user.map(|user| FolderUserRow::of(user, &users.people())));
    };
    let stream = object.list("people", rows, write_row).end_object().members(&FolderMeta { meta: &selected.meta });
    Some(Reply::json_body(etag, stream.into_body()))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SharedFoldersPage<'a> {
    folders: Vec<SharedFolderRow<'a>>,
    next_cursor: Option<String>,
    meta: &'a Meta,
}

#[derive(Serialize)]
struct FolderMeta<'a> {
    meta: &'a Meta,
}
