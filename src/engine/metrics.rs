//! What the scans of executed plans counted.

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::common::stats::Precision;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::metrics::{MetricValue, MetricsSet};

/// What the plan's scans counted so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ScanMetrics {
    /// Rows in the tables that the query reads; a table that is read twice counts twice.
    pub rows_total: Option<u64>,
    /// Rows that were looked at.
    pub rows_scanned: Option<u64>,
    pub bytes_scanned: Option<u64>,
    pub row_groups_read: Option<u64>,
    pub row_groups_pruned: Option<u64>,
    /// Bytes held by the run at its peak, as the memory pool counted; unknown when nothing asked the pool.
    pub memory_peak: Option<u64>,
}

/// Sums the metrics of every scan. Figures that no scan reports stay unknown.
pub(super) fn of_plans<'p>(plans: impl Iterator<Item = &'p Arc<dyn ExecutionPlan>>) -> ScanMetrics {
    let mut sums = ScanMetrics::default();
    let mut open: Vec<&Arc<dyn ExecutionPlan>> = plans.collect();
    while let Some(plan) = open.pop() {
        let children = plan.children();
        if children.is_empty()
            && let Some(metrics) = plan.metrics()
        {
            add_scan(&mut sums, &metrics);
        }
        open.extend(children);
    }
    sums
}

fn add_scan(sums: &mut ScanMetrics, metrics: &MetricsSet) {
    let count = |name: &str| metrics.sum_by_name(name).map(|value| value.as_usize() as u64);
    // Rows that a pushed filter dropped were looked at too.
    let dropped = count("pushdown_rows_pruned").unwrap_or(0);
    add(&mut sums.rows_scanned, metrics.output_rows().map(|rows| rows as u64 + dropped));
    add(&mut sums.bytes_scanned, count("bytes_scanned"));
    for metric in metrics.iter() {
        if let MetricValue::PruningMetrics { name, pruning_metrics } = metric.value()
            && name == "row_groups_pruned_statistics"
        {
            add(&mut sums.row_groups_pruned, Some(pruning_metrics.pruned() as u64));
            add(&mut sums.row_groups_read, Some(pruning_metrics.matched() as u64));
        }
    }
}

fn add(sum: &mut Option<u64>, more: Option<u64>) {
    if let Some(more) = more {
        *sum = Some(sum.unwrap_or(0) + more);
    }
}

/// Rows of a table; unknown when it does not know.
pub(super) fn n_rows(table: &Arc<dyn TableProvider>) -> Option<u64> {
    match table.statistics()?.num_rows {
        Precision::Exact(rows) | Precision::Inexact(rows) => Some(rows as u64),
        Precision::Absent => None,
    }
}
