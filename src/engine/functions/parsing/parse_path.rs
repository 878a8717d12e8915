//! `parse_path(path)`

use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("parse_path", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let paths = call.strings(0);
    call.make_texts(|row, out| {
        push_parts(paths.get(row), out);
        true
    })
}

/// Both kinds of slash part a path. A root is a drive; a stream is what follows a colon in the file name.
fn push_parts(path: &str, out: &mut String) {
    let slashes = ['\\', '/'];
    let (scheme, rest) = path.split_once("://").unwrap_or(("", path));
    let bytes = rest.as_bytes();
    let has_drive =
        bytes.len() > 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':' && matches!(bytes[2], b'\\' | b'/');
    let root = if has_drive { &rest[..3] } else { "" };
    let cut = rest.rfind(slashes);
    let (directory, file) = cut.map_or(("", rest), |cut| (&rest[..cut], &rest[cut + 1..]));
    let (file, stream) = file.split_once(':').unwrap_or((file, ""));
    let name = directory.rsplit(slashes).next().unwrap_or_default();
    let name = if name.ends_with(':') { "" } else { name };
    let extension = file.rfind('.').map_or("", |point| &file[point + 1..]);
    out.push('{');
    for (key, value) in [
        ("Scheme", scheme),
        ("RootPath", root),
        ("DirectoryPath", directory),
        ("DirectoryName", name),
        ("Filename", file),
        ("Extension", extension),
        ("AlternateDataStreamName", stream),
    ] {
        let mut quoted = String::new();
        json::push_quoted(value, &mut quoted);
        json::push_member(key, &quoted, out);
    }
    out.push('}');
}
