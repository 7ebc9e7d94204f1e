//! Reads shared folders, by `getdetailedsfdata`, else by `getsfdata`; in the guide's dialect by `getsharedfolderdata`.

mod decode;

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use crate::{
    domain::{FolderGrant, SharedFolder, normalize_address},
    lastpass::{
        call_context::CallContext,
        client::{Client, MAX_PAGES},
        dialect::Dialect,
        error::{Error, InvalidReply},
        folders::decode::{CountedFolder, FolderPage, FromWireFolder, decode},
        read_command::{PageRequest, ReadCommand},
        read_warning::ReadWarning,
        reply_status::ReadStatus,
        transport::TransportError,
    },
};

/// Folders per call: LastPass limits callers that request all of them at once (elastic/integrations 9988).
const FOLDERS_PER_PAGE: usize = 100;
/// What a reading with sites leaves of its time for one without them.
const TIME_WITHOUT_SITES: Duration = Duration::from_secs(10);
/// The longest that a reading with sites waits for LastPass's rate limit, in a change too: one without them is seldom limited
/// (elastic/integrations 9988).
const RATE_LIMIT_WAIT_WITH_SITES: Duration = Duration::from_secs(3);

/// The number of shared folders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FolderCount {
    /// All folders that LastPass lists.
    pub listed: u64,
    /// Those that are not deleted.
    pub live: u64,
}

/// The number of sites in shared folders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SiteCount {
    /// All folders that were read.
    pub folders: u64,
    /// Those that are deleted, or whose sites LastPass lists.
    pub with_sites: u64,
    /// Distinct pairs of folder and site, in folders that are not deleted.
    pub sites: u64,
}

/// What marks the end of a list of shared folders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum StopRule {
    /// A page that is not full, as in integrations (elastic/integrations): saves a call.
    ShortPage,
    /// A page without new folders: also correct if LastPass returns fewer per page than requested.
    NoNewFolders,
}

impl Client {
    /// Counts the shared folders.
    ///
    /// # Errors
    /// Returns an error if they could not be fetched.
    pub async fn count_shared_folders(&self, context: &CallContext) -> Result<FolderCount, Error> {
        let FolderPage { folders, .. } =
            self.folder_page::<CountedFolder>(ReadCommand::SharedFolders, true, context).await?;
        let live = folders.values().flatten().filter(|folder| !folder.is_deleted).count();
        Ok(FolderCount { listed: folders.len() as u64, live: live as u64 })
    }

    /// Counts the sites in shared folders.
    ///
    /// # Errors
    /// Returns an error if a page could not be fetched, or no folder can be read.
    pub async fn count_shared_sites(&self, context: &CallContext) -> Result<SiteCount, Error> {
        let mut folders = Vec::new();
        self.folder_pages(StopRule::ShortPage, context, |folder: CountedFolder| folders.push(folder)).await?.check()?;
        let live = folders.iter().filter(|folder| !folder.is_deleted);
        let without_sites = live.clone().filter(|folder| folder.sites.is_none()).count();
        let sites = live.filter_map(|folder| folder.sites).sum();
        Ok(SiteCount { folders: folders.len() as u64, with_sites: (folders.len() - without_sites) as u64, sites })
    }

