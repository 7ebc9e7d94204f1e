//! The risk of a score. Knows one score at a time.

use crate::domain::Score;

/// A lower score (0 to 100) is below the threshold and means a high risk.
pub const SCORE_THRESHOLD: u8 = 50;

/// A higher score (0 to 100) means a low risk.
pub const LOW_RISK_ABOVE: u8 = 75;

/// The risk of a person's passwords for the organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Risk {
    /// The score is below [`SCORE_THRESHOLD`].
    High,
    /// The score is between the two limits, or equal to one.
    Medium,
    /// The score is above [`LOW_RISK_ABOVE`].
    Low,
}

impl Risk {
    /// All risks, in the order of the documentation.
    pub const ALL: [Self; 3] = [Self::High, Self::Medium, Self::Low];

    /// The risk of an unrounded score.
    pub fn of(score: Score) -> Self {
        if is_below_threshold(score) {
            Self::High
        } else if is_strong(score) {
            Self::Low
        } else {
            Self::Medium
        }
    }

    /// The name in queries and replies.
    pub fn name(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

/// Whether an unrounded score is below [`SCORE_THRESHOLD`].
pub(crate) fn is_below_threshold(score: Score) -> bool {
    score.value() < f64::from(SCORE_THRESHOLD)
}

/// Whether an unrounded score is above [`LOW_RISK_ABOVE`].
pub(crate) fn is_strong(score: Score) -> bool {
    score.value() > f64::from(LOW_RISK_ABOVE)
}

#[cfg(test)]
mod tests {
    use super::Risk;
    use crate::report::test_people::score;

    #[test]
    fn a_score_at_a_limit_is_of_medium_risk() {
        for (figure, expected) in [
            (0.0, Risk::High),
            (49.99, Risk::High),
            (50.0, Risk::Medium),
            (75.0, Risk::Medium),
            (75.01, Risk::Low),
            (100.0, Risk::Low),
        ] {
            assert_eq!(Risk::of(score(figure)), expected, "{figure}");
        }
    }
}
