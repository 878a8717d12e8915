//! `pivot(c, sum(x), k)`: a column for each value of a column, which is a `summarize` with a condition for each.

use super::PluginCall;
use super::run::{column, project};
use crate::kql::bind::Binder;
use crate::kql::bind::convert::{convert, literal};
use crate::kql::bind::scope::{Table, Unknown};
use crate::kql::{
    AggregateCall, ColumnSymbol, Learnt, Operator, Question, Relation, Scalar, ScalarKind, ScalarOperator, ScalarType,
    Span, Value,
};

/// The aggregates that a pivot may have, and the same under a condition.
const CONDITIONAL: [(&str, &str); 12] = [
    ("avg", "avgif"),
    ("count", "countif"),
    ("dcount", "dcountif"),
    ("make_bag", "make_bag_if"),
    ("make_list", "make_list_if"),
    ("make_set", "make_set_if"),
    ("max", "maxif"),
    ("min", "minif"),
    ("stdev", "stdevif"),
    ("sum", "sumif"),
    ("take_any", "take_anyif"),
    ("variance", "varianceif"),
];

impl Binder<'_> {
    pub(super) fn pivot(&mut self, call: &PluginCall<'_>, input: &Table, span: &Span) -> Option<Table> {
        let pivot = call.column_at(0)?;
        let aggregate = match call.argument("aggregateFunction") {
            None => AggregateCall {
                function: "count",
                args: Vec::new(),
                outputs: vec![ScalarType::Long],
                span: span.clone(),
            },
            Some(argument) => match &argument.aggregate {
                Some(aggregate) => aggregate.clone(),
                None => return self.refuse("pivot() of what is no single aggregate", span.clone()),
            },
        };
        let Some((_, conditional)) = CONDITIONAL.iter().find(|(plain, _)| *plain == aggregate.function) else {
            return self.refuse(&format!("pivot() with {}()", aggregate.function), span.clone());
        };
        let keys = self.pivot_keys(call, input, pivot, &aggregate, span)?;
        let text = convert(column(&input.relation, pivot, span), ScalarType::String);
        let name = ColumnSymbol::new(input.columns()[pivot].name.clone(), ScalarType::String);
        let texts = project(input.relation.clone(), vec![text.clone()], vec![name], span);
        let columns = std::sync::Arc::clone(&texts.columns);
        let distinct = Relation::new(Operator::Distinct { input: Box::new(texts) }, columns, span.clone());
        let Some(Learnt::Values(values)) = self.ask(distinct, Question::Values, span.clone()) else {
            return self.plugin_schema(call, input, span.clone());
        };
        let mut columns: Vec<ColumnSymbol> = keys.iter().map(|key| input.columns()[*key].clone()).collect();
        let mut aggregates = Vec::with_capacity(values.len());
        for value in values {
            if value.is_empty() || columns.iter().any(|column| column.name == value) {
                let message = format!("pivot() of the value '{value}', which cannot be the name of a column");
                return self.refuse(&message, span.clone());
            }
            columns.push(ColumnSymbol::new(value.clone(), aggregate.outputs[0]));
            aggregates.push(under(&aggregate, conditional, equals(&text, value)));
        }
        if columns.is_empty() {
            return self.refuse("pivot() without rows and without other columns", span.clone());
        }
        self.charge(4 * aggregates.len(), span)?;
        let keys = keys.iter().map(|key| column(&input.relation, *key, span)).collect();
        let operator = Operator::Summarize { input: Box::new(input.relation.clone()), keys, aggregates };
        self.table(Relation::new(operator, columns, span.clone()), Unknown::default(), input.depth + 1)
    }

    /// The columns that are named, else those that are neither pivoted nor aggregated.
    fn pivot_keys(
        &mut self,
        call: &PluginCall<'_>,
        input: &Table,
        pivot: usize,
        aggregate: &AggregateCall,
        span: &Span,
    ) -> Option<Vec<usize>> {
        let mut keys = Vec::new();
        let named = (0..call.arguments.len()).filter(|place| call.arguments[*place].is("columnName"));
        keys.extend(named.filter_map(|place| call.column_at(place)));
        if keys.is_empty() {
            let aggregated = match aggregate.args.first().map(|arg| &arg.kind) {
                Some(ScalarKind::Column(place)) => Some(*place),
                Some(_) => {
                    return self.refuse("pivot() of an expression, without columns that are named", span.clone());
                }
                None => None,
            };
            keys.extend((0..input.columns().len()).filter(|place| *place != pivot && Some(*place) != aggregated));
        }
        if let Some(key) = keys.iter().find(|key| input.columns()[**key].ty == ScalarType::Dynamic) {
            let name = &input.columns()[*key].name;
            let message = format!("pivot() beside '{name}', which is dynamic and cannot be a key");
            return self.error("SEM0001", span.clone(), message);
        }
        Some(keys)
    }
}

fn equals(text: &Scalar, value: String) -> Scalar {
    let span = text.span.clone();
    let operands = vec![text.clone(), literal(Value::String(value), span.clone())];
    Scalar { kind: ScalarKind::Operator(ScalarOperator::Equal, operands), ty: ScalarType::Bool, span }
}

/// The aggregate over the rows that a condition is true of.
fn under(aggregate: &AggregateCall, conditional: &'static str, condition: Scalar) -> AggregateCall {
    let mut args = aggregate.args.clone();
    args.insert(usize::from(!args.is_empty()), condition);
    AggregateCall { function: conditional, args, outputs: aggregate.outputs.clone(), span: aggregate.span.clone() }
}
