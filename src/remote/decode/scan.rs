//! Where a JSON token ends, in the bytes that have arrived. Nothing is copied and nothing is kept: when the bytes end
//! too early, the caller gets more of them and asks again.

/// Containers inside each other, above which a value is refused.
pub(super) const MAX_DEPTH: usize = 1024;

/// Why no token was found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// The bytes end before it does.
    More,
    /// It is no JSON: what should stand here, and after how many bytes.
    Bad { at: usize, wanted: &'static str },
}

type Scan<T> = Result<T, Stop>;

/// The bytes before the first quote or backslash.
///
/// Eight bytes are looked at together, because the texts of an answer are so short that calling a faster search costs
/// more than it gains.
#[inline]
pub(super) fn plain_len(bytes: &[u8]) -> Option<usize> {
    let (words, rest) = bytes.as_chunks::<8>();
    for (idx, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let found = zero_bytes(word ^ QUOTES) | zero_bytes(word ^ BACKSLASHES);
        if found != 0 {
            return Some(idx * 8 + (found.trailing_zeros() / 8) as usize);
        }
    }
    let at = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
    Some(words.len() * 8 + at)
}

const ONES: u64 = u64::MAX / 255;
const QUOTES: u64 = ONES * b'"' as u64;
const BACKSLASHES: u64 = ONES * b'\\' as u64;

/// The high bit of each byte that is zero. Above the first of them it may be wrong.
#[inline]
fn zero_bytes(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & (ONES << 7)
}

/// The bytes of a text behind its opening quote and before the closing one.
#[inline]
pub(super) fn text(bytes: &[u8]) -> Scan<usize> {
    let mut at = 0;
    loop {
        at += plain_len(bytes.get(at..).ok_or(Stop::More)?).ok_or(Stop::More)?;
        if bytes[at] == b'"' {
            return Ok(at);
        }
        at += 2;
    }
}

/// A number, as JSON writes it. It is whole only when something follows.
#[inline]
pub(super) fn number(bytes: &[u8]) -> Scan<usize> {
    let mut at = usize::from(bytes.first() == Some(&b'-'));
    let whole = digits(bytes, &mut at)?;
    if whole > 1 && bytes[at - whole] == b'0' {
        return Err(Stop::Bad { at, wanted: "a number without leading zeros" });
    }
    if bytes[at] == b'.' {
        at += 1;
        digits(bytes, &mut at)?;
    }
    if matches!(bytes[at], b'e' | b'E') {
        at += 1;
        at += usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));
        digits(bytes, &mut at)?;
    }
    Ok(at)
}

/// At least one digit, and a byte behind them.
fn digits(bytes: &[u8], at: &mut usize) -> Scan<usize> {
    let start = *at;
    loop {
        match bytes.get(*at) {
            Some(byte) if byte.is_ascii_digit() => *at += 1,
            Some(_) if *at > start => return Ok(*at - start),
            Some(_) => return Err(Stop::Bad { at: *at, wanted: "a digit" }),
            None => return Err(Stop::More),
        }
    }
}

/// `true`, `false` or `null`.
#[inline]
pub(super) fn word(bytes: &[u8], word: &'static str) -> Scan<usize> {
    if bytes.starts_with(word.as_bytes()) {
        return Ok(word.len());
    }
    let is_start = word.as_bytes().starts_with(bytes);
    Err(if is_start { Stop::More } else { Stop::Bad { at: 0, wanted: word } })
}

/// A whole value.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Extent {
    pub(super) n_bytes: usize,
    /// There are blanks between its tokens.
    pub(super) has_blanks: bool,
}

/// Any value, checked to be JSON.
pub(super) fn value(bytes: &[u8]) -> Scan<Extent> {
    let mut walk = Walk { bytes, at: 0, has_blanks: false };
    let mut open = Open::default();
    loop {
        // A value starts here.
        match walk.peek()? {
            byte @ (b'{' | b'[') => {
                walk.at += 1;
                let is_object = byte == b'{';
                if walk.peek()? == closing(is_object) {
                    walk.at += 1;
                } else {
                    open.push(is_object).ok_or(Stop::Bad { at: walk.at, wanted: "less nesting" })?;
                    if is_object {
                        walk.key()?;
                    }
                    continue;
                }
            }
            _ => walk.scalar()?,
        }
        // A value ends here, and with it perhaps what it stands in.
        loop {
            let Some(is_object) = open.last() else {
                return Ok(Extent { n_bytes: walk.at, has_blanks: walk.has_blanks });
            };
            let byte = walk.peek()?;
            walk.at += 1;
            if byte == b',' {
                if is_object {
                    walk.key()?;
                }
                break;
            }
            if byte != closing(is_object) {
                return Err(Stop::Bad { at: walk.at - 1, wanted: "a comma or the end of a list or object" });
            }
            open.pop();
        }
    }
}

fn closing(is_object: bool) -> u8 {
    if is_object { b'}' } else { b']' }
}

