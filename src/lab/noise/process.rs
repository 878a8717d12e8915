//! Ordinary processes: agents and services around the clock, people in their sessions.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::until_full;
use crate::lab::clock::{self, HOUR, MILLISECOND, MINUTE, SECOND};
use crate::lab::org::DeviceKind;
use crate::lab::process::{Integrity, Launch, ProcessId};
use crate::lab::rng::Rng;
use crate::lab::truth::Step;
use crate::lab::world::{Boot, Session, T, World};

const INVENTORY: Step = Step::new("bait-encoded-powershell", "");

pub(super) fn fill(world: &mut World, rows: usize) {
    inventory(world);
    until_full(world, T::DeviceProcessEvents, rows, weight, behave);
}

fn weight(world: &World, device: usize) -> u32 {
    match world.org.devices[device].kind {
        DeviceKind::Workstation => 6,
        DeviceKind::Server => 12,
        DeviceKind::Mac => 4,
        DeviceKind::Linux => 5,
    }
}

/// The management agent runs the same encoded inventory on every Windows device every day.
fn inventory(world: &mut World) {
    let blob = encoded(
        "$inventory = Get-CimInstance Win32_Product | Select-Object Name, Version, Vendor; \
         $inventory | Export-Clixml \"$env:ProgramData\\Halcyon\\inventory.xml\"",
    );
    let command = format!(
        "\"C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe\" -NoLogo -NonInteractive -NoProfile -ExecutionPolicy Bypass -EncodedCommand {blob}"
    );
    for device in 0..world.org.devices.len() {
        if !world.org.devices[device].is_windows() {
            continue;
        }
        let mut rng = Rng::stream(&world.org.devices[device].short, "inventory");
        for day in 0..clock::DAYS {
            let Some(time) = world.org.devices[device].any_time(&mut rng, day) else { continue };
            let Some(boot) = world.boot(device, time) else { continue };
            let life = rng.range(4 * SECOND, 40 * SECOND).min(boot.to - time);
            let shell = world.spawn(boot.sccm, time, &Launch::new("powershell.exe", command.as_str(), life));
            if device == 0 && day == 0 {
                world.mark(
                    T::DeviceProcessEvents,
                    INVENTORY,
                    "the same blob on every device every day; this is the first",
                );
            }
            conhost(world, &mut rng, shell, time);
        }
    }
}

/// PowerShell's `-EncodedCommand`: base64 of UTF-16, little endian.
pub(in crate::lab) fn encoded(script: &str) -> String {
    let bytes: Vec<u8> = script.encode_utf16().flat_map(u16::to_le_bytes).collect();
    STANDARD.encode(bytes)
}

/// The console window of a console program, a few milliseconds after it.
pub(in crate::lab) fn conhost(world: &mut World, rng: &mut Rng, shell: ProcessId, time: i64) -> ProcessId {
    let process = world.process(shell);
    let mut at = time + rng.range(4 * MILLISECOND, 60 * MILLISECOND);
    // The first hunt that everybody runs shows these times: all seven digits of them.
    at += i64::from((at + world.org.devices[process.device].skew) % 10 == 0);
    let life = process.ends - process.created - (at - time);
    world.spawn(
        shell,
        at,
        &Launch::new("conhost.exe", r"\??\C:\windows\system32\conhost.exe 0xffffffff -ForceV1", life),
    )
}

fn behave(world: &mut World, rng: &mut Rng, device: usize, missing: usize) {
    let day = clock::work_day(rng).max(rng.range(0, clock::DAYS));
    match world.org.devices[device].kind {
        DeviceKind::Mac | DeviceKind::Linux => unix(world, rng, device, day),
        DeviceKind::Workstation if rng.chance(215) => person(world, rng, device, day, missing),
        _ => agent(world, rng, device, day, missing),
    }
}

