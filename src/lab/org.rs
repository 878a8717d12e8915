//! Halcyon Freight Ltd: people, accounts, devices, addresses, and when each device sleeps.

use std::fmt::Write as _;

use super::clock::{self, DAY, HOUR, MINUTE};
use super::rng::Rng;

pub(super) const DOMAIN: &str = "halcyonfreight.example";
/// The domain as account columns spell it.
pub(super) const NETBIOS: &str = "halcyon";
const DOMAIN_SID: &str = "S-1-5-21-1750319842-3396210754-2288017563";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UserKind {
    Person,
    Service,
    Admin,
}

#[derive(Debug, Clone)]
pub(super) struct User {
    pub(super) kind: UserKind,
    pub(super) name: String,
    pub(super) given: String,
    pub(super) surname: String,
    pub(super) display: String,
    pub(super) department: &'static str,
    pub(super) title: &'static str,
    pub(super) sid: String,
    pub(super) object_id: String,
    pub(super) upn: String,
    /// The account is disabled on day 3.
    pub(super) leaver: bool,
    /// Works from home through the VPN.
    pub(super) remote: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DeviceKind {
    Workstation,
    Server,
    Mac,
    Linux,
}

#[derive(Debug, Clone)]
pub(super) struct Device {
    pub(super) kind: DeviceKind,
    /// `HF-WS-041`.
    pub(super) short: String,
    /// As the tables write it: `hf-ws-041.halcyonfreight.example`.
    pub(super) name: String,
    pub(super) id: String,
    pub(super) ip: String,
    pub(super) mac: String,
    pub(super) owner: Option<usize>,
    /// Sleeps at night, unlike desktops and servers.
    pub(super) laptop: bool,
    /// How far its clock is from the true time, in ticks; at most 200 ms either way, so 400 ms between two devices.
    pub(super) skew: i64,
    pub(super) public_ip: String,
}

#[derive(Debug)]
pub(super) struct Org {
    pub(super) users: Vec<User>,
    pub(super) devices: Vec<Device>,
}

pub(super) const EGRESS: [&str; 2] = ["192.0.2.10", "192.0.2.11"];

/// Seen only as the other end of a logon.
pub(super) const NOT_ONBOARDED: [(&str, &str); 2] = [("HF-LBL-01", "10.20.20.201"), ("HF-TV-03", "10.20.22.202")];

const SERVERS: [&str; 14] = [
    "HF-DC01",
    "HF-DC02",
    "HF-FS01",
    "HF-FS02",
    "HF-SQL01",
    "HF-APP01",
    "HF-APP02",
    "HF-APP03",
    "HF-SCCM01",
    "HF-BKP01",
    "HF-JMP01",
    "HF-PRN01",
    "HF-WEB01",
    "HF-AADC01",
];

const DEPARTMENTS: [(&str, &str); 9] = [
    ("Operations", "Freight Coordinator"),
    ("Sales", "Account Manager"),
    ("Customs", "Customs Clerk"),
    ("Warehouse", "Shift Lead"),
    ("Accounts Payable", "Accounts Payable Clerk"),
    ("Finance", "Financial Analyst"),
    ("Human Resources", "HR Advisor"),
    ("IT", "Systems Engineer"),
    ("Planning", "Route Planner"),
];

const GIVEN: [&str; 40] = [
    "Alice", "Ben", "Chloe", "Daniel", "Elena", "Farah", "George", "Hanna", "Ivan", "Julia", "Karim", "Laura",
    "Marcus", "Nadia", "Oliver", "Petra", "Quentin", "Rosa", "Samuel", "Tanya", "Umar", "Vera", "Walter", "Xenia",
    "Yusuf", "Zoe", "Amir", "Bella", "Carl", "Dina", "Eric", "Fiona", "Gareth", "Helen", "Isaac", "Joan", "Kevin",
    "Lydia", "Martin", "Nina",
];

const SURNAMES: [&str; 60] = [
    "Abbott",
    "Barlow",
    "Castell",
    "Dunmore",
    "Ekberg",
    "Farrow",
    "Grieve",
    "Hallam",
    "Ingram",
    "Jarvis",
    "Kendrick",
    "Lomax",
    "Marsden",
    "Norwood",
    "Osborne",
    "Pargeter",
    "Quayle",
    "Redfern",
    "Stanhope",
    "Thorne",
    "Underhill",
    "Vickers",
    "Whitlock",
    "Yardley",
    "Ashdown",
    "Birchall",
    "Copeland",
    "Draycott",
    "Elmore",
    "Fenwick",
    "Garland",
    "Hartnell",
    "Ibbotson",
    "Jessop",
    "Kirkham",
    "Langley",
    "Merrick",
    "Nuttall",
    "Ormond",
    "Penrose",
    "Radcliffe",
    "Sheldon",
    "Tillman",
    "Upton",
    "Varley",
    "Wadham",
    "Yates",
    "Aldous",
    "Brocklehurst",
    "Cawley",
    "Denholm",
    "Everard",
    "Fairfax",
    "Goodall",
    "Holroyd",
    "Ives",
    "Judd",
    "Knapp",
    "Ludlow",
    "Mather",
];

/// People of the story and people whose names are hard: given name, surname, account, department.
const NAMED: [(&str, &str, &str, usize); 10] = [
    ("Dele", "Okafor", "d.okafor", 4),
    ("Åse", "Lindqvist", "a.lindqvist", 7),
    ("José", "Muñoz", "j.munoz", 1),
    ("伟", "李", "w.li", 2),
    ("Maeve", "O'Dea", "m.odea", 6),
    ("Tom", "Brandt", "t.brandt", 7),
    ("Priya", "Raman", "p.raman", 7),
    ("Hugo", "Castellane", "h.castellane", 1),
    ("Leah", "Winter", "l.winter", 8),
    ("Owen", "Pryce", "o.pryce", 5),
];

const SERVICES: [&str; 6] = ["svc-backup", "svc-sccm", "svc-sql", "svc-scan", "svc-adsync", "svc-print"];
const ADMINS: [(&str, &str); 5] = [
    ("adm.lindqvist", "Åse Lindqvist"),
    ("adm.brandt", "Tom Brandt"),
    ("adm.raman", "Priya Raman"),
    ("adm.hallam", "Helen Hallam"),
    ("adm.fenwick", "Carl Fenwick"),
];

impl Org {
    pub(super) fn new() -> Self {
        let users = users();
        let devices = devices(&users);
        Self { users, devices }
    }

