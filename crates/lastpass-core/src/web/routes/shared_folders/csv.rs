//! A row for each person and folder as CSV, streamed folder by folder.

use crate::{
    formats::{
        csv::{header, lines},
        folder_row::FolderPersonRow,
    },
    web::{
        response::{body::Body, reply::Reply},
        routes::shared_folders::answer::Selection,
    },
};

/// About how many rows are made at a time.
const ROWS_A_PIECE: usize = 200;

/// Everybody in the folders whom the query takes; the file's name says what it holds.
pub(crate) fn rows(selection: Selection, etag: String) -> Reply {
    let name = format!("lastpass-shared-folders-{}.csv", selection.meta.as_of.format("%Y-%m-%d"));
    let start = std::iter::once(header(FolderPersonRow::CSV_COLUMNS));
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
            piece.extend(taken.map(|user| FolderPersonRow::of(user, &selection.people()).csv_cells(&folder)));
        }
        (!piece.is_empty()).then(|| lines(piece))
    });
    Reply::private("text/csv; charset=utf-8; header=present", etag, Body::from_chunks(start.chain(rows)))
        .attachment(&name)
}
