//! How evenly something was shared out.

/// Jain's index of fairness, `(Σx)² / (n Σx²)`: 1 where all have the same, `1/n` where one has it all (R. Jain,
/// D. Chiu, W. Hawe, DEC-TR-301, 1984). `None` where nobody has anything.
///
/// ```
/// use rushhour_report::fairness::jain;
/// assert_eq!(jain([3.0, 3.0, 3.0]), Some(1.0));
/// assert_eq!(jain([4.0, 0.0, 0.0, 0.0]), Some(0.25));
/// assert_eq!(jain([0.0, 0.0]), None);
/// ```
pub fn jain(shares: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (n, sum, squares) =
        shares.into_iter().fold((0u64, 0.0, 0.0), |(n, sum, squares), x| (n + 1, sum + x, squares + x * x));
    (squares > 0.0).then(|| sum * sum / (n as f64 * squares))
}
