//! Who a sync stores, what it notes about them, and who has left.

use chrono::TimeDelta;
use lastpass_sim::{Fault, FaultKind, User};

use crate::{
    database::{Database, DatabaseKind, on_every_database},
    sync::{SCHEDULED, company, current, history, numbered, parts},
    world::World,
};

on_every_database! {
    async fn what_changes_about_a_user_is_noted_once(database) {
        let world = World::with_database(company(numbered(1..=2)), database, SCHEDULED);
        world.sync_next_day().await;
        let change = |change: &dyn Fn(&mut User)| world.sim.with_company(|company| change(&mut company.users[0]));
        change(&|user| (user.admin, user.multifactor) = (true, Some("googleauth".to_owned())));
        world.sync_next_day().await;
        change(&|user| (user.disabled, user.groups) = (true, vec!["VPN".to_owned()]));
        world.sync_next_day().await;
        change(&|user| (user.username, user.mpstrength) = ("moved@example.com".to_owned(), Some(40)));
        world.sync_next_day().await;
        world.sync_next_day().await;
        assert_eq!(
            history(database).await,
            [
                "1 adminGiven",
                "1 mfaEnabled to googleauth",
                "1 disabled",
                "1 groupJoined to VPN",
                "1 scoreChanged from 100 to 40",
            ]
        );
        assert_eq!(current(database).await, ["1 moved@example.com", "2 user2@example.com"]);
    }
}

on_every_database! {
    async fn two_clean_readings_make_a_leaver_and_a_return_is_a_new_period(database) {
        let world = World::with_database(company(numbered(1..=3)), database, SCHEDULED);
        world.sync_next_day().await;
        world.sim.with_company(|company| company.users.truncate(2));
        world.sync_next_day().await;
        assert_eq!(history(database).await, [""; 0], "one reading is not enough");
        // A list that cannot be read changes nothing, and one that is not clean does not count.
        world.sim.inject(Fault { command: Some("getuserdata".to_owned()), ..Fault::always(FaultKind::Status(500)) });
        world.advance(TimeDelta::days(1));
        let failed = world.sync().await;
        failed.problem(500, "sync-incomplete");
        assert_eq!(
            parts(&failed).iter().map(|(_, status, _)| status.as_str()).collect::<Vec<_>>(),
            ["failed", "skipped", "done", "done"]
        );
        world.sim.clear_faults();
        world.sync_next_day().await;
        assert_eq!(history(database).await, ["3 left"]);
        world.sim.with_company(|company| company.users.push(User::new(3, "user3@example.com")));
        world.sync_next_day().await;
        assert_eq!(history(database).await, ["3 left", "3 joined"]);
        let periods = "select user_key || case when first_seen < last_seen then ' again' else '' end \
                       from lastpass_users where user_key = '3'";
        assert_eq!(database.texts(periods).await, ["3 again"]);
    }
}

on_every_database! {
    async fn addresses_are_exchanged_and_taken_over(database) {
        let world = World::with_database(company(numbered(1..=4)), database, SCHEDULED);
        world.sync_next_day().await;
        world.sim.with_company(|company| {
            let (one, two) = (company.users[0].username.clone(), company.users[1].username.clone());
            (company.users[0].username, company.users[1].username) = (two, one);
            // A new id has the address of another one.
            company.users[2] = User::new(7, "User3@example.com");
        });
        world.sync_next_day().await;
        assert_eq!(
            current(database).await,
            ["1 user2@example.com", "2 user1@example.com", "4 user4@example.com", "7 User3@example.com"]
        );
        assert_eq!(history(database).await, ["3 left", "7 joined"]);
    }
}

on_every_database! {
    async fn addresses_that_are_not_free_yet_stay_until_a_clean_reading(database) {
        let world = World::with_database(company(numbered(1..=5)), database, SCHEDULED);
        world.sync_next_day().await;
        // The address of the second, who is not listed, goes to the first, whose address goes to the third, whose to the fourth.
        world.sim.with_company(|company| {
            company.users.remove(1);
            for (index, address) in ["user2", "user1", "user3"].into_iter().enumerate() {
                company.users[index].username = format!("{address}@example.com");
            }
            company.users[3].admin = true;
            // Without an address an entry is unreadable, so that no one may have left.
            company.users.push(User::new(9, ""));
        });
        world.sync_next_day().await;
        let before = ["1 user1", "2 user2", "3 user3", "4 user4", "5 user5"].map(|user| format!("{user}@example.com"));
        assert_eq!(current(database).await, before);
        assert_eq!(history(database).await, ["5 adminGiven"]);
        world.sim.with_company(|company| company.users.retain(|user| user.id != 9));
        world.sync_next_day().await;
        let after = ["1 user2", "3 user1", "4 user3", "5 user5"].map(|user| format!("{user}@example.com"));
        assert_eq!(current(database).await, after);
        assert_eq!(history(database).await, ["5 adminGiven", "2 left"]);
    }
}

