//! What a text is to a hunter: a hash, an address, an account, a link. Told by its form, never by asking anyone.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What a text was recognised as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entity {
    Md5,
    Sha1,
    Sha256,
    /// The hash of no bytes at all: an empty file.
    EmptyHash,
    Ip(IpAddr),
    Mail,
    /// `DOMAIN\name`.
    Account,
    /// A security identifier, with the name of a well-known one.
    Sid(Option<&'static str>),
    Url,
    Domain,
    Guid,
    Mac,
    /// A technique of MITRE ATT&CK.
    Technique,
}

/// The hashes of no bytes.
const EMPTY_HASHES: [&str; 3] = [
    "d41d8cd98f00b204e9800998ecf8427e",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
];

/// Nothing that is recognised is longer.
const LONGEST: usize = 2_048;

/// Recognises the text of a cell. The name of its column helps where the form alone says little.
pub fn recognise(column: &str, text: &str) -> Option<Entity> {
    let text = text.trim();
    if text.len() < 3 || text.len() > LONGEST || text.contains(|it: char| it.is_control()) {
        return None;
    }
    if text.bytes().all(|it| it.is_ascii_hexdigit()) {
        let entity = match text.len() {
            32 => Entity::Md5,
            40 => Entity::Sha1,
            64 => Entity::Sha256,
            _ => return None,
        };
        let is_empty = EMPTY_HASHES.iter().any(|it| it.eq_ignore_ascii_case(text));
        return Some(if is_empty { Entity::EmptyHash } else { entity });
    }
    if let Ok(ip) = text.parse::<IpAddr>() {
        return Some(Entity::Ip(ip));
    }
    if text.contains(char::is_whitespace) {
        return None;
    }
    if crate::result::parse_guid(text).is_some() {
        return Some(Entity::Guid);
    }
    if is_sid(text) {
        return Some(Entity::Sid(well_known_sid(text)));
    }
    if is_url(text) {
        return Some(Entity::Url);
    }
    if is_mail(text) {
        return Some(Entity::Mail);
    }
    if is_technique(text) {
        return Some(Entity::Technique);
    }
    if is_mac(text) {
        return Some(Entity::Mac);
    }
    if is_account(text) {
        return Some(Entity::Account);
    }
    let says_domain = ["domain", "url", "dnsquery", "hostname", "fqdn"]
        .iter()
        .any(|it| column.len() >= it.len() && column.to_ascii_lowercase().contains(it));
    (says_domain && is_domain(text)).then_some(Entity::Domain)
}

impl Entity {
    /// In a word or two.
    pub fn words(self) -> String {
        match self {
            Self::Md5 => "MD5".to_owned(),
            Self::Sha1 => "SHA-1".to_owned(),
            Self::Sha256 => "SHA-256".to_owned(),
            Self::EmptyHash => "hash of an empty file".to_owned(),
            Self::Ip(ip) => match reach(ip) {
                "" => "IP address".to_owned(),
                reach => format!("IP address, {reach}"),
            },
            Self::Mail => "mail address or account".to_owned(),
            Self::Account => "account".to_owned(),
            Self::Sid(None) => "SID".to_owned(),
            Self::Sid(Some(name)) => format!("SID: {name}"),
            Self::Url => "URL".to_owned(),
            Self::Domain => "domain".to_owned(),
            Self::Guid => "GUID".to_owned(),
            Self::Mac => "MAC address".to_owned(),
            Self::Technique => "ATT&CK technique".to_owned(),
        }
    }

    /// True when the same value in other letters means the same.
    pub fn ignores_case(self) -> bool {
        !matches!(self, Self::Url)
    }
}

/// Where an address can be reached; empty for the whole internet.
fn reach(ip: IpAddr) -> &'static str {
    match ip {
        IpAddr::V4(it) => reach_v4(it),
        IpAddr::V6(it) => it.to_ipv4_mapped().map_or_else(|| reach_v6(it), reach_v4),
    }
}

fn reach_v4(ip: Ipv4Addr) -> &'static str {
    let [a, b, ..] = ip.octets();
    match () {
        () if ip.is_loopback() => "this machine",
        () if ip.is_private() => "private",
        () if ip.is_link_local() => "link-local",
        () if ip.is_multicast() => "multicast",
        () if ip.is_broadcast() => "broadcast",
        () if ip.is_documentation() => "documentation",
        () if ip.is_unspecified() => "unspecified",
        () if a == 100 && (64..128).contains(&b) => "shared by a provider",
        () => "public",
    }
}

fn reach_v6(ip: Ipv6Addr) -> &'static str {
    match () {
        () if ip.is_loopback() => "this machine",
        () if ip.is_unspecified() => "unspecified",
        () if ip.is_multicast() => "multicast",
        () if ip.is_unicast_link_local() => "link-local",
        () if ip.is_unique_local() => "private",
        () if ip.segments()[..2] == [0x2001, 0xdb8] => "documentation",
        () => "public",
    }
}

fn is_sid(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("S-1-") else { return false };
    rest.split('-').count() >= 2 && rest.split('-').all(|it| !it.is_empty() && it.bytes().all(|b| b.is_ascii_digit()))
}