    /// Reads all shared folders, deleted ones included, with everyone who can open them, and passes each to `add`. Returns
    /// what was collected, and why the list may be incomplete.
    ///
    /// A reply with sites may lack folders, users and rights. It is therefore completed by the list without sites, which is
    /// all that is known if LastPass does not return the sites.
    ///
    /// # Errors
    /// Returns an error if the list could not be fetched in either way, or there are too many pages.
    pub async fn shared_folders<C: Default>(
        &self,
        context: &CallContext,
        mut add: impl FnMut(&mut C, SharedFolder),
    ) -> Result<(C, Vec<ReadWarning>), Error> {
        let mut without_sites = FolderList::default();
        let list = self.folder_page(ReadCommand::SharedFolders, true, context).await;
        let list = list.map(|page| without_sites.pages.add(page, |folder| without_sites.folders.push(folder)));
        if self.account.dialect == Dialect::Guide {
            // The guide names one command for shared folders, without sites.
            list?;
            return without_sites.collect(add);
        }
        if let Err(Error::Credentials) = list {
            return Err(Error::Credentials);
        }
        let listed: HashMap<_, _> = without_sites.folders.iter().map(|folder| (folder.id.as_str(), folder)).collect();
        let (mut collected, mut lacks_sites) = (C::default(), false);
        let with_sites = self
            .folder_pages(StopRule::NoNewFolders, &context_with_sites(context), |mut folder: SharedFolder| {
                if let Some(listed) = listed.get(folder.id.as_str()) {
                    lacks_sites |= complete(&mut folder, listed);
                }
                add(&mut collected, folder);
            })
            .await;
        match (with_sites, list) {
            (Ok(mut pages), Ok(_)) => {
                let FolderList { pages: list, folders } = without_sites;
                for folder in folders.into_iter().filter(|folder| !pages.taken.contains(&folder.id)) {
                    lacks_sites |= !folder.is_deleted;
                    add(&mut collected, folder);
                }
                pages.complete_by(list);
                let sites = lacks_sites.then_some(ReadWarning::SitesUnavailable);
                Ok((collected, pages.check()?.warnings().into_iter().chain(sites).collect()))
            }
            (Ok(mut pages), Err(error)) => {
                tracing::warn!(cause = error.to_string(), "the list of shared folders could not be compared");
                pages.has_warning = true;
                Ok((collected, pages.check()?.warnings()))
            }
            (Err(Error::Credentials), _) => Err(Error::Credentials),
            (Err(error), Ok(_)) => {
                tracing::warn!(cause = error.to_string(), "the sites of shared folders could not be read");
                let (collected, mut warnings) = without_sites.collect(add)?;
                warnings.push(ReadWarning::SitesUnavailable);
                Ok((collected, warnings))
            }
            (Err(with_sites), Err(without_sites)) => Err(more_useful(with_sites, without_sites)),
        }
    }

    /// Passes each folder of all pages to `take` once.
    async fn folder_pages<T: FromWireFolder>(
        &self,
        stop_rule: StopRule,
        context: &CallContext,
        mut take: impl FnMut(T),
    ) -> Result<FolderPages, Error> {
        let mut pages = FolderPages::default();
        for index in 0..MAX_PAGES {
            let command = ReadCommand::SharedFolderSites(PageRequest { index, size: FOLDERS_PER_PAGE });
            let page = self.folder_page::<T>(command, index == 0, context).await?;
            let is_short = stop_rule == StopRule::ShortPage && page.folders.len() < FOLDERS_PER_PAGE;
            let is_last = is_short || page.is_past_end;
            let has_new = pages.add(page, &mut take);
            if is_last || !has_new {
                return Ok(pages);
            }
        }
        Err(Error::Unreachable(TransportError::ReplyTooLong))
    }

    async fn folder_page<T: FromWireFolder>(
        &self,
        command: ReadCommand<'_>,
        is_first: bool,
        context: &CallContext,
    ) -> Result<FolderPage<T>, Error> {
        let dialect = self.account.dialect;
        self.read(command, context, move |json| decode(json, dialect, is_first)).await
    }
}

/// The list of all folders without their sites.
#[derive(Default)]
struct FolderList {
    pages: FolderPages,
    folders: Vec<SharedFolder>,
}

impl FolderList {
    /// Passes each folder to `add`.
    fn collect<C: Default>(self, mut add: impl FnMut(&mut C, SharedFolder)) -> Result<(C, Vec<ReadWarning>), Error> {
        let mut collected = C::default();
        self.folders.into_iter().for_each(|folder| add(&mut collected, folder));
        Ok((collected, self.pages.check()?.warnings()))
    }
}

/// Adds the grants that only the list without sites has: of users whom the reply with sites lacks, and with rights that it
/// does not give. The most that any grant of a user gives is what the user has. Returns whether a user lacks sites;
/// super admins, who can open every folder, are expected to.
fn complete(folder: &mut SharedFolder, listed: &SharedFolder) -> bool {
    let mut known: HashMap<_, Vec<_>> = HashMap::new();
    for grant in &folder.grants {
        known.entry(normalize_address(&grant.email)).or_default().push(grant);
    }
    let (mut missing, mut lacks_sites) = (Vec::new(), false);
    for grant in &listed.grants {
        let of_user = known.get(&normalize_address(&grant.email)).map(Vec::as_slice).unwrap_or_default();
        lacks_sites |= of_user.is_empty() && !grant.is_super_admin && !folder.is_deleted;
        if !of_user.iter().any(|known| gives_the_same(known, grant)) {
            missing.push(grant.clone());
        }
    }
    folder.grants.extend(missing);
    lacks_sites
}

