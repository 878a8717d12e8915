//! The one integration-test binary: every test is a module here, so that everything links once.

mod config;
mod schema;
mod tidy;
