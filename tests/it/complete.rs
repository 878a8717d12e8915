//! What is offered at a cursor: `tests/complete/*.kql`. Cases are parted by a line `// ---`; `<|>` is the cursor.
//!
//! `// has: a b` names labels that are offered, `// not: a` such as are not, `// first: a b` what the list begins with
//! once it is narrowed by what is typed, `// edit: text` what is replaced, `// inserts: text` what the first item
//! inserts, with `<|>` for the cursor behind it; `// nothing` says that the list is empty.

use std::fmt::Write;
use std::path::Path;

use tallyho::kql::{
    ColumnSymbol, Completion, CompletionKind, Context, FunctionSymbol, ScalarType, Schema, TableSymbol, complete,
    part_at,
};

#[test]
fn every_cursor_is_offered_what_its_case_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/complete");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let (mut wrong, mut n_cases) = (String::new(), 0);
    for path in paths {
        for case in std::fs::read_to_string(&path).unwrap().split("// ---\n") {
            n_cases += 1;
            for finding in findings(case) {
                writeln!(wrong, "{}:\n{case}  {finding}\n", path.display()).unwrap();
            }
        }
    }
    assert!(n_cases > 60, "only {n_cases} cases were found");
    assert!(wrong.is_empty(), "{wrong}");
}

/// What is not as a case says.
fn findings(case: &str) -> Vec<String> {
    let is_said = |line: &&str| {
        ["// has:", "// not:", "// first:", "// edit:", "// inserts:", "// nothing"]
            .iter()
            .any(|it| line.starts_with(it))
    };
    let (said, query): (Vec<&str>, Vec<&str>) = case.lines().partition(is_said);
    let query = query.join("\n");
    let Some((before, behind)) = query.split_once("<|>") else { return vec!["there is no cursor".to_owned()] };
    let text = format!("{before}{behind}");
    let schema = schema();
    let completion = complete(&text, before.len(), &Context::new(&schema, 0, None));
    let typed = before.get(completion.edit.start..).unwrap_or_default();
    let shown: Vec<&str> = completion.matching(typed, &[]).into_iter().map(|item| item.label.as_str()).collect();
    let labels: Vec<&str> = completion.items.iter().map(|item| item.label.as_str()).collect();
    let mut wrong = Vec::new();
    assert!(!said.is_empty(), "a case says nothing: {case}");
    for line in said {
        let (what, rest) = line.split_once(':').unwrap_or((line, ""));
        let words = || rest.split_whitespace();
        match what {
            "// has" => {
                wrong.extend(words().filter(|it| !labels.contains(it)).map(|it| format!("{it} is not offered")));
            }
            "// not" => wrong.extend(words().filter(|it| labels.contains(it)).map(|it| format!("{it} is offered"))),
            "// first" if !shown.iter().copied().zip(words()).all(|(a, b)| a == b) || shown.len() < words().count() => {
                wrong.push(format!("first are {:?}", &shown[..shown.len().min(8)]));
            }
            "// edit" if rest.trim() != &text[completion.edit.clone()] => {
                wrong.push(format!("'{}' is replaced", &text[completion.edit.clone()]));
            }
            "// inserts" => wrong.extend(insertion(&completion, typed, rest.trim())),
            "// nothing" if !labels.is_empty() => wrong.push(format!("{} items are offered", labels.len())),
            _ => {}
        }
    }
    wrong
}

fn insertion(completion: &Completion, typed: &str, wanted: &str) -> Option<String> {
    let first = completion.matching(typed, &[]).into_iter().next()?;
    let (before, behind) = first.insert.split_at(first.cursor);
    let inserted = format!("{before}<|>{behind}");
    (inserted != wanted).then(|| format!("'{inserted}' is inserted"))
}

fn schema() -> Schema {
    use ScalarType as T;
    let mut schema = Schema::default();
    let table = |name: &str, columns: &[(&str, ScalarType)]| TableSymbol {
        name: name.to_owned(),
        columns: columns.iter().map(|(name, ty)| ColumnSymbol::new(*name, *ty)).collect(),
        description: String::new(),
    };
    schema.insert(table(
        "Events",
        &[
            ("Timestamp", T::Datetime),
            ("Device", T::String),
            ("User", T::String),
            ("Size", T::Long),
            ("IsRemote", T::Bool),
            ("Extra", T::Dynamic),
            ("two words", T::String),
        ],
    ));
    schema.insert(table("Machines", &[("Device", T::String), ("Owner", T::String), ("Size", T::Real)]));
    schema.insert_function(FunctionSymbol {
        name: "Enrich".to_owned(),
        parameters: "(T:(*), limit:long)".to_owned(),
        description: "Adds what is known of a file".to_owned(),
        ..FunctionSymbol::default()
    });
    schema
}

