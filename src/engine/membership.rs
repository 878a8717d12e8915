//! `x in (relation)`: a set of values that was computed before the plan, as a function of the needle.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::datatypes::{DataType, Decimal256Type, Float64Type, Int32Type, Int64Type, i256};
use datafusion::common::{HashSet, Result, exec_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

/// Members as they come, batch after batch.
#[derive(Debug)]
pub(in crate::engine) struct SetBuilder {
    members: Members,
    ignore_case: bool,
}

impl SetBuilder {
    pub(in crate::engine) fn new(ignore_case: bool) -> Self {
        Self { members: Members::default(), ignore_case }
    }

    pub(in crate::engine) fn add(&mut self, column: &ArrayRef) -> Result<()> {
        self.members.add(column, self.ignore_case)
    }

    /// Bytes that the set holds.
    pub(in crate::engine) fn size(&self) -> usize {
        self.members.size()
    }

    /// The function that is true for members, false for anything else and for null.
    pub(in crate::engine) fn finish(self) -> Arc<ScalarUDF> {
        let signature = Signature::any(1, Volatility::Immutable);
        let (members, ignore_case) = (Arc::new(self.members), self.ignore_case);
        Arc::new(ScalarUDF::from(Membership { members, ignore_case, signature }))
    }
}

#[derive(Debug)]
struct Membership {
    members: Arc<Members>,
    ignore_case: bool,
    signature: Signature,
}

impl PartialEq for Membership {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.members, &other.members)
    }
}

impl Eq for Membership {}

impl Hash for Membership {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.members).hash(state);
    }
}

impl ScalarUDFImpl for Membership {
    fn name(&self) -> &'static str {
        "in_relation"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let array = args.args[0].to_array(args.number_rows)?;
        Ok(ColumnarValue::Array(Arc::new(self.members.test(&array, self.ignore_case)?)))
    }
}

/// Values by storage type; one of the sets is in use.
#[derive(Debug, Default)]
struct Members {
    texts: HashSet<Box<str>>,
    numbers: HashSet<i64>,
    decimals: HashSet<i256>,
    /// Length of all texts together.
    n_text_bytes: usize,
}

impl Members {
    fn add(&mut self, column: &ArrayRef, ignore_case: bool) -> Result<()> {
        match column.data_type() {
            DataType::Utf8 => {
                for text in column.as_string::<i32>().iter().flatten() {
                    let text = folded(text, ignore_case);
                    if !self.texts.contains(text.as_ref()) {
                        self.n_text_bytes += text.len();
                        self.texts.insert(text.into());
                    }
                }
            }
            DataType::Decimal256(..) => {
                self.decimals.extend(column.as_primitive::<Decimal256Type>().iter().flatten());
            }
            _ => self.numbers.extend(numbers(column)?.into_iter().flatten()),
        }
        Ok(())
    }

    fn size(&self) -> usize {
        let entries = self.texts.capacity() * size_of::<Box<str>>()
            + self.numbers.capacity() * size_of::<i64>()
            + self.decimals.capacity() * size_of::<i256>();
        entries + self.n_text_bytes
    }

    fn test(&self, column: &ArrayRef, ignore_case: bool) -> Result<BooleanArray> {
        let found: Vec<bool> = match column.data_type() {
            DataType::Utf8 => {
                let has = |text: &str| self.texts.contains(folded(text, ignore_case).as_ref());
                column.as_string::<i32>().iter().map(|text| text.is_some_and(has)).collect()
            }
            DataType::Decimal256(..) => {
                let has = |number: i256| self.decimals.contains(&number);
                column.as_primitive::<Decimal256Type>().iter().map(|number| number.is_some_and(has)).collect()
            }
            _ => {
                let has = |number: Option<i64>| number.is_some_and(|number| self.numbers.contains(&number));
                numbers(column)?.into_iter().map(has).collect()
            }
        };
        Ok(BooleanArray::from(found))
    }
}

fn folded(text: &str, ignore_case: bool) -> std::borrow::Cow<'_, str> {
    if ignore_case { text.to_lowercase().into() } else { text.into() }
}

/// Values as whole numbers that are equal when the values are; a NaN equals nothing.
fn numbers(column: &ArrayRef) -> Result<Vec<Option<i64>>> {
    Ok(match column.data_type() {
        DataType::Boolean => column.as_boolean().iter().map(|value| value.map(i64::from)).collect(),
        DataType::Int32 => column.as_primitive::<Int32Type>().iter().map(|value| value.map(i64::from)).collect(),
        DataType::Int64 => column.as_primitive::<Int64Type>().iter().collect(),
        DataType::Float64 => {
            let bits = |real: f64| (!real.is_nan()).then(|| (real + 0.0).to_bits().cast_signed());
            column.as_primitive::<Float64Type>().iter().map(|value| value.and_then(bits)).collect()
        }
        other => return exec_err!("values of {other} cannot be looked up in a relation"),
    })
}