fn agent(world: &mut World, rng: &mut Rng, device: usize, day: i64, missing: usize) {
    let Some(time) = world.org.devices[device].any_time(rng, day) else { return };
    let Some(boot) = world.boot(device, time).filter(|boot| time + MINUTE < boot.to) else { return };
    match rng.weighted(&[72, 62, 36]) {
        0 if missing >= 3 => check(world, rng, &boot, time),
        1 => service_host(world, rng, &boot, time),
        _ => maintenance(world, rng, &boot, time),
    }
}

/// The monitoring agent runs a check through a command shell.
fn check(world: &mut World, rng: &mut Rng, boot: &Boot, time: i64) {
    const CHECKS: [(&str, &str); 10] = [
        ("hlcheck.exe", r"hlcheck.exe --disk C: --warn 85 --crit 95"),
        ("hlcheck.exe", r"hlcheck.exe --service spooler"),
        ("hlperf.exe", r"hlperf.exe --counter cpu --samples 5"),
        ("wevtutil.exe", r"wevtutil  qe System /c:20 /rd:true /f:text"),
        ("sc.exe", r"sc  query state= all"),
        ("tasklist.exe", "tasklist /fo csv /nh"),
        ("w32tm.exe", "w32tm /query /status"),
        ("netstat.exe", "netstat -ano -p tcp"),
        ("ipconfig.exe", "ipconfig /all"),
        ("findstr.exe", "findstr /i /c:error C:\\ProgramData\\Harbourline\\agent.log"),
    ];
    let (image, command) = CHECKS[rng.weighted(&[30, 22, 20, 6, 6, 5, 4, 3, 2, 2])];
    let shell = match rng.below(3) {
        0 => format!("\"C:\\Windows\\system32\\cmd.exe\" /c {command}"),
        1 => format!("C:\\Windows\\system32\\cmd.exe  /d /c \"{command}\""),
        _ => format!("cmd.exe /c {command}"),
    };
    let life = rng.range(800 * MILLISECOND, 9 * SECOND);
    let mut launch = Launch::new("cmd.exe", shell, life);
    if rng.chance(70) {
        // Some checks need an account of the domain.
        let account = world.accounts[world.org.user("svc-scan")];
        launch = launch.account(account, 0x8_4e21, 0).integrity(Integrity::High);
    }
    let shell = world.spawn(boot.monitor, time, &launch);
    conhost(world, rng, shell, time);
    let at = time + rng.range(70 * MILLISECOND, 300 * MILLISECOND);
    world.spawn(shell, at, &Launch::new(image, command, life / 2));
}

fn service_host(world: &mut World, rng: &mut Rng, boot: &Boot, time: i64) {
    const GROUPS: [&str; 10] = [
        "-k netsvcs -p -s wuauserv",
        "-k netsvcs -p -s BITS",
        "-k LocalService -p -s BthAvctpSvc",
        "-k wsappx -p -s ClipSVC",
        "-k netsvcs -p -s Appinfo",
        "-k LocalServiceNetworkRestricted -p -s lmhosts",
        "-k print -s PrintNotify",
        "-k netsvcs -p -s DsmSvc",
        "-k smphost -s smphost",
        "-k AppReadiness -p -s AppReadiness",
    ];
    let command = format!(r"C:\windows\system32\svchost.exe {}", rng.pick(&GROUPS));
    let life = rng.range(10 * SECOND, 20 * MINUTE).min(boot.to - time);
    let host = world.spawn(boot.services, time, &Launch::new("svchost.exe", command, life));
    if rng.chance(250) {
        let at = time + rng.range(200 * MILLISECOND, 2 * SECOND);
        world.spawn(host, at, &Launch::new("wuauclt.exe", r"wuauclt.exe /RunHandlerComServer", life / 2));
    }
}

