//! Whether the database answers, and whether the audit record is unaltered.

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
            part::{HealthPart, HealthStatus, PartName},
            probes::{DatabaseProbe, probe_database},
            settings::describe,
            sync,
        },
    },
};

/// The longest that the verification of the record may take.
const VERIFY_DEADLINE: Duration = Duration::from_secs(20);

/// The status of the database and of the record. The record is verified for an admin only: that reads all of it.
pub(crate) async fn parts(app: &App, admin: Option<Admin>, context: &RequestContext<'_>) -> [HealthPart; 3] {
    let store = match &app.store {
        Ok(store) => store,
        Err(errors) => {
            let record = HealthPart::off(PartName::Record, "needs a database");
            return [not_configured(errors), record, sync::off("needs a database")];
        }
    };
    let probe = match admin {
        // An admin who repairs the database needs its current status.
        Some(_) => Arc::new(probe_database(store, &context.database_meter).await),
        None => match app.health_probes.database(store, context).await {
            Ok(probe) => probe,
            Err(error) => {
                return [PartName::Database, PartName::Record, PartName::Sync]
                    .map(|name| HealthPart::off(name, causes(&error)));
            }
        },
    };
    match (&*probe, admin) {
        (DatabaseProbe::Failed(error), _) => [
            HealthPart::with_fix(
                PartName::Database,
                HealthStatus::Down,
                causes(error),
                "check that the server of DATABASE_URL or POSTGRES_URL runs and accepts connections from here, and that \
                 its user may read and add to the tables whose names begin with lastpass_ (docs/DEPLOY.md)",
            ),
            HealthPart::off(PartName::Record, "cannot be read while the database does not answer"),
            sync::off("cannot be read while the database does not answer"),
        ],
        (DatabaseProbe::NoTables, _) => [
            HealthPart::ok(
                PartName::Database,
                "answers; our tables do not exist yet: the first change or sync creates them, except in a preview",
            ),
            HealthPart::off(PartName::Record, "nothing is recorded yet"),
            sync::part(&Err(store::Error::NoTables), app.has_scheduler(), context.received_at),
        ],
        (DatabaseProbe::Available { last_sync }, admin) => {
            let record = match admin {
                None => HealthPart::off(PartName::Record, "is verified when an admin requests it"),
                Some(_) => record(context.time_database(timeout(VERIFY_DEADLINE, store.verify())).await),
            };
            [available(), record, sync::part(last_sync, app.has_scheduler(), context.received_at)]
        }
    }
}

fn available() -> HealthPart {
    HealthPart::ok(PartName::Database, "answers, and its record can be read")
}

fn not_configured(errors: &[SettingError]) -> HealthPart {
    let named: Vec<_> = errors.iter().map(describe).collect();
    HealthPart::with_fix(
        PartName::Database,
        HealthStatus::Off,
        format!("no change is made or recorded: {}", named.join("; ")),
        "nothing, if no changes are to be made; otherwise set DATABASE_URL and SIGNING_SECRET (docs/DEPLOY.md)",
    )
}

fn record(chain: Result<Result<store::ChainStatus, store::Error>, Elapsed>) -> HealthPart {
    let chain = match chain {
        Ok(Ok(chain)) => chain,
        Ok(Err(error)) => {
            let fix = "try again in a minute";
            return HealthPart::with_fix(PartName::Record, HealthStatus::Down, causes(&error), fix);
        }
        Err(Elapsed { .. }) => {
            let fix =
                "try again in a minute, or verify it by GET /api/lastpass/actions?verify=true, which may take longer";
            let detail = "could not be verified in time";
            return HealthPart::with_fix(PartName::Record, HealthStatus::Degraded, detail, fix);
        }
    };
    let store::ChainStatus { count, head, first_bad, first_bad_action } = chain;
    let Some(number) = first_bad else {
        let head = head.map(|head| format!(", the last with the HMAC {head}")).unwrap_or_default();
        return HealthPart::ok(PartName::Record, format!("all {count} rows are as written{head}"));
    };
    let action = first_bad_action.map(|id| format!(", which names the action {id},")).unwrap_or_default();
    HealthPart::with_fix(
        PartName::Record,
        HealthStatus::Degraded,
        format!("row {number} of {count}{action} is missing or was altered"),
        "find out who can write to the database, and compare the record with a backup and with the numbers and heads that \
         each change has logged; if SIGNING_SECRET was changed, add the old one behind the new one",
    )
}