    /// A user of the storyline by account name; the first user when there is none of that name.
    pub(super) fn user(&self, name: &str) -> usize {
        self.users.iter().position(|user| user.name == name).unwrap_or_default()
    }

    /// A device by short name; the first when there is none of that name.
    pub(super) fn device(&self, short: &str) -> usize {
        self.devices.iter().position(|device| device.short == short).unwrap_or_default()
    }

    /// Devices of one kind, in order.
    pub(super) fn of_kind(&self, kind: DeviceKind) -> Vec<usize> {
        (0..self.devices.len()).filter(|index| self.devices[*index].kind == kind).collect()
    }

    /// People, without service accounts and admin twins.
    pub(super) fn people(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.users.len()).filter(|index| self.users[*index].kind == UserKind::Person)
    }
}

fn users() -> Vec<User> {
    let mut users: Vec<User> = Vec::new();
    for (given, surname, name, department) in NAMED {
        add_person(&mut users, given, surname, name.to_owned(), department);
    }
    let mut number = 0;
    while users.len() < 124 {
        let given = GIVEN[(number * 7 + number / 40) % GIVEN.len()];
        let surname = SURNAMES[(number * 11 + number / 60) % SURNAMES.len()];
        let initial = given.chars().next().unwrap_or('x').to_ascii_lowercase();
        let name = format!("{initial}.{}", surname.to_ascii_lowercase());
        let department = [0, 0, 0, 1, 1, 2, 3, 3, 4, 5, 6, 7, 8, 8][number % 14];
        if users.iter().all(|user| user.name != name) {
            add_person(&mut users, given, surname, name, department);
        }
        number += 1;
    }
    for user in [60, 77, 93, 110] {
        users[user].leaver = true;
    }
    for name in SERVICES {
        add_account(&mut users, UserKind::Service, name, name);
    }
    for (name, display) in ADMINS {
        add_account(&mut users, UserKind::Admin, name, &format!("{display} (admin)"));
    }
    users
}

