//! How the engine fails, by phase, in words a hunter understands.

use arrow::error::ArrowError;
use datafusion::error::DataFusionError;

use crate::kql::Span;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// Tallyho knows the construct and does not run it yet.
    #[error("tallyho does not run '{construct}' yet")]
    Unsupported { construct: String, span: Span },
    /// The query asked for something that fails while running, as Kusto would fail too.
    #[error("{message}")]
    Query { message: String, span: Option<Span> },
    #[error("{message}")]
    Limit { message: String },
    #[error("{message}")]
    Data { message: String },
    #[error("stopped")]
    Cancelled,
    /// A fault of ours; the message is for a bug report.
    #[error("internal error: {message}")]
    Internal { message: String },
}

impl EngineError {
    pub(in crate::engine) fn unsupported(construct: impl Into<String>, span: &Span) -> Self {
        Self::Unsupported { construct: construct.into(), span: span.clone() }
    }

    pub(in crate::engine) fn internal(message: impl Into<String>) -> Self {
        Self::Internal { message: message.into() }
    }
}

impl From<DataFusionError> for EngineError {
    fn from(error: DataFusionError) -> Self {
        let text = || error.strip_backtrace();
        match error.find_root() {
            DataFusionError::ResourcesExhausted(_) => Self::Limit {
                message: "the query needs more memory than the engine may use: read fewer rows or columns, or raise the memory limit".to_owned(),
            },
            DataFusionError::ParquetError(_) | DataFusionError::ObjectStore(_) | DataFusionError::IoError(_) => {
                Self::Data { message: format!("the data cannot be read: {}", text()) }
            }
            // The engine's own functions and nodes fail with this one, in words.
            DataFusionError::Execution(message) => Self::Query { message: message.clone(), span: None },
            DataFusionError::External(inner) => match inner.downcast_ref::<Self>() {
                Some(ours) => ours.clone(),
                None => Self::Internal { message: inner.to_string() },
            },
            // The reader of a file says what is wrong with it through Arrow.
            DataFusionError::ArrowError(inner, _) if is_about_a_file(inner) => {
                Self::Data { message: format!("the data cannot be read: {inner}") }
            }
            _ => Self::Internal { message: text() },
        }
    }
}

impl From<EngineError> for DataFusionError {
    fn from(error: EngineError) -> Self {
        Self::External(Box::new(error))
    }
}

fn is_about_a_file(error: &ArrowError) -> bool {
    matches!(error, ArrowError::ParquetError(_) | ArrowError::IoError(..))
}
