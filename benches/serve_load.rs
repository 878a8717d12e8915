//! `cargo bench --bench serve_load [-- CLIENTS REQUESTS]`: the built server under a load of good and bad requests from
//! loopback. Prints latencies and the server's memory before and after; ends with 1 when anything came that had not to.

#[path = "../tests/it/load_client.rs"]
mod load_client;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Instant;

use load_client::{Report, load};

fn main() -> ExitCode {
    let mut numbers = std::env::args().skip(1).filter_map(|it| it.parse::<usize>().ok());
    let n_clients = numbers.next().unwrap_or(32);
    let n_requests = numbers.next().unwrap_or(20_000);
    let Some((mut child, address)) = start() else {
        tell("the server did not start");
        return ExitCode::FAILURE;
    };
    // Allocators and caches fill up first: only what grows afterwards is growth.
    let mut reports = vec![load(address, n_clients, n_requests / 4)];
    let before = memory(&child);
    let started = Instant::now();
    let report = load(address, n_clients, n_requests);
    let took = started.elapsed();
    let after = memory(&child);
    tell(&format!(
        "{n_clients} clients, {n_requests} requests: {took:.1?}, {:.0} a second",
        n_requests as f64 / took.as_secs_f64()
    ));
    for (name, share) in [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999), ("max", 1.0)] {
        tell(&format!("{name:>6}  {:.2?}", report.percentile(share)));
    }
    tell(&format!("statuses {:?}", report.statuses));
    tell(&format!("memory after warm-up {before} KiB, at the end {after} KiB"));
    reports.push(report);
    let _ = child.kill();
    let _ = child.wait();
    let faults: Vec<&String> = reports.iter().flat_map(|it: &Report| &it.faults).collect();
    faults.iter().take(20).for_each(|it| tell(&format!("fault: {it}")));
    if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The built program over its own lab, in a home of its own.
fn start() -> Option<(Child, SocketAddr)> {
    let home = std::env::temp_dir().join(format!("tallyho-serve-load-{}", std::process::id()));
    let mut child = Command::new(env!("CARGO_BIN_EXE_tallyho"))
        .args(["serve", "--port", "0", "--log", "off"])
        .env("TALLYHO_HOME", &home)
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    let mut lines = BufReader::new(child.stderr.take()?).lines().map_while(Result::ok);
    let line = lines.find(|line| line.contains("http://"))?;
    let address = line.rsplit("http://").next()?.trim().parse().ok()?;
    // Nobody may fill the pipe up.
    std::thread::spawn(move || lines.for_each(drop));
    Some((child, address))
}

/// Resident memory of the server in KiB; 0 where the system does not say.
fn memory(child: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|it| it.trim().split(' ').next()?.parse().ok()).unwrap_or(0)
}

fn tell(line: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}
