//! IPv6 addresses and networks; IPv4 is taken as `::ffff:a.b.c.d`.

use std::fmt::Write;
use std::net::Ipv6Addr;

use super::v4;

/// An address with a prefix length of 128 bits at most.
#[derive(Debug, Clone, Copy)]
pub(super) struct Network {
    address: u128,
    prefix: u32,
    /// Written with points: prefixes given beside it are those of IPv4.
    dotted: bool,
}

impl Network {
    /// An address of either version with an optional prefix; a zone behind `%` is dropped.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let address = address.split_once('%').map_or(address, |(address, _)| address);
        let dotted = address.contains('.');
        let bits = match v4::parse_address(address) {
            Some(v4) => 0xffff_0000_0000 | u128::from(v4),
            None => u128::from(address.parse::<Ipv6Addr>().ok()?),
        };
        let network = Self { address: bits, prefix: 128, dotted };
        match prefix {
            Some(prefix) => network.narrowed(prefix.parse().ok()?),
            None => Some(network),
        }
    }

    /// With a further prefix of its own kind; the shorter one counts.
    pub(super) fn narrowed(self, prefix: i64) -> Option<Self> {
        let prefix = u32::try_from(prefix).ok()?;
        let prefix = match self.dotted {
            true if prefix <= 32 => prefix + 96,
            true => return None,
            false => prefix,
        };
        (prefix <= 128).then(|| self.at_most(prefix))
    }

    /// `::a.b.c.d` as `::ffff:a.b.c.d`, which is how the two compare.
    pub(super) fn mapped(self) -> Self {
        let compatible = self.dotted && self.address >> 32 == 0;
        Self { address: if compatible { self.address | 0xffff_0000_0000 } else { self.address }, ..self }
    }

    /// With a further prefix of 128 bits.
    pub(super) fn at_most(self, prefix: u32) -> Self {
        Self { prefix: prefix.min(self.prefix), ..self }
    }

    pub(super) fn prefix(self) -> u32 {
        self.prefix
    }

    pub(super) fn base(self) -> u128 {
        self.under(self.prefix)
    }

    /// The address without the bits behind a prefix.
    pub(super) fn under(self, prefix: u32) -> u128 {
        self.address & u128::MAX.checked_shl(128 - prefix).unwrap_or(0)
    }

    pub(super) fn contains(self, other: Self) -> bool {
        other.base() & u128::MAX.checked_shl(128 - self.prefix).unwrap_or(0) == self.base()
    }
}

/// Eight groups of four digits.
pub(super) fn push_address(address: u128, out: &mut String) {
    for group in Ipv6Addr::from(address).segments() {
        let _ = write!(out, "{}{group:04x}", if out.is_empty() { "" } else { ":" });
    }
}
