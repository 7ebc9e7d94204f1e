//! `expiredmasterpwlist`: whose master password is older than the account allows.

use chrono::{DateTime, Duration, Utc};

use crate::{
    commands::getuserdata::local_text,
    company::User,
    php_json::PhpJson,
    request::{Dialect, Request},
    world::World,
};

const LARGEST_PAGE: u64 = 500;

/// In the order of ids; a token is the last id that was listed, as in the vendor's example.
pub(crate) fn answer(world: &World, request: &Request) -> String {
    let oldest = world.now() - Duration::days(i64::from(world.company.master_password_max_age_days));
    let after = request.number("continuation_token");
    let mut expired: Vec<(&User, DateTime<Utc>)> = Vec::new();
    for user in &world.company.users {
        if let Some(changed) = user.last_pw_change.filter(|changed| *changed < oldest)
            && after.is_none_or(|after| user.id > after)
        {
            expired.push((user, changed));
        }
    }
    expired.sort_unstable_by_key(|(user, _)| user.id);
    let limit = request.number("limit").filter(|limit| *limit > 0).unwrap_or(LARGEST_PAGE).min(LARGEST_PAGE);
    let listed = expired.len().min(usize::try_from(limit).unwrap_or(usize::MAX));
    let mut json = PhpJson::new();
    json.open_map();
    json.key("status").text(match request.dialect {
        Dialect::Enterprise => "Success",
        Dialect::Guide => "OK",
    });
    json.key("continuation").open_map();
    if let (true, Some((last, _))) = (listed < expired.len(), expired[..listed].last()) {
        json.key("token").text(&last.id.to_string());
    }
    json.key("remaining_item_count").number((expired.len() - listed) as u64);
    json.close_map();
    json.key("items").open_list();
    for (user, changed) in &expired[..listed] {
        json.open_map();
        json.key("user_id").number(user.id);
        json.key("user_name").text(&user.username);
        json.key("last_pw_change").text(&local_text(*changed, world.company.time_zone));
        json.close_map();
    }
    json.close_list();
    json.close_map();
    json.finish()
}
