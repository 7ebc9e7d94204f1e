//! Reads users, by `getuserdata`: all of them page by page, one, or the admins.

mod decode;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{StreamExt, TryStreamExt, stream};

use crate::{
    domain::{EmailAddress, People, PeopleBuilder},
    lastpass::{
        call_context::CallContext,
        client::{Client, MAX_PAGES, MAX_TEXT_BYTES},
        error::{Error, InvalidReply},
        people::decode::{PeoplePage, TimeRules, decode},
        read_command::{PageRequest, ReadCommand, UserSelector},
        read_warning::ReadWarning,
        reply_status::ReadStatus,
        transport::TransportError,
    },
};

/// The most users that LastPass returns in one reply.
const PEOPLE_PER_PAGE: usize = 2_000;
/// Pages that are fetched concurrently once the first has reported the total: 100,000 users fetched one page after the
/// other would take longer than a request may.
const CONCURRENT_PAGES: usize = 3;
/// The most users that memory is reserved for before they arrive.
const MAX_RESERVED: usize = 200_000;

/// How far a time may be ahead of our clock and not be in the future: clocks differ, and so do the zones of LastPass's times
/// and of the setting.
const CLOCK_TOLERANCE: TimeDelta = TimeDelta::days(1);

/// The users of an account, and warnings about the list.
#[derive(Debug)]
pub struct FetchedPeople {
    /// The users.
    pub people: People,
    /// Why the list may be incomplete or wrong.
    pub warnings: Vec<ReadWarning>,
}

impl Client {
    /// Fetches all users, as of `at`, which is the time of the call.
    ///
    /// # Errors
    /// Returns an error if a page could not be fetched, or the list is too long.
    pub async fn people(&self, at: DateTime<Utc>, context: &CallContext) -> Result<FetchedPeople, Error> {
        let mut pages = self.people_pages(context).await?;
        if pages.changed_while_reading() {
            // In a list that changes, users move between pages: they are listed twice, or not at all.
            if let Ok(second) = self.people_pages(context).await {
                pages = second;
            }
        }
        let mut warnings = Vec::new();
        let listed = pages.people.entry_count() as u64 + pages.unreadable;
        match pages.total() {
            Some(counted) if listed < counted => warnings.push(ReadWarning::Incomplete { listed, counted }),
            _ if listed == 0 => warnings.push(ReadWarning::NoUsers),
            _ => {}
        }
        if pages.changed_while_reading() {
            warnings.push(ReadWarning::ListChanged);
        }
        if pages.unreadable > 0 {
            warnings.push(ReadWarning::Unreadable { entries: pages.unreadable });
        }
        if pages.unreadable_times > 0 {
            warnings.push(ReadWarning::UnreadableTimes { people: pages.unreadable_times });
        }
        if pages.has_warning {
            warnings.push(ReadWarning::UpstreamWarning);
        }
        Ok(FetchedPeople { people: pages.people.finish(at), warnings })
    }

    async fn people_pages(&self, context: &CallContext) -> Result<PeoplePages, Error> {
        let mut pages = PeoplePages::default();
        let first = self.people_page(0, context).await?;
        let page_count = first.total.map_or(1, |total| total.div_ceil(PEOPLE_PER_PAGE as u64) as usize);
        let first_is_full = first.listed >= PEOPLE_PER_PAGE;
        pages.add(first)?;
        let mut next = 1;
        if first_is_full && pages.is_incomplete() {
            next = page_count.min(MAX_PAGES);
            // The total may be wrong: reserving memory is cheap, filling it is not.
            pages.people.reserve(((next - 1) * PEOPLE_PER_PAGE).min(MAX_RESERVED));
            let mut rest =
                stream::iter(1..next).map(|index| self.people_page(index, context)).buffered(CONCURRENT_PAGES);
            while let Some(page) = rest.try_next().await? {
                if !pages.add(page)? {
                    // There are fewer pages than the total implies.
                    return Ok(pages);
                }
            }
        }
        // If LastPass reports no total, or returns fewer users than a page holds, read on until a page adds none.
        while next < MAX_PAGES && (pages.is_incomplete() || (pages.total().is_none() && pages.last_was_full)) {
            if !pages.add(self.people_page(next, context).await?)? {
                break;
            }
            next += 1;
        }
        Ok(pages)
    }

