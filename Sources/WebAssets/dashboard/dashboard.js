// The dashboard: what the host does now, and what it did.

import { get, post } from "../shared/api.js";
import { byId, fillWith, h, icon, place } from "../shared/dom.js";
import * as events from "../shared/events.js";
import { milliseconds, moment, number, percent, rate, short, span } from "../shared/format.js";
import { startShell } from "../shared/shell.js";
import { Chart } from "./chart.js";
import { CoreChart } from "./cores.js";
import { FileSystemChart } from "./filesystems.js";
import * as panels from "./panels.js";

/** Charts are drawn anew at most this often. */
const chartInterval = 15_000;

const cores = new CoreChart({ title: "CPU by core", max: 100, format: percent, series: [] });
const fileSystems = new FileSystemChart();
const lines = [
    { title: "CPU", max: 100, format: percent, series: [{ metric: "cpuBusyPercent", label: "Busy" }, { metric: "cpuIOWaitPercent", label: "Waiting" }] },
    { title: "Load", format: (value, digits = 2) => number(value, digits), series: [{ metric: "load1", label: "1 min" }, { metric: "load5", label: "5 min" }, { metric: "load15", label: "15 min" }] },
    { title: "Memory and swap", max: 100, format: percent, series: [{ metric: "memoryUsedPercent", label: "Memory" }, { metric: "swapUsedPercent", label: "Swap" }] },
    { title: "Pressure", format: percent, series: [{ metric: "cpuPressurePercent", label: "CPU" }, { metric: "memoryPressurePercent", label: "Memory" }, { metric: "ioPressurePercent", label: "Disks" }] },
    { title: "Disk traffic", format: rate, unit: 1024, series: [{ metric: "diskReadBytesPerSecond", label: "Read" }, { metric: "diskWrittenBytesPerSecond", label: "Written" }] },
    { title: "Network", format: rate, unit: 1024, series: [{ metric: "networkReceivedBytesPerSecond", label: "In" }, { metric: "networkSentBytesPerSecond", label: "Out" }] },
    { title: "Relay queue", format: short, series: [{ metric: "relayQueuedMessages", label: "Waiting messages" }] },
    { title: "Relay latency", format: milliseconds, series: [{ metric: "relayAckLatencyMilliseconds", label: "Until acknowledged" }] },
    { title: "Probe cost", format: (value, digits = 2) => percent(value, digits), series: [{ metric: "probeCPUPercent", label: "Of one core" }] },
].map((options) => new Chart(options));
const charts = [lines[0], cores, lines[1], lines[2], fileSystems, ...lines.slice(3)];

/** A fixed stretch of time, as a link from an answer's evidence asks for. */
let fixed = null;
let historyRequest = null;
let historyAt = 0;
/** When the newest reading was taken. */
let newestAt = Infinity;
/** Those of the range that is shown. */
let anomalies = null;

function showStatus({ sample, usage, diskForecasts = [], needsAttention = [] }) {
    fillWith(byId("usage"), panels.usage(usage));
    byId("tiles").setAttribute("aria-busy", "false");
    if (!sample) {
        fillWith(byId("tiles"), h("p", { class: "card empty" }, "No reading has arrived yet. The probe sends one every few seconds."));
        byId("host-facts").textContent = "Waiting for the first reading…";
        for (const id of ["relay", "probe"]) fillWith(byId(id), h("p", { class: "empty" }, "No figures yet"));
        return;
    }
    newestAt = sample.takenAt;
    byId("host").textContent = sample.host.name ?? "This host";
    byId("host-facts").textContent = panels.hostFacts(sample);
    byId("attention").hidden = needsAttention.length === 0;
    fillWith(byId("attention"), ...needsAttention.map(concern => h("p", { class: "concern" }, concern)));
    fillWith(byId("tiles"), panels.tiles(sample, diskForecasts));
    fillWith(byId("details"), panels.details(sample, diskForecasts));
    fillWith(byId("relay"), panels.relay(sample));
    fillWith(byId("probe"), panels.probe(sample));
    fileSystems.foretell(diskForecasts, sample.takenAt);
}

function follow(status) {
    showStatus(status);
    if (!fixed && Date.now() - historyAt > chartInterval) loadHistory();
}

function showAnomalies() {
    if (anomalies) fillWith(byId("anomalies"), panels.anomalies(anomalies, newestAt));
}

