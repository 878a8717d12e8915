//! One argument as a typed column: a constant and an array read alike.

use datafusion::arrow::array::{
    Array, ArrowPrimitiveType, BooleanArray, Decimal256Array, Float64Array, Int64Array, PrimitiveArray, StringArray,
};
use datafusion::arrow::datatypes::{DataType, i256};

use crate::kql::ScalarType;

/// The Arrow type that values of a KQL type are stored in.
pub(super) fn storage(ty: ScalarType) -> DataType {
    match ty {
        ScalarType::Bool => DataType::Boolean,
        ScalarType::Int => DataType::Int32,
        ScalarType::Long | ScalarType::Datetime | ScalarType::Timespan => DataType::Int64,
        ScalarType::Real => DataType::Float64,
        ScalarType::Decimal => DataType::Decimal256(76, 38),
        ScalarType::Guid | ScalarType::String | ScalarType::Dynamic | ScalarType::Unknown => DataType::Utf8,
    }
}

/// An array, or one value that stands for every row.
pub(super) struct Column<A> {
    array: A,
    constant: bool,
}

pub(super) type Strings = Column<StringArray>;
pub(super) type Longs = Column<Int64Array>;
pub(super) type Reals = Column<Float64Array>;
pub(super) type Bools = Column<BooleanArray>;
pub(super) type Decimals = Column<Decimal256Array>;

impl<A: Array> Column<A> {
    pub(super) fn new(array: A, constant: bool) -> Self {
        Self { array, constant }
    }

    pub(super) fn is_constant(&self) -> bool {
        self.constant
    }

    pub(super) fn array(&self) -> &A {
        &self.array
    }

    fn index(&self, row: usize) -> usize {
        if self.constant { 0 } else { row }
    }
}

impl<T: ArrowPrimitiveType> Column<PrimitiveArray<T>> {
    pub(super) fn get(&self, row: usize) -> Option<T::Native> {
        let index = self.index(row);
        self.array.is_valid(index).then(|| self.array.value(index))
    }
}

impl Column<BooleanArray> {
    pub(super) fn get(&self, row: usize) -> Option<bool> {
        let index = self.index(row);
        self.array.is_valid(index).then(|| self.array.value(index))
    }
}

impl Column<StringArray> {
    /// The text; a null reads as the empty string.
    pub(super) fn get(&self, row: usize) -> &str {
        let index = self.index(row);
        if self.array.is_valid(index) { self.array.value(index) } else { "" }
    }

    /// The text, for the types whose text can be null: dynamic and guid.
    pub(super) fn some(&self, row: usize) -> Option<&str> {
        let index = self.index(row);
        self.array.is_valid(index).then(|| self.array.value(index))
    }

    /// The text of every row, when the argument is one.
    pub(super) fn constant(&self) -> Option<&str> {
        (self.constant && !self.array.is_empty()).then(|| self.get(0))
    }
}

/// One unit of a decimal: its last digit is the 38th after the point.
pub(super) fn decimal_one() -> i256 {
    i256::from_i128(10_i128.pow(38))
}
