//! Files of ours: whole or not at all, and for nobody else.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Writes a file that only its owner may read. It is written beside its place and moved there when it is whole; one that
/// is there already stays, unless it may be replaced.
pub fn write_private(path: &Path, text: &str, replace: bool) -> io::Result<()> {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    if let Some(folder) = folder {
        fs::create_dir_all(folder)?;
    }
    let mut name = path.file_name().ok_or_else(|| io::Error::other("this names no file"))?.to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let aside = path.with_file_name(name);
    let written = write(&aside, text).and_then(|()| {
        if replace {
            return fs::rename(&aside, path);
        }
        // A link, unlike a move, never replaces what is there. Not every file system has links.
        match fs::hard_link(&aside, path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
            Err(_) if path.exists() => Err(io::ErrorKind::AlreadyExists.into()),
            Err(_) => fs::rename(&aside, path),
            Ok(()) => fs::remove_file(&aside),
        }
    });
    if written.is_err() {
        let _ = fs::remove_file(&aside);
    }
    written
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut file: File = private(&mut OpenOptions::new()).write(true).create(true).truncate(true).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}
