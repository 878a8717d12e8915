//! The lines of an account's file, and what they add up to.
//!
//! ```text
//! tallyho-quota 1 graph contoso.onmicrosoft.com
//! call <id> <sent> <open until>
//! end <id> <sent> <ran> <cpu>
//! void <id>
//! past <minute> <ran>
//! refused <at> <until> <how many in a row>
//! limit <at> <what> <window> <amount>
//! ```
//!
//! Times are milliseconds since 1970, spans milliseconds. An `end` says again when its call was sent, so that a lost
//! `call` loses nothing. `past` sums up the minutes that only a limit by the day still needs.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::QuotaKind;
use super::account::Account;

pub(super) const MINUTE: u64 = 60_000;
pub(super) const HOUR: u64 = 60 * MINUTE;
pub(super) const DAY: u64 = 24 * HOUR;
/// A clock may be set back this far, and what happened "later" happened just now; beyond it, nobody knows when.
const SLACK: u64 = 5 * MINUTE;
/// A learned limit is believed this long: services change theirs with the size of a tenant.
const LEARNED_FOR: u64 = 30 * DAY;
/// Calls are kept one by one this long, then as sums.
const DETAIL: u64 = HOUR + 5 * MINUTE;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Record {
    Call {
        id: String,
        sent: u64,
        open_until: u64,
    },
    End {
        id: String,
        sent: u64,
        ran: u64,
        cpu: u64,
    },
    /// The request did not reach the service.
    Void {
        id: String,
    },
    Past {
        minute: u64,
        ran: u64,
    },
    Refused {
        at: u64,
        until: u64,
        streak: u32,
    },
    Limit {
        at: u64,
        what: QuotaKind,
        window: u64,
        amount: u64,
    },
}

impl Record {
    pub(super) fn write(&self, out: &mut String) {
        let written = match self {
            Self::Call { id, sent, open_until } => writeln!(out, "call {id} {sent} {open_until}"),
            Self::End { id, sent, ran, cpu } => writeln!(out, "end {id} {sent} {ran} {cpu}"),
            Self::Void { id } => writeln!(out, "void {id}"),
            Self::Past { minute, ran } => writeln!(out, "past {minute} {ran}"),
            Self::Refused { at, until, streak } => writeln!(out, "refused {at} {until} {streak}"),
            Self::Limit { at, what, window, amount } => {
                writeln!(out, "limit {at} {} {window} {amount}", kind_name(*what))
            }
        };
        written.expect("a string takes everything");
    }

    /// `None` for a line that is none of ours.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let words: Vec<&str> = line.split(' ').collect();
        let number = |idx: usize| words.get(idx)?.parse::<u64>().ok();
        let id = |idx: usize| words.get(idx).filter(|it| !it.is_empty() && it.len() <= 64).map(|it| (*it).to_owned());
        let record = match (*words.first()?, words.len()) {
            ("call", 4) => Self::Call { id: id(1)?, sent: number(2)?, open_until: number(3)? },
            ("end", 5) => Self::End { id: id(1)?, sent: number(2)?, ran: number(3)?, cpu: number(4)? },
            ("void", 2) => Self::Void { id: id(1)? },
            ("past", 3) => Self::Past { minute: number(1)?, ran: number(2)? },
            ("refused", 4) => {
                Self::Refused { at: number(1)?, until: number(2)?, streak: u32::try_from(number(3)?).ok()? }
            }
            ("limit", 5) => Self::Limit {
                at: number(1)?,
                what: kind_of(words[2])?,
                window: number(3).filter(|it| (1..=DAY).contains(it))?,
                amount: number(4)?,
            },
            _ => return None,
        };
        Some(record)
    }
}

fn kind_name(kind: QuotaKind) -> &'static str {
    match kind {
        QuotaKind::Calls => "calls",
        QuotaKind::Running => "running",
        QuotaKind::Cpu => "cpu",
    }
}

fn kind_of(name: &str) -> Option<QuotaKind> {
    [QuotaKind::Calls, QuotaKind::Running, QuotaKind::Cpu].into_iter().find(|it| kind_name(*it) == name)
}

/// The first line of an account's file.
pub(super) fn header(account: &Account) -> String {
    format!("tallyho-quota 1 {}\n", account.name)
}

/// One call as it is known now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) sent: u64,
    /// When it ended, or the latest time at which one that nobody ended can have ended.
    pub(super) end: u64,
    pub(super) cpu: u64,
}

/// A limit that the service named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Learned {
    pub(super) at: u64,
    pub(super) what: QuotaKind,
    pub(super) window: u64,
    pub(super) amount: u64,
}

/// The last refusal, while no call has been answered since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) at: u64,
    pub(super) until: u64,
    /// How many in a row.
    pub(super) streak: u32,
}

/// Everything that one account's file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Books {
    calls: HashMap<String, (Call, bool)>,
    past: Vec<(u64, u64)>,
    pub(super) refused: Option<Refusal>,
    pub(super) learned: Vec<Learned>,
    /// Records of a time that has not come: the clock was set back.
    pub(super) n_future: usize,
}

