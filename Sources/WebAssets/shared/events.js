// What happens, as it happens: one stream of server-sent events for all open pages.
//
// One tab reads the stream and passes it on; when it closes, another takes over where it ended. A browser opens six connections to
// a server at most, so a stream for each tab would leave none for the seventh.

import { place, uuid } from "./dom.js";
import { whenReader } from "./reader.js";
import { channel as channelTo } from "./storage.js";

const channel = channelTo("sysmaint-events");
/** How this tab is addressed by the others. */
const tab = uuid();
const listeners = new Map();
/** No heartbeat for this long means that the line is dead, whatever the browser thinks. */
const silenceLimit = 45_000;
const retryDelay = 2_000;

let lastEventId = null;
let isReader = false;
/** Ends the stream, or the pause before the next one. */
let stop = () => {};
let heardAt = 0;
/** The newest of each event that describes a state, for tabs that join later. */
const latest = new Map();

/** `listener` gets the data of each event of this name; states that are known already at once. */
export function on(name, listener) {
    if (!listeners.has(name)) listeners.set(name, new Set());
    listeners.get(name).add(listener);
    if (latest.has(name)) queueMicrotask(() => listener(latest.get(name)));
}

/**
 * `load` fetches what a page shows from the start. It is called once the stream follows, so that nothing falls between
 * the two, again whenever the stream has lost its place, and without a stream if none can be had.
 */
export function onBeginning(load) {
    let hasLoaded = false;
    const begin = () => {
        hasLoaded = true;
        load();
    };
    on("hello", ({ resumed }) => { if (!resumed || !hasLoaded) begin(); });
    on("line", ({ state }) => { if (state === "lost" && !hasLoaded) begin(); });
}

/** Begins to listen; `line` events tell whether the stream is `{ state: "open" | "lost", since }`. */
export function start() {
    channel.addEventListener("message", ({ data }) => {
        if (data.asker) {
            if (isReader) welcome(data.asker);
            return;
        }
        if (data.to && data.to !== tab) return;
        lastEventId = data.lastEventId ?? lastEventId;
        deliver(data.name, data.value);
    });
    channel.postMessage({ asker: tab });
    // The timers of a page sleep when the machine does, and all of it does in the cache that the back button opens.
    document.addEventListener("visibilitychange", wake);
    addEventListener("online", wake);
    addEventListener("pageshow", ({ persisted }) => {
        if (persisted) heardAt = 0;
        wake();
    });
    whenReader(tab, () => {
        isReader = true;
        open();
    }, () => {
        isReader = false;
        stop();
    });
}

/** Tells a tab that has just come what is known; it loads its page upon that, so nothing was missed. */
function welcome(to) {
    for (const [name, value] of latest) {
        channel.postMessage({ to, name, value: name === "hello" ? { ...value, resumed: true } : value, lastEventId });
    }
}

/** Begins a stream anew that has been silent for too long. */
function wake() {
    if (!isReader || document.hidden || Math.abs(Date.now() - heardAt) <= silenceLimit) return;
    stop();
    heardAt = Date.now();
    open();
}

function open() {
    const after = lastEventId ? `?after=${encodeURIComponent(lastEventId)}` : "";
    const source = new EventSource(place(`/api/events${after}`));
    let watchdog;
    const close = () => {
        clearTimeout(watchdog);
        source.close();
        tellLine("lost");
        const retry = setTimeout(open, retryDelay);
        stop = () => clearTimeout(retry);
    };
    stop = () => {
        clearTimeout(watchdog);
        source.close();
    };
    const heard = () => {
        clearTimeout(watchdog);
        watchdog = setTimeout(close, silenceLimit);
        heardAt = Date.now();
        tellLine("open");
    };
    source.addEventListener("open", heard);
    source.addEventListener("error", close);
    for (const name of ["hello", "status", "telemetry", "message", "delivery", "held", "progress", "heartbeat"]) {
        source.addEventListener(name, (event) => {
            heard();
            lastEventId = event.lastEventId || lastEventId;
            tell(name, JSON.parse(event.data));
        });
    }
}

function tellLine(state) {
    if (latest.get("line")?.state !== state) tell("line", { state, since: Date.now() });
}

function tell(name, value) {
    channel.postMessage({ name, value, lastEventId });
    deliver(name, value);
}

function deliver(name, value) {
    if (["line", "hello", "status", "telemetry", "held"].includes(name)) latest.set(name, value);
    for (const listener of listeners.get(name) ?? []) listener(value);
}
