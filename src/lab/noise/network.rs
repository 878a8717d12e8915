//! Ordinary connections: the web, name resolution, listening sockets, and programs that call home like clockwork.

use super::{burst, until_full};
use crate::lab::clock::{self, HOUR, MILLISECOND, MINUTE, SECOND, march};
use crate::lab::net::{Connection, connect};
use crate::lab::org::DeviceKind;
use crate::lab::process::ProcessId;
use crate::lab::rng::Rng;
use crate::lab::truth::Step;
use crate::lab::world::{T, World};

pub(super) fn fill(world: &mut World, rows: usize) {
    until_full(world, T::DeviceNetworkEvents, rows, weight, behave);
}

fn weight(world: &World, device: usize) -> u32 {
    match world.org.devices[device].kind {
        DeviceKind::Workstation => 8,
        DeviceKind::Server => 5,
        DeviceKind::Mac => 6,
        DeviceKind::Linux => 4,
    }
}

fn behave(world: &mut World, rng: &mut Rng, device: usize, missing: usize) {
    let (day, around_the_clock) = (clock::work_day(rng), rng.chance(200));
    let it = &world.org.devices[device];
    let people = matches!(it.kind, DeviceKind::Workstation | DeviceKind::Mac) && !around_the_clock;
    let time = if people { it.busy_time(rng, day) } else { it.any_time(rng, rng_day(day, around_the_clock)) };
    let Some(time) = time else { return };
    match rng.weighted(&[176, 64, 52, 38]) {
        0 => web(world, rng, device, time, missing),
        1 => burst(rng, time, 1, 4, missing).into_iter().for_each(|time| name_lookup(world, rng, device, time)),
        2 => listen(world, rng, device, time),
        _ => other(world, rng, device, time),
    }
}

/// Agents do not know weekends.
fn rng_day(day: i64, around_the_clock: bool) -> i64 {
    if around_the_clock { (day * 5 + 2) % clock::DAYS } else { day }
}

/// A process that talks to the web at that moment.
fn talker(world: &mut World, rng: &mut Rng, device: usize, time: i64) -> Option<ProcessId> {
    if !world.org.devices[device].is_windows() {
        let daemons = &world.hosts[device].daemons;
        return (!daemons.is_empty()).then(|| daemons[rng.index(daemons.len())]);
    }
    let boot = world.boot(device, time)?;
    let agents = [boot.defender, boot.sense, boot.monitor, boot.svchost[2], boot.sccm];
    match world.session(device, time) {
        Some(session) if !rng.chance(150) => {
            let apps = [session.browser, session.outlook, session.teams, session.onedrive];
            Some(apps[rng.weighted(&[62, 15, 14, 9])])
        }
        _ => Some(agents[rng.index(agents.len())]),
    }
}

/// A page is made of several connections; an agent needs one.
fn web(world: &mut World, rng: &mut Rng, device: usize, time: i64, missing: usize) {
    let Some(process) = talker(world, rng, device, time) else { return };
    let most = if world.process(process).session == 0 { 2 } else { 8 };
    for time in burst(rng, time, most / 4 + 1, most, missing) {
        one_connection(world, rng, process, time);
    }
}

fn one_connection(world: &mut World, rng: &mut Rng, process: ProcessId, time: i64) {
    let site = world.sites.pick(rng).clone();
    let url = match rng.below(100) {
        0..10 => String::new(),
        10..22 => format!("https://{}/", site.name),
        _ => site.name,
    };
    let action = if rng.chance(78) { "ConnectionFailed" } else { "ConnectionSuccess" };
    connect(world, rng, process, time, &Connection { action, ..Connection::tcp(&site.ip, 443, &url) });
}

fn name_lookup(world: &mut World, rng: &mut Rng, device: usize, time: i64) {
    let process = match world.boot(device, time) {
        Some(boot) => boot.svchost[2],
        None => match talker(world, rng, device, time) {
            Some(daemon) => daemon,
            None => return,
        },
    };
    // Controllers ask the resolver outside for what they do not know.
    let server = match world.org.devices[device].short.as_str() {
        "HF-DC01" | "HF-DC02" => "192.0.2.53",
        _ if rng.chance(700) => "10.20.10.11",
        _ => "10.20.10.12",
    };
    connect(world, rng, process, time, &Connection { protocol: "Udp", ..Connection::tcp(server, 53, "") });
}

fn listen(world: &mut World, rng: &mut Rng, device: usize, time: i64) {
    let Some(process) = talker(world, rng, device, time) else { return };
    let port = [5353, 1900, 5355, 49_664, 49_665, 7680, 50_100][rng.index(7)];
    let local = if rng.chance(300) { "127.0.0.1" } else { "0.0.0.0" };
    let mut row = world.process_row(T::DeviceNetworkEvents, process, time);
    row.set("ActionType", "ListeningConnectionCreated")
        .set("LocalIP", local)
        .set("LocalPort", i64::from(port))
        .set("Protocol", "Tcp")
        .set("LocalIPType", if local == "127.0.0.1" { "Loopback" } else { "" });
}

