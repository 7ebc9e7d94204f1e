//! The recorded actions on one user.

use std::hash::Hash;

use serde::{Serialize, Serializer};

use crate::{
    changes::Operation,
    domain::normalize_address,
    request_context::RequestContext,
    store::{self, RecordFilter, RecordedAction},
    web::{app::App, request::permissions::Admin, response::action::ActionRow},
};

/// The most actions that are returned.
const LIMIT: u32 = 20;

/// The actions on a user, newest first.
pub(crate) struct UserActions(Vec<RecordedAction>);

impl UserActions {
    /// Reads the latest actions; `None` without an audit record.
    ///
    /// # Errors
    /// Returns an error if the record could not be read.
    pub(crate) async fn read(
        app: &App,
        email: &str,
        context: &RequestContext<'_>,
        _: Admin,
    ) -> Result<Option<Self>, store::Error> {
        let Ok(store) = app.store() else { return Ok(None) };
        let filter = RecordFilter { email: normalize_address(email).into_owned(), ..RecordFilter::default() };
        match context.time_database(store.actions(&filter, LIMIT)).await {
            Ok(actions) => Ok(Some(Self(actions))),
            // The tables are created by the first change.
            Err(store::Error::NoTables) => Ok(Some(Self(Vec::new()))),
            Err(error) => Err(error),
        }
    }

    /// A value whose hash is determined by the actions.
    pub(crate) fn version(&self) -> impl Hash {
        self.0.iter().map(|action| (action.entry.action_id.as_str(), action.entry.version)).collect::<Vec<_>>()
    }
}

impl Serialize for UserActions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let operations: Vec<_> = self.0.iter().map(Operation::from_recorded).collect();
        let actions = self.0.iter().zip(&operations);
        let rows = actions.map(|(action, operation)| ActionRow::of(&action.entry, operation.as_ref()));
        serializer.collect_seq(rows)
    }
}
