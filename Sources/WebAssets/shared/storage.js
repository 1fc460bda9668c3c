// What pages remember. Where the browser lets them store nothing, as with cookies blocked, they remember nothing and go on.

function attempt(action) {
    try {
        return action();
    } catch {
        return null;
    }
}

/** `area` is "localStorage", which tabs share, or "sessionStorage". */
const place = (area) => ({
    get: (name) => attempt(() => window[area].getItem(name)),
    set: (name, value) => attempt(() => window[area].setItem(name, value)),
    remove: (name) => attempt(() => window[area].removeItem(name)),
});

export const shared = place("localStorage");
export const ofThisTab = place("sessionStorage");

/** A channel to the other tabs; one that reaches nobody where there can be none. */
export const channel = (name) => attempt(() => new BroadcastChannel(name)) ?? { postMessage() {}, addEventListener() {} };
