//! Quota profiles: what a service allows, as data that the user may edit.

use std::time::Duration;

/// What a service allows. What is absent is not limited, or not known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QuotaProfile {
    pub name: String,
    pub calls_per_minute: Option<u32>,
    pub calls_per_hour: Option<u32>,
    /// Running time of queries, summed up.
    pub running_per_hour: Option<Duration>,
    pub running_per_day: Option<Duration>,
    /// CPU time in each quarter of an hour. Microsoft states a share of what a tenant has and not how much that is, so
    /// nothing is known here until the user sets it.
    pub cpu_per_quarter: Option<Duration>,
    /// Longest time for one request.
    pub request_timeout: Option<Duration>,
    pub max_rows: Option<u64>,
    pub max_bytes: Option<u64>,
    /// How far back the data reaches.
    pub days: Option<u32>,
}

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const MIB: u64 = 1 << 20;

impl QuotaProfile {
    /// The profiles that come with the program.
    pub fn built_in() -> Vec<Self> {
        let seconds = |n| Some(Duration::from_secs(n));
        vec![
            // Microsoft's page of the Defender API as first published (2020).
            Self {
                name: "seed".to_owned(),
                calls_per_minute: Some(10),
                running_per_hour: seconds(10 * MINUTE),
                running_per_day: seconds(4 * HOUR),
                request_timeout: seconds(10 * MINUTE),
                max_rows: Some(100_000),
                days: Some(30),
                ..Self::default()
            },
            // Defender's and Graph's pages of 2026.
            Self {
                name: "today".to_owned(),
                calls_per_minute: Some(45),
                request_timeout: seconds(3 * MINUTE),
                max_rows: Some(100_000),
                max_bytes: Some(50 * MIB),
                days: Some(30),
                ..Self::default()
            },
            // The page of Defender for Endpoint's API.
            Self {
                name: "mde".to_owned(),
                calls_per_minute: Some(45),
                calls_per_hour: Some(1500),
                running_per_hour: seconds(10 * MINUTE),
                running_per_day: seconds(3 * HOUR),
                request_timeout: seconds(200),
                max_rows: Some(100_000),
                max_bytes: Some(50 * MIB),
                days: Some(30),
                ..Self::default()
            },
            // Kusto's defaults, and the limits of Log Analytics; both are set by who runs the service.
            Self {
                name: "kusto".to_owned(),
                request_timeout: seconds(4 * MINUTE),
                max_rows: Some(500_000),
                max_bytes: Some(64 * MIB),
                ..Self::default()
            },
            Self {
                name: "loganalytics".to_owned(),
                request_timeout: seconds(10 * MINUTE),
                max_rows: Some(500_000),
                max_bytes: Some(100 * MIB),
                ..Self::default()
            },
            Self { name: "none".to_owned(), ..Self::default() },
        ]
    }
}
