//! Ordinary mail, the links and attachments in it, what was removed later, and who clicked.

use super::process::document_name;
use crate::lab::catalog::Hashes;
use crate::lab::clock::{self, DAYS, END, HOUR, MINUTE, SECOND};
use crate::lab::net::public_ip;
use crate::lab::org::DOMAIN;
use crate::lab::rng::Rng;
use crate::lab::rows::Sym;
use crate::lab::world::{T, World};

/// One mail to one recipient.
#[derive(Debug, Clone)]
pub(in crate::lab) struct Mail {
    pub(in crate::lab) time: i64,
    pub(in crate::lab) id: String,
    /// Address and display name.
    pub(in crate::lab) sender: (String, String),
    pub(in crate::lab) sender_ip: String,
    pub(in crate::lab) recipient: usize,
    /// Somebody outside, for mail that leaves.
    pub(in crate::lab) outside: Option<String>,
    pub(in crate::lab) subject: String,
    pub(in crate::lab) direction: &'static str,
    /// `Phish`, `Spam`, `Malware` or nothing.
    pub(in crate::lab) threat: &'static str,
    pub(in crate::lab) blocked: bool,
    pub(in crate::lab) urls: Vec<String>,
    /// File names and their hashes.
    pub(in crate::lab) files: Vec<(String, Hashes)>,
}

/// A link in a mail that arrived.
#[derive(Debug, Clone)]
struct Link {
    time: i64,
    id: String,
    url: String,
    recipient: usize,
}

pub(super) struct Rates {
    pub(super) mails: usize,
    pub(super) urls: usize,
    pub(super) files: usize,
    pub(super) removed: usize,
    pub(super) clicks: usize,
}

pub(super) fn fill(world: &mut World, rates: &Rates) {
    let mut rng = Rng::stream("mail", "fill");
    let count = rates.mails.saturating_sub(world.rows(T::EmailEvents));
    let urls = spread(&mut rng, rates.urls.saturating_sub(world.rows(T::EmailUrlInfo)), count);
    let files = spread(&mut rng, rates.files.saturating_sub(world.rows(T::EmailAttachmentInfo)), count);
    let mut links = Vec::new();
    let mut threats = Vec::new();
    for number in 0..count {
        let mail = ordinary(world, &mut rng, urls[number], files[number]);
        write(world, &mail);
        if !mail.blocked && mail.outside.is_none() {
            links.extend(mail.urls.iter().map(|url| Link {
                time: mail.time,
                id: mail.id.clone(),
                url: url.clone(),
                recipient: mail.recipient,
            }));
        }
        if !mail.threat.is_empty() && !mail.blocked {
            threats.push(mail);
        }
    }
    for mail in threats.iter().filter(|mail| mail.time < END - 5 * HOUR) {
        if world.rows(T::EmailPostDeliveryEvents) < rates.removed {
            remove(world, mail, mail.time + rng.range(5 * MINUTE, 4 * HOUR));
        }
    }
    links.retain(|link| link.time < END - 26 * HOUR);
    while world.rows(T::UrlClickEvents) < rates.clicks && !links.is_empty() {
        let link = links.swap_remove(rng.index(links.len()));
        let time = link.time + rng.range(20 * SECOND, 24 * HOUR);
        let warned = rng.chance(15);
        click(
            world,
            &link.id,
            &link.url,
            link.recipient,
            time,
            if warned { "ClickBlocked" } else { "ClickAllowed" },
            false,
        );
    }
}

/// So many things over so many places, at random, exactly.
fn spread(rng: &mut Rng, things: usize, places: usize) -> Vec<usize> {
    let mut counts = vec![0; places];
    for _ in 0..if places == 0 { 0 } else { things } {
        counts[rng.index(places)] += 1;
    }
    counts
}

fn ordinary(world: &mut World, rng: &mut Rng, urls: usize, files: usize) -> Mail {
    let day = if rng.chance(900) { clock::work_day(rng) } else { rng.range(0, DAYS) };
    let time = clock::work_time(rng, day).min(END - SECOND);
    let people: Vec<usize> = world.org.people().collect();
    let (recipient, colleague) = (people[rng.index(people.len())], people[rng.index(people.len())]);
    let partner = partner(world, rng);
    let direction = ["Inbound", "Intra-org", "Outbound"][rng.weighted(&[55, 35, 10])];
    let colleague = world.org.users[colleague].clone();
    let threat = if direction == "Inbound" { ["", "Spam", "Phish"][rng.weighted(&[873, 85, 42])] } else { "" };
    let internal = direction != "Inbound";
    Mail {
        time,
        id: rng.short_guid("4c1a-b7e3-08dd5a0c71e9"),
        sender: if internal {
            (colleague.upn, colleague.display)
        } else {
            (format!("{}@{}", partner.0, partner.1), partner.2.clone())
        },
        sender_ip: if internal { String::new() } else { partner.3 },
        recipient,
        outside: (direction == "Outbound").then(|| format!("{}@{}", partner.0, partner.1)),
        subject: subject(rng, threat),
        direction,
        threat,
        blocked: !threat.is_empty() && rng.chance(600),
        urls: (0..urls).map(|_| link(world, rng)).collect(),
        files: (0..files).map(|_| attachment(world, rng)).collect(),
    }
}

