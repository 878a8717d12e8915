//! Ordinary work: what fills each table up to its rate.

mod process;

use super::rng::Rng;
use super::world::{T, World};

/// Rows of each table in the small lab.
const RATES: [(T, usize); 1] = [(T::DeviceProcessEvents, 22_000)];

/// Adds ordinary rows until every table has its rate.
pub(super) fn fill(world: &mut World) {
    process::fill(world, rate(T::DeviceProcessEvents));
}

fn rate(table: T) -> usize {
    RATES.iter().find(|(it, _)| *it == table).map_or(0, |(_, rows)| *rows)
}

/// Calls a behaviour with device after device, heavier ones more often, until the table has so many rows.
/// A behaviour that can do nothing at that moment (the device sleeps) returns without a row and is asked again later.
fn until_full(
    world: &mut World,
    table: T,
    rows: usize,
    weight: impl Fn(&World, usize) -> u32,
    mut behave: impl FnMut(&mut World, &mut Rng, usize, usize),
) {
    let weights: Vec<u32> = (0..world.org.devices.len()).map(|device| weight(world, device)).collect();
    let mut streams: Vec<Rng> =
        world.org.devices.iter().map(|device| Rng::stream(&device.short, &format!("fill {table:?}"))).collect();
    let mut choice = Rng::stream("devices", &format!("fill {table:?}"));
    // Asleep devices waste turns, so there are more turns than rows; a model at fault must still come to an end.
    for _ in 0..rows * 20 {
        let missing = rows.saturating_sub(world.rows(table));
        if missing == 0 || world.fault.is_some() {
            return;
        }
        let device = choice.weighted(&weights);
        behave(world, &mut streams[device], device, missing);
    }
}
