//! `[history]`: how many results are kept beside the history, and for how long.

use std::time::Duration;

use serde::Deserialize;

use super::file::ConfigError;

const MIB: u64 = 1 << 20;

/// What of results is kept. A zero in either keeps none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistorySettings {
    pub kept_bytes: u64,
    pub kept_age: Duration,
}

impl Default for HistorySettings {
    fn default() -> Self {
        Self { kept_bytes: 512 * MIB, kept_age: Duration::from_hours(14 * 24) }
    }
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct HistoryEntry {
    kept_size: Option<Amount>,
    kept_age: Option<Amount>,
}

/// A number, or a number with its unit.
#[derive(Deserialize)]
#[serde(untagged)]
enum Amount {
    Number(u64),
    Text(String),
}

impl Amount {
    fn text(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.trim().to_ascii_lowercase(),
        }
    }
}

pub(super) fn settings(entry: &HistoryEntry) -> Result<HistorySettings, ConfigError> {
    let mut settings = HistorySettings::default();
    if let Some(amount) = &entry.kept_size {
        let units = [("gib", 1024 * MIB), ("gb", 1024 * MIB), ("mib", MIB), ("mb", MIB), ("kib", 1024), ("kb", 1024)];
        settings.kept_bytes = read(amount, &units).ok_or_else(|| {
            ConfigError::new(format!("[history] kept_size is a size like \"512 MiB\" or 0, not '{}'", amount.text()))
        })?;
    }
    if let Some(amount) = &entry.kept_age {
        let units = [("d", 86_400), ("h", 3_600), ("w", 7 * 86_400)];
        let seconds = read(amount, &units).ok_or_else(|| {
            ConfigError::new(format!(
                "[history] kept_age is a time like \"14d\", \"12h\" or 0, not '{}'",
                amount.text()
            ))
        })?;
        settings.kept_age = Duration::from_secs(seconds);
    }
    Ok(settings)
}

/// Only a zero goes without a unit.
fn read(amount: &Amount, units: &[(&str, u64)]) -> Option<u64> {
    let text = amount.text();
    if text == "0" {
        return Some(0);
    }
    units.iter().find_map(|(unit, times)| text.strip_suffix(unit)?.trim().parse::<u64>().ok()?.checked_mul(*times))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn sizes_and_ages_have_units_and_zero_keeps_nothing() {
        let of = |text: &str| Config::parse(&format!("[history]\n{text}")).map(|it| it.history);
        let day = Duration::from_hours(24);
        assert_eq!(of("").unwrap(), HistorySettings::default());
        assert_eq!(
            of("kept_size = \"20 MB\"\nkept_age = \"3d\"").unwrap(),
            HistorySettings { kept_bytes: 20 * MIB, kept_age: 3 * day }
        );
        assert_eq!(of("kept_size = 0\nkept_age = \"2w\"").unwrap().kept_bytes, 0);
        assert_eq!(of("kept_age = 0").unwrap().kept_age, Duration::ZERO);
        for wrong in ["kept_size = 20", "kept_size = \"much\"", "kept_age = \"14\"", "kept_age = \"-1d\"", "size = 1"] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }
}
