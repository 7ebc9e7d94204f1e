//! Sums of scores and their means. Knows no people.

use crate::domain::Score;

/// One point of a score, in millionths.
const POINT: u64 = 1_000_000;

/// A sum of scores in whole millionths of a point.
///
/// LastPass sends decimals (`"83.2"`), which `f64` cannot represent exactly. A sum of integers does not depend on the
/// order, and a mean exactly at a half is rounded as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct ScoreSum {
    millionths: u64,
    scores: u64,
}

impl ScoreSum {
    pub(crate) fn add(&mut self, score: Score) {
        // A score is between 0 and 100, so adding a half rounds to the nearest and the cast fits.
        self.millionths += (score.value() * POINT as f64 + 0.5) as u64;
        self.scores += 1;
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.millionths += other.millionths;
        self.scores += other.scores;
    }

    /// The number of scores added.
    pub(crate) fn count(self) -> u64 {
        self.scores
    }

    /// The mean over that many people, rounded half up; a missing score counts as 0. Returns 0 for no people.
    pub(crate) fn rounded_mean_over(self, people: u64) -> u64 {
        divide_rounding_half_up(self.millionths, people * POINT).unwrap_or(0)
    }

    /// The mean of the scores added, rounded half up; `None` without scores.
    pub(crate) fn rounded_mean(self) -> Option<u64> {
        (self.scores > 0).then(|| self.rounded_mean_over(self.scores))
    }

    /// The mean of the scores added, to one decimal, rounded half up; `None` without scores.
    pub(crate) fn mean(self) -> Option<f64> {
        divide_rounding_half_up(self.millionths * 10, self.scores * POINT).map(|tenths| tenths as f64 / 10.0)
    }
}

/// How many percent `part` is of `whole`, to one decimal, rounded half up; `None` of nothing.
pub(crate) fn percent(part: u64, whole: u64) -> Option<f64> {
    divide_rounding_half_up(part * 1_000, whole).map(|tenths| tenths as f64 / 10.0)
}

fn divide_rounding_half_up(dividend: u64, divisor: u64) -> Option<u64> {
    (2 * dividend + divisor).checked_div(2 * divisor)
}

#[cfg(test)]
mod tests {
    use super::{ScoreSum, percent};
    use crate::report::test_people::score;

    fn sum(scores: &[f64]) -> ScoreSum {
        let mut sum = ScoreSum::default();
        scores.iter().for_each(|figure| sum.add(score(*figure)));
        sum
    }

    #[test]
    fn the_mean_is_rounded_half_up_and_a_missing_score_counts_as_0() {
        for (scores, people, expected) in [
            (&[][..], 0, 0),
            (&[], 3, 0),
            (&[100.0], 1, 100),
            (&[50.0, 51.0], 2, 51),
            (&[50.0, 50.9], 2, 50),
            (&[100.0], 3, 33),
            (&[0.1, 0.2, 0.2], 1, 1),
        ] {
            assert_eq!(sum(scores).rounded_mean_over(people), expected, "{scores:?} over {people}");
        }
    }

    #[test]
    fn the_mean_of_known_scores_has_one_decimal_and_includes_zeros() {
        for (scores, expected) in [
            (&[][..], None),
            (&[0.0], Some(0.0)),
            (&[0.0, 83.2], Some(41.6)),
            (&[0.1, 0.2], Some(0.2)),
            (&[33.3, 33.3, 33.4], Some(33.3)),
            (&[100.0; 7], Some(100.0)),
        ] {
            assert_eq!(sum(scores).mean(), expected, "{scores:?}");
        }
    }

    #[test]
    fn the_whole_mean_is_rounded_once_from_the_sum() {
        for (scores, expected) in [
            (&[][..], None),
            (&[0.0], Some(0)),
            (&[49.5], Some(50)),
            // 49.46 has 49.5 with one decimal, which would be rounded to 50.
            (&[49.46], Some(49)),
            (&[99.0, 100.0], Some(100)),
        ] {
            assert_eq!(sum(scores).rounded_mean(), expected, "{scores:?}");
        }
    }

    #[test]
    fn a_percentage_has_one_decimal() {
        for (part, whole, expected) in [
            (0, 0, None),
            (0, 3, Some(0.0)),
            (1, 3, Some(33.3)),
            (2, 3, Some(66.7)),
            (1, 16, Some(6.3)),
            (4, 4, Some(100.0)),
        ] {
            assert_eq!(percent(part, whole), expected, "{part} of {whole}");
        }
    }
}
