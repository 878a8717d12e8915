//! How the call or the operator around the cursor is written.

use super::Span;

/// The ways to write the call or the operator around the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureHelp {
    /// At least one.
    pub signatures: Vec<SignatureText>,
    /// The index of the one that fits what is written so far.
    pub active_signature: usize,
    /// Which parameter of it the cursor is in; `None` when it takes no more.
    pub active_parameter: Option<usize>,
}

/// One way to write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureText {
    /// The whole signature: `substring(text: string, start: integer, [length: integer]) -> string`.
    pub label: String,
    /// The bytes of each parameter in the label.
    pub parameters: Vec<Span>,
    /// What it does.
    pub documentation: String,
}
