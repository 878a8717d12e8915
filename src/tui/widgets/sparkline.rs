//! Figures as a line of small bars.

const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// One column for each figure, as high as its share of the largest; a blank where nobody counted.
pub(in crate::tui) fn sparkline(figures: &[Option<u64>]) -> String {
    let most = figures.iter().flatten().max().copied().unwrap_or(0).max(1);
    let bar = |it: &Option<u64>| match it {
        Some(it) => BARS[((*it as f64 / most as f64 * 7.0).round() as usize).min(7)],
        None => ' ',
    };
    figures.iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::sparkline;

    #[test]
    fn a_figure_is_a_bar_of_its_share() {
        assert_eq!(sparkline(&[Some(0), Some(50), None, Some(100)]), "▁▅ █");
        assert_eq!(sparkline(&[Some(0)]), "▁");
        assert_eq!(sparkline(&[Some(u64::MAX)]), "█");
        assert_eq!(sparkline(&[]), "");
    }
}
