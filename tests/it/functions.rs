//! The one list of what the engine runs: that it is true, and that README and guide say the same.

use std::fmt::Write as _;
use std::path::Path;

use tallyho::engine::Engine;
use tallyho::kql::{self, Capabilities, Context, Schema, Severity, Support, SupportKind, support, support_table};

/// A row with a column of each type, on which window functions may be called.
const ROWS: &str =
    "datatable(l: long, r: real, s: string, t: datetime, n: timespan, d: dynamic, b: bool)[] | serialize";

/// What a function that is tried is given, in every order and number up to three.
const VALUES: [&str; 9] = ["l", "r", "s", "t", "n", "d", "b", "'a'", "1"];

/// Calls that take more than three values, or something else than values.
const CALLS: &[(&str, &str)] = &[
    ("around", "extend y = around(t, t, 1h)"),
    ("column_ifexists", "extend y = column_ifexists('l', l)"),
    ("column_names_of", "extend y = column_names_of((print 1))"),
    ("table", "join (table('T')) on l"),
    ("bin_auto", "extend y = bin_auto(l); set query_bin_auto_size=1; set query_bin_auto_at=0"),
    ("base64_encode_fromguid", "extend y = base64_encode_fromguid(toguid(s))"),
    ("datetime_add", "extend y = datetime_add('day', l, t)"),
    ("datetime_diff", "extend y = datetime_diff('day', t, t)"),
    ("datetime_part", "extend y = datetime_part('day', t)"),
    ("format_datetime", "extend y = format_datetime(t, 'yyyy')"),
    ("format_timespan", "extend y = format_timespan(l * 1h, 'hh')"),
    ("series_fft", "project series_fft(d)"),
    ("series_ifft", "project series_ifft(d, d)"),
    ("series_fit_line", "project series_fit_line(d)"),
    ("series_stats", "project series_stats(d)"),
    ("toscalar", "extend y = toscalar(print 1)"),
    ("case", "extend y = case(b, l, l)"),
    ("make_datetime", "extend y = make_datetime(2024, 1, 2, 3, 4, 5.0)"),
    ("make_timespan", "extend y = make_timespan(1, 2, 3)"),
    ("row_window_session", "extend y = row_window_session(t, 1h, 1m)"),
    ("replace_strings", "extend y = replace_strings(s, dynamic(['a']), dynamic(['b']))"),
    ("translate", "extend y = translate('a', 'b', s)"),
    ("unixtime_seconds_todatetime", "extend y = unixtime_seconds_todatetime(1)"),
    ("geo_distance_2points", "extend y = geo_distance_2points(r, r, r, r)"),
    ("geo_point_in_circle", "extend y = geo_point_in_circle(r, r, r, r, r)"),
    ("geo_azimuth", "extend y = geo_azimuth(r, r, r, r)"),
    ("geo_distance_point_to_polygon", "extend y = geo_distance_point_to_polygon(r, r, d)"),
    ("series_fit_poly", "project series_fit_poly(d)"),
    ("series_iir", "extend y = series_iir(d, dynamic([1]), dynamic([1]))"),
    ("extract", "extend y = extract('(a)', 1, s)"),
    ("extract_all", "extend y = extract_all(@'(a)', s)"),
    ("array_iff", "extend y = array_iff(dynamic([true]), l, l)"),
    ("percentile_array_tdigest", "summarize y = tdigest(l) | extend z = percentile_array_tdigest(y, 50)"),
    ("percentile_tdigest", "summarize y = tdigest(l) | extend z = percentile_tdigest(y, 50)"),
];

/// Functions that mean something only in a pattern of a graph.
const IN_A_GRAPH: &[(&str, &str)] = &[
    ("all", "where all(p, l > 0) project s = a.s"),
    ("any", "where any(p, l > 0) project s = a.s"),
    ("inner_nodes", "where all(inner_nodes(p), s != '') project s = a.s"),
    ("map", "project y = map(p, l)"),
    ("node_degree_in", "project y = node_degree_in(a)"),
    ("node_degree_out", "project y = node_degree_out(a)"),
    ("node_id", "project y = node_id(a)"),
    ("labels", "project y = labels(a)"),
];

