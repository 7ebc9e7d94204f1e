//! The password health of an organization: people in; figures, lists and groups out. Knows the domain only: no HTTP, no
//! JSON, no clock.

mod account_status;
mod context;
mod departments;
mod distribution;
mod filter;
mod groups;
mod name_page;
mod page;
mod risk;
mod score_sum;
mod security_report;
mod shared_folders;
mod small_departments;
mod sort;
mod sort_cache;
mod stats;
mod warnings;

#[cfg(test)]
mod test_people;

pub use account_status::AccountStatus;
pub use context::ReportContext;
pub use departments::{DepartmentStats, Departments};
pub use distribution::{ScoreRange, ScoreRangeCount};
pub use filter::{MfaFilter, PeopleFilter};
pub use groups::{GroupSummary, group_members, list_groups};
pub use name_page::{NamePage, NamePosition, paginate_by_name};
pub use page::{PeopleListPage, PeoplePosition, SortMismatch, paginate_people};
pub(crate) use risk::is_below_threshold;
pub use risk::{LOW_RISK_ABOVE, Risk, SCORE_THRESHOLD};
pub(crate) use score_sum::ScoreSum;
pub use security_report::{SecurityReport, security_report};
pub use shared_folders::{FolderFilter, FolderPeople, FolderUserFilter, FolderUserIndex};
pub use small_departments::{MIN_DEPARTMENT_SIZE, OTHER_DEPARTMENT, merge_small_departments};
pub use sort::{Sort, SortKey, SortValue};
pub use sort_cache::{SortCache, sort_people};
pub use stats::{ACTIVE_DAYS, STALE_SCORE_DAYS, Stats};
pub use warnings::{ReportWarning, appear_federated};
