//! Pagination of lists sorted by name, over data that may change between two pages. Knows no text form of a position.

use std::num::NonZeroUsize;

use crate::domain::{NameSortKey, normalize_name};

/// The end of a page of a list sorted by name. Contains no e-mail address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamePosition {
    /// After this many rows. Used if the name or the id may be an e-mail address, or the id contains a line break.
    Offset(u32),
    /// After the row with this name and id, which may no longer exist.
    Row {
        /// The normalized name.
        name: String,
        /// The id; empty for rows that have no id.
        id: String,
    },
}

/// One page of a list sorted by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamePage {
    /// The indices of its rows in the list.
    pub rows: std::ops::Range<usize>,
    /// The end of this page; `None` on the last page.
    pub next: Option<NamePosition>,
}

/// Returns at most `limit` rows after a position; from the start if `after` is `None`.
///
/// `name_and_id` returns the name and the id of a row. `rows` are in the order of the [`NameSortKey`] of both.
pub fn paginate_by_name<'n, T>(
    rows: &'n [T],
    name_and_id: impl Fn(&'n T) -> (&'n str, &'n str),
    limit: NonZeroUsize,
    after: Option<&NamePosition>,
) -> NamePage {
    let start = match after {
        None => 0,
        Some(NamePosition::Offset(index)) => *index as usize,
        Some(NamePosition::Row { name, id }) => {
            let last = NameSortKey::new(name, id);
            let is_after = |row: &'n T| {
                let (name, id) = name_and_id(row);
                NameSortKey::new(name, id) > last
            };
            rows.iter().position(is_after).unwrap_or(rows.len())
        }
    };
    let start = start.min(rows.len());
    let end = rows.len().min(start.saturating_add(limit.get()));
    let next = (end < rows.len()).then(|| {
        let (name, id) = name_and_id(&rows[end - 1]);
        // A position must not contain an e-mail address, and its id must be one line.
        if name.contains('@') || id.contains(['@', '\n']) {
            NamePosition::Offset(u32::try_from(end).expect("rows are counted in four bytes"))
        } else {
            NamePosition::Row { name: normalize_name(name).into_owned(), id: id.to_owned() }
        }
    });
    NamePage { rows: start..end, next }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(
        rows: &[(&str, &str)],
        limit: usize,
        after: Option<NamePosition>,
        expected: &[&str],
    ) -> Option<NamePosition> {
        let limit = NonZeroUsize::new(limit).expect("not zero");
        let NamePage { rows: found, next } = paginate_by_name(rows, |row| *row, limit, after.as_ref());
        assert_eq!(rows[found].iter().map(|(_, id)| *id).collect::<Vec<_>>(), expected);
        next
    }

    #[test]
    fn a_page_continues_after_a_row_that_no_longer_exists() {
        let rows = [("a", "9"), ("A", "10"), ("b", "1"), ("c", "2")];
        let next = check(&rows, 2, None, &["9", "10"]);
        assert_eq!(next, Some(NamePosition::Row { name: "a".to_owned(), id: "10".to_owned() }));
        assert_eq!(check(&rows, 2, next.clone(), &["1", "2"]), None);
        check(&[("a", "9"), ("b", "1")], 2, next, &["1"]);
        check(&rows, 2, Some(NamePosition::Offset(9)), &[]);
    }

    #[test]
    fn a_position_contains_no_email_address() {
        let rows = [("Shared-ann@example.com", "1"), ("x", "2")];
        let next = check(&rows, 1, None, &["1"]);
        assert_eq!(next, Some(NamePosition::Offset(1)));
        check(&rows, 1, next, &["2"]);
        assert_eq!(check(&[("a", "7\na"), ("b", "8")], 1, None, &["7\na"]), Some(NamePosition::Offset(1)));
    }

    proptest! {
        #[test]
        fn pages_cover_the_whole_list(mut rows in prop::collection::vec(("[ab@]{0,3}", "[0-9a]{0,2}"), 0..20), limit in 1_usize..5) {
            rows.sort_by(|a, b| NameSortKey::new(&a.0, &a.1).cmp(&NameSortKey::new(&b.0, &b.1)));
            rows.dedup();
            let limit = NonZeroUsize::new(limit).expect("not zero");
            let (mut paged, mut after) = (Vec::new(), None);
            loop {
                let page = paginate_by_name(&rows, |row| (&row.0, &row.1), limit, after.as_ref());
                paged.extend_from_slice(&rows[page.rows]);
                after = page.next;
                if after.is_none() { break }
            }
            prop_assert_eq!(paged, rows);
        }
    }
}