/// Operators and plugins that run, each in a query.
const QUERIES: &[(&str, &str)] = &[
    ("as", "T | as U | count"),
    ("consume", "T | consume"),
    ("count", "T | count"),
    ("distinct", "T | distinct s"),
    ("evaluate", "T | evaluate narrow()"),
    ("extend", "T | extend y = 1"),
    ("filter", "T | filter l == 1"),
    ("find", "find in (T) where l == 1"),
    ("facet", "T | facet by s"),
    ("fork", "T | fork (count) (take 1)"),
    ("getschema", "T | getschema"),
    (
        "graph-mark-components",
        "T | make-graph s --> s with_node_id = id | graph-mark-components with_component_id = c | graph-to-table nodes",
    ),
    ("graph-match", "T | make-graph s --> s with_node_id = id | graph-match (a)-[e]->(b) project x = a.id"),
    (
        "graph-shortest-paths",
        "T | make-graph s --> s with_node_id = id | graph-shortest-paths (a)-[e*1..3]->(b) project x = a.id",
    ),
    ("graph-to-table", "T | make-graph s --> s with_node_id = id | graph-to-table nodes"),
    (
        "graph-where-nodes",
        "T | make-graph s --> s with_node_id = id | graph-where-nodes id != '' | graph-to-table nodes",
    ),
    ("invoke", "let f = (x: (l: long)) { x | count }; T | invoke f()"),
    ("join", "T | join T on l"),
    ("limit", "T | limit 1"),
    ("lookup", "T | lookup T on l"),
    ("make-graph", "T | make-graph s --> s with_node_id = id | graph-to-table nodes"),
    ("make-series", "T | make-series count() on t step 1h"),
    ("mv-apply", "T | mv-apply d on (take 1)"),
    ("mv-expand", "T | mv-expand d"),
    ("order", "T | order by l"),
    ("parse", "T | parse s with 'a' x"),
    ("parse-kv", "T | parse-kv s as (a: string)"),
    ("parse-where", "T | parse-where s with 'a' x"),
    ("partition", "T | partition by s (take 1)"),
    ("print", "print 1"),
    ("project", "T | project l"),
    ("project-away", "T | project-away l"),
    ("project-by-names", "T | project-by-names dynamic(['l'])"),
    ("project-keep", "T | project-keep l"),
    ("project-rename", "T | project-rename y = l"),
    ("project-reorder", "T | project-reorder l"),
    ("range", "range x from 1 to 2 step 1"),
    ("render", "T | render table"),
    ("sample", "T | sample 1"),
    ("sample-distinct", "T | sample-distinct 1 of s"),
    ("scan", "T | order by t asc | scan with (step a: true;)"),
    ("search", "print x = 'a' | search 'a'"),
    ("serialize", "T | serialize"),
    ("sort", "T | sort by l"),
    ("summarize", "T | summarize count()"),
    ("take", "T | take 1"),
    ("top", "T | top 1 by l"),
    ("top-hitters", "T | top-hitters 1 of s"),
    ("top-nested", "T | top-nested 1 of s by count()"),
    ("union", "union T, T"),
    ("where", "T | where b"),
    (
        "active_users_count",
        "T | evaluate active_users_count(s, t, datetime(2024-01-01), datetime(2024-01-09), 1d, 1d, 2, 1d)",
    ),
    (
        "activity_counts_metrics",
        "T | evaluate activity_counts_metrics(s, t, datetime(2024-01-01), datetime(2024-01-09), 1d)",
    ),
    ("bag_unpack", "T | project d | evaluate bag_unpack(d) : (x: long)"),
    ("dcount_intersect", "T | summarize a = hll(l), b = hll(l) | evaluate dcount_intersect(a, b)"),
    ("geo_line_lookup", "T | evaluate geo_line_lookup(T2, line, r, r, 100.0)"),
    ("geo_polygon_lookup", "T | evaluate geo_polygon_lookup(T2, line, r, r)"),
    ("identity", "T | evaluate identity()"),
    ("ipv4_lookup", "T | evaluate ipv4_lookup(T2, s, net)"),
    ("ipv6_lookup", "T | evaluate ipv6_lookup(T2, s, net)"),
    ("narrow", "T | evaluate narrow()"),
    ("pivot", "T | project s, l | evaluate pivot(s, sum(l)) : (x: long)"),
    ("rolling_percentile", "T | evaluate rolling_percentile(r, 50, t, 1d, 3)"),
    ("rows_near", "T | serialize | evaluate rows_near(l > 0, 1)"),
    ("schema_merge", "T | getschema | evaluate schema_merge(true)"),
    (
        "sliding_window_counts",
        "T | evaluate sliding_window_counts(s, t, datetime(2024-01-01), datetime(2024-01-09), 2d, 1d)",
    ),
];

struct Asker {
    capabilities: Capabilities,
    schema: Schema,
}

impl Asker {
    /// Whether a query binds, and what is said of it.
    fn ask(&self, query: &str) -> (bool, Vec<String>) {
        let lets = "let T2 = datatable(net: string, line: dynamic)[]; ";
        let context = Context::new(&self.schema, 0, Some(&self.capabilities));
        let analysis = kql::analyze(&format!("{lets}{query}"), &context);
        let refusals = analysis.diagnostics.iter().filter(|it| it.severity == Severity::Refusal);
        let said = refusals.map(|it| it.message.clone()).collect();
        (analysis.query.is_some() || analysis.step.is_some(), said)
    }

