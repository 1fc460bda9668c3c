// A line chart of one or more series over time, drawn as SVG in the pixels it has.
//
// The plot is a slider for the keyboard and for screen readers: its arrows walk from reading to reading. A table holds
// the same figures.

import { fillWith, h, onNextFrame, s } from "../shared/dom.js";
import { date, readingTime, shortTime } from "../shared/format.js";

export const margin = { top: 8, right: 6, bottom: 20, left: 56 };
/** Readings this many steps apart are not joined by a line. */
const gapSteps = 2.5;

export class Chart {
    /** `series` are `{ metric, label }`; `max` fixes the upper end, as 100 for percentages; `unit` 1024 is for bytes. */
    constructor({ title, series, format, max, unit = 1 }) {
        Object.assign(this, { title, series, format, max, unit, history: null, cursor: null });
        this.legend = h("ul", { class: "legend" });
        this.tooltip = h("div", { class: "tooltip", hidden: true });
        this.canvas = s("svg", { "aria-hidden": "true" });
        this.plot = h(
            "div", {
                class: "plot", role: "slider", tabindex: "0", "aria-label": `${title}, reading`, "aria-valuemin": "0",
                "aria-valuemax": "0", "aria-valuenow": "0", "aria-valuetext": "no readings",
                onpointermove: (event) => this.pointAt(event), onpointerdown: (event) => this.pointAt(event),
                onpointerleave: () => this.moveTo(null), onblur: () => this.moveTo(null),
                onkeydown: (event) => this.walk(event), onfocus: () => this.focused(),
            }, this.canvas, this.tooltip);
        this.table = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `${title}, table` });
        const details = h(
            "details", { ontoggle: () => this.fillTable() },
            h("summary", {}, "Table", h("span", { class: "visually-hidden" }, ` of ${title}`)), this.table);
        this.details = details;
        this.element = h(
            "figure", { class: "card chart" }, h("figcaption", {}, h("h3", {}, title), this.legend), this.plot, details);
        const redraw = onNextFrame(() => this.draw());
        new ResizeObserver(redraw).observe(this.plot);
    }

    update(history) {
        this.history = history;
        this.points = history.points.filter((point) => this.series.some(({ metric }) => metric in point.values));
        const last = this.points.length - 1;
        this.plot.setAttribute("aria-valuemax", Math.max(0, last));
        this.describe(last);
        this.draw();
        this.fillTable();
    }

    // What is where

    x(at) {
        const { from } = this.history;
        return margin.left + ((at - from) / (this.end - from)) * (this.width - margin.left - margin.right);
    }

    y(value) {
        return this.height - margin.bottom - (value / this.top) * (this.height - margin.top - margin.bottom);
    }

    draw() {
        if (!this.history) return;
        this.width = this.plot.clientWidth;
        this.height = this.plot.clientHeight;
        if (this.width === 0) return;
        this.end = this.lastMoment();
        const highest = Math.max(0, ...this.points.flatMap((point) =>
            this.series.map(({ metric }) => point.values[metric]?.max ?? 0)));
        this.ticks = this.points.length > 0 ? ticks(this.max ?? highest, this.unit) : [0, 1];
        this.top = this.ticks.at(-1);
        fillWith(this.canvas, this.picture());
        this.marker = s("g", { class: "marker" });
        this.canvas.append(this.marker);
        this.showLegend();
        this.moveTo(this.cursor);
        this.say(this.points.length === 0 ? "No readings in this range" : null);
    }

    /** Where the axis of time ends. */
    lastMoment() { return this.history.to; }

    /** Where nothing was ever drawn. */
    showUnread() { if (!this.history) this.say("Could not be read"); }

    /** In place of a picture. */
    say(text) {
        this.plot.querySelector(".plot-empty")?.remove();
        if (text) this.plot.append(h("p", { class: "plot-empty" }, text));
    }

    picture() {
        return [this.anomalies(), this.grid(), this.times(), this.series.map((one, index) => this.path(one.metric, index))];
    }

    grid() {
        const digits = Math.max(0, -Math.floor(Math.log10(this.ticks[1])));
        return this.ticks.map((value) => [
            s("line", { class: "grid", x1: margin.left, x2: this.width - margin.right, y1: this.y(value), y2: this.y(value) }),
            this.points.length > 0 && s(
                "text", { x: margin.left - 8, y: this.y(value) + 4, "text-anchor": "end" }, this.format(value, digits)),
        ]);
    }

    times() {
        const { from } = this.history;
        const length = this.end - from;
        const columns = Math.max(2, Math.min(6, Math.floor(this.width / 110)));
        const label = length > 2 * 86_400_000 ? date : shortTime;
        return Array.from({ length: columns }, (_, index) => {
            const at = from + ((index + 0.5) / columns) * length;
            return s("text", { x: this.x(at), y: this.height - 4, "text-anchor": "middle" }, label(at));
        });
    }

    anomalies() {
        return this.history.anomalies.filter((anomaly) => this.concerns(anomaly))
            .map(({ from, to, severity }) => {
                const left = this.x(Math.max(from, this.history.from));
                const right = this.x(Math.min(to, this.history.to));
                return s("rect", {
                    class: `anomaly ${severity}`, x: left, y: margin.top, width: Math.max(2, right - left),
                    height: this.height - margin.top - margin.bottom,
                });
            });
    }

    concerns(anomaly) { return !anomaly.metric || this.series.some(({ metric }) => metric === anomaly.metric); }

    path(metric, index) {
        const step = this.history.resolutionSeconds * 1000;
        const runs = [];
        let last = null;
        for (const point of this.points) {
            const value = point.values[metric];
            if (!value) continue;
            if (last === null || point.at - last > gapSteps * step) runs.push([]);
            runs.at(-1).push({ x: this.x(point.at).toFixed(1), ...value });
            last = point.at;
        }
        const color = `series-${index + 1}`;
        const line = (run, key) => run.map((point) => `${point.x},${this.y(point[key]).toFixed(1)}`);
        return runs.map((run) => run.length === 1
            ? s("circle", { class: `dot ${color}`, cx: run[0].x, cy: this.y(run[0].mean), r: 3 })
            : [
                s("path", { class: `band ${color}`, d: `M${[...line(run, "max"), ...line(run, "min").reverse()].join("L")}Z` }),
                s("path", { class: `line ${color}`, d: `M${line(run, "mean").join("L")}` }),
            ]);
    }

    showLegend() {
        const newest = this.points.at(-1)?.values ?? {};
        fillWith(this.legend, this.series.map(({ metric, label }, index) => h(
            "li", { class: `series-${index + 1}` }, h("i"), label, " ", h("b", {}, this.format(newest[metric]?.mean)))));
    }

    // Where the reader looks

    pointAt(event) {
        if (!this.points?.length) return;
        const { from } = this.history;
        const inside = event.clientX - this.plot.getBoundingClientRect().left - margin.left;
        const at = from + (inside / (this.width - margin.left - margin.right)) * (this.end - from);
        let nearest = 0;
        this.points.forEach((point, index) => {
            if (Math.abs(point.at - at) < Math.abs(this.points[nearest].at - at)) nearest = index;
        });
        this.moveTo(nearest);
    }

    focused() {
        if (this.points?.length && this.plot.matches(":focus-visible")) this.moveTo(this.points.length - 1);
    }

    walk(event) {
        const last = (this.points?.length ?? 0) - 1;
        if (last < 0) return;
        const now = this.cursor ?? last;
        const target = {
            ArrowLeft: now - 1, ArrowDown: now - 1, ArrowRight: now + 1, ArrowUp: now + 1, PageDown: now - 10,
            PageUp: now + 10, Home: 0, End: last,
        }[event.key];
        if (target === undefined) return;
        event.preventDefault();
        this.moveTo(Math.max(0, Math.min(last, target)));
    }

    moveTo(index) {
        this.cursor = index !== null && this.points[index] ? index : null;
        const point = this.points?.[this.cursor];
        this.tooltip.hidden = !point;
        if (!this.marker) return;
        if (!point) return fillWith(this.marker);
        const x = this.x(point.at);
        const shown = this.named(point);
        fillWith(
            this.marker,
            s("line", { class: "cursor", x1: x, x2: x, y1: margin.top, y2: this.height - margin.bottom }),
            shown.map(({ metric }) => s("circle", {
                class: `dot series-${this.series.findIndex((one) => one.metric === metric) + 1}`, cx: x,
                cy: this.markerY(metric, point), r: 4,
            })));
        fillWith(
            this.tooltip, h("p", {}, readingTime(point.at)),
            shown.map(({ metric, label }) => h("p", {}, `${label} `, h("b", {}, this.range(point.values[metric])))));
        const width = this.tooltip.offsetWidth;
        // What comes after the last reading stays in sight.
        const left = x > this.width / 2 || x + 12 + width > this.width ? x - 12 - width : x + 12;
        this.tooltip.style.setProperty("transform", `translate(${Math.max(0, left)}px, 0)`);
        this.describe(this.cursor);
    }

    /** The series that the tooltip and the slider tell of. */
    named(point) { return this.series.filter(({ metric }) => metric in point.values); }

    markerY(metric, point) { return this.y(point.values[metric].mean); }

    range({ min, mean, max }) {
        const text = this.format(mean);
        return this.format(min) === text && this.format(max) === text ? text
            : `${text} (${this.format(min)} to ${this.format(max)})`;
    }

    describe(index) {
        const point = this.points[index];
        this.plot.setAttribute("aria-valuenow", Math.max(0, index));
        this.plot.setAttribute("aria-valuetext", point ? [readingTime(point.at), ...this.named(point)
            .map(({ metric, label }) => `${label} ${this.format(point.values[metric].mean)}`)].join(", ") : "no readings");
    }

    fillTable() {
        if (!this.details.open || !this.history) return;
        fillWith(this.table, h(
            "table", {},
            h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Time"), this.series.map(({ label }) =>
                h("th", { scope: "col", class: "figure" }, label)))),
            h("tbody", {}, this.points.toReversed().map((point) => h(
                "tr", {}, h("th", { scope: "row" }, readingTime(point.at)), this.series.map(({ metric }) =>
                    h("td", { class: "figure" }, point.values[metric] ? this.range(point.values[metric]) : "–")))))));
    }
}

/** From zero in two to four steps to at least `highest`, round in powers of `unit`. */
function ticks(highest, unit) {
    if (unit > 1 && highest >= unit) return ticks(highest / unit, unit).map((value) => value * unit);
    if (highest <= 0) return [0, 1];
    const magnitude = 10 ** Math.floor(Math.log10(highest / 3));
    const factors = magnitude >= 10 ? [1, 2, 2.5, 5, 10] : [1, 2, 5, 10];
    const step = factors.map((factor) => factor * magnitude).find((size) => size * 4 >= highest);
    return Array.from({ length: Math.ceil(highest / step - 1e-9) + 1 }, (_, index) => index * step);
}
