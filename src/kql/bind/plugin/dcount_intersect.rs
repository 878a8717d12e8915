//! `dcount_intersect`: how many values several count sketches have in common.
//!
//! A sketch can be merged but not intersected, so that the counts of the unions tell those of the intersections:
//! `|A ∩ B| = |A| + |B| - |A ∪ B|`, and so on with changing signs. The counts are estimates, and so is what comes of them.

use super::PluginCall;
use super::run::{column, project};
use crate::kql::bind::Binder;
use crate::kql::bind::convert::literal;
use crate::kql::bind::scope::Table;
use crate::kql::{Scalar, ScalarKind, ScalarOperator, ScalarType as T, Span, Value};

/// With each sketch the unions double.
const MOST_SKETCHES: usize = 6;

impl Binder<'_> {
    pub(super) fn dcount_intersect(&mut self, call: &PluginCall<'_>, input: &Table, span: &Span) -> Option<Table> {
        let sketches: Vec<Scalar> = call.arguments.iter().filter_map(|it| it.scalar().cloned()).collect();
        if sketches.len() != call.arguments.len() || sketches.len() > MOST_SKETCHES {
            return self.refuse(&format!("dcount_intersect() of more than {MOST_SKETCHES} sketches"), span.clone());
        }
        let columns = self.schema_of(call, input).columns;
        let mut values: Vec<Scalar> =
            (0..input.columns().len()).map(|place| column(&input.relation, place, span)).collect();
        for n in 1..=sketches.len() {
            values.push(self.common(&sketches[..n], span)?);
        }
        let relation = project(input.relation.clone(), values, columns, span);
        self.table(relation, input.unknown.clone(), input.depth + 1)
    }

    /// The count of what all sketches have, never below zero.
    fn common(&mut self, sketches: &[Scalar], span: &Span) -> Option<Scalar> {
        let mut sum: Option<Scalar> = None;
        for chosen in 1_u32..1 << sketches.len() {
            let members = sketches.iter().enumerate().filter(|(place, _)| chosen & (1 << place) != 0);
            let members: Vec<Scalar> = members.map(|(_, sketch)| sketch.clone()).collect();
            let is_added = members.len() % 2 == 1;
            let union = match members.as_slice() {
                [one] => one.clone(),
                _ => self.capable_call("hll_merge", members, T::Dynamic, span.clone())?,
            };
            let count = self.capable_call("dcount_hll", vec![union], T::Long, span.clone())?;
            self.charge(1, span)?;
            sum = Some(match sum {
                None => count,
                Some(sum) => {
                    let operator = if is_added { ScalarOperator::Add } else { ScalarOperator::Subtract };
                    Scalar { kind: ScalarKind::Operator(operator, vec![sum, count]), ty: T::Long, span: span.clone() }
                }
            });
        }
        let none = literal(Value::Long(0), span.clone());
        self.capable_call("max_of", vec![sum?, none], T::Long, span.clone())
    }
}
