//! Files of queries, one text each: read as they are written, and written back whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::hash::Hasher as _;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::text::decode;

/// What is longer is no query that somebody wrote.
const MAX_BYTES: u64 = 32 * 1024 * 1024;

/// Tells whether a file is still the one that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// When it was changed, in nanoseconds since 1970, where the file system says so.
    pub modified: Option<i64>,
    pub n_bytes: u64,
    /// Of its bytes.
    pub hash: u64,
}

/// How a text is written in its file; it is written back in the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Form {
    pub encoding: Encoding,
    /// It begins with a byte order mark.
    pub mark: bool,
    /// Lines end with a carriage return and a line feed.
    pub crlf: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    #[default]
    Utf8,
    Utf16Le,
    Utf16Be,
}

impl Encoding {
    const ALL: &[(Self, &'static str)] =
        &[(Self::Utf8, "utf-8"), (Self::Utf16Le, "utf-16le"), (Self::Utf16Be, "utf-16be")];

    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(it, _)| *it == self).map_or("utf-8", |(_, name)| name)
    }

    pub fn from_name(name: &str) -> Self {
        Self::ALL.iter().find(|(_, it)| *it == name).map_or(Self::Utf8, |(encoding, _)| *encoding)
    }
}

/// A file that was read, or one that is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryFile {
    /// Where it really is, links followed.
    pub path: PathBuf,
    /// With `\n` between lines.
    pub text: String,
    pub form: Form,
    /// `None` when there is no such file yet.
    pub stamp: Option<Stamp>,
    /// Said when it is opened: its text is not quite what the file holds.
    pub note: Option<String>,
}

/// What has become of a file since it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnDisk {
    Same,
    /// It holds the same bytes, written anew.
    Touched(Stamp),
    Changed(Box<QueryFile>),
    Gone,
    /// It cannot be read now.
    Unreadable(String),
}

/// Why a file was not written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotWritten {
    /// Another program has changed or made it: this is how it looks now.
    Changed(Option<Stamp>),
    Failed(String),
}

/// What is expected at the place that is written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// The file as it was last seen, or none.
    AsSeen(Option<Stamp>),
    /// Whatever it is, it may be replaced: the user said so.
    Anything,
}

impl QueryFile {
    /// Reads a file. One that is not there is an empty text with its place. The error says why it is no text of a query.
    pub fn read(path: &Path) -> Result<Self, String> {
        let fault = |error: &io::Error| format!("'{}' cannot be opened: {error}", path.display());
        let path = real_path(path).map_err(|it| fault(&it))?;
        let bytes = match read_bytes(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Self { path, text: String::new(), form: Form::default(), stamp: None, note: None });
            }
            Err(error) => return Err(fault(&error)),
        };
        let stamp = Stamp::of(&path, &bytes);
        let mut form = form_of(&bytes);
        let text = decode(bytes).map_err(|why| format!("'{}' is not text: {why}.", path.display()))?;
        let n_breaks = memchr::memchr_iter(b'\n', text.as_bytes()).count();
        let n_crlf = memchr::memmem::find_iter(text.as_bytes(), b"\r\n").count();
        form.crlf = n_crlf * 2 > n_breaks;
        let is_mixed = n_crlf > 0 && n_crlf < n_breaks;
        let kept = if form.crlf { "CR LF" } else { "LF" };
        let note = is_mixed.then(|| format!("Its lines end in two ways; saving ends all of them with {kept}."));
        let text = if n_crlf > 0 { text.replace("\r\n", "\n") } else { text };
        Ok(Self { path, text, form, stamp: Some(stamp), note })
    }

    /// What has become of the file that was seen so.
    pub fn check(path: &Path, seen: Option<&Stamp>) -> OnDisk {
        let metadata = match fs::metadata(path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return if seen.is_none() { OnDisk::Same } else { OnDisk::Gone };
            }
            Err(error) => return OnDisk::Unreadable(error.to_string()),
        };
        if seen.is_some_and(|it| it.modified == modified(&metadata) && it.n_bytes == metadata.len()) {
            return OnDisk::Same;
        }
        match Self::read(path) {
            Err(words) => OnDisk::Unreadable(words),
            Ok(now) => match (&now.stamp, seen) {
                (Some(new), Some(old)) if new.hash == old.hash && new.n_bytes == old.n_bytes => {
                    OnDisk::Touched(new.clone())
                }
                (None, _) => OnDisk::Gone,
                _ => OnDisk::Changed(Box::new(now)),
            },
        }
    }
}

