//! The vocabulary of the product. Knows no HTTP, no JSON and no I/O.

mod departments;
mod email;
mod event;
mod names;
mod people;
mod person_action;
mod role;
mod score;
mod shared_folder;
mod shared_folders;

pub use departments::DepartmentGroups;
pub use email::{EmailAddress, MalformedEmail};
pub use event::{Event, EventFields, EventId, OwnedEventFields};
pub use names::{NameSortKey, is_invisible, normalize_name};
pub use people::{People, PeopleBuilder, Person, PersonEntry, numeric_id};
pub use person_action::PersonAction;
pub use role::Role;
pub use score::{Score, ScoreSource};
pub use shared_folder::{FolderGrant, FolderRights, SharedFolder, SharedFolderTotals};
pub use shared_folders::{FolderUser, SharedFolderRef, SharedFolders, SharedFoldersBuilder};
