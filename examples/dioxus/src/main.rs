//! A chat with one peer, whose socket lives as long as its component.

mod use_graceful_websocket;

use std::time::Duration;

use dioxus::core::spawn_forever;
use dioxus::prelude::*;
use graceful_websocket::{CloseReport, Message, ReadyState, SendableCloseFrame, WebSocket};

use crate::use_graceful_websocket::{GracefulWebSocket, use_graceful_websocket};

const DEFAULT_CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

fn main() {
    dioxus::launch(App);
}

#[component]
fn App() -> Element {
    let mut server = use_signal(server_of_page);
    let mut typed = use_signal(|| server.peek().clone());
    let mut is_mounted = use_signal(|| true);
    // The chat's, as long as it is mounted.
    let socket = use_signal(|| None);
    let report = use_signal(|| None);
    let toggle = if is_mounted() { "Unmount the chat" } else { "Mount the chat" };

    rsx! {
        header {
            h1 { "graceful-websocket and Dioxus" }
            form {
                onsubmit: move |event| {
                    event.prevent_default();
                    server.set(typed());
                },
                label { r#for: "server", "Server" }
                input {
                    id: "server",
                    value: typed,
                    oninput: move |event| typed.set(event.value()),
                    autocomplete: "off",
                    spellcheck: false,
                }
                button { "Connect" }
            }
            p { class: "controls",
                button { onclick: move |_| is_mounted.toggle(), {toggle} }
                CloseFromOutside { socket }
            }
        }
        if is_mounted() {
            Chat { server, socket, report }
        }
        Report { report }
    }
}

/// Opens the socket, and shows what comes.
#[component]
fn Chat(
    server: Signal<String>,
    socket: Signal<Option<GracefulWebSocket>>,
    report: Signal<Option<CloseReport>>,
) -> Element {
    let mut messages = use_signal(Vec::new);
    let mut problem = use_signal(|| None);
    let mut draft = use_signal(String::new);
    let builder = move || {
        WebSocket::builder(server())
            .close_timeout(close_timeout())
            .close_on_drop(SendableCloseFrame::new(4001, "the chat was left").ok())
    };
    let on_message = move |message| messages.write().push(text_of(message));
    let chat = use_graceful_websocket(builder, on_message);

    use_hook(|| socket.set(Some(chat)));
    use_drop(move || socket.set(None));
    // The report may come when this component is gone.
    use_effect(move || {
        if let Some(closer) = (chat.closer)() {
            spawn_forever(async move { report.set(Some(closer.closed().await)) });
        }
    });
    let state = chat.ready_state.read().as_str();
    let error = (chat.error)().map(|error| error.to_string());
    let why = error.or(problem()).unwrap_or_default();

    rsx! {
        section {
            h2 { "Chat" }
            p { role: "status", "data-state": "{state}", "{state}" }
            ol { role: "log", aria_label: "Messages",
                for text in messages() {
                    li { "{text}" }
                }
            }
            form {
                onsubmit: move |event| {
                    event.prevent_default();
                    let sent = chat.send(&draft.peek());
                    problem.set(sent.as_ref().err().map(ToString::to_string));
                    if sent.is_ok() {
                        draft.set(String::new());
                    }
                },
                label { r#for: "message", "Message" }
                input {
                    id: "message",
                    value: draft,
                    oninput: move |event| draft.set(event.value()),
                    autocomplete: "off",
                }
                button { "Send" }
            }
            p { role: "alert", "{why}" }
        }
    }
}

/// Closes a socket that another component has opened.
#[component]
fn CloseFromOutside(socket: Signal<Option<GracefulWebSocket>>) -> Element {
    let ready_state = socket().map(|socket| (socket.ready_state)());
    let is_closable = matches!(ready_state, Some(ReadyState::Connecting | ReadyState::Open));
    let close = move |_| {
        let frame = SendableCloseFrame::new(4002, "closed from outside");
        let closer = socket().and_then(|socket| (socket.closer)());
        if let (Some(closer), Ok(frame)) = (closer, frame) {
            closer.close_with(frame);
        }
    };
    rsx! {
        button { disabled: !is_closable, onclick: close, "Close from outside" }
    }
}

/// How the last socket ended.
#[component]
fn Report(report: Signal<Option<CloseReport>>) -> Element {
    rsx! {
        section {
            h2 { "Last close report" }
            if let Some(CloseReport { outcome, code, reason, elapsed, .. }) = report() {
                dl {
                    dt { "outcome" }
                    dd { "{outcome}" }
                    dt { "code" }
                    dd { "{code.get()}" }
                    dt { "reason" }
                    dd { "{reason}" }
                    dt { "elapsed" }
                    dd { "{elapsed.as_millis()} ms" }
                }
            }
        }
    }
}

fn text_of(message: Message) -> String {
    match message {
        Message::Text(text) => text,
        message => format!("{} bytes", message.as_bytes().len()),
    }
}

/// The page's parameter `server`, or who serves the page.
fn server_of_page() -> String {
    let own = || {
        let host = web_sys::window()?.location().host().ok()?;
        Some(format!("ws://{host}/echo"))
    };
    parameter("server").or_else(own).unwrap_or_default()
}

/// The page's parameter `close-timeout`, in milliseconds.
fn close_timeout() -> Duration {
    let millis = parameter("close-timeout").and_then(|millis| millis.parse().ok());
    millis.map_or(DEFAULT_CLOSE_TIMEOUT, Duration::from_millis)
}

/// A parameter of the page's address.
fn parameter(name: &str) -> Option<String> {
    let search = web_sys::window()?.location().search().ok()?;
    web_sys::UrlSearchParams::new_with_str(&search).ok()?.get(name)
}
