//! "Quay Side": what the intruder does from 5 to 13 March, an act a file. Acts 7 to 11 are not told yet.
//!
//! Nothing here works: commands carry text that names what it would do, names and addresses are reserved ones.

mod act1;
mod act2;
mod act3;
mod act4;
mod act5;
mod act6;

pub(super) use act5::{RUN_VALUE, run_key};

use super::noise::mail::Mail;
use super::process::ProcessId;
use super::world::World;

/// What the acts leave for each other and for the alerts.
#[derive(Debug, Clone)]
pub(super) struct Story {
    pub(super) user: usize,
    pub(super) device: usize,
    pub(super) mails: Vec<Mail>,
    pub(super) word: ProcessId,
    pub(super) shell: ProcessId,
    pub(super) powershell: ProcessId,
    /// The loader that stays.
    pub(super) implant: ProcessId,
    pub(super) discovery: Vec<ProcessId>,
    pub(super) task: Option<ProcessId>,
    pub(super) bypass: Option<ProcessId>,
    pub(super) exclusion: Option<ProcessId>,
    pub(super) dump: Option<ProcessId>,
    pub(super) tool: Option<ProcessId>,
}

pub(super) const C2_NAME: &str = "cdn-sync.telemetry.example";
pub(super) const C2_FIRST: &str = "198.51.100.23";
pub(super) const C2_SECOND: &str = "198.51.100.87";
pub(super) const IMPLANT: &str = "msupd.dll";

/// Tells acts 1 to 6 in order.
pub(super) fn tell(world: &mut World) {
    let mails = act1::phish(world);
    let Some(mut story) = act2::open(world, mails) else {
        world.fail("nobody is there to open the attachment".to_owned());
        return;
    };
    act3::beacon(world, &story);
    act4::look_around(world, &mut story);
    act5::persist(world, &mut story);
    act6::elevate(world, &mut story);
    world.story = Some(story);
}

/// The folder of the victim's temporary files.
pub(super) const TEMP: &str = r"C:\Users\d.okafor\AppData\Local\Temp";
