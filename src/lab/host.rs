//! What runs on each device: boots, sessions of people, and the daemons of macOS and Linux.

use super::clock::{DAY, END, HOUR, MILLISECOND, MINUTE, SECOND, START, midnight};
use super::org::DeviceKind;
use super::process::{Integrity, Launch, ProcessId};
use super::rng::Rng;
use super::rows::Sym;
use super::world::{Boot, Session, T, World};

/// Wednesday 12 March, after Patch Tuesday.
const PATCH_DAY: i64 = 9;
/// Longer than the lab: the life of what never ends.
const FOREVER: i64 = 60 * DAY;

/// Boots every device and logs everybody on.
pub(super) fn furnish(world: &mut World) {
    for device in 0..world.org.devices.len() {
        if world.org.devices[device].is_windows() {
            windows(world, device);
        } else {
            unix(world, device);
        }
    }
}

fn windows(world: &mut World, device: usize) {
    let mut rng = Rng::stream(&world.org.devices[device].short, "boot");
    let first = START - rng.range(DAY, 9 * DAY);
    let down = reboot_time(world, device, &mut rng);
    let up = down + rng.range(70 * SECOND, 160 * SECOND);
    let before = boot(world, device, &mut rng, first, down, false);
    let after = boot(world, device, &mut rng, up, END + DAY, true);
    let Some(user) =
        world.org.devices[device].owner.filter(|_| world.org.devices[device].kind == DeviceKind::Workstation)
    else {
        return;
    };
    let leaver = world.org.users[user].leaver;
    let logon = logon_time(world, device, &mut rng, 0, START);
    let logoff = if leaver { midnight(2) + 16 * HOUR } else { down };
    session(world, device, user, &before, logon, logoff);
    if !leaver {
        let logon = logon_time(world, device, &mut rng, PATCH_DAY, up);
        session(world, device, user, &after, logon, END + DAY);
    }
}

/// Servers and desktops restart in the patch night, laptops when they wake.
fn reboot_time(world: &World, device: usize, rng: &mut Rng) -> i64 {
    let it = &world.org.devices[device];
    match it.awake_windows(PATCH_DAY).first() {
        Some((from, _)) if it.laptop => from + rng.range(20 * SECOND, 50 * SECOND),
        _ if it.short.starts_with("HF-DC") => midnight(PATCH_DAY + 1) + rng.range(4 * HOUR, 5 * HOUR),
        _ => midnight(PATCH_DAY) + rng.range(2 * HOUR, 4 * HOUR),
    }
}

/// When the owner logs on: in the morning, or as soon as the device is up.
fn logon_time(world: &World, device: usize, rng: &mut Rng, day: i64, up: i64) -> i64 {
    let it = &world.org.devices[device];
    match it.awake_windows(day).first() {
        Some((from, _)) if it.laptop => (*from).max(up) + rng.range(30 * SECOND, 3 * MINUTE),
        _ => midnight(day) + rng.range(7 * HOUR + 40 * MINUTE, 9 * HOUR + 20 * MINUTE),
    }
}

