//! Alerts: fourteen true and four false, each later than what it saw, with evidence that is copied from rows that exist.

use super::clock::{SECOND, march};
use super::net::ip_type;
use super::process::ProcessId;
use super::rng::Rng;
use super::rows::Row;
use super::story::{C2_FIRST, C2_NAME, C2_SECOND, Story};
use super::truth::Step;
use super::world::{T, World};

const ENDPOINT: (&str, &str) = ("Microsoft Defender for Endpoint", "EDR");
const ANTIVIRUS: (&str, &str) = ("Microsoft Defender for Endpoint", "Antivirus");
const OFFICE: (&str, &str) = ("Microsoft Defender for Office 365", "MDO");
const IDENTITY: (&str, &str) = ("Microsoft Defender for Identity", "MDI");

/// What an alert points at.
enum Evidence {
    Process(ProcessId),
    Machine(usize),
    User(usize),
    Ip(&'static str),
    Url(&'static str),
    /// A mail of the story, by number.
    Mail(usize),
    /// Key, name and data of a registry value.
    Registry(String, &'static str),
}

struct Alert {
    time: i64,
    title: &'static str,
    category: &'static str,
    severity: &'static str,
    source: (&'static str, &'static str),
    technique: &'static str,
    /// The act it belongs to; empty for a false one.
    act: &'static str,
    evidence: Vec<Evidence>,
}

pub(super) fn raise(world: &mut World) {
    let Some(story) = world.story.take() else { return };
    let mut alerts = of_mail(&story);
    alerts.extend(of_execution(&story));
    alerts.extend(of_credentials(&story));
    alerts.extend(false_ones(world));
    for alert in &alerts {
        write(world, &story, alert);
    }
    world.story = Some(story);
}

fn of_mail(story: &Story) -> Vec<Alert> {
    let mails = |mails: std::ops::Range<usize>| mails.map(Evidence::Mail);
    let mut delivered = vec![Evidence::User(story.user), Evidence::Url("portal.demurrage-desk.example")];
    delivered.extend(mails(0..23));
    delivered.extend(story.mails.iter().skip(1).map(|mail| Evidence::User(mail.recipient)));
    let mut removed: Vec<Evidence> = mails(3..18).collect();
    removed.push(Evidence::Ip("203.0.113.61"));
    vec![
        alert(
            march(5, 9, 3, 41),
            "Phishing email messages delivered to several mailboxes",
            "InitialAccess",
            "Medium",
            OFFICE,
            "T1566.001",
            "act1",
            delivered,
        ),
        alert(
            march(5, 10, 4, 2),
            "Email messages containing malicious file removed after delivery",
            "InitialAccess",
            "Informational",
            OFFICE,
            "T1566.001",
            "act1",
            removed,
        ),
        alert(
            march(5, 9, 11, 17),
            "A potentially malicious URL click was detected",
            "InitialAccess",
            "High",
            OFFICE,
            "T1566.002",
            "act2",
            vec![
                Evidence::Url("portal.demurrage-desk.example"),
                Evidence::Mail(3),
                Evidence::Mail(7),
                Evidence::Mail(15),
                Evidence::Mail(19),
            ],
        ),
    ]
}

fn of_execution(story: &Story) -> Vec<Alert> {
    let machine = || Evidence::Machine(story.device);
    let user = || Evidence::User(story.user);
    let with = |mut processes: Vec<Evidence>| {
        processes.extend([machine(), user()]);
        processes
    };
    let process = Evidence::Process;
    let discovery = story.discovery.iter().map(|it| process(*it)).collect();
    let task = story.task.map(process).into_iter().chain([process(story.implant)]).collect();
    vec![
        alert(
            march(5, 8, 59, 58),
            "Suspicious process launched by Microsoft Word",
            "Execution",
            "Medium",
            ENDPOINT,
            "T1204.002",
            "act2",
            with(vec![process(story.word), process(story.shell)]),
        ),
        alert(
            march(5, 9, 2, 30),
            "Suspicious PowerShell command line",
            "Execution",
            "Medium",
            ENDPOINT,
            "T1059.001",
            "act2",
            with(vec![process(story.shell), process(story.powershell)]),
        ),
        alert(
            march(5, 9, 14, 12),
            "Rundll32 loaded a library from a temporary folder",
            "DefenseEvasion",
            "Medium",
            ENDPOINT,
            "T1218.011",
            "act2",
            with(vec![process(story.powershell), process(story.implant)]),
        ),
        alert(
            march(7, 9, 38, 4),
            "Connection to a rarely seen domain at regular intervals",
            "CommandAndControl",
            "Low",
            ENDPOINT,
            "T1071.001",
            "act3",
            with(vec![process(story.implant), Evidence::Ip(C2_FIRST), Evidence::Ip(C2_SECOND), Evidence::Url(C2_NAME)]),
        ),
        alert(
            march(5, 10, 1, 49),
            "Suspicious sequence of exploration activities",
            "Discovery",
            "Low",
            ENDPOINT,
            "T1087.002",
            "act4",
            with(discovery),
        ),
        alert(
            march(5, 10, 31, 33),
            "Anomaly detected in a registry Run key",
            "Persistence",
            "Medium",
            ENDPOINT,
            "T1547.001",
            "act5",
            Vec::new(),
        ),
        alert(
            march(5, 10, 44, 20),
            "Suspicious scheduled task",
            "Persistence",
            "Medium",
            ENDPOINT,
            "T1053.005",
            "act5",
            with(task),
        ),
    ]
}

fn of_credentials(story: &Story) -> Vec<Alert> {
    let process = Evidence::Process;
    let list = |processes: &[Option<ProcessId>]| {
        let mut evidence: Vec<Evidence> = processes.iter().flatten().map(|it| process(*it)).collect();
        evidence.extend([Evidence::Machine(story.device), Evidence::User(story.user)]);
        evidence
    };
    vec![
        alert(
            march(6, 14, 9, 2),
            "Elevation prompt bypassed",
            "PrivilegeEscalation",
            "Medium",
            ENDPOINT,
            "T1548.002",
            "act6",
            list(&[Some(story.implant), story.bypass]),
        ),
        alert(
            march(6, 14, 26, 40),
            "Antivirus exclusion added by a script",
            "DefenseEvasion",
            "Medium",
            ENDPOINT,
            "T1562.001",
            "act6",
            list(&[story.bypass, story.exclusion]),
        ),
        alert(
            march(6, 14, 19, 55),
            "'LabDump' hacktool was prevented",
            "CredentialAccess",
            "Medium",
            ANTIVIRUS,
            "T1003.001",
            "act6",
            list(&[story.bypass, story.tool]),
        ),
        alert(
            march(6, 14, 51, 12),
            "Sensitive credential memory read",
            "CredentialAccess",
            "High",
            ENDPOINT,
            "T1003.001",
            "act6",
            list(&[story.bypass, story.dump, story.tool]),
        ),
    ]
}

/// The antivirus and the analysts agree afterwards that these were nothing.
fn false_ones(world: &World) -> Vec<Alert> {
    let device = |short: &str| world.org.device(short);
    let user = |name: &str| world.org.user(name);
    let tool = |file: &str, device: usize| {
        let found = world.processes.iter().position(|it| it.device == device && world.pool.text(it.image.file) == file);
        found.map(|it| Evidence::Process(ProcessId(it)))
    };
    let machine = |short: &str, file: &str, account: &str| {
        let mut evidence = vec![Evidence::Machine(device(short)), Evidence::User(user(account))];
        evidence.extend(tool(file, device(short)));
        evidence
    };
    vec![
        alert(
            march(4, 10, 51, 36),
            "Remote service creation with a known tool",
            "LateralMovement",
            "Medium",
            ENDPOINT,
            "T1569.002",
            "",
            machine("HF-APP01", "PSEXESVC.exe", "adm.brandt"),
        ),
        alert(
            march(6, 11, 9, 14),
            "Suspected network scan",
            "Discovery",
            "Medium",
            ENDPOINT,
            "T1046",
            "",
            machine("HF-JMP01", "nmap.exe", "adm.brandt"),
        ),
        alert(
            march(3, 2, 41, 27),
            "Credential memory opened by an unusual process",
            "CredentialAccess",
            "Medium",
            ENDPOINT,
            "T1003.001",
            "",
            machine("HF-FS01", "klguesthelper.exe", "svc-backup"),
        ),
        alert(
            march(4, 18, 22, 45),
            "Suspected brute force attack",
            "CredentialAccess",
            "Medium",
            IDENTITY,
            "T1110",
            "",
            vec![Evidence::Machine(device("HF-PRN01")), Evidence::User(user("svc-print"))],
        ),
    ]
}

#[expect(clippy::too_many_arguments, reason = "one line of a table; names would make it a page")]
fn alert(
    time: i64,
    title: &'static str,
    category: &'static str,
    severity: &'static str,
    source: (&'static str, &'static str),
    technique: &'static str,
    act: &'static str,
    evidence: Vec<Evidence>,
) -> Alert {
    Alert { time, title, category, severity, source, technique, act, evidence }
}

fn write(world: &mut World, story: &Story, it: &Alert) {
    let mut rng = Rng::stream("alert", it.title);
    let time = it.time + rng.range(0, SECOND);
    let id = format!("{}{}", if it.source == ENDPOINT || it.source == ANTIVIRUS { "da" } else { "fa" }, rng.hex(32));
    world
        .row(T::AlertInfo, time)
        .set("AlertId", &id)
        .set("Title", it.title)
        .set("Category", it.category)
        .set("Severity", it.severity)
        .set("ServiceSource", it.source.0)
        .set("DetectionSource", it.source.1)
        .set("AttackTechniques", format!("[\"{}\"]", it.technique));
    let step = if it.act.is_empty() {
        Step::new("bait-false-alert", "")
    } else {
        Step { name: it.act, technique: it.technique }
    };
    world.mark(T::AlertInfo, step, if it.act.is_empty() { "a false alert" } else { "an alert of the intrusion" });
    let own;
    let evidence = if it.evidence.is_empty() {
        own = [
            Evidence::Registry(super::story::run_key(world, story), super::story::RUN_VALUE),
            Evidence::Machine(story.device),
            Evidence::User(story.user),
        ];
        &own[..]
    } else {
        &it.evidence
    };
    for (place, evidence) in evidence.iter().enumerate() {
        let mut row = world.row(T::AlertEvidence, time);
        row.set("AlertId", &id)
            .set("Title", it.title)
            .set("Categories", format!("[\"{}\"]", it.category))
            .set("AttackTechniques", format!("[\"{}\"]", it.technique))
            .set("ServiceSource", it.source.0)
            .set("DetectionSource", it.source.1)
            .set("Severity", it.severity)
            .set("EvidenceRole", if place == 0 { "Impacted" } else { "Related" });
        describe(world, story, evidence);
        world.mark(T::AlertEvidence, step, "evidence of the alert");
    }
}

/// Fills the evidence row that was added last.
fn describe(world: &mut World, story: &Story, evidence: &Evidence) {
    match evidence {
        Evidence::Process(process) => of_process(world, *process),
        Evidence::Machine(device) => of_machine(world, *device),
        Evidence::User(user) => of_user(world, *user),
        Evidence::Ip(ip) => {
            let fields = format!(r#"{{"Type":"ip","Address":"{ip}","Kind":"{}"}}"#, ip_type(ip));
            last(world).set("EntityType", "Ip").set("RemoteIP", *ip).set("AdditionalFields", fields);
        }
        Evidence::Url(url) => {
            last(world).set("EntityType", "Url").set("RemoteUrl", *url);
        }
        Evidence::Mail(number) => {
            let mail = &story.mails[*number];
            let address = world.org.users[mail.recipient].upn.clone();
            last(world)
                .set("EntityType", "MailMessage")
                .set("NetworkMessageId", &mail.id)
                .set("EmailSubject", &mail.subject)
                .set("AccountUpn", address);
        }
        Evidence::Registry(key, name) => {
            last(world).set("EntityType", "RegistryValue").set("RegistryKey", key).set("RegistryValueName", *name);
        }
    }
}

fn last(world: &mut World) -> Row<'_> {
    let index = world.rows(T::AlertEvidence).saturating_sub(1);
    Row { table: &mut world.tables[T::AlertEvidence as usize], pool: &mut world.pool, index }
}

fn of_process(world: &mut World, process: ProcessId) {
    let it = *world.process(process);
    let (id, name) = world.device_syms[it.device];
    last(world)
        .set("EntityType", "Process")
        .set("FileName", it.image.file)
        .set("FolderPath", it.path)
        .set("SHA1", it.image.sha1)
        .set("SHA256", it.image.sha256)
        .set("FileSize", it.image.size)
        .set("ProcessCommandLine", it.command)
        .set("AccountName", it.account.name)
        .set("AccountDomain", it.account.domain)
        .set("AccountSid", it.account.sid)
        .set("DeviceId", id)
        .set("DeviceName", name);
}

fn of_machine(world: &mut World, device: usize) {
    let (id, name) = world.device_syms[device];
    let ip = world.org.devices[device].ip.clone();
    last(world).set("EntityType", "Machine").set("DeviceId", id).set("DeviceName", name).set("LocalIP", ip);
}

fn of_user(world: &mut World, user: usize) {
    let it = world.org.users[user].clone();
    last(world)
        .set("EntityType", "User")
        .set("AccountName", it.name)
        .set("AccountDomain", super::org::NETBIOS)
        .set("AccountSid", it.sid)
        .set("AccountObjectId", it.object_id)
        .set("AccountUpn", it.upn);
}
