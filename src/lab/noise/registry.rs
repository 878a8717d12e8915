//! Ordinary changes of the registry.

use super::{burst, until_full};
use crate::lab::clock;
use crate::lab::org::DeviceKind;
use crate::lab::process::ProcessId;
use crate::lab::rng::Rng;
use crate::lab::rows::Row;
use crate::lab::world::{T, World};

pub(super) fn fill(world: &mut World, rows: usize) {
    run_keys(world);
    until_full(world, T::DeviceRegistryEvents, rows, weight, behave);
}

fn weight(world: &World, device: usize) -> u32 {
    match world.org.devices[device].kind {
        DeviceKind::Workstation => 8,
        DeviceKind::Server => 9,
        DeviceKind::Mac | DeviceKind::Linux => 0,
    }
}

/// Writes the row of a value that a process sets.
pub(in crate::lab) fn set_value<'w>(
    world: &'w mut World,
    process: ProcessId,
    time: i64,
    key: &str,
    (name, ty, data): (&str, &str, &str),
) -> Row<'w> {
    let mut row = world.process_row(T::DeviceRegistryEvents, process, time);
    row.set("ActionType", "RegistryValueSet")
        .set("RegistryKey", key)
        .set("RegistryValueType", ty)
        .set("RegistryValueName", name)
        .set("RegistryValueData", data);
    row
}

/// Sixty ordinary programs start with Windows.
fn run_keys(world: &mut World) {
    const PROGRAMS: [(&str, &str); 6] = [
        ("OneDrive", "\"C:\\Program Files\\Microsoft OneDrive\\OneDrive.exe\" /background"),
        ("TideTray", "\"C:\\Program Files\\Tidewater\\Headset\\TideTray.exe\" --autostart"),
        ("Spindrift", "\"C:\\Program Files\\Spindrift\\Spindrift.exe\" --tray"),
        ("DockManager", "\"C:\\Program Files\\Brackwater\\Dock\\bwdock.exe\""),
        ("MooringVPN", "\"C:\\Program Files\\Mooring\\VPN\\mvpnui.exe\" -minimized"),
        ("HarbourlineTray", r"C:\Program Files\Harbourline\Monitor\hltray.exe"),
    ];
    let workstations = world.org.of_kind(DeviceKind::Workstation);
    let mut rng = Rng::stream("registry", "run keys");
    let mut written = 0;
    for number in 0..400 {
        let device = workstations[(number * 13) % workstations.len()];
        let day = clock::work_day(&mut rng);
        let Some(time) = world.org.devices[device].busy_time(&mut rng, day) else { continue };
        let Some(session) = world.session(device, time) else { continue };
        let sid = world.org.users[session.user].sid.clone();
        let (name, data) = PROGRAMS[number % PROGRAMS.len()];
        let key = format!(r"HKEY_USERS\{sid}\SOFTWARE\Microsoft\Windows\CurrentVersion\Run");
        set_value(world, session.explorer, time, &key, (name, "String", data));
        written += 1;
        if written == 60 {
            return;
        }
    }
}

fn behave(world: &mut World, rng: &mut Rng, device: usize, missing: usize) {
    let day = clock::work_day(rng);
    let it = &world.org.devices[device];
    let time = if rng.chance(500) { it.busy_time(rng, day) } else { it.any_time(rng, day) };
    let Some(time) = time else { return };
    let Some(boot) = world.boot(device, time) else { return };
    let process = match world.session(device, time) {
        Some(session) if rng.chance(450) => [session.explorer, session.outlook, session.browser][rng.index(3)],
        _ => [boot.svchost[1], boot.svchost[3], boot.lsass, boot.sccm, boot.services, boot.defender][rng.index(6)],
    };
    for time in burst(rng, time, 2, 9, missing) {
        match rng.weighted(&[800, 100, 70, 30]) {
            0 => value(world, rng, process, time),
            1 => key_event(world, rng, process, time, "RegistryKeyCreated"),
            2 => deleted_value(world, rng, process, time),
            _ => key_event(world, rng, process, time, "RegistryKeyDeleted"),
        }
    }
}

const SYSTEM: &str = r"HKEY_LOCAL_MACHINE\SYSTEM\ControlSet001";
const SOFTWARE: &str = r"HKEY_LOCAL_MACHINE\SOFTWARE";

