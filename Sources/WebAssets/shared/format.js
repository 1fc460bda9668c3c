// Figures as people read them. Whatever is absent is a dash, never a zero.

const dash = "–";
const isAbsent = (value) => value === null || value === undefined || Number.isNaN(value);

export function number(value, digits = 1) {
    return isAbsent(value) ? dash
        : value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export const count = (value) => number(value, 0);
/** One decimal where it tells something, unless told otherwise. */
export const short = (value, digits) => number(value, digits ?? (value >= 10 || Number.isInteger(value) ? 0 : 1));
export const percent = (value, digits) => (isAbsent(value) ? dash : `${short(value, digits)} %`);

export function bytes(value) {
    if (isAbsent(value)) return dash;
    const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
    let size = Math.abs(value);
    let unit = 0;
    while (size >= 1000 && unit < units.length - 1) {
        size /= 1024;
        unit += 1;
    }
    return `${number(size, unit === 0 || size >= 100 ? 0 : 1)} ${units[unit]}`;
}

export const rate = (value) => (isAbsent(value) ? dash : `${bytes(value)}/s`);

export function milliseconds(value) {
    if (isAbsent(value)) return dash;
    return value < 1000 ? `${short(value)} ms` : `${number(value / 1000, 1)} s`;
}

export function duration(seconds) {
    if (isAbsent(seconds)) return dash;
    const days = Math.floor(seconds / 86400);
    const hours = Math.floor((seconds % 86400) / 3600);
    const minutes = Math.floor((seconds % 3600) / 60);
    if (days > 0) return `${days} d ${hours} h`;
    if (hours > 0) return `${hours} h ${minutes} min`;
    return minutes > 0 ? `${minutes} min` : `${Math.floor(seconds)} s`;
}

export function money(value) {
    if (isAbsent(value)) return dash;
    const digits = value >= 1 ? 2 : value >= 0.01 ? 4 : 6;
    return `$${value.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: digits })}`;
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const shortClock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const zoneName = new Intl.DateTimeFormat("en", { timeZoneName: "short" });
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });

/**
 * The name of the zone where the clock is set back around this time: the hour before and the one after read the same, and only this
 * tells them apart.
 */
function zone(at) {
    const offset = (time) => new Date(time).getTimezoneOffset() * 60_000;
    // Clocks are set back by an hour at most places, and by at most two.
    const shift = offset(Number(at) + 7_200_000) - offset(at - 7_200_000);
    const isTwice = shift > 0 && (offset(Number(at) + shift) - offset(at) === shift || offset(at) - offset(at - shift) === shift);
    return isTwice ? ` ${zoneName.formatToParts(at).find(({ type }) => type === "timeZoneName").value}` : "";
}

const isToday = (at) => new Date(at).toDateString() === new Date().toDateString();

export const time = (at) => (isAbsent(at) ? dash : clock.format(at) + zone(at));
export const shortTime = (at) => shortClock.format(at) + zone(at);
export const date = (at) => day.format(at);
/** The clock for today, with the day for other days. */
export const moment = (at) => (isAbsent(at) ? dash : isToday(at) ? time(at) : `${day.format(at)}, ${shortTime(at)}`);

/** The same to the second, also where midnight lies between: readings of the last day are closer together than a minute. */
export const readingTime = (at) => (isAbsent(at) || isToday(at) || Date.now() - at > 86_400_000 ? moment(at) : `${day.format(at)}, ${time(at)}`);

/** From one moment to another; a day is named where it is another than the one that was named before. */
export function span(from, to) {
    if (from === to) return moment(from);
    const isSameDay = new Date(from).toDateString() === new Date(to).toDateString();
    const end = isSameDay ? (isToday(to) ? time(to) : shortTime(to)) : isToday(to) ? `today, ${shortTime(to)}` : moment(to);
    return `${moment(from)} to ${end}`;
}
