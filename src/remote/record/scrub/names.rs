//! Replacements: the same for the same value, different for different ones, and not to be told from them.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::net::{Ipv4Addr, Ipv6Addr};

use sha2::{Digest as _, Sha256};

/// What kind of thing a value names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Class {
    User,
    Domain,
    Host,
    Device,
    Organisation,
    Address,
    Guid,
    Sid,
    Hardware,
}

impl Class {
    /// For the report.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::User => "users",
            Self::Domain => "domains",
            Self::Host => "hosts",
            Self::Device => "device ids",
            Self::Organisation => "organisations",
            Self::Address => "network addresses",
            Self::Guid => "GUIDs",
            Self::Sid => "SIDs",
            Self::Hardware => "hardware addresses",
        }
    }
}

/// Accounts and machines that every system has. They say nothing about anyone, and queries ask for them.
const WELL_KNOWN: &[&str] = &[
    "",
    "-",
    "system",
    "local service",
    "network service",
    "localsystem",
    "local system",
    "nt authority",
    "nt service",
    "builtin",
    "font driver host",
    "window manager",
    "anonymous logon",
    "anonymous",
    "everyone",
    "administrator",
    "administrators",
    "guest",
    "defaultaccount",
    "wdagutilityaccount",
    "root",
    "nobody",
    "daemon",
    "localhost",
    "public",
    "default",
    "default user",
    "all users",
    "none",
    "null",
    "unknown",
    "n/a",
    "workgroup",
    "not available",
];

/// Words shorter than this are looked for in their own columns only.
const SHORTEST_WORD: usize = 3;

/// All replacements of one run.
pub(super) struct Names {
    key: [u8; 32],
    /// By class and lower-case value.
    known: HashMap<(Class, String), String>,
    used: HashSet<String>,
    /// Words that are looked for in every text, in lower case.
    words: HashMap<String, Class>,
    /// The first words of those, to skip the rest quickly.
    beginnings: HashSet<String>,
    n_short: usize,
}

impl Names {
    pub(super) fn new() -> Self {
        let mut key = Sha256::new();
        for _ in 0..8 {
            // Each of these is keyed by the system's random numbers.
            key.update(RandomState::new().build_hasher().finish().to_le_bytes());
        }
        Self {
            key: key.finalize().into(),
            known: HashMap::new(),
            used: HashSet::new(),
            words: HashMap::new(),
            beginnings: HashSet::new(),
            n_short: 0,
        }
    }

    /// The classes of all replaced values, one for each.
    pub(super) fn classes(&self) -> impl Iterator<Item = Class> {
        self.known.keys().map(|it| it.0)
    }

    /// Names that are not looked for outside their columns.
    pub(super) fn n_short(&self) -> usize {
        self.n_short
    }

    /// The replacement of a simple name; the same value has the same one in any case of its letters.
    pub(super) fn simple(&mut self, class: Class, value: &str) -> String {
        if is_well_known(value) {
            return value.to_owned();
        }
        let replacement = self.replacement(class, value, |hash| {
            let hex = hex(&hash[..4]);
            match class {
                Class::User => format!("user-{hex}"),
                Class::Domain => format!("domain-{hex}.example"),
                Class::Host => format!("host-{hex}"),
                Class::Organisation => format!("organisation-{hex}"),
                _ => self_hex(value, hash),
            }
        });
        self.look_for(class, value);
        replacement
    }

    /// From now on the value is looked for in all texts.
    fn look_for(&mut self, class: Class, value: &str) {
        let lower = value.to_lowercase();
        let plain = lower.chars().count() < SHORTEST_WORD || lower.chars().all(|it| !it.is_alphabetic());
        if self.words.contains_key(&lower) {
            return;
        }
        if plain {
            self.n_short += 1;
        } else {
            let beginning = lower.split(|it: char| !it.is_alphanumeric()).find(|it| !it.is_empty());
            self.beginnings.extend(beginning.map(str::to_owned));
        }
        self.words.insert(lower, class);
    }

    /// True when some word that is looked for begins so (lower case).
    pub(super) fn begins(&self, atom: &str) -> bool {
        self.beginnings.contains(atom)
    }

