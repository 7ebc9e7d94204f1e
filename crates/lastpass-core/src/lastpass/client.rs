//! One async method per question: domain values in, domain values out.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use futures_util::{StreamExt, TryStreamExt, stream};
use http::header::CONTENT_TYPE;
use tokio::time::Instant;

use crate::{
    domain::{EmailAddress, People, PeopleBuilder, SharedFolder},
    lastpass::{
        dialect::{Account, Page, Question, Whom},
        error::{Error, EventsError, InvalidReply},
        events::{self, Assembly, EventWindow, FetchedEvents, Limits, NewestEvents, Next},
        expired::{self, ExpiredPasswords},
        folders::{self, Counted, FolderCount, FolderPage, FromWire, SiteCount},
        people::{self, FetchedPeople, PeoplePage, ReadWarning},
        reply::{self, Mood},
        retry::retry,
        transport::{Transport, TransportError},
    },
};

/// The most people LastPass gives in one reply.
const PEOPLE_PER_PAGE: usize = 2_000;
/// Folders a call: LastPass limits callers that ask for all at once (elastic/integrations 9988).
const FOLDERS_PER_PAGE: usize = 100;
/// Pages asked for at the same time, once the first has told how many there are: 100,000 people
/// one page after the other would not be read within a request's time.
const PAGES_AT_ONCE: usize = 3;
/// No organisation has so many pages: a bound for an upstream that never ends.
const MOST_PAGES: usize = 500;
/// The most people that room is made for before they have come.
const MOST_RESERVED: usize = 200_000;
/// The most text of people that is kept, in bytes: a hundred times that of 10,000 people.
const MOST_TEXT: usize = 64 * 1024 * 1024;

/// How often and how long somebody else was asked on behalf of one request: LastPass, or the database.
#[derive(Debug, Default)]
pub struct CallMeter {
    calls: AtomicU32,
    microseconds: AtomicU64,
}

impl CallMeter {
    /// How many calls were made.
    pub fn calls(&self) -> u32 {
        self.calls.load(Ordering::Relaxed)
    }

    /// The time that the calls took, added up; calls made side by side count each.
    pub fn time(&self) -> Duration {
        Duration::from_micros(self.microseconds.load(Ordering::Relaxed))
    }

