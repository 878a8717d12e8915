//! What our own engine gets of a query: `tests/bind/*.md`, and texts that must not hurt. What is only looked at is judged
//! by other rules, which `official.rs` holds.
//!
//! A ```` ```kql ```` block is followed by the picture of the bound query or by its findings. `UPDATE_EXPECT=1` writes
//! what comes out.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use tallyho::kql::{
    self, Capabilities, ColumnSymbol, Context, Operator, ScalarKind, ScalarType, Schema, Severity, TableSymbol,
    dump_bound, ticks_of_date,
};

use crate::asked::Asked;

#[test]
fn every_query_is_bound_as_written() {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let schema = schema();
    let mut wrong = String::new();
    let mut n_queries = 0;
    for path in documents() {
        let text = std::fs::read_to_string(&path).unwrap();
        let mut out = String::new();
        let mut rest = text.as_str();
        while let Some((prose, query, expected, after)) = next_case(rest) {
            n_queries += 1;
            let answer = picture(&path, query, &schema);
            if answer != expected {
                writeln!(wrong, "{}\n{query}\nexpected:\n{expected}\nbound:\n{answer}", path.display()).unwrap();
            }
            write!(out, "{prose}```kql\n{query}```\n```\n{answer}```\n").unwrap();
            rest = after;
        }
        out.push_str(rest);
        if update && out != text {
            std::fs::write(&path, out).unwrap();
        }
    }
    assert!(n_queries > 150, "only {n_queries} queries were found");
    assert!(update || wrong.is_empty(), "{wrong}");
}

/// Prose, query, expectation and the rest.
fn next_case(text: &str) -> Option<(&str, &str, &str, &str)> {
    let (prose, rest) = text.split_once("```kql\n")?;
    let (query, rest) = rest.split_once("```\n")?;
    match rest.strip_prefix("```\n").and_then(|block| block.split_once("```\n")) {
        Some((expected, rest)) => Some((prose, query, expected, rest)),
        None => Some((prose, query, "", rest)),
    }
}

fn documents() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bind");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// Documents of what our engine gets. The others are of operators that no engine of ours runs, and are only looked at.
const OF_THE_ENGINE: [&str; 12] = [
    "conversions",
    "join",
    "literals",
    "names",
    "operators",
    "parameters",
    "refusals",
    "scope",
    "set",
    "summarize",
    "time_range",
    "union",
];

fn picture(path: &Path, query: &str, schema: &Schema) -> String {
    // 2026-01-31T00:00:00Z is now.
    let asked = Asked::of(query);
    let everything = Capabilities::catalogue();
    let is_of_the_engine = path.file_stem().is_some_and(|name| OF_THE_ENGINE.iter().any(|it| name == *it));
    let capabilities = if is_of_the_engine { Some(&everything) } else { None };
    let context = asked.context(schema, ticks_of_date(2026, 1, 31).unwrap(), capabilities);
    let analysis = kql::analyze(query, &context);
    let mut out = String::new();
    for finding in &analysis.diagnostics {
        let place = query.get(finding.span.clone()).unwrap_or("?").replace('\n', "⏎");
        let hint = finding.hint.as_ref().map_or_else(String::new, |hint| format!(" ({hint})"));
        writeln!(out, "{} at `{place}`: {}{hint}", finding.code, finding.message).unwrap();
    }
    if let Some(bound) = &analysis.query {
        out.push_str(&dump_bound(bound));
    }
    out
}

fn schema() -> Schema {
    use ScalarType as T;
    let all = [
        ("x", T::Long),
        ("i", T::Int),
        ("r", T::Real),
        ("m", T::Decimal),
        ("b", T::Bool),
        ("s", T::String),
        ("d", T::Dynamic),
        ("t", T::Datetime),
        ("p", T::Timespan),
        ("g", T::Guid),
    ];
    let process = [("Timestamp", T::Datetime), ("DeviceId", T::String), ("FileName", T::String), ("Pid", T::Long)];
    let device = [("DeviceId", T::String), ("DeviceName", T::String), ("Pid", T::Int)];
    let mut schema = Schema::default();
    for (name, columns) in [("T", &all[..]), ("Process", &process[..]), ("Device", &device[..])] {
        let columns = columns.iter().map(|(name, ty)| ColumnSymbol::new(*name, *ty)).collect();
        schema.insert(TableSymbol { name: name.to_owned(), columns, description: String::new() });
    }
    schema
}

#[test]
fn an_engine_that_lacks_a_function_refuses_it_by_name() {
    let schema = schema();
    let capabilities = Capabilities { functions: ["tolower"].into(), aggregates: ["count"].into() };
    let findings = |query: &str| {
        let context = Context::new(&schema, 0, Some(&capabilities));
        let analysis = kql::analyze(query, &context);
        let texts: Vec<String> = analysis.diagnostics.iter().map(|finding| finding.message.clone()).collect();
        (analysis.query.is_some(), texts)
    };
    assert_eq!(findings("T | where tolower(s) == 'a' | summarize count()"), (true, Vec::new()));
    // Refused under the name that was written, and both at once.
    let (ran, texts) = findings("T | where iif(b, true, b) | summarize dcount(x)");
    assert!(!ran);
    assert_eq!(texts, ["tallyho does not run 'iif()' yet", "tallyho does not run 'dcount()' yet"]);
    // What the binder itself puts in other words needs no function.
    assert_eq!(findings("print now() - ago(1d), not(true)"), (true, Vec::new()));
}

