//! `expiredmasterpwlist`: the users whose master password is older than the account allows.

use chrono::{DateTime, Duration, Utc};

use crate::account_state::AccountState;
use crate::company::User;
use crate::php_json::PhpJson;
use crate::request::{ApiRequest, Dialect};

const MAX_PAGE_SIZE: u64 = 500;

/// Users are sorted by id; the continuation token is the last listed id, as in the vendor's example.
pub(crate) fn execute(account: &AccountState, request: &ApiRequest) -> String {
    let company = &account.company;
    let oldest = account.now() - Duration::days(i64::from(company.master_password_max_age_days));
    let after = request.number("continuation_token");
    let mut expired: Vec<(&User, DateTime<Utc>)> = Vec::new();
    for user in &company.users {
        if let Some(changed) = user.last_pw_change.filter(|changed| *changed < oldest)
            && after.is_none_or(|after| user.id > after)
        {
            expired.push((user, changed));
        }
    }
    expired.sort_unstable_by_key(|(user, _)| user.id);
    let limit = request.number("limit").filter(|limit| *limit > 0).unwrap_or(MAX_PAGE_SIZE).min(MAX_PAGE_SIZE);
    let listed = expired.len().min(usize::try_from(limit).unwrap_or(usize::MAX));
    let mut json = PhpJson::new();
    json.open_object();
    json.key("status").string(match request.dialect {
        Dialect::Enterprise => "Success",
        Dialect::Guide => "OK",
    });
    json.key("continuation").open_object();
    if let (true, Some((last, _))) = (listed < expired.len(), expired[..listed].last()) {
        json.key("token").string(&last.id.to_string());
    }
    json.key("remaining_item_count").number((expired.len() - listed) as u64);
    json.close_object();
    json.key("items").open_array();
    for (user, changed) in &expired[..listed] {
        json.open_object();
        json.key("user_id").number(user.id);
        json.key("user_name").string(&user.username);
        json.key("last_pw_change").string(&company.format_local(*changed));
        json.close_object();
    }
    json.close_array();
    json.close_object();
    json.finish()
}