fn add_person(users: &mut Vec<User>, given: &str, surname: &str, name: String, department: usize) {
    let display = if given == "伟" { format!("{surname}{given}") } else { format!("{given} {surname}") };
    let number = users.len();
    let (department, title) = DEPARTMENTS[department];
    users.push(User {
        kind: UserKind::Person,
        given: given.to_owned(),
        surname: surname.to_owned(),
        display,
        department,
        title,
        sid: format!("{DOMAIN_SID}-{}", 1104 + number),
        object_id: Rng::stream(&name, "object id").guid(),
        upn: format!("{name}@{DOMAIN}"),
        name,
        leaver: false,
        remote: number % 4 == 3,
    });
}

fn add_account(users: &mut Vec<User>, kind: UserKind, name: &str, display: &str) {
    let number = users.len();
    users.push(User {
        kind,
        name: name.to_owned(),
        given: String::new(),
        surname: String::new(),
        display: display.to_owned(),
        department: "IT",
        title: if kind == UserKind::Admin { "Administrator" } else { "Service Account" },
        sid: format!("{DOMAIN_SID}-{}", 1104 + number),
        object_id: Rng::stream(name, "object id").guid(),
        upn: format!("{name}@{DOMAIN}"),
        leaver: false,
        remote: false,
    });
}

fn devices(users: &[User]) -> Vec<Device> {
    let mut devices = Vec::new();
    // HF-WS-041 is Dele Okafor's and HF-WS-077 Åse Lindqvist's; the others go to people in order.
    let mut owners = (0..users.len()).filter(|index| users[*index].kind == UserKind::Person && *index > 1);
    for number in 1..=112_usize {
        let owner = match number {
            41 => Some(0),
            77 => Some(1),
            _ => owners.next(),
        };
        let remote = owner.is_some_and(|it| users[it].remote) && number != 41;
        let ip = if remote {
            format!("10.20.90.{}", 10 + number)
        } else {
            format!("10.20.{}.{}", 20 + number % 4, 20 + number)
        };
        let public = if remote { format!("203.0.113.{}", 130 + number) } else { EGRESS[number % 2].to_owned() };
        let laptop = remote || number % 5 < 2 || number == 41;
        devices.push(device(DeviceKind::Workstation, &format!("HF-WS-{number:03}"), ip, owner, laptop, public));
    }
    for (number, name) in SERVERS.iter().enumerate() {
        let ip = format!("10.20.10.{}", 11 + number);
        devices.push(device(DeviceKind::Server, name, ip, None, false, EGRESS[0].to_owned()));
    }
    for number in 1..=9 {
        let ip = format!("10.20.23.{}", 200 + number);
        let name = format!("HF-MAC-{number:02}");
        devices.push(device(DeviceKind::Mac, &name, ip, owners.next(), true, EGRESS[1].to_owned()));
    }
    for number in 1..=7 {
        let ip = format!("10.20.10.{}", 60 + number);
        let name = format!("HF-LNX-{number:02}");
        devices.push(device(DeviceKind::Linux, &name, ip, None, false, EGRESS[1].to_owned()));
    }
    devices
}

