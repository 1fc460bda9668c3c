// Building elements. Text always becomes text nodes, so nothing from outside is ever read as HTML.

const svgNamespace = "http://www.w3.org/2000/svg";

/** The address of a path of ours, wherever a proxy has put the pages: this file is at `assets/shared` below their root. */
export const place = (path) => new URL(`../..${path}`, import.meta.url).href;

/** An HTML element: `h("a", { href: "/", class: "x", onclick: f }, "text", child)`. */
export function h(name, attributes, ...children) {
    return fill(document.createElement(name), attributes, children);
}

/** An SVG element. */
export function s(name, attributes, ...children) {
    return fill(document.createElementNS(svgNamespace, name), attributes, children);
}

function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes ?? {})) {
        if (value === null || value === undefined || value === false) continue;
        if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
        else if (name === "style") for (const [key, part] of Object.entries(value)) element.style.setProperty(key, part);
        else element.setAttribute(name, value === true ? "" : value);
    }
    append(element, children);
    return element;
}

function append(element, children) {
    for (const child of children.flat(Infinity)) {
        if (child !== null && child !== undefined && child !== false) element.append(child);
    }
}

/** Puts these children in place of what is there. */
export function fillWith(element, ...children) {
    element.replaceChildren();
    append(element, children);
}

export const byId = (id) => document.getElementById(id);

const icons = {
    copy: "M8 8h11v13H8zM5 16V3h11",
    check: "M4 12.5l5 5L20 6.5",
    clock: "M12 3a9 9 0 1 1 0 18a9 9 0 0 1 0-18M12 7v5l3.5 2",
    warning: "M12 3.5L22 20.5H2zM12 10v5M12 17.6v.6",
    send: "M4 12L20 4l-5 16l-3.5-6.5z",
    chart: "M4 20V4M4 20h16M8 15l4-5l3 3l5-7",
    again: "M20 12a8 8 0 1 1-2.5-5.8M20 3v5h-5",
    lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
    failed: "M6 6l12 12M18 6L6 18",
};

/** A decorative icon; its meaning must stand beside it or in a label. */
export function icon(name) {
    return s("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, s("path", { d: icons[name] }));
}

/** Runs at most once per frame. */
export function onNextFrame(action) {
    let waiting = false;
    return () => {
        if (waiting) return;
        waiting = true;
        requestAnimationFrame(() => {
            waiting = false;
            action();
        });
    };
}

/** A random UUID, written as the server writes it; also where the page is not served over a secure origin. */
export function uuid() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-").toUpperCase();
}
