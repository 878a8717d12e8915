//! `render`: how the result is drawn.

use crate::kql::bind::Binder;
use crate::kql::bind::operator_parameter::Given;
use crate::kql::bind::scope::Table;
use crate::kql::bind::suggest::did_you_mean;
use crate::kql::grammar::CHARTS;
use crate::kql::{Diagnostic, Render, RenderOperator, Span, string_value};

impl Binder<'_> {
    /// A chart of which only the columns it names can be wrong; the rows go on as they are. Where it is run, nobody but
    /// the client reads it.
    pub(super) fn checked_render(&mut self, operator: RenderOperator<'_>, input: Table) -> Table {
        if self.context.capabilities.is_none() {
            if let Some(name) = operator.chart() {
                let _ = self.chart(&name.value(), name.span());
            }
            self.check_parameters("render with", operator.properties().filter_map(Given::of_property), &input.row());
        }
        input
    }

    fn chart(&mut self, chart: &str, span: Span) -> Option<()> {
        if CHARTS.contains(&chart) {
            return Some(());
        }
        let code = self.code("SYN0002", "KS005");
        let finding = Diagnostic::error(code, span, format!("there is no chart '{chart}'"));
        self.report(match did_you_mean(chart, CHARTS.into_iter()) {
            Some(hint) => finding.with_hint(hint),
            None => finding,
        })
    }

    /// The chart and its properties as written; texts without their quotes.
    pub(in crate::kql::bind) fn render_of(&mut self, operator: RenderOperator<'_>) -> Option<Render> {
        let name = operator.chart()?;
        let chart = name.value().into_owned();
        self.chart(&chart, name.span())?;
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