fn device(kind: DeviceKind, short: &str, ip: String, owner: Option<usize>, laptop: bool, public_ip: String) -> Device {
    let mut rng = Rng::stream(short, "device");
    let mut mac = String::from("02:1b");
    for _ in 0..4 {
        let _ = write!(mac, ":{:02x}", rng.below(256));
    }
    Device {
        kind,
        short: short.to_owned(),
        name: format!("{}.{DOMAIN}", short.to_ascii_lowercase()),
        id: rng.hex(40),
        ip,
        mac,
        owner,
        laptop,
        skew: rng.range(-200 * clock::MILLISECOND, 200 * clock::MILLISECOND),
        public_ip,
    }
}

impl Device {
    pub(super) fn is_windows(&self) -> bool {
        matches!(self.kind, DeviceKind::Workstation | DeviceKind::Server)
    }

    /// When the device is awake on a lab day, as (from, to) in ticks; empty when it sleeps all day.
    pub(super) fn awake_windows(&self, day: i64) -> Vec<(i64, i64)> {
        let midnight = clock::midnight(day);
        if !self.laptop {
            return vec![(midnight, midnight + DAY)];
        }
        if self.short == "HF-WS-041" {
            return victim_windows(day);
        }
        let mut rng = Rng::stream(&self.short, "sleep");
        for _ in 0..day {
            rng.next_u64();
        }
        let mut rng = Rng::stream(&self.short, &format!("sleep {}", rng.next()));
        if clock::is_weekend(day) {
            if !rng.chance(120) {
                return Vec::new();
            }
            let from = midnight + rng.range(10 * HOUR, 14 * HOUR);
            return vec![(from, from + rng.range(HOUR, 3 * HOUR))];
        }
        let from = midnight + rng.range(7 * HOUR, 8 * HOUR + 40 * MINUTE);
        vec![(from, midnight + rng.range(17 * HOUR, 20 * HOUR))]
    }

    pub(super) fn is_awake(&self, time: i64) -> bool {
        self.awake_windows(clock::day_of(time)).iter().any(|(from, to)| (*from..*to).contains(&time))
    }

    /// An instant of that day at which the device is awake and its people work; `None` when it sleeps all day.
    pub(super) fn busy_time(&self, rng: &mut Rng, day: i64) -> Option<i64> {
        let windows = self.awake_windows(day);
        if windows.is_empty() {
            return None;
        }
        for _ in 0..6 {
            let time = clock::work_time(rng, day);
            if windows.iter().any(|(from, to)| (*from..*to - MINUTE).contains(&time)) {
                return Some(time);
            }
        }
        let (from, to) = windows[rng.index(windows.len())];
        Some(rng.range(from, to - MINUTE))
    }

    /// An instant of that day at which the device is awake, whatever people do.
    pub(super) fn any_time(&self, rng: &mut Rng, day: i64) -> Option<i64> {
        let windows = self.awake_windows(day);
        if windows.is_empty() {
            return None;
        }
        let (from, to) = windows[rng.index(windows.len())];
        Some(rng.range(from, to - MINUTE))
    }
}

/// Dele Okafor takes the laptop to meetings closed, and home on two evenings.
fn victim_windows(day: i64) -> Vec<(i64, i64)> {
    let midnight = clock::midnight(day);
    let window = |from: (i64, i64), to: (i64, i64)| {
        (midnight + from.0 * HOUR + from.1 * MINUTE, midnight + to.0 * HOUR + to.1 * MINUTE)
    };
    match day {
        2 => vec![window((8, 21), (12, 4)), window((13, 2), (16, 48))],
        3 => vec![window((8, 33), (11, 26)), window((12, 47), (17, 12))],
        4 => vec![window((8, 40), (12, 9)), window((13, 31), (16, 57))],
        5 | 6 | 12 | 13 => Vec::new(),
        _ => vec![window((8, 29), (12, 11)), window((13, 6), (17, 3))],
    }
}
