//! Properties of text that holds whatever attackers put into it.

use super::*;

/// Whether a terminal could act on the character, or show nothing for it.
fn is_dangerous(char: char) -> bool {
    char.is_control()
        || is_hidden(char)
        || matches!(char, '\u{2028}' | '\u{2029}' | '\u{200D}' | '\u{FE0E}' | '\u{FE0F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[test]
fn no_dangerous_character_survives_in_any_company() {
    for char in ('\0'..=char::MAX).filter(|char| char.width() != Some(1) || is_dangerous(*char)) {
        for text in [format!("{char}"), format!("a{char}b"), format!("☀{char}☀"), format!("\u{1b}{char}{char}é")] {
            let clean = sanitize(&text);
            assert!(!clean.chars().any(is_dangerous), "U+{:04X} in {text:?} gives {clean:?}", char as u32);
            assert_eq!(sanitize(&clean), clean, "sanitising twice changes nothing: {text:?}");
            assert!(text.contains('\u{1b}') == clean.contains('␛') || char == '\u{1b}' || char == '␛');
        }
    }
}

#[test]
fn what_is_replaced_stays_visible() {
    assert_eq!(sanitize("plain"), Cow::Borrowed("plain"));
    assert!(matches!(sanitize("Grüße, 日本"), Cow::Borrowed(_)));
    assert_eq!(sanitize("a\tb\r\nc"), "a␉b␍␤c");
    assert_eq!(sanitize("\u{1b}[31mred\u{9b}0m\u{7f}"), "␛[31mred�0m␡");
    assert_eq!(sanitize("invoice\u{202e}fdp.exe"), "invoice�fdp.exe");
    assert_eq!(sanitize("pay\u{200d}pal\u{200b}"), "pay�pal�");
    assert_eq!(sanitize("☀\u{fe0f} sale"), "☀ sale");
    assert_eq!(sanitize("x\u{fe0f}"), "x�");
    assert_eq!(sanitize("👩\u{200d}💻"), "👩💻");
    let piled = format!("e{}", "\u{301}".repeat(1000));
    assert_eq!(sanitize(&piled).chars().filter(|char| *char == '\u{301}').count(), MAX_MARKS);
}

#[test]
fn clipping_never_cuts_a_grapheme() {
    assert_eq!(clip("abcdef", 6), "abcdef");
    assert_eq!(clip("abcdef", 5), "abcd…");
    assert_eq!(clip("日本語", 5), "日本…");
    assert_eq!(clip("日本語", 4), "日…");
    assert_eq!(clip("e\u{301}e\u{301}e\u{301}", 2), "e\u{301}…");
    assert_eq!(clip("abc", 0), "");
    for text in ["", "a", "日本語 text", "🇩🇪🇫🇷 flags", "e\u{301}\u{301}x"] {
        for columns in 0..12 {
            assert!(width(&clip(text, columns)) <= columns, "{text:?} at {columns}");
        }
    }
}

#[test]
fn wrapping_keeps_every_word() {
    assert_eq!(wrap("", 10), [""]);
    assert_eq!(wrap("one two three", 7), ["one two", "three"]);
    assert_eq!(wrap("one  two", 3), ["one", "two"]);
    assert_eq!(wrap("a\n\nb\r\nc", 9), ["a", "", "b", "c"]);
    assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
    assert_eq!(wrap("日本語", 1), ["日", "本", "語"]);
    let text = "The quick brown 日本語 fox jumps over thelazydogwithoutblanks and 🇩🇪 back";
    for columns in 1..80 {
        let lines = wrap(text, columns);
        assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""), "at {columns}");
        assert!(lines.iter().all(|line| width(line) <= columns.max(2)), "at {columns}");
    }
}
