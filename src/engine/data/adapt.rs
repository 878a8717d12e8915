//! How a scan reads each Parquet file as the table: every expression over the table's columns becomes one over the
//! columns that the file has.
//!
//! DataFusion asks for this once a file, and evaluates the result as row filter, as row-group and page pruning
//! predicate, and as projection. So a comparison of a datetime with ticks is written as a comparison of the file's own
//! column in the file's own unit wherever that says exactly the same; then statistics can rule out row groups and
//! pages. Everything else reads the column through a conversion.

use std::collections::HashMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{ColumnarValue, Operator};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{
    BinaryExpr, CastExpr, Column, DynamicFilterPhysicalExpr, InListExpr, IsNotNullExpr, Literal, in_list,
};
use datafusion::physical_expr::utils::collect_columns;
use datafusion::physical_expr_adapter::{PhysicalExprAdapter, PhysicalExprAdapterFactory};
use datafusion::physical_expr_common::physical_expr::is_volatile;

use super::codes::CodedColumn;
use super::convert::to_storage;
use super::dictionary::{CodesOf, OverDictionary};
use super::read_then_filter::Holds;
use super::storage::{data_type, declared_type};
use super::table::code_of;
use super::units;
use crate::kql::{ColumnSymbol, ScalarType};

type Expression = Arc<dyn PhysicalExpr>;

/// Makes the adapter of each file of one table.
#[derive(Debug)]
pub(super) struct AdapterFactory {
    types: Arc<HashMap<String, ScalarType>>,
    coded: Arc<HashMap<String, CodedColumn>>,
}

impl AdapterFactory {
    pub(super) fn new(columns: &[ColumnSymbol], coded: Arc<HashMap<String, CodedColumn>>) -> Self {
        Self { types: Arc::new(columns.iter().map(|column| (column.name.clone(), column.ty)).collect()), coded }
    }
}

impl PhysicalExprAdapterFactory for AdapterFactory {
    fn create(&self, _table: SchemaRef, file: SchemaRef) -> Result<Arc<dyn PhysicalExprAdapter>> {
        Ok(Arc::new(Adapter { types: Arc::clone(&self.types), coded: Arc::clone(&self.coded), file }))
    }
}

#[derive(Debug)]
struct Adapter {
    types: Arc<HashMap<String, ScalarType>>,
    coded: Arc<HashMap<String, CodedColumn>>,
    file: SchemaRef,
}

impl PhysicalExprAdapter for Adapter {
    fn rewrite(&self, expression: Expression) -> Result<Expression> {
        if let Some(holds) = expression.downcast_ref::<Holds>() {
            return Arc::clone(holds.condition()).transform_down(|it| self.condition_step(it)).data();
        }
        expression.transform_down(|it| self.step(it)).data()
    }
}

/// How a column of the table comes out of the file.
enum Reading {
    Absent,
    /// The file stores it as Tallyho does.
    Same,
    /// A narrower number, which DataFusion knows how to widen and to prune by.
    Widened,
    Converted(Option<ScalarType>),
}

impl Adapter {
    fn step(&self, expression: Expression) -> Result<Transformed<Expression>> {
        let replaced = if let Some(column) = expression.downcast_ref::<Column>() {
            Some(self.column(column)?)
        } else if let Some(binary) = expression.downcast_ref::<BinaryExpr>() {
            self.comparison(binary)
        } else if let Some(list) = expression.downcast_ref::<InListExpr>() {
            self.membership(list)?
        } else {
            None
        };
        let replaced = match replaced {
            Some(replaced) => Some(replaced),
            // Conjunctions are taken apart, so that a part of them may prune and be reordered; dynamic filters change
            // while a scan runs.
            None if is_junction(&expression) => None,
            None => self.over_dictionary(&expression)?,
        };
        Ok(step(expression, replaced))
    }

    /// The same for a condition that nothing prunes by: as much of it as can be is computed once for each text.
    fn condition_step(&self, expression: Expression) -> Result<Transformed<Expression>> {
        match self.over_dictionary(&expression)? {
            Some(replaced) => Ok(step(expression, Some(replaced))),
            None => self.step(expression),
        }
    }

    fn reading(&self, name: &str) -> (ScalarType, Reading, usize) {
        let ty = self.types.get(name).copied().unwrap_or(ScalarType::String);
        let Some((index, field)) = self.file.column_with_name(name) else { return (ty, Reading::Absent, 0) };
        (ty, reading(ty, field), index)
    }