/// Writes a text to its file: to a new one beside it first, which takes its place when it is on the disk. A file that is
/// new is for its owner alone; one that was there keeps its rights.
pub fn write(path: &Path, text: &str, form: Form, expected: &Expected) -> Result<(PathBuf, Stamp), NotWritten> {
    let failed = |error: &io::Error| NotWritten::Failed(format!("'{}' cannot be written: {error}", path.display()));
    let path = real_path(path).map_err(|it| failed(&it))?;
    let failed = |error: io::Error| failed(&error);
    let there = match read_bytes(&path) {
        Ok(bytes) => Some(Stamp::of(&path, &bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(failed(error)),
    };
    let same = |a: &Stamp, b: &Stamp| a.hash == b.hash && a.n_bytes == b.n_bytes;
    let is_expected = match (expected, &there) {
        (Expected::Anything, _) | (Expected::AsSeen(None), None) => true,
        // A file that is gone is written again.
        (Expected::AsSeen(Some(_)), None) => true,
        (Expected::AsSeen(Some(seen)), Some(there)) => same(seen, there),
        (Expected::AsSeen(None), Some(_)) => false,
    };
    if !is_expected {
        return Err(NotWritten::Changed(there));
    }
    let bytes = encode(text, form);
    put(&path, &bytes, there.is_some()).map_err(failed)?;
    let stamp = Stamp::of(&path, &bytes);
    Ok((path, stamp))
}

fn put(path: &Path, bytes: &[u8], is_there: bool) -> io::Result<()> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidFilename)?.to_string_lossy();
    let aside = path.with_file_name(format!(".{name}.{}.new", std::process::id()));
    let _ = fs::remove_file(&aside);
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.write(true).create_new(true).open(&aside).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    let rights = || if is_there { fs::set_permissions(&aside, fs::metadata(path)?.permissions()) } else { Ok(()) };
    let placed = written.and_then(|()| rights()).and_then(|()| fs::rename(&aside, path));
    if placed.is_err() {
        let _ = fs::remove_file(&aside);
    }
    placed
}

impl Stamp {
    fn of(path: &Path, bytes: &[u8]) -> Self {
        let mut hasher = twox_hash::XxHash64::default();
        hasher.write(bytes);
        let modified = fs::metadata(path).ok().as_ref().and_then(modified);
        Self { modified, n_bytes: bytes.len() as u64, hash: hasher.finish() }
    }
}

fn modified(metadata: &fs::Metadata) -> Option<i64> {
    let since = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_nanos()).ok()
}

/// The bytes of a plain file of a bearable size: a pipe or a device would never end.
fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let metadata = fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
    }
    if !metadata.is_file() {
        return Err(io::Error::other("it is no plain file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(io::Error::other(format!("it is larger than {} MiB", MAX_BYTES >> 20)));
    }
    Ok(bytes)
}

/// Where a file really is, so that a link stays a link when the file is replaced. The file itself need not be there.
fn real_path(path: &Path) -> io::Result<PathBuf> {
    match fs::canonicalize(path) {
        Ok(real) => Ok(real),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let name = path.file_name().ok_or(error)?;
            let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
            Ok(fs::canonicalize(folder)?.join(name))
        }
        Err(error) => Err(error),
    }
}

fn form_of(bytes: &[u8]) -> Form {
    let (encoding, mark) = match bytes {
        [0xEF, 0xBB, 0xBF, ..] => (Encoding::Utf8, true),
        [0xFF, 0xFE, ..] => (Encoding::Utf16Le, true),
        [0xFE, 0xFF, ..] => (Encoding::Utf16Be, true),
        _ => (Encoding::Utf8, false),
    };
    Form { encoding, mark, crlf: false }
}

