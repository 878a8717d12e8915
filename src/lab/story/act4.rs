//! Act 4, 09:20 to 09:41: the intruder looks around.

use super::Story;
use crate::lab::clock::{MILLISECOND, SECOND, march};
use crate::lab::noise::event::event;
use crate::lab::noise::image::load;
use crate::lab::noise::process::conhost;
use crate::lab::process::Launch;
use crate::lab::rng::Rng;
use crate::lab::truth::Step;
use crate::lab::world::{T, World};

/// Hour, minute and second.
type Clock = (i64, i64, i64);

/// Clock time, image, command, technique.
const COMMANDS: [(Clock, &str, &str, &str); 7] = [
    ((9, 20, 14), "whoami.exe", "whoami /all", "T1033"),
    ((9, 21, 2), "ipconfig.exe", "ipconfig /all", "T1016"),
    ((9, 23, 47), "net.exe", "net group \"Domain Admins\" /domain", "T1069.002"),
    ((9, 26, 31), "nltest.exe", "nltest /dclist:halcyonfreight.example", "T1482"),
    ((9, 29, 58), "net.exe", "net view \\\\hf-fs02 /all", "T1135"),
    ((9, 36, 20), "net.exe", "net localgroup administrators", "T1069.001"),
    ((9, 41, 5), "systeminfo.exe", "systeminfo", "T1082"),
];

const SEARCHES: [(Clock, &str, &str); 2] = [
    ((9, 32, 9), "(&(objectCategory=person)(servicePrincipalName=*))", "accounts with service principal names"),
    ((9, 34, 44), "(&(objectCategory=person)(adminCount=1))", "administrators of the domain"),
];

pub(super) fn look_around(world: &mut World, story: &mut Story) {
    let mut rng = Rng::stream("story", "act 4");
    for ((hour, minute, second), image, command, technique) in COMMANDS {
        let step = Step::new("act4", technique);
        let at = march(5, hour, minute, second) + rng.range(0, SECOND);
        let shell = world.spawn(
            story.implant,
            at,
            &Launch::new("cmd.exe", format!("C:\\windows\\system32\\cmd.exe /C {command}"), 8 * SECOND),
        );
        world.mark(T::DeviceProcessEvents, step, "the library starts a shell to look around");
        conhost(world, &mut rng, shell, at);
        let at = at + rng.range(60 * MILLISECOND, 200 * MILLISECOND);
        let tool = world.spawn(shell, at, &Launch::new(image, command, 5 * SECOND));
        world.mark(T::DeviceProcessEvents, step, "looks around");
        story.discovery.push(tool);
        if image == "net.exe" && command.contains("group") {
            // The old program hands such commands to its second half.
            world.spawn(
                tool,
                at + 30 * MILLISECOND,
                &Launch::new("net1.exe", command.replacen("net ", "C:\\windows\\system32\\net1 ", 1), 3 * SECOND),
            );
            world.mark(T::DeviceProcessEvents, step, "looks around");
        }
    }
    for ((hour, minute, second), filter, why) in SEARCHES {
        let at = march(5, hour, minute, second) + rng.range(0, SECOND);
        load(world, story.implant, at - 200 * MILLISECOND, "wldap32.dll");
        event(world, story.implant, at, "LdapSearch").set(
            "AdditionalFields",
            format!(r#"{{"SearchFilter":"{filter}","DistinguishedName":"DC=halcyonfreight,DC=example","ScopeOfSearch":"SubTree"}}"#),
        );
        world.mark(T::DeviceEvents, Step::new("act4", "T1087.002"), why);
    }
}
