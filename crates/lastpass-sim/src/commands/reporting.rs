//! `reporting`: the log, newest events first, in overlapping pages.

use chrono::offset::LocalResult;
use chrono::{DateTime, Duration, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;

use crate::account_state::AccountState;
use crate::company::Company;
use crate::event_log::{LogEvent, TimestampRange, actions};
use crate::php_json::PhpJson;
use crate::replies::failure;
use crate::request::ApiRequest;

/// The vendor does not document the period of a request without dates.
const DEFAULT_PERIOD: Duration = Duration::days(7);

/// The error texts are invented, except the one about users: no others were recorded.
pub(crate) fn execute(account: &AccountState, request: &ApiRequest) -> String {
    match EventQuery::parse(account, request) {
        Ok(query) => reply(account, request, &query),
        Err(message) => failure(request.dialect, &message),
    }
}

/// The requested events.
struct EventQuery {
    range: TimestampRange,
    username: Option<String>,
    search: Option<String>,
    admin_actions_only: bool,
}

impl EventQuery {
    fn parse(account: &AccountState, request: &ApiRequest) -> Result<Self, String> {
        // Other integrations send the user at the top level, which works too.
        let user = request.text("user").or_else(|| request.user.clone()).unwrap_or_default();
        if user.eq_ignore_ascii_case("api") {
            return Err("Please select a valid user.".to_owned());
        }
        let all_users = user.is_empty() || user.eq_ignore_ascii_case("allusers");
        let non_empty = |name| request.text(name).filter(|text| !text.is_empty());
        Ok(Self {
            range: timestamp_range(account, request)?,
            username: (!all_users).then(|| user.to_lowercase()),
            search: non_empty("search").map(|search| search.to_lowercase()),
            admin_actions_only: request.flag("admin").unwrap_or(false),
        })
    }

    fn matches(&self, company: &Company, event: &LogEvent) -> bool {
        let contains = |search: &String| {
            [&event.username, &event.ip, &event.data].into_iter().any(|text| text.to_lowercase().contains(search))
                || format_action(company, &event.action).to_lowercase().contains(search)
        };
        self.username.as_ref().is_none_or(|username| event.username.to_lowercase() == *username)
            && (!self.admin_actions_only || actions::is_admin_action(&event.action))
            && self.search.as_ref().is_none_or(contains)
    }
}

/// Bounds are compared in whole seconds: `next` is a point in time, and all events in its second are repeated.
fn timestamp_range(account: &AccountState, request: &ApiRequest) -> Result<TimestampRange, String> {
    let company = &account.company;
    let date = |name: &str| match request.text(name).filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => match parse_local(&text, company.time_zone) {
            Some(time) => Ok(Some(time)),
            None => Err(format!("Invalid {name} date: {text}")),
        },
    };
    let (from, to) = (date("from")?, date("to")?);
    let first = from.unwrap_or_else(|| to.unwrap_or_else(|| account.now()) - DEFAULT_PERIOD).timestamp();
    let mut last = to.map_or(i64::MAX, |to| to.timestamp() - i64::from(company.log_to_is_exclusive));
    if let Some(next) = request.text("next").filter(|text| !text.is_empty()) {
        let microseconds: i64 = next.parse().map_err(|_| format!("Invalid next: {next}"))?;
        last = last.min(microseconds.div_euclid(1_000_000));
    }
    Ok(TimestampRange { first, last })
}

/// Parses a local time: the earlier one if it is ambiguous, an hour later if it does not exist.
fn parse_local(text: &str, zone: Tz) -> Option<DateTime<Utc>> {
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").ok()?;
    let time = match zone.from_local_datetime(&local) {
        LocalResult::Single(time) | LocalResult::Ambiguous(time, _) => time,
        LocalResult::None => zone.from_local_datetime(&(local + Duration::hours(1))).earliest()?,
    };
    Some(time.to_utc())
}

/// An action in the casing of the company's replies.
fn format_action(company: &Company, action: &str) -> String {
    if company.title_case_actions { actions::title_case(action) } else { action.to_owned() }
}

fn reply(account: &AccountState, request: &ApiRequest, query: &EventQuery) -> String {
    let company = &account.company;
    let matches = |event: &LogEvent| query.matches(company, event);
    let found = account.newest_events(query.range, matches, company.log_page_size.saturating_add(1));
    let listed = &found[..found.len().min(company.log_page_size)];
    let next = found.get(company.log_page_size);
    let siem = request.text("format").is_some_and(|format| format.eq_ignore_ascii_case("siem"));
    let mut json = PhpJson::new();
    json.open_object();
    if siem {
        // The format is documented without an example; that it has `next` only if there are more events is assumed.
        if next.is_some() {
            write_next(&mut json, company, next);
        }
        json.key("events").open_array();
        for event in listed {
            write_event(&mut json, company, event);
        }
        json.close_array();
    } else {
        json.key("status").string("OK");
        write_next(&mut json, company, next);
        json.key("data").open_object();
        for (event, number) in listed.iter().zip(1_u32..) {
            json.key(&format!("Event{number}"));
            write_event(&mut json, company, event);
        }
        json.close_object();
    }
    json.close_object();
    json.finish()
}

/// Writes the cursor: the time of the newest event that did not fit.
///
/// If one second has more events than a page, the cursor therefore leads to the same page again.
fn write_next(json: &mut PhpJson, company: &Company, next: Option<&LogEvent>) {
    json.key("next");
    match next.map(|event| event.at.timestamp_micros()) {
        None => json.null(),
        Some(microseconds) if company.log_next_is_number => json.number(microseconds),
        Some(microseconds) => json.string(&microseconds.to_string()),
    }
}

fn write_event(json: &mut PhpJson, company: &Company, event: &LogEvent) {
    json.open_object();
    json.key("Time").string(&company.format_local(event.at));
    json.key("Username").string(&event.username);
    json.key("IP_Address").string(&event.ip);
    json.key("Action").string(&format_action(company, &event.action));
    json.key("Data").string(&event.data);
    json.close_object();
}
