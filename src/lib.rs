//! Tallyho: a terminal workbench that answers hunting queries written in KQL, and says what they cost.

pub mod config;
pub mod engine;
pub mod kql;
pub mod lab;
pub mod result;
pub mod run;
pub mod schema;
pub mod text;
