//! Tokens and trees: what is read, what is reported, and that nothing of any text is ever lost.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tallyho::kql::{
    Class, Context, Node, Schema, Tree, analyze, block_at, blocks, dump_tree, highlight, highlight_lines, parse,
};

/// The fixtures of a folder, in name order.
fn fixtures(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/syntax").join(folder);
    let mut files = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "kql"))
        .collect::<Vec<_>>();
    files.sort();
    assert!(!files.is_empty(), "no fixtures in {}", folder.display());
    files
}

/// Every byte is in exactly one leaf, nodes hold what is inside them, and errors are in order and within the text.
fn assert_whole(tree: &Tree, text: &str) {
    let joined = tree.leaves().map(Node::text).collect::<String>();
    assert_eq!(joined, text, "the leaves are the text");
    for node in tree.elements().skip(1) {
        let (span, around) = (node.span(), node.parent().unwrap().span());
        assert!(around.start <= span.start && span.end <= around.end, "{node:?} leaves its parent in {text:?}");
        assert!(!span.is_empty(), "{node:?} is empty in {text:?}");
    }
    for pair in tree.errors().windows(2) {
        assert!(pair[0].span.start < pair[1].span.start, "errors at one place in {text:?}: {pair:?}");
    }
    for error in tree.errors() {
        assert!(text.get(error.span.clone()).is_some(), "{error:?} is not in {text:?}");
    }
}

/// Compares each fixture's tree with the dump beside it; `UPDATE_EXPECT=1` writes the dumps.
fn check_folder(folder: &str, has_errors: bool) {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut differing = Vec::new();
    for path in fixtures(folder) {
        let text = fs::read_to_string(&path).unwrap();
        let tree = parse(&text);
        assert_whole(&tree, &text);
        assert_eq!(!tree.errors().is_empty(), has_errors, "{}: {:?}", path.display(), tree.errors());
        let picture = dump_tree(&tree);
        let expected = path.with_extension("tree");
        if update {
            fs::write(&expected, picture).unwrap();
        } else if fs::read_to_string(&expected).unwrap_or_default() != picture {
            differing.push(path);
        }
    }
    assert!(differing.is_empty(), "trees differ from their dumps (UPDATE_EXPECT=1 accepts them): {differing:#?}");
}

#[test]
fn sound_queries_have_the_expected_trees() {
    check_folder("ok", false);
}

#[test]
fn broken_queries_have_the_expected_trees_and_errors() {
    check_folder("err", true);
}

/// A small generator of numbers (xorshift), the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides.max(1) as u64) as usize
    }
}

const PIECES: &[&str] = &[
    "|",
    ";",
    ",",
    ".",
    "..",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "'",
    "\"",
    "@'",
    "```",
    "~~~",
    "//",
    "\n",
    "\n\n",
    " ",
    "\\",
    "!",
    "=",
    "==",
    "*",
    "-",
    "$",
    "#",
    "\0",
    "\u{feff}",
    "é",
    "名",
    "🦀",
    "let ",
    "where ",
    "join ",
    "union ",
    " by ",
    " in (",
    "datetime(",
    "dynamic(",
    "1",
    "1.",
    "5h_",
    "0x",
    "has_any",
    "mv-",
    "project-away ",
    "h'",
    "as ",
    "view ",
];

/// One random change: something taken out, put in, doubled or cut off.
fn mutate(text: &mut Vec<char>, dice: &mut Dice) {
    let at = dice.roll(text.len() + 1);
    let length = dice.roll(12).min(text.len() - at);
    match dice.roll(5) {
        0 => drop(text.drain(at..at + length)),
        1 | 2 => drop(text.splice(at..at, PIECES[dice.roll(PIECES.len())].chars())),
        3 => {
            let copy = text[at..at + length].to_vec();
            drop(text.splice(at..at, copy));
        }
        _ => text.truncate(at),
    }
}

#[test]
fn nothing_is_lost_of_mutated_queries() {
    let mut dice = Dice(0x5eed_cafe);
    let sources = [fixtures("ok"), fixtures("err")].concat();
    let texts = sources.iter().map(|path| fs::read_to_string(path).unwrap()).collect::<Vec<_>>();
    for round in 0..6000 {
        let mut text = texts[round % texts.len()].chars().collect::<Vec<_>>();
        for _ in 0..=dice.roll(4) {
            mutate(&mut text, &mut dice);
        }
        let text = text.into_iter().collect::<String>();
        assert_whole(&parse(&text), &text);
        assert_coloured(&text);
    }
}