    /// What depends on nothing but one column, when the file keeps that as dictionaries.
    fn over_dictionary(&self, expression: &Expression) -> Result<Option<Expression>> {
        let columns = collect_columns(expression);
        let (1, Some(column)) = (columns.len(), columns.into_iter().next()) else { return Ok(None) };
        if !self.coded.contains_key(column.name()) || is_volatile(expression) {
            return Ok(None);
        }
        let (_, Reading::Converted(_), index) = self.reading(column.name()) else { return Ok(None) };
        let text = Arc::new(Schema::new(vec![Field::new(column.name(), DataType::Utf8, false)]));
        let first = |it: Expression| match it.downcast_ref::<Column>() {
            Some(column) => Ok(Transformed::yes(Arc::new(Column::new(column.name(), 0)) as Expression)),
            None => Ok(Transformed::no(it)),
        };
        let value = Arc::clone(expression).transform_down(first).data()?;
        let physical = Arc::new(Column::new(column.name(), index));
        Ok(Some(Arc::new(OverDictionary::new(physical, value, text)?)))
    }

    /// The codes of a column, when it is their name that is asked for.
    fn code(&self, name: &str) -> Option<Expression> {
        let column = name.strip_prefix(code_of("").as_str())?;
        let codes = self.coded.get(column)?.codes()?;
        let (index, _) = self.file.column_with_name(column)?;
        Some(Arc::new(CodesOf::new(Arc::new(Column::new(column, index)), codes)))
    }

    fn column(&self, column: &Column) -> Result<Expression> {
        if !self.types.contains_key(column.name())
            && let Some(code) = self.code(column.name())
        {
            return Ok(code);
        }
        let (ty, reading, index) = self.reading(column.name());
        let physical = || Arc::new(Column::new(column.name(), index)) as Expression;
        Ok(match reading {
            Reading::Absent if ty == ScalarType::String => literal(ScalarValue::Utf8(Some(String::new()))),
            Reading::Absent => literal(ScalarValue::try_from(data_type(ty))?),
            Reading::Same => physical(),
            Reading::Widened => Arc::new(CastExpr::new(physical(), data_type(ty), None)),
            Reading::Converted(declared) => Arc::new(Conversion { column: physical(), declared, ty }),
        })
    }

    /// `column <op> literal`, either way round, in the file's terms; `None` when that would not say exactly the same.
    fn comparison(&self, binary: &BinaryExpr) -> Option<Expression> {
        let (column, op, value) =
            match (binary.left().downcast_ref::<Column>(), binary.right().downcast_ref::<Literal>()) {
                (Some(column), Some(value)) => (column, *binary.op(), value),
                _ => (
                    binary.right().downcast_ref::<Column>()?,
                    binary.op().swap()?,
                    binary.left().downcast_ref::<Literal>()?,
                ),
            };
        self.compare(column, op, value.value())
    }

    fn compare(&self, column: &Column, op: Operator, value: &ScalarValue) -> Option<Expression> {
        let (ty, Reading::Converted(_), index) = self.reading(column.name()) else { return None };
        let physical = || Arc::new(Column::new(column.name(), index)) as Expression;
        let arrow = self.file.field(index).data_type();
        match (ty, value) {
            (ScalarType::Datetime, ScalarValue::Int64(Some(ticks))) => {
                let terms = units::terms(arrow, op, *ticks)?;
                let compared = terms
                    .into_iter()
                    .map(|(op, value)| Arc::new(BinaryExpr::new(physical(), op, literal(value))) as Expression);
                compared.reduce(|left, right| Arc::new(BinaryExpr::new(left, Operator::And, right)))
            }
            // A null of the file reads as the empty string, so only what excludes that may look at the file's column.
            (ScalarType::String, ScalarValue::Utf8(Some(text))) if op == Operator::Eq && !text.is_empty() => {
                let value = text_literal(arrow, text)?;
                // A list is looked up once for each text of a dictionary, where `==` would compare the text of each row.
                let same = if matches!(arrow, DataType::Dictionary(..)) {
                    in_list(physical(), vec![literal(value)], &false, &self.file).ok()?
                } else {
                    Arc::new(BinaryExpr::new(physical(), Operator::Eq, literal(value)))
                };
                Some(self.false_for_null(index, physical(), same))
            }
            _ => None,
        }
    }

    /// `column in (literals)` in the file's terms.
    fn membership(&self, list: &InListExpr) -> Result<Option<Expression>> {
        let Some(column) = list.expr().downcast_ref::<Column>() else { return Ok(None) };
        let (ScalarType::String, Reading::Converted(_), index) = self.reading(column.name()) else {
            return Ok(None);
        };
        if list.negated() {
            return Ok(None);
        }
        let arrow = self.file.field(index).data_type();
        let texts = list.list().iter().map(|item| match item.downcast_ref::<Literal>()?.value() {
            ScalarValue::Utf8(Some(text)) if !text.is_empty() => text_literal(arrow, text).map(literal),
            _ => None,
        });
        let Some(texts) = texts.collect::<Option<Vec<_>>>() else { return Ok(None) };
        let physical = Arc::new(Column::new(column.name(), index)) as Expression;
        let is_in = in_list(Arc::clone(&physical), texts, &false, &self.file)?;
        Ok(Some(self.false_for_null(index, physical, is_in)))
    }

