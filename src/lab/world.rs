//! The model under construction: who there is, which processes live, and the tables that tell of them.

use std::collections::HashMap;

use super::catalog::{Catalog, Image};
use super::clock::{END, SECOND, START};
use super::net::Sites;
use super::org::{NETBIOS, Org, UserKind};
use super::process::{Account, Integrity, Launch, Process, ProcessId};
use super::rng::Rng;
use super::rows::{NO_DEVICE, NULL, Pool, Row, Sym, Table};
use super::story::Story;
use super::truth::{Mark, Step};
use crate::kql::Schema;

/// The tables that the lab fills. Every other table of the schema exists and is empty, which needs no file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum T {
    AlertEvidence,
    AlertInfo,
    DeviceEvents,
    DeviceFileEvents,
    DeviceImageLoadEvents,
    DeviceInfo,
    DeviceLogonEvents,
    DeviceNetworkEvents,
    DeviceNetworkInfo,
    DeviceProcessEvents,
    DeviceRegistryEvents,
    EmailAttachmentInfo,
    EmailEvents,
    EmailPostDeliveryEvents,
    EmailUrlInfo,
    IdentityInfo,
    IdentityLogonEvents,
    UrlClickEvents,
}

pub(super) const NAMES: [&str; 18] = [
    "AlertEvidence",
    "AlertInfo",
    "DeviceEvents",
    "DeviceFileEvents",
    "DeviceImageLoadEvents",
    "DeviceInfo",
    "DeviceLogonEvents",
    "DeviceNetworkEvents",
    "DeviceNetworkInfo",
    "DeviceProcessEvents",
    "DeviceRegistryEvents",
    "EmailAttachmentInfo",
    "EmailEvents",
    "EmailPostDeliveryEvents",
    "EmailUrlInfo",
    "IdentityInfo",
    "IdentityLogonEvents",
    "UrlClickEvents",
];

/// The processes that every Windows device has from one boot to the next.
#[derive(Debug, Clone)]
pub(super) struct Boot {
    pub(super) from: i64,
    pub(super) to: i64,
    pub(super) system: ProcessId,
    pub(super) services: ProcessId,
    pub(super) lsass: ProcessId,
    pub(super) winlogon: ProcessId,
    /// `svchost.exe`, by group: DcomLaunch, netsvcs with the scheduler, network services, local services.
    pub(super) svchost: [ProcessId; 4],
    pub(super) defender: ProcessId,
    pub(super) sense: ProcessId,
    pub(super) monitor: ProcessId,
    pub(super) sccm: ProcessId,
}

/// A person at a device: from logon to logoff or reboot.
#[derive(Debug, Clone)]
pub(super) struct Session {
    pub(super) user: usize,
    pub(super) from: i64,
    pub(super) to: i64,
    pub(super) logon_id: i64,
    pub(super) explorer: ProcessId,
    pub(super) outlook: ProcessId,
    pub(super) teams: ProcessId,
    pub(super) browser: ProcessId,
    pub(super) onedrive: ProcessId,
}

/// What runs on one device.
#[derive(Debug, Default)]
pub(super) struct Host {
    pub(super) boots: Vec<Boot>,
    pub(super) sessions: Vec<Session>,
    /// The daemon that starts everything on macOS and Linux.
    pub(super) init: Option<ProcessId>,
    /// What talks to the network on macOS and Linux.
    pub(super) daemons: Vec<ProcessId>,
    /// When each process number is taken, in the device's own clock.
    taken: HashMap<i64, Vec<(i64, i64)>>,
}

pub(super) struct World {
    pub(super) pool: Pool,
    pub(super) org: Org,
    pub(super) catalog: Catalog,
    pub(super) sites: Sites,
    pub(super) tables: Vec<Table>,
    pub(super) processes: Vec<Process>,
    pub(super) hosts: Vec<Host>,
    pub(super) marks: Vec<Mark>,
    pub(super) accounts: Vec<Account>,
    pub(super) system: Account,
    pub(super) network_service: Account,
    pub(super) local_service: Account,
    /// What the story leaves for the alerts.
    pub(super) story: Option<Story>,
    /// Device identifiers and names as cells.
    pub(super) device_syms: Vec<(Sym, Sym)>,
    /// What the generator itself got wrong; it stops the generation.
    pub(super) fault: Option<String>,
}

/// Nothing new begins so shortly before a shutdown, so that what begins has time to end.
const MARGIN: i64 = 90 * SECOND;

