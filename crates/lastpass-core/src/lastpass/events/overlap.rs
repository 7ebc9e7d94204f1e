//! Finds the events at the start of a reply that repeat the end of the previous one.

/// Returns the length of the longest suffix of `old` that is a prefix of `new` (Knuth, Morris and Pratt: linear time,
/// however similar the entries are).
pub(crate) fn overlap<T: PartialEq>(old: &[T], new: &[T]) -> usize {
    let old = &old[old.len().saturating_sub(new.len())..];
    let borders = borders(new);
    let mut length = 0;
    for entry in old {
        length = extend(new, &borders, length, entry);
    }
    length
}

/// Returns, for each prefix of a list, the length of its longest proper suffix that is also a prefix.
fn borders<T: PartialEq>(list: &[T]) -> Vec<usize> {
    let mut borders = Vec::with_capacity(list.len());
    let mut length = 0;
    for (index, entry) in list.iter().enumerate() {
        if index > 0 {
            length = extend(list, &borders, length, entry);
        }
        borders.push(length);
    }
    borders
}

/// Returns the length of the matched prefix after one more entry.
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
        fn it_is_the_longest_suffix_that_is_a_prefix_of_the_other(old in "[ab]{0,12}", new in "[ab]{0,12}") {
            let expected = (0..=new.len()).rev().find(|length| old.ends_with(&new[..*length]));
            prop_assert_eq!(overlap(old.as_bytes(), new.as_bytes()), expected.unwrap());
        }
    }
}
