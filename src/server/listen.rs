//! Takes connections in and speaks HTTP on them, with a limit on everything that a peer could draw out.
//!
//! The framework's own loop has no limit on slow headers and none on the number of connections, so this is done here.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use super::Limits;
use super::connections::{Connections, Link};

/// How often a connection is asked whether its peer still takes what is sent, and the end whether all have gone.
const LOOK: Duration = Duration::from_millis(50);
/// Bytes of a request's line and headers.
const MAX_HEAD: usize = 64 << 10;
/// What a peer gets that comes when every connection is busy.
const FULL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

/// Serves until `shutdown` is ready; then idle connections end, and those with a request under way get the grace time.
pub(super) async fn run(
    listener: TcpListener,
    router: Router,
    limits: &Limits,
    connections: &Arc<Connections>,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let stopping = CancellationToken::new();
    let service = TowerToHyperService::new(router);
    let mut shutdown = pin!(shutdown);
    loop {
        let stream = tokio::select! {
            stream = accept(&listener) => stream,
            () = &mut shutdown => break,
        };
        let Ok(peer) = stream.peer_addr() else { continue };
        let Some(link) = connections.add(peer) else {
            tokio::spawn(turn_away(stream));
            continue;
        };
        let (service, limits, stopping) = (service.clone(), limits.clone(), stopping.clone());
        let connections = Arc::clone(connections);
        tokio::spawn(async move {
            speak(stream, service, &link, &limits, &stopping).await;
            connections.remove(&link);
        });
    }
    drop(listener);
    stopping.cancel();
    let asked = Instant::now();
    while connections.count() > 0 && asked.elapsed() < limits.grace {
        connections.end(true);
        tokio::time::sleep(LOOK).await;
    }
    connections.end(false);
    Ok(())
}

/// The next connection. Running out of files passes, so it is waited out.
async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(error) if is_of_one_connection(&error) => {}
            Err(_) => tokio::time::sleep(LOOK).await,
        }
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

async fn turn_away(mut stream: TcpStream) {
    let said = async {
        let _ = stream.write_all(FULL).await;
        let _ = stream.shutdown().await;
    };
    let _ = tokio::time::timeout(Duration::from_secs(1), said).await;
}

/// Answers the requests of one connection until it ends. Dropping what is under way stops its query.
async fn speak(
    stream: TcpStream,
    service: TowerToHyperService<Router>,
    link: &Arc<Link>,
    limits: &Limits,
    stopping: &CancellationToken,
) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request: hyper::Request<Incoming>| {
        let mut request: Request = request.map(Body::new);
        request.extensions_mut().insert(Arc::clone(link));
        service.call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_time)
        .max_buf_size(MAX_HEAD)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let mut told_to_stop = false;
    let mut look = tokio::time::interval(limits.send_time / 4);
    loop {
        tokio::select! {
            _ = connection.as_mut() => return,
            () = link.end.cancelled() => return,
            _ = look.tick() => {
                if link.is_stuck(limits.send_time) {
                    return;
                }
            }
            () = stopping.cancelled(), if !told_to_stop => {
                told_to_stop = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}
