// The status of this moment: tiles, tables and lists made from one reading.

import { h, place } from "../shared/dom.js";
import { bytes, count, duration, milliseconds, moment, money, number, percent, rate, short, span } from "../shared/format.js";

const sum = (values) => (values.length ? values.reduce((a, b) => a + b, 0) : undefined);

/** `limits` are the shares from which a meter warns, and alarms. */
function meter(share, limits = [80, 92]) {
    const level = share >= limits[1] ? "bad" : share >= limits[0] ? "warn" : "";
    return h("div", { class: `meter ${level}`, "aria-hidden": "true" },
        h("i", { style: { "--share": `${Math.max(0, Math.min(100, share ?? 0))}%` } }));
}

function tile(title, value, note, share, limits) {
    return h(
        "article", { class: "card tile" }, h("h3", {}, title), h("p", { class: "value" }, value),
        h("p", { class: "muted small" }, note), share === undefined ? null : meter(share, limits));
}

const busy = (modes) => (modes ? Math.max(0, 100 - modes.idlePercent - modes.ioWaitPercent) : undefined);
const usedPercent = (total, free) => (total > 0 && free !== undefined ? Math.max(0, Math.min(100, (100 * (total - free)) / total)) : undefined);
const fileSystemShare = ({ usedBytes: used, availableBytes: available }) =>
    (used + available > 0 ? (100 * used) / (used + available) : undefined);

/** When a file system will be full, in words. */
export function outlook(forecasts, mountPoint) {
    const { growthBytesPerHour: growth, fullInHours: hours } = forecasts.find((one) => one.mountPoint === mountPoint) ?? {};
    if (hours > 24 * 365) return "full in over a year";
    if (hours !== undefined) return `full in ${duration(hours * 3600)}`;
    return growth === undefined ? "no forecast yet" : "not growing";
}

export function tiles(sample, forecasts) {
    const { cpu, load, memory = {}, pressure = {}, processes, networks, disks, fileSystems, host, tcp } = sample;
    const memoryShare = usedPercent(memory.totalBytes, memory.availableBytes);
    const swapShare = usedPercent(memory.swapTotalBytes, memory.swapFreeBytes);
    const fullest = fileSystems.filter((one) => fileSystemShare(one) !== undefined)
        .toSorted((a, b) => fileSystemShare(b) - fileSystemShare(a))[0];
    const waiting = (line) => percent(line?.someAvg10Percent);
    return [
        tile("CPU busy", percent(busy(cpu?.all)), cpu ? `${percent(cpu.all.ioWaitPercent)} waiting for disks` : "needs two readings", busy(cpu?.all)),
        tile("Load", number(load?.one, 2), load ? `${number(load.five, 2)} over 5 min, ${number(load.fifteen, 2)} over 15` : "not readable",
            host.coreCount ? (100 * load?.one) / host.coreCount : undefined, [100, 200]),
        tile("Memory", percent(memoryShare), `${bytes(memory.availableBytes)} of ${bytes(memory.totalBytes)} free`, memoryShare),
        tile("Swap", memory.swapTotalBytes === 0 ? "none" : percent(swapShare),
            memory.swapTotalBytes === 0 ? "no swap configured" : `${bytes(memory.swapTotalBytes)} in all`, swapShare),
        tile("Fullest disk", percent(fullest && fileSystemShare(fullest)), fullest ? `${fullest.mountPoint}, ${outlook(forecasts, fullest.mountPoint)}` : "no file systems", fullest && fileSystemShare(fullest)),
        tile("Disk traffic", rate(sum(disks.map((disk) => disk.readBytesPerSecond + disk.writtenBytesPerSecond))),
            `busiest ${percent(disks.length ? Math.max(...disks.map((disk) => disk.busyPercent)) : undefined)} of the time`),
        tile("Network", rate(sum(networks.map((one) => one.receivedBytesPerSecond))), `in, ${rate(sum(networks.map((one) => one.sentBytesPerSecond)))} out`),
        tile("Pressure", waiting(pressure.cpu), `CPU; memory ${waiting(pressure.memory)}, disks ${waiting(pressure.io)}`,
            pressure.cpu?.someAvg10Percent, [20, 50]),
        tile("Processes", count(processes?.count), processes ? `${processes.onlyOwn ? "only the probe's own are visible; " : ""}${processes.running} running, ${processes.blocked} blocked` : "not readable"),
        tile("TCP connections", count(tcp?.established), `${count(tcp?.timeWait)} closing, ${number(tcp?.retransmitsPerSecond)} resends/s`),
    ];
}

function warmth(temperatures) {
    const hottest = (temperatures ?? []).filter((one) => !one.isDoubtful).toSorted((a, b) => b.celsius - a.celsius)[0];
    return hottest && `${short(hottest.celsius)} °C at ${hottest.sensor}`;
}

/** In a container the shares are of its limits, which has to be said. */
function limits(container) {
    const list = [container?.memoryMaxBytes && bytes(container.memoryMaxBytes), container?.cpuCores && `${number(container.cpuCores)} cores`].filter(Boolean);
    return list.length > 0 && `shares of the container's limits (${list.join(", ")})`;
}

export function hostFacts(sample) {
    const { host } = sample;
    return [
        host.kernel && `Linux ${host.kernel}`, host.coreCount && `${host.coreCount} cores`, limits(sample.container),
        host.uptimeSeconds && `up ${duration(host.uptimeSeconds)}`, warmth(sample.temperatures), `reading of ${moment(sample.takenAt)}`,
    ].filter(Boolean).join(" · ");
}

