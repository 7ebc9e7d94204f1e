//! One user in detail: shared folders, recent events, recorded actions, history, and whether the master password has expired.

use std::sync::Arc;

use serde::Serialize;

use crate::{
    cache::{freshness::Freshness, slot::CacheRead, upstream::FolderAccess},
    domain::{FolderUser, People, Person},
    formats::{user_row::UserRow, values::Timestamp},
    lastpass::{Error, ExpiredPasswords, ReadWarning},
    report::{AccountStatus, ReportContext, appear_federated},
    request_context::CacheState,
    store::{self, UserChange},
    web::{
        app::App,
        endpoint::AuthenticatedRequest,
        request::permissions::Admin,
        response::{
            meta::Meta,
            problem::Problem,
            reply::{self, Reply},
            unavailable::Unavailable,
            warning::Warning,
        },
        routes::users::{
            history::{HistoryEntryJson, UserHistory},
            leaver,
            query::UserKey,
            recent_events::RecentEvents,
            recorded_actions::UserActions,
        },
    },
};

/// The user with a key.
///
/// # Errors
/// Returns [`Problem::UnknownUser`] if LastPass lists no such user and none has left, and a problem if the users cannot be read.
pub(crate) async fn get(
    app: &App,
    request: &AuthenticatedRequest<'_>,
    canonical: &str,
    key: &UserKey,
    freshness: Freshness,
    admin: Admin,
) -> Result<Reply, Problem> {
    let AuthenticatedRequest { caller, headers, context, .. } = request;
    let (upstream, context) = (app.upstream()?, *context);
    let people = app.people(freshness, context).await?;
    let listed = key.find(&people.value.people).map(|person| person.index());
    let (roster, index, left_at) = match listed {
        Some(index) => (Arc::clone(&people.value), index, None),
        None => {
            let (roster, left_at) = leaver::find(app, upstream, key, context, admin).await?;
            (Arc::new(roster), 0, Some(left_at))
        }
    };
    let person = roster.people.get(index);
    let report_context = ReportContext { score_source: upstream.score_source, departments: &roster.departments };
    let (folders, events, actions, history, expired) = tokio::join!(
        upstream.folder_access(freshness, context),
        RecentEvents::read(app, Arc::clone(&people.value), person.email(), freshness, context, admin),
        UserActions::read(app, person.email(), context, admin),
        UserHistory::read(app, person, &report_context, context, admin),
        upstream.expired_passwords(freshness, context)
    );

    let mut parts = DetailParts { meta: Meta::of_people(&people, upstream), cache: people.state };
    // That of a leaver is older than the list.
    parts.meta.add_part(roster.people.as_of(), people.state);
    let folders = parts.folders(folders);
    let events = parts.events(events);
    let actions = parts.actions(actions, app.has_database());
    let history = parts.history(history);
    let expired = match left_at {
        None => parts.expired(expired, person, &people.value.people),
        Some(_) => parts.expired_of_leaver(),
    };
    context.set_cache_state(parts.cache);
    let listed = &people.value.people;
    match left_at {
        None => parts.meta.add_unavailable(Unavailable::of_user(listed)),
        Some(_) => parts.meta.add_unavailable(Unavailable::of_leaver(&roster.people, listed)),
    }

    let folders_version = folders.as_ref().map(|folders| folders.folders.version());
    let events_version = events.as_ref().map(RecentEvents::version);
    let actions_version = actions.as_ref().map(UserActions::version);
    let versions = (folders_version, events_version, actions_version, &history, left_at, expired);
    let version = (roster.people.version(), upstream.settings_version, versions, &parts.meta);
    let etag = reply::etag((caller.role(), canonical, version));
    if let Some(reply) = Reply::not_modified(headers, &etag) {
        return Ok(reply);
    }
    let folders = accessible_folders(folders, person.email().to_owned()).await?;
    let row = UserRow::of(person, &report_context);
    let history = history.as_ref().map(|changes| changes.iter().map(HistoryEntryJson::of).collect());
    let left_at = left_at.map(Timestamp);
    let user = UserDetailJson { row, folders, events, actions, history, left_at, master_password_expired: expired };
    Ok(Reply::json(etag, &UserDetailReply { user, meta: &parts.meta }))
}

/// The `meta` of the reply, and the cache state of its oldest part, while its parts are added.
struct DetailParts {
    meta: Meta,
    cache: CacheState,
}

impl DetailParts {
    fn folders(&mut self, folders: Result<CacheRead<FolderAccess>, Error>) -> Option<Arc<FolderAccess>> {
        let unavailable = |error: &Error| {
            Warning::part_unavailable("shared-folders-unavailable", "The shared folders of this user are", error)
        };
        let folders = self.part("shared folders", folders, unavailable)?;
        // The folders of one user are shown without sites.
        let warnings = folders.warnings.iter().filter(|warning| **warning != ReadWarning::SitesUnavailable);
        warnings.map(Warning::of_folders).for_each(|warning| self.warn(warning));
        Some(folders)
    }

