//! How far a reply repeats the one before it.

/// The length of the longest end of `old` that `new` begins with (Knuth, Morris and Pratt: time that grows with the
/// lengths alone, however alike the entries are).
pub(crate) fn overlap<T: PartialEq>(old: &[T], new: &[T]) -> usize {
    let old = &old[old.len().saturating_sub(new.len())..];
    let borders = borders(new);
    let mut length = 0;
    for entry in old {
        length = extend(new, &borders, length, entry);
    }
    length
}

/// For each beginning of the list, the length of its longest own end that it begins with.
fn borders<T: PartialEq>(list: &[T]) -> Vec<usize> {
    let mut borders = Vec::with_capacity(list.len());
    let mut length = 0;
    for (place, entry) in list.iter().enumerate() {
        if place > 0 {
            length = extend(list, &borders, length, entry);
        }
        borders.push(length);
    }
    borders
}

/// How much of the list's beginning is matched after one entry more.
fn extend<T: PartialEq>(list: &[T], borders: &[usize], mut length: usize, entry: &T) -> usize {
    while length > 0 && list.get(length) != Some(entry) {
        length = borders[length - 1];
    }
    length + usize::from(list.get(length) == Some(entry))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::overlap;

    proptest! {
        #[test]
        fn it_is_the_longest_end_that_the_other_begins_with(old in "[ab]{0,12}", new in "[ab]{0,12}") {
            let expected = (0..=new.len()).rev().find(|length| old.ends_with(&new[..*length]));
            prop_assert_eq!(overlap(old.as_bytes(), new.as_bytes()), expected.unwrap());
        }
    }
}
