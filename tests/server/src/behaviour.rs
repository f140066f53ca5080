//! What the server does once the handshake is done: one function per behaviour.
//!
//! Each returns how the server ends TCP, or, as an error, who else has ended it. Until it misbehaves, every
//! behaviour but `silent`, `stall` and `flood` echoes data and answers pings.

use std::time::Duration;

use bytes::Bytes;
use socket2::SockRef;
use tokio::time::{sleep, timeout};

use crate::log::{EndedBy, Opcode};
use crate::stalled;
use crate::wire::{Ending, Frame, Peer, Reader, Writer, close_body};

/// How long the server that closes first waits for the answer to its Close frame.
pub const LONGEST_WAIT_FOR_ANSWER: Duration = Duration::from_secs(5);

/// The receive buffer of `/stall`, in bytes: small, so that the client's data backs up soon.
const STALLED_RECEIVE_BUFFER: usize = 64 * 1024;

/// What to do to a client, with the parameters of its URL.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "src/paths.rs documents every parameter")]
pub enum Behaviour {
    Echo { longest: Option<usize> },
    Close { body: Bytes, after: Duration, messages: Messages },
    Silent,
    Late { by: Duration },
    NoFin,
    Other { body: Bytes },
    Stall { resume_after: Option<Duration> },
    End { ending: Ending, on: Occasion, after: Duration },
    Flood { every: Duration, bytes: usize },
    InvalidClose { body: Bytes, on: Occasion, after: Duration },
}

/// The messages before a Close frame: their numbers, or payloads of so many bytes.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "src/paths.rs documents every parameter")]
pub struct Messages {
    pub count: u64,
    pub bytes: Option<usize>,
    pub kind: Opcode,
}

/// When to misbehave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// As soon as the handshake is done.
    Open,
    /// When the client's Close frame arrives.
    Close,
}

/// Treats `peer` as `behaviour` says until TCP ends, at most for `max_lifetime`.
pub async fn run(behaviour: Behaviour, mut peer: Peer, max_lifetime: Duration) {
    let performed = {
        let (mut reader, mut writer) = peer.split();
        timeout(max_lifetime, perform(behaviour, &mut reader, &mut writer)).await
    };
    match performed {
        Ok(Ok(ending)) => peer.end(ending).await,
        Ok(Err(by)) => peer.ended(by),
        Err(_elapsed) => peer.ended(EndedBy::Lifetime),
    }
}

async fn perform(
    behaviour: Behaviour,
    reader: &mut Reader<'_>,
    writer: &mut Writer<'_>,
) -> Result<Ending, EndedBy> {
    match behaviour {
        Behaviour::Echo { longest } => echo(reader, writer, longest).await,
        Behaviour::Close { body, after, messages } => {
            close(reader, writer, body, after, messages).await
        }
        Behaviour::Silent => Err(silent(reader).await),
        Behaviour::Late { by } => late(reader, writer, by).await,
        Behaviour::NoFin => no_fin(reader, writer).await,
        Behaviour::Other { body } => other(reader, writer, body).await,
        Behaviour::Stall { resume_after } => Err(stall(reader, resume_after).await),
        Behaviour::End { ending, on, after } => end(reader, writer, ending, on, after).await,
        Behaviour::Flood { every, bytes } => Err(flood(reader, writer, every, bytes).await),
        Behaviour::InvalidClose { body, on, after } => {
            invalid_close(reader, writer, body, on, after).await
        }
    }
}

/// Behaves: answers the Close frame with its own code and reason, then ends TCP.
async fn echo(
    reader: &mut Reader<'_>,
    writer: &mut Writer<'_>,
    longest: Option<usize>,
) -> Result<Ending, EndedBy> {
    let received = echo_short_until_close(reader, writer, longest).await?;
    writer.close(received).await?;
    Ok(Ending::Fin)
}

/// Closes first, unless the client does so within `after`, and waits a bounded time for the answer.
async fn close(
    reader: &mut Reader<'_>,
    writer: &mut Writer<'_>,
    body: Bytes,
    after: Duration,
    messages: Messages,
) -> Result<Ending, EndedBy> {
    if let Ok(client_first) = timeout(after, echo_until_close(reader, writer)).await {
        writer.close(client_first?).await?;
        return Ok(Ending::Fin);
    }
    let Messages { count, bytes, kind } = messages;
    let payload = bytes.map(|bytes| Bytes::from(vec![b'x'; bytes]));
    for number in 1..=count {
        let payload = payload.clone().unwrap_or_else(|| number.to_string().into());
        writer.send_soon(Frame { is_final: true, opcode: kind, payload }).await?;
    }
    writer.close(body).await?;
    wait_for_answer(reader).await?;
    Ok(Ending::Fin)
}

/// Reads everything and answers nothing, not even a Close frame.
async fn silent(reader: &mut Reader<'_>) -> EndedBy {
    reader.end().await
}

/// Answers the Close frame late.
async fn late(
    reader: &mut Reader<'_>,
    writer: &mut Writer<'_>,
    by: Duration,
) -> Result<Ending, EndedBy> {
    let received = echo_until_close(reader, writer).await?;
    pause(reader, by).await?;
    writer.close(received).await?;
    Ok(Ending::Fin)
}

/// Answers the Close frame and leaves it to the client to end TCP, which is the server's part
/// (RFC 6455, section 7.1.1).
async fn no_fin(reader: &mut Reader<'_>, writer: &mut Writer<'_>) -> Result<Ending, EndedBy> {
    let received = echo_until_close(reader, writer).await?;
    writer.close(received).await?;
    Err(reader.end().await)
}

