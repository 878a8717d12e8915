//! A grouped accumulator used for a `summarize` without keys, as if there were one group.

use std::fmt;
use std::sync::Mutex;

use arrow::array::{Array, ArrayRef, new_empty_array};
use datafusion::common::{Result, internal_datafusion_err};
use datafusion::logical_expr::function::AccumulatorArgs;
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};
use datafusion::scalar::ScalarValue;

pub(super) struct Ungrouped {
    /// DataFusion wants accumulators to be `Sync`, which grouped ones are not. Nobody ever waits for this lock.
    groups: Mutex<Box<dyn GroupsAccumulator>>,
    /// The arguments of no rows: the one group exists even when no row comes.
    no_rows: Vec<ArrayRef>,
}

impl Ungrouped {
    pub(super) fn new(groups: Box<dyn GroupsAccumulator>, args: &AccumulatorArgs) -> Self {
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
