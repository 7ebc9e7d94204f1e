//! Whether LastPass answers us, and what its log tells of its clock, its zone and its feed.

use chrono::TimeDelta;
use chrono_tz::Tz;

use crate::{
    cache::upstream::UpstreamCache,
    error_chain::causes,
    lastpass::Error,
    request_context::RequestContext,
    web::{
        app::App,
        routes::health::{
            look::Newest,
            part::{Name, Part, Status},
            sight::Sight,
        },
    },
};

/// A log in which for so long nothing happened is worth a question, even over a long weekend.
const QUIET: TimeDelta = TimeDelta::days(3);

/// How LastPass, its clock and its log are.
pub(crate) async fn parts(app: &App, context: &RequestContext<'_>) -> [Part; 3] {
    let Ok(source) = &app.upstream else {
        return [Name::Lastpass, Name::Clock, Name::Events].map(|name| Part::off(name, "needs the settings first"));
    };
    match app.health_probes.log(source, context).await {
        Ok(told) => [answers(source), clock(told.sight, source, app.time_zone), events(told.newest)],
        Err(error) => {
            let unknown = |name| Part::off(name, "cannot be told while LastPass does not answer");
            [fails(&error), unknown(Name::Clock), unknown(Name::Events)]
        }
    }
}

fn answers(source: &UpstreamCache) -> Part {
    Part::ok(
        Name::Lastpass,
        if source.is_demo { "the made-up company answers" } else { "answers, and accepts our credentials" },
    )
}

fn fails(error: &Error) -> Part {
    let (status, fix) = match error {
        Error::Credentials => (
            Status::Down,
            "compare LASTPASS_ACCOUNT_NUMBER and LASTPASS_PROVISIONING_HASH with LastPass's Admin Console under Advanced > \
             Enterprise API; a hash that was reset there replaces the old one at once; then deploy again",
        ),
        Error::Refused => (
            Status::Down,
            "check that the plan includes the Enterprise API, and that a super admin made the provisioning hash in the Admin \
             Console under Advanced > Enterprise API",
        ),
        Error::RateLimited { .. } => (
            Status::Degraded,
            "wait a few minutes; where it happens often, raise CACHE_SECONDS, and look into audit-logs for others who use \
             the same provisioning hash",
        ),
        Error::Timeout | Error::Unreachable(_) | Error::InvalidReply(_) => (
            Status::Down,
            "look at LastPass's status page; where LASTPASS_API_URL is set, compare it with what LastPass names for your \
             account",
        ),
        Error::Internal => (Status::Down, "report it, with the lines that the log has under the request's id"),
    };
    Part::ill(Name::Lastpass, status, causes(error), fix)
}

fn clock(sight: Sight, source: &UpstreamCache, zone: Tz) -> Part {
    let off = |detail: String| {
        let fix = format!(
            "set LASTPASS_TIME_ZONE (now {zone}) to the time zone of the LastPass account, which is that of its oldest \
             admin; where it is that already, the log is late, or the clock of this host is wrong"
        );
        Part::ill(Name::Clock, Status::Degraded, detail, fix)
    };
    match sight {
        Sight::InStep => Part::ok(Name::Clock, "LastPass's log shows our calls when we made them"),
        Sight::Unknown => Part::off(
            Name::Clock,
            "no earlier call of ours is there to be looked for, or it may still come; ask again after a minute",
        ),
        Sight::Ahead { by } => off(format!("LastPass's log is {} ahead of our clock", length(by))),
        Sight::Behind { by } => off(format!("LastPass's log is {} behind our clock", length(by))),
        Sight::Silent { since } => Part::ill(
            Name::Clock,
            Status::Degraded,
            format!("LastPass's log does not show our call of {}", since.format("%Y-%m-%dT%H:%M:%SZ")),
            format!(
                "look in the Admin Console's reporting for API events of {}: if it shows none, the log is late or switched \
                 off; if it shows them at another time, LASTPASS_TIME_ZONE (now {zone}) is wrong",
                source.label
            ),
        ),
    }
}

fn events(newest: Newest) -> Part {
    let nothing = |time| format!("LastPass's log has nothing but our own questions of the last {}", length(time));
    let detail = match newest {
        Newest::Ago(age) => format!("the newest event is {} old", length(age)),
        Newest::NotWithin(time) if time > QUIET => nothing(time),
        Newest::NotWithin(time) => format!("{}, which is as far as one reply of LastPass's reaches", nothing(time)),
    };
    let (Newest::Ago(time) | Newest::NotWithin(time)) = newest;
    if time <= QUIET {
        return Part::ok(Name::Events, detail);
    }
    let fix = "if people were at work, look at the Admin Console's reporting: what is missing there LastPass does not log; \
               what is there and not here, tell its support";
    Part::ill(Name::Events, Status::Degraded, detail, fix)
}

/// A length of time in days, hours and minutes.
fn length(time: TimeDelta) -> String {
    let (days, hours, minutes) = (time.num_days(), time.num_hours() % 24, time.num_minutes() % 60);
    let parts = [(days, "d"), (hours, "h"), (minutes, "min")];
    let told: Vec<_> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count} {unit}")).collect();
    if told.is_empty() { "less than a minute".to_owned() } else { told.join(" ") }
}
