//! The one integration-test binary: every test is a module here, so that everything links once.

mod config;
mod result;
mod schema;
mod tidy;
