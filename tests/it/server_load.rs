//! A small load of good and bad requests; `benches/serve_load.rs` is the large one.

use crate::load_client::load;
use crate::served::{Served, send};

#[test]
fn many_clients_good_and_bad_get_their_answers() {
    let served = Served::new();
    let report = load(served.address, 8, 400);
    assert!(report.faults.is_empty(), "{:#?}", report.faults);
    assert_eq!(report.statuses.values().sum::<usize>(), 400);
    assert!(report.statuses.keys().all(|status| *status < 500), "{:?}", report.statuses);
    assert!(report.percentile(0.5) <= report.percentile(1.0));
    let health = send(served.address, "GET", "/healthz", &[], "").json();
    assert_eq!(health["queued"], 0, "{health}");
}
