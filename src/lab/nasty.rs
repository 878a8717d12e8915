//! Values that break views: a few dozen benign rows with everything that real telemetry contains.

use super::clock::{HOUR, MINUTE, SECOND, march};
use super::net::{Connection, connect, ip_type};
use super::noise::file::{FileEvent, touch};
use super::noise::mail::{self, Mail};
use super::noise::process::encoded;
use super::noise::registry::set_value;
use super::process::Launch;
use super::rng::Rng;
use super::world::{Boot, Session, T, World};

pub(super) fn add(world: &mut World) {
    let device = world.org.device("HF-WS-019");
    let at = march(7, 11, 0, 0);
    let (Some(boot), Some(session)) = (world.boot(device, at), world.session(device, at)) else {
        world.fail("nobody is at HF-WS-019 for the hard values".to_owned());
        return;
    };
    command_lines(world, &session, at);
    file_names(world, &session, at + 5 * MINUTE);
    registry_data(world, &boot, at + 10 * MINUTE);
    addresses(world, &boot, at + 15 * MINUTE);
    numbers(world, &boot, &session);
    mails(world);
}

fn command_lines(world: &mut World, session: &Session, at: i64) {
    let mut long =
        String::from("\"C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe\" --type=renderer");
    let mut rng = Rng::stream("nasty", "long command");
    while long.len() < 6_000 {
        long.push_str(" --enable-features=");
        long.push_str(&rng.letters(24));
    }
    world.spawn(session.browser, at, &Launch::new("msedge.exe", long, MINUTE));
    let nested =
        "cmd.exe /c \"echo %COMSPEC% \"\"quoted\"\" ^& echo 'single' \\\\server\\share\\ > \"C:\\Temp\\a b.txt\"\"";
    world.spawn(session.explorer, at + SECOND, &Launch::new("cmd.exe", nested, 3 * SECOND));
    let padded = format!("powershell.exe -NoProfile -EncodedCommand {}", encoded("Write-Output 'padded'\0\0\0"));
    world.spawn(session.explorer, at + 2 * SECOND, &Launch::new("powershell.exe", padded, 3 * SECOND));
    world.spawn(
        session.explorer,
        at + 3 * SECOND,
        &Launch::new("notepad.exe", "notepad.exe first line\r\nsecond\tline", SECOND),
    );
    world.spawn(session.explorer, at + 4 * SECOND, &Launch::new("calc.exe", "", SECOND));
}

fn file_names(world: &mut World, session: &Session, at: i64) {
    let long = format!("{}.docx", "very long report name ".repeat(9).trim_end());
    let names = [
        "فاتورة شحن.pdf",
        "发票 48213.xlsx",
        "請求書®.pdf",
        "RatesÂ®.xlsx",
        "report\u{202e}fdp.docx",
        "naïve café – “quoted”.txt",
        "O'Dea & Sons; 100% [final](2).csv",
        "🚢 schedule.ics",
        long.as_str(),
        " leading and trailing .txt",
    ];
    for (number, name) in names.into_iter().enumerate() {
        let time = at + number as i64 * SECOND;
        let file = FileEvent { action: "FileCreated", folder: r"C:\Temp\Übergabe", name, hashes: None };
        touch(world, session.explorer, time, &file)
            .set("SensitivityLabel", if number % 2 == 0 { "General" } else { "" });
    }
}

