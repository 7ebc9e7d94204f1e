//! Days in the life of a company.

use std::collections::HashSet;

use crate::company::{Company, User};
use crate::life::{Life, LifeEvent, LifeEventKind};
use crate::simulator::Simulator;
use crate::tests::{call_json, enterprise};

fn lived(seed: u64, days: usize) -> (Company, Vec<Vec<LifeEvent>>) {
    let users = (1..=40).map(|id| User::new(id, format!("user{id}@example.com"))).collect();
    let mut company = Company { users, ..Company::empty() };
    let mut life = Life::new(seed);
    let now = "2026-11-24T12:00:00Z".parse().expect("a time");
    let days = (0..days).map(|_| life.live_day(&mut company, now, 6)).collect();
    (company, days)
}

#[test]
fn the_seed_determines_what_happens_and_everything_does() {
    assert_eq!(lived(1, 30), lived(1, 30));
    assert_ne!(lived(1, 30), lived(2, 30));
    let (_, days) = lived(1, 90);
    let kinds: HashSet<_> = days.iter().flatten().map(|event| std::mem::discriminant(&event.kind)).collect();
    assert_eq!(kinds.len(), 17, "every kind");
}

#[test]
fn a_user_changes_once_a_day_and_an_address_is_used_once() {
    let (company, days) = lived(3, 90);
    for day in &days {
        let names: HashSet<_> = day.iter().map(|event| &event.username).collect();
        assert_eq!(names.len(), day.len(), "{day:?}");
    }
    let addresses: Vec<_> = company.users.iter().map(|user| &user.username).chain(&company.invited).collect();
    let ids: HashSet<_> = company.users.iter().map(|user| user.id).collect();
    assert_eq!((addresses.iter().collect::<HashSet<_>>().len(), ids.len()), (addresses.len(), company.users.len()));
    let returned = days.iter().flatten().any(|event| event.kind == LifeEventKind::Returned);
    assert!(returned, "with the same id");
}

#[tokio::test]
async fn users_can_be_counted_and_not_listed() {
    let (mut company, _) = lived(1, 0);
    company.unlisted = vec![7, 8];
    let reply = call_json(&Simulator::new(company), enterprise("getuserdata", serde_json::json!({}))).await;
    assert_eq!((&reply["total"], &reply["count"]), (&40.into(), &38.into()));
    assert_eq!(reply["Users"].as_object().map(serde_json::Map::len), Some(38));
}
