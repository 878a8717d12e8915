//! JSON read token by token from a body that arrives in pieces. Only a window of the body is kept.

use std::io;

use bytes::Bytes;

use super::Fault;
use super::scan::{self, Stop};

/// How much of a piece is taken into the window at once.
const WINDOW: usize = 64 * 1024;
/// A value longer than this is refused; it is far more than a service returns in all.
const MAX_TOKEN: usize = 128 << 20;

/// A body, and the place up to which it was read.
pub(super) struct Lexer<'a> {
    pieces: &'a mut dyn Iterator<Item = io::Result<Bytes>>,
    /// What is left of the piece that came last.
    piece: Bytes,
    /// What has been checked to be UTF-8 and is not yet read past.
    window: String,
    at: usize,
    /// The start of a character that the end of a piece cuts through.
    half_char: Vec<u8>,
    /// Bytes that were in the window before.
    n_passed: u64,
    n_fills: u64,
    key: String,
    /// A text without its escapes.
    plain: String,
    /// Texts with escapes that mean nothing; each has U+FFFD there.
    n_broken_texts: u64,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(pieces: &'a mut dyn Iterator<Item = io::Result<Bytes>>) -> Self {
        Self {
            pieces,
            piece: Bytes::new(),
            window: String::new(),
            at: 0,
            half_char: Vec::new(),
            n_passed: 0,
            n_fills: 0,
            key: String::new(),
            plain: String::new(),
            n_broken_texts: 0,
        }
    }

    /// Bytes read so far.
    pub(super) fn position(&self) -> u64 {
        self.n_passed + self.at as u64
    }

    /// Grows when the reader had to wait for more, or might have had to.
    pub(super) fn n_fills(&self) -> u64 {
        self.n_fills
    }

    pub(super) fn n_broken_texts(&self) -> u64 {
        self.n_broken_texts
    }

    pub(super) fn pass_byte_order_mark(&mut self) -> Result<(), Fault> {
        self.peek()?;
        if self.window[self.at..].starts_with('\u{feff}') {
            self.at += '\u{feff}'.len_utf8();
        }
        Ok(())
    }

    /// The next byte that is not blank; it stays.
    #[inline]
    pub(super) fn peek(&mut self) -> Result<u8, Fault> {
        match self.window.as_bytes().get(self.at) {
            Some(byte) if *byte > b' ' => Ok(*byte),
            _ => self.peek_behind_blanks(),
        }
    }

    fn peek_behind_blanks(&mut self) -> Result<u8, Fault> {
        loop {
            match self.window.as_bytes().get(self.at) {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                Some(byte) => return Ok(*byte),
                None => self.fill()?,
            }
        }
    }

    /// True when only blanks are left.
    pub(super) fn is_at_end(&mut self) -> Result<bool, Fault> {
        match self.peek() {
            Ok(_) => Ok(false),
            Err(Fault::Cut) => Ok(true),
            Err(other) => Err(other),
        }
    }

    /// Passes the byte that `peek` gave.
    #[inline]
    pub(super) fn pass(&mut self) {
        self.at += 1;
    }

    /// Passes the start of a list or an object.
    pub(super) fn begin(&mut self, open: u8, wanted: &str) -> Result<(), Fault> {
        if self.peek()? != open {
            return Err(self.malformed(wanted));
        }
        self.pass();
        Ok(())
    }

    /// Goes to the next element or member; false when the list or object ends, which is passed.
    #[inline]
    pub(super) fn next(&mut self, is_first: &mut bool, close: u8) -> Result<bool, Fault> {
        let byte = self.peek()?;
        if byte == close {
            self.pass();
            return Ok(false);
        }
        if std::mem::take(is_first) {
            return Ok(true);
        }
        if byte != b',' {
            return Err(self.malformed("a comma or the end of a list or object"));
        }
        self.pass();
        Ok(true)
    }

    /// Passes a key, if it is this one: in quotes, with its colon.
    #[inline]
    pub(super) fn is_key(&mut self, quoted: &str) -> bool {
        let is_same = starts_with(&self.window.as_bytes()[self.at..], quoted.as_bytes());
        if is_same {
            self.at += quoted.len();
        }
        is_same
    }

    /// A key, with its colon.
    pub(super) fn key(&mut self) -> Result<&str, Fault> {
        if self.peek()? != b'"' {
            return Err(self.malformed("a key"));
        }
        let mut key = std::mem::take(&mut self.key);
        key.clear();
        key.push_str(self.text()?);
        self.key = key;
        if self.peek()? != b':' {
            return Err(self.malformed("a colon"));
        }
        self.pass();
        Ok(&self.key)
    }

    /// A key in lower case.
    pub(super) fn lower_key(&mut self) -> Result<String, Fault> {
        Ok(self.key()?.to_ascii_lowercase())
    }

    /// A text, which begins here.
    #[inline]
    pub(super) fn text(&mut self) -> Result<&str, Fault> {
        let rest = &self.window.as_bytes()[self.at + 1..];
        if let Some(len) = scan::plain_len(rest)
            && rest[len] == b'"'
        {
            let start = self.at + 1;
            self.at = start + len + 1;
            return Ok(&self.window[start..start + len]);
        }
        self.long_text()
    }

    /// A text with escapes, or one whose end has not arrived.
    fn long_text(&mut self) -> Result<&str, Fault> {
        let mut plain = std::mem::take(&mut self.plain);
        let (len, is_whole) = loop {
            plain.clear();
            match scan::escaped_text(&self.window[self.at + 1..], &mut plain) {
                Ok(found) => break found,
                Err(Stop::More) => self.fill_for_token()?,
                Err(Stop::Bad { .. }) => return Err(self.malformed("a text")),
            }
        };
        self.plain = plain;
        self.at += len + 2;
        self.n_broken_texts += u64::from(!is_whole);
        Ok(&self.plain)
    }

    /// A number, as it is written.
    #[inline]
    pub(super) fn number(&mut self) -> Result<&str, Fault> {
        let len = self.token(scan::number)?;
        self.at += len;
        Ok(&self.window[self.at - len..self.at])
    }

    pub(super) fn null(&mut self) -> Result<(), Fault> {
        self.word("null")
    }

    pub(super) fn bool(&mut self) -> Result<bool, Fault> {
        let is_true = self.peek()? == b't';
        self.word(if is_true { "true" } else { "false" })?;
        Ok(is_true)
    }

    fn word(&mut self, word: &'static str) -> Result<(), Fault> {
        self.peek()?;
        self.at += self.token(|bytes| scan::word(bytes, word))?;
        Ok(())
    }

    /// The next value as it is written, checked to be JSON.
    pub(super) fn raw(&mut self) -> Result<&str, Fault> {
        self.peek()?;
        let extent = self.token(scan::value)?;
        self.at += extent.n_bytes;
        Ok(&self.window[self.at - extent.n_bytes..self.at])
    }

    /// The next value as a tree: only for what is small.
    pub(super) fn tree(&mut self) -> Result<serde_json::Value, Fault> {
        let tree = serde_json::from_str(self.raw()?);
        tree.map_err(|error| Fault::Malformed(error.to_string()))
    }

    /// Finds the end of the token that begins here, and gets as much of the body as it takes.
    #[inline]
    fn token<T>(&mut self, scan: impl Fn(&[u8]) -> Result<T, Stop>) -> Result<T, Fault> {
        loop {
            match scan(&self.window.as_bytes()[self.at..]) {
                Ok(token) => return Ok(token),
                Err(Stop::More) => self.fill_for_token()?,
                Err(Stop::Bad { at, wanted }) => {
                    self.at += at;
                    return Err(self.malformed(wanted));
                }
            }
        }
    }

    /// A long token is looked at again only when twice as much of it is there, so that its length does not count twice.
    #[cold]
    fn fill_for_token(&mut self) -> Result<(), Fault> {
        let n_bytes = self.window.len() - self.at;
        if n_bytes > MAX_TOKEN {
            return Err(Fault::Malformed(format!("a value is longer than {} MB", MAX_TOKEN >> 20)));
        }
        self.fill()?;
        while n_bytes > WINDOW / 4 && self.window.len() - self.at < 2 * n_bytes {
            match self.fill() {
                Ok(()) => {}
                Err(Fault::Cut) => return Ok(()),
                Err(other) => return Err(other),
            }
        }
        Ok(())
    }

    /// Takes more of the body into the window, at whose front nothing is kept that was read.
    #[cold]
    fn fill(&mut self) -> Result<(), Fault> {
        self.window.drain(..self.at);
        self.n_passed += self.at as u64;
        self.at = 0;
        self.n_fills += 1;
        if self.window.capacity() > 64 * WINDOW && self.window.len() < WINDOW {
            self.window.shrink_to(2 * WINDOW);
        }
        let n_before = self.window.len();
        while self.window.len() == n_before {
            while self.piece.is_empty() {
                self.piece = self.pieces.next().ok_or(Fault::Cut)?.map_err(|_| Fault::Cut)?;
            }
            let part = self.piece.split_to(self.piece.len().min(WINDOW));
            self.append(&part)?;
        }
        Ok(())
    }

    fn append(&mut self, mut bytes: &[u8]) -> Result<(), Fault> {
        while !self.half_char.is_empty() && !bytes.is_empty() {
            self.half_char.push(bytes[0]);
            bytes = &bytes[1..];
            match std::str::from_utf8(&self.half_char) {
                Ok(char) => {
                    self.window.push_str(char);
                    self.half_char.clear();
                }
                Err(error) if error.error_len().is_some() => return Err(self.not_utf8()),
                Err(_) => {}
            }
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => self.window.push_str(text),
            Err(error) if error.error_len().is_some() => return Err(self.not_utf8()),
            Err(error) => {
                let (whole, half) = bytes.split_at(error.valid_up_to());
                self.append(whole)?;
                self.half_char.extend_from_slice(half);
            }
        }
        Ok(())
    }

    fn not_utf8(&self) -> Fault {
        Fault::Malformed(format!("it is no UTF-8 after byte {}", self.n_passed + self.window.len() as u64))
    }

    #[cold]
    pub(super) fn malformed(&self, wanted: &str) -> Fault {
        Fault::Malformed(format!("at byte {} there should be {wanted}", self.position()))
    }
}

/// As the method of slices, but without a call for the few bytes of a key.
#[inline]
fn starts_with(bytes: &[u8], start: &[u8]) -> bool {
    let Some(bytes) = bytes.get(..start.len()) else { return false };
    let ((words, rest), (start_words, start_rest)) = (bytes.as_chunks::<8>(), start.as_chunks::<8>());
    let same_words = words.iter().zip(start_words).all(|(a, b)| u64::from_ne_bytes(*a) == u64::from_ne_bytes(*b));
    same_words && rest.iter().zip(start_rest).all(|(a, b)| a == b)
}
