//! The one integration-test binary: every test is a module here, so that everything links once.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, helpers included")]

mod asked;
mod bind;
mod classify;
mod config;
mod connections;
mod data;
mod decode;
mod demo;
mod ending;
mod format;
mod headless;
mod history;
mod lab;
mod links;
mod load_client;
mod pty;
mod queries;
mod quota;
mod recordings;
mod remote;
mod result;
mod round_trip;
mod schema;
mod schema_refresh;
mod served;
mod server;
mod server_auth;
mod server_hostile;
mod server_kusto;
mod server_load;
mod server_log_analytics;
mod server_quota;
mod service;
mod sign_in;
mod stub;
mod support_documents;
mod support_http;
mod support_keys;
mod syntax;
mod themes;
mod tidy;
mod time_range;
mod tui;
mod tui_bytes;
