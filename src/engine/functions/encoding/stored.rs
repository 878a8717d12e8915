//! Deflate that leaves its input as it is: what Kusto's compression functions write.

/// A stored block says its length in 16 bits.
const MAX_BLOCK: usize = 0xffff;

pub(super) fn push(bytes: &[u8], out: &mut Vec<u8>) {
    let mut blocks = bytes.chunks(MAX_BLOCK).peekable();
    if blocks.peek().is_none() {
        out.extend([1, 0, 0, 0xff, 0xff]);
    }
    while let Some(block) = blocks.next() {
        let length = block.len() as u16;
        out.push(u8::from(blocks.peek().is_none()));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
    }
}
