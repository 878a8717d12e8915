//! Stopping a run: the answer is there at once, and its threads come to an end soon after, whatever they are at.

use std::time::{Duration, Instant};

use tallyho::engine::{Engine, EngineError, EngineOptions};
use tallyho::kql::{self, Context, Schema, ticks_of_date};
use tokio_util::sync::CancellationToken;

/// Work without end, of every kind that could keep a thread busy between two looks at the token.
const LONG: [&str; 16] = [
    "range x from 1 to 900000000 step 1 | where x % 7 == 8",
    "range x from 1 to 900000000 step 1 | summarize count() by x % 1000, bin(x, 100000)",
    "range x from 1 to 900000000 step 1 | summarize dcount(x), dcount(tostring(x)) by x % 10",
    "range x from 1 to 900000000 step 1 | extend s = strcat('a', x, 'b') | where s matches regex @'(a|aa)+[0-9]*c$'",
    "range x from 1 to 900000000 step 1 | where tostring(parse_json(strcat('{\"a\":[', x, ']}')).a[0]) == 'b'",
    "range x from 1 to 900000000 step 1 | summarize make_set(x % 100000), arg_max(x, s = tostring(x)) by x % 100",
    "range x from 1 to 900000000 step 1 | extend y = hash_sha256(tostring(x)) | where y has 'zzz'",
    "range x from 1 to 900000000 step 1 | join kind=inner (range x from 1 to 100000 step 1) on x | summarize max(x1)",
    "range x from 1 to 900000000 step 1 | top 1000 by tostring(x) desc",
    "range x from 1 to 900000000 step 1 | mv-expand y = range(1, 1000) | where tolong(y) < 0",
    "range x from 1 to 900000000 step 1 | sort by hash(x) asc | where x < 0",
    "range x from 1 to 900000000 step 1 | serialize total = row_cumsum(x) | where total < 0",
    "range x from 1 to 900000000 step 1 | serialize | scan declare (n: long = 0) with (step s: true => n = s.n + x;) \
     | where n < 0",
    "range x from 1 to 900000000 step 1 | extend t = datetime(2026-01-01) + x * 1ms \
     | make-series count() on t from datetime(2026-01-01) to datetime(2026-01-02) step 1m by y = x % 10",
    "range x from 1 to 30000 step 1 | extend k = 1 \
     | join kind=inner (range y from 1 to 30000 step 1 | extend k = 1) on k | summarize sum(x * y)",
    "range x from 1 to 4000 step 1 | project s = tostring(x % 50), t = tostring(x / 50 % 50) | make-graph s --> t \
     | graph-match (a)-[e1]->(b)-[e2]->(c)-[e3]->(d)-[e4]->(f) where strcat(e1.s, e2.s, e3.s, e4.s) == 'x' \
       project n = e3.t | count",
];

#[test]
fn a_stopped_run_ends_at_once_and_so_do_its_threads() {
    let folder = tempfile::tempdir().unwrap();
    let options = EngineOptions { partitions: 2, memory_limit: 512 << 20, ..EngineOptions::default() };
    let engine = Engine::open(folder.path(), &Schema::default(), &options, &|_| ()).unwrap();
    let capabilities = Engine::capabilities();
    let now = ticks_of_date(2026, 1, 31).unwrap();
    // Without optimising, computing a batch takes many times as long, and the machine may have other things to do.
    let [at_once, soon] = if cfg!(debug_assertions) { [1000, 8000] } else { [500, 2000] }.map(Duration::from_millis);
    for query in LONG {
        let analysis = kql::analyze(query, &Context::new(engine.schema(), now, Some(&capabilities)));
        let bound = analysis.query.unwrap_or_else(|| panic!("{query}: {:?}", analysis.diagnostics));
        let threads = engine.threads(|| ()).unwrap();
        let cancel = CancellationToken::new();
        let mut execution = engine.execute(&bound, threads.handle(), cancel.clone());
        std::thread::sleep(Duration::from_millis(100));
        let asked = Instant::now();
        cancel.cancel();
        let answer = threads.handle().block_on(execution.next());
        let answered = asked.elapsed();
        assert_eq!(answer.unwrap().unwrap_err(), EngineError::Cancelled, "{query}");
        drop(execution);
        threads.shutdown_timeout(Duration::from_secs(10));
        let ended = asked.elapsed();
        println!("{:>6.1} ms to the answer, {:>6.1} ms to the end: {query}", ms(answered), ms(ended));
        assert!(answered < at_once && ended < soon, "{query}: {answered:?}, {ended:?}");
    }
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
