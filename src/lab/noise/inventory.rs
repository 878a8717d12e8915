//! Snapshots: what is known of each device, its network and each account, once a day and on changes.

use crate::lab::clock::{DAYS, HOUR, MINUTE, march, midnight};
use crate::lab::net::public_ip;
use crate::lab::org::{DOMAIN, DeviceKind, NETBIOS, UserKind};
use crate::lab::rng::Rng;
use crate::lab::rows::Row;
use crate::lab::world::{T, World};

pub(super) fn fill(world: &mut World, rows: usize) {
    for device in 0..world.org.devices.len() {
        for day in 0..DAYS {
            snapshot(world, device, day, 0);
        }
    }
    let mut rng = Rng::stream("inventory", "changes");
    while world.rows(T::DeviceInfo) < rows {
        let device = rng.index(world.org.devices.len());
        let day = rng.range(1, DAYS);
        snapshot(world, device, day, 1);
    }
}

/// The service reports a device whether or not it is awake, from what it knew last.
fn snapshot(world: &mut World, device: usize, day: i64, change: i64) {
    let it = world.org.devices[device].clone();
    let mut rng = Rng::stream(&it.short, &format!("snapshot {day} {change}"));
    let time = midnight(day) + rng.range(HOUR, 23 * HOUR);
    let owner = it.owner.map(|user| world.org.users[user].clone());
    let users = owner.map_or_else(
        || "[]".to_owned(),
        |user| format!(r#"[{{"UserName":"{}","DomainName":"{NETBIOS}","Sid":"{}"}}]"#, user.name, user.sid),
    );
    let public = public_ip(world, device);
    let patched = time > march(12, 10, 0, 0);
    let (platform, version, build, distribution) = match it.kind {
        DeviceKind::Workstation if device.is_multiple_of(6) => ("Windows10", "10.0", 19_045, "Windows10"),
        DeviceKind::Workstation => ("Windows11", "10.0", 22_631, "Windows11"),
        DeviceKind::Server => ("WindowsServer2022", "10.0", 20_348, "WindowsServer2022"),
        DeviceKind::Mac => ("macOS", "14.7", 23, "macOS"),
        DeviceKind::Linux => ("Linux", "12.9", 0, "Debian"),
    };
    let mut row = world.snapshot_row(T::DeviceInfo, device, time);
    row.set("ClientVersion", "10.8760.22621.1038")
        .set("PublicIP", public)
        .set("OSArchitecture", "64-bit")
        .set("OSPlatform", platform)
        .set("OSBuild", i64::from(build))
        .set("OSVersion", version)
        .set("OSDistribution", distribution)
        .set("OSVersionInfo", if platform == "Windows11" { "23H2" } else { "" })
        .set("IsAzureADJoined", it.kind == DeviceKind::Workstation)
        .set("JoinType", if it.kind == DeviceKind::Workstation { "Hybrid Azure AD Join" } else { "Domain Join" })
        .set("LoggedOnUsers", users)
        .set("MachineGroup", if it.kind == DeviceKind::Server { "Servers" } else { "Endpoints" })
        .set("OnboardingStatus", "Onboarded")
        .set("DeviceCategory", "Endpoint")
        .set("DeviceType", if it.kind == DeviceKind::Server { "Server" } else { "Workstation" })
        .set("IsInternetFacing", it.short == "HF-WEB01")
        .set("SensorHealthState", "Active")
        .set("ExposureLevel", if patched && change == 0 { "Low" } else { "Medium" })
        .set("AssetValue", if it.short.starts_with("HF-DC") { "High" } else { "Normal" })
        .set("ConnectivityType", "Streamlined")
        .set("IsExcluded", false)
        .set("IsTransient", false)
        .set("OsBuildRevision", if patched { "5039" } else { "4890" });
    network(world, device, time, &mut rng);
}

fn network(world: &mut World, device: usize, time: i64, rng: &mut Rng) {
    let it = world.org.devices[device].clone();
    let vpn = it.ip.starts_with("10.20.90.");
    let net = it.ip.rsplit_once('.').map_or("", |(net, _)| net).to_owned();
    let mut row = world.snapshot_row(T::DeviceNetworkInfo, device, time + rng.range(MINUTE, 5 * MINUTE));
    row.set("NetworkAdapterName", format!("{{{}}}", Rng::stream(&it.short, "adapter").guid().to_uppercase()))
        .set("MacAddress", it.mac.replace(':', "-").to_uppercase())
        .set("NetworkAdapterType", if it.laptop { "Wireless80211" } else { "Ethernet" })
        .set("NetworkAdapterStatus", "Up")
        .set("TunnelType", "None")
        .set(
            "ConnectedNetworks",
            format!(
                r#"[{{"Name":"{DOMAIN}","Category":"{}","IsConnectedToInternet":true}}]"#,
                if vpn { "Private" } else { "Domain" }
            ),
        )
        .set("DnsAddresses", r#"["10.20.10.11","10.20.10.12"]"#)
        .set("IPv4Dhcp", if it.kind == DeviceKind::Server { "" } else { "10.20.10.11" })
        .set("DefaultGateways", format!(r#"["{net}.1"]"#))
        .set("IPAddresses", format!(r#"[{{"IPAddress":"{}","SubnetPrefix":24,"AddressType":"Private"}}]"#, it.ip))
        .set("OnboardingStatus", "Onboarded");
}

/// Every account on the first day, again after a week, and what changed in between.
pub(super) fn identities(world: &mut World, rows: usize) {
    for user in 0..world.org.users.len() {
        let at = march(3, 1, 0, 0) + user as i64 * 7_130_011;
        account(world, user, at, true);
    }
    for user in 0..world.org.users.len() {
        if world.org.users[user].leaver {
            account(world, user, march(5, 17, 30, 0) + user as i64 * 1_000_003, false);
        }
    }
    let mut user = 0;
    while world.rows(T::IdentityInfo) < rows && user < world.org.users.len() {
        let enabled = !world.org.users[user].leaver;
        account(world, user, march(10, 1, 0, 0) + user as i64 * 7_130_017, enabled);
        user += 1;
    }
}

fn account(world: &mut World, user: usize, time: i64, enabled: bool) {
    let it = world.org.users[user].clone();
    let mut rng = Rng::stream(&it.name, &format!("identity {time}"));
    let person = it.kind == UserKind::Person;
    let mut row: Row<'_> = world.row(T::IdentityInfo, time);
    row.set("ReportId", rng.guid())
        .set("AccountObjectId", &it.object_id)
        .set("AccountUpn", &it.upn)
        .set("OnPremSid", &it.sid)
        .set("AccountDisplayName", &it.display)
        .set("AccountName", &it.name)
        .set("AccountDomain", DOMAIN)
        .set("Type", if person { "User" } else { "ServiceAccount" })
        .set("GivenName", &it.given)
        .set("Surname", &it.surname)
        .set("Department", it.department)
        .set("JobTitle", it.title)
        .set("EmailAddress", if person { it.upn.as_str() } else { "" })
        .set("SipProxyAddress", if person { it.upn.as_str() } else { "" })
        .set("City", if person { "Felixstowe" } else { "" })
        .set("Country", if person { "United Kingdom" } else { "" })
        .set("IsAccountEnabled", enabled)
        .set("CompanyName", "Halcyon Freight Ltd")
        .set("ChangeSource", "System-UserPersistence")
        .set("IdentityEnvironment", if person { "Hybrid" } else { "On-premises" })
        .set("CreatedDateTime", march(3, 0, 0, 0) - i64::from(rng.below(1800)) * 24 * HOUR);
    if it.kind == UserKind::Admin {
        row.set("AssignedRoles", r#"["Domain Admins"]"#).set("Tags", r#"["Sensitive"]"#);
    }
}
