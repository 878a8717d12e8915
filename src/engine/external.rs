//! `externaldata`: files beside the tables, and what other hosts have where the connection allows it.
//!
//! A place is a path below the folder of the data, or a `file://` address in it; links that lead out of it do not count.
//! An `https://` address is first looked for in the folder `_external/HOST/PATH` of the data, where a copy of it can be
//! put for work without a network, and then fetched by whoever runs the engine ([`Fetch`]).

use std::fmt::Debug;
use std::fs;
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use datafusion::execution::memory_pool::MemoryReservation;
use futures::future::BoxFuture;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::Shared;
use super::data::{Records, Unreadable};
use super::error::EngineError;
use super::prepare::Rows;
use crate::kql::{ColumnSymbol, ExternalData, ExternalFile};

/// Bytes, unpacked, that one `externaldata` reads at most: what Kusto's documentation calls the largest.
const MAX_BYTES: usize = 100 << 20;

/// Where copies of what other hosts have are looked for. The underscore keeps them from being tables.
const COPIES: &str = "_external";

/// How what another host has is fetched: the engine itself never asks anybody.
pub trait Fetch: Debug + Send + Sync {
    /// True when the address may be asked at all.
    fn allows(&self, address: &Url) -> bool;

    /// The bytes at an address, at most so many. An error says what is wrong in words that go behind the address, and
    /// nothing of the address itself, which may hold a secret. Dropping the future ends the exchange.
    fn fetch(&self, address: Url, max_bytes: usize) -> BoxFuture<'static, Result<Vec<u8>, String>>;
}

/// The rows of all files, one after another, charged to `memory`.
pub(super) async fn read(
    shared: &Shared,
    columns: &[ColumnSymbol],
    data: &ExternalData,
    stop: &CancellationToken,
    memory: &MemoryReservation,
) -> Result<Rows, EngineError> {
    let mut room = MAX_BYTES;
    let mut files = Vec::with_capacity(data.files.len());
    for file in &data.files {
        let bytes = tokio::select! {
            biased;
            () = stop.cancelled() => return Err(EngineError::Cancelled),
            bytes = bytes_of(shared, file, room) => bytes?,
        };
        memory.try_grow(bytes.len())?;
        room -= bytes.len();
        files.push((file, bytes));
    }
    let is_stopped = || stop.is_cancelled();
    let mut records = Records::new(columns, data.skips_first, shared.options.batch_rows, &is_stopped);
    for (file, bytes) in files {
        let read = records.read(bytes, file.format);
        if stop.is_cancelled() {
            return Err(EngineError::Cancelled);
        }
        read.map_err(|Unreadable(reason)| fault(file, &reason))?;
    }
    let (schema, batches) = records.finish();
    memory.try_resize(batches.iter().map(arrow::record_batch::RecordBatch::get_array_memory_size).sum())?;
    Rows::new(schema, batches)
}

fn fault(file: &ExternalFile, reason: &str) -> EngineError {
    let message = format!("externaldata cannot read '{}': {reason}", file.shown());
    EngineError::Query { message, span: Some(file.span.clone()) }
}

fn too_large(file: &ExternalFile) -> EngineError {
    let message = format!("externaldata reads at most {} MB, and '{}' has more", MAX_BYTES >> 20, file.shown());
    EngineError::Limit { message }
}

/// What stands at the place of a file, unpacked.
async fn bytes_of(shared: &Shared, file: &ExternalFile, room: usize) -> Result<Vec<u8>, EngineError> {
    let folder = shared.folder.as_deref();
    let packed = match Place::of(file)? {
        Place::Below(path) => match folder {
            Some(folder) => local(folder, &path, file, room)?.ok_or_else(|| fault(file, "there is no such file"))?,
            None => return Err(fault(file, "there is no folder of data here")),
        },
        Place::Elsewhere(address) => match copy_of(folder, &address, file, room)? {
            Some(bytes) => bytes,
            None => fetched(shared.options.fetch.as_ref(), address, file, room).await?,
        },
    };
    if !file.shown().to_ascii_lowercase().ends_with(".gz") {
        return Ok(packed);
    }
    let mut bytes = Vec::new();
    let mut reader = flate2::read::MultiGzDecoder::new(packed.as_slice()).take(room as u64 + 1);
    reader.read_to_end(&mut bytes).map_err(|error| fault(file, &error.to_string()))?;
    if bytes.len() > room { Err(too_large(file)) } else { Ok(bytes) }
}

