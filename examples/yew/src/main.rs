//! A chat with one peer, whose socket lives as long as its component.

mod use_graceful_websocket;

use std::rc::Rc;
use std::time::Duration;

use graceful_websocket::{CloseReport, Closer, Message, ReadyState, SendableCloseFrame, WebSocket};
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::use_graceful_websocket::use_graceful_websocket;

const DEFAULT_CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

fn main() {
    yew::Renderer::<App>::new().render();
}

#[component]
fn App() -> Html {
    let server = use_state(|| AttrValue::from(server_of_page()));
    let typed = use_node_ref();
    let is_mounted = use_state(|| true);
    // The chat's, as long as that is mounted and has something to close.
    let closer = use_state(|| None);
    let report = use_state(|| None);

    let connect = {
        let (server, typed) = (server.setter(), typed.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            server.set(value_of(&typed).into());
        })
    };
    let toggle = {
        let is_mounted = is_mounted.clone();
        Callback::from(move |_| is_mounted.set(!*is_mounted))
    };
    let (on_closer, on_report) = (closer.setter().to_callback(), report.setter().to_callback());

    html! {
        <>
            <header>
                <h1>{"graceful-websocket and Yew"}</h1>
                <form onsubmit={connect}>
                    <label for="server">{"Server"}</label>
                    <input id="server" ref={typed} value={&*server} autocomplete="off" spellcheck="false" />
                    <button>{"Connect"}</button>
                </form>
                <p class="controls">
                    <button onclick={toggle}>
                        {if *is_mounted { "Unmount the chat" } else { "Mount the chat" }}
                    </button>
                    <CloseFromOutside closer={(*closer).clone()} />
                </p>
            </header>
            if *is_mounted {
                <Chat server={&*server} {on_closer} {on_report} />
            }
            <Report report={(*report).clone()} />
        </>
    }
}

#[derive(PartialEq, Properties)]
struct ChatProps {
    server: AttrValue,
    /// Gets what closes the socket, and nothing when that has gone.
    on_closer: Callback<Option<Closer>>,
    on_report: Callback<Option<CloseReport>>,
}

/// Opens the socket, and shows what comes.
#[component]
fn Chat(ChatProps { server, on_closer, on_report }: &ChatProps) -> Html {
    let messages = use_reducer(Messages::default);
    let problem = use_state(|| None);
    let draft = use_node_ref();
    let on_message = Callback::from({
        let messages = messages.dispatcher();
        move |message| messages.dispatch(message)
    });
    let chat = use_graceful_websocket(server, describe, on_message);

    let (on_closer, on_report) = (on_closer.clone(), on_report.clone());
    let is_closable = matches!(chat.ready_state, ReadyState::Connecting | ReadyState::Open);
    use_effect_with(chat.closer.clone().filter(|_| is_closable), move |closer| {
        on_closer.emit(closer.clone());
        // The report may come when this component is gone.
        if let Some(closed) = closer.as_ref().map(Closer::closed) {
            spawn_local(async move { on_report.emit(Some(closed.await)) });
        }
        move || on_closer.emit(None)
    });
    let state = chat.ready_state.as_str();
    let why = chat.error.as_ref().map(ToString::to_string).or_else(|| (*problem).clone());
    let send = {
        let (problem, draft) = (problem.setter(), draft.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let sent = chat.send(&value_of(&draft));
            problem.set(sent.as_ref().err().map(ToString::to_string));
            if let (Ok(()), Some(input)) = (sent, draft.cast::<HtmlInputElement>()) {
                input.set_value("");
            }
        })
    };

    html! {
        <section>
            <h2>{"Chat"}</h2>
            <p role="status" data-state={state}>{state}</p>
            <ol role="log" aria-label="Messages">
                {for messages.texts.iter().map(|text| html! { <li>{text}</li> })}
            </ol>
            <form onsubmit={send}>
                <label for="message">{"Message"}</label>
                <input id="message" ref={draft} autocomplete="off" />
                <button>{"Send"}</button>
            </form>
            <p role="alert">{why}</p>
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct CloseFromOutsideProps {
    closer: Option<Closer>,
}

/// Closes a socket that another component has opened.
#[component]
fn CloseFromOutside(CloseFromOutsideProps { closer }: &CloseFromOutsideProps) -> Html {
    let is_closable = closer.is_some();
    let closer = closer.clone();
    let close = move |_| {
        let frame = SendableCloseFrame::new(4002, "closed from outside");
        if let (Some(closer), Ok(frame)) = (&closer, frame) {
            closer.close_with(frame);
        }
    };
    html! { <button disabled={!is_closable} onclick={close}>{"Close from outside"}</button> }
}

#[derive(PartialEq, Properties)]
struct ReportProps {
    report: Option<CloseReport>,
}

/// How the last socket ended.
#[component]
fn Report(ReportProps { report }: &ReportProps) -> Html {
    html! {
        <section>
            <h2>{"Last close report"}</h2>
            if let Some(CloseReport { outcome, code, reason, elapsed, .. }) = report {
                <dl>
                    <dt>{"outcome"}</dt>
                    <dd>{outcome.as_str()}</dd>
                    <dt>{"code"}</dt>
                    <dd>{code.get()}</dd>
                    <dt>{"reason"}</dt>
                    <dd>{reason}</dd>
                    <dt>{"elapsed"}</dt>
                    <dd>{elapsed.as_millis()}{" ms"}</dd>
                </dl>
            }
        </section>
    }
}

#[derive(Clone, Default)]
struct Messages {
    texts: Vec<String>,
}

impl Reducible for Messages {
    type Action = Message;

    fn reduce(self: Rc<Self>, message: Message) -> Rc<Self> {
        let mut messages = Rc::unwrap_or_clone(self);
        messages.texts.push(match message {
            Message::Text(text) => text,
            message => format!("{} bytes", message.as_bytes().len()),
        });
        Rc::new(messages)
    }
}

fn describe(url: &str) -> graceful_websocket::Builder {
    WebSocket::builder(url)
        .close_timeout(close_timeout())
        .close_on_drop(SendableCloseFrame::new(4001, "the chat was left").ok())
}

fn value_of(input: &NodeRef) -> String {
    input.cast::<HtmlInputElement>().map(|input| input.value()).unwrap_or_default()
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
