//! Sockets and connections: a server from its first bind to its graceful end.

use crate::desk::Desk;
use crate::exchange;
use crate::reply::Resets;
use crate::report::ServerReport;
use crate::settings::ServerSettings;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rushhour_base::RunHeader;
use rushhour_world::WorldPlan;
use rushhour_world::settings::Dialect;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::LocalSet;

/// A mock provider that listens.
///
/// ```no_run
/// # async fn example(header: rushhour_base::RunHeader, world: rushhour_world::WorldPlan) -> std::io::Result<()> {
/// use rushhour_live::{Server, ServerSettings};
/// let server = Server::bind(ServerSettings::default(), header, world).await?;
/// println!("{}", server.base_urls()[0].url);
/// let stopped = server.run(async { tokio::signal::ctrl_c().await.unwrap_or(()) }).await;
/// println!("{}", stopped.report.text());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Server {
    desk: Rc<Desk>,
    listener: TcpListener,
    address: SocketAddr,
}

/// Where one provider is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    /// The provider.
    pub provider: String,
    /// Whose API it speaks: `openai` or `anthropic`.
    pub dialect: &'static str,
    /// What a client of that API takes as its base URL.
    pub url: String,
    /// The models that it serves, by the names they have on bills.
    pub models: Vec<String>,
    /// The projects whose names are its keys; none if any key is good.
    pub projects: Vec<String>,
}

/// How a server ended.
#[derive(Debug)]
pub struct Stopped {
    /// What it saw.
    pub report: ServerReport,
    /// Connections that were still open when the time for them was over, and were cut.
    pub cut: usize,
}

impl Server {
    /// Binds the address of `settings`. `header` names what `world` holds.
    ///
    /// # Errors
    /// If the address cannot be bound.
    pub async fn bind(settings: ServerSettings, header: RunHeader, world: WorldPlan) -> io::Result<Server> {
        let listener = TcpListener::bind(settings.listen).await?;
        let address = listener.local_addr()?;
        Ok(Server { desk: Rc::new(Desk::new(settings, header, world)), listener, address })
    }

    /// Where it listens: the port that the system chose, if it was asked to.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where each provider is found. A provider that shares its dialect with others has its name in the path; without it, the
    /// first of them that has the model answers.
    pub fn base_urls(&self) -> Vec<BaseUrl> {
        let routes = &self.desk.routes;
        let url = |provider: &crate::routes::Provider| {
            let alone = routes.of_dialect(provider.dialect).count() == 1;
            let prefix = if alone { String::new() } else { format!("/{}", provider.name) };
            let (dialect, version) = match provider.dialect {
                Dialect::OpenAi => ("openai", "/v1"),
                Dialect::Anthropic => ("anthropic", ""),
            };
            BaseUrl {
                provider: provider.name.clone(),
                dialect,
                url: format!("http://{}{prefix}{version}", self.address),
                models: provider.models.iter().map(|model| model.model.clone()).collect(),
                projects: provider.projects.clone(),
            }
        };
        routes.providers.iter().map(url).collect()
    }

    /// Serves until `stop` is there; then lets open replies come to their end, for as long as the settings say.
    pub async fn run(self, stop: impl Future<Output = ()>) -> Stopped {
        let cut = LocalSet::new().run_until(self.serve(stop)).await;
        Stopped { report: ServerReport::of(&self.desk), cut }
    }

    async fn serve(&self, stop: impl Future<Output = ()>) -> usize {
        let (tell, told) = watch::channel(false);
        let open = Rc::new(());
        let mut stop = pin!(stop);
        loop {
            let accepted = tokio::select! {
                () = &mut stop => break,
                accepted = self.listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, _)) if Rc::strong_count(&open) <= self.desk.settings.connections_max => {
                    // Without it, small pieces of a stream wait for acknowledgements of 40 ms.
                    drop(stream.set_nodelay(true));
                    let (desk, open, told) = (self.desk.clone(), open.clone(), told.clone());
                    tokio::task::spawn_local(async move {
                        connection(desk, stream, told).await;
                        drop(open);
                    });
                }
                Ok(_) => self.desk.tally().connections_refused += 1,
                // Out of descriptors, most likely: those that are open may close meanwhile.
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
        // Nobody is left to tell only if no connection is open.
        let _ = tell.send(true);
        let patience = tokio::time::Instant::now() + self.desk.settings.stop_timeout;
        while Rc::strong_count(&open) > 1 && tokio::time::Instant::now() < patience {
            tokio::time::sleep(STEP).await;
        }
        Rc::strong_count(&open) - 1
    }
}

async fn connection(desk: Rc<Desk>, stream: TcpStream, mut told: watch::Receiver<bool>) {
    let resets = Resets::default();
    let (head_timeout, head_max) = (desk.settings.head_timeout, desk.settings.head_max);
    let socket = Socket { stream, resets: resets.clone() };
    let service = service_fn(move |request| {
        let (desk, resets) = (desk.clone(), resets.clone());
        async move { Ok::<_, Infallible>(exchange::respond(&desk, request, resets).await) }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(head_timeout).max_buf_size(head_max.max(8_192));
    let mut serving = pin!(builder.serve_connection(TokioIo::new(socket), service));
    // What ends a connection early is the client's affair, or a fault of the scenario.
    tokio::select! {
        ended = serving.as_mut() => return drop(ended),
        _ = told.changed() => serving.as_mut().graceful_shutdown(),
    }
    drop(serving.await);
}

/// A connection that can be reset when it is closed.
struct Socket {
    stream: TcpStream,
    resets: Resets,
}

impl Drop for Socket {
    fn drop(&mut self) {
        if self.resets.wanted() {
            // If it cannot be reset, it is closed: broken off all the same.
            drop(self.stream.set_zero_linger());
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

const PAUSE: Duration = Duration::from_millis(50);
const STEP: Duration = Duration::from_millis(10);
