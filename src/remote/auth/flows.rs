//! Which flow gets the token, and what each needs from around the process.

use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret as _, SecretString};

use super::super::error::RemoteError;
use super::certificate::Certificate;
use super::login::{Form, LoginError};
use super::remembered::Remembered;
use super::tokens::Tokens;
use super::{Person, SignInPrompt, TokenSource, browser, device_code, managed_identity, programs};
use crate::config::SignInMethod;

/// A token file that is longer holds no token.
const MAX_TOKEN_FILE: u64 = 64 * 1024;

impl TokenSource {
    /// Runs the flow that the connection names.
    pub(super) async fn renew(&self, person: &mut Person<'_>) -> Result<Tokens, RemoteError> {
        let tenant = self.sign_in.tenant.as_deref();
        match &self.sign_in.method {
            SignInMethod::ClientSecret { variable } => self.by_secret(variable).await,
            SignInMethod::Certificate { path, password_variable, send_chain } => {
                self.by_certificate(path, password_variable.as_deref(), *send_chain).await
            }
            SignInMethod::WorkloadIdentity { token_file } => self.by_federated_token(token_file.as_deref()).await,
            SignInMethod::DeviceCode | SignInMethod::Browser => self.by_person(person).await,
            SignInMethod::AzureCli => {
                programs::sign_in(programs::AZ, &self.application_scope, tenant, &self.environment).await
            }
            SignInMethod::AzureDeveloperCli => {
                programs::sign_in(programs::AZD, &self.application_scope, tenant, &self.environment).await
            }
            SignInMethod::ManagedIdentity => {
                let client_id = self.sign_in.client_id.as_deref();
                managed_identity::sign_in(&self.resource, client_id, &self.environment).await
            }
            SignInMethod::None | SignInMethod::TokenVariable(_) | SignInMethod::TokenInput => Err(self.used_up()),
        }
    }

    async fn by_secret(&self, variable: &str) -> Result<Tokens, RemoteError> {
        let secret = self.environment.variable(variable).ok_or_else(|| {
            RemoteError::connection(
                format!("the environment variable {variable} holds no client secret"),
                format!("Put the secret's value into {variable} and start Tallyho again."),
            )
        })?;
        let form = self.form("client_credentials", &self.application_scope)?.with("client_secret", secret);
        self.login.token(&form).await.map_err(|it| self.login.in_words(it))
    }

    async fn by_certificate(
        &self,
        path: &Path,
        password_variable: Option<&str>,
        send_chain: bool,
    ) -> Result<Tokens, RemoteError> {
        let password = match password_variable {
            None => None,
            Some(variable) => Some(self.environment.variable(variable).map(SecretString::from).ok_or_else(|| {
                RemoteError::connection(
                    format!("the environment variable {variable} holds no password"),
                    format!("Put the password of {} into {variable} and start Tallyho again.", path.display()),
                )
            })?),
        };
        let certificate = Certificate::read(path, password.as_ref(), send_chain)?;
        let assertion = certificate.assertion(self.login.client_id()?, self.login.endpoint("token").as_str())?;
        self.by_assertion(assertion).await
    }

    /// The token that the cluster puts into a file and renews there.
    async fn by_federated_token(&self, token_file: Option<&Path>) -> Result<Tokens, RemoteError> {
        const VARIABLE: &str = "AZURE_FEDERATED_TOKEN_FILE";
        let path = token_file.map(Path::to_path_buf).or_else(|| self.environment.variable(VARIABLE).map(PathBuf::from));
        let path = path.ok_or_else(|| {
            RemoteError::connection(
                format!("there is no token of a workload: {VARIABLE} is not set"),
                "Run in a workload that has an identity, or set token_file of the connection.",
            )
        })?;
        let refuse = |why: &str| {
            RemoteError::connection(
                format!("the token file {} cannot be used: {why}", path.display()),
                "Check that the workload has an identity and may read the file.",
            )
        };
        let size = std::fs::metadata(&path).map_err(|it| refuse(&it.to_string()))?.len();
        if size > MAX_TOKEN_FILE {
            return Err(refuse("it is too long for a token"));
        }
        let token = std::fs::read_to_string(&path).map_err(|it| refuse(&it.to_string()))?;
        let token = token.trim();
        if token.is_empty() || !token.bytes().all(|it| it.is_ascii_graphic()) {
            return Err(refuse("it holds no token"));
        }
        self.by_assertion(token.to_owned()).await
    }

