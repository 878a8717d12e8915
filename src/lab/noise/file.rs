//! Ordinary files: documents, downloads, logs, updates and synchronisation.

use super::process::document_name;
use super::{burst, until_full};
use crate::lab::catalog::Hashes;
use crate::lab::clock;
use crate::lab::org::DeviceKind;
use crate::lab::process::ProcessId;
use crate::lab::rng::Rng;
use crate::lab::rows::Row;
use crate::lab::world::{Session, T, World};

pub(super) fn fill(world: &mut World, rows: usize) {
    until_full(world, T::DeviceFileEvents, rows, weight, behave);
}

fn weight(world: &World, device: usize) -> u32 {
    match world.org.devices[device].kind {
        DeviceKind::Workstation => 8,
        DeviceKind::Server => 10,
        DeviceKind::Mac | DeviceKind::Linux => 3,
    }
}

/// What happened to a file.
#[derive(Debug, Clone)]
pub(in crate::lab) struct FileEvent<'a> {
    pub(in crate::lab) action: &'a str,
    pub(in crate::lab) folder: &'a str,
    pub(in crate::lab) name: &'a str,
    /// `None`: the sensor did not hash it.
    pub(in crate::lab) hashes: Option<Hashes>,
}

/// Writes the row of a file event; gives it for what else is known.
pub(in crate::lab) fn touch<'w>(world: &'w mut World, process: ProcessId, time: i64, it: &FileEvent<'_>) -> Row<'w> {
    let separator = if it.folder.starts_with('/') { '/' } else { '\\' };
    let mut row = world.process_row(T::DeviceFileEvents, process, time);
    row.set("ActionType", it.action)
        .set("FileName", it.name)
        .set("FolderPath", format!("{}{separator}{}", it.folder, it.name))
        .set("RequestProtocol", "Local");
    if let Some(hashes) = it.hashes {
        row.set("SHA1", hashes.sha1).set("SHA256", hashes.sha256).set("MD5", hashes.md5).set("FileSize", hashes.size);
    }
    row
}

fn behave(world: &mut World, rng: &mut Rng, device: usize, missing: usize) {
    let day = clock::work_day(rng);
    let it = &world.org.devices[device];
    if !it.is_windows() {
        return unix(world, rng, device, day);
    }
    let person = it.kind == DeviceKind::Workstation && rng.chance(720);
    let time = if person { it.busy_time(rng, day) } else { it.any_time(rng, day) };
    let Some(time) = time else { return };
    match world.session(device, time) {
        Some(session) if person => by_person(world, rng, &session, time, missing),
        _ => by_agent(world, rng, device, time, missing),
    }
}

fn action(rng: &mut Rng) -> &'static str {
    ["FileCreated", "FileModified", "FileRenamed", "FileDeleted"][rng.weighted(&[66, 17, 9, 8])]
}

fn by_person(world: &mut World, rng: &mut Rng, session: &Session, time: i64, missing: usize) {
    match rng.weighted(&[56, 24, 20]) {
        0 => download(world, rng, session, time),
        1 => burst(rng, time, 1, 5, missing).into_iter().for_each(|time| document(world, rng, session, time)),
        _ => burst(rng, time, 2, 9, missing).into_iter().for_each(|time| synchronised(world, rng, session, time)),
    }
}

/// A download names the address that it came from, and the page with the link.
fn download(world: &mut World, rng: &mut Rng, session: &Session, time: i64) {
    let extension = ["pdf", "xlsx", "zip", "csv", "png", "msi"][rng.weighted(&[40, 20, 12, 15, 10, 3])];
    let name = document_name(rng, extension);
    let user = world.org.users[session.user].name.clone();
    let site = world.sites.pick(rng).clone();
    let hashes = Some(Hashes::of(&mut world.pool, &format!("download {name}")));
    let folder = format!("C:\\Users\\{user}\\Downloads");
    let it = FileEvent { action: "FileCreated", folder: &folder, name: &name, hashes };
    let file = name.replace(' ', "%20");
    let mut row = touch(world, session.browser, time, &it);
    row.set("FileOriginUrl", format!("https://{}/files/{file}", site.name))
        .set("FileOriginReferrerUrl", format!("https://{}/", site.name))
        .set("FileOriginIP", site.ip);
}

