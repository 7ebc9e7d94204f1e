//! One person with all that is known of them: folders, recent events, our own actions, an expired master password.

use std::sync::Arc;

use serde::Serialize;

use crate::{
    cache::{
        slot::{self, Freshness},
        upstream::FolderAccess,
    },
    domain::{FolderUser, Person},
    formats::user_row::UserRow,
    lastpass::{Error, ExpiredPasswords},
    report::ReportContext,
    request_context::CacheState,
    store,
    web::{
        app::App,
        endpoint::AuthenticatedRequest,
        request::permissions::Admin,
        response::{
            body::Body,
            meta::Meta,
            problem::Problem,
            reply::{self, Reply},
            warning::Warning,
        },
        routes::{
            actions::{PersonActions, of_person},
            audit_logs::{RecentEvents, recent_events},
            users::query::Who,
        },
    },
};

pub(crate) async fn get(
    app: &App,
    request: &AuthenticatedRequest<'_>,
    canonical: &str,
    who: &Who,
    freshness: Freshness,
    admin: Admin,
) -> Result<Reply, Problem> {
    let AuthenticatedRequest { caller, headers, context, .. } = request;
    let (source, context) = (app.upstream()?, *context);
    let people = source.people(freshness, context).await?;
    let roster = Arc::clone(&people.value);
    let person = who.among(&roster.people).ok_or(Problem::UnknownUser)?;
    let (folders, events, actions, expired) = tokio::join!(
        source.folder_access(freshness, context),
        recent_events(app, Arc::clone(&roster), person.email(), freshness, admin.into(), context),
        of_person(app, person.email(), context, admin),
        source.expired_passwords(freshness, context)
    );

    let mut known = Known { meta: Meta::of_people(&people, source), cache: people.state };
    let folders = known.folders(folders);
    let events = known.events(events);
    let actions = known.actions(actions);
    let expired = known.expired(expired, person);
    context.set_cache_state(known.cache);
    known.meta.stale = known.cache == CacheState::Stale;

    let folders_version = folders.as_ref().map(|folders| folders.folders.version());
    let events_version = events.as_ref().map(RecentEvents::version);
    let actions_version = actions.as_ref().map(PersonActions::version);
    let parts = (folders_version, events_version, actions_version, expired);
    let version = (roster.people.version(), source.settings_version, parts, &known.meta);
    let etag = reply::etag((caller.role(), canonical, version));
    if let Some(reply) = Reply::not_modified(&headers, &etag) {
        return Ok(reply);
    }
    let held = held(folders, person.email().to_owned()).await?;
    let report_context = ReportContext { score_source: source.score_source, departments: &roster.departments };
    let user = User {
        row: UserRow::of(person, &report_context),
        folders: held,
        events,
        actions,
        master_password_expired: expired,
    };
    let body = serde_json::to_vec(&Document { user, meta: &known.meta }).expect("texts, numbers and flags are JSON");
    Ok(Reply::private("application/json", etag, Body::from(body)))
}

/// What is said of the parts that were had, while they are looked at one after the other.
struct Known {
    meta: Meta,
    cache: CacheState,
}

impl Known {
    fn folders(&mut self, folders: Result<slot::CacheRead<FolderAccess>, Error>) -> Option<Arc<FolderAccess>> {
        let without = |error: &Error| {
            Warning::part_unavailable("shared-folders-unavailable", "The shared folders of this user are", error)
        };
        let folders = self.part("shared folders", folders, without)?;
        folders.warnings.iter().map(Warning::of_folders).for_each(|warning| self.warn(warning));
        Some(folders)
    }

    fn expired(
        &mut self,
        expired: Result<slot::CacheRead<ExpiredPasswords>, Error>,
        person: Person<'_>,
    ) -> Option<bool> {
        const WHAT: &str = "Whether the master password has expired is";
        let without =
            |why: &dyn std::fmt::Display| Warning::part_unavailable("expired-passwords-unavailable", WHAT, why);
        let expired = self.part("expired master passwords", expired, |error| without(error))?;
        // Somebody who is only invited has no master password yet.
        let id = person.id().filter(|_| person.is_entry());
        let has_expired = expired.has(id, person.email());
        if has_expired.is_none() {
            self.meta.warnings.push(without(&"LastPass's list may be incomplete"));
        }
        has_expired.filter(|_| person.is_entry())
    }

    fn part<T>(
        &mut self,
        name: &str,
        part: Result<slot::CacheRead<T>, Error>,
        without: impl FnOnce(&Error) -> Warning,
    ) -> Option<Arc<T>> {
        match part {
            Ok(answer) => {
                self.meta.warnings.extend(answer.failure.as_ref().map(|error| Warning::refresh_failed(name, error)));
                self.cache = self.cache.max(answer.state);
                Some(answer.value)
            }
            Err(error) => {
                self.meta.warnings.push(without(&error));
                None
            }
        }
    }

    fn events(&mut self, events: Result<RecentEvents, Problem>) -> Option<RecentEvents> {
        const WHAT: &str = "The recent events of this user are";
        match events {
            Ok(events) => {
                self.meta.warnings.extend_from_slice(events.warnings());
                self.cache = self.cache.max(events.cache);
                Some(events)
            }
            Err(problem) => {
                let why = problem.cause().unwrap_or_else(|| problem.code().to_owned());
                self.meta.warnings.push(Warning::part_unavailable("events-unavailable", WHAT, why));
                None
            }
        }
    }

    fn actions(&mut self, actions: Result<Option<PersonActions>, store::Error>) -> Option<PersonActions> {
        let warning = match actions {
            Ok(Some(actions)) => return Some(actions),
            Ok(None) => Warning::not_recorded(),
            Err(error) => {
                Warning::part_unavailable("record-unavailable", "The recorded actions on this user are", error)
            }
        };
        self.warn(warning);
        None
    }

    /// Adds what another part may have said already.
    fn warn(&mut self, warning: Warning) {
        if !self.meta.warnings.contains(&warning) {
            self.meta.warnings.push(warning);
        }
    }
}

/// The folders that somebody can open, deleted ones left out, away from the threads that serve requests.
async fn held(folders: Option<Arc<FolderAccess>>, email: String) -> Result<Option<Vec<FolderHeld>>, Problem> {
    let Some(folders) = folders else { return Ok(None) };
    let finding = tokio::task::spawn_blocking(move || {
        let folders = &folders.folders;
        let Some(address) = folders.address_id(&email) else { return Vec::new() };
        let live = folders.iter().filter(|folder| !folder.is_deleted());
        let own = live.filter_map(|folder| Some((folder, folder.users().find(|user| user.address_id() == address)?)));
        own.map(|(folder, user)| FolderHeld::of(folder.id(), folder.name(), user)).collect()
    });
    finding.await.map(Some).map_err(|_| Problem::Internal)
}

#[derive(Serialize)]
struct Document<'a> {
    user: User<'a>,
    meta: &'a Meta,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct User<'a> {
    #[serde(flatten)]
    row: UserRow<'a>,
    folders: Option<Vec<FolderHeld>>,
    events: Option<RecentEvents>,
    actions: Option<PersonActions>,
    master_password_expired: Option<bool>,
}

/// A folder that the person can open.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FolderHeld {
    id: String,
    name: String,
    rights: &'static str,
    passwords_visible: bool,
    via: String,
}

impl FolderHeld {
    fn of(id: &str, name: &str, user: FolderUser<'_>) -> Self {
        let rights = user.rights().name();
        let passwords_visible = user.can_view_passwords();
        Self { id: id.to_owned(), name: name.to_owned(), rights, passwords_visible, via: user.via().to_owned() }
    }
}
