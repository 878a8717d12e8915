//! What a fixture's query is asked with, written as comments in its first lines:
//!
//! ```text
//! // parameter n = 5
//! // time range 2026-01-02 .. 2026-01-03T12:00:00Z
//! // on our engine
//! ```

use tallyho::kql::{Capabilities, Context, Schema, parse_datetime};

#[derive(Default)]
pub(crate) struct Asked {
    parameters: Vec<(String, String)>,
    time_range: Option<(i64, i64)>,
    /// The engine that evaluates everything, instead of a service.
    on_our_engine: bool,
    everything: Capabilities,
}

impl Asked {
    pub(crate) fn of(query: &str) -> Self {
        let mut asked = Self { everything: Capabilities::catalogue(), ..Self::default() };
        for line in query.lines().map_while(|line| line.strip_prefix("// ")) {
            if let Some(parameter) = line.strip_prefix("parameter ") {
                let (name, value) = parameter.split_once(" = ").expect("a name, = and a value");
                asked.parameters.push((name.to_owned(), value.to_owned()));
            } else if let Some(range) = line.strip_prefix("time range ") {
                let (from, to) = range.split_once(" .. ").expect("two times with .. between");
                asked.time_range = Some((parse_datetime(from).unwrap(), parse_datetime(to).unwrap()));
            } else if line == "on our engine" {
                asked.on_our_engine = true;
            }
        }
        asked
    }

    pub(crate) fn context<'a>(&'a self, schema: &'a Schema, now: i64, engine: Option<&'a Capabilities>) -> Context<'a> {
        let engine = engine.or_else(|| self.on_our_engine.then_some(&self.everything));
        Context { parameters: &self.parameters, time_range: self.time_range, ..Context::new(schema, now, engine) }
    }
}