/// Answers the Close frame with another code and reason.
async fn other(
    reader: &mut Reader<'_>,
    writer: &mut Writer<'_>,
    body: Bytes,
) -> Result<Ending, EndedBy> {
    echo_until_close(reader, writer).await?;
    writer.close(body).await?;
    Ok(Ending::Fin)
}

/// Stops reading, for ever or for a time, after which it is [`silent`].
async fn stall(reader: &mut Reader<'_>, resume_after: Option<Duration>) -> EndedBy {
    // Where this fails the client's data only backs up later.
    let _ = SockRef::from(reader.stream()).set_recv_buffer_size(STALLED_RECEIVE_BUFFER);
    let client_end = stalled::client_end(reader.stream());
    match resume_after {
        None => client_end.await,
        Some(time) => match timeout(time, client_end).await {
            Ok(by) => by,
            Err(_elapsed) => silent(reader).await,
        },
    }
}

/// Ends TCP without ever sending a Close frame.
async fn end(
    reader: &mut Reader<'_>,
    writer: &mut Writer<'_>,
    ending: Ending,
    on: Occasion,
    after: Duration,
) -> Result<Ending, EndedBy> {
    if on == Occasion::Close {
        echo_until_close(reader, writer).await?;
    }
    echo_for(after, reader, writer).await?;
    Ok(ending)
}

/// Keeps sending messages, before and after the client's Close frame, which it never answers.
async fn flood(
    reader: &mut Reader<'_>,
    writer: &mut Writer<'_>,
    every: Duration,
    bytes: usize,
) -> EndedBy {
    let message = "x".repeat(bytes);
    let sending = async {
        loop {
            if let Err(by) = writer.text(message.clone()).await {
                return by;
            }
            sleep(every).await;
        }
    };
    tokio::select! {
        // What has been read tells a FIN from the RST that a later write provokes.
        biased;
        by = reader.end() => by,
        by = sending => by,
    }
}

/// Sends a Close frame that the standard forbids, as an answer or first.
async fn invalid_close(
    reader: &mut Reader<'_>,
    writer: &mut Writer<'_>,
    body: Bytes,
    on: Occasion,
    after: Duration,
) -> Result<Ending, EndedBy> {
    if on == Occasion::Close {
        echo_until_close(reader, writer).await?;
    }
    echo_for(after, reader, writer).await?;
    writer.close(body).await?;
    if on == Occasion::Open {
        wait_for_answer(reader).await?;
    }
    Ok(Ending::Fin)
}

/// Echoes until the client's Close frame, whose body it returns. Cancel-safe.
async fn echo_until_close(
    reader: &mut Reader<'_>,
    writer: &mut Writer<'_>,
) -> Result<Bytes, EndedBy> {
    echo_short_until_close(reader, writer, None).await
}

/// The same, but of the data it echoes only messages of one frame and at most so many bytes, if there is a limit.
async fn echo_short_until_close(
    reader: &mut Reader<'_>,
    writer: &mut Writer<'_>,
    longest: Option<usize>,
) -> Result<Bytes, EndedBy> {
    loop {
        let frame = reader.next().await?;
        if frame.opcode == Opcode::Close {
            // A body of one byte is no code to answer with.
            return Ok(if frame.payload.len() == 1 {
                close_body(None, b"")
            } else {
                frame.payload
            });
        }
        let is_fragment = !frame.is_final || frame.opcode == Opcode::Continuation;
        let is_dropped = longest
            .is_some_and(|longest| is_fragment || frame.payload.len() > longest)
            && frame.opcode != Opcode::Ping;
        if !is_dropped {
            answer(frame, writer).await?;
        }
    }
}

/// Echoes for some time; a Close frame stays unanswered.
async fn echo_for(
    time: Duration,
    reader: &mut Reader<'_>,
    writer: &mut Writer<'_>,
) -> Result<(), EndedBy> {
    let echoing = async {
        loop {
            let frame = reader.next().await?;
            answer(frame, writer).await?;
        }
    };
    // The future never ends well: it is the time that does.
    timeout(time, echoing).await.unwrap_or(Ok(()))
}

/// Reads for some time and answers nothing.
async fn pause(reader: &mut Reader<'_>, time: Duration) -> Result<(), EndedBy> {
    match timeout(time, reader.end()).await {
        Ok(by) => Err(by),
        Err(_elapsed) => Ok(()),
    }
}

/// Reads until the client's Close frame, at most for [`LONGEST_WAIT_FOR_ANSWER`].
async fn wait_for_answer(reader: &mut Reader<'_>) -> Result<(), EndedBy> {
    let answered = async {
        while reader.next().await?.opcode != Opcode::Close {}
        Ok(())
    };
    timeout(LONGEST_WAIT_FOR_ANSWER, answered).await.unwrap_or(Ok(()))
}

/// Echoes data frame by frame, so that fragments stay fragments, and answers a ping.
async fn answer(frame: Frame, writer: &mut Writer<'_>) -> Result<(), EndedBy> {
    match frame.opcode {
        Opcode::Text | Opcode::Binary | Opcode::Continuation => writer.send(frame).await,
        Opcode::Ping => writer.send(Frame { opcode: Opcode::Pong, ..frame }).await,
        Opcode::Pong | Opcode::Close => Ok(()),
    }
}
