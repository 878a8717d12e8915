//! Takes a token out of text that passes by, wherever the pieces of the text are cut.

use memchr::memmem::Finder;

/// What stands in the token's place.
const REPLACEMENT: &[u8] = b"[token]";
/// Bytes below which a token is no secret, but may be part of any word.
const SHORTEST: usize = 8;

/// Holds back as many bytes as a token that is not whole yet may have.
pub(super) struct Redactor {
    /// In memory as long as the exchange lasts, never shown.
    finder: Option<Finder<'static>>,
    held: Vec<u8>,
}

impl Redactor {
    pub(super) fn new(token: Option<&str>) -> Self {
        let token = token.filter(|it| it.len() >= SHORTEST);
        Self { finder: token.map(|it| Finder::new(it.as_bytes()).into_owned()), held: Vec::new() }
    }

    pub(super) fn text(&self, text: &str) -> String {
        match &self.finder {
            Some(finder) => String::from_utf8_lossy(&replaced(finder, text.as_bytes()).0).into_owned(),
            None => text.to_owned(),
        }
    }

    /// Takes a piece and gives back what is safe to write.
    pub(super) fn push(&mut self, piece: &[u8]) -> Vec<u8> {
        let Some(finder) = &self.finder else { return piece.to_vec() };
        self.held.extend_from_slice(piece);
        let (mut clean, rest) = replaced(finder, &self.held);
        // What is behind the last token may be the beginning of the next one.
        let held = rest.min(finder.needle().len() - 1);
        let tail = clean.split_off(clean.len() - held);
        self.held = tail;
        clean
    }

    /// What was held back: the text has ended, so it is no token.
    pub(super) fn finish(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.held)
    }
}

/// The bytes without the token, and how many stand behind its last place.
fn replaced(finder: &Finder<'_>, bytes: &[u8]) -> (Vec<u8>, usize) {
    let mut clean = Vec::with_capacity(bytes.len());
    let mut at = 0;
    for found in finder.find_iter(bytes) {
        clean.extend_from_slice(&bytes[at..found]);
        clean.extend_from_slice(REPLACEMENT);
        at = found + finder.needle().len();
    }
    clean.extend_from_slice(&bytes[at..]);
    (clean, bytes.len() - at)
}

#[cfg(test)]
mod tests {
    use super::Redactor;

    #[test]
    fn a_token_is_found_wherever_the_pieces_are_cut() {
        let token = "aaaaaaab.aaaaaaab";
        let text = format!("{token} aaaaaaaab.aaaaaaab|{token}{token}aaaaaaab.aaaaaaa");
        let expected = text.replace(token, "[token]");
        assert_eq!(Redactor::new(Some(token)).text(&text), expected);
        for size in 1..=text.len() {
            let mut redactor = Redactor::new(Some(token));
            let mut clean: Vec<u8> = text.as_bytes().chunks(size).flat_map(|piece| redactor.push(piece)).collect();
            clean.extend(redactor.finish());
            assert_eq!(String::from_utf8(clean).unwrap(), expected, "in pieces of {size}");
        }
    }

    #[test]
    fn without_a_token_nothing_is_held_back() {
        let mut redactor = Redactor::new(None);
        assert_eq!(redactor.push(b"abc"), b"abc");
        assert_eq!(Redactor::new(Some("a")).text("abab"), "abab", "too short for a secret");
    }
}
