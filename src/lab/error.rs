//! Why the lab could not be made.

#[derive(Debug, thiserror::Error)]
pub enum LabError {
    #[error("cannot write the lab to {path}: {source}")]
    Write { path: String, source: std::io::Error },
    #[error("cannot encode the lab table {table}: {message}")]
    Encode { table: String, message: String },
    /// The generator contradicts itself or the schema: a fault of Tallyho, found by its tests.
    #[error("the lab's generator is at fault: {0}")]
    Model(String),
}
