//! Whether the database answers, and whether the record of changes is what was written.

use std::{sync::Arc, time::Duration};

use tokio::time::{error::Elapsed, timeout};

use crate::{
    error_chain::causes,
    request_context::RequestContext,
    settings::SettingError,
    store,
    web::{
        app::App,
        request::permissions::Admin,
        routes::health::{
            look::{Database, look_at},
            part::{Name, Part, Status},
            settings::what_is_wrong,
        },
    },
};

/// How long the record is walked along.
const PROOF_DEADLINE: Duration = Duration::from_secs(20);

/// How the database and its record are. The record is proved to an admin alone: that takes reading all of it.
pub(crate) async fn parts(app: &App, admin: Option<Admin>, context: &RequestContext<'_>) -> [Part; 2] {
    let store = match &app.store {
        Ok(store) => store,
        Err(faults) => return [without(faults), Part::off(Name::Record, "needs a database")],
    };
    let database = match admin {
        // Who mends it wants to see what it is now.
        Some(_) => Arc::new(look_at(store, &context.database_meter).await),
        None => match app.health_probes.database(store, context).await {
            Ok(database) => database,
            // Only a fault of ours: what goes wrong outside is part of the look.
            Err(error) => return [Name::Database, Name::Record].map(|name| Part::off(name, causes(&error))),
        },
    };
    match (&*database, admin) {
        (Database::Fails(error), _) => [
            Part::ill(
                Name::Database,
                Status::Down,
                causes(error),
                "check that the server of DATABASE_URL or POSTGRES_URL runs, takes connections from here and lets its user \
                 in, who may read and add to the tables that begin with lastpass_ (docs/DEPLOY.md)",
            ),
            Part::off(Name::Record, "cannot be read while the database does not answer"),
        ],
        (Database::Empty, _) => [
            Part::ok(
                Name::Database,
                "answers; it has no tables of ours yet: the first change makes them, but for one in a preview",
            ),
            Part::off(Name::Record, "nothing is recorded yet"),
        ],
        (Database::Answers, None) => [answers(), Part::off(Name::Record, "is proved when an admin asks")],
        (Database::Answers, Some(_)) => {
            [answers(), record(context.time_database(timeout(PROOF_DEADLINE, store.verify())).await)]
        }
    }
}

fn answers() -> Part {
    Part::ok(Name::Database, "answers, and its record can be read")
}

fn without(faults: &[SettingError]) -> Part {
    let named: Vec<_> = faults.iter().map(what_is_wrong).collect();
    Part::ill(
        Name::Database,
        Status::Off,
        format!("no change is made or recorded: {}", named.join("; ")),
        "nothing, where none is to be made; else set DATABASE_URL and SIGNING_SECRET (README, Deploy to Vercel)",
    )
}

fn record(chain: Result<Result<store::ChainStatus, store::Error>, Elapsed>) -> Part {
    let chain = match chain {
        Ok(Ok(chain)) => chain,
        Ok(Err(error)) => {
            return Part::ill(Name::Record, Status::Down, causes(&error), "ask again in a minute");
        }
        Err(Elapsed { .. }) => {
            let fix = "ask again in a minute, or have it proved by GET /api/actions?verify=true, which takes longer";
            return Part::ill(Name::Record, Status::Degraded, "could not be walked along in time", fix);
        }
    };
    let store::ChainStatus { count, head, first_bad, first_bad_action } = chain;
    let Some(number) = first_bad else {
        let head = head.map(|head| format!(", the last with the HMAC {head}")).unwrap_or_default();
        return Part::ok(Name::Record, format!("{count} rows are what was written{head}"));
    };
    let action = first_bad_action.map(|id| format!(", which says that it is of action {id},")).unwrap_or_default();
    Part::ill(
        Name::Record,
        Status::Degraded,
        format!("row {number} of {count}{action} is missing, or is not what was written"),
        "find out who can write to the database, and compare the record with a backup and with the numbers and heads that \
         each change has logged; where SIGNING_SECRET was changed, put the old one back behind the new one",
    )
}