    /// Counts a call.
    pub fn add(&self, time: Duration) {
        self.calls.fetch_add(1, Ordering::Relaxed);
        self.microseconds.fetch_add(time.as_micros().try_into().unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

/// What one question may cost.
#[derive(Debug, Clone)]
pub struct CallContext {
    /// When an answer is of no use any more.
    pub deadline: Instant,
    /// Where calls are counted.
    pub meter: Arc<CallMeter>,
}

/// What the end of a list of shared folders is told by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// A page that is not full, as integrations read it (elastic/integrations): a call fewer.
    ShortPage,
    /// A page that brings nothing new: right even where LastPass gives fewer a page than it is asked for.
    NothingNew,
}

/// Asks LastPass.
#[derive(Clone)]
pub struct Client {
    transport: Arc<dyn Transport>,
    pub(crate) account: Account,
    zone: Tz,
}

impl Client {
    /// A client for one account, whose dates are local times of `zone`.
    pub fn new(transport: Arc<dyn Transport>, account: Account, zone: Tz) -> Self {
        Self { transport, account, zone }
    }

    /// Everybody, as of `at`, the moment of asking.
    ///
    /// # Errors
    /// Where any page could not be had.
    pub async fn people(&self, at: DateTime<Utc>, budget: &CallContext) -> Result<FetchedPeople, Error> {
        let mut pass = self.pass_over_people(budget).await?;
        if pass.moved() {
            // A list that changes shifts people from page to page: they are seen twice, or not at all.
            if let Ok(second) = self.pass_over_people(budget).await {
                pass = second;
            }
        }
        let mut warnings = Vec::new();
        let listed = pass.people.entry_count() as u64 + pass.unreadable;
        match pass.total() {
            Some(counted) if listed < counted => warnings.push(ReadWarning::Incomplete { listed, counted }),
            _ if listed == 0 => warnings.push(ReadWarning::NoUsers),
            _ => {}
        }
        if pass.moved() {
            warnings.push(ReadWarning::ListChanged);
        }
        if pass.unreadable > 0 {
            warnings.push(ReadWarning::Unreadable { entries: pass.unreadable });
        }
        if pass.complained {
            warnings.push(ReadWarning::UpstreamWarning);
        }
        Ok(FetchedPeople { people: pass.people.finish(at), warnings })
    }

    async fn pass_over_people(&self, budget: &CallContext) -> Result<Pass, Error> {
        let mut pass = Pass::default();
        let first = self.people_page(0, budget).await?;
        let pages = first.total.map_or(1, |total| total.div_ceil(PEOPLE_PER_PAGE as u64) as usize);
        let first_is_full = first.listed >= PEOPLE_PER_PAGE;
        pass.take(first)?;
        let mut next = 1;
        if first_is_full && pass.lacks_some() {
            next = pages.min(MOST_PAGES);
            // As far as the total can be believed: room is cheap to ask for and dear to fill.
            pass.people.reserve(((next - 1) * PEOPLE_PER_PAGE).min(MOST_RESERVED));
            let mut rest = stream::iter(1..next).map(|index| self.people_page(index, budget)).buffered(PAGES_AT_ONCE);
            while let Some(page) = rest.try_next().await? {
                if !pass.take(page)? {
                    // A total that no page bears out.
                    return Ok(pass);
                }
            }
        }
        // Where LastPass does not count, or gave less than a page holds, pages go on until one brings nothing new.
        while next < MOST_PAGES && (pass.lacks_some() || (pass.total().is_none() && pass.last_was_full)) {
            if !pass.take(self.people_page(next, budget).await?)? {
                break;
            }
            next += 1;
        }
        Ok(pass)
    }

    async fn people_page(&self, index: usize, budget: &CallContext) -> Result<PeoplePage, Error> {
        self.page(Whom::Everybody, Page { index, size: PEOPLE_PER_PAGE }, budget).await
    }

    async fn page(&self, whom: Whom<'_>, page: Page, budget: &CallContext) -> Result<PeoplePage, Error> {
        let zone = self.zone;
        self.ask(Question::People(whom, page), budget, move |json| people::decode(json, zone, page.index == 0)).await
    }

    /// The one person with an address, as of `at`: an account, else a pending invitation, else nobody.
    ///
    /// # Errors
    /// Where LastPass could not be asked.
    pub async fn person(&self, email: &EmailAddress, at: DateTime<Utc>, budget: &CallContext) -> Result<People, Error> {
        let first = |size| Page { index: 0, size };
        let page = self.page(Whom::One(email.as_str()), first(PEOPLE_PER_PAGE), budget).await?;
        let (listed, total) = (page.listed as u64, page.total);
        let answer = page.people.finish(at);
        if answer.iter().any(|person| email.matches(person.email())) {
            return Ok(answer);
        }
        if listed >= PEOPLE_PER_PAGE as u64 || total.is_some_and(|total| total > listed) {
            // One of many pages about others does not tell that this one is not there.
            return Err(Error::InvalidReply(InvalidReply::Shape));
        }
        // Whether a question about one address tells of its invitation is not known; an unfiltered page does.
        Ok(self.page(Whom::Everybody, first(1), budget).await?.people.finish(at))
    }

    /// Those who administer the organisation, as of `at`.
    ///
    /// # Errors
    /// Where a page could not be had.
    pub async fn admins(&self, at: DateTime<Utc>, budget: &CallContext) -> Result<People, Error> {
        let mut people = PeopleBuilder::default();
        for index in 0..MOST_PAGES {
            let page = self.page(Whom::Admins, Page { index, size: PEOPLE_PER_PAGE }, budget).await?;
            let (listed, before) = (page.listed, people.entry_count());
            people.merge(page.people);
            if listed < PEOPLE_PER_PAGE || people.entry_count() == before {
                break;
            }
        }
        Ok(people.finish(at))
    }

    /// The shared folders, counted.
    ///
    /// # Errors
    /// Where they could not be had.
    pub async fn count_shared_folders(&self, budget: &CallContext) -> Result<FolderCount, Error> {
        let FolderPage { folders, .. } = self.folders::<Counted>(Question::SharedFolders, true, budget).await?;
        let live = folders.values().flatten().filter(|folder| !folder.deleted).count();
        Ok(FolderCount { listed: folders.len() as u64, live: live as u64 })
    }

    /// The sites in shared folders, counted.
    ///
    /// # Errors
    /// Where a page could not be had, or LastPass does not tell a folder's sites.
    pub async fn count_shared_sites(&self, budget: &CallContext) -> Result<SiteCount, Error> {
        let mut folders = Vec::new();
        self.folder_pages(Ending::ShortPage, budget, |folder: Counted| folders.push(folder)).await?;
        let live = folders.iter().filter(|folder| !folder.deleted);
        let sites =
            live.map(|folder| folder.sites).sum::<Option<u64>>().ok_or(Error::InvalidReply(InvalidReply::Shape))?;
        Ok(SiteCount { folders: folders.len() as u64, sites })
    }

    /// Every shared folder with all who can open it, deleted ones included, a page in memory at a time; and what somebody
    /// who relies on them should know.
    ///
    /// # Errors
    /// Where a page could not be had, or pages do not end.
    pub async fn for_each_shared_folder(
        &self,
        budget: &CallContext,
        take: impl FnMut(SharedFolder),
    ) -> Result<Vec<ReadWarning>, Error> {
        self.folder_pages(Ending::NothingNew, budget, take).await
    }

    /// Goes through the pages of shared folders, each folder once.
    async fn folder_pages<T: FromWire>(
        &self,
        ending: Ending,
        budget: &CallContext,
        mut take: impl FnMut(T),
    ) -> Result<Vec<ReadWarning>, Error> {
        let (mut seen, mut taken) = (HashSet::new(), 0);
        let (mut complained, mut unreadable) = (false, 0);
        for index in 0..MOST_PAGES {
            let question = Question::SharedFolderSites(Page { index, size: FOLDERS_PER_PAGE });
            let page = self.folders::<T>(question, index == 0, budget).await?;
            complained |= page.mood == Mood::Complaining;
            let (listed, known) = (page.folders.len(), seen.len());
            // By id, so that the same reply reads the same in every process.
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
            let brings_nothing = seen.len() == known;
            // A page that comes again brings people who were counted before.
            unreadable += if brings_nothing { 0 } else { page.unreadable };
            let is_short = ending == Ending::ShortPage && listed < FOLDERS_PER_PAGE;
            if is_short || brings_nothing || page.past_the_end {
                if taken == 0 && !seen.is_empty() {
                    // A list of which not one folder can be read is none of folders.
                    return Err(Error::InvalidReply(InvalidReply::Shape));
                }
                let unreadable = (unreadable > 0).then_some(ReadWarning::Unreadable { entries: unreadable });
                return Ok(unreadable.into_iter().chain(complained.then_some(ReadWarning::UpstreamWarning)).collect());
            }
        }
        Err(Error::Unreachable(TransportError::ReplyTooLong))
    }

    async fn folders<T: FromWire>(
        &self,
        question: Question<'_>,
        is_first: bool,
        budget: &CallContext,
    ) -> Result<FolderPage<T>, Error> {
        let dialect = self.account.dialect;
        self.ask(question, budget, move |json| folders::decode(json, dialect, is_first)).await
    }

    /// Those whose master password has expired.
    ///
    /// # Errors
    /// Where a reply could not be had.
    pub async fn expired_passwords(&self, budget: &CallContext) -> Result<ExpiredPasswords, Error> {
        let mut expired = ExpiredPasswords::default();
        let mut token: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let question = Question::ExpiredPasswords(token.as_deref());
            let page = self.ask(question, budget, expired::decode).await?;
            let (before, next) = (expired.len(), page.next.clone());
            expired.merge(page);
            if expired.text_length() > MOST_TEXT {
                return Err(Error::Unreachable(TransportError::ReplyTooLong));
            }
            match next {
                None => return Ok(expired),
                Some(next) if expired.len() > before => token = Some(next),
                // A list that goes on without bringing anybody would go on for ever.
                Some(_) => break,
            }
        }
        expired.doubt();
        Ok(expired)
    }

    /// Every event of a window, each exactly once, newest first.
    ///
    /// # Errors
    /// Where a reply could not be had, or the window holds too many events.
    pub async fn events(&self, window: EventWindow, budget: &CallContext) -> Result<FetchedEvents, EventsError> {
        if window.is_empty() {
            return Ok(FetchedEvents::default());
        }
        let mut assembly = Assembly::new(self.zone, window, Limits::default());
        while self.read_on(&mut assembly, budget).await? == Next::Ask {}
        finished(assembly).await
    }

    /// The newest events of a window: as many as one reply holds, 10,000 at most. Asked once, whatever comes of it.
    ///
    /// # Errors
    /// Where the reply could not be had.
    pub async fn newest_events(&self, window: EventWindow, budget: &CallContext) -> Result<NewestEvents, Error> {
        let zone = self.zone;
        let mut assembly = Assembly::new(zone, window, Limits::default());
        let asking = self.ask_once(Question::Events(assembly.query()), budget, move |json| events::decode(json, zone));
        let asked = tokio::time::timeout_at(budget.deadline, asking).await;
        let mut page = asked.unwrap_or(Err(Error::Timeout))?;
        let is_truncated = page.end_here();
        let reading = async {
            assembly.take(page)?;
            finished(assembly).await
        };
        match reading.await {
            Ok(reading) => Ok(NewestEvents { events: reading.events, is_truncated }),
            Err(EventsError::LastPass(error)) => Err(error),
            Err(EventsError::WindowTooLarge { .. }) => Err(Error::InvalidReply(InvalidReply::Shape)),
        }
    }

    /// Asks for the next reply of a window.
    async fn read_on(&self, assembly: &mut Assembly, budget: &CallContext) -> Result<Next, EventsError> {
        let zone = self.zone;
        let page = self.ask(Question::Events(assembly.query()), budget, move |json| events::decode(json, zone)).await?;
        assembly.take(page)
    }

    /// Asks, retries what may pass, and reads the reply away from the threads that serve requests.
    async fn ask<T: Send + 'static>(
        &self,
        question: Question<'_>,
        budget: &CallContext,
        decode: impl Fn(&[u8]) -> Result<T, Error> + Copy + Send + 'static,
    ) -> Result<T, Error> {
        retry(budget.deadline, || self.ask_once(question, budget, decode)).await
    }