fn registry_data(world: &mut World, boot: &Boot, at: i64) {
    let key = r"HKEY_LOCAL_MACHINE\SOFTWARE\Bollard\FreightDesk\9.2\Labels";
    let values = [
        ("Address", "String", "Halcyon Freight Ltd\r\nDock Road 4\r\n\tFelixstowe"),
        ("Separator", "String", "\u{85}\u{9b}31m\u{9f}"),
        ("Escape", "String", "\u{1b}[31mred\u{1b}[0m \u{7} bell"),
        ("Mojibake", "String", "Ã…se Lindqvist, JosÃ© MuÃ±oz"),
        ("Empty", "String", ""),
        (
            "Privileges",
            "MultiString",
            "SeChangeNotifyPrivilege\r\n\t\t\tSeShutdownPrivilege\r\n\t\t\tSeUndockPrivilege",
        ),
        ("Zero width", "String", "a\u{200b}b\u{feff}c\u{ad}d"),
        ("Combining", "String", "Zoe\u{308} n\u{303} 👩‍🚒 👍🏽"),
        ("", "String", "the default value"),
    ];
    for (number, value) in values.into_iter().enumerate() {
        set_value(world, boot.svchost[1], at + number as i64 * SECOND, key, value);
    }
}

fn addresses(world: &mut World, boot: &Boot, at: i64) {
    let mut rng = Rng::stream("nasty", "addresses");
    let ends = [
        ("fe80::4d2:1aff:fe3b:9c01%12", 5353),
        ("::ffff:10.20.10.13", 445),
        ("2001:db8:20:10::11", 443),
        ("::1", 49_670),
        ("127.0.0.1", 0),
        ("", 0),
    ];
    for (number, (ip, port)) in ends.into_iter().enumerate() {
        let time = at + number as i64 * SECOND;
        let mut row = connect(world, &mut rng, boot.svchost[2], time, &Connection::tcp(ip, port, ""));
        row.set("RemoteIPType", ip_type(ip));
    }
    let url = "https://search.example/?q=%22demurrage%22&lang=en#:~:text=100%25;drop%20table";
    let ip = world.sites.sites[4].ip.clone();
    connect(world, &mut rng, boot.svchost[2], at + 10 * SECOND, &Connection::tcp(&ip, 443, url));
}

fn numbers(world: &mut World, boot: &Boot, session: &Session) {
    let device = world.process(boot.lsass).device;
    let skew = world.org.devices[device].skew;
    // Exactly on the edge of a bin by the device's own clock, and twice at the same instant.
    let edge = march(7, 12, 0, 0) - skew;
    let account = world.accounts[session.user];
    for logon_id in [0x1_0000_0001_i64, 0x7fff_ffff_ffff] {
        world
            .process_row(T::DeviceLogonEvents, boot.lsass, edge)
            .set("ActionType", "LogonSuccess")
            .set("LogonType", "Unlock")
            .set("Protocol", "Negotiate")
            .set("AccountDomain", account.domain)
            .set("AccountName", account.name)
            .set("AccountSid", account.sid)
            .set("LogonId", logon_id);
    }
    // One more tick is the next bin's first, one less the last of the one before.
    for time in [edge - 1, edge + HOUR - 1, edge + HOUR] {
        let file = FileEvent { action: "FileModified", folder: r"C:\Temp", name: "edge.txt", hashes: None };
        touch(world, boot.svchost[0], time, &file).set("FileSize", 0_i64);
    }
}

fn mails(world: &mut World) {
    let subjects = [
        "🚢 ETA Felixstowe 🎉",
        "Invoice \u{202e}gpj.exe",
        "运费报价 / عرض سعر",
        "Re: \"quoted\" <b>bold</b> & \\backslash",
        "   ",
        "=?utf-8?Q?Encoded_but_not_decoded?=",
    ];
    let mut rng = Rng::stream("nasty", "mail");
    for (number, subject) in subjects.into_iter().enumerate() {
        mail::write(
            world,
            &Mail {
                time: march(7, 11, 30, number as i64),
                id: rng.guid(),
                sender: ("agent@kestrel-cold-chain.example".to_owned(), "Kestrel “Cold” Chain".to_owned()),
                sender_ip: "203.0.113.48".to_owned(),
                recipient: world.org.user(["a.lindqvist", "j.munoz", "w.li", "m.odea"][number % 4]),
                outside: None,
                subject: subject.to_owned(),
                direction: "Inbound",
                threat: "",
                blocked: false,
                urls: Vec::new(),
                files: Vec::new(),
            },
        );
    }
}
