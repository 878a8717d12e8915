//! The 350 images of the lab: every executable and library with hashes, size and version resource that never change.
//!
//! The hashes are digests of the image's name, so that no file in the world has them.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::rows::{Pool, Sym};

const IMAGES: &str = include_str!("../../assets/lab/images.tsv");

/// One file that can run or be loaded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Image {
    pub(super) file: Sym,
    /// Folder without the file name; `{user}` stands for the user's name.
    pub(super) folder: Sym,
    pub(super) sha1: Sym,
    pub(super) sha256: Sym,
    pub(super) md5: Sym,
    pub(super) size: i64,
    pub(super) company: Sym,
    pub(super) product: Sym,
    pub(super) version: Sym,
    pub(super) internal: Sym,
    pub(super) original: Sym,
    pub(super) description: Sym,
    pub(super) signer: Sym,
    pub(super) signature: Sym,
}

#[derive(Debug)]
pub(super) struct Catalog {
    images: Vec<Image>,
    by_name: HashMap<&'static str, usize>,
}

impl Catalog {
    pub(super) fn new(pool: &mut Pool) -> Self {
        let mut images = Vec::new();
        let mut by_name = HashMap::new();
        for line in IMAGES.lines().filter(|line| !line.starts_with('#')) {
            let fields: Vec<&'static str> = line.split('\t').collect();
            let field = |number: usize| fields.get(number).copied().unwrap_or_default();
            by_name.insert(field(0), images.len());
            images.push(image(
                pool,
                &Description {
                    file: field(0),
                    folder: field(1),
                    company: field(2),
                    product: field(3),
                    version: field(4),
                    description: field(5),
                    original: field(6),
                },
            ));
        }
        Self { images, by_name }
    }

    pub(super) fn images(&self) -> &[Image] {
        &self.images
    }

    /// The image of that file name, exactly as the catalogue spells it.
    pub(super) fn find(&self, file: &str) -> Option<Image> {
        self.by_name.get(file).map(|index| self.images[*index])
    }

    /// The first image, for a model that is at fault anyway.
    pub(super) fn first(&self) -> Image {
        self.images[0]
    }
}

struct Description<'a> {
    file: &'a str,
    folder: &'a str,
    company: &'a str,
    product: &'a str,
    version: &'a str,
    description: &'a str,
    original: &'a str,
}

fn image(pool: &mut Pool, it: &Description<'_>) -> Image {
    let hashes = Hashes::of(pool, it.file);
    let signer = match it.company {
        "Microsoft Corporation" if it.folder.starts_with(r"C:\Windows") => "OsVendor",
        "" => "Unknown",
        _ => "Vendor",
    };
    let internal = it.original.rsplit_once('.').map_or(it.original, |(stem, _)| stem);
    Image {
        file: pool.intern(it.file),
        folder: pool.intern(it.folder),
        sha1: hashes.sha1,
        sha256: hashes.sha256,
        md5: hashes.md5,
        size: hashes.size,
        company: pool.intern(it.company),
        product: pool.intern(it.product),
        version: pool.intern(it.version),
        internal: pool.intern(internal),
        original: pool.intern(it.original),
        description: pool.intern(it.description),
        signer: pool.intern(signer),
        signature: pool.intern(if signer == "Unknown" { "Unsigned" } else { "Valid" }),
    }
}

/// Hashes and size of a file, derived from a name for it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hashes {
    pub(super) sha1: Sym,
    pub(super) sha256: Sym,
    pub(super) md5: Sym,
    pub(super) size: i64,
}

impl Hashes {
    pub(super) fn of(pool: &mut Pool, name: &str) -> Self {
        let long = hex(&digest("sha256", name));
        let short = hex(&digest("short", name));
        let bytes = digest("size", name);
        let size = 9_000 + i64::from(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0])) / 4;
        Self {
            sha1: pool.intern(&short[..40]),
            sha256: pool.intern(&long),
            md5: pool.intern(&hex(&digest("md5", name))[..32]),
            size: size / 8 * 8,
        }
    }
}

fn digest(kind: &str, name: &str) -> [u8; 32] {
    Sha256::digest(format!("halcyon/{kind}/{name}").as_bytes()).into()
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]])
        .map(char::from)
        .collect()
}
