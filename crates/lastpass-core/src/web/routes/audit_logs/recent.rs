//! What LastPass's log of the last days says of one person: done by them, or to them.

use std::{hash::Hash, num::NonZeroUsize, sync::Arc};

use serde::{Serialize, Serializer};

use crate::{
    audit::EventFilter,
    cache::{
        event_windows::{EventRange, LoadedWindow},
        slot::Freshness,
        upstream::Roster,
    },
    formats::event_row::EventRow,
    request_context::{CacheState, RequestContext},
    web::{
        app::App,
        request::permissions::LogReader,
        response::{problem::Problem, warning::Warning},
        routes::audit_logs::{
            answer::{Answer, Beside},
            own_changes,
            query::{Format, Query, USUAL_PERIOD},
        },
    },
};

/// The most events that are told.
const MOST: NonZeroUsize = NonZeroUsize::new(20).expect("not zero");

/// WindowEvents of one person, newest first.
pub(crate) struct RecentEvents {
    answer: Answer,
    /// Where the log came from.
    pub(crate) cache: CacheState,
}

/// The events of the same period that the log's list has when nothing else is asked for.
///
/// # Errors
/// Where the log could not be read, or holds too much.
pub(crate) async fn recent_events(
    app: &App,
    roster: Arc<Roster>,
    email: &str,
    freshness: Freshness,
    reader: LogReader,
    context: &RequestContext<'_>,
) -> Result<RecentEvents, Problem> {
    let source = app.upstream()?;
    let span = EventRange::Last(USUAL_PERIOD);
    let window = source.events(span, freshness, context).await?;
    let period = match &*window.value {
        LoadedWindow::Events(window) => window.range,
        LoadedWindow::TooLarge { from } => return Err(Problem::WindowTooLarge { from: *from }),
    };
    let own = own_changes(app, context, period).await;
    let cache = window.state;
    let filter = EventFilter { user: Some(email.to_owned()), ..EventFilter::default() };
    let query = Query { span, filter, format: Format::Json, limit: MOST, after: None };
    // What is to be known of the people is said beside the person.
    let warnings = own.warning().into_iter().collect();
    let beside = Beside { people: Some(roster), own, warnings };
    let finding = Answer::find(window, beside, query, source, app.time_zone, reader);
    Ok(RecentEvents { answer: finding.await.ok_or(Problem::Internal)?, cache })
}

impl RecentEvents {
    /// A hash of everything that they are made of.
    pub(crate) fn version(&self) -> impl Hash {
        self.answer.version()
    }

    /// What is to be known of them, the rest of the log aside.
    pub(crate) fn warnings(&self) -> &[Warning] {
        &self.answer.meta.warnings
    }
}

impl Serialize for RecentEvents {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let answer = &self.answer;
        let row = |place: &u32| EventRow::of(*place, &answer.parsed_event(*place), &answer.alerts);
        serializer.collect_seq(answer.shown().iter().map(row))
    }
}