fn value(world: &mut World, rng: &mut Rng, process: ProcessId, time: i64) {
    let (key, name, ty, data) = match rng.weighted(&[39, 26, 22, 13]) {
        0 => dword(rng),
        1 => string(rng),
        2 => (
            format!(r"{SYSTEM}\Services\bam\State\UserSettings\S-1-5-18"),
            format!(
                r"\Device\HarddiskVolume3\Windows\System32\{}",
                rng.pick(&["svchost.exe", "taskhostw.exe", "dllhost.exe"])
            ),
            "Binary",
            String::new(),
        ),
        _ => (
            format!(r"{SYSTEM}\Services\W32Time\SecureTimeLimits"),
            rng.pick(&["SecureTimeLow", "SecureTimeHigh", "SecureTimeEstimated"]).to_owned(),
            "Qword",
            // FILETIME of the moment, in whole seconds.
            (time - 504_911_232_000_000_000).div_euclid(10_000_000).saturating_mul(10_000_000).to_string(),
        ),
    };
    set_value(world, process, time, &key, (&name, ty, &data));
}

fn dword(rng: &mut Rng) -> (String, String, &'static str, String) {
    const PLACES: [(&str, &str); 8] = [
        (r"Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update", "AUState"),
        (r"Microsoft\Windows Defender\Signature Updates", "SignatureUpdateCount"),
        (r"Microsoft\CCM\Logging\@Global", "LogLevel"),
        (r"Harbourline\Monitor\Checks", "LastExitCode"),
        (r"Microsoft\Windows NT\CurrentVersion\Schedule\TaskCache", "LastRun"),
        (r"Policies\Microsoft\Windows\WindowsUpdate", "SetActiveHours"),
        (r"Bollard\FreightDesk\9.2", "SessionCount"),
        (r"Microsoft\Windows\CurrentVersion\Explorer\Advanced", "HideFileExt"),
    ];
    let (key, name) = PLACES[rng.index(PLACES.len())];
    (format!(r"{SOFTWARE}\{key}"), name.to_owned(), "Dword", rng.below(64).to_string())
}

fn string(rng: &mut Rng) -> (String, String, &'static str, String) {
    match rng.below(4) {
        0 => (
            format!(r"{SOFTWARE}\Microsoft\Windows\CurrentVersion\Group Policy\State\Machine"),
            "Distinguished-Name".to_owned(),
            "String",
            "CN=HF,OU=Workstations,DC=halcyonfreight,DC=example".to_owned(),
        ),
        1 => (
            format!(r"{SOFTWARE}\Microsoft\CCM\StateSystem"),
            "LastSyncTime".to_owned(),
            "String",
            format!("{}", rng.range(100_000, 999_999)),
        ),
        2 => (
            r"HKEY_CURRENT_USER\SOFTWARE\Microsoft\Office\16.0\Excel\File MRU".to_owned(),
            format!("Item {}", rng.range(1, 50)),
            "String",
            format!("[F00000000]*C:\\Users\\Public\\Documents\\{}", super::process::document_name(rng, "xlsx")),
        ),
        _ => (
            format!(
                r"{SYSTEM}\Services\Tcpip\Parameters\Interfaces\{{2f1c7a50-aad1-4e9b-8a55-0c6f1fd1b0{:02x}}}",
                rng.below(40)
            ),
            "DhcpServer".to_owned(),
            "String",
            "10.20.10.11".to_owned(),
        ),
    }
}

fn key_event(world: &mut World, rng: &mut Rng, process: ProcessId, time: i64, action: &str) {
    let key = match rng.below(3) {
        0 => {
            format!(r"{SOFTWARE}\Microsoft\Windows\CurrentVersion\Installer\UserData\S-1-5-18\Products\{}", rng.hex(8))
        }
        1 => format!(r"{SYSTEM}\Services\Tcpip\Parameters"),
        _ => format!(r"{SOFTWARE}\Bollard\FreightDesk\9.2\Session{}", rng.below(90)),
    };
    world.process_row(T::DeviceRegistryEvents, process, time).set("ActionType", action).set("RegistryKey", key);
}

fn deleted_value(world: &mut World, rng: &mut Rng, process: ProcessId, time: i64) {
    let (key, name, ty, data) = dword(rng);
    let mut row = world.process_row(T::DeviceRegistryEvents, process, time);
    row.set("ActionType", "RegistryValueDeleted")
        .set("RegistryKey", &key)
        .set("PreviousRegistryKey", &key)
        .set("PreviousRegistryValueName", name)
        .set("RegistryValueType", ty)
        .set("PreviousRegistryValueData", data);
}