/// Where a file is.
enum Place {
    /// Relative to the folder of the data, or absolute and, one hopes, in it.
    Below(PathBuf),
    Elsewhere(Url),
}

impl Place {
    fn of(file: &ExternalFile) -> Result<Self, EngineError> {
        let place = file.place.as_str();
        let scheme = place.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
        match scheme.as_deref() {
            None => Ok(Self::Below(PathBuf::from(place))),
            Some("file") => match Url::parse(place).ok().and_then(|address| address.to_file_path().ok()) {
                Some(path) => Ok(Self::Below(path)),
                None => Err(fault(file, "it is no file:/// address of this machine")),
            },
            Some("http" | "https") => {
                if place.contains(';') {
                    return Err(EngineError::unsupported("externaldata with credentials in the address", &file.span));
                }
                let address = Url::parse(place).map_err(|error| fault(file, &error.to_string()))?;
                if !address.username().is_empty() || address.password().is_some() {
                    return Err(EngineError::unsupported("externaldata with credentials in the address", &file.span));
                }
                Ok(Self::Elsewhere(address))
            }
            Some(scheme) => Err(EngineError::unsupported(format!("externaldata from {scheme}://"), &file.span)),
        }
    }
}

/// The bytes of a file in the folder; `None` when there is none of this name.
fn local(folder: &Path, path: &Path, file: &ExternalFile, room: usize) -> Result<Option<Vec<u8>>, EngineError> {
    // Resolving also follows links, so that none leads out of the folder. What is outside is not told to be there or not.
    let outside = || Err(fault(file, "it is not in the folder of the data"));
    let leads_out =
        path.is_absolute() && !path.starts_with(folder) || path.components().any(|it| it == Component::ParentDir);
    let Ok(path) = folder.join(path).canonicalize() else { return if leads_out { outside() } else { Ok(None) } };
    if !path.starts_with(folder) {
        return outside();
    }
    // Reading a pipe or a device could wait for ever.
    if !path.is_file() {
        return Err(fault(file, "it is no file"));
    }
    let read = || {
        let mut bytes = Vec::new();
        fs::File::open(&path)?.take(room as u64 + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = read().map_err(|error: std::io::Error| fault(file, &error.to_string()))?;
    if bytes.len() > room { Err(too_large(file)) } else { Ok(Some(bytes)) }
}

/// The copy of what another host has, by its name as it stands in the address, or with `%20` and its like decoded.
fn copy_of(
    folder: Option<&Path>,
    address: &Url,
    file: &ExternalFile,
    room: usize,
) -> Result<Option<Vec<u8>>, EngineError> {
    let Some(folder) = folder.map(|folder| folder.join(COPIES)).and_then(|folder| folder.canonicalize().ok()) else {
        return Ok(None);
    };
    let copy = copy_path(address);
    let decoded = percent_decoded(&copy);
    for path in [copy.as_str(), decoded.as_str()] {
        let is_there = folder.join(path).is_file();
        if let Some(bytes) = if is_there { local(&folder, Path::new(path), file, room)? } else { None } {
            return Ok(Some(bytes));
        }
    }
    Ok(None)
}

/// `HOST/PATH`; a path that ends in a slash is of a file `index.html`, as programs that save addresses call it.
fn copy_path(address: &Url) -> String {
    let port = address.port().map(|port| format!(":{port}")).unwrap_or_default();
    let path = address.path();
    let index = if path.ends_with('/') { "index.html" } else { "" };
    format!("{}{port}{path}{index}", address.host_str().unwrap_or_default())
}

fn percent_decoded(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, behind)) = rest.split_once('%') {
        bytes.extend_from_slice(before.as_bytes());
        match behind.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &behind[2..];
            }
            None => {
                bytes.push(b'%');
                rest = behind;
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).unwrap_or_else(|_| path.to_owned())
}

async fn fetched(
    fetch: Option<&Arc<dyn Fetch>>,
    address: Url,
    file: &ExternalFile,
    room: usize,
) -> Result<Vec<u8>, EngineError> {
    let Some(fetch) = fetch.filter(|it| it.allows(&address)) else {
        let (host, copy) = (address.host_str().unwrap_or_default(), copy_path(&address));
        let reason = format!(
            "the connection does not allow the host {host}. Name it in allowed_hosts of the connection, or put a copy of \
             the file into the folder of the data as {COPIES}/{copy}"
        );
        return Err(fault(file, &reason));
    };
    let bytes = fetch.fetch(address, room).await.map_err(|reason| fault(file, &reason))?;
    if bytes.len() > room { Err(too_large(file)) } else { Ok(bytes) }
}
