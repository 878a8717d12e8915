//! What a query must know before its plan can be written: `materialize`, `toscalar` and `in (relation)`.
//!
//! Each is a query of its own, computed once; the plan then has a table in memory, a literal or a set in its place.
//! A relation that is materialized but read only once is left in the plan.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use datafusion::catalog::{MemTable, TableProvider};
use datafusion::logical_expr::{Expr, ScalarUDF};
use datafusion::scalar::ScalarValue;

use super::error::EngineError;
use super::storage;
use crate::engine::geography::Geography;
use crate::kql::{BoundQuery, ExternalData, Operator, PathStep, Relation, Scalar, ScalarKind, ScalarType, Span};

/// Results of what was computed beforehand.
#[derive(Debug, Default)]
pub(in crate::engine) struct Prepared {
    pub(in crate::engine) relations: HashMap<usize, Rows>,
    pub(in crate::engine) scalars: Vec<(Origin, ScalarValue)>,
    pub(in crate::engine) externals: Vec<(Origin, Rows)>,
    pub(in crate::engine) sets: Vec<(Origin, bool, Arc<ScalarUDF>)>,
    /// Where addresses are, if the engine has been told.
    pub(in crate::engine) geography: Option<Arc<Geography>>,
}

/// The relation that a result is of: that very one, or an equal one, because a `let` stands wherever it is used and is
/// computed once. (One with a NaN in it does not even equal itself.)
#[derive(Debug)]
pub(in crate::engine) struct Origin {
    address: usize,
    relation: Relation,
}

impl Origin {
    pub(in crate::engine) fn of(relation: &Relation) -> Self {
        Self { address: std::ptr::from_ref(relation).addr(), relation: relation.clone() }
    }

    fn is(&self, relation: &Relation) -> bool {
        self.address == std::ptr::from_ref(relation).addr() || self.relation == *relation
    }
}

/// A relation that was computed, in memory.
#[derive(Debug)]
pub(in crate::engine) struct Rows {
    pub(in crate::engine) rows: Arc<dyn TableProvider>,
    pub(in crate::engine) n_rows: usize,
}

impl Rows {
    pub(in crate::engine) fn new(schema: SchemaRef, batches: Vec<RecordBatch>) -> Result<Self, EngineError> {
        let n_rows = batches.iter().map(RecordBatch::num_rows).sum();
        Ok(Self { rows: Arc::new(MemTable::try_new(schema, vec![batches])?), n_rows })
    }
}

impl Prepared {
    pub(in crate::engine) fn relation(&self, id: usize) -> Option<&Rows> {
        self.relations.get(&id)
    }

    /// The rows of an `externaldata`.
    pub(in crate::engine) fn external(&self, relation: &Relation) -> Option<&Rows> {
        self.externals.iter().find(|(origin, _)| origin.is(relation)).map(|(_, rows)| rows)
    }

    pub(in crate::engine) fn scalar(&self, relation: &Relation) -> Result<Expr, EngineError> {
        let found = self.scalars.iter().find(|(origin, _)| origin.is(relation));
        match found {
            Some((_, value)) => Ok(Expr::Literal(value.clone(), None)),
            None => Err(EngineError::internal("a toscalar was not computed")),
        }
    }

    /// The function that tests for membership. The needle must have the type of the relation's first column.
    pub(in crate::engine) fn membership(
        &self,
        relation: &Relation,
        ignore_case: bool,
        needle: ScalarType,
        span: &Span,
    ) -> Result<Arc<ScalarUDF>, EngineError> {
        if relation.columns.first().map(|column| column.ty) != Some(needle) {
            return Err(EngineError::unsupported("in with a relation of another type", span));
        }
        let found = self.sets.iter().find(|(origin, folds, _)| *folds == ignore_case && origin.is(relation));
        match found {
            Some((_, _, function)) => Ok(Arc::clone(function)),
            None => Err(EngineError::internal("a relation of in was not computed")),
        }
    }

