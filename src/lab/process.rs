//! Processes as the lab's model knows them; every table that names one copies from here.

use super::catalog::Image;
use super::rows::Sym;

/// A process of the model, by position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ProcessId(pub(super) usize);

/// An account as columns show it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Account {
    pub(super) domain: Sym,
    pub(super) name: Sym,
    pub(super) sid: Sym,
    /// Empty on hosts that only know Active Directory, as the sensor leaves it.
    pub(super) upn: Sym,
    pub(super) object_id: Sym,
}

/// A process with everything that rows repeat about it. Times are those of the device's own clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct Process {
    pub(super) device: usize,
    pub(super) pid: i64,
    pub(super) created: i64,
    /// The last instant at which it is alive.
    pub(super) ends: i64,
    pub(super) image: Image,
    pub(super) path: Sym,
    pub(super) path_lower: Sym,
    pub(super) command: Sym,
    pub(super) account: Account,
    pub(super) integrity: Sym,
    pub(super) elevation: Sym,
    pub(super) logon_id: i64,
    pub(super) session: i64,
    /// Address and name of the computer behind a remote session.
    pub(super) remote: Option<(Sym, Sym)>,
    pub(super) parent: Option<ProcessId>,
}

/// Mandatory level of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Integrity {
    System,
    High,
    Medium,
    Low,
    AppContainer,
    /// macOS and Linux have none.
    None,
}

impl Integrity {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::High => "High",
            Self::Medium => "Medium",
            Self::Low => "Low",
            Self::AppContainer => "AppContainer",
            Self::None => "",
        }
    }

    pub(super) fn elevation(self) -> &'static str {
        match self {
            Self::System => "TokenElevationTypeDefault",
            Self::High => "TokenElevationTypeFull",
            Self::Medium | Self::Low | Self::AppContainer => "TokenElevationTypeLimited",
            Self::None => "None",
        }
    }
}

/// How a new process differs from the one that starts it.
#[derive(Debug, Clone)]
pub(super) struct Launch<'a> {
    /// File name in the catalogue.
    pub(super) image: &'a str,
    pub(super) command: String,
    /// How long it lives, in ticks.
    pub(super) life: i64,
    /// `None`: the account of the parent.
    pub(super) account: Option<Account>,
    pub(super) logon: Option<(i64, i64)>,
    pub(super) integrity: Option<Integrity>,
    /// The file's name on disk and its folder, when it is a renamed or moved copy.
    pub(super) disguise: Option<(&'a str, &'a str)>,
    pub(super) remote: Option<(Sym, Sym)>,
    /// A row tells of it; not so for what started before the data begin.
    pub(super) recorded: bool,
}

impl<'a> Launch<'a> {
    pub(super) fn new(image: &'a str, command: impl Into<String>, life: i64) -> Self {
        Self {
            image,
            command: command.into(),
            life,
            account: None,
            logon: None,
            integrity: None,
            disguise: None,
            remote: None,
            recorded: true,
        }
    }

    pub(super) fn integrity(mut self, integrity: Integrity) -> Self {
        self.integrity = Some(integrity);
        self
    }

    /// Runs as another account, in its logon and session.
    pub(super) fn account(mut self, account: Account, logon_id: i64, session: i64) -> Self {
        self.account = Some(account);
        self.logon = Some((logon_id, session));
        self
    }

    pub(super) fn disguise(mut self, file: &'a str, folder: &'a str) -> Self {
        self.disguise = Some((file, folder));
        self
    }

    pub(super) fn unrecorded(mut self) -> Self {
        self.recorded = false;
        self
    }
}
