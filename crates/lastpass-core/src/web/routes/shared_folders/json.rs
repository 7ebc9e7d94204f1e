//! Folders as JSON: a page of them, or one with everybody who can open it.

use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::{
    domain::{FolderUser, SharedFolderRef},
    formats::user_row::Figure,
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
        folders: selection.folders().map(FolderShown::of).collect(),
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
        write(&mut head, &FolderShown::of(folder));
        head.pop();
        head.extend_from_slice(b",\"people\":[");
        let mut rest = b"]},\"meta\":".to_vec();
        write(&mut rest, &selection.meta);
        rest.push(b'}');
        (head, rest, folder.users().len())
    };
    let row = move |json: &mut Vec<u8>, place: usize| {
        let user = selection.folders().next().and_then(|folder| folder.users().nth(place));
        write(json, &user.map(|user| PersonShown::of(user, &selection)));
    };
    Some(Reply::private(CONTENT_TYPE, etag, list_between(head, users, row, rest)))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct List<'a> {
    folders: Vec<FolderShown<'a>>,
    next_cursor: Option<String>,
    meta: &'a Meta,
}

/// A folder in the list.
#[derive(Serialize)]
struct FolderShown<'a> {
    id: &'a str,
    name: &'a str,
    score: Option<Figure>,
    deleted: bool,
    users: usize,
    administrators: usize,
    sites: Option<u32>,
}

impl<'a> FolderShown<'a> {
    fn of(folder: SharedFolderRef<'a>) -> Self {
        Self {
            id: folder.id(),
            name: folder.name(),
            score: folder.score().map(Figure::of),
            deleted: folder.is_deleted(),
            users: folder.users().len(),
            administrators: folder.users().filter(FolderUser::can_administer).count(),
            sites: folder.site_count(),
        }
    }
}

/// Somebody who can open a folder.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PersonShown<'a> {
    pub(crate) email: &'a str,
    pub(crate) name: Option<&'a str>,
    pub(crate) status: Option<&'static str>,
    /// `direct`, else the first of the groups.
    pub(crate) via: &'a str,
    #[serde(serialize_with = "names")]
    pub(crate) groups: FolderUser<'a>,
    pub(crate) read_only: bool,
    pub(crate) passwords_visible: bool,
    pub(crate) can_administer: bool,
    pub(crate) super_admin: bool,
    #[serde(serialize_with = "sites")]
    pub(crate) sites: FolderUser<'a>,
}

impl<'a> PersonShown<'a> {
    pub(crate) fn of(user: FolderUser<'a>, selection: &'a Selection) -> Self {
        let person = selection.person(user);
        Self {
            email: person.map_or(user.email(), |person| person.email()),
            name: person.and_then(|person| person.name()),
            status: selection.status(user).map(|status| status.name()),
            via: via(user),
            groups: user,
            read_only: user.is_read_only(),
            passwords_visible: user.can_view_passwords(),
            can_administer: user.can_administer(),
            super_admin: user.is_super_admin(),
            sites: user,
        }
    }
}

/// How somebody can open a folder, in one word.
pub(crate) fn via(user: FolderUser<'_>) -> &str {
    let group = if user.is_direct() { None } else { user.groups().next() };
    group.unwrap_or("direct")
}

fn names<S: Serializer>(user: &FolderUser<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(user.groups())
}

fn sites<S: Serializer>(user: &FolderUser<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    match user.sites() {
        Some(sites) => serializer.collect_seq(sites),
        None => serializer.serialize_none(),
    }
}
