//! `POST` on provision-user, users and groups: from a body to a change, and from what became of it to a reply.

use aws_lc_rs::digest;
use http::HeaderMap;
use serde::Serialize;

use crate::{
    changes::{Change, ChangeRequest, IdempotencyKey},
    domain::{EmailAddress, is_invisible},
    settings::ChangeMode,
    web::{
        app::{App, Changes},
        endpoint::AuthenticatedRequest,
        request::json_body::Members,
        response::{
            problem::{FieldError, Problem},
            reply::Reply,
        },
    },
};

/// The longest Idempotency-Key, in characters.
const LONGEST_KEY: usize = 255;
/// The longest name of somebody or something, in characters.
const LONGEST_NAME: usize = 100;
/// The most groups that one request may name.
const MOST_GROUPS: usize = 50;

/// A body that was understood: what is asked for, and whether only to tell.
pub(crate) struct Understood<B> {
    pub(crate) change: Change,
    /// The body in one spelling, by which a repeat is told from another request.
    pub(crate) body: B,
    pub(crate) is_dry_run: bool,
}

/// Carries a change out, or tells what it would do, and gives the reply.
pub(crate) async fn answer<B: Serialize>(
    app: &App,
    request: AuthenticatedRequest<'_>,
    understand: impl FnOnce(&Changes, Members) -> Result<Understood<B>, Problem>,
) -> Result<Reply, Problem> {
    let AuthenticatedRequest { route, caller, parameters, headers, body, context, takes_body: _ } = request;
    parameters.finish()?;
    let service = app.changes()?;
    if service.mode == ChangeMode::Off {
        return Err(Problem::ChangesOff);
    }
    let key = idempotency_key(headers)?;
    let Understood { change, body, is_dry_run } = understand(service, Members::parse(&body)?)?;
    let request = ChangeRequest {
        change,
        actor: caller.actor(),
        role: caller.role(),
        key: key.map(|key| IdempotencyKey::new(&caller.identity(), route.name, &key)),
        body_fingerprint: fingerprint(&body),
        is_dry_run: is_dry_run || service.mode == ChangeMode::DryRun,
    };
    if !request.is_dry_run {
        app.store()?;
    }
    let done = service.service.perform(request, context).await.map_err(Problem::Change)?;
    crate::web::response::change::reply(done)
}

/// What tells a body from another: a digest, since only that is asked, and bodies are personal.
fn fingerprint(body: &impl Serialize) -> String {
    let text = serde_json::to_vec(body).expect("texts and flags are JSON");
    hex::encode(digest::digest(&digest::SHA256, &text))
}

/// The caller's Idempotency-Key.
fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut values = headers.get_all("idempotency-key").iter();
    let refused = || {
        let message = format!("must be given once, with 1 to {LONGEST_KEY} printable ASCII characters");
        Problem::InvalidBody(vec![FieldError { field: "Idempotency-Key".to_owned(), message: message.into() }])
    };
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => {
            let is_plain = |key: &&str| (1..=LONGEST_KEY).contains(&key.len()) && !key.contains(char::is_control);
            let key = value.to_str().ok().map(str::trim).filter(is_plain);
            key.map(|key| Some(key.to_owned())).ok_or_else(refused)
        }
        (Some(_), Some(_)) => Err(refused()),
    }
}

/// What is wrong with members that are there and of the right kind.
#[derive(Default)]
pub(crate) struct Findings(Vec<FieldError>);

impl Findings {
    /// The address; nothing where it is none.
    pub(crate) fn email(&mut self, field: &'static str, text: &str) -> Option<EmailAddress> {
        let email = text.parse();
        email.map_err(|error| self.add(field, format!("{error}"))).ok()
    }

    /// A name that can be shown in one line.
    pub(crate) fn name(&mut self, field: &'static str, text: &str) {
        if text.chars().count() > LONGEST_NAME || text.chars().any(is_invisible) {
            self.add(field, format!("must be one line of up to {LONGEST_NAME} characters"));
        }
    }

    /// Names of groups.
    pub(crate) fn groups(&mut self, field: &'static str, groups: &[String]) {
        if groups.len() > MOST_GROUPS {
            self.add(field, format!("must name no more than {MOST_GROUPS} groups"));
        }
        if groups.iter().any(|group| group.chars().count() > LONGEST_NAME || group.chars().any(is_invisible)) {
            self.add(field, format!("must hold names of one line and up to {LONGEST_NAME} characters"));
        }
    }

    pub(crate) fn add(&mut self, field: &'static str, message: String) {
        self.0.push(FieldError { field: field.to_owned(), message: message.into() });
    }

    /// What was built, unless something is wrong.
    pub(crate) fn finish<T>(self, built: Option<T>) -> Result<T, Problem> {
        match built {
            Some(built) if self.0.is_empty() => Ok(built),
            _ => Err(Problem::InvalidFields(self.0)),
        }
    }
}