    /// Whether the master password has expired; `None` if LastPass's list does not say.
    fn expired(
        &mut self,
        expired: Result<CacheRead<ExpiredPasswords>, Error>,
        person: Person<'_>,
        people: &People,
    ) -> Option<bool> {
        const PART: &str = "Whether the master password has expired is";
        let unavailable =
            |reason: &dyn std::fmt::Display| Warning::part_unavailable("expired-passwords-unavailable", PART, reason);
        let expired = self.part("expired master passwords", expired, |error| unavailable(error))?;
        let has_expired = expired.has(person.id(), person.email());
        if has_expired == Some(true) {
            return Some(true);
        }
        if let Some(entry) = Unavailable::master_password_expired(AccountStatus::of(person)) {
            self.meta.unavailable.push(entry);
            return None;
        }
        if has_expired.is_none() {
            self.warn(unavailable(&"LastPass's list may be incomplete"));
        }
        if appear_federated(people) {
            self.warn(Warning::federated_expiry());
        }
        has_expired
    }

    fn expired_of_leaver(&mut self) -> Option<bool> {
        self.meta.unavailable.push(Unavailable::MASTER_PASSWORD_EXPIRED);
        None
    }

    fn history(&mut self, history: UserHistory) -> Option<Vec<UserChange>> {
        match history {
            UserHistory::Known(changes) => return Some(changes),
            UserHistory::NotStored(reason) => self.meta.unavailable.push(reason),
            UserHistory::Unreadable(warning) => self.warn(warning),
        }
        None
    }

    fn part<T>(
        &mut self,
        name: &str,
        part: Result<CacheRead<T>, Error>,
        unavailable: impl FnOnce(&Error) -> Warning,
    ) -> Option<Arc<T>> {
        let read = self.meta.optional_part(name, part, unavailable)?;
        self.cache = self.cache.max(read.state);
        Some(read.value)
    }

    fn events(&mut self, events: Result<RecentEvents, Problem>) -> Option<RecentEvents> {
        const PART: &str = "The recent events of this user are";
        match events {
            Ok(events) => {
                self.meta.warnings.extend_from_slice(&events.warnings);
                self.meta.add_part(events.read_at, events.cache);
                self.cache = self.cache.max(events.cache);
                Some(events)
            }
            Err(problem) => {
                let reason = problem.cause().unwrap_or_else(|| problem.code().name().to_owned());
                self.meta.warnings.push(Warning::part_unavailable("events-unavailable", PART, reason));
                None
            }
        }
    }

    fn actions(
        &mut self,
        actions: Result<Option<UserActions>, store::Error>,
        has_database: bool,
    ) -> Option<UserActions> {
        let warning = match actions {
            Ok(Some(actions)) => return Some(actions),
            Ok(None) => {
                self.meta.unavailable.push(Unavailable::user_actions(has_database));
                Warning::not_recorded()
            }
            Err(error) => {
                Warning::part_unavailable("record-unavailable", "The recorded actions on this user are", error)
            }
        };
        self.warn(warning);
        None
    }

    /// Adds a warning, unless it was added for another part.
    fn warn(&mut self, warning: Warning) {
        if !self.meta.warnings.contains(&warning) {
            self.meta.warnings.push(warning);
        }
    }
}

/// The folders that a user can open, except deleted ones. Computed on a thread for blocking work.
async fn accessible_folders(
    folders: Option<Arc<FolderAccess>>,
    email: String,
) -> Result<Option<Vec<AccessibleFolder>>, Problem> {
    let Some(folders) = folders else { return Ok(None) };
    let find = move || {
        let folders = &folders.folders;
        let Some(address) = folders.address_id(&email) else { return Vec::new() };
        let live = folders.iter().filter(|folder| !folder.is_deleted());
        let own = live.filter_map(|folder| Some((folder, folder.users().find(|user| user.address_id() == address)?)));
        own.map(|(folder, user)| AccessibleFolder::of(folder.id(), folder.name(), user)).collect()
    };
    tokio::task::spawn_blocking(find).await.map(Some).map_err(|_| Problem::Internal)
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct UserDetailReply<'a> {
    user: UserDetailJson<'a>,
    meta: &'a Meta,
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = UserDetail))]
#[serde(rename_all = "camelCase")]
struct UserDetailJson<'a> {
    #[serde(flatten)]
    row: UserRow<'a>,
    /// The shared folders that the user can open; null if they cannot be read.
    folders: Option<Vec<AccessibleFolder>>,
    /// The last 20 events of seven days, newest first; null if the log cannot be read.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<crate::formats::event_row::EventRow>>))]
    events: Option<RecentEvents>,
    /// Our last 20 actions on the user, newest first; null without a database.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<crate::web::response::action::ActionRow>>))]
    actions: Option<UserActions>,
    /// The last 50 changes that `sync` noticed, newest first; null without a database.
    history: Option<Vec<HistoryEntryJson<'a>>>,
    /// When `sync` noticed that the user had left; null for a user whom LastPass lists. Of a leaver `masterPasswordExpired` is
    /// null, `folders`, `events` and `actions` are those of the address, and all else is as last seen.
    left_at: Option<Timestamp>,
    /// Null if LastPass does not say.
    master_password_expired: Option<bool>,
}

/// A folder that the user can open.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
struct AccessibleFolder {
    /// LastPass's id.
    id: String,
    /// The name.
    name: String,
    /// What the user may do with it.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::domain::FolderRights))]
    rights: &'static str,
    /// Whether the user can see the passwords.
    passwords_visible: bool,
    /// `direct`, or the group that gives access.
    via: String,
}

impl AccessibleFolder {
    fn of(id: &str, name: &str, user: FolderUser<'_>) -> Self {
        let rights = user.rights().name();
        let passwords_visible = user.can_view_passwords();
        Self { id: id.to_owned(), name: name.to_owned(), rights, passwords_visible, via: user.via().to_owned() }
    }
}