fn document(world: &mut World, rng: &mut Rng, session: &Session, time: i64) {
    let action = action(rng);
    let extension = ["docx", "xlsx", "pptx", "tmp", "lnk"][rng.weighted(&[26, 34, 6, 24, 10])];
    let user = world.org.users[session.user].name.clone();
    let (folder, name) = match extension {
        "tmp" => (format!("C:\\Users\\{user}\\AppData\\Local\\Temp"), format!("~DF{}.tmp", rng.hex(8).to_uppercase())),
        "lnk" => {
            (format!("C:\\Users\\{user}\\AppData\\Roaming\\Microsoft\\Windows\\Recent"), document_name(rng, "xlsx.lnk"))
        }
        _ => (format!("C:\\Users\\{user}\\Documents"), document_name(rng, extension)),
    };
    let hashes = rng.chance(150).then(|| Hashes::of(&mut world.pool, &format!("document {name}")));
    let old = document_name(rng, extension);
    let mut row = touch(world, session.explorer, time, &FileEvent { action, folder: &folder, name: &name, hashes });
    if action == "FileRenamed" {
        row.set("PreviousFileName", old).set("PreviousFolderPath", folder);
    }
}

fn synchronised(world: &mut World, rng: &mut Rng, session: &Session, time: i64) {
    let action = action(rng);
    let user = world.org.users[session.user].name.clone();
    let library = rng.pick(&["Operations", "Customs", "Tenders", "Fleet", "Claims"]);
    let folder = format!("C:\\Users\\{user}\\Halcyon Freight Ltd\\{library} - Documents");
    let extension = if rng.chance(600) { "xlsx" } else { "docx" };
    let name = document_name(rng, extension);
    let hashes = rng.chance(150).then(|| Hashes::of(&mut world.pool, &format!("library {name}")));
    let old = document_name(rng, "xlsx");
    let mut row = touch(world, session.onedrive, time, &FileEvent { action, folder: &folder, name: &name, hashes });
    if action == "FileRenamed" {
        row.set("PreviousFileName", old).set("PreviousFolderPath", folder);
    }
}

fn by_agent(world: &mut World, rng: &mut Rng, device: usize, time: i64, missing: usize) {
    let Some(boot) = world.boot(device, time) else { return };
    let number = rng.range(100, 999);
    let (process, folder, stem) = match rng.below(7) {
        0 => (boot.monitor, r"C:\ProgramData\Harbourline", format!("agent-{number}.log")),
        1 => (boot.sccm, r"C:\Windows\ccmcache", format!("p{number}.cab")),
        2 => (boot.defender, r"C:\ProgramData\Microsoft\Windows Defender\Scans\History", format!("{number:x}.vdm")),
        3 => (boot.svchost[1], r"C:\Windows\Prefetch", format!("HLCHECK.EXE-7F01{number:X}.pf")),
        4 => (boot.svchost[0], r"C:\Windows\SoftwareDistribution\Download", format!("{number:x}.esd")),
        5 => (boot.services, r"C:\Windows\Temp", format!("MpCmdRun-{number}.log")),
        _ => (boot.svchost[3], r"C:\Windows\ServiceState\EventLog\Data", "lastalive1.dat".to_owned()),
    };
    for (number, time) in burst(rng, time, 1, 6, missing).into_iter().enumerate() {
        let action = action(rng);
        let name = if number == 0 { stem.clone() } else { format!("{number}-{stem}") };
        let hashes = rng.chance(40).then(|| Hashes::of(&mut world.pool, &format!("agent {folder} {name}")));
        let mut row = touch(world, process, time, &FileEvent { action, folder, name: &name, hashes });
        if action == "FileRenamed" {
            row.set("PreviousFileName", format!("{name}.tmp")).set("PreviousFolderPath", folder);
        }
    }
}

fn unix(world: &mut World, rng: &mut Rng, device: usize, day: i64) {
    let Some(time) = world.org.devices[device].any_time(rng, day) else { return };
    let daemons = &world.hosts[device].daemons;
    let process = daemons[rng.index(daemons.len())];
    let mac = world.org.devices[device].kind == DeviceKind::Mac;
    let folder = if mac { "/private/var/folders/zz/T" } else { "/var/log/harbourline" };
    let name = format!("{}.{}", rng.letters(6), if mac { "tmp" } else { "log" });
    touch(
        world,
        process,
        time,
        &FileEvent {
            action: ["FileCreated", "FileDeleted"][rng.weighted(&[85, 15])],
            folder,
            name: &name,
            hashes: None,
        },
    );
}