fn encode(text: &str, form: Form) -> Vec<u8> {
    let text = if form.crlf { text.replace('\n', "\r\n") } else { text.to_owned() };
    let marked = if form.mark { format!("\u{feff}{text}") } else { text };
    match form.encoding {
        Encoding::Utf8 => marked.into_bytes(),
        Encoding::Utf16Le => marked.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Encoding::Utf16Be => marked.encode_utf16().flat_map(u16::to_be_bytes).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_back_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let utf16 = |text: &str, bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<_>>();
        for (name, bytes) in [
            ("plain", b"T\n| take 1".to_vec()),
            ("ended", b"T\n| take 1\n\n".to_vec()),
            ("windows", b"\xEF\xBB\xBFT\r\n| take 1\r\n".to_vec()),
            ("le", utf16("\u{feff}T\r\n日本\r\n", u16::to_le_bytes)),
            ("be", utf16("\u{feff}T | where a == 'é'", u16::to_be_bytes)),
            ("empty", Vec::new()),
        ] {
            let path = folder.path().join(name);
            fs::write(&path, &bytes).unwrap();
            let file = QueryFile::read(&path).unwrap();
            assert!(!file.text.contains('\r') && !file.text.starts_with('\u{feff}'), "{name}: {:?}", file.text);
            let (_, stamp) = write(&path, &file.text, file.form, &Expected::AsSeen(file.stamp.clone())).unwrap();
            assert_eq!(fs::read(&path).unwrap(), bytes, "{name}");
            assert_eq!(stamp.hash, file.stamp.unwrap().hash, "{name}");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 6, "nothing is left beside them");
    }

    #[test]
    fn what_another_program_wrote_is_never_replaced_unasked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("q.kql");
        let form = Form::default();
        let (_, seen) = write(&path, "mine", form, &Expected::AsSeen(None)).unwrap();
        assert_eq!(QueryFile::check(&path, Some(&seen)), OnDisk::Same);
        fs::write(&path, "theirs").unwrap();
        let refused = write(&path, "mine too", form, &Expected::AsSeen(Some(seen.clone()))).unwrap_err();
        assert!(matches!(refused, NotWritten::Changed(Some(_))), "{refused:?}");
        assert!(matches!(write(&path, "new", form, &Expected::AsSeen(None)), Err(NotWritten::Changed(Some(_)))));
        assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
        let OnDisk::Changed(now) = QueryFile::check(&path, Some(&seen)) else { panic!("it has changed") };
        assert_eq!(now.text, "theirs");
        write(&path, "mine too", form, &Expected::Anything).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine too");
        fs::remove_file(&path).unwrap();
        assert_eq!(QueryFile::check(&path, Some(&seen)), OnDisk::Gone);
    }

    #[test]
    fn what_is_no_text_of_a_query_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("q.kql");
        fs::write(&path, b"T\n| where x == \xFF").unwrap();
        assert!(QueryFile::read(&path).unwrap_err().contains("line 2 holds the byte 0xFF"));
        assert!(QueryFile::read(folder.path()).unwrap_err().contains("it is a folder"));
        assert!(QueryFile::read(&folder.path().join("no/such")).is_err());
        assert_eq!(QueryFile::read(&folder.path().join("new.kql")).unwrap().stamp, None);
    }

    #[cfg(unix)]
    #[test]
    fn rights_and_links_stay_and_a_new_file_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("real.kql"), folder.path().join("link.kql"));
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        write(&path, "a", Form::default(), &Expected::AsSeen(None)).unwrap();
        assert_eq!(mode(&path), 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let file = QueryFile::read(&link).unwrap();
        write(&link, "b", file.form, &Expected::AsSeen(file.stamp)).unwrap();
        assert_eq!((fs::read_to_string(&path).unwrap().as_str(), mode(&path)), ("b", 0o644));
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }
}
