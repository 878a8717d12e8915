//! The terminal's answer to the question for its ground: `11;rgb:1414/1717/1c1c`.

use terminal_colorsaurus::Color;

/// No answer is longer.
const MAX: usize = 40;

/// What the answer begins with.
const HEAD: &str = "11;rgb";

/// True while more of such a text can still become an answer.
pub(super) fn can_become(text: &str) -> bool {
    let head = text.len().min(HEAD.len());
    text.len() <= MAX
        && text.as_bytes()[..head] == HEAD.as_bytes()[..head]
        && text[head..].chars().all(|it| it.is_ascii_hexdigit() || matches!(it, 'a' | ':' | '/'))
}

/// Whether the ground is light; `None` for what is no answer.
pub(super) fn is_light(text: &str) -> Option<bool> {
    let (_, channels) = text.strip_prefix(HEAD)?.split_once(':')?;
    let mut channels = channels.split('/').map(channel);
    let color = Color::rgb(channels.next()??, channels.next()??, channels.next()??);
    Some(color.perceived_lightness() > 0.5)
}

/// One to four digits say a share of the full light.
fn channel(digits: &str) -> Option<u16> {
    let most = match digits.len() {
        it @ 1..=4 => (1_u32 << (4 * it)) - 1,
        _ => return None,
    };
    Some((u32::from_str_radix(digits, 16).ok()? * 0xFFFF / most) as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_all_widths_are_read() {
        for (text, light) in [
            ("11;rgb:0000/0000/0000", Some(false)),
            ("11;rgb:ffff/ffff/ffff", Some(true)),
            ("11;rgb:fd/f6/e3", Some(true)),
            ("11;rgb:1/1/2", Some(false)),
            ("11;rgba:ffff/ffff/0000/ffff", Some(true)),
            ("11;rgb:ffff/ffff", None),
            ("11;rgb:12345/1/1", None),
            ("11;#ffffff", None),
        ] {
            assert_eq!(is_light(text), light, "{text}");
        }
        assert!(can_become("1") && can_become("11;rgb:1c/") && !can_become("12") && !can_become("11;rgb:x"));
    }
}