on_every_database! {
    async fn addresses_that_no_one_could_have_keep_no_one_else_out(database) {
        let mut users = numbered(1..=2);
        users.push(User::new(3, "jan.strasse@example.com"));
        users.push(User::new(4, "jan.straße@example.com"));
        // Too long for an index of Postgres, whatever compresses it.
        let long: String = (0..2_000).map(|n: u32| format!("{:x}", n.wrapping_mul(2_654_435_761))).collect();
        users.push(User::new(5, format!("{long}@example.com")));
        let world = World::with_database(company(users), database, SCHEDULED);
        world.sync_next_day().await;
        let expected = ["1 user1", "2 user2", "3 jan.strasse", "4 jan.straße"].map(|user| format!("{user}@example.com"));
        assert_eq!(current(database).await, expected);
    }
}

on_every_database! {
    async fn an_invitation_becomes_an_account_or_is_taken_back(database) {
        let world = World::with_database(company(numbered(1..=2)), database, SCHEDULED);
        world.sync_next_day().await;
        let invited = |addresses: &[&str]| {
            let addresses = addresses.iter().map(|address| (*address).to_owned()).collect();
            world.sim.with_company(|company| company.invited = addresses);
        };
        invited(&["Soon@example.com", "never@example.com"]);
        world.sync_next_day().await;
        world.sim.with_company(|company| company.users.push(User::new(9, "soon@example.com")));
        invited(&[]);
        world.sync_next_day().await;
        world.sync_next_day().await;
        assert_eq!(history(database).await, ["9 invited", "invited:never@example.com invited", "9 joined"]);
        assert_eq!(current(database).await, ["1 user1@example.com", "2 user2@example.com", "9 soon@example.com"]);
    }
}

on_every_database! {
    async fn a_mass_departure_fails_until_the_next_reading_confirms_it(database) {
        let world = World::with_database(company(numbered(1..=20)), database, SCHEDULED);
        world.sync_next_day().await;
        world.sim.with_company(|company| company.users.truncate(10));
        world.sync_next_day().await;
        world.advance(TimeDelta::days(1));
        let run = world.sync().await;
        let problem = run.problem(500, "sync-incomplete");
        assert!(problem["parts"][0]["detail"].as_str().is_some_and(|detail| detail.starts_with("10 accounts")), "{problem}");
        assert_eq!(problem["parts"][1]["status"], "skipped");
        assert_eq!((current(database).await.len(), history(database).await.len()), (20, 0));
        world.sync_next_day().await;
        assert_eq!((current(database).await.len(), history(database).await.len()), (10, 10));
    }
}

on_every_database! {
    async fn addresses_are_exchanged_between_pages(database) {
        let world = World::with_database(company(numbered(1..=2_003)), database, SCHEDULED);
        world.sync_next_day().await;
        world.sim.with_company(|company| {
            // A chain over both pages, a pair over both, and an id that takes the address of one who is gone.
            for (one, other) in [(0, 2_000), (2_000, 1), (5, 2_001)] {
                let username = company.users[one].username.clone();
                company.users[one].username = std::mem::replace(&mut company.users[other].username, username);
            }
            let taken = std::mem::replace(&mut company.users[2_002], User::new(3_000, "")).username;
            company.users[7].username = taken;
            company.users[2_002].username = "new@example.com".to_owned();
        });
        world.sync_next_day().await;
        assert_eq!(history(database).await, ["2003 left", "3000 joined"]);
        let stored = current(database).await;
        let listed = world.sim.with_company(|company| {
            let mut listed: Vec<String> =
                company.users.iter().map(|user| format!("{} {}", user.id, user.username)).collect();
            listed.sort();
            listed
        });
        let mut stored_sorted = stored.clone();
        stored_sorted.sort();
        assert_eq!(stored_sorted, listed);
        world.sync_next_day().await;
        assert_eq!(history(database).await.len(), 2, "nothing is noted twice");
    }
}