    async fn ask_once<T: Send + 'static>(
        &self,
        question: Question<'_>,
        budget: &CallContext,
        decode: impl Fn(&[u8]) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let reply = self.send(question.body(&self.account), budget).await?;
        let decoding = tokio::task::spawn_blocking(move || {
            let json = reply::json_text(&reply)?;
            decode(json).or_else(|error| match reply::mended(json) {
                Some(mended) => decode(&mended),
                None => Err(error),
            })
        });
        decoding.await.unwrap_or(Err(Error::Internal))
    }

    pub(crate) async fn send(&self, body: Vec<u8>, budget: &CallContext) -> Result<http::Response<Bytes>, Error> {
        let request = http::Request::post(self.account.url.as_str())
            .header(CONTENT_TYPE, mime::APPLICATION_JSON.as_ref())
            .body(Bytes::from(body))
            .map_err(|_| Error::Unreachable(TransportError::ConnectFailed))?;
        let start = Instant::now();
        let answer = self.transport.send(request).await;
        budget.meter.add(start.elapsed());
        answer.map_err(|error| match error {
            TransportError::TimedOut => Error::Timeout,
            TransportError::ConnectFailed | TransportError::ConnectionBroken | TransportError::ReplyTooLong => {
                Error::Unreachable(error)
            }
        })
    }
}

