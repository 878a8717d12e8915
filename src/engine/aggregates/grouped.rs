//! What all aggregates have in common that keep every group in one accumulator: how DataFusion asks for them, and how a
//! `summarize` without keys uses them as if there were one group.

use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex};

use arrow::array::{Array, ArrayRef, new_empty_array};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, internal_datafusion_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, GroupsAccumulator, Signature, Volatility,
};
use datafusion::scalar::ScalarValue;

/// An aggregate that keeps every group in one accumulator. Two that are equal compute the same.
pub(super) trait Grouped: fmt::Debug + Eq + Hash + Send + Sync + 'static {
    fn name(&self) -> &'static str;

    /// The type of its result.
    fn output(&self, inputs: &[DataType]) -> DataType;

    /// What a partition hands on to the one that puts the parts together: a name and a type for each column.
    fn state(&self, inputs: &[FieldRef], output: &DataType) -> Vec<(&'static str, DataType)>;

    fn groups(&self, args: &AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>>;
}

/// The aggregate as DataFusion takes it.
pub(super) fn grouped(aggregate: impl Grouped) -> Arc<AggregateUDF> {
    let signature = Signature::variadic_any(Volatility::Immutable);
    Arc::new(AggregateUDF::from(Function { aggregate, signature }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Function<G> {
    aggregate: G,
    signature: Signature,
}

impl<G: Grouped> AggregateUDFImpl for Function<G> {
    fn name(&self) -> &'static str {
        self.aggregate.name()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        Ok(self.aggregate.output(arg_types))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let state = self.aggregate.state(args.input_fields, args.return_field.data_type());
        Ok(state.into_iter().map(|(name, ty)| Arc::new(Field::new(name, ty, true))).collect())
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Ungrouped::new(self.aggregate.groups(&args)?, &args)))
    }

    fn groups_accumulator_supported(&self, _args: AccumulatorArgs) -> bool {
        true
    }

    fn create_groups_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        self.aggregate.groups(&args)
    }
}

struct Ungrouped {
    /// DataFusion wants accumulators to be `Sync`, which grouped ones are not. Nobody ever waits for this lock.
    groups: Mutex<Box<dyn GroupsAccumulator>>,
    /// The arguments of no rows: the one group exists even when no row comes.
    no_rows: Vec<ArrayRef>,
}

impl Ungrouped {
    fn new(groups: Box<dyn GroupsAccumulator>, args: &AccumulatorArgs) -> Self {
        let no_rows = args.expr_fields.iter().map(|field| new_empty_array(field.data_type())).collect();
        Self { groups: Mutex::new(groups), no_rows }
    }

    fn groups(&mut self) -> Result<&mut Box<dyn GroupsAccumulator>> {
        self.groups.get_mut().map_err(|_| internal_datafusion_err!("an accumulator panicked before"))
    }

    fn ensure_group(&mut self) -> Result<()> {
        let no_rows = self.no_rows.clone();
        self.groups()?.update_batch(&no_rows, &[], None, 1)
    }
}

impl fmt::Debug for Ungrouped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ungrouped")
    }
}

impl Accumulator for Ungrouped {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let zeros = vec![0; values.first().map_or(0, Array::len)];
        self.groups()?.update_batch(values, &zeros, None, 1)
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let zeros = vec![0; states.first().map_or(0, Array::len)];
        self.groups()?.merge_batch(states, &zeros, 1)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.ensure_group()?;
        let result = self.groups()?.evaluate(EmitTo::All)?;
        ScalarValue::try_from_array(&result, 0)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.ensure_group()?;
        let state = self.groups()?.state(EmitTo::All)?;
        state.iter().map(|array| ScalarValue::try_from_array(array, 0)).collect()
    }

    fn size(&self) -> usize {
        self.groups.lock().map_or(0, |groups| groups.size())
    }
}
