//! Ordinary image loads, sampled as the sensor does it: unusual or unsigned ones.

use super::{burst, until_full};
use crate::lab::clock;
use crate::lab::org::DeviceKind;
use crate::lab::process::ProcessId;
use crate::lab::rng::Rng;
use crate::lab::world::{T, World};

const LIBRARIES: [&str; 28] = [
    "dbghelp.dll",
    "dbgcore.dll",
    "amsi.dll",
    "wldap32.dll",
    "samlib.dll",
    "vaultcli.dll",
    "taskschd.dll",
    "wbemprox.dll",
    "wmiutils.dll",
    "clr.dll",
    "mscoree.dll",
    "winhttp.dll",
    "cryptdll.dll",
    "vssapi.dll",
    "logoncli.dll",
    "fdcore.dll",
    "fdgrid.dll",
    "fdpdf.dll",
    "klcompress.dll",
    "hlcore.dll",
    "hlwmi.dll",
    "hlnet.dll",
    "bwhook.dll",
    "rwspell.dll",
    "spinaec.dll",
    "spinvideo.dll",
    "netapi32.dll",
    "urlmon.dll",
];

pub(super) fn fill(world: &mut World, rows: usize) {
    let weight = |world: &World, device: usize| match world.org.devices[device].kind {
        DeviceKind::Workstation => 8,
        DeviceKind::Server => 9,
        DeviceKind::Mac | DeviceKind::Linux => 0,
    };
    until_full(world, T::DeviceImageLoadEvents, rows, weight, behave);
}

fn behave(world: &mut World, rng: &mut Rng, device: usize, missing: usize) {
    let day = clock::work_day(rng);
    let it = &world.org.devices[device];
    let Some(time) = (if rng.chance(600) { it.busy_time(rng, day) } else { it.any_time(rng, day) }) else { return };
    let Some(boot) = world.boot(device, time) else { return };
    let process = match world.session(device, time) {
        Some(session) if rng.chance(500) => {
            [session.explorer, session.outlook, session.browser, session.teams][rng.index(4)]
        }
        _ => [boot.monitor, boot.sccm, boot.svchost[0], boot.svchost[1], boot.defender][rng.index(5)],
    };
    // A program that starts something loads a good part of what it needs at once.
    let first = rng.index(LIBRARIES.len());
    for (number, time) in burst(rng, time, 5, 12, missing).into_iter().enumerate() {
        load(world, process, time, LIBRARIES[(first + number) % LIBRARIES.len()]);
    }
}

/// Writes the row of a library of the catalogue that a process loads.
pub(in crate::lab) fn load(world: &mut World, process: ProcessId, time: i64, library: &str) {
    let Some(image) = world.image(library) else { return };
    let user = world.pool.text(world.process(process).account.name).to_owned();
    let folder = world.pool.text(image.folder).replace("{user}", &user);
    world
        .process_row(T::DeviceImageLoadEvents, process, time)
        .set("ActionType", "ImageLoaded")
        .set("FileName", image.file)
        .set("FolderPath", format!(r"{folder}\{library}"))
        .set("SHA1", image.sha1)
        .set("SHA256", image.sha256)
        .set("MD5", image.md5)
        .set("FileSize", image.size);
}