    fn any(&self, queries: impl IntoIterator<Item = String>) -> bool {
        queries.into_iter().any(|query| self.ask(&query).0)
    }

    fn function_binds(&self, name: &str, verb: &str) -> bool {
        let special =
            CALLS.iter().filter(|(other, _)| *other == name).map(|(_, rest)| format!("T | serialize | {rest}"));
        let graph = IN_A_GRAPH.iter().filter(|(other, _)| *other == name);
        let graph =
            graph.map(|(_, rest)| format!("T | make-graph s --> s with T on s | graph-match (a)-[p*1..2]->(b) {rest}"));
        if self.any(special.chain(graph)) {
            return true;
        }
        let call = |arguments: &[&str]| format!("{ROWS} | {verb} y = {name}({})", arguments.join(", "));
        let one = VALUES.iter().map(|a| call(&[a]));
        let two = VALUES.iter().flat_map(|a| VALUES.iter().map(move |b| call(&[a, b])));
        if self.any(std::iter::once(call(&[])).chain(one).chain(two)) {
            return true;
        }
        let alike = VALUES.iter().flat_map(|a| (3..8).map(move |n| call(&vec![*a; n])));
        let three =
            VALUES.iter().flat_map(|a| VALUES.iter().flat_map(move |b| VALUES.iter().map(move |c| call(&[a, b, c]))));
        self.any(alike.chain(three))
    }

    fn binds(&self, it: &Support) -> bool {
        match it.kind {
            SupportKind::Function => self.function_binds(it.name, "extend"),
            SupportKind::Aggregate => self.function_binds(it.name, "summarize"),
            SupportKind::Operator | SupportKind::Plugin => {
                self.any(QUERIES.iter().filter(|(name, _)| *name == it.name).map(|(_, query)| (*query).to_owned()))
            }
        }
    }
}

/// A table of every type, so that what is tried has columns.
fn asker() -> Asker {
    let folder = tempfile::tempdir().unwrap();
    let row = r#"{"l": 1, "r": 1.5, "s": "a", "t": "2024-01-01T00:00:00Z", "d": {"x": 1}, "b": true}"#;
    std::fs::write(folder.path().join("T.ndjson"), row).unwrap();
    let engine = Engine::open(folder.path(), &Schema::default(), &tallyho::engine::EngineOptions::default(), &|_| ());
    Asker { capabilities: Engine::capabilities(), schema: engine.unwrap().schema().clone() }
}

#[test]
fn the_list_says_of_each_name_whether_it_binds() {
    let asker = asker();
    let mut wrong = String::new();
    for it in support(&asker.capabilities) {
        let binds = asker.binds(&it);
        if binds != it.runs {
            let says = if it.runs { "runs" } else { "refused" };
            writeln!(wrong, "{} {} is listed as {says}, and binds: {binds}", it.kind.name(), it.name).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_plugin_that_does_not_run_is_refused_by_name_whatever_it_is_given() {
    let asker = asker();
    for it in support(&asker.capabilities).iter().filter(|it| it.kind == SupportKind::Plugin && !it.runs) {
        let (binds, said) = asker.ask(&format!("T | evaluate {}(l, s)", it.name));
        let named = said.iter().any(|words| words.contains(&format!("'evaluate {}()'", it.name)));
        assert!(!binds && named, "{}: {said:?}", it.name);
    }
}

#[test]
fn readme_and_guide_say_what_the_list_says() {
    let lines = support_table(&Engine::capabilities());
    let mut short = String::from("| | run |\n|---|---|\n");
    let mut long = String::from("| | run | refused by name |\n|---|---|---|\n");
    for it in &lines {
        let refused: Vec<String> = it.refused.iter().map(|name| format!("`{name}`")).collect();
        writeln!(short, "| {} | {} of {} |", it.kind, it.n_run, it.n_all).unwrap();
        writeln!(long, "| {} | {} of {} | {} |", it.kind, it.n_run, it.n_all, refused.join(" ")).unwrap();
    }
    for (file, table) in [("README.md", short), ("assets/guide.md", long)] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        let (begin, end) = ("<!-- support: written by a test -->\n", "<!-- end of support -->");
        let (before, rest) = text.split_once(begin).unwrap_or_else(|| panic!("{file} has no place for the table"));
        let (found, after) = rest.split_once(end).unwrap();
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&path, format!("{before}{begin}{table}{end}{after}")).unwrap();
        } else {
            assert_eq!(found, table, "{file} says something else than the list; UPDATE_EXPECT=1 writes it anew");
        }
    }
}
