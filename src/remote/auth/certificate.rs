//! A certificate with its key, and the assertion that is signed with it instead of sending a secret.

use std::path::Path;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use p12_keystore::Pkcs12Archive;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::super::error::RemoteError;
use super::der;
use super::random;
use super::tokens::now;

/// A file that is longer holds no certificate.
const MAX_FILE: u64 = 1 << 20;
/// Seconds that an assertion is good for; Entra takes up to ten minutes.
const ASSERTION_LIFE: u64 = 300;
/// Seconds by which the clock of this machine may be ahead of the login server's.
const CLOCK_SKEW: u64 = 60;

/// What a file has to hold.
const BOTH: &str = "Put the certificate and its key into one PEM or PFX file, and name it with certificate.";

/// An RSA key and the certificate that the login server knows it by.
pub(super) struct Certificate {
    key: EncodingKey,
    /// SHA-256 of the certificate, in Base64 for addresses.
    thumbprint: String,
    /// The certificate and those that signed it, where they are sent too.
    chain: Option<Vec<String>>,
}

/// The certificates and keys of a file, as they stand there.
#[derive(Default)]
struct Content {
    certificates: Vec<Vec<u8>>,
    keys: Vec<Vec<u8>>,
}

impl Certificate {
    /// Reads a PEM or PFX file. The file is read anew at each sign-in, since certificates are replaced.
    pub(super) fn read(path: &Path, password: Option<&SecretString>, send_chain: bool) -> Result<Self, RemoteError> {
        let refuse = |why: &str, advice: &str| {
            RemoteError::connection(format!("the certificate {} cannot be used: {why}", path.display()), advice)
        };
        let file = read_file(path).map_err(|why| refuse(&why, BOTH))?;
        let content = match file.first() {
            // A PFX file is one DER sequence.
            Some(0x30) => of_pfx(&file, password).map_err(|(why, advice)| refuse(why, advice))?,
            _ => of_pem(&file).map_err(|(why, advice)| refuse(&why, advice))?,
        };
        let [key] = content.keys.as_slice() else {
            let why = if content.keys.is_empty() { "it holds no private key" } else { "it holds more than one key" };
            return Err(refuse(why, BOTH));
        };
        let key = der::rsa_key(key).ok_or_else(|| {
            refuse(
                "its key is no RSA key, and Entra takes no other",
                "Make a certificate with an RSA key of 2048 bits.",
            )
        })?;
        // The leaf need not stand first; it is the one with the key's own modulus.
        let own = der::modulus(key)
            .and_then(|it| content.certificates.iter().position(|cert| memchr::memmem::find(cert, it).is_some()));
        let Some(own) = own else {
            let none = content.certificates.is_empty();
            let why = if none { "it holds no certificate" } else { "its key belongs to another certificate" };
            return Err(refuse(why, BOTH));
        };
        let leaf = &content.certificates[own];
        if let Some(end) = der::end_of_life(leaf).filter(|(seconds, _)| *seconds <= now()) {
            let why = format!("it ended on {} by this machine's clock", end.1);
            return Err(refuse(&why, "Upload a new certificate to the application and use that one."));
        }
        let others = content.certificates.iter().enumerate().filter(|(at, _)| *at != own).map(|(_, it)| it);
        let chain = || std::iter::once(leaf).chain(others).map(|it| BASE64_STANDARD.encode(it)).collect();
        Ok(Self {
            key: EncodingKey::from_rsa_der(key),
            thumbprint: BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(leaf)),
            chain: send_chain.then(chain),
        })
    }

    /// Signs that the application asks this endpoint, now (PS256, as Entra's documentation recommends).
    pub(super) fn assertion(&self, client_id: &str, endpoint: &str) -> Result<String, RemoteError> {
        let header = Header {
            x5t_s256: Some(self.thumbprint.clone()),
            x5c: self.chain.clone(),
            ..Header::new(Algorithm::PS256)
        };
        let now = now();
        let claims = json!({
            "aud": endpoint,
            "iss": client_id,
            "sub": client_id,
            "jti": random::guid()?,
            "nbf": now - CLOCK_SKEW,
            "iat": now,
            "exp": now + ASSERTION_LIFE,
        });
        jsonwebtoken::encode(&header, &claims, &self.key).map_err(|_| {
            RemoteError::connection(
                "the certificate's key cannot sign",
                "Make a certificate with an RSA key of 2048 bits or more.",
            )
        })
    }
}

