//! `render`: how the result is drawn.

use crate::kql::bind::Binder;
use crate::kql::bind::suggest::did_you_mean;
use crate::kql::{Diagnostic, Render, RenderOperator, string_value};

const CHARTS: [&str; 21] = [
    "3Dchart",
    "anomalychart",
    "areachart",
    "barchart",
    "card",
    "columnchart",
    "graph",
    "ladderchart",
    "linechart",
    "list",
    "piechart",
    "pivotchart",
    "plotly",
    "sankey",
    "scatterchart",
    "stackedareachart",
    "table",
    "timechart",
    "timeline",
    "timepivot",
    "treemap",
];

impl Binder<'_> {
    /// The chart and its properties as written; texts without their quotes.
    pub(in crate::kql::bind) fn render_of(&mut self, operator: RenderOperator<'_>) -> Option<Render> {
        let name = operator.chart()?;
        let chart = name.value().into_owned();
        if !CHARTS.contains(&chart.as_str()) {
            let finding = Diagnostic::error("SYN0002", name.span(), format!("there is no chart '{chart}'"));
            return self.report(match did_you_mean(&chart, CHARTS.into_iter()) {
                Some(hint) => finding.with_hint(hint),
                None => finding,
            });
        }
        let properties = operator
            .properties()
            .filter_map(|property| {
                let name = property.name()?.value().into_owned();
                let text = property.value_text();
                Some((name, string_value(text).map_or_else(|| text.to_owned(), std::borrow::Cow::into_owned)))
            })
            .collect();
        Some(Render { chart, properties })
    }
}
