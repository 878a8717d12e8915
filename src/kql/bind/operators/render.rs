//! `render`: how the result is drawn.

use crate::kql::{Render, RenderOperator, string_value};

/// The chart and its properties as written; texts without their quotes.
pub(in crate::kql::bind) fn render(operator: RenderOperator<'_>) -> Render {
    let chart = operator.chart().map_or_else(|| "table".to_owned(), |chart| chart.value().into_owned());
    let properties = operator
        .properties()
        .filter_map(|property| {
            let name = property.name()?.value().into_owned();
            let text = property.value_text();
            Some((name, string_value(text).map_or_else(|| text.to_owned(), std::borrow::Cow::into_owned)))
        })
        .collect();
    Render { chart, properties }
}
