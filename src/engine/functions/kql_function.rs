//! The one DataFusion function type behind everything scalar in KQL.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, new_empty_array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

use crate::engine::geography::Geography;
use crate::kql::ScalarType;

use super::Step;
use super::call::{Argument, Call};
use super::column::storage;
use super::memo::Memo;

/// How a function computes its column.
pub(super) type Evaluate = fn(&Call<'_>) -> Result<ArrayRef>;

/// A row of the registry: what the engine can run under a name.
#[derive(Clone, Copy)]
pub(super) struct Function {
    /// Canonical KQL name.
    pub(super) name: &'static str,
    pub(super) evaluate: Evaluate,
    /// Which argument types it is known how to answer for; the binder has already checked that KQL allows them.
    pub(super) accepts: fn(&[ScalarType]) -> bool,
    pub(super) volatile: bool,
}

impl Function {
    /// A function of its arguments alone, for every argument type that KQL allows.
    pub(super) const fn new(name: &'static str, evaluate: Evaluate) -> Self {
        Self { name, evaluate, accepts: |_| true, volatile: false }
    }

    /// Restricts the argument types.
    pub(super) const fn when(mut self, accepts: fn(&[ScalarType]) -> bool) -> Self {
        self.accepts = accepts;
        self
    }

    /// Gives another value at each row.
    pub(super) const fn volatile(mut self) -> Self {
        self.volatile = true;
        self
    }
}

/// A function with the types it is called with; equal when name, types and steps are equal.
pub(super) struct KqlFunction {
    name: &'static str,
    args: Vec<ScalarType>,
    returns: ScalarType,
    /// Only for paths into a dynamic.
    steps: Vec<Option<Step>>,
    /// Only for what asks where an address is; one engine has one.
    geography: Option<Arc<Geography>>,
    evaluate: Evaluate,
    volatile: bool,
    signature: Signature,
    memo: Memo,
}

impl KqlFunction {
    pub(super) fn new(function: &Function, args: &[ScalarType], returns: ScalarType) -> Self {
        let volatility = if function.volatile { Volatility::Volatile } else { Volatility::Immutable };
        let signature =
            if args.is_empty() { Signature::nullary(volatility) } else { Signature::any(args.len(), volatility) };
        Self {
            name: function.name,
            args: args.to_vec(),
            returns,
            steps: Vec::new(),
            geography: None,
            evaluate: function.evaluate,
            volatile: function.volatile,
            signature,
            memo: Memo::default(),
        }
    }

    pub(super) fn with_steps(mut self, steps: Vec<Option<Step>>) -> Self {
        self.steps = steps;
        self
    }

    pub(super) fn with_geography(mut self, geography: Arc<Geography>) -> Self {
        self.geography = Some(geography);
        self
    }

    pub(super) fn geography(&self) -> Option<&Geography> {
        self.geography.as_deref()
    }

    pub(super) fn into_udf(self) -> Arc<ScalarUDF> {
        Arc::new(ScalarUDF::from(self))
    }

    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    pub(super) fn returns(&self) -> ScalarType {
        self.returns
    }

    pub(super) fn steps(&self) -> &[Option<Step>] {
        &self.steps
    }

    pub(super) fn memo(&self) -> &Memo {
        &self.memo
    }

    fn identity(&self) -> (&str, &[ScalarType], ScalarType, &[Option<Step>]) {
        (self.name, &self.args, self.returns, &self.steps)
    }

    /// Brings what DataFusion hands over into the storage that the type has.
    fn argument(&self, index: usize, value: &ColumnarValue) -> Result<Argument> {
        let Some(&ty) = self.args.get(index) else {
            return exec_err!("{} is called with more arguments than it was planned with", self.name);
        };
        let (array, constant) = match value {
            ColumnarValue::Array(array) => (Arc::clone(array), false),
            ColumnarValue::Scalar(scalar) => (scalar.to_array()?, true),
        };
        let wanted = storage(ty);
        let array = if *array.data_type() == wanted { array } else { cast(&array, &wanted)? };
        Ok(Argument { array, ty, constant })
    }
}

impl ScalarUDFImpl for KqlFunction {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _args: &[DataType]) -> Result<DataType> {
        Ok(storage(self.returns))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let columns: Vec<Argument> =
            args.args.iter().enumerate().map(|(index, value)| self.argument(index, value)).collect::<Result<_>>()?;
        let constant = !self.volatile && columns.iter().all(|argument| argument.constant);
        let rows = if constant { 1 } else { args.number_rows };
        let wanted = storage(self.returns);
        if rows == 0 {
            // Functions may look at the first row of an argument that is the same in every row.
            return Ok(ColumnarValue::Array(new_empty_array(&wanted)));
        }
        let result = (self.evaluate)(&Call::new(self, columns, rows, args.config_options.extensions.get()))?;
        let result = if *result.data_type() == wanted { result } else { cast(&result, &wanted)? };
        if constant {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&result, 0)?));
        }
        Ok(ColumnarValue::Array(result))
    }
}

impl PartialEq for KqlFunction {
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }
}

impl Eq for KqlFunction {}

impl Hash for KqlFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.identity().hash(state);
    }
}

impl fmt::Debug for KqlFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:?} -> {}", self.name, self.args, self.returns)
    }
}