fn maintenance(world: &mut World, rng: &mut Rng, boot: &Boot, time: i64) {
    const BY_SCHEDULER: [(&str, &str); 9] = [
        ("taskhostw.exe", "taskhostw.exe Install $(Arg0)"),
        (
            "MicrosoftEdgeUpdate.exe",
            "\"C:\\Program Files (x86)\\Microsoft\\EdgeUpdate\\MicrosoftEdgeUpdate.exe\" /ua /installsource scheduler",
        ),
        (
            "updater.exe",
            "\"C:\\Program Files (x86)\\Google\\GoogleUpdater\\134.0.6985.0\\updater.exe\" --wake --system",
        ),
        ("CompatTelRunner.exe", r"C:\windows\system32\compattelrunner.exe"),
        (
            "MpCmdRun.exe",
            "\"C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.25010.11-0\\MpCmdRun.exe\" -IdleTask -TaskName WdCacheMaintenance",
        ),
        ("gpupdate.exe", "gpupdate.exe /target:computer"),
        ("DeviceCensus.exe", r"C:\windows\system32\devicecensus.exe UserCxt"),
        ("UsoClient.exe", r"C:\windows\system32\usoclient.exe StartScan"),
        ("defrag.exe", r"C:\windows\system32\defrag.exe -c -h -o -$"),
    ];
    const BY_DCOM: [(&str, &str); 5] = [
        ("WmiPrvSE.exe", r"C:\windows\system32\wbem\wmiprvse.exe -secured -Embedding"),
        ("WmiPrvSE.exe", r"C:\windows\sysWOW64\wbem\wmiprvse.exe -Embedding"),
        ("dllhost.exe", r"C:\windows\system32\DllHost.exe /Processid:{AB8902B4-09CA-4BB6-B78D-A8F59079A8D5}"),
        (
            "TiWorker.exe",
            r"C:\windows\winsxs\amd64_microsoft-windows-servicingstack_22621.4800\TiWorker.exe -Embedding",
        ),
        ("MoUsoCoreWorker.exe", r"C:\windows\System32\mousocoreworker.exe -Embedding"),
    ];
    const BY_SERVICES: [(&str, &str); 5] = [
        ("sppsvc.exe", r"C:\windows\system32\sppsvc.exe"),
        ("VSSVC.exe", r"C:\windows\system32\vssvc.exe"),
        ("TrustedInstaller.exe", r"C:\windows\servicing\TrustedInstaller.exe"),
        ("msiexec.exe", r"C:\windows\system32\msiexec.exe /V"),
        ("SearchIndexer.exe", r"C:\windows\system32\SearchIndexer.exe /Embedding"),
    ];
    let (parent, (image, command)) = match rng.weighted(&[40, 30, 20, 10]) {
        0 => (boot.svchost[1], BY_SCHEDULER[rng.index(BY_SCHEDULER.len())]),
        1 => (boot.svchost[0], BY_DCOM[rng.index(BY_DCOM.len())]),
        2 => (boot.services, BY_SERVICES[rng.index(BY_SERVICES.len())]),
        _ => (boot.sense, ("SenseIR.exe", "\"SenseIR.exe\" \"OfflineSenseIR\" \"5880\"")),
    };
    let life = rng.range(2 * SECOND, 5 * MINUTE).min(boot.to - time);
    let mut launch = Launch::new(image, command, life);
    if rng.chance(750) {
        launch = launch.integrity(Integrity::High);
    }
    world.spawn(parent, time, &launch);
}

fn person(world: &mut World, rng: &mut Rng, device: usize, day: i64, missing: usize) {
    let Some(time) = world.org.devices[device].busy_time(rng, day) else { return };
    let Some(session) = world.session(device, time).filter(|it| time + MINUTE < it.to) else { return };
    let department = world.org.users[session.user].department;
    match rng.weighted(&[45, 35, 20]) {
        0 => browser(world, rng, &session, time, missing),
        1 => document(world, rng, &session, time),
        _ if matches!(department, "IT" | "Planning") && missing >= 3 => prompt(world, rng, &session, time),
        _ => tool(world, rng, &session, time),
    }
}

