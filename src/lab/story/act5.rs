//! Act 5, 09:52 and 10:15: a Run key and a scheduled task, named like others.

use super::{IMPLANT, Story, TEMP};
use crate::lab::clock::{MILLISECOND, SECOND, march};
use crate::lab::noise::event::event;
use crate::lab::noise::process::conhost;
use crate::lab::noise::registry::set_value;
use crate::lab::process::Launch;
use crate::lab::rng::Rng;
use crate::lab::truth::Step;
use crate::lab::world::{T, World};

const RUN_KEY: Step = Step::new("act5", "T1547.001");
const TASK: Step = Step::new("act5", "T1053.005");
pub(in crate::lab) const RUN_VALUE: &str = "OneDriveSetup2";
const TASK_NAME: &str = r"\Microsoft\Windows\Feeds\Sync-7C1";

pub(super) fn persist(world: &mut World, story: &mut Story) {
    let mut rng = Rng::stream("story", "act 5");
    let at = march(5, 9, 52, 18) + 6_604_113;
    let loader = format!("rundll32.exe {TEMP}\\{IMPLANT},Start");
    let key = run_key(world, story);
    set_value(world, story.implant, at, &key, (RUN_VALUE, "String", &loader));
    world.mark(T::DeviceRegistryEvents, RUN_KEY, "a Run key named like a synchroniser's");

    let at = march(5, 10, 15, 40) + 1_902_776;
    let command = format!("schtasks.exe /create /f /tn \"{TASK_NAME}\" /sc minute /mo 30 /tr \"{loader}\"");
    let task = world.spawn(story.implant, at, &Launch::new("schtasks.exe", command, 4 * SECOND));
    world.mark(T::DeviceProcessEvents, TASK, "a scheduled task every thirty minutes");
    story.task = Some(task);
    conhost(world, &mut rng, task, at);
    event(world, task, at + 150 * MILLISECOND, "ScheduledTaskCreated")
        .set("AdditionalFields", format!(r#"{{"TaskName":"{}"}}"#, TASK_NAME.replace('\\', r"\\")));
    world.mark(T::DeviceEvents, TASK, "the task exists");
    let Some(boot) = world.boot(story.device, at) else { return };
    let key =
        format!(r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Schedule\TaskCache\Tree{TASK_NAME}");
    let id = rng.guid().to_uppercase();
    set_value(world, boot.svchost[1], at + 160 * MILLISECOND, &key, ("Id", "String", &format!("{{{id}}}")));
    world.mark(T::DeviceRegistryEvents, TASK, "the scheduler notes the task");
}

/// The Run key of the victim.
pub(in crate::lab) fn run_key(world: &World, story: &Story) -> String {
    let sid = &world.org.users[story.user].sid;
    format!(r"HKEY_USERS\{sid}\SOFTWARE\Microsoft\Windows\CurrentVersion\Run")
}