    async fn by_assertion(&self, assertion: String) -> Result<Tokens, RemoteError> {
        const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        let form = self.form("client_credentials", &self.application_scope)?;
        let form = form.with("client_assertion_type", TYPE).with("client_assertion", assertion);
        self.login.token(&form).await.map_err(|it| self.login.in_words(it))
    }

    /// Renews in silence where that is possible, and asks the person where it is not.
    async fn by_person(&self, person: &mut Person<'_>) -> Result<Tokens, RemoteError> {
        let remembered = self.remembered()?;
        let mut refresh = self.kept().tokens.as_ref().and_then(|it| it.refresh.clone());
        if let (None, Some(remembered)) = (&refresh, &remembered) {
            refresh = remembered.load().await.unwrap_or_else(|why| {
                person.show(SignInPrompt::Note(format!("the system's keyring cannot be read: {why}")));
                None
            });
        }
        let mut claims = self.kept().claims.clone();
        if let Some(refresh) = refresh {
            let form = self.form("refresh_token", &self.person_scope)?.with("refresh_token", refresh.expose_secret());
            match self.login.token(&form).await {
                Ok(mut tokens) => {
                    let is_new = tokens.refresh.is_some();
                    tokens.refresh.get_or_insert(refresh);
                    if is_new {
                        self.remember(&tokens, remembered.as_ref(), person).await;
                    }
                    return Ok(tokens);
                }
                Err(LoginError::Refused(refusal)) if refusal.wants_person() => claims = refusal.claims.or(claims),
                Err(error) => return Err(self.login.in_words(error)),
            }
            // It is of no use any more.
            if let Some(remembered) = &remembered {
                let _ = remembered.delete().await;
            }
        }
        if matches!(person, Person::Absent) {
            return Err(RemoteError::connection(
                "nobody is signed in",
                "Run 'tallyho login', or sign in with the first query.",
            ));
        }
        let claims = claims.as_deref();
        let tokens = match self.sign_in.method {
            SignInMethod::Browser => {
                browser::sign_in(&self.login, &self.person_scope, claims, self.environment.open_browser, person).await?
            }
            _ => device_code::sign_in(&self.login, &self.person_scope, claims, person).await?,
        };
        self.remember(&tokens, remembered.as_ref(), person).await;
        person.show(SignInPrompt::Done);
        Ok(tokens.of_person())
    }

    /// Keeps what renews the sign-in, where the user asked for it. A keyring that does not answer is said and no more.
    async fn remember(&self, tokens: &Tokens, remembered: Option<&Remembered>, person: &mut Person<'_>) {
        let Some(remembered) = remembered else { return };
        let Some(refresh) = &tokens.refresh else {
            let note = "the login server gave nothing to remember, so the next start signs in again";
            return person.show(SignInPrompt::Note(note.to_owned()));
        };
        if let Err(why) = remembered.save(refresh).await {
            let note = format!("the system's keyring keeps nothing, so the next start signs in again: {why}");
            person.show(SignInPrompt::Note(note));
        }
    }

    /// Where a refresh token is kept, if the user asked for it.
    pub(super) fn remembered(&self) -> Result<Option<Remembered>, RemoteError> {
        if !self.sign_in.remember {
            return Ok(None);
        }
        let (tenant, client_id) = (self.login.tenant(), self.login.client_id()?);
        Ok(Some(Remembered::new(&self.connection, tenant, client_id, &self.environment)))
    }

    /// What every form of a sign-in begins with.
    fn form(&self, grant_type: &str, scope: &str) -> Result<Form, RemoteError> {
        let client_id = self.login.client_id()?;
        let form = Form::new().with("grant_type", grant_type).with("client_id", client_id).with("scope", scope);
        Ok(form.with_some("claims", self.kept().claims.as_deref()))
    }
}
