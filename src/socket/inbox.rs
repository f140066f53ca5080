//! What was received and not taken yet, with a limit: a page cannot make its peer wait.

use core::cell::Cell;
use core::mem;

use super::{Message, SendableCloseFrame};
use crate::brief::Brief;

/// What becomes of a message for which there is no room any more.
///
/// The browser's WebSocket cannot make its peer wait, so what comes while nobody takes it has to be
/// kept. When as much is waiting as [`Builder::receive_limit`](crate::Builder::receive_limit) allows,
/// something has to give. No message is lost silently:
/// [`WebSocket::lost_messages`](crate::WebSocket::lost_messages) counts, and
/// [`CloseReport::lost_messages`](crate::CloseReport::lost_messages) has it at the end.
///
/// The same is done about a message that cannot be read: a `Blob`, which comes if somebody else has set
/// the browser's socket to `binaryType = "blob"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Overflow {
    /// The socket closes, with the frame of
    /// [`Builder::close_on_overflow`](crate::Builder::close_on_overflow). What is waiting can still be
    /// taken; then the stream ends. (The browser drops what comes after a close: that is lost as well,
    /// and nobody can count it.)
    #[default]
    Close,
    /// The messages that have waited longest make room. For what is about the latest state only.
    DropOldest,
}

/// The messages that wait to be taken.
///
/// They come in at the one end and go out at the other, by way of two stacks: that is a good deal smaller
/// than a ring.
pub(super) struct Inbox {
    /// The latest is the last.
    incoming: Brief<Vec<Message>>,
    /// The oldest is the last. They are older than those that are incoming.
    outgoing: Brief<Vec<Message>>,
    /// The sum of their [`weight`]s.
    waiting_bytes: Cell<usize>,
    pub(super) limit_bytes: Cell<usize>,
    pub(super) overflow: Cell<Overflow>,
    /// What the socket closes with when something is lost.
    pub(super) close_frame: Cell<Option<SendableCloseFrame>>,
    lost: Cell<u64>,
    /// Whether nobody can take messages any more.
    is_discarding: Cell<bool>,
}

impl Inbox {
    /// As much as this waits, unless somebody says otherwise.
    pub(super) const DEFAULT_LIMIT_BYTES: usize = 64 << 20;

    pub(super) const fn new() -> Self {
        Self {
            incoming: Brief::new(Vec::new()),
            outgoing: Brief::new(Vec::new()),
            waiting_bytes: Cell::new(0),
            limit_bytes: Cell::new(Self::DEFAULT_LIMIT_BYTES),
            overflow: Cell::new(Overflow::Close),
            close_frame: Cell::new(None),
            lost: Cell::new(0),
            is_discarding: Cell::new(false),
        }
    }

    /// Keeps a message, if it can be read and there is room or room can be made. Whether the socket has
    /// to close.
    ///
    /// There is room as long as less than the limit is waiting, and always for one message, so that
    /// even one longer than the limit gets through to whoever keeps up.
    #[must_use]
    pub(super) fn push(&self, message: Option<Message>) -> bool {
        if self.is_discarding.get() {
            return false;
        }
        let Some(message) = message else { return self.lose() };
        while !self.is_empty() && self.waiting_bytes.get() >= self.limit_bytes.get() {
            if self.lose() {
                return true;
            }
            drop(self.pop());
        }
        self.waiting_bytes.set(self.waiting_bytes.get().saturating_add(weight(&message)));
        self.incoming.with(|incoming| incoming.push(message));
        false
    }

    /// Counts one that is lost. Whether the socket has to close for it.
    fn lose(&self) -> bool {
        self.lost.set(self.lost.get() + 1);
        self.overflow.get() == Overflow::Close
    }

    pub(super) fn pop(&self) -> Option<Message> {
        let message = self.outgoing.with(|outgoing| {
            if outgoing.is_empty() {
                self.incoming.with(|incoming| {
                    while let Some(message) = incoming.pop() {
                        outgoing.push(message);
                    }
                });
            }
            outgoing.pop()
        })?;
        self.waiting_bytes.set(self.waiting_bytes.get() - weight(&message));
        Some(message)
    }

    pub(super) fn is_empty(&self) -> bool {
        // No message is without weight.
        self.waiting_bytes.get() == 0
    }

    /// Keeps nothing from now on: nobody is there who could take it.
    pub(super) fn discard(&self) {
        self.is_discarding.set(true);
        self.waiting_bytes.set(0);
        drop((self.incoming.with(mem::take), self.outgoing.with(mem::take)));
    }

