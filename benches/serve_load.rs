//! `cargo bench --bench serve_load [-- CLIENTS REQUESTS]`: the built server under a load of good and bad requests from
//! loopback. Prints latencies and the server's memory before and after; ends with 1 when anything came that had not to.

#[path = "../tests/it/load_client.rs"]
mod load_client;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Instant;

use load_client::{Report, load};

/// Memory is read after each, so that growth can be told from a level that was reached late.
const ROUNDS: usize = 4;

fn main() -> ExitCode {
    let mut numbers = std::env::args().skip(1).filter_map(|it| it.parse::<usize>().ok());
    let n_clients = numbers.next().unwrap_or(32);
    let n_requests = numbers.next().unwrap_or(20_000);
    let Some((mut child, address)) = start() else {
        tell("the server did not start");
        return ExitCode::FAILURE;
    };
    // Allocators and caches fill up first: only what grows afterwards is growth.
    let mut faults = load(address, n_clients, n_requests / 4).faults;
    let mut memory_told = vec![memory(&child)];
    let mut all = Report::default();
    let started = Instant::now();
    for _ in 0..ROUNDS {
        let round = load(address, n_clients, n_requests / ROUNDS);
        memory_told.push(memory(&child));
        all.add(round);
    }
    let took = started.elapsed();
    let per_second = all.latencies.len() as f64 / took.as_secs_f64();
    tell(&format!("{n_clients} clients, {n_requests} requests: {took:.1?}, {per_second:.0} answers a second"));
    for (name, share) in [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999), ("max", 1.0)] {
        tell(&format!("{name:>6}  {:.2?}", all.percentile(share)));
    }
    tell(&format!("statuses {:?} (0: went away without reading)", all.statuses));
    tell(&format!("resident KiB after warm-up and after each of {ROUNDS} rounds: {memory_told:?}"));
    faults.extend(all.faults);
    let _ = child.kill();
    let _ = child.wait();
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