fn other(world: &mut World, rng: &mut Rng, device: usize, time: i64) {
    let Some(process) = talker(world, rng, device, time) else { return };
    let site = world.sites.pick(rng).clone();
    let (ip, port, url) = match rng.below(4) {
        0 => (site.ip.as_str(), 80, format!("http://{}/status", site.name)),
        1 => ("10.20.10.22", 9100, String::new()),
        2 => ("10.20.10.19", 8530, "http://hf-sccm01.halcyonfreight.example:8530".to_owned()),
        _ => ("10.20.10.17", 8443, String::new()),
    };
    connect(world, rng, process, time, &Connection::tcp(ip, port, &url));
}

const REGULAR: Step = Step::new("bait-beacon", "");

/// Programs that call home at fixed intervals: more regular than any beacon.
pub(in crate::lab) fn clockwork(world: &mut World) {
    for short in ["HF-WS-012", "HF-WS-033"] {
        teams(world, short);
        world.mark(T::DeviceNetworkEvents, REGULAR, "keep-alive every 45 seconds; this is the last");
    }
    antivirus(world);
    world.mark(T::DeviceNetworkEvents, REGULAR, "antivirus cloud every 300 seconds; this is the last");
    time_service(world);
    world.mark(T::DeviceNetworkEvents, REGULAR, "time every 1,024 seconds; this is the last");
    licence(world);
    world.mark(T::DeviceNetworkEvents, REGULAR, "licence every 60 seconds without jitter; this is the last");
}

/// The chat client keeps its connection every 45 seconds of a working day.
fn teams(world: &mut World, short: &str) {
    let device = world.org.device(short);
    let mut rng = Rng::stream(short, "keep-alive");
    let site = world.sites.sites[1].clone();
    let mut time = march(6, 9, 0, 0) + rng.range(0, MINUTE);
    while time < march(6, 17, 0, 0) {
        if world.org.devices[device].is_awake(time)
            && let Some(session) = world.session(device, time)
        {
            connect(world, &mut rng, session.teams, time, &Connection::tcp(&site.ip, 443, &site.name));
        }
        time += 45 * SECOND + rng.range(0, 300 * MILLISECOND);
    }
}

/// The antivirus asks its cloud every 300 seconds, give or take one.
fn antivirus(world: &mut World) {
    let device = world.org.device("HF-APP01");
    let mut rng = Rng::stream("HF-APP01", "antivirus cloud");
    let site = world.sites.sites[7].clone();
    let mut time = march(4, 0, 0, 0) + rng.range(0, MINUTE);
    while time < march(7, 0, 0, 0) {
        if let Some(boot) = world.boot(device, time) {
            connect(world, &mut rng, boot.defender, time, &Connection::tcp(&site.ip, 443, &site.name));
        }
        time += 299 * SECOND + rng.range(0, 2 * SECOND);
    }
}

/// The domain's clock asks a time server every 1,024 seconds.
fn time_service(world: &mut World) {
    let device = world.org.device("HF-DC01");
    let mut rng = Rng::stream("HF-DC01", "time");
    let mut time = march(3, 0, 3, 0);
    while time < march(10, 0, 0, 0) {
        if let Some(boot) = world.boot(device, time) {
            let ntp = Connection { protocol: "Udp", ..Connection::tcp("192.0.2.123", 123, "") };
            connect(world, &mut rng, boot.svchost[3], time, &ntp);
        }
        time += 1024 * SECOND;
    }
}

/// A licence client asks a server inside every minute, without any jitter.
fn licence(world: &mut World) {
    let device = world.org.device("HF-WS-058");
    let mut rng = Rng::stream("HF-WS-058", "licence");
    for day in [4, 7] {
        let from = march(day, 8, 30, 0);
        let Some(session) = world.session(device, from + 2 * HOUR) else { continue };
        let start = from.max(session.from + MINUTE);
        let client = crate::lab::process::Launch::new(
            "fdlicense.exe",
            "fdlicense.exe --server hf-app01 --interval 60",
            9 * HOUR,
        );
        let client = world.spawn(session.explorer, start, &client);
        let mut time = start + 5 * SECOND;
        while time < start + 8 * HOUR {
            if world.org.devices[device].is_awake(time) {
                connect(world, &mut rng, client, time, &Connection::tcp("10.20.10.16", 27_000, ""));
            }
            time += MINUTE;
        }
    }
}