fn read_file(path: &Path) -> Result<Vec<u8>, String> {
    let size = std::fs::metadata(path).map_err(|it| it.to_string())?.len();
    if size > MAX_FILE {
        return Err("it is too long to be one".to_owned());
    }
    std::fs::read(path).map_err(|it| it.to_string())
}

fn of_pfx(file: &[u8], password: Option<&SecretString>) -> Result<Content, (&'static str, &'static str)> {
    const ADVICE: &str = "Put the file's password into a variable and name it with certificate_password_variable.";
    let given = password.map_or("", |it| it.expose_secret());
    match Pkcs12Archive::from_pkcs12(file, given) {
        Ok(archive) => Ok(Content {
            certificates: archive.certs.iter().map(|it| it.cert.as_der().to_vec()).collect(),
            keys: archive.keys.iter().map(|it| it.key.as_der().to_vec()).collect(),
        }),
        Err(p12_keystore::error::Error::MacError(_)) if password.is_some() => {
            Err(("its password is another one", "Check the variable that certificate_password_variable names."))
        }
        Err(p12_keystore::error::Error::MacError(_)) => Err(("it has a password", ADVICE)),
        Err(
            p12_keystore::error::Error::UnsupportedEncryptionScheme
            | p12_keystore::error::Error::UnsupportedMacAlgorithm,
        ) => Err((
            "it is encrypted in a way that is not supported",
            "Write it again: openssl pkcs12 -in OLD -nodes -out NEW.pem",
        )),
        Err(_) => Err(("it is no PFX file, or broken", "Export it again with its private key.")),
    }
}

fn of_pem(file: &[u8]) -> Result<Content, (String, &'static str)> {
    let text = String::from_utf8_lossy(file);
    let mut content = Content::default();
    let mut rest = text.as_ref();
    while let Some((_, behind)) = rest.split_once("-----BEGIN ") {
        let broken = || ("a block of it is broken".to_owned(), BOTH);
        let (label, behind) = behind.split_once("-----").ok_or_else(broken)?;
        let (body, behind) = behind.split_once(&format!("-----END {label}-----")).ok_or_else(broken)?;
        rest = behind;
        if label == "ENCRYPTED PRIVATE KEY" || body.contains("ENCRYPTED") {
            return Err((
                "its key is an encrypted PEM key, which is not supported".to_owned(),
                "Use a PFX file with a password: openssl pkcs12 -export -in FILE -out FILE.pfx",
            ));
        }
        let place = match label {
            "CERTIFICATE" => &mut content.certificates,
            "PRIVATE KEY" | "RSA PRIVATE KEY" => &mut content.keys,
            "EC PRIVATE KEY" | "DSA PRIVATE KEY" | "OPENSSH PRIVATE KEY" => {
                let why = format!("its key is of the kind '{label}', and Entra takes only RSA");
                return Err((why, "Make a certificate with an RSA key of 2048 bits."));
            }
            // Parameters, public keys and trust settings say nothing here.
            _ => continue,
        };
        let body: String = body.split_whitespace().collect();
        place.push(BASE64_STANDARD.decode(body).map_err(|_| broken())?);
    }
    if content.certificates.is_empty() && content.keys.is_empty() {
        return Err(("it is neither a PEM nor a PFX file".to_owned(), BOTH));
    }
    Ok(content)
}
