//! Scalar evaluation: every KQL operator, conversion and function as a DataFusion function.
//!
//! Planning asks for a function of exact argument types; evaluation works on whole arrays. One function, one file:
//! `functions/<family>/<kql_name>.rs`.

use std::sync::Arc;

use datafusion::logical_expr::ScalarUDF;

use crate::kql::{ScalarOperator, ScalarType};

/// The function of the catalogue, for arguments of these types; `None` when the engine does not have it.
pub(in crate::engine) fn call_udf(
    _name: &'static str,
    _args: &[ScalarType],
    _returns: ScalarType,
) -> Option<Arc<ScalarUDF>> {
    None
}

/// An operator over operands of these types.
pub(in crate::engine) fn operator_udf(
    _operator: ScalarOperator,
    _args: &[ScalarType],
    _returns: ScalarType,
) -> Option<Arc<ScalarUDF>> {
    None
}

/// `tolong()` and its like, also where Kusto converts silently. Total: what cannot be converted is null or `''`.
pub(in crate::engine) fn convert_udf(_from: ScalarType, _to: ScalarType) -> Arc<ScalarUDF> {
    Arc::new(ScalarUDF::from(placeholder::Nothing))
}

/// Navigation into a dynamic. First argument the dynamic, then one argument for each computed step, in order.
/// Steps known beforehand are in `steps`; `None` stands for the next argument.
pub(in crate::engine) fn path_udf(_steps: Vec<Option<Step>>, _computed: &[ScalarType]) -> Arc<ScalarUDF> {
    Arc::new(ScalarUDF::from(placeholder::Nothing))
}

/// A step of a path that is known when the query is planned.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in crate::engine) enum Step {
    Key(String),
    Index(i64),
}

mod placeholder {
    use datafusion::arrow::datatypes::DataType;
    use datafusion::common::{Result, exec_err};
    use datafusion::logical_expr::{
        ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, TypeSignature, Volatility,
    };

    /// Stands where functions are still to come; evaluating it is an error.
    #[derive(Debug, PartialEq, Eq, Hash)]
    pub(super) struct Nothing;

    impl ScalarUDFImpl for Nothing {
        fn name(&self) -> &'static str {
            "nothing"
        }
        fn signature(&self) -> &Signature {
            static SIGNATURE: std::sync::OnceLock<Signature> = std::sync::OnceLock::new();
            SIGNATURE.get_or_init(|| Signature::new(TypeSignature::VariadicAny, Volatility::Immutable))
        }
        fn return_type(&self, _args: &[DataType]) -> Result<DataType> {
            Ok(DataType::Utf8)
        }
        fn invoke_with_args(&self, _args: ScalarFunctionArgs) -> Result<ColumnarValue> {
            exec_err!("no such function")
        }
    }
}
