//! Known tables: the bundled Advanced Hunting schema.

mod bundled;

use std::sync::OnceLock;

use crate::kql::Schema;

/// Every table of Advanced Hunting with official columns, types and descriptions.
///
/// Facts and descriptions are those of Microsoft's schema reference (CC BY 4.0); `assets/schema/advanced_hunting.json`
/// names the source. Read when first asked for, which takes about a millisecond.
pub fn advanced_hunting() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        bundled::read(include_str!("../assets/schema/advanced_hunting.json"))
            .expect("the bundled schema is read by a test of every build")
    })
}
