//! Bytes of a file as text.

/// Editors and shells on Windows put a byte-order mark before the text, and some write UTF-16 after it; the mark is not
/// part of the text. The error says why the bytes are no text.
pub fn decode(bytes: Vec<u8>) -> Result<String, String> {
    let bytes = match encoding_rs::Encoding::for_bom(&bytes) {
        Some((encoding, mark)) if encoding != encoding_rs::UTF_8 => {
            let decoded = encoding.decode_without_bom_handling_and_without_replacement(&bytes[mark..]);
            let unreadable = || format!("it starts as {} and is not", encoding.name());
            return decoded.map(std::borrow::Cow::into_owned).ok_or_else(unreadable);
        }
        Some((_, mark)) => bytes[mark..].to_vec(),
        None => bytes,
    };
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let byte = error.as_bytes()[before.len()];
        let line = memchr::memchr_iter(b'\n', before).count() + 1;
        format!("line {line} holds the byte 0x{byte:02X}")
    })
}
