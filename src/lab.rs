//! The lab: a synthetic hunting data set that Tallyho generates itself, the same bytes everywhere.
//!
//! Halcyon Freight Ltd, 142 devices and 124 people over fourteen days from 2025-03-03, with one intrusion in the middle of
//! ordinary work. The model is built first (`world`: who there is, which processes live), behaviours add rows to it
//! (`noise`, `lookalikes`, `nasty`, `story`), and `store` turns the tables into Parquet. Every behaviour draws from a random
//! stream of its own, so that one more behaviour does not move the others. There is no clock, no floating point and no
//! order of a hash map between the seed and the bytes.

mod alerts;
mod catalog;
mod clock;
mod error;
mod files;
mod finish;
mod generate;
mod host;
mod lookalikes;
mod nasty;
mod net;
mod noise;
mod org;
mod process;
mod profiles;
mod rng;
mod rows;
mod store;
mod story;
mod truth;
mod world;

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

pub use error::LabError;

/// Where the lab's fourteen days end, 2025-03-17T00:00:00Z in ticks: what `now()` means there.
pub const END: i64 = clock::END;

use world::World;

/// Makes the small lab in the folder unless this version of it is there already. One Parquet file a table, and
/// `_truth.jsonl`. Blocks; `progress` hears the share done, 0 to 1. Safe when two processes do it at once: files are
/// written aside and renamed.
pub fn ensure(folder: &Path, progress: &dyn Fn(f32)) -> Result<(), LabError> {
    if files::is_current(folder) {
        progress(1.0);
        return Ok(());
    }
    progress(0.0);
    files::prepare(folder, &file_names())?;
    let world = generate::world(&|share| progress(share * 0.4))?;
    let mut files = encode_all(&world, &|share| progress(0.4 + share * 0.55))?;
    files.push((TRUTH.to_owned(), truth::log(&world).into_bytes()));
    files::write_all(folder, &files)?;
    progress(1.0);
    Ok(())
}

/// What the lab knows of its files: rows in the columns of the function `FileProfile`.
pub fn file_profiles() -> Vec<Vec<crate::kql::Value>> {
    profiles::rows()
}

/// The underscore keeps it from being opened as a table beside the others.
const TRUTH: &str = "_truth.jsonl";

/// Every file of the lab but the one that seals it.
fn file_names() -> Vec<String> {
    world::NAMES.iter().map(|name| format!("{name}.parquet")).chain([TRUTH.to_owned()]).collect()
}

/// Encodes the tables on two threads. Which thread takes which table does not show in the bytes.
fn encode_all(world: &World, progress: &dyn Fn(f32)) -> Result<Vec<(String, Vec<u8>)>, LabError> {
    // The largest first, so that no thread is left with a large one in the end.
    let mut order: Vec<usize> = (0..world.tables.len()).collect();
    order.sort_by_key(|number| {
        let table = &world.tables[*number];
        (std::cmp::Reverse(table.len() * table.columns.len()), *number)
    });
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    let work = |told: &dyn Fn(f32)| {
        while let Some(number) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            let encoded = store::encode(&world.tables[*number], &world.pool);
            let mut done = done.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            done.push((*number, encoded));
            told(done.len() as f32 / order.len() as f32);
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(|| work(&|_| ()));
        work(progress);
    });
    let mut done = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().map(|(number, bytes)| Ok((format!("{}.parquet", world.tables[number].name), bytes?))).collect()
}