/// The containers around a place: a bit says whether it is an object.
#[derive(Default)]
struct Open {
    bits: [u64; MAX_DEPTH / 64],
    depth: usize,
}

impl Open {
    fn push(&mut self, is_object: bool) -> Option<()> {
        let bits = self.bits.get_mut(self.depth / 64)?;
        let mask = 1 << (self.depth % 64);
        *bits = if is_object { *bits | mask } else { *bits & !mask };
        self.depth += 1;
        Some(())
    }

    fn pop(&mut self) {
        self.depth -= 1;
    }

    fn last(&self) -> Option<bool> {
        let idx = self.depth.checked_sub(1)?;
        Some(self.bits[idx / 64] >> (idx % 64) & 1 == 1)
    }
}

struct Walk<'b> {
    bytes: &'b [u8],
    at: usize,
    has_blanks: bool,
}

impl Walk<'_> {
    fn peek(&mut self) -> Scan<u8> {
        loop {
            match self.bytes.get(self.at) {
                Some(b' ' | b'\t' | b'\n' | b'\r') => {
                    self.at += 1;
                    self.has_blanks = true;
                }
                Some(byte) => return Ok(*byte),
                None => return Err(Stop::More),
            }
        }
    }

    /// A key and its colon.
    fn key(&mut self) -> Scan<()> {
        if self.peek()? != b'"' {
            return Err(Stop::Bad { at: self.at, wanted: "a key" });
        }
        self.scalar()?;
        if self.peek()? != b':' {
            return Err(Stop::Bad { at: self.at, wanted: "a colon" });
        }
        self.at += 1;
        Ok(())
    }

    fn scalar(&mut self) -> Scan<()> {
        let rest = &self.bytes[self.at..];
        let len = match rest.first() {
            Some(b'"') => text(&rest[1..]).map(|end| end + 2),
            Some(b't') => word(rest, "true"),
            Some(b'f') => word(rest, "false"),
            Some(b'n') => word(rest, "null"),
            Some(b'-' | b'0'..=b'9') => number(rest),
            _ => Err(Stop::Bad { at: 0, wanted: "a value" }),
        };
        match len {
            Ok(len) => self.at += len,
            Err(Stop::Bad { at, wanted }) => return Err(Stop::Bad { at: self.at + at, wanted }),
            Err(Stop::More) => return Err(Stop::More),
        }
        Ok(())
    }
}

/// A text with escapes behind its opening quote: appends it without them. Gives the bytes before the closing quote, and
/// whether every escape means a character; U+FFFD stands for one that does not, or for half of one.
pub(super) fn escaped_text(text: &str, out: &mut String) -> Scan<(usize, bool)> {
    let bytes = text.as_bytes();
    let (mut at, mut is_whole) = (0, true);
    loop {
        let len = plain_len(bytes.get(at..).ok_or(Stop::More)?).ok_or(Stop::More)?;
        out.push_str(&text[at..at + len]);
        at += len;
        if bytes[at] == b'"' {
            return Ok((at, is_whole));
        }
        let (char, len) = escape(&bytes[at..])?;
        is_whole &= char.is_some();
        out.push(char.unwrap_or(char::REPLACEMENT_CHARACTER));
        at += len;
    }
}

/// The character of an escape and the bytes it takes.
#[inline]
fn escape(bytes: &[u8]) -> Scan<(Option<char>, usize)> {
    let char = match bytes.get(1).ok_or(Stop::More)? {
        byte @ (b'"' | b'\\' | b'/') => char::from(*byte),
        b'n' => '\n',
        b't' => '\t',
        b'r' => '\r',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'u' => return unicode_escape(bytes),
        // What stands behind the backslash is kept.
        _ => return Ok((None, 1)),
    };
    Ok((Some(char), 2))
}

fn unicode_escape(bytes: &[u8]) -> Scan<(Option<char>, usize)> {
    let Some(high) = hex(bytes)? else { return Ok((None, 2)) };
    if !(0xD800..0xDC00).contains(&high) {
        return Ok((char::from_u32(high), 6));
    }
    Ok(match low_half(&bytes[6..])? {
        Some(low) => (char::from_u32(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)), 12),
        None => (None, 6),
    })
}

/// The second half of a character, when it comes next.
fn low_half(bytes: &[u8]) -> Scan<Option<u32>> {
    match bytes {
        [b'\\', b'u', ..] => Ok(hex(bytes)?.filter(|low| (0xDC00..0xE000).contains(low))),
        [] | [b'\\'] => Err(Stop::More),
        _ => Ok(None),
    }
}

/// The four digits of `\uXXXX`.
fn hex(bytes: &[u8]) -> Scan<Option<u32>> {
    let digits = bytes.get(2..6).ok_or(Stop::More)?;
    Ok(digits.iter().try_fold(0, |value, digit| Some(value * 16 + char::from(*digit).to_digit(16)?)))
}
