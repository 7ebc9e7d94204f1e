//! Whether LastPass answers, and what its event log says about its clock, time zone and newest event.

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
            clock_skew::ClockSkew,
            part::{HealthPart, HealthStatus, PartName},
            probes::NewestEvent,
        },
    },
};

/// A log without an event for this long is suspicious, even after a long weekend.
const QUIET: TimeDelta = TimeDelta::days(3);

/// The status of LastPass, of its clock and of its log.
pub(crate) async fn parts(app: &App, context: &RequestContext<'_>) -> [HealthPart; 3] {
    let Ok(upstream) = &app.upstream else {
        let off = |name| HealthPart::off(name, "needs the settings first");
        return [PartName::Lastpass, PartName::Clock, PartName::Events].map(off);
    };
    match app.health_probes.log(upstream, context).await {
        Ok(probe) => [available(upstream), clock(probe.skew, upstream, app.time_zone), events(probe.newest)],
        Err(error) => {
            let unknown = |name| HealthPart::off(name, "unknown while LastPass does not answer");
            [unavailable(&error), unknown(PartName::Clock), unknown(PartName::Events)]
        }
    }
}

fn available(upstream: &UpstreamCache) -> HealthPart {
    let detail = if upstream.is_demo { "the demo company answers" } else { "answers, and accepts our credentials" };
    HealthPart::ok(PartName::Lastpass, detail)
}

fn unavailable(error: &Error) -> HealthPart {
    let (status, fix) = match error {
        Error::Credentials => (
            HealthStatus::Down,
            "compare LASTPASS_ACCOUNT_NUMBER and LASTPASS_PROVISIONING_HASH with LastPass's Admin Console under Advanced > \
             Enterprise API; a hash that was reset there replaces the old one at once; then deploy again",
        ),
        Error::Refused => (
            HealthStatus::Down,
            "check that the plan includes the Enterprise API, and that a super admin created the provisioning hash in the \
             Admin Console under Advanced > Enterprise API",
        ),
        Error::RateLimited { .. } => (
            HealthStatus::Degraded,
            "wait a few minutes; if it happens often, raise CACHE_SECONDS, and check in audit-logs whether others use the \
             same provisioning hash",
        ),
        Error::Timeout | Error::Unreachable(_) | Error::InvalidReply(_) => (
            HealthStatus::Down,
            "check LastPass's status page; if LASTPASS_API_URL is set, compare it with the address that LastPass names \
             for your account",
        ),
        Error::Internal => (HealthStatus::Down, "report it, with the lines that the log has under the request's id"),
    };
    HealthPart::with_fix(PartName::Lastpass, status, causes(error), fix)
}

fn clock(skew: ClockSkew, upstream: &UpstreamCache, zone: Tz) -> HealthPart {
    let skewed = |detail: String| {
        let fix = format!(
            "set LASTPASS_TIME_ZONE (now {zone}) to the time zone of the LastPass account, which is that of its oldest \
             admin; if it is already, the log is late, or the clock of this host is wrong"
        );
        HealthPart::with_fix(PartName::Clock, HealthStatus::Degraded, detail, fix)
    };
    match skew {
        ClockSkew::None => HealthPart::ok(PartName::Clock, "our calls appear in LastPass's log when they were made"),
        ClockSkew::Unknown => HealthPart::off(
            PartName::Clock,
            "unknown: no earlier call of ours is old enough to be looked for in LastPass's log; try again in a minute",
        ),
        ClockSkew::Ahead { by } => skewed(format!("LastPass's log is {} ahead of our clock", length(by))),
        ClockSkew::Behind { by } => skewed(format!("LastPass's log is {} behind our clock", length(by))),
        ClockSkew::MissingCall { at } => HealthPart::with_fix(
            PartName::Clock,
            HealthStatus::Degraded,
            format!("our call of {} does not appear in LastPass's log", at.format("%Y-%m-%dT%H:%M:%SZ")),
            format!(
                "search the Admin Console's reporting for API events of {}: if there are none, the log is late or switched \
                 off; if they are there at another time, LASTPASS_TIME_ZONE (now {zone}) is wrong",
                upstream.label
            ),
        ),
    }
}

fn events(newest: NewestEvent) -> HealthPart {
    let only_own = |time| format!("LastPass's log holds only our own reads for the last {}", length(time));
    let detail = match newest {
        NewestEvent::Age(age) => format!("the newest event is {} old", length(age)),
        NewestEvent::NoneWithin(time) if time > QUIET => only_own(time),
        NewestEvent::NoneWithin(time) => {
            format!("{}, which is as far back as one reply of LastPass reaches", only_own(time))
        }
    };
    let (NewestEvent::Age(time) | NewestEvent::NoneWithin(time)) = newest;
    if time <= QUIET {
        return HealthPart::ok(PartName::Events, detail);
    }
    let fix = "if people were working, compare with the Admin Console's reporting: events missing there are not logged by \
               LastPass; report events that are there and not here to its support";
    HealthPart::with_fix(PartName::Events, HealthStatus::Degraded, detail, fix)
}

/// A length of time in days, hours and minutes.
fn length(time: TimeDelta) -> String {
    let (days, hours, minutes) = (time.num_days(), time.num_hours() % 24, time.num_minutes() % 60);
    let parts = [(days, "d"), (hours, "h"), (minutes, "min")];
    let shown: Vec<_> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count} {unit}")).collect();
    if shown.is_empty() { "less than a minute".to_owned() } else { shown.join(" ") }
}
