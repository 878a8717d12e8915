//! IPv4 addresses and networks as numbers.

use std::fmt::Write;

/// An address with the prefix length that its text gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Network {
    pub(super) address: u32,
    pub(super) prefix: u32,
}

impl Network {
    /// `a.b.c.d` or `a.b.c.d/n`, blanks around it allowed; a part must not begin with a needless zero.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, parse_prefix(prefix)?),
            None => (text, 32),
        };
        Some(Self { address: parse_address(address)?, prefix })
    }

    /// With a further prefix; the shorter one counts.
    pub(super) fn narrowed(self, prefix: i64) -> Option<Self> {
        let prefix = u32::try_from(prefix).ok().filter(|prefix| *prefix <= 32)?;
        Some(Self { prefix: prefix.min(self.prefix), ..self })
    }

    /// The address without the bits behind the prefix.
    pub(super) fn base(self) -> u32 {
        self.address & mask(self.prefix)
    }

    pub(super) fn contains(self, address: u32) -> bool {
        address & mask(self.prefix) == self.base()
    }
}

pub(super) fn mask(prefix: u32) -> u32 {
    u32::MAX.checked_shl(32 - prefix).unwrap_or(0)
}

fn parse_prefix(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok().filter(|prefix| *prefix <= 32) } else { None }
}

pub(super) fn parse_address(text: &str) -> Option<u32> {
    text.parse::<std::net::Ipv4Addr>().ok().map(u32::from)
}

pub(super) fn push_address(address: u32, out: &mut String) {
    let _ = write!(out, "{}", std::net::Ipv4Addr::from(address));
}
