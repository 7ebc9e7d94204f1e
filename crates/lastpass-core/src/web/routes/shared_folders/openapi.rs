//! What the OpenAPI document says about shared folders.

use crate::{
    formats::folder_row::{FolderUserRow, SharedFolderRow},
    web::{
        operation::{
            FileFormat, Operation, Tag,
            object::ObjectSchema,
            parameters::{Parameter, flag, format, fresh, one_of, paging, text},
            problems::LASTPASS,
        },
        response::problem::ProblemCode,
        routes::shared_folders::{
            NAME,
            json::{FolderMeta, SharedFoldersPage},
            query::HOLDERS,
        },
    },
};

/// Its operations.
pub(crate) fn operations() -> Vec<Operation> {
    let read = Operation {
        tag: Tag::Reports,
        summary: "Who can open which shared folder",
        description: include_str!("openapi.md"),
        parameters: parameters(),
        ..Operation::read(NAME, "getSharedFolders")
    };
    let list = ObjectSchema::of::<SharedFoldersPage<'_>>("SharedFolderList").never_null(&["total"]);
    let folder = ObjectSchema::of::<SharedFolderRow<'_>>("SharedFolderDetail")
        .list::<FolderUserRow<'_>>("people", "Everyone who can open the folder.");
    let one = ObjectSchema::new("SharedFolderReply").object("folder", folder).members::<FolderMeta>();
    let file = FileFormat::csv("One line for each user of each folder.");
    vec![
        read.revalidated("A page of folders, or one folder in detail.", list.or(one, "SharedFoldersReply"), vec![file])
            .problems(&[LASTPASS, &[ProblemCode::UnknownFolder]]),
    ]
}

fn parameters() -> Vec<Parameter> {
    let mut parameters = vec![
        text("id", "The folder with this id, in detail, also a deleted one. It takes no filter, `limit` or `cursor`."),
        text("user", "Folders that the user with this address can open."),
        text("group", "Folders that someone can open through this group."),
        one_of("holders", HOLDERS.map(|status| status.name()), "Folders that a user with this status can open."),
        flag("withoutAdministrator", "`true`: folders that no active user can administer."),
        flag("deleted", "`true`: deleted folders, which are left out otherwise."),
    ];
    parameters.extend(paging());
    parameters.push(format(&["csv"], "The format; `csv` has every row and takes no `limit` and no `cursor`."));
    parameters.push(fresh());
    parameters
}
