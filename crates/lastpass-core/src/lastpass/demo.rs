//! The made-up company that answers in LastPass's place.

use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use chrono::{NaiveDate, Utc};
use futures_util::future::{BoxFuture, FutureExt};
use lastpass_sim::{DEMO_ACCOUNT_NUMBER, DEMO_PROVISIONING_HASH, Simulator};
use url::Url;

use crate::lastpass::{
    dialect::{Account, Dialect},
    transport::{Transport, TransportError},
};

const SEED: u64 = 1;
const PEOPLE: usize = 240;

/// The company: the same in every function, since seed and day decide. A process that lives past
/// midnight shows the new day's, as one that starts then does.
#[derive(Default)]
pub(crate) struct Company {
    of_day: Mutex<Option<(NaiveDate, Simulator)>>,
}

impl Company {
    fn today(&self) -> Simulator {
        let today = Utc::now().date_naive();
        let mut of_day = self.of_day.lock().unwrap_or_else(PoisonError::into_inner);
        match &*of_day {
            Some((day, company)) if *day == today => company.clone(),
            _ => {
                let company = Simulator::new(lastpass_sim::Company::generate(SEED, PEOPLE, today));
                *of_day = Some((today, company.clone()));
                company
            }
        }
    }
}

impl Transport for Company {
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        let company = self.today();
        async move { company.send(request).await }.boxed()
    }
}

/// The account that the company answers to.
pub(crate) fn account() -> Account {
    Account {
        number: DEMO_ACCOUNT_NUMBER.to_owned(),
        provisioning_hash: DEMO_PROVISIONING_HASH.into(),
        url: Url::parse("http://localhost/enterpriseapi.php").expect("a valid address"),
        dialect: Dialect::Enterprise,
        label: "lastpass-functions".to_owned(),
    }
}