impl Books {
    /// Takes one line. The later of two lines on the same thing counts, whatever their order in time.
    pub(super) fn take(&mut self, record: &Record, now: u64) {
        let known = now + SLACK;
        match record {
            Record::Call { sent, .. } | Record::End { sent, .. } if *sent > known => self.n_future += 1,
            Record::Refused { at, .. } | Record::Limit { at, .. } if *at > known => self.n_future += 1,
            Record::Past { minute, .. } if *minute > known => self.n_future += 1,
            Record::Call { id, sent, open_until } => {
                let call = Call { sent: *sent, end: (*open_until).clamp(*sent, sent.saturating_add(DAY)), cpu: 0 };
                self.calls.entry(id.clone()).or_insert((call, true));
            }
            Record::End { id, sent, ran, cpu } => {
                let call = Call { sent: *sent, end: sent.saturating_add(*ran), cpu: *cpu };
                self.calls.insert(id.clone(), (call, false));
                // Whoever sent after a refusal and ended was answered; a call that was refused says so after this line.
                self.refused = self.refused.filter(|it| it.at >= *sent);
            }
            Record::Void { id } => drop(self.calls.remove(id)),
            Record::Past { minute, ran } => self.past.push((*minute, *ran)),
            Record::Refused { at, until, streak } => {
                // No refusal lasts longer than the longest window.
                let until = (*until).min(at.saturating_add(DAY));
                self.refused = Some(Refusal { at: *at, until, streak: *streak });
            }
            Record::Limit { at, what, window, amount } => self.learn(*at, *what, *window, *amount, now),
        }
    }

    fn learn(&mut self, at: u64, what: QuotaKind, window: u64, amount: u64, now: u64) {
        self.learned.retain(|it| (it.what, it.window) != (what, window));
        if now.saturating_sub(at) < LEARNED_FOR {
            self.learned.push(Learned { at, what, window, amount });
        }
    }

    /// How much is used at `at`, as far as it is known `now` (`at` is not before it): a call counts from when it was
    /// sent until it leaves the window, running time as it leaves, CPU time from the end of its call.
    pub(super) fn used(&self, what: QuotaKind, window: u64, now: u64, at: u64) -> u64 {
        let opens = at.saturating_sub(window);
        let calls = self.calls.values().map(|(call, _)| call);
        match what {
            QuotaKind::Calls => calls.filter(|it| it.sent.min(now) > opens).count() as u64,
            QuotaKind::Cpu => calls.filter(|it| it.end.min(now) > opens).map(|it| it.cpu).sum(),
            QuotaKind::Running => {
                let one_by_one: u64 = calls.map(|it| it.end.min(now).saturating_sub(it.sent.max(opens))).sum();
                let summed: u64 = self.past.iter().filter(|(minute, _)| *minute + MINUTE > opens).map(|it| it.1).sum();
                one_by_one + summed
            }
        }
    }

    /// The lines that say the same in fewer words: what no window reaches is left out, and minutes that only the day
    /// needs are summed up.
    pub(super) fn compact(&self, now: u64) -> Vec<Record> {
        let mut minutes: HashMap<u64, u64> = HashMap::new();
        let kept = now.saturating_sub(DAY);
        for (minute, ran) in self.past.iter().filter(|(minute, _)| minute + MINUTE > kept) {
            *minutes.entry(*minute).or_default() += ran;
        }
        let mut calls = Vec::new();
        for (id, (call, is_open)) in &self.calls {
            if call.end > now.saturating_sub(DETAIL) {
                calls.push((call.sent, line_of(id, *call, *is_open)));
            } else if call.end > kept {
                *minutes.entry(call.end - call.end % MINUTE).or_default() += call.end - call.sent;
            }
        }
        let mut past: Vec<(u64, u64)> = minutes.into_iter().filter(|(_, ran)| *ran > 0).collect();
        past.sort_unstable();
        calls.sort_by(|(a, one), (b, other)| a.cmp(b).then_with(|| format!("{one:?}").cmp(&format!("{other:?}"))));
        let limits = self.learned.iter().map(|it| Record::Limit {
            at: it.at,
            what: it.what,
            window: it.window,
            amount: it.amount,
        });
        let refused = self.refused.filter(|it| it.until > kept);
        let refused = refused.map(|it| Record::Refused { at: it.at, until: it.until, streak: it.streak });
        let past = past.into_iter().map(|(minute, ran)| Record::Past { minute, ran });
        limits.chain(past).chain(calls.into_iter().map(|it| it.1)).chain(refused).collect()
    }
}

fn line_of(id: &str, call: Call, is_open: bool) -> Record {
    let id = id.to_owned();
    if is_open {
        return Record::Call { id, sent: call.sent, open_until: call.end };
    }
    Record::End { id, sent: call.sent, ran: call.end - call.sent, cpu: call.cpu }
}
