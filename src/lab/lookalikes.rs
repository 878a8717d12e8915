//! Benign twins: ordinary work that looks like an act of the story. The noise that teaches.

mod accounts;
mod programs;

use super::truth::Step;
use super::world::World;

/// What each twin is mistaken for.
pub(super) const INSTALLER: Step = Step::new("bait-encoded-powershell", "");
pub(super) const LSASS: Step = Step::new("bait-lsass-handle", "");
pub(super) const PSEXEC: Step = Step::new("bait-remote-service", "");
pub(super) const FAILURES: Step = Step::new("bait-failed-logons", "");
pub(super) const ARCHIVE: Step = Step::new("bait-archive", "");
pub(super) const RARE_DOMAIN: Step = Step::new("bait-rare-domain", "");
pub(super) const SHADOWS: Step = Step::new("bait-shadow-copies", "");
pub(super) const DEVELOPER: Step = Step::new("bait-script-to-web", "");
pub(super) const PEN_TEST: Step = Step::new("bait-approved-scan", "");

pub(super) fn add(world: &mut World) {
    programs::add(world);
    accounts::add(world);
}
