//! A row for each person and folder as CSV, streamed folder by folder.

use crate::{
    domain::{FolderUser, SharedFolderRef},
    formats::csv::{byte_order_mark, lines, safe},
    web::{
        response::{body::Body, reply::Reply},
        routes::shared_folders::{answer::Selection, json::PersonShown},
    },
};

const COLUMNS: [&str; 14] = [
    "id",
    "folder",
    "score",
    "deleted",
    "email",
    "name",
    "status",
    "via",
    "groups",
    "readOnly",
    "passwordsVisible",
    "canAdminister",
    "superAdmin",
    "sites",
];

/// About how many rows are made at a time.
const ROWS_A_PIECE: usize = 200;

/// Everybody in the folders whom the query takes; the file's name says what it holds.
pub(crate) fn rows(selection: Selection, etag: String) -> Reply {
    let name = format!("lastpass-shared-folders-{}.csv", selection.meta.as_of.format("%Y-%m-%d"));
    let start = [byte_order_mark(), lines([COLUMNS.map(str::to_owned)])].into_iter();
    // The folder, and the place in it, at which the next piece begins.
    let mut next = (0, 0);
    let rows = std::iter::from_fn(move || {
        let mut piece = Vec::new();
        while piece.len() < ROWS_A_PIECE
            && let Some(folder) = selection.folders().nth(next.0)
        {
            let users = folder.users().skip(next.1).take(ROWS_A_PIECE);
            next = if folder.users().len() <= next.1 + ROWS_A_PIECE {
                (next.0 + 1, 0)
            } else {
                (next.0, next.1 + ROWS_A_PIECE)
            };
            let taken = users.filter(|user| selection.takes(*user));
            piece.extend(taken.map(|user| cells(&folder, user, &selection)));
        }
        (!piece.is_empty()).then(|| lines(piece))
    });
    Reply::private("text/csv; charset=utf-8; header=present", etag, Body::from_chunks(start.chain(rows)))
        .attachment(&name)
}

/// The cells in the order of [`COLUMNS`]; what is unknown is empty.
fn cells(folder: &SharedFolderRef<'_>, user: FolderUser<'_>, selection: &Selection) -> [String; 14] {
    let person = PersonShown::of(user, selection);
    let text = |text: &str| safe(text).into_owned();
    // Where a list separator is a semicolon, each name may become a cell of its own.
    let joined =
        |names: &mut dyn Iterator<Item = &str>| safe(&names.map(safe).collect::<Vec<_>>().join("; ")).into_owned();
    [
        text(folder.id()),
        text(folder.name()),
        folder.score().map(|score| score.value().to_string()).unwrap_or_default(),
        folder.is_deleted().to_string(),
        text(person.email),
        text(person.name.unwrap_or_default()),
        person.status.unwrap_or_default().to_owned(),
        text(person.via),
        joined(&mut user.groups()),
        person.read_only.to_string(),
        person.passwords_visible.to_string(),
        person.can_administer.to_string(),
        person.super_admin.to_string(),
        joined(&mut user.sites().into_iter().flatten()),
    ]
}
