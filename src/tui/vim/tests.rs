//! Keys on a text, as vim does them.

use super::{Mode, Outcome, Step, Vim};
use crate::config::{Chord, KeyName};
use crate::kql::apply_edits;

/// Plays keys on a text whose cursor is at `¦`; `<` stands for Esc.
fn played(text: &str, keys: &str) -> String {
    let mut at = text.find('¦').unwrap();
    let mut text = text.replace('¦', "");
    let mut vim = Vim::default();
    for letter in keys.chars() {
        let key = if letter == '<' { KeyName::Esc } else { KeyName::Char(letter) };
        play(&mut vim, Chord::plain(key), &mut text, &mut at);
    }
    text.insert(at, '¦');
    text
}

fn play(vim: &mut Vim, chord: Chord, text: &mut String, at: &mut usize) {
    let before = vim.mode();
    match vim.key(chord, text, *at) {
        Outcome::Pass => {
            if let (Mode::Insert, KeyName::Char(letter)) = (before, chord.key) {
                text.insert(*at, letter);
                *at += letter.len_utf8();
            }
        }
        Outcome::Steps(steps) => {
            for step in steps {
                match step {
                    Step::Edit { edits, cursor } => {
                        *text = apply_edits(text, &edits);
                        *at = cursor;
                    }
                    Step::Go(to) => *at = to,
                    Step::Repeat(_) => {
                        let last = vim.last.clone();
                        for chord in last.keys {
                            play(vim, chord, text, at);
                        }
                        if vim.mode() == Mode::Insert {
                            text.insert_str(*at, &last.inserted);
                            *at += last.inserted.len();
                            play(vim, Chord::plain(KeyName::Esc), text, at);
                        }
                    }
                    _ => {}
                }
            }
            if vim.mode() == Mode::Insert && before != Mode::Insert {
                let count = vim.insert_count();
                vim.begin_insert(text, *at, count);
            }
        }
    }
}

#[test]
fn motions_go_where_vim_goes() {
    for (before, keys, after) in [
        ("¦one two, three", "w", "one ¦two, three"),
        ("¦one two, three", "3w", "one two, ¦three"),
        ("¦one two, three", "ww", "one two¦, three"),
        ("¦one two, three", "2W", "one two, ¦three"),
        ("one two, thre¦e", "b", "one two, ¦three"),
        ("one two, ¦three", "bb", "one ¦two, three"),
        ("¦one two", "e", "on¦e two"),
        ("on¦e two", "e", "one tw¦o"),
        ("  on¦e", "0", "¦  one"),
        ("  on¦e", "^", "  ¦one"),
        ("¦one\ntwo", "$", "on¦e\ntwo"),
        ("on¦e\nlonger", "j", "one\nlo¦nger"),
        ("longe¦r\na\nlonger", "jj", "longer\na\nlonge¦r"),
        ("a\nb\n  ¦c", "gg", "¦a\nb\n  c"),
        ("¦a\nb\n  c", "G", "a\nb\n  ¦c"),
        ("¦a\nb\n  c", "2G", "a\n¦b\n  c"),
        ("¦a(b, c)", "fc", "a(b, ¦c)"),
        ("¦a(b, c)", "t,", "a(¦b, c)"),
        ("¦a,b,c", "f,;", "a,b¦,c"),
        ("¦a,b,c", "f,;,", "a¦,b,c"),
        ("f¦(g(x), y)", "%", "f(g(x), y¦)"),
        ("¦a\nb\n\nc", "}", "a\nb\n¦\nc"),
        ("a\n\nb\n¦c", "{", "a\n¦\nb\nc"),
        ("日¦本語", "lh", "日¦本語"),
        ("¦abc", "5l", "ab¦c"),
    ] {
        assert_eq!(played(before, keys), after, "{before} {keys}");
    }
}

