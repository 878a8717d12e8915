//! Several keys of groups as one number.
//!
//! A hash table of one whole number for each group takes a third of the time that one of several columns does. Codes of
//! texts are small, and so is the count of steps that a `bin()` has rounded a datetime down to; the keys are the digits of
//! one number, each in the base that it needs. Which keys fit is known before any row is: see [`PackedKeys::of`].

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, UInt32Array};
use arrow::datatypes::{DataType, Int64Type, UInt32Type};
use datafusion::common::Result;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use crate::kql::{Scalar, ScalarKind, ScalarType, Value};

/// How the keys make up the number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in crate::engine) struct PackedKeys {
    keys: Vec<Key>,
    /// How many combinations of codes there are.
    n_codes: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    /// A code below this.
    Code(i64),
    /// A datetime rounded down to a multiple of this. There is at most one: it takes the upper digits.
    Bin(i64),
}

impl PackedKeys {
    /// How to pack these keys, of which those that have codes have so many; `None` for one key, and when not all of them
    /// are sure to fit.
    pub(in crate::engine) fn of(keys: &[Scalar], n_codes: &[Option<usize>]) -> Option<Self> {
        let key = |(key, n_codes): (&Scalar, &Option<usize>)| match n_codes {
            Some(n_codes) => Some(Key::Code(i64::try_from(*n_codes).ok()?.max(1))),
            None => binned(key).map(|(_, step)| Key::Bin(step)),
        };
        let keys: Vec<Key> = keys.iter().zip(n_codes).map(key).collect::<Option<_>>()?;
        let mut n_codes = 1_i64;
        let mut steps = Vec::new();
        for key in &keys {
            match key {
                Key::Code(n) => n_codes = n_codes.checked_mul(*n)?,
                Key::Bin(step) => steps.push(*step),
            }
        }
        // Of 2^64 ticks no more than 2^64 / step are multiples of it, each with a code of its own for every combination,
        // and as many again for a datetime that is null.
        let fits = match steps.as_slice() {
            // Numbers near the greatest stand for a datetime that is null, also where there is none.
            [] => n_codes <= i64::MAX / 2,
            [step] => n_codes.checked_mul(8)? <= *step,
            _ => false,
        };
        (keys.len() > 1 && fits).then_some(Self { keys, n_codes })
    }

    /// The scalar that is packed for a key: codes are themselves, of a `bin()` it is what is rounded.
    pub(in crate::engine) fn operand(key: &Scalar) -> &Scalar {
        binned(key).map_or(key, |(value, _)| value)
    }

    pub(in crate::engine) fn pack(&self, operands: Vec<Expr>) -> Expr {
        ScalarUDF::from(Pack { keys: self.clone(), signature: any(operands.len()) }).call(operands)
    }

    /// The key at a place.
    pub(in crate::engine) fn unpack(&self, place: usize, packed: Expr) -> Expr {
        ScalarUDF::from(Unpack { keys: self.clone(), place, signature: any(1) }).call(vec![packed])
    }

    /// The place of the number of a null datetime: no multiple of a step comes near it.
    fn null(&self) -> i64 {
        i64::MAX - self.n_codes
    }

    /// The numbers of rows.
    fn packed(&self, columns: &[ArrayRef]) -> Int64Array {
        let n_rows = columns.first().map_or(0, Array::len);
        let mut packed = vec![0_i64; n_rows];
        for (key, column) in self.keys.iter().zip(columns) {
            if let Key::Code(n) = key {
                let codes = column.as_primitive::<UInt32Type>().values();
                packed.iter_mut().zip(codes).for_each(|(packed, code)| *packed = *packed * n + i64::from(*code));
            }
        }
        for (key, column) in self.keys.iter().zip(columns) {
            if let Key::Bin(step) = key {
                let values = column.as_primitive::<Int64Type>();
                let mut bins = Bins::new(*step);
                let has_nulls = values.null_count() > 0;
                for (row, (packed, value)) in packed.iter_mut().zip(values.values()).enumerate() {
                    let upper =
                        if has_nulls && values.is_null(row) { self.null() } else { bins.of(*value) * self.n_codes };
                    *packed += upper;
                }
            }
        }
        packed.into()
    }

