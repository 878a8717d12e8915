//! A connection: what a query is sent to, and by what clock it runs.

use std::path::PathBuf;

use super::file::DEFAULT_MAX_ROWS;
use super::quota::QuotaProfile;
use super::service::Service;
use super::time_range::TimeRange;

/// A named place that answers queries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Unique in the configuration; `lab` always exists.
    pub name: String,
    pub kind: ConnectionKind,
    pub clock: Clock,
    /// Rows after which a result is cut, with a notice. Default 100,000 as the hunting services do.
    pub max_rows: u64,
    /// The time that queries are asked about, unless the workbench sets another one.
    pub time_range: Option<TimeRange>,
    /// What the service allows; nothing is limited on local data.
    pub quota: QuotaProfile,
    /// The MaxMind file of cities that says where addresses are, for data on this machine.
    pub geo_database: Option<PathBuf>,
    /// Every exchange with the service is kept in this folder.
    pub record: Option<PathBuf>,
    /// Shown in a colour of its own, so that nobody takes it for a test tenant.
    pub production: bool,
    /// Hosts beside the service's own that this connection may fetch from. No token goes there.
    pub allowed_hosts: Vec<String>,
}

impl Connection {
    /// A connection with everything but its name, kind and clock left as it is when nothing is set.
    pub fn new(name: impl Into<String>, kind: ConnectionKind, clock: Clock) -> Self {
        Self {
            name: name.into(),
            kind,
            clock,
            max_rows: DEFAULT_MAX_ROWS,
            time_range: None,
            quota: QuotaProfile { name: "none".to_owned(), ..QuotaProfile::default() },
            geo_database: None,
            record: None,
            production: false,
            allowed_hosts: Vec::new(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConnectionKind {
    /// The data set that Tallyho generates.
    Lab,
    /// Every readable file in the folder is a table, or a part of one.
    Files {
        folder: PathBuf,
    },
    /// Answers that a service once gave, kept in a folder.
    Recorded {
        folder: PathBuf,
    },
    Service(Box<Service>),
}

impl ConnectionKind {
    /// True when Tallyho's own engine answers.
    pub fn is_local(&self) -> bool {
        matches!(self, Self::Lab | Self::Files { .. })
    }

    pub fn service(&self) -> Option<&Service> {
        if let Self::Service(service) = self { Some(service) } else { None }
    }

    /// As the configuration writes it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Lab => "lab",
            Self::Files { .. } => "files",
            Self::Recorded { .. } => "recorded",
            Self::Service(service) => service.api.kind(),
        }
    }
}

/// What `now()` means on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    System,
    /// The latest time in the data, so that `ago(7d)` finds something in old data.
    EndOfData,
    /// Ticks since 0001-01-01.
    At(i64),
}

/// Reads a clock's instant, `2025-03-17` or `2025-03-17T08:30:00Z` (seconds and zone may be left out; UTC is meant), as
/// ticks since 0001-01-01. `None` when it is not one.
pub fn parse_instant(text: &str) -> Option<i64> {
    const TICKS_PER_SECOND: i64 = 10_000_000;
    let text = text.trim();
    let (date, clock) = text.split_once(['T', ' ']).unwrap_or((text, "00:00"));
    let mut parts = date.split('-');
    let (year, month, day) = (digits(parts.next()?, 4)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let month_idx = usize::try_from(month - 1).ok()?;
    if parts.next().is_some() || year == 0 || day == 0 || day > *lengths.get(month_idx)? {
        return None;
    }
    let years = year - 1;
    let days = years * 365 + years / 4 - years / 100 + years / 400 + lengths[..month_idx].iter().sum::<i64>() + day - 1;
    let clock = clock.strip_suffix('Z').unwrap_or(clock);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut parts = clock.split(':');
    let (hours, minutes) = (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let seconds = parts.next().map_or(Some(0), |text| digits(text, 2))?;
    if parts.next().is_some() || hours > 23 || minutes > 59 || seconds > 59 || fraction.len() > 7 {
        return None;
    }
    let fraction = if fraction.is_empty() { 0 } else { digits(&format!("{fraction:0<7}"), 7)? };
    Some((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * TICKS_PER_SECOND + fraction)
}

/// Exactly so many ASCII digits.
fn digits(text: &str, n_digits: usize) -> Option<i64> {
    let fits = text.len() == n_digits && text.bytes().all(|byte| byte.is_ascii_digit());
    if fits { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::parse_instant;

    #[test]
    fn instants() {
        let midnight = Some(638_777_664_000_000_000);
        for same in ["2025-03-17", "2025-03-17T00:00:00Z", "2025-03-17 00:00", "2025-03-17T00:00:00.0Z"] {
            assert_eq!(parse_instant(same), midnight, "{same}");
        }
        assert_eq!(parse_instant("0001-01-01T00:00:00.0000001Z"), Some(1));
        assert_eq!(parse_instant("9999-12-31T23:59:59.9999999Z"), Some(3_155_378_975_999_999_999));
        for bad in
            ["", "now", "2025-02-29", "2025-13-01", "0000-01-01", "2025-03-17T24:00", "2025-03-17T00:00:00+01:00"]
        {
            assert_eq!(parse_instant(bad), None, "{bad}");
        }
    }
}