    async fn people_page(&self, index: usize, context: &CallContext) -> Result<PeoplePage, Error> {
        self.selected_page(UserSelector::All, PageRequest { index, size: PEOPLE_PER_PAGE }, context).await
    }

    async fn selected_page(
        &self,
        selector: UserSelector<'_>,
        page: PageRequest,
        context: &CallContext,
    ) -> Result<PeoplePage, Error> {
        let times = TimeRules { zone: self.zone, latest: context.clock.now() + CLOCK_TOLERANCE };
        self.read(ReadCommand::Users(selector, page), context, move |json| decode(json, times, page.index == 0)).await
    }

    /// Fetches the user with an e-mail address, as of `at`: an account, else a pending invitation, else no one. LastPass
    /// finds an address only in its own spelling; the other spellings of one with international letters are tried, too.
    ///
    /// # Errors
    /// Returns an error if a page could not be fetched, or LastPass ignored the address.
    pub async fn person(
        &self,
        email: &EmailAddress,
        at: DateTime<Utc>,
        context: &CallContext,
    ) -> Result<People, Error> {
        let first = |size| PageRequest { index: 0, size };
        for spelling in email.spellings() {
            let page = self.selected_page(UserSelector::Email(&spelling), first(PEOPLE_PER_PAGE), context).await?;
            let (listed, total) = (page.listed as u64, page.total);
            let people = page.people.finish(at);
            if people.iter().any(|person| email.matches(person.email())) {
                return Ok(people);
            }
            if listed >= PEOPLE_PER_PAGE as u64 || total.is_some_and(|total| total > listed) {
                // One of several pages of other users does not prove that this user does not exist.
                return Err(Error::InvalidReply(InvalidReply::Shape));
            }
        }
        // No documentation says whether a request for one address lists its invitation; an unfiltered page does.
        Ok(self.selected_page(UserSelector::All, first(1), context).await?.people.finish(at))
    }

    /// Fetches the admins of the account, as of `at`.
    ///
    /// # Errors
    /// Returns an error if a page could not be fetched.
    pub async fn admins(&self, at: DateTime<Utc>, context: &CallContext) -> Result<People, Error> {
        let mut people = PeopleBuilder::default();
        for index in 0..MAX_PAGES {
            let page =
                self.selected_page(UserSelector::Admins, PageRequest { index, size: PEOPLE_PER_PAGE }, context).await?;
            let (listed, before) = (page.listed, people.entry_count());
            people.merge(page.people);
            if listed < PEOPLE_PER_PAGE || people.entry_count() == before {
                break;
            }
        }
        Ok(people.finish(at))
    }
}

/// The pages of one attempt to read all users.
#[derive(Debug, Default)]
struct PeoplePages {
    people: PeopleBuilder,
    first_total: Option<u64>,
    last_total: Option<u64>,
    page_count: usize,
    unreadable: u64,
    unreadable_times: u64,
    has_warning: bool,
    last_was_full: bool,
}

impl PeoplePages {
    /// Adds a page. Returns whether it held new users.
    fn add(&mut self, page: PeoplePage) -> Result<bool, Error> {
        let before = self.people.entry_count();
        if self.page_count == 0 {
            self.first_total = page.total;
        }
        if !page.is_past_end {
            self.last_total = page.total;
        }
        self.page_count += 1;
        self.unreadable += page.unreadable;
        self.unreadable_times += page.unreadable_times;
        self.has_warning |= page.status == ReadStatus::Warning;
        self.last_was_full = page.listed >= PEOPLE_PER_PAGE;
        if self.people.text_length() + page.people.text_length() > MAX_TEXT_BYTES {
            return Err(Error::Unreachable(TransportError::ReplyTooLong));
        }
        self.people.merge(page.people);
        Ok(self.people.entry_count() > before)
    }

    /// The number of users that LastPass reports. One below the number that it listed is ignored.
    fn total(&self) -> Option<u64> {
        self.last_total.filter(|total| *total >= self.people.entry_count() as u64)
    }

    /// Whether LastPass reports more users than it has listed.
    fn is_incomplete(&self) -> bool {
        self.total().is_some_and(|total| self.people.entry_count() as u64 + self.unreadable < total)
    }

    fn changed_while_reading(&self) -> bool {
        self.page_count > 1 && (self.first_total != self.last_total)
    }
}
