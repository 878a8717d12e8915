//! The older API of Defender for Endpoint: `POST {base}/api/advancedqueries/run`, in all else like Defender's.

use super::call::Call;
use super::error::RemoteError;
use super::{RemoteRequest, defender};
use crate::config::Service;

pub(super) fn call(service: &Service, request: &RemoteRequest<'_>) -> Result<Call, RemoteError> {
    defender::run(service, &["api", "advancedqueries", "run"], request)
}
