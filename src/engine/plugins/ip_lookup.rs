//! `ipv4_lookup` and `ipv6_lookup`: rows joined with the networks that their address is in.

use std::collections::{BTreeSet, HashMap};

use arrow::array::{ArrayRef, AsArray, UInt32Array};
use arrow::compute::take;
use arrow::record_batch::RecordBatch;
use arrow::row::{RowConverter, SortField};
use datafusion::common::Result;

use super::Whole;
use crate::engine::functions::ip_network;
use crate::engine::nodes::Check;
use crate::engine::storage;
use crate::kql::{IpLookup, ScalarType};

#[derive(Debug)]
pub(super) struct Lookup {
    pub(super) lookup: IpLookup,
    pub(super) types: Vec<Vec<ScalarType>>,
}

impl Whole for Lookup {
    fn compute(&self, inputs: &[RecordBatch], check: &mut Check) -> Result<Vec<ArrayRef>> {
        let (rows, networks) = (&inputs[0], &inputs[1]);
        let extra = self.extra_keys(inputs)?;
        // Networks by their extra columns, prefix and first address; and every prefix that there is.
        let mut known: HashMap<(&[u8], u32, u128), Vec<u32>> = HashMap::new();
        let mut prefixes: BTreeSet<u32> = BTreeSet::new();
        let texts = networks.column(self.lookup.network).as_string::<i32>();
        for (row, extra) in extra[1].iter().enumerate() {
            check.step()?;
            if let Some((address, prefix)) = ip_network(texts.value(row), self.lookup.v6) {
                prefixes.insert(prefix);
                known.entry((extra, prefix, masked(address, prefix))).or_default().push(row as u32);
            }
        }
        let texts = rows.column(self.lookup.address).as_string::<i32>();
        let (mut left, mut right): (Vec<u32>, Vec<Option<u32>>) = (Vec::new(), Vec::new());
        for (row, extra) in extra[0].iter().enumerate() {
            let before = left.len();
            // An address that is a network itself is in those that hold all of it.
            if let Some((address, own)) = ip_network(texts.value(row), self.lookup.v6) {
                for prefix in prefixes.range(..=own) {
                    for found in known.get(&(extra.as_ref(), *prefix, masked(address, *prefix))).into_iter().flatten() {
                        check.step()?;
                        left.push(row as u32);
                        right.push(Some(*found));
                    }
                }
            }
            if self.lookup.unmatched && left.len() == before {
                left.push(row as u32);
                right.push(None);
            }
            check.step()?;
        }
        let (left, right) = (UInt32Array::from(left), UInt32Array::from(right));
        let mut columns = Vec::with_capacity(rows.num_columns() + self.lookup.kept.len());
        for column in rows.columns() {
            columns.push(take(column, &left, None)?);
        }
        for place in &self.lookup.kept {
            let column = take(networks.column(*place), &right, None)?;
            columns.push(storage::normalise(&column, self.types[1][*place])?);
        }
        Ok(columns)
    }
}

impl Lookup {
    /// The extra columns of every row of both inputs, as bytes that are equal where the values are.
    fn extra_keys(&self, inputs: &[RecordBatch]) -> Result<Vec<Vec<Box<[u8]>>>> {
        let fields =
            self.lookup.extra.iter().map(|(place, _)| SortField::new(inputs[0].column(*place).data_type().clone()));
        let converter = RowConverter::new(fields.collect())?;
        let mut keys = Vec::with_capacity(2);
        for (side, input) in inputs.iter().enumerate() {
            let places = self.lookup.extra.iter().map(|(left, right)| if side == 0 { *left } else { *right });
            let columns: Vec<ArrayRef> = places.map(|place| ArrayRef::clone(input.column(place))).collect();
            if columns.is_empty() {
                keys.push(vec![Box::default(); input.num_rows()]);
                continue;
            }
            let rows = converter.convert_columns(&columns)?;
            keys.push(rows.iter().map(|row| row.as_ref().into()).collect());
        }
        Ok(keys)
    }
}

/// The first address of the network that an address is in.
fn masked(address: u128, prefix: u32) -> u128 {
    address & u128::MAX.checked_shl(128 - prefix).unwrap_or(0)
}