impl World {
    pub(super) fn new(schema: &Schema) -> Self {
        let mut pool = Pool::new();
        let org = Org::new();
        let catalog = Catalog::new(&mut pool);
        let mut fault = None;
        let mut tables = Vec::new();
        for name in NAMES {
            let Some(symbol) = schema.table(name) else {
                fault.get_or_insert(format!("the schema has no table {name}"));
                continue;
            };
            tables.push(Table::new(name, symbol));
        }
        let device_syms =
            org.devices.iter().map(|device| (pool.intern(&device.id), pool.intern(&device.name))).collect();
        let accounts = org
            .users
            .iter()
            .map(|user| Account {
                domain: pool.intern(NETBIOS),
                name: pool.intern(&user.name),
                sid: pool.intern(&user.sid),
                upn: if user.kind == UserKind::Person { pool.intern(&user.upn) } else { Sym::default() },
                object_id: if user.kind == UserKind::Person { pool.intern(&user.object_id) } else { Sym::default() },
            })
            .collect();
        let mut builtin = |name: &str, sid: &str| Account {
            domain: pool.intern("nt authority"),
            name: pool.intern(name),
            sid: pool.intern(sid),
            ..Account::default()
        };
        Self {
            system: builtin("system", "S-1-5-18"),
            local_service: builtin("local service", "S-1-5-19"),
            network_service: builtin("network service", "S-1-5-20"),
            hosts: org.devices.iter().map(|_| Host::default()).collect(),
            catalog,
            sites: Sites::new(),
            tables,
            processes: Vec::new(),
            marks: Vec::new(),
            accounts,
            story: None,
            device_syms,
            fault,
            pool,
            org,
        }
    }

    pub(super) fn fail(&mut self, message: String) {
        self.fault.get_or_insert(message);
    }

    pub(super) fn table(&self, table: T) -> &Table {
        &self.tables[table as usize]
    }

    pub(super) fn rows(&self, table: T) -> usize {
        self.table(table).len()
    }

    pub(super) fn process(&self, process: ProcessId) -> &Process {
        &self.processes[process.0]
    }

    /// A new row at that true time, of no device.
    pub(super) fn row(&mut self, table: T, time: i64) -> Row<'_> {
        self.add(table, time, NO_DEVICE)
    }

    /// A new row of a device at that true time; its clock says a little more or less.
    pub(super) fn device_row(&mut self, table: T, device: usize, time: i64) -> Row<'_> {
        let (id, name) = self.device_syms[device];
        let skew = self.org.devices[device].skew;
        if !self.org.devices[device].is_awake(time) {
            self.fail(format!("{} sleeps when a row of {table:?} is written", self.org.devices[device].short));
        }
        let mut row = self.add(table, time + skew, device as u32);
        row.set("DeviceId", id).set("DeviceName", name);
        row
    }

    /// A new row that the service writes about a device, which may be asleep.
    pub(super) fn snapshot_row(&mut self, table: T, device: usize, time: i64) -> Row<'_> {
        let (id, name) = self.device_syms[device];
        let mut row = self.add(table, time, device as u32);
        row.set("DeviceId", id).set("DeviceName", name);
        row
    }

    /// A new row of the process's device, with the process as the initiating one.
    pub(super) fn process_row(&mut self, table: T, process: ProcessId, time: i64) -> Row<'_> {
        let actor = self.processes[process.0];
        let parent = actor.parent.map(|it| self.processes[it.0]);
        let local = time + self.org.devices[actor.device].skew;
        if !(actor.created..=actor.ends).contains(&local) {
            let command = self.pool.text(actor.command).to_owned();
            self.fail(format!("{command} is not alive when a row of {table:?} names it"));
        }
        let mut row = self.device_row(table, actor.device, time);
        row.initiated_by(&actor, parent.as_ref());
        row
    }

    fn add(&mut self, table: T, time: i64, device: u32) -> Row<'_> {
        if !(START..END).contains(&time) {
            self.fail(format!("a row of {table:?} lies outside the fourteen days"));
        }
        let index = self.tables[table as usize].add_row(device);
        let mut row = Row { table: &mut self.tables[table as usize], pool: &mut self.pool, index };
        row.set("Timestamp", time);
        row
    }

    /// Notes that the row written last in a table belongs to a step of the story.
    pub(super) fn mark(&mut self, table: T, step: Step, why: &'static str) {
        let row = self.rows(table).saturating_sub(1);
        self.marks.push(Mark { table, row, step, why });
    }

    pub(super) fn image(&mut self, file: &str) -> Option<Image> {
        let found = self.catalog.find(file);
        if found.is_none() {
            self.fail(format!("the catalogue has no image {file}"));
        }
        found
    }

    /// The boot of a Windows device that an instant falls into.
    pub(super) fn boot(&mut self, device: usize, time: i64) -> Option<Boot> {
        self.hosts[device].boots.iter().find(|boot| (boot.from..boot.to - MARGIN).contains(&time)).cloned()
    }

    /// The session at a device that an instant falls into.
    pub(super) fn session(&self, device: usize, time: i64) -> Option<Session> {
        self.hosts[device].sessions.iter().find(|session| (session.from..session.to - MARGIN).contains(&time)).cloned()
    }

    /// Starts a process at that true time and writes its row. The device is that of the parent.
    pub(super) fn spawn(&mut self, parent: ProcessId, time: i64, launch: &Launch<'_>) -> ProcessId {
        let device = self.processes[parent.0].device;
        self.start(device, Some(parent), time, launch)
    }

    /// Starts a process; without a parent it is the first of its device.
    pub(super) fn start(
        &mut self,
        device: usize,
        parent: Option<ProcessId>,
        time: i64,
        launch: &Launch<'_>,
    ) -> ProcessId {
        let above = parent.map(|it| self.processes[it.0]);
        let process = self.describe(device, parent, time, launch);
        if let Some(above) = above.filter(|it| !(it.created..=it.ends).contains(&process.created)) {
            let name = self.pool.text(above.command).to_owned();
            self.fail(format!("{name} is not alive when it starts {}", launch.command));
        }
        self.processes.push(process);
        let id = ProcessId(self.processes.len() - 1);
        if launch.recorded {
            self.process_created(id, time);
        }
        id
    }

    fn describe(&mut self, device: usize, parent: Option<ProcessId>, time: i64, launch: &Launch<'_>) -> Process {
        let above = parent.map(|it| self.processes[it.0]);
        let created = time + self.org.devices[device].skew;
        let ends = created + launch.life;
        let image = self.image(launch.image).or(above.map(|it| it.image));
        let mut image = image.unwrap_or_else(|| self.catalog.first());
        let account = launch.account.or(above.map(|it| it.account)).unwrap_or(self.system);
        let mut folder = self.pool.text(image.folder).replace("{user}", self.pool.text(account.name));
        if let Some((file, place)) = launch.disguise {
            image.file = self.pool.intern(file);
            place.clone_into(&mut folder);
        }
        let separator = if folder.starts_with('/') { '/' } else { '\\' };
        let path = format!("{folder}{separator}{}", self.pool.text(image.file));
        let (logon_id, session) = launch.logon.or(above.map(|it| (it.logon_id, it.session))).unwrap_or((999, 0));
        let (integrity, elevation) = match (launch.integrity, above) {
            (None, Some(above)) => (above.integrity, above.elevation),
            (given, _) => {
                let level = given.unwrap_or(Integrity::System);
                (self.pool.intern(level.name()), self.pool.intern(level.elevation()))
            }
        };
        let pid = self.take_pid(device, created, ends);
        Process {
            device,
            pid,
            created,
            ends,
            image,
            path: self.pool.intern(&path),
            path_lower: self.pool.intern(&path.to_lowercase()),
            command: self.pool.intern(&launch.command),
            account,
            integrity,
            elevation,
            logon_id,
            session,
            remote: launch.remote.or(above.and_then(|it| it.remote)),
            parent,
        }
    }

    /// A process number that is free for that time. Numbers are multiples of four and are used again.
    fn take_pid(&mut self, device: usize, created: i64, ends: i64) -> i64 {
        let mut rng = Rng::stream(&self.org.devices[device].short, &format!("pid {created}"));
        let host = &mut self.hosts[device];
        // A window that grows only when it is full: few enough numbers that they come back.
        let mut span = 380;
        loop {
            let pid = 4 * rng.range(170, 170 + span);
            let times = host.taken.entry(pid).or_default();
            if times.iter().all(|(from, to)| ends < *from || *to < created) {
                times.push((created, ends));
                return pid;
            }
            span += 20;
        }
    }

    fn process_created(&mut self, id: ProcessId, time: i64) {
        let process = self.processes[id.0];
        let Some(parent) = process.parent else { return };
        let mut row = self.process_row(T::DeviceProcessEvents, parent, time);
        row.set("ActionType", "ProcessCreated");
        created_process(&mut row, &process);
        // The sensor misses some numbers of short-lived processes: half a per cent of all rows.
        if row.pool.text(process.image.file) == "conhost.exe" && process.created % 40 == 3 {
            row.set("ProcessId", NULL);
        }
    }
}

