//! Counts the requests of one run into the ledger.

use std::time::{Duration, Instant, SystemTime};

use super::account::Account;
use super::ledger::{Ending, Ledger, OpenCall};
use crate::config::{Connection, QuotaProfile};

/// One run may send several requests, one after the other: each is a call of its own. A request that is left behind,
/// by a panic or the end of the process, stays open in the file until no request can last longer.
pub(crate) struct Meter<'a> {
    ledger: &'a Ledger,
    profile: &'a QuotaProfile,
    account: Option<Account>,
    call: Option<(OpenCall, Instant)>,
}

impl<'a> Meter<'a> {
    pub(crate) fn new(ledger: &'a Ledger, connection: &'a Connection) -> Self {
        Self { ledger, profile: &connection.quota, account: Account::of(connection), call: None }
    }

    /// A request goes out; the one before it has been answered.
    pub(crate) fn sent(&mut self) {
        self.answered(None);
        if let Some(account) = &self.account {
            let call = self.ledger.begin(account, self.profile, SystemTime::now());
            self.call = Some((call, Instant::now()));
        }
    }

    pub(crate) fn answered(&mut self, cpu: Option<Duration>) {
        self.end(cpu, Ending::Answered);
    }

    pub(crate) fn unreached(&mut self) {
        self.end(None, Ending::Unreached);
    }

    /// Returns how long to wait before the same is sent again.
    pub(crate) fn refused(&mut self, message: &str, retry_after: Option<Duration>) -> Option<Duration> {
        self.end(None, Ending::Refused { message, retry_after }).or(retry_after)
    }

    fn end(&mut self, cpu: Option<Duration>, ending: Ending<'_>) -> Option<Duration> {
        let (call, sent) = self.call.take()?;
        self.ledger.end(call, sent.elapsed(), cpu, ending, self.profile)
    }
}