fn boot(world: &mut World, device: usize, rng: &mut Rng, from: i64, to: i64, recorded: bool) -> Boot {
    let mut time = from;
    let mut start = |world: &mut World, parent: Option<ProcessId>, image: &str, command: &str| {
        let mut launch = Launch::new(image, command, to - time);
        launch.recorded = recorded;
        launch.account = match command {
            _ if command.contains("-k NetworkService") => Some(world.network_service),
            _ if command.contains("-k LocalService") => Some(world.local_service),
            _ => None,
        };
        let id = world.start(device, parent, time, &launch);
        time += rng.range(20 * MILLISECOND, 900 * MILLISECOND);
        id
    };
    let system = start(world, None, "ntoskrnl.exe", "");
    world.processes[system.0].pid = 4;
    let smss = start(world, Some(system), "smss.exe", r"\SystemRoot\System32\smss.exe");
    start(
        world,
        Some(smss),
        "csrss.exe",
        r"%SystemRoot%\system32\csrss.exe ObjectDirectory=\Windows SharedSection=1024,20480,768 Windows=On SubSystemType=Windows",
    );
    let wininit = start(world, Some(smss), "wininit.exe", "wininit.exe");
    let winlogon = start(world, Some(smss), "winlogon.exe", "winlogon.exe");
    let services = start(world, Some(wininit), "services.exe", r"C:\windows\system32\services.exe");
    let lsass = start(world, Some(wininit), "lsass.exe", r"C:\windows\system32\lsass.exe");
    let groups = [
        r"C:\windows\system32\svchost.exe -k DcomLaunch -p",
        r"C:\windows\system32\svchost.exe -k netsvcs -p -s Schedule",
        r"C:\windows\system32\svchost.exe -k NetworkService -p",
        r"C:\windows\system32\svchost.exe -k LocalServiceNetworkRestricted -p",
    ];
    let svchost = groups.map(|group| start(world, Some(services), "svchost.exe", group));
    let defender = start(
        world,
        Some(services),
        "MsMpEng.exe",
        "\"C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.25010.11-0\\MsMpEng.exe\"",
    );
    let sense = start(
        world,
        Some(services),
        "MsSense.exe",
        "\"C:\\Program Files\\Windows Defender Advanced Threat Protection\\MsSense.exe\"",
    );
    let monitor = start(
        world,
        Some(services),
        "hlagent.exe",
        "\"C:\\Program Files\\Harbourline\\Monitor\\hlagent.exe\" --service",
    );
    let sccm = start(world, Some(services), "CcmExec.exe", r"C:\windows\CCM\CcmExec.exe");
    start(world, Some(services), "spoolsv.exe", r"C:\windows\System32\spoolsv.exe");
    let boot = Boot { from: time, to, system, services, lsass, winlogon, svchost, defender, sense, monitor, sccm };
    world.hosts[device].boots.push(boot.clone());
    boot
}

fn session(world: &mut World, device: usize, user: usize, boot: &Boot, from: i64, to: i64) {
    let short = world.org.devices[device].short.clone();
    let mut rng = Rng::stream(&short, &format!("session {from}"));
    let account = world.accounts[user];
    let logon_id = rng.range(0x2_0000, 0x0fff_ffff);
    let mut time = from;
    interactive_logon(world, user, boot, from, logon_id);
    let userinit = Launch::new("userinit.exe", r"C:\windows\system32\userinit.exe", 45 * SECOND)
        .account(account, logon_id, 1)
        .integrity(Integrity::Medium);
    time += rng.range(300 * MILLISECOND, 900 * MILLISECOND);
    let userinit = world.spawn(boot.winlogon, time, &userinit);
    time += rng.range(100 * MILLISECOND, 700 * MILLISECOND);
    let explorer = world.spawn(userinit, time, &Launch::new("explorer.exe", r"C:\windows\Explorer.EXE", to - time));
    let mut app = |world: &mut World, image: &str, command: &str| {
        time += rng.range(300 * MILLISECOND, 4 * SECOND);
        world.spawn(explorer, time, &Launch::new(image, command, to - time))
    };
    let name = world.org.users[user].name.clone();
    let onedrive = app(
        world,
        "OneDrive.exe",
        &format!("\"C:\\Users\\{name}\\AppData\\Local\\Microsoft\\OneDrive\\OneDrive.exe\" /background"),
    );
    let teams = app(world, "ms-teams.exe", "\"ms-teams.exe\" msteams:system-initiated");
    let outlook = app(world, "OUTLOOK.EXE", "\"C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE\" ");
    let browser = if device.is_multiple_of(3) {
        app(
            world,
            "chrome.exe",
            "\"C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe\" --no-startup-window --profile-directory=Default",
        )
    } else {
        app(
            world,
            "msedge.exe",
            "\"C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe\" --no-startup-window --win-session-start",
        )
    };
    if device % 4 == 1 {
        logon_burst(world, &mut rng, boot, explorer, from);
    }
    let session = Session { user, from: time, to, logon_id, explorer, outlook, teams, browser, onedrive };
    world.hosts[device].sessions.push(session);
}

