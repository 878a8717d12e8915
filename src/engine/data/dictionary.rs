//! Expressions over a column that a file keeps as dictionaries: computed once for each text of a dictionary, not once for
//! each row.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, Int32Array, StringArray, UInt32Array, new_empty_array};
use arrow::compute::{concat, take};
use arrow::datatypes::{DataType, Field, FieldRef, Int32Type, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use datafusion::common::{Result, exec_datafusion_err};
use datafusion::logical_expr::ColumnarValue;
use datafusion::physical_expr::PhysicalExpr;

use super::codes::Codes;

type Expression = Arc<dyn PhysicalExpr>;

/// How a file is read whose column is kept as dictionaries.
pub(super) fn dictionary_type() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}

/// What was made of the dictionary at hand. A dictionary serves many batches.
#[derive(Debug, Default)]
struct Made(Mutex<Option<(ArrayRef, ArrayRef)>>);

impl Made {
    /// What `make` makes of the texts, and of the empty text behind them, which stands for null.
    fn of(&self, texts: &ArrayRef, make: impl FnOnce(&ArrayRef) -> Result<ArrayRef>) -> Result<ArrayRef> {
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, result)) = &*made
            && Arc::ptr_eq(of, texts)
        {
            return Ok(Arc::clone(result));
        }
        let nothing: ArrayRef = Arc::new(StringArray::from_iter_values([""]));
        let result = make(&concat(&[texts, &nothing])?)?;
        *made = Some((Arc::clone(texts), Arc::clone(&result)));
        Ok(result)
    }
}

/// The dictionary of a batch, and the place in it of each row; that of a null is the one behind the last.
fn parts(column: &Expression, batch: &RecordBatch) -> Result<(ArrayRef, Int32Array)> {
    let array = column.evaluate(batch)?.into_array(batch.num_rows())?;
    let array: &DictionaryArray<Int32Type> =
        array.as_dictionary_opt().ok_or_else(|| exec_datafusion_err!("{column} is no dictionary"))?;
    let keys = array.keys();
    if keys.null_count() == 0 {
        return Ok((Arc::clone(array.values()), keys.clone()));
    }
    let nothing = array.values().len() as i32;
    Ok((Arc::clone(array.values()), keys.iter().map(|key| Some(key.unwrap_or(nothing))).collect()))
}

/// The codes of a column.
#[derive(Debug)]
pub(super) struct CodesOf {
    column: Expression,
    codes: Arc<Codes>,
    made: Made,
}

impl CodesOf {
    pub(super) fn new(column: Expression, codes: Arc<Codes>) -> Self {
        Self { column, codes, made: Made::default() }
    }
}

impl PartialEq for CodesOf {
    fn eq(&self, other: &Self) -> bool {
        self.column.eq(&other.column)
    }
}

impl Eq for CodesOf {}

impl Hash for CodesOf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.column.hash(state);
    }
}

impl fmt::Display for CodesOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "code({})", self.column)
    }
}

impl PhysicalExpr for CodesOf {
    fn data_type(&self, _input: &Schema) -> Result<DataType> {
        Ok(DataType::UInt32)
    }

    fn nullable(&self, _input: &Schema) -> Result<bool> {
        Ok(false)
    }

    fn return_field(&self, _input: &Schema) -> Result<FieldRef> {
        Ok(Arc::new(Field::new(self.to_string(), DataType::UInt32, false)))
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        if batch.num_rows() == 0 {
            return Ok(ColumnarValue::Array(new_empty_array(&DataType::UInt32)));
        }
        let (texts, places) = parts(&self.column, batch)?;
        let codes = self.made.of(&texts, |texts| {
            let unknown =
                || exec_datafusion_err!("a file was changed while it was open: {} is not as it was", self.column);
            let texts = texts.as_string::<i32>().iter();
            let codes = texts.map(|text| self.codes.of(text.unwrap_or_default()).ok_or_else(unknown));
            Ok(Arc::new(UInt32Array::from(codes.collect::<Result<Vec<_>>>()?)))
        })?;
        Ok(ColumnarValue::Array(take(&codes, &places, None)?))
    }

    fn children(&self) -> Vec<&Expression> {
        vec![&self.column]
    }

    fn with_new_children(self: Arc<Self>, mut children: Vec<Expression>) -> Result<Expression> {
        let column = children.pop().unwrap_or_else(|| Arc::clone(&self.column));
        Ok(Arc::new(Self::new(column, Arc::clone(&self.codes))))
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// A function of one column alone.
#[derive(Debug)]
pub(super) struct OverDictionary {
    column: Expression,
    /// Over a batch of one column, the texts.
    value: Expression,
    schema: SchemaRef,
    field: FieldRef,
    made: Made,
}

impl OverDictionary {
    /// `value` is over the only column of `schema`, which is a text that is never null.
    pub(super) fn new(column: Expression, value: Expression, schema: SchemaRef) -> Result<Self> {
        let field = value.return_field(&schema)?;
        Ok(Self { column, value, schema, field, made: Made::default() })
    }

    fn of_texts(&self, texts: &ArrayRef) -> Result<ArrayRef> {
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), vec![Arc::clone(texts)])?;
        self.value.evaluate(&batch)?.into_array(texts.len())
    }
}

impl PartialEq for OverDictionary {
    fn eq(&self, other: &Self) -> bool {
        self.column.eq(&other.column) && self.value.eq(&other.value)
    }
}

impl Eq for OverDictionary {}

impl Hash for OverDictionary {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.column.hash(state);
        self.value.hash(state);
    }
}

impl fmt::Display for OverDictionary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "once for each text({})", self.value)
    }
}

impl PhysicalExpr for OverDictionary {
    fn data_type(&self, _input: &Schema) -> Result<DataType> {
        Ok(self.field.data_type().clone())
    }

    fn nullable(&self, _input: &Schema) -> Result<bool> {
        Ok(self.field.is_nullable())
    }

    fn return_field(&self, _input: &Schema) -> Result<FieldRef> {
        Ok(Arc::clone(&self.field))
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        if batch.num_rows() == 0 {
            return Ok(ColumnarValue::Array(new_empty_array(self.field.data_type())));
        }
        let (texts, places) = parts(&self.column, batch)?;
        match self.made.of(&texts, |texts| self.of_texts(texts)) {
            Ok(values) => Ok(ColumnarValue::Array(take(&values, &places, None)?)),
            // A text that cannot be computed may be one that no row of this batch has.
            Err(_) => {
                let nothing: ArrayRef = Arc::new(StringArray::from_iter_values([""]));
                let rows = take(&concat(&[&texts, &nothing])?, &places, None)?;
                Ok(ColumnarValue::Array(self.of_texts(&rows)?))
            }
        }
    }

    fn children(&self) -> Vec<&Expression> {
        vec![&self.column]
    }

    fn with_new_children(self: Arc<Self>, mut children: Vec<Expression>) -> Result<Expression> {
        let column = children.pop().unwrap_or_else(|| Arc::clone(&self.column));
        let (value, schema) = (Arc::clone(&self.value), Arc::clone(&self.schema));
        Ok(Arc::new(Self::new(column, value, schema)?))
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
