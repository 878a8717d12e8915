//! Running a plan: a stream of record batches that can be stopped, and what it read.

/// What the plan's scans counted so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ScanMetrics {
    pub rows_total: Option<u64>,
    pub rows_scanned: Option<u64>,
    pub bytes_scanned: Option<u64>,
    pub row_groups_read: Option<u64>,
    pub row_groups_pruned: Option<u64>,
    /// Bytes held by the run at its peak, as the memory pool counted.
    pub memory_peak: Option<u64>,
}

/// One query under way.
pub struct Execution {}