/// Fills the columns of the process that a row of DeviceProcessEvents is about.
fn created_process(row: &mut Row<'_>, process: &Process) {
    let image = &process.image;
    row.set("FileName", image.file)
        .set("FolderPath", process.path)
        .set("SHA1", image.sha1)
        .set("SHA256", image.sha256)
        .set("MD5", image.md5)
        .set("FileSize", image.size)
        .set("ProcessVersionInfoCompanyName", image.company)
        .set("ProcessVersionInfoProductName", image.product)
        .set("ProcessVersionInfoProductVersion", image.version)
        .set("ProcessVersionInfoInternalFileName", image.internal)
        .set("ProcessVersionInfoOriginalFileName", image.original)
        .set("ProcessVersionInfoFileDescription", image.description)
        .set("ProcessId", process.pid)
        .set("ProcessCommandLine", process.command)
        .set("ProcessIntegrityLevel", process.integrity)
        .set("ProcessTokenElevation", process.elevation)
        .set("ProcessCreationTime", process.created)
        .set("AccountDomain", process.account.domain)
        .set("AccountName", process.account.name)
        .set("AccountSid", process.account.sid)
        .set("AccountUpn", process.account.upn)
        .set("AccountObjectId", process.account.object_id)
        .set("LogonId", process.logon_id)
        .set("CreatedProcessSessionId", process.session)
        .set("IsProcessRemoteSession", process.remote.is_some());
    if let Some((ip, device)) = process.remote {
        row.set("ProcessRemoteSessionIP", ip).set("ProcessRemoteSessionDeviceName", device);
    }
}
