//! Schemas that services have told, kept in the cache folder: `schema/<connection>.json`, readable for the user alone.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::config::{Api, Connection, Paths};
use crate::schema::{CachedSchema, read_cached_schema, write_cached_schema};

/// The largest file that is read; a service of ten thousand tables stays far below.
const MAX_BYTES: u64 = 64 << 20;

/// The schema kept for a connection. `None` when none is, when it is the one of another service, and when the file is
/// damaged: then the service is asked again, and nothing is lost.
pub(super) fn load(paths: &Paths, connection: &Connection) -> Option<CachedSchema> {
    let path = path(paths, &connection.name);
    let size = fs::metadata(&path).ok()?.len();
    let text = if size <= MAX_BYTES { fs::read_to_string(path).ok()? } else { return None };
    read_cached_schema(&text).ok().filter(|cached| cached.of == service_of(connection))
}

/// Keeps a schema. A reader at the same time sees the old file or the new one, never a part.
pub(super) fn store(paths: &Paths, connection: &Connection, cached: &CachedSchema) -> io::Result<()> {
    let path = path(paths, &connection.name);
    let folder = path.parent().unwrap_or(Path::new("."));
    create_folder(folder)?;
    // Two copies of the program that write at once each have a file of their own until it takes the other's place.
    let unfinished = folder.join(format!(".{}.{}.part", file_name(&connection.name), std::process::id()));
    let written = create(&unfinished).and_then(|mut file| {
        file.write_all(write_cached_schema(cached).as_bytes())?;
        file.sync_all()
    });
    let renamed = written.and_then(|()| fs::rename(&unfinished, &path));
    if renamed.is_err() {
        let _ = fs::remove_file(&unfinished);
    }
    renamed
}

/// What a service is known by: a connection of the same name that is pointed elsewhere has another schema.
pub(super) fn service_of(connection: &Connection) -> String {
    let Some(service) = connection.kind.service() else { return String::new() };
    let place = match &service.api {
        Api::Kusto { database, .. } => database.as_str(),
        Api::LogAnalytics { workspace, .. } => workspace.as_str(),
        Api::Graph { workspace_id, .. } => workspace_id.as_deref().unwrap_or_default(),
        Api::Defender | Api::Mde => "",
    };
    let tenant = service.sign_in.tenant.as_deref().unwrap_or_default();
    [service.api.kind(), &service.base_url, place, tenant].join(" ")
}

fn path(paths: &Paths, name: &str) -> PathBuf {
    paths.cache.join("schema").join(format!("{}.json", file_name(name)))
}

/// The connection's name as a file name: letters, digits and hyphens as they are, anything else by number. Capital
/// letters too, since some file systems take them for small ones.
fn file_name(name: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    for byte in name.bytes().take(80) {
        if byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "_{byte:02x}");
        }
    }
    out
}

fn create_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn create(path: &Path) -> io::Result<File> {
    let _ = fs::remove_file(path);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::{file_name, load, path, service_of, store};
    use crate::config::{Api, Clock, Connection, ConnectionKind, Paths, Service};
    use crate::schema::{CachedSchema, advanced_hunting};

    fn connection(name: &str, address: &str) -> Connection {
        let service = Service::at(Api::Defender, address);
        Connection::new(name, ConnectionKind::Service(Box::new(service)), Clock::System)
    }

    #[test]
    fn a_schema_is_kept_for_its_service_alone() {
        let home = tempfile::tempdir().expect("a folder");
        let paths = Paths::under(home.path().to_owned());
        let mine = connection("../Über mir/..", "https://a.example");
        assert_eq!(load(&paths, &mine), None);
        for seconds in [1, 2] {
            let taken = UNIX_EPOCH + Duration::from_secs(seconds);
            let cached = CachedSchema { schema: advanced_hunting().clone(), taken, of: service_of(&mine) };
            store(&paths, &mine, &cached).expect("the folder can be written");
            assert_eq!(load(&paths, &mine), Some(cached));
        }
        assert_eq!(load(&paths, &connection("../Über mir/..", "https://b.example")), None, "another service");
        assert_eq!(load(&paths, &connection("other", "https://a.example")), None, "another connection");
        let folder = home.path().join("cache/schema");
        let files: Vec<_> = std::fs::read_dir(&folder).expect("it is there").flatten().collect();
        assert_eq!(files.len(), 1, "nothing unfinished stays: {files:?}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = files[0].metadata().expect("it is there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        std::fs::write(path(&paths, &mine.name), b"{\"version\":1,").expect("it can be written");
        assert_eq!(load(&paths, &mine), None, "a damaged file is none");
    }

    #[test]
    fn names_of_connections_never_leave_the_folder_or_meet() {
        assert_eq!(file_name("lab-2"), "lab-2");
        assert_eq!(file_name("../A"), "_2e_2e_2f_41");
        assert_ne!(file_name("A"), file_name("a"));
        assert_ne!(file_name("a_41"), file_name("aA"));
        assert!(file_name(&"é".repeat(5_000)).len() < 250);
    }
}
