//! Values of the product: people, groups, shared folders, events and roles. Knows no JSON, no HTTP, no I/O and no
//! clock.
//!
//! [`People`] and [`SharedFolders`] hold a whole organization in compact rows, each made by a builder from what
//! LastPass lists. Everything else is a small value with its own rules.

mod departments;
mod email;
mod event;
mod invisible;
mod names;
mod people;
mod person_action;
mod role;
mod score;
mod search_text;
mod shared_folder;
mod shared_folders;
mod user_change;

pub use departments::DepartmentGroups;
pub use email::{EmailAddress, MalformedEmail};
pub use event::{Event, EventFields, EventId, OwnedEventFields};
pub use invisible::{is_invisible, misplaced_invisible};
pub use names::{NameSortKey, normalize_address, normalize_name, numeric_id, push_normalized};
pub use people::{People, PeopleBuilder, Person, PersonEntry, ReportedFigures};
pub use person_action::PersonAction;
pub use role::Role;
pub use score::{Score, ScoreSource};
pub use search_text::{SearchText, unescaped_plus};
pub use shared_folder::{FolderGrant, FolderRights, SharedFolder, SharedFolderTotals};
pub use shared_folders::{FolderUser, SharedFolderRef, SharedFolders, SharedFoldersBuilder};
pub use user_change::UserChangeKind;
