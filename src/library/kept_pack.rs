//! A pack as it is kept between two starts: its queries and what came of them, without the rows that they found.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::hunt::Hunt;
use super::matrix::{Matrix, MatrixRow, PackState, Verdict};
use crate::result::RunStats;

/// A pack that takes more is not kept: it would be written each time typing rests.
const MAX_BYTES: usize = 8 << 20;

#[derive(Debug, Serialize, Deserialize)]
struct KeptPack {
    title: String,
    connection: String,
    started: Option<SystemTime>,
    is_over: bool,
    rows: Vec<KeptRow>,
}

#[derive(Debug, Serialize, Deserialize)]
struct KeptRow {
    hunt: Hunt,
    verdict: Verdict,
    elapsed: Option<Duration>,
    stats: RunStats,
}

impl Matrix {
    /// As text; `None` for a pack that is too large.
    pub fn to_kept(&self) -> Option<String> {
        let row = |row: &MatrixRow| KeptRow {
            hunt: row.hunt.as_ref().clone(),
            verdict: if row.verdict.is_final() { row.verdict.clone() } else { Verdict::Planned },
            elapsed: row.elapsed,
            stats: row.stats.clone(),
        };
        let kept = KeptPack {
            title: self.title.clone(),
            connection: self.connection.clone(),
            started: self.started,
            is_over: self.state == PackState::Over,
            rows: self.rows.iter().map(row).collect(),
        };
        serde_json::to_string(&kept).ok().filter(|it| it.len() <= MAX_BYTES)
    }

    /// The pack of that text. What was under way is to be run again, and nothing runs by itself. Fails in words.
    pub fn from_kept(text: &str) -> Result<Self, String> {
        let kept: KeptPack = serde_json::from_str(text).map_err(|it| it.to_string())?;
        let row = |it: KeptRow| MatrixRow {
            hunt: Arc::new(it.hunt),
            verdict: if it.verdict.is_final() { it.verdict } else { Verdict::Planned },
            elapsed: it.elapsed,
            stats: it.stats,
            found: None,
        };
        let state = match (kept.is_over, kept.started) {
            (true, _) => PackState::Over,
            (false, Some(_)) => PackState::Paused(None),
            (false, None) => PackState::Planned,
        };
        let rows = kept.rows.into_iter().map(row).collect();
        Ok(Self { title: kept.title, connection: kept.connection, started: kept.started, rows, state })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pack_comes_back_paused_with_what_is_left() {
        let hunt = |name: &str| Arc::new(Hunt { name: name.to_owned(), query: "T".to_owned(), ..Hunt::default() });
        let mut matrix = Matrix::new("first", "lab", vec![hunt("a"), hunt("b"), hunt("c")]);
        assert_eq!(Matrix::from_kept(&matrix.to_kept().unwrap()).unwrap().state, PackState::Planned);
        matrix.state = PackState::Running;
        matrix.started = Some(SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000));
        matrix.rows[0].verdict = Verdict::Hits { rows: 3, or_more: true };
        matrix.rows[0].elapsed = Some(Duration::from_millis(120));
        matrix.rows[1].verdict = Verdict::Running;
        matrix.rows[2].verdict = Verdict::Waiting { until: SystemTime::UNIX_EPOCH, why: "quota".to_owned() };
        let back = Matrix::from_kept(&matrix.to_kept().unwrap()).unwrap();
        assert_eq!((back.title.as_str(), back.connection.as_str(), back.started), ("first", "lab", matrix.started));
        assert_eq!(back.state, PackState::Paused(None));
        let verdicts: Vec<_> = back.rows.iter().map(|it| it.verdict.clone()).collect();
        assert_eq!(verdicts, [Verdict::Hits { rows: 3, or_more: true }, Verdict::Planned, Verdict::Planned]);
        assert_eq!((back.left().len(), back.rows[0].elapsed), (2, matrix.rows[0].elapsed));
        assert!(Matrix::from_kept("{").is_err() && Matrix::from_kept("{}").is_err());
    }
}
