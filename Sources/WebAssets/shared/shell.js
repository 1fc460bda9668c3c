// What all pages share: theme, and the truth about the connection.

import { post } from "./api.js";
import { byId, h, place } from "./dom.js";
import * as events from "./events.js";
import { moment } from "./format.js";
import { shared } from "./storage.js";

let line = null;
let telemetry = null;

export function startShell() {
    startTheme();
    events.on("line", (value) => { line = value; showConnection(); });
    events.on("telemetry", (value) => { telemetry = value; showConnection(); });
    events.on("hello", ({ hasLogin }) => { if (hasLogin) offerLogout(); });
    events.start();
}

function offerLogout() {
    if (byId("logout")) return;
    const leave = async () => {
        await post("/api/logout", {});
        location.assign(place("/login"));
    };
    byId("theme").after(h("button", { id: "logout", class: "button quiet", type: "button", onclick: leave }, "Log out"));
}

function showConnection() {
    const [state, text] = connection();
    const badge = byId("connection");
    if (badge.dataset.state === state && badge.lastElementChild.textContent === text) return;
    badge.dataset.state = state;
    badge.lastElementChild.textContent = text;
}

function connection() {
    if (line?.state === "lost") return ["offline", `Offline since ${moment(line.since)}`];
    switch (line && telemetry?.state) {
        case "live": return ["live", "Live"];
        case "stale": return ["stale", `Stale since ${moment(telemetry.newestAt)}`];
        case "waiting": return ["waiting", "Waiting for telemetry"];
        case "unavailable": return ["offline", "Status unreadable"];
        default: return ["connecting", "Connecting…"];
    }
}

function startTheme() {
    const root = document.documentElement;
    const button = byId("theme");
    const prefersDark = matchMedia("(prefers-color-scheme: dark)");
    const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : prefersDark.matches);
    const show = () => button.setAttribute("aria-label", `Switch to ${isDark() ? "light" : "dark"} theme`);
    button.addEventListener("click", () => {
        const theme = isDark() ? "light" : "dark";
        root.dataset.theme = theme;
        shared.set("theme", theme);
        show();
    });
    prefersDark.addEventListener("change", show);
    show();
}