/// Somebody at a customer: local part, domain, display name, address of the mail server.
fn partner(world: &World, rng: &mut Rng) -> (&'static str, String, String, String) {
    const PEOPLE: [(&str, &str); 8] = [
        ("orders", "Order Desk"),
        ("j.keller", "Jonas Keller"),
        ("dispatch", "Dispatch"),
        ("newsletter", "Newsletter"),
        ("m.costa", "Marta Costa"),
        ("accounts", "Accounts"),
        ("noreply", "No Reply"),
        ("s.ito", "Sora Ito"),
    ];
    let (local, display) = PEOPLE[rng.index(PEOPLE.len())];
    let site = &world.sites.sites[20 + rng.index(120)];
    let domain = site.name.split_once('.').map_or(site.name.as_str(), |(_, domain)| domain);
    (local, domain.to_owned(), display.to_owned(), site.ip.clone())
}

fn link(world: &World, rng: &mut Rng) -> String {
    let site = world.sites.pick(rng).name.clone();
    match rng.below(4) {
        0 => format!("https://{site}/"),
        1 => format!("https://{site}/news/{}", rng.range(100, 999)),
        2 => format!("https://{site}/track?ref=HF{}", rng.range(10_000, 99_999)),
        _ => format!("https://{site}/unsubscribe"),
    }
}

fn attachment(world: &mut World, rng: &mut Rng) -> (String, Hashes) {
    let extension = ["pdf", "xlsx", "docx", "png", "ics"][rng.weighted(&[45, 20, 15, 12, 8])];
    let name = document_name(rng, extension);
    let hashes = Hashes::of(&mut world.pool, &format!("attachment {name}"));
    (name, hashes)
}

fn subject(rng: &mut Rng, threat: &str) -> String {
    const SUBJECTS: [&str; 14] = [
        "Rate request",
        "Booking confirmation",
        "Delivery window",
        "Customs clearance",
        "Re: Container",
        "Weekly rota",
        "Invoice",
        "Statement of account",
        "Vessel delay",
        "Minutes",
        "Fuel surcharge update",
        "Port closure",
        "Re: Claim",
        "Your shipment",
    ];
    match threat {
        "Spam" => rng
            .pick(&["Winter sale ends today", "You have been selected", "Cheaper pallets now", "Last chance: webinar"])
            .to_owned(),
        "Phish" => rng
            .pick(&["Your mailbox is full", "Unpaid parcel fee", "Password expires today", "Voice message received"])
            .to_owned(),
        _ => format!("{} {}", rng.pick(&SUBJECTS), rng.range(10_000, 99_999)),
    }
}