    /// How many messages there was no room for, or that could not be read.
    pub(super) const fn lost(&self) -> u64 {
        self.lost.get()
    }
}

/// What a waiting message costs, in bytes: an empty one is not free.
fn weight(message: &Message) -> usize {
    size_of::<Message>() + message.as_bytes().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An inbox with room for as many empty messages as this.
    fn inbox(room: usize, overflow: Overflow) -> Inbox {
        let inbox = Inbox::new();
        inbox.limit_bytes.set(room * size_of::<Message>());
        inbox.overflow.set(overflow);
        inbox
    }

    fn text(text: &str) -> Message {
        Message::Text(text.to_owned())
    }

    /// Whether it is kept, and nobody has to close.
    fn keeps(inbox: &Inbox, content: &str) -> bool {
        !inbox.push(Some(text(content)))
    }

    #[test]
    fn messages_come_out_in_order() {
        let inbox = inbox(10, Overflow::Close);
        assert!(inbox.is_empty());
        assert!(["a", "b", "c"].iter().all(|content| keeps(&inbox, content)));
        assert_eq!([inbox.pop(), inbox.pop()], [Some(text("a")), Some(text("b"))]);
        assert!(keeps(&inbox, "d"));
        assert_eq!([inbox.pop(), inbox.pop()], [Some(text("c")), Some(text("d"))]);
        assert_eq!((inbox.pop(), inbox.lost()), (None, 0));
    }

    #[test]
    fn an_empty_message_is_not_free_and_taking_one_makes_room_again() {
        let inbox = inbox(2, Overflow::Close);
        assert!(keeps(&inbox, "") && keeps(&inbox, ""));
        assert!(!keeps(&inbox, ""));
        assert_eq!(inbox.lost(), 1);
        assert_eq!(inbox.pop(), Some(text("")));
        assert!(keeps(&inbox, ""));
        assert!(!keeps(&inbox, ""));
        assert_eq!(inbox.lost(), 2);
    }

    #[test]
    fn what_is_waiting_stays_when_the_socket_has_to_close() {
        let inbox = inbox(1, Overflow::Close);
        assert!(keeps(&inbox, "first"));
        assert!(!keeps(&inbox, "second"));
        assert_eq!((inbox.pop(), inbox.pop()), (Some(text("first")), None));
    }

    #[test]
    fn the_oldest_make_room_however_many_it_takes() {
        let inbox = inbox(3, Overflow::DropOldest);
        for content in ["a", "b", &"long".repeat(1_000), "c", "d"] {
            assert!(keeps(&inbox, content));
        }
        assert_eq!(
            (inbox.pop(), inbox.pop(), inbox.pop()),
            (Some(text("c")), Some(text("d")), None)
        );
        assert_eq!(inbox.lost(), 3);
    }

    #[test]
    fn there_is_always_room_for_one() {
        for overflow in [Overflow::Close, Overflow::DropOldest] {
            let inbox = inbox(0, overflow);
            let long = "long".repeat(1_000);
            for _ in 0..3 {
                assert!(keeps(&inbox, &long));
                assert_eq!(inbox.pop(), Some(text(&long)));
            }
            assert_eq!(inbox.lost(), 0);
        }
    }

    #[test]
    fn without_a_limit_there_is_always_room() {
        let inbox = inbox(0, Overflow::Close);
        inbox.limit_bytes.set(usize::MAX);
        assert!((0..1_000).all(|_| keeps(&inbox, "more")));
        assert_eq!(inbox.lost(), 0);
    }

    #[test]
    fn one_that_cannot_be_read_is_lost_and_the_others_stay() {
        for overflow in [Overflow::Close, Overflow::DropOldest] {
            let inbox = inbox(2, overflow);
            assert!(keeps(&inbox, "first"));
            assert_eq!(inbox.push(None), overflow == Overflow::Close);
            assert_eq!((inbox.pop(), inbox.pop(), inbox.lost()), (Some(text("first")), None, 1));
        }
    }

    #[test]
    fn nothing_is_kept_nor_lost_when_nobody_can_take_it() {
        let inbox = inbox(1, Overflow::Close);
        assert!(keeps(&inbox, "before"));
        inbox.discard();
        assert!(inbox.is_empty());
        assert!(keeps(&inbox, "after") && !inbox.push(None));
        assert_eq!((inbox.pop(), inbox.lost()), (None, 0));
    }
}
