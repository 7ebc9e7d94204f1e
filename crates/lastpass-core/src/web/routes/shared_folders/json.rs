//! Folders as JSON: a page of them, or one with all users who can open it.

use std::sync::Arc;

use serde::Serialize;

use crate::{
    formats::folder_row::{FolderUserRow, SharedFolderRow},
    web::{
        request::name_cursor,
        response::{
            json_stream::{JsonObjectWriter, write_value},
            meta::{Meta, PageMeta},
            reply::Reply,
            unavailable::Unavailable,
        },
        routes::shared_folders::{data::SelectedFolders, query::LIST},
    },
};

/// A page of folders.
pub(crate) fn page(selected: &SelectedFolders, etag: String) -> Reply {
    let mut meta = selected.meta.clone();
    if selected.folders().any(|folder| folder.score().is_none()) {
        meta.unavailable.push(Unavailable::FOLDERS_SCORE);
    }
    if selected.has_sites() && selected.folders().any(|folder| folder.site_count().is_none()) {
        meta.unavailable.push(Unavailable::FOLDERS_SITES);
    }
    let next_cursor = selected.next.as_ref().map(|position| name_cursor::encode(LIST, position));
    let page = SharedFoldersPage {
        folders: selected.folders().map(SharedFolderRow::of).collect(),
        end: PageMeta { total: Some(selected.total), next_cursor, meta },
    };
    Reply::json(etag, &page)
}

/// One folder with all users who can open it, written while it is sent; `None` if no folder is selected.
pub(crate) fn one(selected: Arc<SelectedFolders>, etag: String) -> Option<Reply> {
    let folder = selected.folders().next()?;
    let mut meta = selected.meta.clone();
    if folder.score().is_none() {
        meta.unavailable.push(Unavailable::FOLDER_SCORE);
    }
    if selected.has_sites() && folder.site_count().is_none() {
        meta.unavailable.push(Unavailable::FOLDER_SITES);
    }
    if selected.has_sites() && folder.users().any(|user| user.sites().is_none()) {
        meta.unavailable.push(Unavailable::FOLDER_PEOPLE_SITES);
    }
    let object = JsonObjectWriter::new().begin_object("folder").members(&SharedFolderRow::of(folder));
    let (rows, users) = (folder.users().len(), Arc::clone(&selected));
    let write_row = move |json: &mut Vec<u8>, row: usize| {
        let user = users.folders().next().and_then(|folder| folder.users().nth(row));
        write_value(json, &user.map(|user| FolderUserRow::of(user, &users.people())));
    };
    let stream = object.list("people", rows, write_row).end_object().members(&FolderMeta { meta });
    Some(Reply::json_body(etag, stream.into_body()))
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SharedFolderList))]
pub(crate) struct SharedFoldersPage<'a> {
    /// The folders of this page, by name.
    folders: Vec<SharedFolderRow<'a>>,
    #[serde(flatten)]
    end: PageMeta,
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct FolderMeta {
    meta: Meta,
}