    /// True when this need is met already.
    pub(in crate::engine) fn has(&self, need: &Need<'_>) -> bool {
        match need {
            Need::Relation { id, .. } => self.relations.contains_key(id),
            Need::External { relation, .. } => self.external(relation).is_some(),
            Need::Scalar(relation) => self.scalars.iter().any(|(origin, _)| origin.is(relation)),
            Need::Set { relation, ignore_case } => {
                self.sets.iter().any(|(origin, folds, _)| folds == ignore_case && origin.is(relation))
            }
        }
    }
}

/// Something to compute.
#[derive(Debug, Clone, Copy)]
pub(in crate::engine) enum Need<'q> {
    Relation {
        id: usize,
        input: &'q Relation,
    },
    Scalar(&'q Relation),
    Set {
        relation: &'q Relation,
        ignore_case: bool,
    },
    /// Not a query: files to read.
    External {
        relation: &'q Relation,
        data: &'q ExternalData,
    },
}

impl<'q> Need<'q> {
    /// What has to be run.
    pub(in crate::engine) fn relation(self) -> &'q Relation {
        match self {
            Self::Relation { input: relation, .. }
            | Self::Scalar(relation)
            | Self::Set { relation, .. }
            | Self::External { relation, .. } => relation,
        }
    }
}

/// Everything to compute, each after what it needs itself.
pub(in crate::engine) fn needs(query: &BoundQuery) -> Vec<Need<'_>> {
    let mut walk = Walk { uses: HashMap::new(), entered: HashSet::new(), needs: Vec::new() };
    query.results().for_each(|result| walk.relation(result));
    let uses = walk.uses;
    walk.needs.retain(|need| !matches!(need, Need::Relation { id, .. } if uses.get(id) == Some(&1)));
    walk.needs
}

struct Walk<'q> {
    /// How often each materialized relation is read.
    uses: HashMap<usize, usize>,
    entered: HashSet<usize>,
    needs: Vec<Need<'q>>,
}

impl<'q> Walk<'q> {
    fn relation(&mut self, relation: &'q Relation) {
        match &relation.operator {
            Operator::Materialize { id, input } => self.materialized(*id, input),
            Operator::ExternalData(data) => self.needs.push(Need::External { relation, data }),
            operator => {
                operator.inputs().into_iter().for_each(|input| self.relation(input));
                operator.scalars().into_iter().for_each(|scalar| self.scalar(scalar));
            }
        }
    }

    fn materialized(&mut self, id: usize, input: &'q Relation) {
        *self.uses.entry(id).or_default() += 1;
        if self.entered.insert(id) {
            self.relation(input);
            self.needs.push(Need::Relation { id, input });
        }
    }

    fn scalars(&mut self, scalars: &'q [Scalar]) {
        for scalar in scalars {
            self.scalar(scalar);
        }
    }

    fn scalar(&mut self, scalar: &'q Scalar) {
        match &scalar.kind {
            ScalarKind::Literal(_) | ScalarKind::Column(_) | ScalarKind::Open(_) | ScalarKind::Parameter(_) => {}
            ScalarKind::Operator(_, operands) | ScalarKind::Call(_, operands) => self.scalars(operands),
            ScalarKind::Convert(operand) => self.scalar(operand),
            ScalarKind::Path { base, steps } => {
                self.scalar(base);
                for step in steps {
                    if let PathStep::Computed(step) = step {
                        self.scalar(step);
                    }
                }
            }
            ScalarKind::ToScalar(relation) => {
                self.relation(relation);
                self.needs.push(Need::Scalar(relation));
            }
            ScalarKind::InRelation { needle, relation, ignore_case } => {
                self.scalar(needle);
                self.relation(relation);
                self.needs.push(Need::Set { relation, ignore_case: *ignore_case });
            }
        }
    }
}

/// The value of a `toscalar` when its relation has no row.
pub(in crate::engine) fn scalar_of_nothing(relation: &Relation) -> ScalarValue {
    storage::null(relation.columns.first().map_or(ScalarType::Dynamic, |column| column.ty))
}