/// Whether two grants of one user give the same rights in the same way, whatever their sites.
fn gives_the_same(one: &FolderGrant, other: &FolderGrant) -> bool {
    let rights = |grant: &FolderGrant| {
        let FolderGrant { is_read_only, can_view_passwords, can_administer, is_super_admin, .. } = *grant;
        (is_read_only, can_view_passwords, can_administer, is_super_admin)
    };
    one.group == other.group && rights(one) == rights(other)
}

/// The pages of one attempt to read all folders.
#[derive(Debug, Default)]
struct FolderPages {
    taken: HashSet<String>,
    unreadable: HashSet<String>,
    unreadable_users: u64,
    has_warning: bool,
}

impl FolderPages {
    /// Passes the new folders of a page to `take`. Returns whether there were any.
    fn add<T>(&mut self, page: FolderPage<T>, mut take: impl FnMut(T)) -> bool {
        self.has_warning |= page.status == ReadStatus::Warning;
        let mut has_new = false;
        // Sorted by id, so that the same reply has the same result in every process.
        let mut folders: Vec<_> = page.folders.into_iter().collect();
        folders.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        for (id, folder) in folders {
            if self.taken.contains(&id) {
                continue;
            }
            match folder {
                Some(folder) => {
                    has_new = true;
                    self.unreadable.remove(&id);
                    self.taken.insert(id);
                    take(folder);
                }
                None => has_new |= self.unreadable.insert(id),
            }
        }
        // The users of a repeated page have already been counted.
        self.unreadable_users += if has_new { page.unreadable } else { 0 };
        has_new
    }

    /// Adds what another list has: a folder counts as unreadable only if it is in neither.
    fn complete_by(&mut self, list: Self) {
        self.taken.extend(list.taken);
        self.unreadable.extend(list.unreadable);
        self.unreadable.retain(|id| !self.taken.contains(id));
        self.unreadable_users = self.unreadable_users.max(list.unreadable_users);
        self.has_warning |= list.has_warning;
    }

    /// Returns an error if no folder was readable: that is not a list of folders.
    fn check(self) -> Result<Self, Error> {
        if self.taken.is_empty() && !self.unreadable.is_empty() {
            let entries = self.unreadable.len() as u64;
            return Err(Error::InvalidReply(InvalidReply::Folders { entries }));
        }
        Ok(self)
    }

    /// Why the list may be incomplete.
    fn warnings(&self) -> Vec<ReadWarning> {
        let entries = self.unreadable.len() as u64 + self.unreadable_users;
        let unreadable = (entries > 0).then_some(ReadWarning::Unreadable { entries });
        let upstream = self.has_warning.then_some(ReadWarning::UpstreamWarning);
        unreadable.into_iter().chain(upstream).collect()
    }
}

/// The context of a reading with sites, which leaves time for one without them.
fn context_with_sites(context: &CallContext) -> CallContext {
    let deadline = context.deadline.checked_sub(TIME_WITHOUT_SITES).unwrap_or(context.deadline);
    let rate_limit_waits = context.rate_limit_waits.capped_at(RATE_LIMIT_WAIT_WITH_SITES);
    CallContext { deadline, rate_limit_waits, ..context.clone() }
}

/// Of the errors of a reading with sites and of one without, the one that helps more: it names what to correct, or when to try
/// again. A refusal helps least, since only one of the two commands may be refused.
fn more_useful(with_sites: Error, without_sites: Error) -> Error {
    let rank = |error: &Error| match error {
        Error::Credentials => 0,
        Error::RateLimited { retry_after: Some(_), .. } => 1,
        Error::RateLimited { retry_after: None, .. } => 2,
        Error::Timeout | Error::Unreachable(_) => 3,
        Error::InvalidReply(_) | Error::Internal => 4,
        Error::Refused => 5,
    };
    if rank(&with_sites) < rank(&without_sites) { with_sites } else { without_sites }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_errors_the_more_useful_one_is_reported() {
        let busy = |seconds| Error::RateLimited { status: 429, retry_after: Some(Duration::from_secs(seconds)) };
        for (with_sites, without_sites, expected) in [
            (busy(17), Error::Refused, busy(17)),
            (Error::Refused, busy(17), busy(17)),
            (busy(17), busy(5), busy(5)),
            (busy(17), Error::Credentials, Error::Credentials),
            (Error::Refused, Error::Timeout, Error::Timeout),
            (Error::Timeout, Error::Refused, Error::Timeout),
            (Error::Refused, Error::Refused, Error::Refused),
        ] {
            assert_eq!(more_useful(with_sites, without_sites), expected);
        }
    }
}
