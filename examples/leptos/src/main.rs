//! A chat with one peer, whose socket lives as long as its component.

mod use_graceful_websocket;

use std::time::Duration;

use graceful_websocket::{CloseReport, Message, ReadyState, SendableCloseFrame, WebSocket};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::use_graceful_websocket::{GracefulWebSocket, use_graceful_websocket};

const DEFAULT_CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

fn main() {
    mount_to_body(App);
}

#[component]
fn App() -> impl IntoView {
    let server = RwSignal::new(server_of_page());
    let is_mounted = RwSignal::new(true);
    // The chat's, as long as it is mounted.
    let socket = RwSignal::new(None);
    let report = RwSignal::new(None);
    let typed = RwSignal::new(server.get_untracked());
    let toggle = move || if is_mounted.get() { "Unmount the chat" } else { "Mount the chat" };

    view! {
        <header>
            <h1>"graceful-websocket and Leptos"</h1>
            <form on:submit=move |event| {
                event.prevent_default();
                server.set(typed.get());
            }>
                <label for="server">"Server"</label>
                <input id="server" bind:value=typed autocomplete="off" spellcheck="false" />
                <button>"Connect"</button>
            </form>
            <p class="controls">
                <button on:click=move |_| is_mounted.update(|is| *is = !*is)>{toggle}</button>
                <CloseFromOutside socket />
            </p>
        </header>
        <Show when=move || is_mounted.get()>
            <Chat server socket report />
        </Show>
        <Report report />
    }
}

/// Opens the socket, and shows what comes.
#[component]
fn Chat(
    server: RwSignal<String>,
    socket: RwSignal<Option<GracefulWebSocket>>,
    report: RwSignal<Option<CloseReport>>,
) -> impl IntoView {
    let messages = RwSignal::new(Vec::new());
    let problem = RwSignal::new(None);
    let draft = RwSignal::new(String::new());
    let builder = move || {
        WebSocket::builder(server.get())
            .close_timeout(close_timeout())
            .close_on_drop(SendableCloseFrame::new(4001, "the chat was left").ok())
    };
    let on_message = move |message: Message| {
        messages.update(|messages| messages.push(text_of(message)));
    };
    let chat = use_graceful_websocket(builder, on_message);

    socket.set(Some(chat));
    on_cleanup(move || socket.set(None));
    // The report may come when this component is gone.
    Effect::new(move || {
        if let Some(closer) = chat.closer.get() {
            spawn_local(async move { report.set(Some(closer.closed().await)) });
        }
    });
    let state = move || chat.ready_state.get().as_str();
    let why = move || chat.error.get().map(|error| error.to_string()).or(problem.get());

    view! {
        <section>
            <h2>"Chat"</h2>
            <p role="status" data-state=state>{state}</p>
            <ol role="log" aria-label="Messages">
                {move || messages.get().into_iter().map(|text| view! { <li>{text}</li> }).collect_view()}
            </ol>
            <form on:submit=move |event| {
                event.prevent_default();
                let sent = chat.send(&draft.get());
                problem.set(sent.as_ref().err().map(ToString::to_string));
                if sent.is_ok() {
                    draft.set(String::new());
                }
            }>
                <label for="message">"Message"</label>
                <input id="message" bind:value=draft autocomplete="off" />
                <button>"Send"</button>
            </form>
            <p role="alert">{why}</p>
        </section>
    }
}

/// Closes a socket that another component has opened.
#[component]
fn CloseFromOutside(socket: RwSignal<Option<GracefulWebSocket>>) -> impl IntoView {
    let ready_state = move || socket.get().map(|socket| socket.ready_state.get());
    let is_closable =
        move || matches!(ready_state(), Some(ReadyState::Connecting | ReadyState::Open));
    let close = move |_| {
        let frame = SendableCloseFrame::new(4002, "closed from outside");
        let closer = socket.get_untracked().and_then(|socket| socket.closer.get_untracked());
        if let (Some(closer), Ok(frame)) = (closer, frame) {
            closer.close_with(frame);
        }
    };
    view! {
        <button disabled=move || !is_closable() on:click=close>"Close from outside"</button>
    }
}

/// How the last socket ended.
#[component]
fn Report(report: RwSignal<Option<CloseReport>>) -> impl IntoView {
    let rows = |report: CloseReport| {
        let CloseReport { outcome, code, reason, elapsed, .. } = report;
        view! {
            <dl>
                <dt>"outcome"</dt>
                <dd>{outcome.as_str()}</dd>
                <dt>"code"</dt>
                <dd>{code.get()}</dd>
                <dt>"reason"</dt>
                <dd>{reason}</dd>
                <dt>"elapsed"</dt>
                <dd>{elapsed.as_millis()}" ms"</dd>
            </dl>
        }
    };
    view! {
        <section>
            <h2>"Last close report"</h2>
            {move || report.get().map(rows)}
        </section>
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