#[test]
fn an_operator_that_no_engine_runs_is_refused_once_and_bound_for_its_columns() {
    let schema = schema();
    let capabilities = Capabilities { functions: ["tolower"].into(), aggregates: ["count", "max"].into() };
    for (word, query) in [
        ("reduce", "T | reduce by s"),
        ("assert-schema", "T | assert-schema (s: string)"),
        ("macro-expand", "macro-expand entity_group [database('a')] as X (X.T | project x)"),
    ] {
        let analysis = kql::analyze(query, &Context::new(&schema, 0, Some(&capabilities)));
        assert!(analysis.query.is_none(), "{query} would be run");
        let first = analysis.diagnostics.first().map(|finding| (finding.severity, finding.message.as_str()));
        let refusal = format!("tallyho does not run '{word}' yet");
        assert_eq!(first, Some((Severity::Refusal, refusal.as_str())), "{query}");
        let errors = analysis.diagnostics.iter().filter(|finding| finding.severity == Severity::Error).count();
        assert_eq!(errors, 0, "{query}: {:?}", analysis.diagnostics);
    }
}

#[test]
fn a_time_that_files_do_not_have_is_said() {
    let schema = schema();
    let text = "Device | where ingestion_time() > ago(1h) | count";
    let capabilities = Capabilities { functions: ["ingestion_time"].into(), aggregates: ["count"].into() };
    let local = kql::analyze(text, &Context::new(&schema, 0, Some(&capabilities)));
    let severities: Vec<_> = local.diagnostics.iter().map(|it| (it.code, it.severity)).collect();
    assert_eq!(severities, [("TLY0015", Severity::Warning)]);
    assert!(local.query.is_some(), "a warning stops nothing");
    let service = kql::analyze(text, &Context::new(&schema, 0, None));
    assert_eq!(service.diagnostics, [], "a service knows when it ingested a row");
}

#[test]
fn an_error_or_refusal_means_no_query_and_nothing_else_does() {
    let everything = Capabilities::catalogue();
    let schema = schema();
    let context = Context::new(&schema, 0, Some(&everything));
    for (_, query) in fixture_queries() {
        let analysis = kql::analyze(&query, &context);
        let forbidden =
            analysis.diagnostics.iter().any(|it| matches!(it.severity, Severity::Error | Severity::Refusal));
        assert_eq!(analysis.query.is_none() && analysis.step.is_none(), forbidden, "{query}");
        let starts: Vec<usize> = analysis.diagnostics.iter().map(|it| it.span.start).collect();
        assert!(starts.is_sorted_by(|a, b| a < b), "{query}: {starts:?}");
    }
}

fn fixture_queries() -> Vec<(PathBuf, String)> {
    let mut queries = Vec::new();
    for path in documents() {
        let text = std::fs::read_to_string(&path).unwrap();
        let mut rest = text.as_str();
        while let Some((_, query, _, after)) = next_case(rest) {
            queries.push((path.clone(), query.to_owned()));
            rest = after;
        }
    }
    queries
}

/// Good queries with pieces cut out, doubled, swapped and put in from elsewhere.
#[test]
fn mutilated_queries_are_analyzed_without_a_panic() {
    let schema = schema();
    let context = Context::new(&schema, 0, None);
    let queries: Vec<String> = fixture_queries().into_iter().map(|(_, query)| query).collect();
    let mut random = Random(0x5eed);
    for round in 0..4_000 {
        let mut words = pieces(&queries[random.below(queries.len())]);
        for _ in 0..=random.below(3) {
            let at = random.below(words.len().max(1));
            match random.below(5) {
                _ if words.is_empty() => words.push("|".to_owned()),
                0 => drop(words.remove(at)),
                1 => words.insert(at, words[at].clone()),
                2 => words.truncate(at),
                3 => {
                    let other = pieces(&queries[random.below(queries.len())]);
                    words[at] = other[random.below(other.len())].clone();
                }
                _ => {
                    let other = random.below(words.len());
                    words.swap(at, other);
                }
            }
        }
        let text = words.concat();
        let analysis = kql::analyze(&text, &context);
        if let Some(bound) = &analysis.query {
            dump_bound(bound);
        }
        for finding in &analysis.diagnostics {
            assert!(text.get(finding.span.clone()).is_some(), "round {round}: {finding:?} in {text}");
        }
    }
}

/// Runs of letters and digits, and single other characters.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    for character in text.chars() {
        let joins = character.is_alphanumeric()
            && pieces.last().is_some_and(|last| last.ends_with(|c: char| c.is_alphanumeric()));
        match pieces.last_mut() {
            Some(last) if joins => last.push(character),
            _ => pieces.push(character.to_string()),
        }
    }
    pieces
}

struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        // Knuth's multiplier; the high bits are the good ones.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