/// What else a full logon starts, within forty seconds: half of it by services for the user, half by the shell.
fn logon_burst(world: &mut World, rng: &mut Rng, boot: &Boot, explorer: ProcessId, from: i64) {
    const BY_SERVICES: [(&str, &str); 8] = [
        ("taskhostw.exe", "taskhostw.exe {222A245B-E637-4AE9-A93F-A59CA119A75E}"),
        (
            "backgroundTaskHost.exe",
            "\"C:\\windows\\system32\\backgroundTaskHost.exe\" -ServerName:CortanaUI.AppX8z9r6jm96hw4bsbneegw0kyxx296wr9t.mca",
        ),
        ("RuntimeBroker.exe", r"C:\Windows\System32\RuntimeBroker.exe -Embedding"),
        ("dllhost.exe", r"C:\windows\system32\DllHost.exe /Processid:{973D20D7-562D-44B9-B70B-5A0F49CCDF3F}"),
        ("sihost.exe", "sihost.exe"),
        ("ctfmon.exe", "\"ctfmon.exe\""),
        ("svchost.exe", r"C:\windows\system32\svchost.exe -k UnistackSvcGroup -s CDPUserSvc"),
        ("ApplicationFrameHost.exe", r"C:\windows\system32\ApplicationFrameHost.exe -Embedding"),
    ];
    const BY_SHELL: [(&str, &str); 8] = [
        ("SecurityHealthSystray.exe", "\"C:\\Windows\\System32\\SecurityHealthSystray.exe\" "),
        ("hltray.exe", r"C:\Program Files\Harbourline\Monitor\hltray.exe  /minimized"),
        ("TideTray.exe", "\"C:\\Program Files\\Tidewater\\Headset\\TideTray.exe\" --autostart"),
        ("LsControl.exe", "LsControl.exe"),
        ("hfmap.exe", r"C:\Program Files\Halcyon\Tools\hfmap.exe  /drives F:,P:,T:"),
        ("SCNotification.exe", r"C:\windows\CCM\SCNotification.exe"),
        ("bwdock.exe", "\"C:\\Program Files\\Brackwater\\Dock\\bwdock.exe\""),
        ("apclient.exe", "apclient.exe"),
    ];
    let logon = &world.processes[explorer.0];
    let (account, logon_id) = (logon.account, logon.logon_id);
    let mut time = from + 6 * SECOND;
    for number in 0..rng.range(26, 34) as usize {
        time += rng.range(40 * MILLISECOND, 1900 * MILLISECOND);
        let life = rng.range(4 * SECOND, 90 * SECOND);
        if number % 5 < 3 {
            let (image, command) = BY_SERVICES[rng.index(BY_SERVICES.len())];
            let mut launch = Launch::new(image, command, life);
            if rng.chance(550) {
                launch = launch.account(account, logon_id, 1).integrity(Integrity::Medium);
            }
            world.spawn(boot.svchost[number % 2], time, &launch);
        } else {
            let (image, command) = BY_SHELL[rng.index(BY_SHELL.len())];
            world.spawn(explorer, time, &Launch::new(image, command, life));
        }
    }
}

fn interactive_logon(world: &mut World, user: usize, boot: &Boot, time: i64, logon_id: i64) {
    let account = world.accounts[user];
    let mut row = world.process_row(T::DeviceLogonEvents, boot.lsass, time);
    row.set("ActionType", "LogonSuccess")
        .set("LogonType", "Interactive")
        .set("AccountDomain", account.domain)
        .set("AccountName", account.name)
        .set("AccountSid", account.sid)
        .set("Protocol", "Negotiate")
        .set("IsLocalAdmin", false)
        .set("LogonId", logon_id)
        .set("AdditionalFields", r#"{"IsLocalLogon":true,"LogonProcessName":"User32"}"#);
}

/// macOS and Linux: one daemon that starts everything; no integrity levels, no version resources.
fn unix(world: &mut World, device: usize) {
    let mut rng = Rng::stream(&world.org.devices[device].short, "boot");
    let image = if world.org.devices[device].kind == DeviceKind::Mac { "launchd" } else { "systemd" };
    let mut launch = Launch::new(
        image,
        if image == "launchd" { "/sbin/launchd" } else { "/usr/lib/systemd/systemd --system" },
        FOREVER,
    )
    .integrity(Integrity::None)
    .unrecorded();
    let mut root = world.system;
    root.domain = world.pool.intern(&world.org.devices[device].short.to_lowercase());
    root.name = world.pool.intern("root");
    root.sid = Sym::default();
    launch = launch.account(root, 0, 0);
    let init = world.start(device, None, START - rng.range(DAY, 9 * DAY), &launch);
    world.processes[init.0].pid = 1;
    world.hosts[device].init = Some(init);
    let daemons: &[&str] = if image == "launchd" {
        &["wdavdaemon", "Safari", "nsurlsessiond", "Mail"]
    } else {
        &["hlagentd", "chronyd", "nginx", "python3.11"]
    };
    for (number, daemon) in daemons.iter().enumerate() {
        let time = START - (number as i64 + 1) * HOUR;
        let id = world.start(device, Some(init), time, &Launch::new(daemon, *daemon, FOREVER - 10 * DAY).unrecorded());
        world.hosts[device].daemons.push(id);
    }
}