/// The events of all replies, put together away from the threads that serve requests.
async fn finished(assembly: Assembly) -> Result<FetchedEvents, EventsError> {
    tokio::task::spawn_blocking(move || assembly.finish()).await.unwrap_or(Err(Error::Internal.into()))
}

/// One reading of everybody, page by page.
#[derive(Debug, Default)]
struct Pass {
    people: PeopleBuilder,
    first_total: Option<u64>,
    last_total: Option<u64>,
    pages: usize,
    unreadable: u64,
    complained: bool,
    last_was_full: bool,
}

impl Pass {
    /// Takes a page, and tells whether it brought anybody new.
    fn take(&mut self, page: PeoplePage) -> Result<bool, Error> {
        let before = self.people.entry_count();
        if self.pages == 0 {
            self.first_total = page.total;
        }
        if !page.past_the_end {
            self.last_total = page.total;
        }
        self.pages += 1;
        self.unreadable += page.unreadable;
        self.complained |= page.mood == Mood::Complaining;
        self.last_was_full = page.listed >= PEOPLE_PER_PAGE;
        if self.people.text_length() + page.people.text_length() > MOST_TEXT {
            return Err(Error::Unreachable(TransportError::ReplyTooLong));
        }
        self.people.merge(page.people);
        Ok(self.people.entry_count() > before)
    }

    /// How many people LastPass counts; a count below what it listed is none.
    fn total(&self) -> Option<u64> {
        self.last_total.filter(|total| *total >= self.people.entry_count() as u64)
    }

    fn lacks_some(&self) -> bool {
        self.total().is_some_and(|total| self.people.entry_count() as u64 + self.unreadable < total)
    }

    /// Whether the list changed while it was read.
    fn moved(&self) -> bool {
        self.pages > 1 && (self.first_total != self.last_total)
    }
}