    /// The replacement of a word that is looked for (lower case).
    pub(super) fn word(&mut self, lower: &str) -> Option<String> {
        let class = *self.words.get(lower)?;
        Some(match class {
            Class::Domain => self.domain(lower),
            Class::Host => self.host(lower),
            _ => self.simple(class, lower),
        })
    }

    /// `contoso.com` and `CONTOSO`: one with dots stays one with dots.
    pub(super) fn domain(&mut self, value: &str) -> String {
        if value.contains('.') || is_well_known(value) {
            return self.simple(Class::Domain, value);
        }
        let replacement = self.replacement(Class::Domain, value, |hash| format!("DOMAIN-{}", hex(&hash[..4])));
        self.look_for(Class::Domain, value);
        replacement
    }

    /// `pc1` and `pc1.corp.contoso.com` are the same machine.
    pub(super) fn host(&mut self, value: &str) -> String {
        match value.split_once('.') {
            Some((name, domain)) if !name.is_empty() && !domain.is_empty() => {
                self.look_for(Class::Host, value);
                let (name, domain) = (self.simple(Class::Host, name), self.domain(domain));
                format!("{name}.{domain}")
            }
            _ => self.simple(Class::Host, value.trim_end_matches('.')),
        }
    }

    /// `alice`, `alice@contoso.com`, `CONTOSO\alice`: always the same user.
    pub(super) fn user(&mut self, value: &str) -> String {
        if let Some((domain, user)) = value.split_once('\\').filter(|it| !it.1.is_empty()) {
            // The backslash is doubled where the text is a literal.
            let slashes = 1 + user.len() - user.trim_start_matches('\\').len();
            let user = user.trim_start_matches('\\');
            return format!("{}{}{}", self.domain(domain), "\\".repeat(slashes), self.simple(Class::User, user));
        }
        if let Some(machine) = value.strip_suffix('$').filter(|it| !it.is_empty()) {
            return format!("{}$", self.host(machine));
        }
        match value.rsplit_once('@') {
            Some((user, domain)) if !user.is_empty() && !domain.is_empty() => {
                let (user, domain) = (self.simple(Class::User, user), self.domain(domain));
                format!("{user}@{domain}")
            }
            _ => self.simple(Class::User, value),
        }
    }

    /// Private, link-local and public addresses stay what they are; those with a meaning of their own stay whole.
    pub(super) fn ipv4(&mut self, ip: Ipv4Addr) -> String {
        if ip.is_loopback() || ip.is_unspecified() || ip.is_broadcast() || ip.is_multicast() {
            return ip.to_string();
        }
        let [first, second, ..] = ip.octets();
        self.replacement(Class::Address, &ip.to_string(), |hash| {
            let [x, y, z] = [hash[0], hash[1], hash[2]];
            // The first tries stay in the block; one that is full goes on in a larger one.
            let is_first_try = hash[4] < 128;
            let octets = match (first, second) {
                (172, 16..=31) => [172, 16 + x % 16, y, z],
                (192, 168) if is_first_try => [192, 168, y, z],
                (169, 254) if is_first_try => [169, 254, y, z],
                (10, _) | (192, 168) | (169, 254) => [10, x, y, z],
                (100, 64..=127) => [100, 64 + x % 64, y, z],
                // Addresses that nobody has: those for benchmarks, then the reserved ones.
                _ if is_first_try => [198, 18 + x % 2, y, z],
                _ => [240 + x % 15, y, z, hash[3]],
            };
            Ipv4Addr::from(octets).to_string()
        })
    }

    pub(super) fn ipv6(&mut self, ip: Ipv6Addr) -> String {
        if ip.is_loopback() || ip.is_unspecified() || ip.is_multicast() {
            return ip.to_string();
        }
        if let Some(inner) = ip.to_ipv4_mapped() {
            return format!("::ffff:{}", self.ipv4(inner));
        }
        self.replacement(Class::Address, &ip.to_string(), |hash| {
            let part = |idx: usize| u16::from_be_bytes([hash[idx * 2], hash[idx * 2 + 1]]);
            let [first, second] = if ip.is_unique_local() {
                [0xfd00, part(4)]
            } else if ip.is_unicast_link_local() {
                [0xfe80, 0]
            } else {
                [0x2001, 0xdb8]
            };
            Ipv6Addr::new(first, second, 0, 0, part(0), part(1), part(2), part(3)).to_string()
        })
    }

