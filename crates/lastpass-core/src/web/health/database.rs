//! Whether the database answers, and whether the record of changes is what was written.

use crate::{settings::Fault, store};

use super::{
    super::{App, permit::Admin, problem::causes, serve::Trace},
    part::{Part, Status},
};

const DATABASE: &str = "database";
const RECORD: &str = "record";

/// How the database and its record are. The record is proved to an admin alone: that takes reading all of it.
pub(super) async fn parts(
    tables: Option<&Result<Tables, store::Error>>,
    app: &App,
    admin: Option<Admin>,
    trace: &Trace,
) -> [Part; 2] {
    let (store, tables) = match (&app.store, tables) {
        (Ok(store), Some(tables)) => (store, tables),
        (Err(faults), _) => return [Part::off(DATABASE, without(faults)), Part::off(RECORD, "needs a database")],
        (Ok(_), None) => return [DATABASE, RECORD].map(|name| Part::off(name, "was not asked")),
    };
    match (tables, admin) {
        (Err(error), _) => [
            Part::ill(
                DATABASE,
                Status::Down,
                causes(error),
                "check that the server of DATABASE_URL or POSTGRES_URL runs, takes connections from here and lets its user \
                 in, who may read and add to the tables that begin with lastpass_ (docs/DEPLOY.md)",
            ),
            Part::off(RECORD, "cannot be read while the database does not answer"),
        ],
        (Ok(Tables::None), _) => [
            Part::ok(DATABASE, "answers; it has no tables yet, which the first change makes, in production"),
            Part::off(RECORD, "nothing is recorded yet"),
        ],
        (Ok(Tables::There), None) => [answers(), Part::off(RECORD, "is proved when an admin asks")],
        (Ok(Tables::There), Some(_)) => [answers(), record(trace.database(store.verify()).await)],
    }
}

/// Whether our tables are there.
#[derive(Debug)]
pub(super) enum Tables {
    There,
    None,
}

fn answers() -> Part {
    Part::ok(DATABASE, "answers, and has its tables")
}

fn without(faults: &[Fault]) -> String {
    let named: Vec<_> = faults.iter().map(|Fault { variable, reason }| format!("{variable} {reason}")).collect();
    format!("no change is made or recorded: {}", named.join("; "))
}

fn record(chain: Result<store::Chain, store::Error>) -> Part {
    let chain = match chain {
        Ok(chain) => chain,
        Err(error) => {
            return Part::ill(RECORD, Status::Down, causes(&error), "ask again in a minute");
        }
    };
    let store::Chain { count, head, first_bad, first_bad_action } = chain;
    let Some(number) = first_bad else {
        let head = head.map(|head| format!(", the last with the HMAC {head}")).unwrap_or_default();
        return Part::ok(RECORD, format!("{count} rows are what was written{head}"));
    };
    let action = first_bad_action.map(|id| format!(", which says that it is of action {id},")).unwrap_or_default();
    Part::ill(
        RECORD,
        Status::Degraded,
        format!("row {number} of {count}{action} is missing, or is not what was written"),
        "find out who can write to the database, and compare the record with a backup and with the numbers and heads that \
         each change has logged; where SIGNING_SECRET was changed, put the old one back behind the new one",
    )
}