    fn unpacked(&self, place: usize, packed: &Int64Array) -> ArrayRef {
        let codes_behind = self.keys[place + 1..].iter().map(|key| if let Key::Code(n) = key { *n } else { 1 });
        let behind: i64 = codes_behind.product();
        match self.keys[place] {
            Key::Code(n) => {
                let code = |packed: i64| {
                    let codes =
                        if packed >= self.null() { packed - self.null() } else { packed.rem_euclid(self.n_codes) };
                    (codes / behind % n) as u32
                };
                Arc::new(packed.values().iter().map(|packed| code(*packed)).collect::<UInt32Array>())
            }
            Key::Bin(step) => {
                let bin =
                    |packed: i64| (packed < self.null()).then(|| packed.div_euclid(self.n_codes).wrapping_mul(step));
                Arc::new(packed.values().iter().map(|packed| bin(*packed)).collect::<Int64Array>())
            }
        }
    }
}

/// What a `bin()` of a datetime rounds, and to multiples of what.
fn binned(key: &Scalar) -> Option<(&Scalar, i64)> {
    let ScalarKind::Call("bin", args) = &key.kind else { return None };
    let [value, size] = args.as_slice() else { return None };
    match &size.kind {
        ScalarKind::Literal(Value::Timespan(step)) if *step > 0 && value.ty == ScalarType::Datetime => {
            Some((value, *step))
        }
        _ => None,
    }
}

/// Counts steps below values. Rows are often in the order of time, so that the last answer mostly is the next one.
#[derive(Debug)]
pub(in crate::engine) struct Bins {
    step: i64,
    /// Values from here on, for one step, have the last answer.
    from: i64,
    last: i64,
}

impl Bins {
    /// `step` is positive.
    pub(in crate::engine) fn new(step: i64) -> Self {
        Self { step, from: 0, last: 0 }
    }

    /// Toward negative infinity. Below the least long it wraps, as Kusto does.
    pub(in crate::engine) fn of(&mut self, value: i64) -> i64 {
        if value >= self.from && value - self.from < self.step {
            return self.last;
        }
        let count = if value < 0 { value.wrapping_sub(self.step - 1) / self.step } else { value / self.step };
        if value >= 0 {
            (self.from, self.last) = (count * self.step, count);
        }
        count
    }
}

fn any(n_args: usize) -> Signature {
    Signature::any(n_args, Volatility::Immutable)
}

#[derive(Debug, PartialEq, Eq)]
struct Pack {
    keys: PackedKeys,
    signature: Signature,
}

impl Hash for Pack {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.keys.hash(state);
    }
}

impl ScalarUDFImpl for Pack {
    fn name(&self) -> &'static str {
        "packed_keys"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _args: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int64)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let columns = ColumnarValue::values_to_arrays(&args.args)?;
        Ok(ColumnarValue::Array(Arc::new(self.keys.packed(&columns))))
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Unpack {
    keys: PackedKeys,
    place: usize,
    signature: Signature,
}

impl Hash for Unpack {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.keys, self.place).hash(state);
    }
}

impl ScalarUDFImpl for Unpack {
    fn name(&self) -> &'static str {
        "unpacked_key"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _args: &[DataType]) -> Result<DataType> {
        Ok(match self.keys.keys[self.place] {
            Key::Code(_) => DataType::UInt32,
            Key::Bin(_) => DataType::Int64,
        })
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let packed = args.args[0].to_array(args.number_rows)?;
        Ok(ColumnarValue::Array(self.keys.unpacked(self.place, packed.as_primitive())))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int64Array, UInt32Array};

    use super::{Bins, Key, PackedKeys};

    #[test]
    fn what_was_packed_comes_out_again() {
        let keys = PackedKeys { keys: vec![Key::Code(3), Key::Bin(100), Key::Code(4)], n_codes: 12 };
        let first: ArrayRef = Arc::new(UInt32Array::from(vec![2, 0, 1, 2, 0, 2]));
        let times = vec![Some(0), None, Some(i64::MAX), Some(-1), Some(250), None];
        let bins = vec![Some(0), None, Some(i64::MAX / 100 * 100), Some(-100), Some(200), None];
        let last: ArrayRef = Arc::new(UInt32Array::from(vec![3, 0, 2, 1, 0, 3]));
        let packed = keys.packed(&[Arc::clone(&first), Arc::new(Int64Array::from(times)), Arc::clone(&last)]);
        assert_eq!(&keys.unpacked(0, &packed), &first);
        assert_eq!(&keys.unpacked(1, &packed), &(Arc::new(Int64Array::from(bins)) as ArrayRef));
        assert_eq!(&keys.unpacked(2, &packed), &last);
    }

    #[test]
    fn the_last_bin_is_not_taken_for_another() {
        let mut bins = Bins::new(10);
        let values = [0, 9, 10, -1, 0, -10, -11, 5, i64::MAX, i64::MIN + 20, i64::MAX];
        let expected = values.map(|value: i64| value.div_euclid(10));
        assert_eq!(values.map(|value| bins.of(value)), expected);
    }
}
