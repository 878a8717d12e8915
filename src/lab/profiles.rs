//! What a service would know of the lab's files: how common they are, who signed them.

use sha2::{Digest, Sha256};

use super::catalog::{Catalog, Image};
use super::clock;
use super::rows::Pool;
use crate::kql::{TICKS_PER_DAY, Value};

/// A row for each file of the catalogue, in the columns of the function `FileProfile`.
pub(super) fn rows() -> Vec<Vec<Value>> {
    let mut pool = Pool::new();
    let catalog = Catalog::new(&mut pool);
    catalog.images().iter().map(|image| row(&pool, image)).collect()
}

fn row(pool: &Pool, image: &Image) -> Vec<Value> {
    let file = pool.text(image.file);
    let company = pool.text(image.company);
    let is_signed = pool.text(image.signature) == "Valid";
    let is_of_windows = pool.text(image.signer) == "OsVendor";
    let text = |text: &str| Value::String(text.to_owned());
    let signed = |of: &str| text(if is_signed { of } else { "" });
    let prevalence = prevalence(file, is_signed, is_of_windows);
    // The more common a file is, the longer it has been around.
    let age = 30 + i64::from(prevalence.ilog2()) * 60;
    vec![
        text(pool.text(image.sha1)),
        text(pool.text(image.sha256)),
        text(pool.text(image.md5)),
        i32::try_from(image.size).map_or(Value::Null(crate::kql::ScalarType::Int), Value::Int),
        Value::Int(prevalence),
        Value::Datetime(clock::END - age * TICKS_PER_DAY),
        Value::Datetime(clock::END - TICKS_PER_DAY),
        signed(company),
        signed(if is_of_windows { "Microsoft Windows Production PCA 2011" } else { "Example Code Signing CA" }),
        signed(&digest(company)[..40]),
        Value::Bool(is_signed),
        Value::Bool(is_of_windows),
        text(if is_signed { "SignedValid" } else { "Unsigned" }),
        Value::Bool(true),
        text(""),
        text(company),
        text(pool.text(image.product)),
        text("Available"),
    ]
}

/// Made of the name alone: hundreds for what nobody signed, millions for what every machine has.
fn prevalence(file: &str, is_signed: bool, is_of_windows: bool) -> i32 {
    let digest = Sha256::digest(file.as_bytes());
    let spread = i32::from(digest[0]) * 256 + i32::from(digest[1]) + 1;
    match (is_signed, is_of_windows) {
        (_, true) => 1_000_000 + spread * 1_000,
        (true, false) => 10_000 + spread * 10,
        (false, _) => 1 + spread / 256,
    }
}

fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
