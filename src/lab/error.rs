//! Why the lab could not be made.

#[derive(Debug, thiserror::Error)]
pub enum LabError {
    #[error("cannot write the lab to {path}: {source}")]
    Write { path: String, source: std::io::Error },
    #[error("cannot encode the lab table {table}: {message}")]
    Encode { table: String, message: String },
}