    /// A condition that a text of the file meets, false where there is none: the empty text does not meet it, and it may
    /// stand below a `not`.
    fn false_for_null(&self, index: usize, physical: Expression, condition: Expression) -> Expression {
        if !self.file.field(index).is_nullable() {
            return condition;
        }
        Arc::new(BinaryExpr::new(condition, Operator::And, Arc::new(IsNotNullExpr::new(physical))))
    }
}

fn reading(ty: ScalarType, field: &Field) -> Reading {
    let declared = declared_type(field);
    let same = match declared {
        Some(declared) => declared == ty,
        None => matches!(
            (ty, field.data_type()),
            (ScalarType::Bool, DataType::Boolean)
                | (ScalarType::Int, DataType::Int32)
                | (ScalarType::Long, DataType::Int64)
                | (ScalarType::Real, DataType::Float64)
                | (ScalarType::Decimal, DataType::Decimal256(76, 38))
                | (ScalarType::String, DataType::Utf8)
        ),
    };
    if same && (ty != ScalarType::String || !field.is_nullable()) {
        return Reading::Same;
    }
    let widened = match ty {
        ScalarType::Int => {
            matches!(field.data_type(), DataType::Int8 | DataType::Int16 | DataType::UInt8 | DataType::UInt16)
        }
        ScalarType::Long => matches!(
            field.data_type(),
            DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::UInt8 | DataType::UInt16 | DataType::UInt32
        ),
        ScalarType::Real => *field.data_type() == DataType::Float32,
        _ => false,
    };
    if widened { Reading::Widened } else { Reading::Converted(declared) }
}

fn step(expression: Expression, replaced: Option<Expression>) -> Transformed<Expression> {
    match replaced {
        Some(replaced) => Transformed::new(replaced, true, TreeNodeRecursion::Jump),
        None => Transformed::no(expression),
    }
}

fn is_junction(expression: &Expression) -> bool {
    let is_junction = |it: &BinaryExpr| matches!(it.op(), Operator::And | Operator::Or);
    expression.downcast_ref::<BinaryExpr>().is_some_and(is_junction)
        || expression.downcast_ref::<DynamicFilterPhysicalExpr>().is_some()
}

fn literal(value: ScalarValue) -> Expression {
    Arc::new(Literal::new(value))
}

/// A text as a literal of the file's string type; `None` when the column is no text.
fn text_literal(arrow: &DataType, text: &str) -> Option<ScalarValue> {
    Some(match arrow {
        DataType::Utf8 => ScalarValue::Utf8(Some(text.to_owned())),
        DataType::LargeUtf8 => ScalarValue::LargeUtf8(Some(text.to_owned())),
        DataType::Utf8View => ScalarValue::Utf8View(Some(text.to_owned())),
        DataType::Dictionary(key, values) => {
            ScalarValue::Dictionary(key.clone(), Box::new(text_literal(values, text)?))
        }
        _ => return None,
    })
}

/// A column of the file as the table stores it.
#[derive(Debug, Eq)]
struct Conversion {
    column: Expression,
    declared: Option<ScalarType>,
    ty: ScalarType,
}

impl PartialEq for Conversion {
    fn eq(&self, other: &Self) -> bool {
        self.ty == other.ty && self.declared == other.declared && self.column.eq(&other.column)
    }
}

impl Hash for Conversion {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.column.hash(state);
        self.declared.hash(state);
        self.ty.hash(state);
    }
}

impl fmt::Display for Conversion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", self.ty, self.column)
    }
}

impl PhysicalExpr for Conversion {
    fn data_type(&self, _input: &Schema) -> Result<DataType> {
        Ok(data_type(self.ty))
    }

    fn nullable(&self, _input: &Schema) -> Result<bool> {
        Ok(self.ty != ScalarType::String)
    }

    fn return_field(&self, input: &Schema) -> Result<FieldRef> {
        Ok(Arc::new(Field::new(self.to_string(), data_type(self.ty), self.nullable(input)?)))
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        let array = self.column.evaluate(batch)?.into_array(batch.num_rows())?;
        to_storage(&array, self.declared, self.ty).map(ColumnarValue::Array)
    }

    fn children(&self) -> Vec<&Expression> {
        vec![&self.column]
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Expression>) -> Result<Expression> {
        let mut children = children.into_iter();
        let column = children.next().unwrap_or_else(|| Arc::clone(&self.column));
        Ok(Arc::new(Self { column, declared: self.declared, ty: self.ty }))
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
