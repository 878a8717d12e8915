//! Halves of characters in JSON. Editors count in UTF-16 and may send `\ud83d` without its other half, which no text
//! of ours can hold; the character that stands for what cannot be read has the same length there.

/// The line with each lone half replaced by `\ufffd`; `None` when it has none.
pub(super) fn mended(line: &[u8]) -> Option<Vec<u8>> {
    let mut out = line.to_vec();
    let mut changed = false;
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', &line[at..]) {
        let escape = at + found;
        let Some(first) = half(line, escape) else {
            // The character behind a backslash is never the begin of an escape.
            at = (escape + 2).min(line.len());
            continue;
        };
        let is_pair = first == Half::High && half(line, escape + 6) == Some(Half::Low);
        if is_pair {
            at = escape + 12;
            continue;
        }
        if first != Half::None {
            out[escape + 2..escape + 6].copy_from_slice(b"fffd");
            changed = true;
        }
        at = escape + 6;
    }
    changed.then_some(out)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    High,
    Low,
    None,
}

/// What the escape `\uXXXX` at a place means; `None` when there is no such escape.
fn half(line: &[u8], at: usize) -> Option<Half> {
    let digits = line.get(at..at + 6)?.strip_prefix(b"\\u")?;
    let unit = u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    Some(match unit {
        0xD800..=0xDBFF => Half::High,
        0xDC00..=0xDFFF => Half::Low,
        _ => Half::None,
    })
}
