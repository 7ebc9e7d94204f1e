//! The part `changes` of a sync: settles open actions.

use tokio::time::Instant;

use crate::{
    changes::{ChangeContext, ChangeError, ChangeService, Completion, OpenActionSteps},
    jobs::part::{PartOutcome, PartStatus},
    store::{self, Store},
};

/// Settles the open actions that no request is working on, the oldest first. `context` has the deadline of the part.
pub(crate) async fn settle(
    store: &Store,
    service: &ChangeService,
    steps: OpenActionSteps,
    context: &ChangeContext,
    deadline: Instant,
) -> PartOutcome {
    let actions = match store.open_actions(context.now()).await {
        Ok(actions) => actions,
        // Without tables there is no action.
        Err(store::Error::NoTables) => return PartOutcome::new(PartStatus::Done, 0, ""),
        Err(error) => return PartOutcome::failed(0, &error),
    };
    let (mut settled, mut open, mut unreadable) = (0, 0, 0);
    for action in actions {
        if Instant::now() >= deadline {
            return PartOutcome::new(PartStatus::Partial, settled, "out of time: the next run settles the rest");
        }
        match service.settle(&action, steps, context).await {
            Ok(result) if result.completion == Completion::Finished => settled += 1,
            // Its outcome is not known yet, or another request has taken it over.
            Ok(_) | Err(ChangeError::Busy) => open += 1,
            // It must not block the others.
            Err(ChangeError::Database(store::Error::InvalidRow)) => unreadable += 1,
            Err(ChangeError::Database(error)) => return PartOutcome::failed(settled, &error),
            Err(_) => return PartOutcome::new(PartStatus::Failed, settled, "an action could not be resumed"),
        }
    }
    if unreadable > 0 {
        let detail = format!("open actions that cannot be read from the record: {unreadable}");
        return PartOutcome::new(PartStatus::Failed, settled, detail);
    }
    let detail = if open > 0 { format!("still open: {open}").into() } else { "".into() };
    PartOutcome { status: PartStatus::Done, count: settled, detail }
}
