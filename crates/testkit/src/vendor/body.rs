//! Bodies that end, that never end, and that break off.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::time::Interval;

pub(super) const DRIP_PERIOD: Duration = Duration::from_millis(10);

pub(super) enum Played {
    /// Empty once it is sent.
    Whole(Bytes),
    Drip(Interval),
    Cut,
}

impl Body for Played {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match self.get_mut() {
            Played::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Played::Whole(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Played::Drip(interval) => {
                ready!(interval.poll_tick(context));
                Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b" ")))))
            }
            Played::Cut => Poll::Ready(Some(Err(io::ErrorKind::ConnectionReset.into()))),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Played::Whole(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Played::Whole(bytes) => SizeHint::with_exact(u64::try_from(bytes.len()).unwrap_or(u64::MAX)),
            Played::Drip(_) => SizeHint::default(),
            Played::Cut => SizeHint::with_exact(100),
        }
    }
}
