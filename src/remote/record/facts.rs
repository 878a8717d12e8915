//! The facts of one exchange, as `STEM.json` holds them.

use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::{RemoteRequest, Shape};
use crate::config::Api;
use crate::kql::UNIX_EPOCH_TICKS;
use crate::result::datetime_text;

/// The version of the format. A higher one is not read.
pub(super) const FORMAT: u32 = 1;

/// Everything but the body. Unknown members are left alone, so that a later version may add some.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Facts {
    pub(super) format: u32,
    /// The version of Tallyho.
    pub(super) program: String,
    /// When the request was sent, UTC.
    pub(super) time: String,
    /// The name of the connection.
    pub(super) connection: String,
    /// `defender`, `mde`, `graph v1.0`, `graph beta`, `kusto`, `loganalytics`.
    pub(super) api: String,
    pub(super) base_url: String,
    /// How the body is laid out: `defender`, `graph`, `kusto-v2`, `kusto-v1`, `loganalytics`.
    pub(super) shape: String,
    #[serde(flatten)]
    pub(super) about: About,
    pub(super) request: Request,
    pub(super) answer: Answer,
    pub(super) timings: Timings,
    pub(super) ending: Ending,
    /// Why the body broke off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) fault: Option<String>,
}

/// What was asked, as the user put it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::remote) struct About {
    pub(in crate::remote) query: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::remote) time_range: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(in crate::remote) parameters: Vec<(String, String)>,
}

impl About {
    pub(in crate::remote) fn of(request: &RemoteRequest<'_>) -> Self {
        Self {
            query: request.text.to_owned(),
            time_range: request.time_range.map(|it| it.text().to_owned()),
            parameters: request.parameters.to_vec(),
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    /// As it was sent: JSON, or its text where it is none.
    pub(super) body: Value,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    /// Length of the body.
    pub(super) bytes: u64,
}

/// Milliseconds since the request was sent.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Timings {
    pub(super) head_ms: u64,
    #[serde(default)]
    pub(super) first_byte_ms: Option<u64>,
    pub(super) end_ms: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Ending {
    Whole,
    /// The connection broke off.
    Broken,
    /// Nobody wanted the rest, or too much came.
    Stopped,
}

/// `2026-11-22T01:30:00.123Z`
pub(super) fn time_text(time: SystemTime) -> String {
    let since_epoch = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let text = datetime_text(UNIX_EPOCH_TICKS + (since_epoch.as_nanos() / 100) as i64);
    format!("{}Z", text.get(..23).unwrap_or(&text))
}

pub(super) fn body_value(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}

pub(super) fn api_name(api: &Api) -> String {
    match api {
        Api::Graph { version, .. } => format!("graph {version}"),
        other => other.kind().to_owned(),
    }
}

/// The API behind its name. What a connection sets beside it plays no part in reading an answer.
pub(super) fn api_of(name: &str) -> Option<Api> {
    Some(match name {
        "defender" => Api::Defender,
        "mde" => Api::Mde,
        "kusto" => Api::Kusto { database: String::new(), v1: false, progressive: false },
        "loganalytics" => {
            Api::LogAnalytics { workspace: String::new(), more_workspaces: Vec::new(), resource_id: None }
        }
        _ => Api::Graph { version: name.strip_prefix("graph ")?.to_owned(), workspace_id: None },
    })
}

const SHAPES: [(&str, Shape); 5] = [
    ("defender", Shape::Hunting { graph: false }),
    ("graph", Shape::Hunting { graph: true }),
    ("kusto-v2", Shape::KustoV2),
    ("kusto-v1", Shape::KustoV1),
    ("loganalytics", Shape::LogAnalytics),
];

pub(super) fn shape_name(shape: Shape) -> &'static str {
    SHAPES.iter().find(|it| it.1 == shape).map_or("defender", |it| it.0)
}

pub(super) fn shape_of(name: &str) -> Option<Shape> {
    SHAPES.iter().find(|it| it.0 == name).map(|it| it.1)
}