function historyQuery() {
    if (fixed) return `from=${fixed.from}&to=${fixed.to}`;
    return `range=${document.querySelector("input[name=range]:checked")?.value ?? "1h"}`;
}

async function loadHistory() {
    historyRequest?.abort();
    const request = new AbortController();
    historyRequest = request;
    historyAt = Date.now();
    for (const format of ["csv", "json"]) byId(`export-${format}`).href = place(`/api/status/export?format=${format}&${historyQuery()}`);
    byId("charts").setAttribute("aria-busy", "true");
    try {
        const history = await get(`/api/status/history?${historyQuery()}`, { signal: request.signal });
        for (const chart of charts) chart.update(history);
        anomalies = history.anomalies;
        showAnomalies();
        const [first] = history.points;
        const beginsLate = first && first.at - history.from > (history.to - history.from) / 10;
        const found = `${anomalies.length} ${anomalies.length === 1 ? "anomaly" : "anomalies"}`;
        fillWith(byId("range-text"), `${span(history.from, history.to)} · `, beginsLate && `readings since ${moment(first.at)} · `,
            anomalies.length > 0 ? h("a", { href: "#anomalies-title" }, found) : "nothing unusual");
        showProblem(null);
    } catch (error) {
        if (error.name === "AbortError") return;
        showProblem(error);
    } finally {
        if (historyRequest === request) byId("charts").setAttribute("aria-busy", "false");
    }
}

function showProblem(error) {
    const place = byId("problem");
    place.hidden = !error;
    if (!error) return fillWith(place);
    showUnread();
    fillWith(place, h(
        "div", { class: "notice bad", role: "alert" }, icon("warning"),
        h("div", {}, h("b", {}, error.title ?? "The page failed"), h("p", {}, error.detail ?? error.message),
            h("div", { class: "actions" }, h("button", { class: "button", type: "button", onclick: load }, "Try again")))));
}

/** What has never been read says so, instead of seeming to be on its way. */
function showUnread() {
    const tiles = byId("tiles");
    if (newestAt === Infinity) byId("host-facts").textContent = "The readings could not be loaded.";
    if (tiles.querySelector(".skeleton")) fillWith(tiles);
    tiles.setAttribute("aria-busy", "false");
    for (const chart of charts) chart.showUnread();
    for (const id of ["anomalies", "usage", "relay", "probe"]) {
        if (!byId(id).hasChildNodes()) fillWith(byId(id), h("p", { class: "empty" }, "Could not be read"));
    }
}

async function load() {
    const historyLoaded = loadHistory();
    try {
        showStatus(await get("/api/status/current"));
        await historyLoaded;
        // Which of them go on is known only now.
        showAnomalies();
    } catch (error) {
        showProblem(error);
    }
}

function startRanges() {
    const query = new URLSearchParams(location.search);
    const [from, to] = [Number(query.get("from")), Number(query.get("to"))];
    if (from > 0 && to > from) {
        // A moment alone shows nothing: at least ten minutes around it, or before it where nothing came after it yet. The
        // browser's clock may be behind the moment.
        const spare = Math.max(0, 600_000 - (to - from));
        const after = Math.max(0, Math.min(spare / 2, Date.now() - to));
        fixed = { from: Math.max(0, Math.round(from - (spare - after))), to: Math.round(to + after) };
        document.querySelector("input[name=range]:checked").checked = false;
    }
    byId("ranges").addEventListener("change", () => {
        fixed = null;
        history.replaceState(null, "", location.pathname);
        loadHistory();
    });
}

function startReset() {
    const dialog = byId("reset-dialog");
    byId("reset").addEventListener("click", () => dialog.showModal());
    byId("reset-cancel").addEventListener("click", () => dialog.close());
    byId("reset-confirm").addEventListener("click", async () => {
        dialog.close();
        const result = byId("reset-result");
        try {
            fillWith(byId("usage"), panels.usage(await post("/api/status/usage/reset", {})));
            result.textContent = "Counters reset.";
        } catch (error) {
            result.textContent = `Not reset: ${error.title}.`;
        }
    });
}

fillWith(byId("tiles"), Array.from({ length: 10 }, () => h("div", { class: "card tile skeleton" })));
fillWith(byId("charts"), charts.map((chart) => chart.element));
startRanges();
startReset();
startShell();
load();
events.on("status", follow);
events.on("hello", ({ resumed }) => { if (!resumed && Date.now() - historyAt > chartInterval) load(); });