/// A browser starts several children at once, with command lines that are long and nearly the same.
fn browser(world: &mut World, rng: &mut Rng, session: &Session, time: i64, missing: usize) {
    let parent = session.browser;
    let image = world.process(parent).image;
    let (file, folder) = (world.pool.text(image.file).to_owned(), world.pool.text(image.folder).to_owned());
    let mut time = time;
    for number in 0..rng.range(1, 5).min(missing as i64) {
        time += rng.range(15 * MILLISECOND, 800 * MILLISECOND);
        let (kind, integrity) = match number % 3 {
            0 => ("utility --utility-sub-type=network.mojom.NetworkService", Integrity::Medium),
            2 => ("renderer --extension-process", Integrity::AppContainer),
            _ => ("renderer", Integrity::Low),
        };
        let command = format!(
            "\"{folder}\\{file}\" --type={kind} --string-annotations --lang=en-GB --device-scale-factor=1 --num-raster-threads=4 \
             --enable-main-frame-before-activation --renderer-client-id={} --time-ticks-at-unix-epoch=-174{} --launch-time-ticks={} \
             --field-trial-handle={},i,{},262144 --variations-seed-version=20250301 --mojo-platform-channel-handle={} /prefetch:1",
            rng.range(5, 400),
            rng.range(0, 9999),
            rng.range(1000, 99_999),
            rng.range(1000, 9000),
            rng.range(1, 99),
            rng.range(1000, 9000),
        );
        let life = rng.range(20 * SECOND, 2 * HOUR).min(session.to - time);
        world.spawn(parent, time, &Launch::new(&file, command, life).integrity(integrity));
    }
}

fn document(world: &mut World, rng: &mut Rng, session: &Session, time: i64) {
    const APPS: [(&str, &str); 4] =
        [("EXCEL.EXE", "xlsx"), ("WINWORD.EXE", "docx"), ("Foliant.exe", "pdf"), ("POWERPNT.EXE", "pptx")];
    let (image, extension) = APPS[rng.weighted(&[45, 28, 22, 5])];
    let user = world.org.users[session.user].name.clone();
    let path = format!("C:\\Users\\{user}\\Documents\\{}", document_name(rng, extension));
    let command = match rng.below(3) {
        0 => format!("\"C:\\Program Files\\Microsoft Office\\root\\Office16\\{image}\" \"{path}\""),
        1 => format!("\"{image}\" /n \"{path}\" /o \"\""),
        _ => format!("{image}  \"{path}\""),
    };
    let life = rng.range(30 * SECOND, 90 * MINUTE).min(session.to - time);
    let parent = if rng.chance(350) { session.outlook } else { session.explorer };
    world.spawn(parent, time, &Launch::new(image, command, life));
}

/// A name that a freight forwarder gives to a document.
pub(in crate::lab) fn document_name(rng: &mut Rng, extension: &str) -> String {
    const STEMS: [&str; 16] = [
        "Manifest",
        "Bill of Lading",
        "Rates Q1",
        "Customs T1",
        "Packing List",
        "Rota",
        "Invoice",
        "Quote",
        "Claims",
        "Container Plan",
        "Fuel Surcharge",
        "Delivery Note",
        "Supplier Review",
        "Forecast",
        "Timesheet",
        "Route Map",
    ];
    format!("{} {}.{extension}", rng.pick(&STEMS), rng.range(1001, 1025))
}

