//! The order in which the lab comes about: who there is, then what must happen, then ordinary work up to the rates.

use super::alerts;
use super::error::LabError;
use super::finish;
use super::host;
use super::lookalikes;
use super::nasty;
use super::noise;
use super::story;
use super::world::World;
use crate::schema;

/// The whole model of the small lab.
pub(super) fn world(progress: &dyn Fn(f32)) -> Result<World, LabError> {
    let mut world = World::new(schema::advanced_hunting());
    fault(&world)?;
    let steps: [fn(&mut World); 6] =
        [host::furnish, story::tell, lookalikes::add, nasty::add, alerts::raise, noise::fill];
    for (number, step) in steps.iter().enumerate() {
        step(&mut world);
        progress((number + 1) as f32 / (steps.len() + 1) as f32);
    }
    finish::number_reports(&mut world);
    fault(&world)?;
    progress(1.0);
    Ok(world)
}

/// The first contradiction that the model noticed.
fn fault(world: &World) -> Result<(), LabError> {
    let in_tables = world.tables.iter().find_map(|table| Some(format!("{}: {}", table.name, table.fault.as_ref()?)));
    match world.fault.clone().or(in_tables) {
        Some(message) => Err(LabError::Model(message)),
        None => Ok(()),
    }
}