fn well_known_sid(text: &str) -> Option<&'static str> {
    const KNOWN: [(&str, &str); 12] = [
        ("S-1-1-0", "everyone"),
        ("S-1-5-7", "anonymous"),
        ("S-1-5-11", "authenticated users"),
        ("S-1-5-18", "the system"),
        ("S-1-5-19", "local service"),
        ("S-1-5-20", "network service"),
        ("S-1-5-32-544", "administrators"),
        ("S-1-5-32-545", "users"),
        ("S-1-5-32-546", "guests"),
        ("S-1-5-32-551", "backup operators"),
        ("S-1-5-32-555", "remote desktop users"),
        ("S-1-5-90-0", "window manager"),
    ];
    if let Some((_, name)) = KNOWN.iter().find(|(sid, _)| *sid == text) {
        return Some(name);
    }
    let of_a_domain = text.starts_with("S-1-5-21-") && text.split('-').count() == 8;
    match text.rsplit('-').next()? {
        "500" if of_a_domain => Some("built-in administrator"),
        "501" if of_a_domain => Some("built-in guest"),
        "502" if of_a_domain => Some("krbtgt"),
        "512" if of_a_domain => Some("domain admins"),
        "513" if of_a_domain => Some("domain users"),
        "515" if of_a_domain => Some("domain computers"),
        "516" if of_a_domain => Some("domain controllers"),
        "519" if of_a_domain => Some("enterprise admins"),
        _ => None,
    }
}

fn is_url(text: &str) -> bool {
    // Links are written harmless, too.
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let known = ["http", "https", "ftp", "ftps", "hxxp", "hxxps", "ldap", "ldaps", "smb", "file", "ws", "wss"];
    known.iter().any(|it| it.eq_ignore_ascii_case(scheme)) && !rest.is_empty()
}

fn is_mail(text: &str) -> bool {
    let Some((name, domain)) = text.split_once('@') else { return false };
    let in_name = |it: char| it.is_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(it);
    !name.is_empty() && name.chars().all(in_name) && is_domain(domain)
}

fn is_domain(text: &str) -> bool {
    let labels = || text.split('.');
    let is_label = |it: &str| {
        !it.is_empty()
            && it.len() <= 63
            && it.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
            && !it.starts_with('-')
            && !it.ends_with('-')
    };
    text.len() <= 253
        && labels().count() >= 2
        && labels().all(is_label)
        && labels()
            .next_back()
            .is_some_and(|it| it.len() >= 2 && it.chars().all(char::is_alphabetic) || it.starts_with("xn--"))
}

fn is_account(text: &str) -> bool {
    let Some((domain, name)) = text.split_once('\\') else { return false };
    let is_name = |it: &str| !it.is_empty() && it.chars().all(|c| c.is_alphanumeric() || "._-$ ".contains(c));
    is_name(domain) && is_name(name) && domain.len() <= 64 && domain.len() > 1
}

fn is_technique(text: &str) -> bool {
    let digits = |it: &str, n: usize| it.len() == n && it.bytes().all(|b| b.is_ascii_digit());
    let Some(rest) = text.strip_prefix('T') else { return false };
    match rest.split_once('.') {
        Some((technique, sub)) => digits(technique, 4) && digits(sub, 3),
        None => digits(rest, 4),
    }
}

fn is_mac(text: &str) -> bool {
    let of = |separator: char| {
        text.split(separator).count() == 6
            && text.split(separator).all(|it| it.len() == 2 && it.bytes().all(|b| b.is_ascii_hexdigit()))
    };
    of(':') || of('-')
}

#[cfg(test)]
mod tests {
    use super::recognise;

    #[test]
    fn what_hunters_look_for_is_recognised() {
        let words = |text: &str| recognise("Value", text).map_or_else(String::new, super::Entity::words);
        for (text, expected) in [
            ("9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08", "SHA-256"),
            ("da39a3ee5e6b4b0d3255bfef95601890afd80709", "hash of an empty file"),
            ("10.20.0.5", "IP address, private"),
            ("203.0.113.7", "IP address, documentation"),
            ("100.64.1.1", "IP address, shared by a provider"),
            ("::ffff:127.0.0.1", "IP address, this machine"),
            ("fe80::1", "IP address, link-local"),
            ("m.okafor@halcyonfreight.example", "mail address or account"),
            ("HALCYON\\m.okafor", "account"),
            ("S-1-5-18", "SID: the system"),
            ("S-1-5-21-1-2-3-512", "SID: domain admins"),
            ("hxxps://cdn.example/x", "URL"),
            ("T1059.001", "ATT&CK technique"),
            ("74be27de-1e4e-49d9-b579-fe0b331d3642", "GUID"),
            ("00:1A:2b:3c:4d:5e", "MAC address"),
            ("C:\\Windows", ""),
            ("C:\\Windows\\System32", ""),
            ("powershell.exe", ""),
            ("1.2.3", ""),
            ("T1059 and more", ""),
            ("a@b", ""),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
        assert_eq!(recognise("RemoteUrl", "cdn-77.example").map(super::Entity::words).as_deref(), Some("domain"));
        assert_eq!(recognise("FileName", "notes.txt"), None);
    }
}
