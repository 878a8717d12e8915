//! `geo_polygon_lookup` and `geo_line_lookup`: a join with the shapes that hold a point or are near it. It is every row
//! with every shape, where the function of the same meaning is true.

use std::sync::Arc;

use super::PluginCall;
use super::run::{column, project};
use crate::kql::bind::Binder;
use crate::kql::bind::convert::{convert, literal};
use crate::kql::bind::scope::{Table, Unknown};
use crate::kql::{
    ColumnSymbol, JoinKind, Operator, Relation, Scalar, ScalarKind, ScalarOperator, ScalarType, Span, UnionInput, Value,
};

impl Binder<'_> {
    pub(super) fn geo_lookup(&mut self, call: &PluginCall<'_>, input: &Table, span: &Span) -> Option<Table> {
        let lookup = call.lookup_table()?.clone();
        let (shape, longitude, latitude) = (call.column_at(1)?, call.column_at(2)?, call.column_at(3)?);
        let (n_input, n_lookup) = (input.columns().len(), lookup.columns().len());
        // Every row with every shape: a join on a column that is the same everywhere.
        let paired = Operator::Join {
            left: Box::new(with_constant(&input.relation, span)),
            right: Box::new(with_constant(&lookup.relation, span)),
            kind: JoinKind::Inner,
            on: vec![(n_input, n_lookup)],
        };
        let unnamed = |n: usize, columns: &[ColumnSymbol]| columns[..n].to_vec();
        let mut columns = unnamed(n_input, input.columns());
        columns.push(ColumnSymbol::new("", ScalarType::Long));
        columns.extend(unnamed(n_lookup, lookup.columns()));
        columns.push(ColumnSymbol::new("", ScalarType::Long));
        let paired = Relation::new(paired, columns, span.clone());
        let point = [longitude, latitude].map(|place| convert(column(&paired, place, span), ScalarType::Real));
        let shapes = column(&paired, n_input + 1 + shape, span);
        let predicate = self.geo_condition(call, point, shapes, span)?;
        let columns = Arc::clone(&paired.columns);
        let matched = Operator::Where { input: Box::new(paired), predicate };
        let matched = Relation::new(matched, columns, span.clone());
        let keeps_shape = call.is_set("return_lookup_key");
        let kept = (0..n_lookup).filter(|place| keeps_shape || *place != shape).map(|place| n_input + 1 + place);
        let places: Vec<usize> = (0..n_input).chain(kept).collect();
        let symbols = self.schema_of(call, input).columns;
        let values = places.iter().map(|place| column(&matched, *place, span)).collect();
        let matched = project(matched, values, symbols, span);
        let depth = input.depth.max(lookup.depth) + 4;
        if !call.is_set("return_unmatched") {
            return self.table(matched, Unknown::default(), depth);
        }
        let all = self.with_unmatched(matched, input, [longitude, latitude], span);
        self.table(all, Unknown::default(), depth + 3)
    }

    /// True for a shape that holds the point, or that is no farther away than the radius.
    fn geo_condition(
        &mut self,
        call: &PluginCall<'_>,
        [longitude, latitude]: [Scalar; 2],
        shape: Scalar,
        span: &Span,
    ) -> Option<Scalar> {
        let radius = call.argument("radius").and_then(|argument| argument.scalar()).cloned();
        let args = vec![longitude, latitude, shape];
        let Some(radius) = radius else {
            return self.capable_call("geo_point_in_polygon", args, ScalarType::Bool, span.clone());
        };
        let is_line = call.plugin.name == "geo_line_lookup";
        let distance = if is_line { "geo_distance_point_to_line" } else { "geo_distance_point_to_polygon" };
        let distance = self.capable_call(distance, args, ScalarType::Real, span.clone())?;
        let operands = vec![distance, convert(radius, ScalarType::Real)];
        let kind = ScalarKind::Operator(ScalarOperator::LessEqual, operands);
        Some(Scalar { kind, ty: ScalarType::Bool, span: span.clone() })
    }

    /// And the rows of the input whose point is in none of the shapes.
    fn with_unmatched(&mut self, matched: Relation, input: &Table, point: [usize; 2], span: &Span) -> Relation {
        let columns = Arc::clone(&matched.columns);
        let id = self.next_materialize;
        self.next_materialize += 1;
        let matched = Operator::Materialize { id, input: Arc::new(matched) };
        let matched = Relation::new(matched, Arc::clone(&columns), span.clone());
        let values = point.iter().map(|place| column(&matched, *place, span)).collect();
        let symbols = point.iter().map(|place| columns[*place].clone()).collect();
        let points = project(matched.clone(), values, symbols, span);
        let unmatched = Operator::Join {
            left: Box::new(input.relation.clone()),
            right: Box::new(points),
            kind: JoinKind::LeftAnti,
            on: vec![(point[0], 0), (point[1], 1)],
        };
        let unmatched = Relation::new(unmatched, Arc::clone(&input.relation.columns), span.clone());
        let n_input = input.columns().len();
        let inputs = vec![
            UnionInput { relation: matched, columns: (0..columns.len()).map(Some).collect() },
            UnionInput {
                relation: unmatched,
                columns: (0..columns.len()).map(|place| (place < n_input).then_some(place)).collect(),
            },
        ];
        Relation::new(Operator::Union { inputs }, columns, span.clone())
    }
}

/// The columns and a zero.
fn with_constant(relation: &Relation, span: &Span) -> Relation {
    let mut values: Vec<Scalar> = (0..relation.columns.len()).map(|place| column(relation, place, span)).collect();
    values.push(literal(Value::Long(0), span.clone()));
    let mut columns = relation.columns.to_vec();
    columns.push(ColumnSymbol::new("", ScalarType::Long));
    project(relation.clone(), values, columns, span)
}
