//! A row for each user of each folder as CSV, written while it is sent.

use crate::{
    formats::{csv, folder_row::FolderUserRow},
    web::{
        response::{body::Body, reply::Reply},
        routes::shared_folders::data::SelectedFolders,
    },
};

/// The number of rows of a chunk.
const CHUNK_ROWS: usize = 200;

/// The selected users of the selected folders as a file.
pub(crate) fn file(selected: SelectedFolders, etag: String) -> Reply {
    let name = format!("lastpass-shared-folders-{}.csv", selected.meta.as_of.format("%Y-%m-%d"));
    // The folder, and the user in it, with which the next chunk starts.
    let (mut next_folder, mut next_user) = (0, 0);
    let rows = std::iter::from_fn(move || {
        let mut chunk = Vec::new();
        while chunk.len() < CHUNK_ROWS
            && let Some(folder) = selected.folders().nth(next_folder)
        {
            let users = folder.users().skip(next_user).take(CHUNK_ROWS).filter(|user| selected.matches(*user));
            chunk.extend(users.map(|user| FolderUserRow::of(user, &selected.people()).csv_cells(&folder)));
            next_user += CHUNK_ROWS;
            if folder.users().len() <= next_user {
                (next_folder, next_user) = (next_folder + 1, 0);
            }
        }
        (!chunk.is_empty()).then(|| csv::lines(chunk))
    });
    let header = std::iter::once(csv::header(FolderUserRow::CSV_COLUMNS));
    Reply::csv(&name, etag, Body::from_chunks(header.chain(rows)))
}
