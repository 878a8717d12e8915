//! Columns of a plan handled by the codes of their texts (`data::Codes`).
//!
//! A scan can give a column of texts, the codes of these texts, or both; what nobody reads is left out. So beside a column
//! of texts there may be its codes, which operators that only compare texts with each other take instead. What comes out
//! of an aggregate by codes has no texts any more: there a column holds codes in the place of texts, and the texts are
//! looked up as late as can be, often for the few rows of a `top`. Only operators that ask for it
//! ([`Planner::plan_coded`]) meet such columns.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::AsArray;
use arrow::compute::take;
use arrow::datatypes::{DataType, UInt32Type};
use datafusion::catalog::TableProvider;
use datafusion::common::{Column, Result, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::data::{self, Codes};
use super::error::EngineError;
use super::plan::{Planned, Planner, mark};
use crate::kql::{Relation, Scalar, ScalarKind};

/// What is known of the codes of the columns of a plan.
#[derive(Debug, Default)]
pub(in crate::engine) struct CodedColumns(HashMap<Column, Coded>);

impl CodedColumns {
    /// A column that holds codes in the place of texts has another name from here on.
    pub(in crate::engine) fn pass_on(&mut self, column: &Column, renamed: &Column) {
        if let Some(coded) = self.0.get(column).filter(|coded| coded.code == *column) {
            let coded = Coded { code: renamed.clone(), source: coded.source.clone() };
            self.0.insert(renamed.clone(), coded);
        }
    }
}

/// The codes of a column.
#[derive(Debug, Clone)]
pub(in crate::engine) struct Coded {
    /// Holds the codes; the column itself when it has no texts.
    pub(in crate::engine) code: Column,
    source: Source,
}

#[derive(Debug, Clone)]
enum Source {
    /// A column of a table. Its codes are read from the files only when they are wanted.
    Table(Arc<dyn TableProvider>, String),
    Codes(Arc<Codes>),
}

impl Coded {
    /// `None` when they cannot be read.
    pub(in crate::engine) fn codes(&self) -> Option<Arc<Codes>> {
        match &self.source {
            Source::Table(table, column) => data::codes(table.as_ref(), column),
            Source::Codes(codes) => Some(Arc::clone(codes)),
        }
    }
}

impl Planner<'_> {
    /// As [`Planner::plan_input`], but columns may hold codes in the place of texts.
    pub(in crate::engine) fn plan_coded(
        &mut self,
        input: &Relation,
        needed: Vec<bool>,
    ) -> Result<Planned, EngineError> {
        self.takes_codes = true;
        self.plan_input(input, needed)
    }

    /// Notes the codes that the scan of a table has beside its columns.
    pub(in crate::engine) fn note_codes(&mut self, table: &Arc<dyn TableProvider>, scan: &Planned) {
        let schema = table.schema();
        let Some(hidden) = schema.fields().get(scan.columns.len()..).filter(|fields| !fields.is_empty()) else {
            return;
        };
        for column in &scan.columns {
            let name = data::code_of(&column.name);
            if hidden.iter().any(|field| *field.name() == name) {
                let source = Source::Table(Arc::clone(table), column.name.clone());
                let code = Column::new(column.relation.clone(), name);
                self.coded.0.insert(column.clone(), Coded { code, source });
            }
        }
    }

    /// The codes of a column of the input, where there are some.
    pub(in crate::engine) fn coded(&self, input: &Planned, scalar: &Scalar) -> Option<(Column, Arc<Codes>)> {
        let ScalarKind::Column(index) = scalar.kind else { return None };
        self.coded_at(input, index)
    }

    /// The same of the column at a place.
    pub(in crate::engine) fn coded_at(&self, input: &Planned, index: usize) -> Option<(Column, Arc<Codes>)> {
        let coded = self.coded.0.get(input.columns.get(index)?)?;
        input.plan.schema().maybe_index_of_column(&coded.code)?;
        Some((coded.code.clone(), coded.codes()?))
    }

    /// Notes that a column holds codes in the place of texts.
    pub(in crate::engine) fn is_coded(&mut self, column: &Column, codes: Arc<Codes>) {
        self.coded.0.insert(column.clone(), Coded { code: column.clone(), source: Source::Codes(codes) });
    }

    /// The codes that this column holds in the place of texts.
    fn holds_codes(&self, column: &Column) -> Option<Arc<Codes>> {
        let coded = self.coded.0.get(column)?;
        if coded.code == *column { coded.codes() } else { None }
    }

    /// A column as texts, whatever it holds.
    pub(in crate::engine) fn text(&self, column: &Column) -> Expr {
        let value = Expr::Column(column.clone());
        match self.holds_codes(column) {
            Some(codes) => ScalarUDF::from(TextOfCode::new(codes)).call(vec![value]),
            None => value,
        }
    }

    /// The input with texts in the place of codes.
    pub(in crate::engine) fn texts(&mut self, input: Planned) -> Result<Planned, EngineError> {
        if input.columns.iter().all(|column| self.holds_codes(column).is_none()) {
            return Ok(input);
        }
        let values = input.columns.iter().map(|column| self.text(column)).collect();
        self.project(input, values)
    }

    /// The same, when one of these scalars computes with such a column. One that is only passed on may stay.
    pub(in crate::engine) fn texts_for<'s>(
        &mut self,
        input: Planned,
        scalars: impl IntoIterator<Item = &'s Scalar>,
    ) -> Result<Planned, EngineError> {
        let mut read = vec![false; input.columns.len()];
        for scalar in scalars {
            mark(&mut read, scalar);
        }
        let computes = |(column, read): (&Column, &bool)| *read && self.holds_codes(column).is_some();
        if input.columns.iter().zip(&read).any(computes) { self.texts(input) } else { Ok(input) }
    }

    /// A projection that keeps the codes of those columns that are passed on.
    pub(in crate::engine) fn project_coded(
        &mut self,
        input: Planned,
        scalars: &[Scalar],
    ) -> Result<Planned, EngineError> {
        let computed = scalars.iter().filter(|it| !matches!(it.kind, ScalarKind::Column(_)));
        let input = self.texts_for(input, computed)?;
        let mut values = self.values(&input, scalars)?;
        let n_values = values.len();
        let mut passed: Vec<(usize, Option<usize>, Coded)> = Vec::new();
        for (at, scalar) in scalars.iter().enumerate() {
            let ScalarKind::Column(index) = scalar.kind else { continue };
            let column = &input.columns[index];
            let Some(coded) = self.coded.0.get(column) else { continue };
            if coded.code == *column {
                passed.push((at, None, coded.clone()));
            } else if input.plan.schema().maybe_index_of_column(&coded.code).is_some() {
                passed.push((at, Some(values.len()), coded.clone()));
                values.push(Expr::Column(coded.code.clone()));
            }
        }
        let mut planned = self.project(input, values)?;
        for (at, code, coded) in passed {
            let code = planned.columns[code.unwrap_or(at)].clone();
            self.coded.0.insert(planned.columns[at].clone(), Coded { code, ..coded });
        }
        planned.columns.truncate(n_values);
        Ok(planned)
    }
}

/// Looks up the texts of codes.
#[derive(Debug)]
struct TextOfCode {
    codes: Arc<Codes>,
    signature: Signature,
}

impl TextOfCode {
    fn new(codes: Arc<Codes>) -> Self {
        Self { codes, signature: Signature::any(1, Volatility::Immutable) }
    }
}

impl PartialEq for TextOfCode {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.codes, &other.codes)
    }
}

impl Eq for TextOfCode {}

impl Hash for TextOfCode {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.codes).hash(state);
    }
}

impl ScalarUDFImpl for TextOfCode {
    fn name(&self) -> &'static str {
        "text_of_code"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _args: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let codes = args.args[0].to_array(1)?;
        let texts = take(self.codes.texts(), codes.as_primitive::<UInt32Type>(), None)?;
        match &args.args[0] {
            ColumnarValue::Array(_) => Ok(ColumnarValue::Array(texts)),
            ColumnarValue::Scalar(_) => Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&texts, 0)?)),
        }
    }
}
