//! `tallyho fmt`: files of queries laid out anew. A file is replaced whole or not at all, only when its layout changes,
//! and in the encoding that it had.

use std::fs::{self, File};
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::{Failure, narrate};
use crate::kql;

#[derive(Args)]
pub(super) struct FmtArgs {
    /// Files to lay out in their place; `-`, or none, lays out standard input.
    #[arg(value_name = "FILE")]
    paths: Vec<PathBuf>,
    /// Change nothing: list the files whose layout would change, and end with 1 when there are any.
    #[arg(long)]
    check: bool,
}

pub(super) fn fmt(args: &FmtArgs) -> Result<(), Failure> {
    if args.paths.is_empty() && io::stdin().is_terminal() {
        return Err(Failure::Usage("name files to lay out; - is standard input".to_owned()));
    }
    let input = [PathBuf::from("-")];
    let paths = if args.paths.is_empty() { &input[..] } else { &args.paths[..] };
    let (mut n_changed, mut n_failed) = (0, 0);
    for path in paths {
        let outcome = if path.as_os_str() == "-" { lay_out_input(args.check) } else { lay_out_file(path, args.check) };
        match outcome {
            Ok(changes) => n_changed += usize::from(changes),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Err(Failure::ClosedPipe),
            Err(error) => {
                n_failed += 1;
                narrate(&format!("error: {}: {error}", path.display()));
            }
        }
    }
    match n_failed {
        0 if args.check && n_changed > 0 => Err(Failure::Found),
        0 => Ok(()),
        1 => Err(Failure::Io("1 file was not laid out".to_owned())),
        n => Err(Failure::Io(format!("{n} files were not laid out"))),
    }
}

/// Standard input to standard output. True when the layout changes.
fn lay_out_input(only_check: bool) -> io::Result<bool> {
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    let (encoding, text) = decode(&bytes)?;
    let laid_out = kql::format_all(&text);
    let mut out = io::stdout().lock();
    if !only_check {
        out.write_all(&encoding.encode(&laid_out))?;
    } else if laid_out != text {
        writeln!(out, "<stdin>")?;
    }
    Ok(laid_out != text)
}

/// True when the layout of the file changes.
fn lay_out_file(path: &Path, only_check: bool) -> io::Result<bool> {
    let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
    if ["md", "markdown", "yaml", "yml"].iter().any(|it| extension == *it) {
        let message = "only files that are queries are laid out, not those that hold some among other text";
        return Err(io::Error::new(io::ErrorKind::Unsupported, message));
    }
    let (encoding, text) = decode(&fs::read(path)?)?;
    let laid_out = kql::format_all(&text);
    if laid_out == text {
        return Ok(false);
    }
    if only_check {
        writeln!(io::stdout().lock(), "{}", crate::text::sanitize(&path.display().to_string()))?;
    } else {
        replace(path, &encoding.encode(&laid_out))?;
    }
    Ok(true)
}

/// Writes a new file beside the old one, waits until it is on the disk, and puts it in its place. A link goes on
/// pointing at the file.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let permissions = fs::metadata(&path)?.permissions();
    if permissions.readonly() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the file is read-only"));
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let aside = path.with_file_name(name);
    let write = || {
        let mut file = File::create_new(&aside)?;
        file.write_all(bytes)?;
        file.set_permissions(permissions)?;
        file.sync_all()?;
        fs::rename(&aside, &path)
    };
    let written = write();
    if written.as_ref().is_err_and(|error| error.kind() != io::ErrorKind::AlreadyExists) {
        let _ = fs::remove_file(&aside);
    }
    written
}

/// How a file says its text.
#[derive(Clone, Copy)]
enum Encoding {
    Utf8,
    /// With the mark that editors on Windows put first.
    Utf8Marked,
    Utf16Little,
    Utf16Big,
}

impl Encoding {
    fn encode(self, text: &str) -> Vec<u8> {
        let units = || std::iter::once(0xFEFF).chain(text.encode_utf16());
        match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Utf8Marked => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
            Self::Utf16Little => units().flat_map(u16::to_le_bytes).collect(),
            Self::Utf16Big => units().flat_map(u16::to_be_bytes).collect(),
        }
    }
}

/// The text without its mark. Nothing is replaced: what cannot be read exactly could not be written back.
fn decode(bytes: &[u8]) -> io::Result<(Encoding, String)> {
    let unreadable = |what: &str| io::Error::new(io::ErrorKind::InvalidData, format!("it is not text in {what}"));
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let pairs = bytes.chunks_exact(2);
        let is_whole = pairs.remainder().is_empty();
        let units: Vec<u16> = pairs.map(|pair| unit([pair[0], pair[1]])).collect();
        String::from_utf16(&units).ok().filter(|_| is_whole).ok_or_else(|| unreadable("UTF-16"))
    };
    Ok(match bytes {
        [0xFF, 0xFE, rest @ ..] => (Encoding::Utf16Little, wide(rest, u16::from_le_bytes)?),
        [0xFE, 0xFF, rest @ ..] => (Encoding::Utf16Big, wide(rest, u16::from_be_bytes)?),
        [0xEF, 0xBB, 0xBF, rest @ ..] => (Encoding::Utf8Marked, utf8(rest).ok_or_else(|| unreadable("UTF-8"))?),
        _ => (Encoding::Utf8, utf8(bytes).ok_or_else(|| unreadable("UTF-8"))?),
    })
}

fn utf8(bytes: &[u8]) -> Option<String> {
    std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0')).map(str::to_owned)
}
