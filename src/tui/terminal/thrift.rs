//! Leaves colours out of a frame that are in force already. The backend names letters and ground with every change of
//! either, and in true colour each of them takes sixteen bytes.

/// A frame without what it says twice. Nothing is known of the colours before it.
pub(super) fn without_repeats(frame: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(frame.len());
    let (mut letters, mut ground): (&[u8], &[u8]) = (b"", b"");
    let mut rest = frame;
    while let Some(at) = memchr::memmem::find(rest, b"\x1b[") {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let n = rest[2..].iter().take_while(|it| it.is_ascii_digit() || **it == b';').count();
        let (parameters, is_style) = (&rest[2..2 + n], rest.get(2 + n) == Some(&b'm'));
        let whole = &rest[..rest.len().min(n + 3)];
        rest = &rest[whole.len()..];
        match colours(parameters).filter(|_| is_style) {
            Some((new_letters, new_ground)) => {
                let changed = [(new_letters, letters), (new_ground, ground)];
                let told: Vec<&[u8]> = changed.iter().filter(|it| it.0 != it.1).map(|it| it.0).collect();
                if !told.is_empty() {
                    out.extend_from_slice(b"\x1b[");
                    out.extend_from_slice(&told.join(&b';'));
                    out.push(b'm');
                }
                (letters, ground) = (new_letters, new_ground);
            }
            None => {
                if is_style && matches!(parameters, b"" | b"0" | b"39" | b"49") {
                    (letters, ground) = (b"", b"");
                }
                out.extend_from_slice(whole);
            }
        }
    }
    out.extend_from_slice(rest);
    out
}

/// The two colours, where parameters are those of letters and ground and nothing else.
fn colours(parameters: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = |from: &[u8], base: &[u8; 2], reset: &[u8; 2]| -> Option<usize> {
        if from.starts_with(reset) && from.get(2).is_none_or(|it| *it == b';') {
            return Some(2);
        }
        let n_parts = match from.strip_prefix(base)?.get(..3)? {
            b";2;" => 5,
            b";5;" => 3,
            _ => return None,
        };
        let ends = memchr::memchr_iter(b';', from).chain([from.len()]);
        ends.into_iter().nth(n_parts - 1)
    };
    let end = length(parameters, b"38", b"39")?;
    let ground = parameters.get(end + 1..)?;
    (length(ground, b"48", b"49")? == ground.len()).then_some((&parameters[..end], ground))
}

#[cfg(test)]
mod tests {
    use super::without_repeats;

    fn thrifty(frame: &str) -> String {
        String::from_utf8(without_repeats(frame.as_bytes())).unwrap()
    }

    #[test]
    fn only_what_changes_is_said() {
        let frame = "\x1b[38;2;1;2;3;48;2;4;5;6ma\x1b[38;2;7;7;7;48;2;4;5;6mb\x1b[1m\x1b[38;2;7;7;7;48;2;9;9;9mc\x1b[38;2;7;7;7;48;2;9;9;9md";
        assert_eq!(thrifty(frame), "\x1b[38;2;1;2;3;48;2;4;5;6ma\x1b[38;2;7;7;7mb\x1b[1m\x1b[48;2;9;9;9mcd");
        let frame = "\x1b[39;49ma\x1b[38;5;1;49mb\x1b[39m\x1b[49m\x1b[38;5;1;49mc";
        assert_eq!(thrifty(frame), "\x1b[39;49ma\x1b[38;5;1mb\x1b[39m\x1b[49m\x1b[38;5;1;49mc");
    }

    #[test]
    fn everything_else_stays_as_it_is() {
        for frame in [
            "",
            "a\x1b",
            "\x1b[",
            "\x1b[3;4Ha\x1b[?25h",
            "\x1b[4:3m",
            "\x1b[38;2;1m",
            "\x1b]52;c;YQ==\x1b\\",
            "日\x1b[38",
        ] {
            assert_eq!(thrifty(frame), frame);
        }
    }
}
