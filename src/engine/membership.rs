//! `x in (relation)`: a set of values that was computed before the plan, as a function of the needle.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::datatypes::{DataType, Decimal256Type, Float64Type, Int32Type, Int64Type, i256};
use datafusion::common::{HashSet, Result, exec_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

/// The function that is true for members, false for anything else and for null.
pub(in crate::engine) fn membership(columns: &[ArrayRef], ignore_case: bool) -> Result<Arc<ScalarUDF>> {
    let mut members = Members::default();
    for column in columns {
        members.add(column, ignore_case)?;
    }
    let signature = Signature::any(1, Volatility::Immutable);
    Ok(Arc::new(ScalarUDF::from(Membership { members: Arc::new(members), ignore_case, signature })))
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
}

impl Members {
    fn add(&mut self, column: &ArrayRef, ignore_case: bool) -> Result<()> {
        match column.data_type() {
            DataType::Utf8 => {
                for text in column.as_string::<i32>().iter().flatten() {
                    self.texts.insert(folded(text, ignore_case).into());
                }
            }
            DataType::Decimal256(..) => {
                self.decimals.extend(column.as_primitive::<Decimal256Type>().iter().flatten());
            }
            _ => self.numbers.extend(numbers(column)?.into_iter().flatten()),
        }
        Ok(())
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