fn tool(world: &mut World, rng: &mut Rng, session: &Session, time: i64) {
    const TOOLS: [(&str, &str); 10] = [
        ("FreightDesk.exe", "\"C:\\Program Files\\Bollard\\FreightDesk\\FreightDesk.exe\" /profile:branch"),
        ("hfquote.exe", "hfquote.exe"),
        ("hfshipview.exe", r"C:\Program Files\Halcyon\Tools\hfshipview.exe  /recent"),
        ("SnippingTool.exe", "\"C:\\Windows\\System32\\SnippingTool.exe\""),
        ("calc.exe", "calc.exe"),
        ("notepad.exe", "\"C:\\Windows\\system32\\notepad.exe\" C:\\temp\\notes.txt"),
        ("CompassTime.exe", "\"C:\\Program Files (x86)\\CompassBay\\Time\\CompassTime.exe\""),
        ("Spindrift.exe", "Spindrift.exe --join"),
        ("mvpnui.exe", "\"C:\\Program Files\\Mooring\\VPN\\mvpnui.exe\" -minimized"),
        ("7zG.exe", "\"C:\\Program Files\\7-Zip\\7zG.exe\" x -o\"C:\\Temp\\label set\\\" -an -ai#7zMap12"),
    ];
    let (image, command) = TOOLS[rng.index(TOOLS.len())];
    let life = rng.range(20 * SECOND, 40 * MINUTE).min(session.to - time);
    world.spawn(session.explorer, time, &Launch::new(image, command, life));
}

/// Help desk and planners use a command prompt.
fn prompt(world: &mut World, rng: &mut Rng, session: &Session, time: i64) {
    const COMMANDS: [(&str, &str); 6] = [
        ("ipconfig.exe", "ipconfig  /all"),
        ("ping.exe", "ping hf-fs01"),
        ("net.exe", r"net  use P: \\hf-fs01\planning"),
        ("nslookup.exe", "nslookup hf-dc01.halcyonfreight.example"),
        ("gpresult.exe", "gpresult /r"),
        ("whoami.exe", "whoami"),
    ];
    let life = rng.range(2 * MINUTE, 20 * MINUTE).min(session.to - time);
    let shell =
        world.spawn(session.explorer, time, &Launch::new("cmd.exe", "\"C:\\windows\\system32\\cmd.exe\" ", life));
    conhost(world, rng, shell, time);
    let (image, command) = COMMANDS[rng.index(COMMANDS.len())];
    let at = time + clock::session_gap(rng).min(life / 2);
    world.spawn(shell, at, &Launch::new(image, command, 2 * SECOND));
}

fn unix(world: &mut World, rng: &mut Rng, device: usize, day: i64) {
    const MAC: [(&str, &str); 6] = [
        (
            "mdworker_shared",
            "/System/Library/Frameworks/CoreServices.framework/Versions/A/Support/mdworker_shared -s mdworker -c MDSImporterWorker",
        ),
        ("mdmclient", "/usr/libexec/mdmclient daemon"),
        ("trustd", "/usr/libexec/trustd --agent"),
        ("softwareupdated", "softwareupdated"),
        ("wdavdaemon", "wdavdaemon enterprise --edr_scan"),
        ("zsh", "/bin/zsh -l"),
    ];
    const LINUX: [(&str, &str); 7] = [
        ("cron", "/usr/sbin/cron -f"),
        ("run-parts", "run-parts --report /etc/cron.hourly"),
        ("logrotate", "/usr/sbin/logrotate /etc/logrotate.conf"),
        ("hlagentd", "/opt/harbourline/bin/hlagentd --check load"),
        ("df", "df -P -k"),
        ("mdatp", "/opt/microsoft/mdatp/sbin/mdatp health --field healthy"),
        ("apt-get", "/usr/bin/apt-get -qq -y update"),
    ];
    let Some(init) = world.hosts[device].init else { return };
    let Some(time) = world.org.devices[device].any_time(rng, day) else { return };
    let mac = world.org.devices[device].kind == DeviceKind::Mac;
    let (image, command) = if mac { MAC[rng.index(MAC.len())] } else { LINUX[rng.index(LINUX.len())] };
    let life = rng.range(SECOND, 10 * MINUTE);
    world.spawn(init, time, &Launch::new(image, command, life));
}
