//! A score from 0 to 100, and which of the two that LastPass gives is ranked.

/// A score from 0 to 100, unrounded.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Score(f64);

impl Score {
    /// The score, or nothing where the figure is no score: not finite, or out of range.
    pub fn new(value: f64) -> Option<Self> {
        // `+ 0.0` turns -0.0 into 0.0, which prints and compares as one expects.
        (0.0..=100.0).contains(&value).then_some(Self(value + 0.0))
    }

    /// The figure as LastPass gave it.
    pub fn value(self) -> f64 {
        self.0
    }
}

/// Which score people are ranked, ranged and averaged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ScoreSource {
    /// Strength of the master password (`mpstrength`).
    #[default]
    MasterPassword,
    /// LastPass's own security score of the vault (`totalscore`).
    Vault,
}

impl ScoreSource {
    /// The name in the setting `SCORE_SOURCE`, which is LastPass's field name.
    pub fn name(self) -> &'static str {
        match self {
            Self::MasterPassword => "mpstrength",
            Self::Vault => "totalscore",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Score;

    #[test]
    fn only_figures_from_0_to_100_are_scores() {
        for (figure, expected) in [
            (0.0, Some(0.0)),
            (83.2, Some(83.2)),
            (100.0, Some(100.0)),
            (100.1, None),
            (-1.0, None),
            (f64::NAN, None),
            (f64::INFINITY, None),
        ] {
            assert_eq!(Score::new(figure).map(Score::value), expected, "{figure}");
        }
    }
}
