//! Act 3: the library calls home, every minute first, every five minutes later, while the laptop is awake.

use super::act2::load_implant;
use super::{C2_FIRST, C2_NAME, C2_SECOND, IMPLANT, Story, TEMP};
use crate::lab::clock::{HOUR, MILLISECOND, MINUTE, SECOND, day_of, march, midnight};
use crate::lab::net::{Connection, connect};
use crate::lab::noise::event::dns_answer;
use crate::lab::process::{Launch, ProcessId};
use crate::lab::rng::Rng;
use crate::lab::truth::Step;
use crate::lab::world::{T, World};

const STEP: Step = Step::new("act3", "T1071.001");

pub(super) fn beacon(world: &mut World, story: &Story) {
    let mut rng = Rng::stream("story", "beacon");
    let mut implant = story.implant;
    let mut time = march(5, 8, 58, 9);
    let mut asked = time;
    while time < march(13, 3, 20, 0) {
        let slow = time >= march(10, 0, 0, 0);
        let period = if slow { 300 * SECOND } else { 60 * SECOND };
        // A fifth more or less, each as likely.
        time += period * 4 / 5 + rng.range(0, period * 2 / 5);
        let missed = rng.chance(30);
        if missed || is_silent(time) || !world.org.devices[story.device].is_awake(time) {
            continue;
        }
        let Some(boot) = world.boot(story.device, time) else { continue };
        if !is_alive(world, implant, time) {
            let Some(next) = restart(world, story, time) else { continue };
            implant = next;
        }
        let ip = if slow { C2_SECOND } else { C2_FIRST };
        if time - asked > HOUR {
            asked = time;
            dns_answer(world, boot.svchost[2], time - 40 * MILLISECOND, C2_NAME, ip);
            world.mark(T::DeviceEvents, Step::new("act3", "T1568"), "the name of the control server is asked for");
        }
        connect(world, &mut rng, implant, time, &Connection::tcp(ip, 443, C2_NAME));
        world.mark(T::DeviceNetworkEvents, STEP, "beacon");
    }
}

/// From 23:00 to 05:30 it keeps quiet.
fn is_silent(time: i64) -> bool {
    let of_day = time - midnight(day_of(time));
    !(5 * HOUR + 30 * MINUTE..23 * HOUR).contains(&of_day)
}

fn is_alive(world: &World, process: ProcessId, time: i64) -> bool {
    let local = time + world.org.devices[world.process(process).device].skew;
    world.process(process).ends > local
}

/// After the patch reboot the Run key starts it again, once somebody has logged on.
fn restart(world: &mut World, story: &Story, time: i64) -> Option<ProcessId> {
    let session = world.session(story.device, time - 30 * SECOND)?;
    let at = session.from + 8 * SECOND;
    if at > time {
        return None;
    }
    let launch = Launch::new("rundll32.exe", format!("rundll32.exe {TEMP}\\{IMPLANT},Start"), session.to - at);
    let implant = world.spawn(session.explorer, at, &launch);
    world.mark(
        T::DeviceProcessEvents,
        Step::new("act3", "T1547.001"),
        "the Run key starts the library after the reboot",
    );
    load_implant(world, implant, at + 70 * MILLISECOND);
    Some(implant)
}
