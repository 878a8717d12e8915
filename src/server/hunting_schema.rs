//! What Graph's beta answers by GET: the schema for hunting, and a query that stands in the address.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode, Uri};
use axum::response::Response;
use axum::routing::any;

use super::ServerState;
use super::answer::{answer_query, json_response};
use super::ask::Asked;
use super::dto::{time_range, workspace};
use super::fault::Fault;
use super::routes::Dialect;
use crate::result::GraphStyle;
use crate::schema::write_hunting_schema;

type Shared = State<Arc<ServerState>>;

const BETA: Dialect = Dialect::Graph(GraphStyle::Beta);

pub(super) fn routes() -> Router<Arc<ServerState>> {
    // The query may hold a slash that was not escaped.
    Router::new().route("/beta/security/{*call}", any(call))
}

async fn call(state: Shared, method: Method, uri: Uri, Path(call): Path<String>) -> Response {
    let own = call.strip_prefix("microsoft.graph.security.").unwrap_or(&call);
    let (name, arguments) = own.split_once('(').map_or((own, None), |(name, rest)| (name, Some(rest)));
    let answer = match name {
        "getHuntingSchema" | "getRunHuntingQuery" if method != Method::GET => Err(Fault::wrong_method(uri.path())),
        "getHuntingSchema" if arguments.is_none_or(|it| it.trim() == ")") => {
            let schema = write_hunting_schema(&state.connection.schema());
            Ok(json_response(StatusCode::OK, schema))
        }
        "getRunHuntingQuery" => match asked(arguments.unwrap_or("")) {
            Ok(asked) => answer_query(&state, asked, BETA).await,
            Err(fault) => Err(fault),
        },
        _ => Err(Fault::unknown_path(uri.path())),
    };
    answer.unwrap_or_else(|fault| fault.response(BETA))
}

/// `query='…',timespan='P1D',workspaceId=…)`, names in any case.
fn asked(arguments: &str) -> Result<Asked, Fault> {
    let mut asked = None;
    let mut range = None;
    for (name, value) in arguments_of(arguments)? {
        match name.to_ascii_lowercase().as_str() {
            "query" => asked = Some(Asked::new(value)),
            "timespan" => range = Some(time_range(&value)?),
            "workspaceid" => workspace(&value)?,
            _ => return Err(Fault::refused(&format!("getRunHuntingQuery has no parameter '{name}'"))),
        }
    }
    let asked = asked.ok_or_else(|| Fault::missing("'query' is missing"))?;
    Ok(Asked { time_range: range, ..asked })
}

/// Pairs of a name and a value; a value in quotes has its quotes doubled inside.
fn arguments_of(text: &str) -> Result<Vec<(String, String)>, Fault> {
    let wrong = || Fault::refused("the arguments must be (query='…',timespan='…',workspaceId=…)");
    let mut arguments = Vec::new();
    let mut rest = text.trim_start();
    loop {
        if let Some(behind) = rest.strip_prefix(')') {
            return if behind.trim().is_empty() { Ok(arguments) } else { Err(wrong()) };
        }
        let (name, value) = rest.split_once('=').ok_or_else(wrong)?;
        let (value, behind) = if let Some(quoted) = value.trim_start().strip_prefix('\'') {
            quoted_value(quoted).ok_or_else(wrong)?
        } else {
            let end = value.find([',', ')']).ok_or_else(wrong)?;
            (value[..end].trim().to_owned(), &value[end..])
        };
        arguments.push((name.trim().to_owned(), value));
        rest = behind.trim_start();
        rest = rest.strip_prefix(',').map_or(rest, str::trim_start);
    }
}

/// The value up to its closing quote, and what stands behind that.
fn quoted_value(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut rest = text;
    loop {
        let (before, behind) = rest.split_once('\'')?;
        value.push_str(before);
        match behind.strip_prefix('\'') {
            Some(behind) => {
                value.push('\'');
                rest = behind;
            }
            None => return Some((value, behind)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::arguments_of;

    #[test]
    fn arguments_are_read_as_odata_writes_them() {
        let read = |text: &str| arguments_of(text).ok();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(read(")"), Some(vec![]));
        assert_eq!(
            read("query='print ''a,)''', timespan='P1D',workspaceId=0-1 )"),
            Some(vec![pair("query", "print 'a,)'"), pair("timespan", "P1D"), pair("workspaceId", "0-1")])
        );
        for bad in ["", "query", "query='a", "query='a'", "query='a')x", "query=a"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