function table(title, columns, rows, isWide) {
    return h(
        "section", { class: isWide ? "card wide" : "card", "aria-label": title }, h("h2", {}, title),
        rows.length === 0 ? h("p", { class: "empty" }, "None reported") : h(
            "table", {},
            h("thead", {}, h("tr", {}, columns.map((column, index) => h("th", { scope: "col", class: index && "figure" }, column)))),
            h("tbody", {}, rows.map((cells) => h("tr", {}, cells.map((cell, index) =>
                h(index ? "td" : "th", { scope: index ? null : "row", class: index && "figure" }, cell)))))));
}

/** When a file system cannot be written to any more, for want of room or for other reasons. */
function notes({ mountPoint, timedOut, notAsked, isReadOnly, inodesTotal, inodesFree }, forecasts) {
    if (timedOut || notAsked) return null;
    const inodes = usedPercent(inodesTotal, inodesFree);
    const list = [outlook(forecasts, mountPoint), isReadOnly && "read-only", inodes >= 80 && `${percent(inodes)} of its inodes used`];
    return h("span", { class: "muted small" }, list.filter(Boolean).join(", "));
}

export function details(sample, forecasts) {
    const { fileSystems, fileSystemsLeftOut: left, processes, networks } = sample;
    return [
        table(left ? `File systems (the fullest; ${left} more)` : "File systems", ["Mounted at", "Used", "Free"], fileSystems.map((one) => [
            h("div", { class: "mount" }, one.mountPoint, one.timedOut ? null : meter(fileSystemShare(one)), notes(one, forecasts)),
            one.timedOut ? "no answer" : one.notAsked ? "not asked" : percent(fileSystemShare(one)), bytes(one.availableBytes),
        ])),
        table("Network", ["Interface", "In", "Out"], networks.map((one) =>
            [one.interface, rate(one.receivedBytesPerSecond), rate(one.sentBytesPerSecond)])),
        table("Busiest processes", ["Process", "CPU", "Memory"], (processes?.topByCPU ?? []).map((one) =>
            [`${one.name} (${one.pid})`, percent(one.cpuPercent), bytes(one.residentBytes)])),
        table("Largest processes", ["Process", "Memory", "CPU"], (processes?.topByMemory ?? []).map((one) =>
            [`${one.name} (${one.pid})`, bytes(one.residentBytes), percent(one.cpuPercent)])),
    ];
}

const facts = (pairs) => h("dl", { class: "facts" }, pairs.map(([term, value]) => [h("dt", {}, term), h("dd", {}, value)]));

export function relay(sample) {
    const figures = sample.relay;
    if (!figures) return h("p", { class: "empty" }, "The probe reports no figures of the relay");
    return facts([
        ["Waiting messages", `${count(figures.queuedMessages)} (${bytes(figures.queuedBytes)})`],
        ["Accepted", `${count(figures.acceptedTotal)} (${number(figures.acceptedPerSecond)}/s)`],
        ["Delivered", count(figures.deliveredTotal)], ["Connections", count(figures.connections)],
        ["Latency, median", milliseconds(figures.ackLatencyP50Milliseconds)],
        ["Latency, 99 %", milliseconds(figures.ackLatencyP99Milliseconds)],
        ["Users, devices", `${count(figures.users)}, ${count(figures.devices)}`],
        ["One-time keys left", count(figures.oneTimePreKeysLeft)],
        ["Memory", bytes(figures.residentBytes)], ["Up", duration(figures.uptimeSeconds)],
    ]);
}

export function probe({ probe: cost }) {
    if (!cost) return h("p", { class: "empty" }, "No figures yet");
    return facts([
        ["CPU of one core", percent(cost.cpuPercent, 2)],
        ["Memory", bytes(cost.residentBytes)], ["Taking a reading", milliseconds(cost.sampleMilliseconds)],
        ["Unsent readings", count(cost.waitingSamples)],
    ]);
}

export function usage(totals) {
    if (!totals) return h("p", { class: "empty" }, "The usage could not be read.");
    const budget = totals.dailyBudgetUSD;
    return [
        h("p", { class: "spend" }, money(totals.costUSD)),
        h("p", { class: "muted small" }, totals.since ? `spent since ${moment(totals.since)}` : "spent since the beginning"),
        budget ? [
            meter((100 * (totals.todayUSD ?? 0)) / budget),
            h("p", { class: "muted small" }, `${money(totals.todayUSD ?? 0)} of today's budget of ${money(budget)}`),
        ] : null,
        facts([
            ["Requests", count(totals.requests)], ["Prompt tokens", count(totals.promptTokens)],
            ["of them cached", count(totals.cachedPromptTokens)],
            ["Completion tokens", count(totals.completionTokens)],
        ]),
    ];
}

/** `newestAt` is when the newest reading was taken: what reaches beyond it goes on. */
export function anomalies(list, newestAt) {
    if (list.length === 0) return h("p", { class: "empty" }, "Nothing unusual in this range");
    return h("ul", { class: "anomaly-list" }, list.toSorted((a, b) => b.to - a.to).map((one) => h(
        "li", { "data-severity": one.severity },
        h("p", {}, h("span", { class: "severity" }, { notice: "Notice", warning: "Warning", critical: "Critical" }[one.severity]), " · ", one.fileSystem && h("b", {}, one.fileSystem, ": "), one.summary),
        h("p", { class: "small" }, h("a", { href: place(`/?from=${one.from}&to=${one.to}`) },
            one.to > newestAt ? `since ${moment(one.from)}, goes on` : span(one.from, one.to))))));
}
