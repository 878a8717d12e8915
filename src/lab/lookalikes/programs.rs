//! Benign programs that do what intruders do.

use super::{ARCHIVE, DEVELOPER, INSTALLER, LSASS, PEN_TEST, RARE_DOMAIN, SHADOWS};
use crate::lab::catalog::Hashes;
use crate::lab::clock::{DAYS, HOUR, MILLISECOND, MINUTE, SECOND, is_weekend, march, midnight};
use crate::lab::net::{Connection, connect};
use crate::lab::noise::event::open_process;
use crate::lab::noise::file::{FileEvent, touch};
use crate::lab::noise::process::{conhost, encoded};
use crate::lab::process::{Integrity, Launch};
use crate::lab::rng::Rng;
use crate::lab::world::{T, World};

pub(super) fn add(world: &mut World) {
    for short in ["HF-WS-017", "HF-WS-052", "HF-WS-088", "HF-WS-103"] {
        vendor_installer(world, short);
    }
    for day in 0..DAYS {
        backup(world, day);
        log_rotation(world, day);
    }
    task_manager(world);
    customer_portal(world);
    for short in ["HF-WS-024", "HF-WS-067"] {
        developer(world, short);
    }
    approved_scan(world);
}

/// A vendor's installer prepares itself with encoded PowerShell.
fn vendor_installer(world: &mut World, short: &str) {
    let device = world.org.device(short);
    let mut rng = Rng::stream(short, "vendor installer");
    let day = rng.range(1, 4);
    let Some(at) = world.org.devices[device].busy_time(&mut rng, day) else { return };
    let (Some(boot), Some(session)) = (world.boot(device, at), world.session(device, at)) else { return };
    let user = world.org.users[session.user].name.clone();
    let folder = format!("C:\\Users\\{user}\\Downloads");
    let hashes = Hashes::of(&mut world.pool, "CapstanSetup.exe");
    let file = FileEvent { action: "FileCreated", folder: &folder, name: "CapstanSetup.exe", hashes: Some(hashes) };
    touch(world, session.browser, at, &file)
        .set("FileOriginUrl", "https://download.capstan.example/CapstanSetup.exe")
        .set("FileOriginReferrerUrl", "https://www.capstan.example/");
    world.mark(T::DeviceFileEvents, INSTALLER, "an installer, downloaded");
    let at = at + 40 * SECOND;
    let launch = Launch::new("CapstanSetup.exe", format!("\"{folder}\\CapstanSetup.exe\" "), 4 * MINUTE)
        .disguise("CapstanSetup.exe", &folder)
        .integrity(Integrity::High);
    let setup = world.spawn(session.explorer, at, &launch);
    let script = encoded("Write-Output 'Capstan setup: checks for the previous version and removes it'");
    let at = at + 7 * SECOND;
    let powershell = world.spawn(
        setup,
        at,
        &Launch::new("powershell.exe", format!("powershell.exe -NoProfile -EncodedCommand {script}"), 12 * SECOND),
    );
    world.mark(T::DeviceProcessEvents, INSTALLER, "a vendor's installer runs encoded PowerShell");
    conhost(world, &mut rng, powershell, at);
    let at = at + 20 * SECOND;
    if at < boot.to && world.org.devices[device].is_awake(at) {
        world.spawn(boot.services, at, &Launch::new("msiexec.exe", r"C:\windows\system32\msiexec.exe /V", MINUTE));
    }
}

/// The nightly backup collects guest logs, which opens LSASS, and lists shadow copies.
fn backup(world: &mut World, day: i64) {
    let mut rng = Rng::stream("backup", &format!("{day}"));
    let at = midnight(day) + 2 * HOUR + rng.range(0, 5 * MINUTE);
    let device = world.org.device("HF-BKP01");
    if let Some(boot) = world.boot(device, at) {
        let service = "\"C:\\Program Files\\Keelworks\\Backup\\klbackup.exe\" /job nightly";
        let backup = world.spawn(boot.services, at, &Launch::new("klbackup.exe", service, 30 * MINUTE));
        let shadows =
            world.spawn(backup, at + 3 * SECOND, &Launch::new("vssadmin.exe", "vssadmin list shadows", 3 * SECOND));
        world.mark(T::DeviceProcessEvents, SHADOWS, "the backup lists shadow copies every night");
        conhost(world, &mut rng, shadows, at + 3 * SECOND);
    }
    for short in ["HF-FS01", "HF-FS02", "HF-SQL01", "HF-APP01"] {
        let device = world.org.device(short);
        let at = at + rng.range(MINUTE, 20 * MINUTE);
        let Some(boot) = world.boot(device, at).filter(|boot| at + MINUTE < boot.to) else { continue };
        let helper = world.spawn(
            boot.services,
            at,
            &Launch::new(
                "klguesthelper.exe",
                "\"C:\\Program Files\\Keelworks\\Backup\\klguesthelper.exe\" /collect",
                40 * SECOND,
            ),
        );
        open_process(world, helper, boot.lsass, at + 700 * MILLISECOND, 0x1410);
        world.mark(T::DeviceEvents, LSASS, "the backup's log collector reads from LSASS");
    }
}

