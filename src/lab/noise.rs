//! Ordinary work: what fills each table up to its rate.

pub(super) mod event;
pub(super) mod file;
pub(super) mod image;
mod inventory;
pub(super) mod logon;
pub(super) mod mail;
pub(super) mod network;
pub(super) mod process;
pub(super) mod registry;

use super::clock::MILLISECOND;
use super::rng::Rng;
use super::world::{T, World};

/// Adds ordinary rows until every table has its rate.
pub(super) fn fill(world: &mut World) {
    network::clockwork(world);
    process::fill(world, 22_000);
    logon::fill_device(world, 6_000);
    logon::fill_identity(world, 6_000);
    network::fill(world, 30_000);
    file::fill(world, 14_000);
    registry::fill(world, 9_000);
    event::fill(world, 9_000);
    image::fill(world, 12_000);
    inventory::fill(world, 2_000);
    inventory::identities(world, 250);
    mail::fill(world, &mail::Rates { mails: 5_000, urls: 4_500, files: 1_000, removed: 60, clicks: 900 });
}

/// The times of a burst: so many things, a few milliseconds to a third of a second apart.
fn burst(rng: &mut Rng, from: i64, least: i64, most: i64, missing: usize) -> Vec<i64> {
    let count = rng.range(least, most + 1).clamp(1, missing.max(1) as i64);
    let mut time = from;
    (0..count)
        .map(|_| {
            time += rng.range(2 * MILLISECOND, 300 * MILLISECOND);
            time
        })
        .collect()
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
