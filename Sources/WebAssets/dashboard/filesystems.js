// How full each file system was, one line for each, and how it goes on if it fills as it does: dashed, beyond now.

import { fillWith, h, s } from "../shared/dom.js";
import { percent } from "../shared/format.js";
import { Chart, margin } from "./chart.js";
import { outlook } from "./panels.js";

/** As many lines as can be told apart; of more file systems the fullest are drawn. */
const maxLines = 8;
/** A reading further from the end of the picture than this says nothing about what comes after it. */
const nowSpan = 300_000;
/** What fills more slowly than within a year is as good as still. */
const maxHours = 24 * 365;

export class FileSystemChart extends Chart {
    constructor() {
        super({ title: "File systems", max: 100, format: percent, series: [] });
        this.element.classList.add("wide");
        this.forecasts = [];
    }

    update(history) {
        const points = history.points.map((point) => ({ ...point, values: point.fileSystemUsedPercent ?? {} }));
        const newest = Object.assign({}, ...points.map(({ values }) => values));
        const fullest = Object.keys(newest).toSorted((a, b) => newest[b].mean - newest[a].mean);
        this.leftOut = Math.max(0, fullest.length - maxLines);
        // By name, so that a line keeps its colour.
        this.series = fullest.slice(0, maxLines).toSorted().map((mountPoint) => ({ metric: mountPoint, label: mountPoint }));
        super.update({ ...history, points });
    }

    /** Takes what is foretold from the reading of a moment. */
    foretell(forecasts, takenAt) {
        Object.assign(this, { forecasts, takenAt });
        this.draw();
    }

    /** Where the picture ends now, the first to be full is seen to be, unless that leaves little room to what was. */
    lastMoment() {
        const { from, to } = this.history;
        const endsNow = this.takenAt && Math.abs(this.takenAt - to) < nowSpan;
        this.filling = endsNow ? this.forecasts.filter(({ mountPoint, fullInHours }) =>
            fullInHours < maxHours && this.place({ mountPoint }) >= 0) : [];
        if (this.filling.length === 0) return to;
        const soonest = Math.min(...this.filling.map((one) => this.fullAt(one)));
        const room = (to - from) / 6;
        return soonest - to > to - from ? to + room : Math.max(to + room, soonest + (soonest - to) / 8);
    }

    /** Which of the lines a forecast is about. */
    place({ mountPoint }) { return this.series.findIndex(({ metric }) => metric === mountPoint); }

    fullAt({ fullInHours }) { return this.takenAt + fullInHours * 3_600_000; }

    picture() { return [super.picture(), this.now(), this.filling.map((one) => this.forecast(one))]; }

    now() {
        if (this.filling.length === 0) return null;
        const x = this.x(this.history.to);
        return [
            s("line", { class: "now", x1: x, x2: x, y1: margin.top, y2: this.height - margin.bottom }),
            s("text", { x: x + 4, y: this.height - margin.bottom - 4 }, "now"),
        ];
    }

    forecast(one) {
        const last = this.points.findLast(({ values }) => one.mountPoint in values);
        const color = `series-${this.place(one) + 1}`;
        const [value, fullAt] = [last.values[one.mountPoint].mean, this.fullAt(one)];
        const at = Math.min(fullAt, this.end);
        const reached = value + (100 - value) * ((at - last.at) / (fullAt - last.at));
        const path = `M${this.x(last.at).toFixed(1)} ${this.y(value).toFixed(1)}L${this.x(at).toFixed(1)} ${this.y(reached).toFixed(1)}`;
        return [
            s("path", { class: `forecast ${color}`, d: path }),
            at === fullAt && s("circle", { class: `dot ${color}`, cx: this.x(at), cy: this.y(100), r: 4 }),
        ];
    }

    concerns({ metric, fileSystem }) {
        return !metric || (metric === "diskUsedPercent" && this.series.some((one) => one.metric === fileSystem));
    }

    showLegend() {
        super.showLegend();
        for (const one of this.filling) {
            this.legend.children[this.place(one)].append(h("span", {}, outlook(this.forecasts, one.mountPoint)));
        }
        if (this.leftOut > 0) this.legend.append(h("li", {}, `and ${this.leftOut} less full, in the table below`));
    }
}