/// Colours are in order, apart from each other, and cover every byte that is no blank.
fn assert_coloured(text: &str) {
    let mut end = 0;
    for (span, _) in highlight(text) {
        assert!(span.start >= end && span.end > span.start, "{span:?} overlaps in {text:?}");
        assert!(text[end..span.start].chars().all(is_blank), "{:?} has no colour in {text:?}", &text[end..span.start]);
        end = span.end;
    }
    assert!(text[end..].chars().all(is_blank), "the end has no colour in {text:?}");
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}' | '\u{180e}')
}

#[test]
fn hostile_texts_are_read_in_no_time() {
    let hostile = [
        "(",
        ")",
        "[",
        "{",
        "f(",
        "a[",
        "()",
        "([{",
        "(]",
        "-",
        "a-",
        "mv-",
        "+1",
        " and a",
        ".a",
        ";",
        ",",
        "'",
        "'\n",
        "`",
        "```",
        "\\",
        "T|",
        "| foo ",
        "where ",
        "let a=1 ",
        "union (",
        "dynamic(",
        "(a,",
        "['a' ",
        "a*",
        "é",
        "\0",
        "1.",
        "!",
        "\"\\",
        "x in (",
        "let f = () {",
        "T | mv-expand (",
        "//\n",
        "a between (",
        "T T ",
    ];
    for piece in hostile {
        let text = format!("print x {}", piece.repeat(100_000 / piece.len()));
        let start = Instant::now();
        assert_whole(&parse(&text), &text);
        // Unoptimised code on a busy machine; quadratic reading would take minutes.
        assert!(start.elapsed() < Duration::from_secs(10), "{piece:?} took {:?}", start.elapsed());
    }
}

#[test]
fn a_megabyte_of_open_brackets_is_one_error() {
    let text = "(".repeat(1 << 20);
    let tree = parse(&text);
    assert_eq!(tree.errors().len(), 1, "{:?}", tree.errors());
    assert_eq!(tree.leaves().count(), 1 << 20);
    let deepest = tree.leaves().step_by(997).map(Node::depth).max().unwrap();
    assert!(deepest < 2000, "the tree is {deepest} levels deep");
}

/// The deepest texts that are still read must not exhaust the stack of whoever walks the tree: a test thread has 2 MiB,
/// as every thread that Rust starts.
#[test]
fn the_deepest_texts_that_are_read_can_be_analyzed() {
    let schema = Schema::default();
    let context = Context::new(&schema, 0, None);
    let nested =
        |open: &str, core: &str, close: &str, count| format!("{}{core}{}", open.repeat(count), close.repeat(count));
    for text in [
        nested("(", "1", ")", 120),
        nested("-(1 + ", "1", ")", 100),
        nested("iff(true, strcat('a', ", "1", "))", 60),
        nested("not(1 == 1 or 1 < 1 and 1 + 1 * ", "1", " == 2)", 80),
        nested("toscalar(print x = ", "1", ")", 120),
        nested("dynamic([", "1", "])", 60),
        nested("case(1 in (", "1", "), 1, 2)", 60),
        format!("1{}", " + 1".repeat(480)),
        format!("dynamic({{}}){}", ".a".repeat(480)),
        format!("dynamic([]){}", "[0]".repeat(120)),
    ] {
        let text = format!("print x = {text}");
        assert_eq!(parse(&text).errors(), []);
        let _ = analyze(&text, &context);
    }
    for (open, close) in [("union (", ")"), ("T | join (", ") on a"), ("T | where a in (", ")")] {
        let text = nested(open, "datatable (a:long) [1]", close, 120);
        assert_eq!(parse(&text).errors(), []);
        let _ = analyze(&text, &context);
    }
}

#[test]
fn long_chains_of_and_are_flat() {
    let text = format!("T | where a == 0{}", " or a == 1".repeat(5000));
    let tree = parse(&text);
    assert_eq!(tree.errors(), []);
    assert!(tree.leaves().map(Node::depth).max().unwrap() < 10);
}

