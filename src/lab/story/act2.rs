//! Act 2, 08:57: four people click, one opens the document, and Word starts a shell.

use super::{C2_FIRST, C2_NAME, IMPLANT, Story, TEMP, act1};
use crate::lab::catalog::Hashes;
use crate::lab::clock::{HOUR, MILLISECOND, SECOND, march};
use crate::lab::net::{Connection, connect};
use crate::lab::noise::event::{dns_answer, event};
use crate::lab::noise::file::{FileEvent, touch};
use crate::lab::noise::image::load;
use crate::lab::noise::mail::{self, Mail};
use crate::lab::noise::process::{conhost, encoded};
use crate::lab::process::{Launch, ProcessId};
use crate::lab::rng::Rng;
use crate::lab::truth::Step;
use crate::lab::world::{T, World};

const MACRO: Step = Step::new("act2", "T1204.002");
const SHELL: Step = Step::new("act2", "T1059.001");
const LOADER: Step = Step::new("act2", "T1218.011");

pub(super) fn open(world: &mut World, mails: Vec<Mail>) -> Option<Story> {
    clicks(world, &mails);
    let device = world.org.device("HF-WS-041");
    let user = world.org.user("d.okafor");
    let at = march(5, 8, 57, 34) + 2_381_457;
    let session = world.session(device, at)?;
    let mut rng = Rng::stream("story", "act 2");

    let folder = r"C:\Users\d.okafor\AppData\Local\Microsoft\Windows\INetCache\Content.Outlook\K7Q2VX1B";
    let hashes = Some(Hashes::of(&mut world.pool, act1::ATTACHMENT));
    let saved = FileEvent { action: "FileCreated", folder, name: act1::ATTACHMENT, hashes };
    touch(world, session.outlook, at - 2 * SECOND, &saved);
    world.mark(T::DeviceFileEvents, MACRO, "the attachment is saved to be opened");

    let command = format!(
        "\"C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE\" /n \"{folder}\\{}\" /o \"\"",
        act1::ATTACHMENT
    );
    let word = world.spawn(session.outlook, at, &Launch::new("WINWORD.EXE", command, 2 * HOUR));
    world.mark(T::DeviceProcessEvents, MACRO, "Outlook opens the document in Word");
    load(world, word, at + 1900 * MILLISECOND, "vbe7.dll");
    world.mark(T::DeviceImageLoadEvents, MACRO, "Word loads the macro engine");

    let at = at + 19 * SECOND + 4_417_203;
    let script = encoded(
        "Write-Output 'LAB EXERCISE: this would download a library to the temporary folder and start it with rundll32'",
    );
    let powershell = format!("powershell.exe -nop -w hidden -enc {script}");
    let shell = world.spawn(word, at, &Launch::new("cmd.exe", format!("cmd.exe /c {powershell}"), 40 * SECOND));
    world.mark(T::DeviceProcessEvents, Step::new("act2", "T1027"), "Word starts a command shell");
    conhost(world, &mut rng, shell, at);
    event(world, word, at + 3 * MILLISECOND, "AsrOfficeChildProcessAudited")
        .set("FileName", "cmd.exe")
        .set("FolderPath", r"C:\Windows\System32\cmd.exe")
        .set("AdditionalFields", r#"{"RuleId":"d4f940ab-401b-4efc-aadc-ad5f3c50688a","IsAudit":true}"#);
    world.mark(T::DeviceEvents, MACRO, "the audited rule sees Word start a shell");

    let at = at + 212 * MILLISECOND;
    let powershell = world.spawn(shell, at, &Launch::new("powershell.exe", powershell, 35 * SECOND));
    world.mark(T::DeviceProcessEvents, SHELL, "encoded PowerShell from a document");
    let implant = download(world, &mut rng, powershell, at)?;
    Some(Story {
        user,
        device,
        mails,
        word,
        shell,
        powershell,
        implant,
        discovery: Vec::new(),
        task: None,
        bypass: None,
        exclusion: None,
        dump: None,
        tool: None,
    })
}

/// Four of the six who got the link follow it; one insists.
fn clicks(world: &mut World, mails: &[Mail]) {
    let step = Step::new("act2", "T1204.001");
    let links: Vec<&Mail> = mails.iter().filter(|mail| !mail.urls.is_empty() && !mail.blocked).take(4).collect();
    for (number, mail) in links.into_iter().enumerate() {
        let time = march(5, 8, 57, 3) + number as i64 * 14 * SECOND + 1_730_291;
        let (action, through) = if number == 2 { ("ClickBlocked", true) } else { ("ClickBlocked", false) };
        mail::click(world, &mail.id, act1::LINK, mail.recipient, time, action, through);
        world.mark(
            T::UrlClickEvents,
            step,
            if through { "went past the warning" } else { "click stopped by the warning" },
        );
    }
}

fn download(world: &mut World, rng: &mut Rng, powershell: ProcessId, at: i64) -> Option<ProcessId> {
    conhost(world, rng, powershell, at);
    event(world, powershell, at + SECOND, "PowerShellCommand").set("AdditionalFields", r#"{"Command":"Write-Output"}"#);
    world.mark(T::DeviceEvents, SHELL, "what the encoded command runs");
    let device = world.process(powershell).device;
    let boot = world.boot(device, at)?;
    dns_answer(world, boot.svchost[2], at + 1200 * MILLISECOND, C2_NAME, C2_FIRST);
    world.mark(T::DeviceEvents, Step::new("act2", "T1071.001"), "first time that anybody asks for this name");
    connect(world, rng, powershell, at + 1300 * MILLISECOND, &Connection::tcp(C2_FIRST, 443, C2_NAME));
    world.mark(T::DeviceNetworkEvents, Step::new("act2", "T1105"), "the library is fetched");
    let hashes = Hashes::of(&mut world.pool, IMPLANT);
    let file = FileEvent { action: "FileCreated", folder: TEMP, name: IMPLANT, hashes: Some(hashes) };
    touch(world, powershell, at + 3 * SECOND, &file)
        .set("FileOriginUrl", format!("https://{C2_NAME}/u/{IMPLANT}"))
        .set("FileOriginIP", C2_FIRST);
    world.mark(T::DeviceFileEvents, Step::new("act2", "T1105"), "the library is written to the temporary folder");
    let at = at + 6 * SECOND + 3_118_820;
    let life = world.boot(device, at)?.to - at;
    let implant = world.spawn(
        powershell,
        at,
        &Launch::new("rundll32.exe", format!("rundll32.exe {TEMP}\\{IMPLANT},Start"), life),
    );
    world.mark(T::DeviceProcessEvents, LOADER, "rundll32 starts the library");
    load_implant(world, implant, at + 90 * MILLISECOND);
    Some(implant)
}

/// The library appears in the process that loads it, with the hash of the file that was written.
pub(super) fn load_implant(world: &mut World, process: ProcessId, time: i64) {
    let hashes = Hashes::of(&mut world.pool, IMPLANT);
    world
        .process_row(T::DeviceImageLoadEvents, process, time)
        .set("ActionType", "ImageLoaded")
        .set("FileName", IMPLANT)
        .set("FolderPath", format!("{TEMP}\\{IMPLANT}"))
        .set("SHA1", hashes.sha1)
        .set("SHA256", hashes.sha256)
        .set("MD5", hashes.md5)
        .set("FileSize", hashes.size);
    world.mark(T::DeviceImageLoadEvents, LOADER, "an unsigned library from the temporary folder");
}