    /// In the case of letters that it has.
    pub(super) fn guid(&mut self, value: &str) -> String {
        let is_nobodys = value.bytes().all(|it| matches!(it, b'0' | b'-'));
        // The ids of Microsoft's own applications are the same everywhere.
        if is_nobodys || value.to_ascii_lowercase().ends_with("-0000-0000-c000-000000000000") {
            return value.to_owned();
        }
        let made = self.replacement(Class::Guid, value, |hash| {
            let hex = hex(&hash[..16]);
            format!("{}-{}-4{}-8{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32])
        });
        if value.bytes().any(|it| it.is_ascii_uppercase()) { made.to_ascii_uppercase() } else { made }
    }

    /// A domain's or a tenant's account. The last number of a built-in account stays, as it says which one it is.
    pub(super) fn sid(&mut self, value: &str) -> String {
        let parts: Vec<&str> = value.split('-').collect();
        let first = match parts.get(3) {
            Some(&"21") => 4,
            Some(&"1") if parts.get(2) == Some(&"12") => 4,
            _ => return value.to_owned(),
        };
        let number = |names: &mut Self, part: &str, at: usize| {
            names.replacement(Class::Sid, &format!("{at}:{part}"), |hash| {
                (1_000_000_000 + u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]) % 3_000_000_000).to_string()
            })
        };
        let scrubbed = parts.iter().enumerate().map(|(at, part)| match part.parse::<u32>() {
            Ok(rid) if at < first || (at == 7 && rid < 1000) => (*part).to_owned(),
            _ if at < first => (*part).to_owned(),
            _ => number(self, part, at),
        });
        scrubbed.collect::<Vec<_>>().join("-")
    }

    pub(super) fn hardware(&mut self, value: &str) -> String {
        let separator = if value.contains(':') { ":" } else { "-" };
        let lower = value.to_ascii_lowercase().replace('-', ":");
        let made = self.replacement(Class::Hardware, &lower, |hash| {
            let parts: Vec<String> = hash[..5].iter().map(|it| format!("{it:02x}")).collect();
            // The second bit says that nobody's factory gave it out.
            format!("02:{}", parts.join(":"))
        });
        made.replace(':', separator)
    }

    /// Made once for each value; when another value has it already, made anew.
    fn replacement(&mut self, class: Class, value: &str, make: impl Fn(&[u8; 32]) -> String) -> String {
        let lower = value.to_lowercase();
        if let Some(known) = self.known.get(&(class, lower.clone())) {
            return known.clone();
        }
        let mut attempt = 0_u32;
        let made = loop {
            let digest = Sha256::new()
                .chain_update(self.key)
                .chain_update([class as u8])
                .chain_update(attempt.to_le_bytes())
                .chain_update(lower.as_bytes());
            let mut hash: [u8; 32] = digest.finalize().into();
            if class == Class::Address {
                // Which block an address is in: only when the first one is crowded the other is tried.
                hash[4] = if attempt < 8 { 0 } else { 255 };
            }
            let made = make(&hash);
            if self.used.insert(made.clone()) {
                break made;
            }
            attempt += 1;
        };
        self.known.insert((class, lower), made.clone());
        made
    }
}

fn is_well_known(value: &str) -> bool {
    let value = value.trim();
    // A service's own accounts (`nt service\x`) and the machine's (`pc1$`) are handled by their parts.
    WELL_KNOWN.iter().any(|it| value.eq_ignore_ascii_case(it))
}

/// An id of hexadecimal digits stays one of its length.
fn self_hex(value: &str, hash: &[u8; 32]) -> String {
    let digits = hex(hash);
    digits.chars().cycle().take(value.chars().count().clamp(8, 64)).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|it| char::from_digit(it.into(), 16)).collect()
}
