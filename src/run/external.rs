//! What `externaldata` reads of other hosts, on the network of the runner.

use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::runtime::Handle;
use tokio::task::JoinSet;
use url::Url;

use crate::config::Connection;
use crate::engine::Fetch;
use crate::remote::Downloads;

#[derive(Debug)]
struct Network {
    downloads: Downloads,
    handle: Handle,
}

/// What the engine of a connection asks; `None` where the connection allows no host.
pub(super) fn fetch(connection: &Connection, handle: Option<&Handle>) -> Option<Arc<dyn Fetch>> {
    let handle = handle.filter(|_| !connection.allowed_hosts.is_empty())?.clone();
    Some(Arc::new(Network { downloads: Downloads::new(&connection.allowed_hosts), handle }))
}

impl Fetch for Network {
    fn allows(&self, address: &Url) -> bool {
        self.downloads.allows(address)
    }

    fn fetch(&self, address: Url, max_bytes: usize) -> BoxFuture<'static, Result<Vec<u8>, String>> {
        // A set of tasks ends what it holds when it is dropped, and so when the run is stopped.
        let mut tasks = JoinSet::new();
        tasks.spawn_on(self.downloads.clone().get(address, max_bytes), &self.handle);
        async move {
            match tasks.join_next().await {
                Some(Ok(answer)) => answer,
                Some(Err(_)) | None => Err("the exchange ended without an answer".to_owned()),
            }
        }
        .boxed()
    }
}
