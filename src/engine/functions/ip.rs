//! Addresses of IPv4 and IPv6.

mod candidates;
mod format_ipv4;
mod format_ipv4_mask;
mod found;
mod has_any_ipv4;
mod has_any_ipv4_prefix;
mod has_ipv4;
mod has_ipv4_prefix;
mod ipv4_compare;
mod ipv4_is_in_any_range;
mod ipv4_is_in_range;
mod ipv4_is_match;
mod ipv4_is_private;
mod ipv4_netmask_suffix;
mod ipv4_range_to_cidr_list;
mod ipv6_compare;
mod ipv6_is_in_any_range;
mod ipv6_is_in_range;
mod ipv6_is_match;
mod parse_ipv4;
mod parse_ipv4_mask;
mod parse_ipv6;
mod parse_ipv6_mask;
mod v4;
mod v6;

use super::kql_function::Function;

pub(super) const FUNCTIONS: &[Function] = &[
    format_ipv4::FUNCTION,
    format_ipv4_mask::FUNCTION,
    has_any_ipv4::FUNCTION,
    has_any_ipv4_prefix::FUNCTION,
    has_ipv4::FUNCTION,
    has_ipv4_prefix::FUNCTION,
    ipv4_compare::FUNCTION,
    ipv4_is_in_any_range::FUNCTION,
    ipv4_is_in_range::FUNCTION,
    ipv4_is_match::FUNCTION,
    ipv4_is_private::FUNCTION,
    ipv4_netmask_suffix::FUNCTION,
    ipv4_range_to_cidr_list::FUNCTION,
    ipv6_compare::FUNCTION,
    ipv6_is_in_any_range::FUNCTION,
    ipv6_is_in_range::FUNCTION,
    ipv6_is_match::FUNCTION,
    parse_ipv4::FUNCTION,
    parse_ipv4_mask::FUNCTION,
    parse_ipv6::FUNCTION,
    parse_ipv6_mask::FUNCTION,
];

/// The address of a text as a number of 128 bits, and how many of them stand for the whole network that it means. IPv4
/// is in the last 32; for `ipv6_lookup` it is written as IPv6.
pub(in crate::engine) fn network(text: &str, v6: bool) -> Option<(u128, u32)> {
    if v6 {
        let network = v6::Network::parse(text)?.mapped();
        return Some((network.under(128), network.prefix()));
    }
    let network = v4::Network::parse(text)?;
    Some((u128::from(network.address), network.prefix + 96))
}