/// Writes a mail with its links and attachments. Gives nothing: the rows are the last of their tables.
pub(in crate::lab) fn write(world: &mut World, mail: &Mail) {
    let recipient = world.org.users[mail.recipient].clone();
    let (address, object) = match &mail.outside {
        Some(address) => (address.clone(), String::new()),
        None => (recipient.upn.clone(), recipient.object_id.clone()),
    };
    let domain = mail.sender.0.rsplit_once('@').map_or("", |(_, domain)| domain);
    let sender_object =
        world.org.users.iter().find(|user| user.upn == mail.sender.0).map(|user| user.object_id.clone());
    let compact = mail.id.replace('-', "");
    let location = match (mail.blocked, mail.threat, mail.direction) {
        (true, ..) => "Quarantine",
        (_, "Spam", _) => "Junk folder",
        (_, _, "Outbound") => "On-premises/external",
        _ => "Inbox/folder",
    };
    let action = if mail.blocked {
        "Blocked"
    } else if location == "Junk folder" {
        "Junked"
    } else {
        "Delivered"
    };
    let detection = match mail.threat {
        "" => String::new(),
        threat => format!(r#"{{"{threat}":["Advanced filter"]}}"#),
    };
    // The mail tables know whole seconds only.
    let time = mail.time / SECOND * SECOND;
    let cluster = i64::from(Rng::stream(&mail.sender.0, &mail.subject).next());
    let mut row = world.row(T::EmailEvents, time);
    row.set("NetworkMessageId", &mail.id)
        .set("InternetMessageId", format!("<{compact}@{domain}>"))
        .set("SenderMailFromAddress", &mail.sender.0)
        .set("SenderFromAddress", &mail.sender.0)
        .set("SenderDisplayName", &mail.sender.1)
        .set("SenderObjectId", sender_object.unwrap_or_default())
        .set("SenderMailFromDomain", domain)
        .set("SenderFromDomain", domain)
        .set("SenderIPv4", &mail.sender_ip)
        .set("RecipientEmailAddress", &address)
        .set("RecipientObjectId", &object)
        .set("Subject", &mail.subject)
        .set("EmailClusterId", cluster)
        .set("EmailDirection", mail.direction)
        .set("DeliveryAction", action)
        .set("DeliveryLocation", location)
        .set("LatestDeliveryAction", action)
        .set("LatestDeliveryLocation", location)
        .set("ThreatTypes", mail.threat)
        .set("DetectionMethods", &detection)
        .set(
            "ConfidenceLevel",
            if mail.threat.is_empty() { String::new() } else { format!(r#"{{"{}":"High"}}"#, mail.threat) },
        )
        .set(
            "AuthenticationDetails",
            if mail.threat == "Phish" {
                r#"{"SPF":"fail","DKIM":"none","DMARC":"fail"}"#
            } else {
                r#"{"SPF":"pass","DKIM":"pass","DMARC":"pass"}"#
            },
        )
        .set("AttachmentCount", mail.files.len() as i64)
        .set("UrlCount", mail.urls.len() as i64)
        .set("EmailLanguage", "en")
        .set("ReportId", format!("{}-1", mail.id));
    for (number, url) in mail.urls.iter().enumerate() {
        let host = url.split('/').nth(2).unwrap_or_default();
        world
            .row(T::EmailUrlInfo, time)
            .set("NetworkMessageId", &mail.id)
            .set("Url", url)
            .set("UrlDomain", host)
            .set("UrlLocation", if number % 5 == 4 { "Subject" } else { "Body" })
            .set("ReportId", format!("{}-1", mail.id));
    }
    for (name, hashes) in &mail.files {
        world
            .row(T::EmailAttachmentInfo, time)
            .set("NetworkMessageId", &mail.id)
            .set("SenderFromAddress", &mail.sender.0)
            .set("SenderDisplayName", &mail.sender.1)
            .set("RecipientEmailAddress", &address)
            .set("RecipientObjectId", &object)
            .set("FileName", name)
            .set("FileType", name.rsplit_once('.').map_or("", |(_, extension)| extension))
            .set("SHA256", hashes.sha256)
            .set("FileSize", hashes.size)
            .set("ThreatTypes", if mail.threat == "Spam" { "" } else { mail.threat })
            .set("ReportId", format!("{}-1", mail.id));
    }
}

/// The service takes a delivered mail away again.
pub(in crate::lab) fn remove(world: &mut World, mail: &Mail, time: i64) {
    let address = world.org.users[mail.recipient].upn.clone();
    let domain = mail.sender.0.rsplit_once('@').map_or("", |(_, domain)| domain);
    let spam = mail.threat == "Spam";
    world
        .row(T::EmailPostDeliveryEvents, time)
        .set("NetworkMessageId", &mail.id)
        .set("InternetMessageId", format!("<{}@{domain}>", mail.id.replace('-', "")))
        .set("Action", if spam { "Moved to junk folder" } else { "Moved to quarantine" })
        .set("ActionType", if spam { "Spam ZAP" } else { "Phish ZAP" })
        .set("ActionTrigger", "SpecialAction")
        .set("ActionResult", "Success")
        .set("RecipientEmailAddress", address)
        .set("DeliveryLocation", if spam { "Junk folder" } else { "Quarantine" })
        .set("SourceLocation", "Inbox/folder")
        .set("ThreatTypes", mail.threat)
        .set("ReportId", format!("{}-2", mail.id));
}

/// Somebody follows a link of a mail; gives nothing but the row.
pub(in crate::lab) fn click(
    world: &mut World,
    id: &str,
    url: &str,
    user: usize,
    time: i64,
    action: &str,
    through: bool,
) {
    let upn = world.org.users[user].upn.clone();
    let device = world.org.devices.iter().position(|device| device.owner == Some(user));
    let ip = device.map(|device| public_ip(world, device)).unwrap_or_default();
    let mut rng = Rng::stream(id, url);
    let report: Sym = world.pool.intern(&rng.short_guid("4f77-8c02-08dd5a1d90b4"));
    let threat = if action == "ClickAllowed" { "" } else { "Phish" };
    world
        .row(T::UrlClickEvents, time)
        .set("Url", url)
        .set("ActionType", action)
        .set("AccountUpn", upn)
        .set("Workload", "Email")
        .set("NetworkMessageId", id)
        .set("ThreatTypes", threat)
        .set("DetectionMethods", if threat.is_empty() { "" } else { r#"{"Phish":["URL detonation reputation"]}"# })
        .set("IPAddress", ip)
        .set("IsClickedThrough", through)
        .set("UrlChain", format!("[\"{url}\"]"))
        .set("ReportId", report);
}

/// The address of a sender that only looks like the company's.
pub(in crate::lab) fn look_alike() -> String {
    format!("accounts@{}", DOMAIN.replacen('l', "1", 1))
}
