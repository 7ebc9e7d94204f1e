//! `reporting`: the log, newest events first, in pages that overlap.

use chrono::offset::LocalResult;
use chrono::{DateTime, Duration, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;

use crate::{
    commands::{getuserdata::local_text, replies::refusal},
    company::Company,
    log::{LogEvent, Span, actions},
    php_json::PhpJson,
    request::Request,
    world::World,
};

/// The vendor names no window for a question without dates.
const DEFAULT_WINDOW: Duration = Duration::days(7);

/// Error texts other than that about users are made up: none was recorded.
pub(crate) fn answer(world: &World, request: &Request) -> String {
    match Question::parse(world, request) {
        Ok(question) => reply(world, request, &question),
        Err(message) => refusal(request.dialect, &message),
    }
}

/// Which events are asked for.
struct Question {
    span: Span,
    username: Option<String>,
    search: Option<String>,
    administrators_only: bool,
}

impl Question {
    fn parse(world: &World, request: &Request) -> Result<Self, String> {
        // Other integrations send the user beside `data` and are heard.
        let user = request.text("user").or_else(|| request.user.clone()).unwrap_or_default();
        if user.eq_ignore_ascii_case("api") {
            return Err("Please select a valid user.".to_owned());
        }
        let everyone = user.is_empty() || user.eq_ignore_ascii_case("allusers");
        let sent = |name| request.text(name).filter(|text| !text.is_empty());
        Ok(Self {
            span: span(world, request)?,
            username: (!everyone).then(|| user.to_lowercase()),
            search: sent("search").map(|search| search.to_lowercase()),
            administrators_only: request.flag("admin").unwrap_or(false),
        })
    }

    fn admits(&self, company: &Company, event: &LogEvent) -> bool {
        let is_found = |search: &String| {
            [&event.username, &event.ip, &event.data].into_iter().any(|text| text.to_lowercase().contains(search))
                || written(company, &event.action).to_lowercase().contains(search)
        };
        self.username.as_ref().is_none_or(|username| event.username.to_lowercase() == *username)
            && (!self.administrators_only || actions::is_of_administrators(&event.action))
            && self.search.as_ref().is_none_or(is_found)
    }
}

/// Bounds are compared in whole seconds: `next` names a moment, and all events of its second come again.
fn span(world: &World, request: &Request) -> Result<Span, String> {
    let company = &world.company;
    let date = |name: &str| match request.text(name).filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => match moment(&text, company.time_zone) {
            Some(moment) => Ok(Some(moment)),
            None => Err(format!("Invalid {name} date: {text}")),
        },
    };
    let (from, to) = (date("from")?, date("to")?);
    let first = from.unwrap_or_else(|| to.unwrap_or_else(|| world.now()) - DEFAULT_WINDOW).timestamp();
    let mut last = to.map_or(i64::MAX, |to| to.timestamp() - i64::from(company.log_to_is_exclusive));
    if let Some(next) = request.text("next").filter(|text| !text.is_empty()) {
        let microseconds: i64 = next.parse().map_err(|_| format!("Invalid next: {next}"))?;
        last = last.min(microseconds.div_euclid(1_000_000));
    }
    Ok(Span { first, last })
}

/// A local time of the zone: the first of two, an hour later if there is none.
fn moment(text: &str, zone: Tz) -> Option<DateTime<Utc>> {
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").ok()?;
    let moment = match zone.from_local_datetime(&local) {
        LocalResult::Single(moment) | LocalResult::Ambiguous(moment, _) => moment,
        LocalResult::None => zone.from_local_datetime(&(local + Duration::hours(1))).earliest()?,
    };
    Some(moment.to_utc())
}

/// An action as replies have it.
fn written(company: &Company, action: &str) -> String {
    if company.title_case_actions { actions::title_case(action) } else { action.to_owned() }
}

fn reply(world: &World, request: &Request, question: &Question) -> String {
    let company = &world.company;
    let admits = |event: &LogEvent| question.admits(company, event);
    let found = world.newest_events(question.span, admits, company.log_page_size.saturating_add(1));
    let shown = &found[..found.len().min(company.log_page_size)];
    let next = found.get(company.log_page_size);
    let siem = request.text("format").is_some_and(|format| format.eq_ignore_ascii_case("siem"));
    let mut json = PhpJson::new();
    json.open_map();
    if siem {
        // Described in words alone; that it goes on by `next`, and only then has one, is assumed.
        if next.is_some() {
            write_next(&mut json, company, next);
        }
        json.key("events").open_list();
        for event in shown {
            write_event(&mut json, company, event);
        }
        json.close_list();
    } else {
        json.key("status").text("OK");
        write_next(&mut json, company, next);
        json.key("data").open_map();
        for (event, number) in shown.iter().zip(1_u32..) {
            json.key(&format!("Event{number}"));
            write_event(&mut json, company, event);
        }
        json.close_map();
    }
    json.close_map();
    json.finish()
}

/// Where older events go on: the first of them that did not fit.
///
/// A second with more events than a page holds therefore leads to itself.
fn write_next(json: &mut PhpJson, company: &Company, next: Option<&LogEvent>) {
    json.key("next");
    match next.map(|event| event.at.timestamp_micros()) {
        None => json.null(),
        Some(microseconds) if company.log_next_is_number => json.number(microseconds),
        Some(microseconds) => json.text(&microseconds.to_string()),
    }
}

fn write_event(json: &mut PhpJson, company: &Company, event: &LogEvent) {
    json.open_map();
    json.key("Time").text(&local_text(event.at, company.time_zone));
    json.key("Username").text(&event.username);
    json.key("IP_Address").text(&event.ip);
    json.key("Action").text(&written(company, &event.action));
    json.key("Data").text(&event.data);
    json.close_map();
}
