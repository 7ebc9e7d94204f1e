//! Reads shared folders, by `getsfdata` and `getdetailedsfdata`.

mod decode;

use std::collections::HashSet;

use crate::{
    domain::SharedFolder,
    lastpass::{
        call_context::CallContext,
        client::{Client, MAX_PAGES},
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
    /// Returns an error if a page could not be fetched, or LastPass does not list a folder's sites.
    pub async fn count_shared_sites(&self, context: &CallContext) -> Result<SiteCount, Error> {
        let mut folders = Vec::new();
        self.folder_pages(StopRule::ShortPage, context, |folder: CountedFolder| folders.push(folder)).await?;
        let live = folders.iter().filter(|folder| !folder.is_deleted);
        let sites = live.map(|folder| folder.sites).sum::<Option<u64>>();
        let sites = sites.ok_or(Error::InvalidReply(InvalidReply::Shape))?;
        Ok(SiteCount { folders: folders.len() as u64, sites })
    }

    /// Passes every shared folder to `take`, deleted ones included, with everyone who can open it. Holds one page at a
    /// time in memory. Returns why the list may be incomplete.
    ///
    /// # Errors
    /// Returns an error if a page could not be fetched, or there are too many pages.
    pub async fn for_each_shared_folder(
        &self,
        context: &CallContext,
        take: impl FnMut(SharedFolder),
    ) -> Result<Vec<ReadWarning>, Error> {
        self.folder_pages(StopRule::NoNewFolders, context, take).await
    }

    /// Passes each folder of all pages to `take` once.
    async fn folder_pages<T: FromWireFolder>(
        &self,
        stop_rule: StopRule,
        context: &CallContext,
        mut take: impl FnMut(T),
    ) -> Result<Vec<ReadWarning>, Error> {
        let (mut seen, mut taken) = (HashSet::new(), 0);
        let (mut has_warning, mut unreadable) = (false, 0);
        for index in 0..MAX_PAGES {
            let command = ReadCommand::SharedFolderSites(PageRequest { index, size: FOLDERS_PER_PAGE });
            let page = self.folder_page::<T>(command, index == 0, context).await?;
            has_warning |= page.status == ReadStatus::Warning;
            let (listed, seen_before) = (page.folders.len(), seen.len());
            // Sorted by id, so that the same reply has the same result in every process.
            let mut folders: Vec<_> = page.folders.into_iter().collect();
            folders.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
            for (id, folder) in folders {
                if seen.insert(id) {
                    match folder {
                        Some(folder) => {
                            taken += 1;
                            take(folder);
                        }
                        None => unreadable += 1,
                    }
                }
            }
            let has_no_new = seen.len() == seen_before;
            // The users of a repeated page have already been counted.
            unreadable += if has_no_new { 0 } else { page.unreadable };
            let is_short = stop_rule == StopRule::ShortPage && listed < FOLDERS_PER_PAGE;
            if is_short || has_no_new || page.is_past_end {
                if taken == 0 && !seen.is_empty() {
                    // A list without a single readable folder is not a list of folders.
                    return Err(Error::InvalidReply(InvalidReply::Shape));
                }
                let unreadable = (unreadable > 0).then_some(ReadWarning::Unreadable { entries: unreadable });
                let upstream = has_warning.then_some(ReadWarning::UpstreamWarning);
                return Ok(unreadable.into_iter().chain(upstream).collect());
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
