// Chooses the one tab that reads the stream of events for all tabs.
//
// Browsers have locks for this, but on secure origins alone. Elsewhere, as at an address of the local network, a note in the
// storage that the tabs share says who reads, and until when; whoever finds it out of date takes over. Where tabs share nothing, each
// reads for itself.

import { shared } from "./storage.js";

const name = "sysmaint-events";
/** Longer than a hidden tab, whose timers are slowed down, takes to renew it. */
const lease = 8_000;
const renewal = 2_000;

/** Calls `begin` when `tab` is to read, and `end` when it no longer is. */
export function whenReader(tab, begin, end) {
    if (!navigator.locks) return holdTheNote(tab, begin, end);
    navigator.locks.request(name, () => {
        begin();
        // The lock is free again when the page goes away.
        return new Promise(() => {});
    }).catch(() => holdTheNote(tab, begin, end));
}

function holdTheNote(tab, begin, end) {
    const before = shared.get(name);
    shared.set(name, before ?? "{}");
    if (shared.get(name) === null) return begin();
    let isReader = false;
    const stop = () => {
        if (isReader) end();
        isReader = false;
    };
    const look = () => {
        const note = read();
        if (isReader && note.tab === tab) return write(tab);
        stop();
        // A note from the future was written before the clock was set back.
        if (note.until > Date.now() && note.until <= Date.now() + lease) return;
        write(tab);
        // Another tab may have written at the same moment: the last one counts.
        setTimeout(() => {
            if (isReader || read().tab !== tab) return;
            isReader = true;
            begin();
        }, 100);
    };
    addEventListener("storage", ({ key }) => { if (key === name) look(); });
    addEventListener("pagehide", () => {
        if (isReader) shared.remove(name);
        stop();
    });
    addEventListener("pageshow", ({ persisted }) => { if (persisted) look(); });
    setInterval(look, renewal);
    look();
}

function read() {
    try {
        return JSON.parse(shared.get(name)) ?? {};
    } catch {
        return {};
    }
}

const write = (tab) => shared.set(name, JSON.stringify({ tab, until: Date.now() + lease }));