/// Log rotation on HF-APP02 packs into ProgramData every night.
fn log_rotation(world: &mut World, day: i64) {
    let device = world.org.device("HF-APP02");
    let mut rng = Rng::stream("HF-APP02", &format!("rotation {day}"));
    let at = midnight(day) + 23 * HOUR + 40 * MINUTE + rng.range(0, 3 * MINUTE);
    let Some(boot) = world.boot(device, at) else { return };
    let rotate = world.spawn(
        boot.svchost[1],
        at,
        &Launch::new("gwrotate.exe", r"C:\Program Files\Gangway\Archive\gwrotate.exe  --all", 3 * MINUTE),
    );
    let archive = format!(r"C:\ProgramData\Gangway\logs-{:02}.zip", day + 3);
    let command =
        format!("\"C:\\Program Files\\7-Zip\\7z.exe\" a -tzip {archive} C:\\ProgramData\\Gangway\\live\\*.log");
    let pack = world.spawn(rotate, at + 2 * SECOND, &Launch::new("7z.exe", command, MINUTE));
    world.mark(T::DeviceProcessEvents, ARCHIVE, "log rotation packs into ProgramData");
    conhost(world, &mut rng, pack, at + 2 * SECOND);
    let name = format!("logs-{:02}.zip", day + 3);
    let hashes = Some(Hashes::of(&mut world.pool, &archive));
    let file = FileEvent { action: "FileCreated", folder: r"C:\ProgramData\Gangway", name: &name, hashes };
    touch(world, pack, at + 40 * SECOND, &file);
    world.mark(T::DeviceFileEvents, ARCHIVE, "the packed logs");
}

/// The help desk looks at LSASS in the task manager.
fn task_manager(world: &mut World) {
    let desk: Vec<usize> = (0..world.org.devices.len())
        .filter(|device| {
            world.org.devices[*device].owner.is_some_and(|user| world.org.users[user].department == "IT")
                && world.org.devices[*device].is_windows()
        })
        .take(3)
        .collect();
    for device in desk {
        let mut rng = Rng::stream(&world.org.devices[device].short, "task manager");
        let Some(at) = world.org.devices[device].busy_time(&mut rng, 7) else { continue };
        let (Some(boot), Some(session)) = (world.boot(device, at), world.session(device, at)) else { continue };
        let manager = Launch::new("Taskmgr.exe", "\"C:\\Windows\\system32\\taskmgr.exe\" /4", 40 * SECOND)
            .integrity(Integrity::High);
        let manager = world.spawn(session.explorer, at, &manager);
        open_process(world, manager, boot.lsass, at + 2 * SECOND, 0x1400);
        world.mark(T::DeviceEvents, LSASS, "the help desk's task manager looks at LSASS");
    }
}

/// One clerk uses the portal of one customer, which nobody else knows.
fn customer_portal(world: &mut World) {
    let device = world.org.device("HF-WS-071");
    let mut rng = Rng::stream("HF-WS-071", "customer portal");
    for day in (0..DAYS).filter(|day| !is_weekend(*day)) {
        let Some(at) = world.org.devices[device].busy_time(&mut rng, day) else { continue };
        let Some(session) = world.session(device, at) else { continue };
        connect(
            world,
            &mut rng,
            session.browser,
            at,
            &Connection::tcp("203.0.113.48", 443, "portal.kestrel-cold-chain.example"),
        );
        world.mark(T::DeviceNetworkEvents, RARE_DOMAIN, "a customer's portal that one clerk uses");
    }
}

/// Two developers run scripts that fetch things.
fn developer(world: &mut World, short: &str) {
    let device = world.org.device(short);
    let mut rng = Rng::stream(short, "developer");
    for day in [1, 3, 7, 10] {
        let Some(at) = world.org.devices[device].busy_time(&mut rng, day) else { continue };
        let Some(session) = world.session(device, at).filter(|it| at + 9 * MINUTE < it.to) else { continue };
        let studio =
            "\"C:\\Program Files\\Microsoft Visual Studio\\2022\\Professional\\Common7\\IDE\\devenv.exe\" rates.sln";
        let studio = world.spawn(session.explorer, at, &Launch::new("devenv.exe", studio, 8 * MINUTE));
        let at = at + 30 * SECOND;
        let python = world.spawn(
            studio,
            at,
            &Launch::new("python.exe", "python.exe  import_rates.py --since yesterday", MINUTE),
        );
        world.mark(T::DeviceProcessEvents, DEVELOPER, "a developer's script");
        conhost(world, &mut rng, python, at);
        if world.org.devices[device].is_awake(at + SECOND) {
            connect(
                world,
                &mut rng,
                python,
                at + SECOND,
                &Connection::tcp("203.0.113.90", 80, "http://rates.freightexchange.example/daily.csv"),
            );
            world.mark(T::DeviceNetworkEvents, DEVELOPER, "the script fetches a list of rates");
        }
    }
}

/// The penetration tester's scan from the jump server on 6 March is approved.
fn approved_scan(world: &mut World) {
    let device = world.org.device("HF-JMP01");
    let mut rng = Rng::stream("HF-JMP01", "approved scan");
    let at = march(6, 11, 2, 10);
    let Some(boot) = world.boot(device, at) else { return };
    let admin = world.accounts[world.org.user("adm.brandt")];
    let command = "\"C:\\Tools\\nmap\\nmap.exe\" -sT -p 22,80,135,139,443,445,3389 10.20.10.0/24";
    let launch = Launch::new("nmap.exe", command, 30 * MINUTE).account(admin, 0x3_91f2, 2).integrity(Integrity::High);
    let scan = world.spawn(boot.svchost[1], at, &launch);
    world.mark(T::DeviceProcessEvents, PEN_TEST, "a penetration tester's scan, approved for this day");
    let mut time = at + SECOND;
    for host in 11..=24 {
        for port in [22, 80, 445, 3389] {
            time += rng.range(20 * MILLISECOND, 900 * MILLISECOND);
            let action = if rng.chance(600) { "ConnectionFailed" } else { "ConnectionSuccess" };
            let ip = format!("10.20.10.{host}");
            connect(world, &mut rng, scan, time, &Connection { action, ..Connection::tcp(&ip, port, "") });
        }
    }
    world.mark(T::DeviceNetworkEvents, PEN_TEST, "the last of fifty-six probes");
}