#[test]
fn a_leaf_is_found_at_every_byte() {
    let text = "T // c\n| where a == 'é' ";
    let tree = parse(text);
    for offset in 0..text.len() {
        let leaf = tree.leaf_at(offset).unwrap();
        assert!(leaf.span().contains(&offset), "{leaf:?} at {offset}");
    }
    assert_eq!(tree.leaf_at(text.len()).unwrap().span().end, text.len());
    assert_eq!(tree.leaf_at(text.len() + 1), None);
    assert_eq!(parse("").leaf_at(0), None);
}

#[test]
fn blank_lines_part_blocks() {
    let cut = |text: &str| blocks(text).into_iter().map(|span| text[span].to_owned()).collect::<Vec<_>>();
    assert_eq!(cut("T\n| take 1\n\nU\n"), ["T\n| take 1", "U"]);
    assert_eq!(cut("\r\n\r\nT\r\n \t\r\nU\r\nV"), ["T", "U\r\nV"]);
    assert_eq!(cut("print ```a\n\nb```\n\nU"), ["print ```a\n\nb```", "U"]);
    assert_eq!(cut("T (\n\n1)"), ["T (", "1)"]);
    assert_eq!(cut("// only words\n\n// a note\nT\n\n  "), ["// a note\nT"]);
    assert_eq!(cut("T\n//\n| take 1"), ["T\n//\n| take 1"]);
    assert_eq!(cut("print 'a\n\nU"), ["print 'a", "U"]);
    assert_eq!(cut(" \n\n// x"), Vec::<String>::new());
}

#[test]
fn the_cursor_picks_its_block() {
    let text = "\nT\n| take 1\n\n\n\nU";
    let at = |offset| block_at(text, offset).map(|span| &text[span]);
    assert_eq!(at(0), Some("T\n| take 1"), "above the first");
    assert_eq!(at(4), Some("T\n| take 1"), "inside");
    assert_eq!(at(11), Some("T\n| take 1"), "at its end");
    assert_eq!(at(13), Some("T\n| take 1"), "on a blank line below");
    assert_eq!(at(text.len()), Some("U"), "at the end of the text");
    assert_eq!(block_at("// nothing\n\n", 3), None);
}

/// The class of each word of a text, as `word:class`.
fn coloured(text: &str) -> String {
    let classes = highlight(text).into_iter();
    let shown = classes.filter(|(_, class)| *class != Class::Punctuation);
    shown.map(|(span, class)| format!("{}:{}", &text[span], class.name())).collect::<Vec<_>>().join(" ")
}

#[test]
fn tokens_are_coloured_by_their_role() {
    assert_eq!(
        coloured("let T = 1d; // c\nDeviceInfo | where A has_any ('x') and count(B) > T | project-away C*"),
        "let:keyword T:variable 1d:time // c:comment DeviceInfo:table where:operator A:column has_any:scalar-operator \
         'x':string and:scalar-operator count:function B:column >:scalar-operator T:variable project-away:operator \
         C:column *:column"
    );
    assert_eq!(
        coloured("union kind=outer (T | count), database('d').U* | render timechart with (title='a')"),
        "union:operator kind:option outer:option T:table count:operator database:function 'd':string U:table *:table \
         render:operator timechart:option with:keyword title:option 'a':string"
    );
    assert_eq!(
        coloured("T | mv-expand a = todynamic(b) to typeof(long) | where x == datetime(2020-01-01) and é"),
        "T:table mv-expand:operator a:column todynamic:function b:column to:keyword typeof:keyword long:type \
         where:operator x:column ==:scalar-operator datetime(2020-01-01):time and:scalar-operator é:error"
    );
}

#[test]
fn a_mistake_does_not_colour_the_next_block() {
    let sound = "DeviceInfo | where A == 1";
    let after_broken = coloured(&format!("T | where ((\n\n{sound}"));
    assert!(after_broken.ends_with(&coloured(sound)), "{after_broken}");
}

#[test]
fn colours_can_be_had_line_by_line() {
    let text = "print ```a\nbé```\n\n| count";
    let lines = highlight_lines(text);
    let shown = lines.iter().zip(text.split('\n')).map(|(classes, line)| {
        classes.iter().map(|(span, class)| format!("{}:{}", &line[span.clone()], class.name())).collect::<Vec<_>>()
    });
    let expected: [&[&str]; 4] =
        [&["print:operator", "```a:string"], &["bé```:string"], &[], &["|:punctuation", "count:operator"]];
    assert_eq!(shown.collect::<Vec<_>>(), expected);
}
