//! Known tables: the bundled Advanced Hunting schema.

use std::sync::OnceLock;

use crate::kql::Schema;

/// Every table of Advanced Hunting with official columns, types and descriptions (`assets/schema/`).
pub fn advanced_hunting() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(Schema::default)
}
