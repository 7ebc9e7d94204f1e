//! The vocabulary of the product. Knows no HTTP, no JSON and no I/O.

mod departments;
mod email;
mod event;
mod folders;
mod names;
mod people;
mod person_action;
mod role;
mod score;
mod shared_folders;

pub use departments::DepartmentGroups;
pub use email::{EmailAddress, MalformedEmail};
pub use event::{Event, EventFields, EventId, EventText};
pub use folders::{FolderRights, Holder, SharedFolder, SharedFolderFigures};
pub use names::{NameKey, fold, is_invisible};
pub use people::{Entry, People, PeopleBuilder, Person, canonical_number};
pub use person_action::PersonAction;
pub use role::Role;
pub use score::{Score, ScoreSource};
pub use shared_folders::{Folder, FolderUser, SharedFolders, SharedFoldersBuilder};
