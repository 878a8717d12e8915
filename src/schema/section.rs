//! The sections that Defender's portal lists tables under. No service tells them, so they are told by name.

/// The section of the tables that nobody has filed.
pub const OTHER_SECTION: &str = "Other tables";

/// Section, and how the names of its tables begin; the first that fits counts. The order is the order of the list.
const SECTIONS: &[(&str, &[&str])] = &[
    ("Alerts & behaviors", &["Alert", "Behavior", "DisruptionAndResponse"]),
    ("Vulnerability management", &["DeviceTvm", "DeviceBaseline"]),
    ("Devices", &["Device"]),
    ("Email & collaboration", &["Email", "Url", "Message", "CallActivity", "FileMalicious", "Campaign"]),
    ("Apps & identities", &["Identity", "CloudApp", "AAD", "EntraId", "OAuthApp", "GraphApi", "GraphAPI"]),
    ("Cloud infrastructure", &["Cloud"]),
    ("Data security", &["DataSecurity"]),
    ("AI agents", &["AIAgents", "Agents"]),
    ("Exposure management", &["ExposureGraph"]),
];

/// In the order of the list.
const ORDER: [&str; 10] = [
    "Alerts & behaviors",
    "Devices",
    "Email & collaboration",
    "Apps & identities",
    "Cloud infrastructure",
    "Data security",
    "AI agents",
    "Exposure management",
    "Vulnerability management",
    OTHER_SECTION,
];

/// The section of a table.
pub fn section(table: &str) -> &'static str {
    let starts = |begins: &&[&str]| begins.iter().any(|it| table.starts_with(it));
    SECTIONS.iter().find(|(_, begins)| starts(begins)).map_or(OTHER_SECTION, |(name, _)| name)
}

/// All sections, in the order in which they are listed.
pub fn sections() -> &'static [&'static str] {
    &ORDER
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bundled_table_is_filed_and_every_section_is_listed() {
        let schema = crate::schema::advanced_hunting();
        for table in schema.tables() {
            assert_ne!(section(&table.name), OTHER_SECTION, "{}", table.name);
        }
        assert!(SECTIONS.iter().all(|(name, _)| ORDER.contains(name)));
        assert_eq!(section("DeviceTvmSoftwareInventory"), "Vulnerability management");
        assert_eq!(section("SigninLogs"), OTHER_SECTION);
    }
}
