//! The outside world: six hundred sites with fixed addresses, and how a connection becomes a row.
//!
//! Names are reserved ones (`.example`, `.test`) and addresses those of RFC 5737, which the sensor would call public.

use super::org;
use super::process::ProcessId;
use super::rng::Rng;
use super::rows::Row;
use super::world::{T, World};

/// A name on the internet and where it is.
#[derive(Debug, Clone)]
pub(super) struct Site {
    pub(super) name: String,
    pub(super) ip: String,
}

/// Sites by how often they are asked for, the most frequent first.
#[derive(Debug)]
pub(super) struct Sites {
    pub(super) sites: Vec<Site>,
    weights: Vec<u32>,
}

/// Addresses with a meaning in the story: no ordinary site has them.
const TAKEN: [&str; 5] = ["198.51.100.23", "198.51.100.87", "198.51.100.140", "203.0.113.77", "192.0.2.53"];

const KNOWN: [&str; 20] = [
    "outlook.cloudoffice.example",
    "teams.cloudoffice.example",
    "halcyonfreight.sharebox.example",
    "login.identity.example",
    "search.example",
    "telemetry.osvendor.example",
    "update.osvendor.example",
    "cloud.antivirus.example",
    "portal.freightexchange.example",
    "news.example",
    "cdn.cloudoffice.example",
    "graph.cloudoffice.example",
    "maps.example",
    "www.portauthority.example",
    "static.search.example",
    "sync.sharebox.example",
    "customs-gov.example",
    "meet.spindrift.example",
    "weather.example",
    "tracking.shipline.example",
];

impl Sites {
    pub(super) fn new() -> Self {
        let pool = addresses();
        let mut rng = Rng::stream("sites", "names");
        let mut names: Vec<String> = KNOWN.iter().map(|name| (*name).to_owned()).collect();
        while names.len() < 600 {
            let name = site_name(&mut rng);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let sites: Vec<Site> = names
            .into_iter()
            .enumerate()
            .map(|(number, name)| Site { name, ip: pool[(number * 7) % pool.len()].clone() })
            .collect();
        let weights = (1..=sites.len() as u128).map(zipf).collect();
        Self { sites, weights }
    }

    pub(super) fn pick(&self, rng: &mut Rng) -> &Site {
        &self.sites[rng.weighted(&self.weights)]
    }
}

/// A million divided by n to the power of 1.1, by integers: n^1.1 is the tenth root of n^11, sought in quarters.
fn zipf(n: u128) -> u32 {
    let wanted = n.pow(11) << 20;
    let (mut low, mut high) = (4_u128, 5_000_u128);
    while low < high {
        let middle = (low + high).div_ceil(2);
        if middle.pow(10) <= wanted { low = middle } else { high = middle - 1 }
    }
    (4_000_000 / low) as u32
}

fn addresses() -> Vec<String> {
    let nets = (1..255)
        .map(|host| format!("198.51.100.{host}"))
        .chain((1..130).map(|host| format!("203.0.113.{host}")))
        .chain((20..255).map(|host| format!("192.0.2.{host}")));
    nets.filter(|ip| !TAKEN.contains(&ip.as_str())).collect()
}

fn site_name(rng: &mut Rng) -> String {
    const HOSTS: [&str; 12] =
        ["www", "cdn", "api", "static", "img", "assets", "login", "app", "eu", "mail", "events", "ads"];
    const FIRST: [&str; 24] = [
        "harbor", "cargo", "north", "river", "trade", "blue", "bright", "swift", "iron", "maple", "delta", "summit",
        "port", "metro", "clear", "silver", "ocean", "green", "stone", "rapid", "union", "prime", "atlas", "cedar",
    ];
    const SECOND: [&str; 24] = [
        "line", "press", "media", "works", "bank", "parts", "supply", "mart", "data", "travel", "tools", "lane",
        "food", "studio", "forum", "metrics", "ledger", "fleet", "foundry", "hub", "pack", "desk", "yard", "post",
    ];
    let suffix = if rng.chance(850) { "example" } else { "test" };
    format!("{}.{}{}.{suffix}", rng.pick(&HOSTS), rng.pick(&FIRST), rng.pick(&SECOND))
}

/// One connection, seen from the device that makes or accepts it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Connection<'a> {
    pub(super) action: &'a str,
    pub(super) ip: &'a str,
    pub(super) port: i64,
    pub(super) url: &'a str,
    pub(super) protocol: &'a str,
}

impl<'a> Connection<'a> {
    pub(super) fn tcp(ip: &'a str, port: i64, url: &'a str) -> Self {
        Self { action: "ConnectionSuccess", ip, port, url, protocol: "Tcp" }
    }
}

/// Writes the row of a connection that a process makes; gives the row for what is special about it.
pub(super) fn connect<'w>(
    world: &'w mut World,
    rng: &mut Rng,
    process: ProcessId,
    time: i64,
    connection: &Connection<'_>,
) -> Row<'w> {
    let device = world.process(process).device;
    let local = world.org.devices[device].ip.clone();
    let mut row = world.process_row(T::DeviceNetworkEvents, process, time);
    row.set("ActionType", connection.action)
        .set("RemoteIP", connection.ip)
        .set("RemotePort", connection.port)
        .set("RemoteUrl", connection.url)
        .set("LocalIP", local)
        .set("LocalPort", rng.range(49_152, 51_200))
        .set("Protocol", connection.protocol)
        .set("LocalIPType", "Private")
        .set("RemoteIPType", ip_type(connection.ip));
    row
}

/// What the sensor calls an address. Address libraries would call the documentation nets reserved.
pub(super) fn ip_type(ip: &str) -> &'static str {
    match ip {
        "" => "",
        _ if ip.starts_with("10.") => "Private",
        _ if ip.starts_with("127.") || ip == "::1" => "Loopback",
        _ if ip.starts_with("fe80:") => "LinkLocal",
        _ if ip.starts_with("::ffff:") => "FourToSixMapping",
        _ => "Public",
    }
}

/// The address that a device is seen from outside.
pub(super) fn public_ip(world: &World, device: usize) -> String {
    let ip = &world.org.devices[device].public_ip;
    if ip.is_empty() { org::EGRESS[0].to_owned() } else { ip.clone() }
}