/// The head, and the pattern so often, with `{n}` counted.
fn many(head: &str, pattern: &str, times: usize) -> String {
    (0..times).fold(head.to_owned(), |text, n| text + &pattern.replace("{n}", &n.to_string()))
}

/// Sizes that no person types. Each must end soon, and without running out of stack.
#[test]
fn huge_queries_end_in_a_result_or_an_error() {
    let schema = schema();
    let context = Context::new(&schema, 0, None);
    let doubling: String = (1..60).fold("let a0 = x1;".replace("x1", "1.5 * 2"), |mut text, n| {
        let m = n - 1;
        write!(text, "let a{n} = strcat(a{m}, a{m});").unwrap();
        text
    });
    let tables: String = (1..40).fold("let a0 = T;".to_owned(), |mut text, n| {
        let m = n - 1;
        write!(text, "let a{n} = union a{m}, a{m};").unwrap();
        text
    });
    let texts = [
        format!("print {}1{}", "(".repeat(50_000), ")".repeat(50_000)),
        format!("print {}1", "-".repeat(100_000)),
        format!("print 1{}", "+1".repeat(100_000)),
        format!("T | where {}b", "not(".repeat(50_000)),
        format!("T | where x == 1{}", " or x == 2".repeat(50_000)),
        format!("T | where x in (1{})", ", 2".repeat(100_000)),
        format!("T{}", " | where x == 1".repeat(50_000)),
        format!("T{}", " | join (T) on x".repeat(300)),
        format!("T | project d{}", ".a".repeat(100_000)),
        format!("T | project d{}", "[0]".repeat(100_000)),
        format!("print dynamic({})", "[".repeat(100_000)),
        format!("print iff(true, {}", "iff(true, 1, ".repeat(50_000)),
        format!("datatable(a:long)[{}1]", "1,".repeat(100_000)),
        format!("print '{}'", "a".repeat(1_000_000)),
        format!("T | where {} == 1", "q".repeat(1_000_000)),
        format!("T | union {}T", "T, ".repeat(30_000)),
        format!("{doubling} print a59"),
        format!("{tables} a39"),
        "let a=1;".repeat(30_000),
        many("", "let a{n}=1;", 30_000),
        many("T | extend q=1", ", a{n}=1", 20_000),
        many("T | where b", " or Nope{n}", 30_000),
        many("T | project x+1", ", x+1", 20_000),
        many("T | summarize count()", ", count()", 20_000),
        "|".repeat(1_000_000),
        "T | where ".repeat(100_000),
        "\u{0}".repeat(100_000),
    ];
    for text in texts {
        let start = std::time::Instant::now();
        let analysis = kql::analyze(&text, &context);
        let head: String = text.chars().take(30).collect();
        assert!(analysis.query.is_some() || !analysis.diagnostics.is_empty(), "{head}: nothing was said");
        assert!(start.elapsed().as_secs() < 20, "{head}: took {:?}", start.elapsed());
    }
}

/// What a client sends as a value is a value or an error, and never a part of the query.
#[test]
fn hostile_values_of_parameters_are_values_or_errors() {
    let schema = schema();
    let values = [
        "",
        " ",
        "'",
        "\"",
        "@'",
        "```",
        "h'",
        "\\",
        "//",
        "5 //",
        "5; print 6",
        "5 | take 1",
        "n",
        "now()",
        "null",
        "-",
        "- 5",
        "+5",
        "0x10",
        "1e400",
        "true",
        "\u{0}",
        "\u{202e}",
        "é",
        "5)",
        "(5)",
        "((5",
        "'a' 'b'",
        "'a'b'",
        "dynamic",
        "dynamic(",
        "[1,2",
        "{\"a\":1}",
        "99999999999999999999",
        "Device",
        "toscalar(Device | count)",
        "datetime(9999-99-99)",
    ];
    let long = [
        "[".repeat(100_000),
        "(".repeat(100_000),
        "'".repeat(99_999),
        "9".repeat(100_000),
        "-".repeat(100_000),
        "a".repeat(1 << 20),
    ];
    let texts: Vec<String> = values.iter().map(|it| (*it).to_owned()).chain(long).collect();
    for ty in ScalarType::ALL {
        for text in &texts {
            let query = format!("declare query_parameters(n:{ty}); print n");
            let parameters = [("n".to_owned(), text.clone())];
            let context = Context { parameters: &parameters, ..Context::new(&schema, 0, None) };
            let analysis = kql::analyze(&query, &context);
            let Some(bound) = analysis.query else {
                let codes: Vec<_> = analysis.diagnostics.iter().map(|it| it.code).collect();
                assert_eq!(codes, ["TLY0017"], "{ty}: {text:.80}");
                assert!(ty != ScalarType::String, "any text is a text: {text:.80}");
                continue;
            };
            let is_one_literal = match &bound.result.operator {
                Operator::Print { values } => values.iter().all(|it| matches!(it.kind, ScalarKind::Literal(_))),
                _ => false,
            };
            assert!(is_one_literal && bound.result.columns[0].ty == ty, "{ty}: {text:.80}");
        }
    }
}
