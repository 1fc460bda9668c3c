// How busy each core was: one row per core, the darker the busier. It is read like every other chart.

import { fillWith, h, s } from "../shared/dom.js";
import { Chart, margin } from "./chart.js";

/** Where one shade ends and the next begins, in percent. */
const limits = [5, 20, 40, 60, 80];
/** With more cores than this the tooltip names the busiest ones alone. */
const maxNamed = 8;

export class CoreChart extends Chart {
    update(history) {
        const count = Math.max(0, ...history.points.map((point) => point.coreBusyPercent?.length ?? 0));
        this.series = Array.from({ length: count }, (_, core) => ({ metric: `core${core}`, label: `Core ${core}` }));
        const points = history.points.map((point) => ({
            ...point,
            values: Object.fromEntries((point.coreBusyPercent ?? []).map((busy, core) => [`core${core}`, { min: busy, mean: busy, max: busy }])),
        }));
        super.update({ ...history, points });
    }

    get rowHeight() { return (this.height - margin.top - margin.bottom) / Math.max(1, this.series.length); }

    markerY(metric) { return margin.top + (this.series.findIndex((one) => one.metric === metric) + 0.5) * this.rowHeight; }

    picture() { return [this.cells(), this.anomalies(), this.names(), this.times()]; }

    /** One path per shade; neighbours of the same shade are one piece. */
    cells() {
        const step = this.history.resolutionSeconds * 1000;
        const paths = limits.map(() => "");
        const shade = (point, metric) => limits.filter((limit) => point?.values[metric]?.mean >= limit).length;
        this.series.forEach(({ metric }, core) => {
            const top = margin.top + core * this.rowHeight;
            const height = Math.max(1, this.rowHeight - 1);
            for (let index = 0; index < this.points.length;) {
                const start = index;
                const level = shade(this.points[start], metric);
                do index += 1;
                while (index < this.points.length && shade(this.points[index], metric) === level
                    && this.points[index].at - this.points[index - 1].at <= step * 1.5);
                if (level === 0) continue;
                const left = this.x(Math.max(this.history.from, this.points[start].at));
                const right = this.x(Math.min(this.history.to, this.points[index - 1].at + step));
                paths[level - 1] += `M${left.toFixed(1)} ${top.toFixed(1)}H${right.toFixed(1)}v${height.toFixed(1)}H${left.toFixed(1)}z`;
            }
        });
        return paths.map((d, index) => s("path", { class: `heat heat-${index + 1}`, d }));
    }

    /** As many as there is room for. */
    names() {
        const every = Math.ceil(14 / this.rowHeight);
        return this.series.filter((_, core) => core % every === 0).map(({ metric, label }) =>
            s("text", { x: margin.left - 8, y: this.markerY(metric) + 4, "text-anchor": "end" }, label));
    }

    showLegend() {
        fillWith(this.legend, limits.map((limit, index) => h(
            "li", { class: `heat-${index + 1}` }, h("i"), `≥ ${limit}${index === limits.length - 1 ? " %" : ""}`)));
    }

    named(point) {
        const known = super.named(point);
        if (known.length <= maxNamed) return known;
        return known.toSorted((a, b) => point.values[b.metric].mean - point.values[a.metric].mean).slice(0, maxNamed);
    }
}
