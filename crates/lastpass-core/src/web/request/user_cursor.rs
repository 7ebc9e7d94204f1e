//! The cursors of lists of users: opaque to callers, parsed strictly, and free of addresses.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::DateTime;

use crate::{
    domain::Score,
    report::{AccountStatus, PeoplePosition, Sort, SortKey, SortMismatch, SortValue},
    web::response::problem::{FieldError, Problem},
};

/// Encodes a position in a list sorted by `sort`.
pub(crate) fn encode(position: &PeoplePosition, sort: Sort) -> String {
    let text = match position {
        PeoplePosition::Offset(offset) => format!("{}.p.{offset}", order(sort)),
        PeoplePosition::Row { value, id } => {
            let value = value.as_ref().map_or_else(|| "-".to_owned(), encode_value);
            format!("{}.r.{value}.{id}", order(sort))
        }
    };
    URL_SAFE_NO_PAD.encode(text)
}

/// Decodes a cursor; `None` if [`encode`] did not make it for this order.
pub(crate) fn decode(cursor: &str, sort: Sort) -> Option<PeoplePosition> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let mut parts = text.splitn(4, '.');
    let (order_of_cursor, kind, first) = (parts.next()?, parts.next()?, parts.next()?);
    if order_of_cursor != order(sort) {
        return None;
    }
    let position = match (kind, parts.next()) {
        ("p", None) => PeoplePosition::Offset(first.parse().ok()?),
        ("r", Some(id)) if !id.is_empty() => {
            let value = if first == "-" { None } else { Some(decode_value(first, sort.key)?) };
            PeoplePosition::Row { value, id: id.to_owned() }
        }
        _ => return None,
    };
    // A position has one encoding: "+1" and "01" are rejected.
    (encode(&position, sort) == cursor).then_some(position)
}

/// The problem of a cursor that was made for another order.
pub(crate) fn problem(error: SortMismatch) -> Problem {
    Problem::InvalidParameters(vec![FieldError { field: "cursor".to_owned(), message: error.to_string().into() }])
}

fn order(sort: Sort) -> String {
    format!("{}{}", if sort.descending { "-" } else { "" }, sort.key.name())
}

/// A value without dots. A score is written as its bits, so that it is not rounded.
fn encode_value(value: &SortValue) -> String {
    match value {
        SortValue::Score(score) => score.value().to_bits().to_string(),
        SortValue::Department(name) => URL_SAFE_NO_PAD.encode(name),
        SortValue::Status(status) => status.name().to_owned(),
        SortValue::LastLogin(time) => time.timestamp().to_string(),
        SortValue::WeakPasswords(count) => count.to_string(),
    }
}

fn decode_value(text: &str, key: SortKey) -> Option<SortValue> {
    Some(match key {
        SortKey::SecurityScore => SortValue::Score(Score::new(f64::from_bits(text.parse().ok()?))?),
        SortKey::Email | SortKey::Name => return None,
        SortKey::Department => SortValue::Department(String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?),
        SortKey::Status => SortValue::Status(AccountStatus::ALL.into_iter().find(|status| status.name() == text)?),
        SortKey::LastLogin => SortValue::LastLogin(DateTime::from_timestamp(text.parse().ok()?, 0)?),
        SortKey::WeakPasswords => SortValue::WeakPasswords(text.parse().ok()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sort(key: SortKey, descending: bool) -> Sort {
        Sort { key, descending }
    }

    #[test]
    fn a_cursor_decodes_to_the_position_it_was_encoded_from() {
        let score = Score::new(83.2).map(SortValue::Score);
        let login = DateTime::from_timestamp(1_735_689_600, 0).map(SortValue::LastLogin);
        for (key, position) in [
            (SortKey::SecurityScore, PeoplePosition::Row { value: score, id: "449022543".to_owned() }),
            (SortKey::SecurityScore, PeoplePosition::Row { value: None, id: "a.b".to_owned() }),
            (SortKey::LastLogin, PeoplePosition::Row { value: login, id: "1".to_owned() }),
            (
                SortKey::WeakPasswords,
                PeoplePosition::Row { value: Some(SortValue::WeakPasswords(3)), id: "1".to_owned() },
            ),
            (
                SortKey::Department,
                PeoplePosition::Row { value: Some(SortValue::Department("r.&.d".to_owned())), id: "1.2".to_owned() },
            ),
            (SortKey::Department, PeoplePosition::Row { value: None, id: "1".to_owned() }),
            (
                SortKey::Status,
                PeoplePosition::Row { value: Some(SortValue::Status(AccountStatus::Invited)), id: "1".to_owned() },
            ),
            (SortKey::Email, PeoplePosition::Offset(40)),
            (SortKey::Name, PeoplePosition::Offset(40)),
        ] {
            for descending in [false, true] {
                let order = sort(key, descending);
                let cursor = encode(&position, order);
                assert_eq!(decode(&cursor, order), Some(position.clone()), "{cursor}");
                assert_eq!(decode(&cursor, sort(key, !descending)), None, "another order");
            }
        }
    }

    #[test]
    fn malformed_cursors_are_rejected() {
        let order = sort(SortKey::SecurityScore, false);
        for text in [
            "securityScore.p.01",
            "securityScore.p.+1",
            "securityScore.p.1.2",
            "securityScore.r.1",
            "securityScore.r.-1.7",
            "securityScore.x.1",
            "email.p.1",
            "",
        ] {
            assert_eq!(decode(&URL_SAFE_NO_PAD.encode(text), order), None, "{text}");
        }
        for (key, text) in [
            (SortKey::Name, "name.r.YW5u.1"),
            (SortKey::Name, "name.r.-"),
            (SortKey::Status, "status.r.Active.1"),
            (SortKey::Department, "department.r.YW=.1"),
            (SortKey::Department, "department.r.gICA.1"),
        ] {
            assert_eq!(decode(&URL_SAFE_NO_PAD.encode(text), sort(key, false)), None, "{text}");
        }
        for cursor in ["!", "c2VjdXJpdHlTY29yZS5wLjE=", "\u{e9}"] {
            assert_eq!(decode(cursor, order), None, "{cursor}");
        }
    }
}