#[test]
fn operators_take_motions_lines_and_objects() {
    for (before, keys, after) in [
        ("¦one two", "dw", "¦two"),
        ("one ¦two\nthree", "dw", "one¦ \nthree"),
        ("¦one two", "cwx<", "¦x two"),
        ("¦one two three", "2dw", "¦three"),
        ("¦one two three", "d2w", "¦three"),
        ("one ¦two", "D", "one¦ "),
        ("a\n¦b\nc", "dd", "a\n¦c"),
        ("a\nb\n¦c", "dd", "a\n¦b"),
        ("¦a\nb\nc", "2dd", "¦c"),
        ("¦a\nb\nc", "dj", "¦c"),
        ("  ¦a b\nc", "ccx<", "  ¦x\nc"),
        ("a = \"o¦ld\" b", "ci\"new<", "a = \"ne¦w\" b"),
        ("f(a, ¦b)", "di(", "f(¦)"),
        ("f(a, ¦b) c", "da(", "f¦ c"),
        ("one t¦wo three", "diw", "one ¦ three"),
        ("one t¦wo three", "daw", "one ¦three"),
        ("a¦b c", "yiwwP", "ab a¦bc"),
        ("¦a\nb", "yyp", "a\n¦a\nb"),
        ("a\n¦b", "yyP", "a\n¦b\nb"),
        ("a\n¦b", "yyp", "a\nb\n¦b"),
        ("¦ab", "xp", "b¦a"),
        ("¦a\nb", ">j", "    ¦a\n    b"),
        ("    ¦a", "<<", "    ¦a"),
        ("¦abc", "3xihi<", "h¦i"),
        ("¦abc def", "gUiw", "¦ABC def"),
        ("¦aBc", "~~", "Ab¦c"),
        ("¦a\n  b", "J", "a¦ b"),
        ("¦abc", "rx", "¦xbc"),
        ("¦abc", "5rx", "¦abc"),
        ("T\n| wh¦ere a\n| take 5", "das", "T\n¦| take 5"),
        ("T\n| wh¦ere a\n| take 5", "cistake 9<", "T\n| take ¦9\n| take 5"),
    ] {
        let keys = if keys == "<<" { "<<" } else { keys };
        assert_eq!(played(before, keys), after, "{before} {keys}");
    }
}

#[test]
fn typing_marking_and_doing_again() {
    for (before, keys, after) in [
        ("a¦b", "ix<", "a¦xb"),
        ("a¦b", "ax<", "ab¦x"),
        ("a¦b", "Ix<", "¦xab"),
        ("¦ab", "Ax<", "ab¦x"),
        ("  ¦a\nb", "ox<", "  a\n  ¦x\nb"),
        ("a\n  ¦b", "Ox<", "a\n  ¦x\n  b"),
        ("¦a", "3ix<", "xx¦xa"),
        ("¦one two", "cwx<w.", "x ¦x"),
        ("¦a b c", "dw.", "¦c"),
        ("¦abc", "vlx", "¦c"),
        ("¦abc def", "vey$p", "abc defab¦c"),
        ("¦a\nb\nc", "Vjd", "¦c"),
        ("a¦bc", "vod", "a¦c"),
        ("a (b¦ c)", "vi(d", "a (¦)"),
        ("¦abc", "vlU", "¦ABc"),
        ("¦abc", "vlrx", "¦xxc"),
        ("¦a\nb", "vjJ", "a¦ b"),
        ("¦abc", "2<x", "¦bc"),
    ] {
        assert_eq!(played(before, keys), after, "{before} {keys}");
    }
}

#[test]
fn no_keys_break_a_text() {
    let keys: Vec<char> = "hjklwbeWBE0^$GgftFT;,%{}dcy><iaIAoOpPxXsSDCYrJ~uvV.\"'()[]bps|n123<é ".chars().collect();
    let mut seed = 7_u64;
    let mut random = |n: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % n
    };
    for round in 0..400 {
        let mut text =
            ["", "é日\n\n  a(\"b\") | c\n", "T\n| where a == 'x'\n| take 5", "\n\n\t日本 (x"][round % 4].to_owned();
        let (mut vim, mut at) = (Vim::default(), 0);
        for _ in 0..60 {
            let letter = keys[random(keys.len())];
            let key = if letter == '<' { KeyName::Esc } else { KeyName::Char(letter) };
            play(&mut vim, Chord::plain(key), &mut text, &mut at);
            assert!(text.is_char_boundary(at), "{text:?} {at}");
            text.truncate(text.floor_char_boundary(2_000));
            at = at.min(text.len());
        }
    }
}
