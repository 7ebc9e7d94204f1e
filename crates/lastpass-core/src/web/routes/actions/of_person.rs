//! What our own record says of one person.

use std::hash::Hash;

use serde::{Serialize, Serializer};

use crate::{
    changes::Operation,
    domain::normalize_name,
    request_context::RequestContext,
    store::{self, RecordEntry, RecordFilter},
    web::{app::App, request::permissions::Admin, routes::actions::Action},
};

/// The most actions that are told.
const MOST: u32 = 20;

/// Actions on one person, newest first.
pub(crate) struct PersonActions(Vec<RecordEntry>);

/// The last actions on somebody; nothing where nothing is recorded here.
///
/// # Errors
/// Where the record could not be read.
pub(crate) async fn of_person(
    app: &App,
    email: &str,
    context: &RequestContext<'_>,
    _: Admin,
) -> Result<Option<PersonActions>, store::Error> {
    let Ok(store) = app.store() else { return Ok(None) };
    let filter = RecordFilter { email: normalize_name(email).into_owned(), ..RecordFilter::default() };
    match context.time_database(store.actions(&filter, MOST)).await {
        Ok(entries) => Ok(Some(PersonActions(entries))),
        // Nothing was ever changed by us.
        Err(store::Error::NoTables) => Ok(Some(PersonActions(Vec::new()))),
        Err(error) => Err(error),
    }
}

impl PersonActions {
    /// A hash of everything that they are made of.
    pub(crate) fn version(&self) -> impl Hash {
        self.0.iter().map(|entry| (entry.action_id.clone(), entry.version)).collect::<Vec<_>>()
    }
}

impl Serialize for PersonActions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let operations: Vec<_> = self.0.iter().map(Operation::from_entry).collect();
        let actions = self.0.iter().zip(&operations).map(|(entry, operation)| Action::of(entry, operation.as_ref()));
        serializer.collect_seq(actions)
    }
}
