//! The demo company: a simulated LastPass with generated data.

use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use chrono::{NaiveDate, Utc};
use futures_util::future::{BoxFuture, FutureExt};
use lastpass_sim::{Company, DEMO_ACCOUNT_NUMBER, DEMO_PROVISIONING_HASH, DEMO_SEED, DEMO_USERS, Simulator};
use url::Url;

use crate::lastpass::{
    dialect::{Account, Dialect},
    transport::{Transport, TransportError},
};

/// A transport to a simulator of the demo company.
///
/// The company is derived from the seed and the day, so that it is the same in every function. A process that is still
/// running after midnight switches to the company of the new day.
#[derive(Default)]
pub(crate) struct DemoTransport {
    of_day: Mutex<Option<(NaiveDate, Simulator)>>,
}

impl DemoTransport {
    fn today(&self) -> Simulator {
        let today = Utc::now().date_naive();
        let mut of_day = self.of_day.lock().unwrap_or_else(PoisonError::into_inner);
        match &*of_day {
            Some((day, simulator)) if *day == today => simulator.clone(),
            _ => {
                let simulator = Simulator::new(Company::generate(DEMO_SEED, DEMO_USERS, today));
                *of_day = Some((today, simulator.clone()));
                simulator
            }
        }
    }
}

impl Transport for DemoTransport {
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        let simulator = self.today();
        async move { simulator.send(request).await }.boxed()
    }
}

/// Returns the account of the demo company.
pub(crate) fn demo_account() -> Account {
    Account {
        number: DEMO_ACCOUNT_NUMBER.to_owned(),
        provisioning_hash: DEMO_PROVISIONING_HASH.into(),
        url: Url::parse("http://localhost/enterpriseapi.php").expect("a valid URL"),
        dialect: Dialect::Enterprise,
        label: "lastpass-functions".to_owned(),
    }
}