#[test]
fn names_used_recently_come_first_among_equals() {
    let schema = schema();
    let text = "Events | where ";
    let completion = complete(text, text.len(), &Context::new(&schema, 0, None));
    let plain = completion.matching("", &[]);
    let recent = completion.matching("", &["User", "abs"]);
    assert_eq!(plain[0].label, "Timestamp");
    assert_eq!(recent[0].label, "User", "among columns the one that was used comes first");
    let abs = |items: &[&tallyho::kql::CompletionItem]| items.iter().position(|item| item.label == "abs").unwrap();
    let first_function = recent.iter().position(|item| item.kind == CompletionKind::Function).unwrap();
    assert_eq!(abs(&recent), first_function, "a function stays behind the columns");
}

#[test]
fn what_is_typed_chooses_by_beginning_then_words_then_letters() {
    let schema = schema();
    let text = "Events | where ";
    let completion = complete(text, text.len(), &Context::new(&schema, 0, None));
    let labels = |typed: &str| -> Vec<String> {
        completion.matching(typed, &[]).into_iter().map(|item| item.label.clone()).collect()
    };
    assert_eq!(labels("isr")[0], "IsRemote");
    assert_eq!(labels("ir")[0], "IsRemote", "letters that begin words");
    assert!(labels("tstamp").contains(&"Timestamp".to_owned()), "letters in order");
    assert!(labels("zzz").is_empty());
}

#[test]
fn a_cursor_belongs_to_the_block_it_touches_and_else_begins_one() {
    let text = "Events\n| take 1\n\n\nMachines\n";
    assert_eq!(part_at(text, 3), 0..15);
    assert_eq!(part_at(text, 15), 0..15);
    assert_eq!(part_at(text, 16), 0..16, "the start of the next line goes on with the query");
    assert_eq!(part_at(text, 17), 17..17, "a line of blanks begins a new one");
    assert_eq!(part_at(text, 20), 18..26);
    assert_eq!(part_at("", 0), 0..0);
}

#[test]
fn any_place_of_any_text_has_an_answer() {
    let schema = schema();
    let context = Context::new(&schema, 0, None);
    let texts = [
        "let f = (x: long, T: (*)) { T | where Size > x }; Events | invoke f(1) | extend y = iff(Size > 1, 'ä', \"😀\")",
        "Events | join kind=inner (Machines | where Owner has 'x') on $left.Device == $right.Device | render timechart with (title='x')",
        "((((((((((",
        "| | | |",
        "[[[[",
        "let let let",
        "Events | where ] ) } ; , . ..",
        "'unclosed",
        "union (",
        "\u{feff}é ü | §",
        "Events | make-series n = count() default = 0 on Timestamp from ago(1d) to now() step 1h by Device, User | mv-expand n to typeof(long)",
        "Events | parse User with * 'a' b: long 'c' * | scan declare (x: long = 0) with (step s1: Size > 1 => x = 1;)",
    ];
    for text in texts {
        for offset in 0..=text.len() + 1 {
            let completion = complete(text, offset, &context);
            assert!(
                completion.edit.end <= text.len() && text.get(completion.edit.clone()).is_some(),
                "{text} at {offset}"
            );
            tallyho::kql::hover(text, offset, &context);
            tallyho::kql::signature_help(text, offset, &context);
        }
    }
}

#[test]
fn deep_nesting_and_long_texts_stay_quick() {
    let schema = schema();
    let context = Context::new(&schema, 0, None);
    let deep = "(".repeat(20_000);
    let long = format!("Events | where Device in ({}", "'a', ".repeat(20_000));
    let operators = "Events ".to_owned() + &"| where Size > 1 ".repeat(350) + "| where ";
    for text in [&deep, &long, &operators] {
        let completion = complete(text, text.len(), &context);
        assert_eq!(completion.edit.end, text.len());
    }
}
