// A conversation: messages in the order of time, each shown once.

import { fillWith, h, icon, place } from "./dom.js";
import { markdown } from "./markdown.js";
import { count, milliseconds, moment, money, span } from "./format.js";

const names = { alice: "Alice", bob: "Bob" };
const deliveries = { queued: "Sending", onRelay: "On the relay", onDevice: "Delivered", failed: "Not delivered" };
/** What is to be known of the identity key that a message came under. */
const keyNotes = { retired: "under a key that was replaced", rejected: "under a rejected key", unapproved: "held: nobody has approved its key" };
/** Closer to the end than this, the reader follows what is new. */
const followDistance = 96;

/** Prompts and answers are known by their request, so that they are the same however they arrive. Senders choose their messages' ids. */
const keyOf = ({ kind, requestId, direction, from, id }) => {
    if (kind === "chat.reply" && requestId) return `answer ${requestId}`;
    if (kind === "chat.prompt" && requestId) return promptKey(requestId);
    return direction === "sent" ? id : `${from} ${id}`;
};
const promptKey = (requestId) => `prompt ${requestId}`;

export class MessageList {
    /** `element` scrolls; `empty` is said while there is nothing; `actions(message)` are offered below a message. */
    constructor(element, empty, actions = () => []) {
        Object.assign(this, { element, actions, nothing: empty });
        this.shown = new Map();
        this.earlier = h("button", { class: "button quiet", type: "button", hidden: true }, "Earlier messages");
        this.empty = h("p", { class: "empty" }, "Loading…");
        this.log = h("div", { role: "log", "aria-label": element.getAttribute("aria-label"), "aria-live": "off" });
        /** What is not a message: work going on, errors. No live region, so that nothing is read out twice. */
        this.pending = h("div", {});
        fillWith(element, this.earlier, this.empty, this.log, this.pending);
        let isAtEnd = true;
        element.addEventListener("scroll", () => { isAtEnd = this.isNearEnd; });
        // What grows above or below the list must not hide its end.
        new ResizeObserver(() => { if (isAtEnd) this.toEnd(); }).observe(element);
    }

    /** Messages of the past, which are not read out. */
    addHistory(messages) {
        this.log.setAttribute("aria-live", "off");
        for (const message of messages) this.put(message);
        this.say(this.nothing);
        requestAnimationFrame(() => this.log.setAttribute("aria-live", "polite"));
    }

    /** In place of messages, where there are none. */
    say(text) {
        this.empty.textContent = text;
        this.empty.hidden = this.shown.size > 0;
    }

    /** Where no history was ever read. */
    showUnread() { if (this.empty.textContent !== this.nothing) this.say("Could not be read"); }

    add(message) {
        this.follow(() => this.put(message), message.direction === "sent");
    }

    /** Lets `loadMore(cursor)` answer earlier pages as long as there are any. */
    offerEarlier(page, loadMore) {
        this.earlier.hidden = !page.hasMore;
        this.earlier.onclick = async () => {
            this.earlier.disabled = true;
            const distance = this.element.scrollHeight - this.element.scrollTop;
            try {
                const next = await loadMore(page.cursor);
                this.addHistory(next.messages);
                this.element.scrollTop = this.element.scrollHeight - distance;
                this.offerEarlier(next, loadMore);
            } finally {
                this.earlier.disabled = false;
            }
        };
    }

    /** The prompt of a request, if it is shown. */
    prompt(requestId) { return this.shown.get(promptKey(requestId))?.message; }

    /** Says how far a sent message has come; prompts are named by their request. */
    markDelivery({ id, requestId, delivery, failure }) {
        const known = requestId ? this.prompt(requestId) : this.shown.get(id)?.message;
        if (known?.direction === "sent" && known.delivery !== delivery) this.put({ ...known, delivery, failure, waitsBecause: null });
    }

    /** Marks a prompt as arrived. */
    markDelivered(requestId) { this.markDelivery({ requestId, delivery: "onDevice" }); }

    /** Does something that makes the list longer, and stays at the end if the reader was there. */
    follow(change, always = false) {
        const follows = always || this.isNearEnd;
        change();
        if (follows) this.toEnd();
    }

    get isNearEnd() {
        const { scrollHeight, scrollTop, clientHeight } = this.element;
        return scrollHeight - scrollTop - clientHeight < followDistance;
    }

    toEnd() { this.element.scrollTop = this.element.scrollHeight; }

    /** What is shown already stays, with all that is open or focused in it; only its delivery is told anew. */
    put(message) {
        const known = this.shown.get(keyOf(message));
        if (known) {
            Object.assign(known.message, { failure: null, waitsBecause: null }, message);
            if (!message.answer) showDelivery(known.element, known.message);
        } else {
            const element = messageElement(message, this.actions(message));
            element.dataset.at = message.at;
            this.insert(element, message.at);
            this.shown.set(keyOf(message), { element, message });
        }
        this.empty.hidden = true;
        // An answer proves that the question arrived.
        if (message.kind === "chat.reply" && message.requestId) this.markDelivered(message.requestId);
    }

    insert(element, at) {
        let before = null;
        for (let one = this.log.lastElementChild; one && Number(one.dataset.at) > at; one = one.previousElementSibling) before = one;
        this.log.insertBefore(element, before);
    }
}

function messageElement(message, actions) {
    const { answer, direction, kind } = message;
    const author = direction === "sent" ? names[message.user] : kind === "chat.reply" ? "SysMaint" : names[message.from] ?? message.from;
    const element = h(
        "article", { class: direction === "sent" ? "message own" : "message", "data-kind": kind },
        h("header", {}, h("b", {}, author), h("time", { datetime: new Date(message.at).toISOString() }, moment(message.at)), keyNotes[message.trust] && h("span", {}, keyNotes[message.trust])),
        h("div", { class: `bubble ${answer?.outcome ?? ""}` }, h("div", { class: "text" }, kind === "chat.reply" ? markdown(message.text) : message.text), answer && answerNotes(answer)),
        h("footer", {}, answer ? answerFacts(message) : h("span", { class: "delivery" }), actions));
    if (!answer) showDelivery(element, message);
    return element;
}

function showDelivery(element, { delivery: state, failure, waitsBecause }) {
    element.querySelector(".bubble").classList.toggle("failed", state === "failed");
    if (!state) return;
    const text = failure ? `${deliveries[state]}: ${failure}` : waitsBecause ? `Waiting, because ${waitsBecause}` : deliveries[state];
    fillWith(element.querySelector(".delivery"), icon(state === "failed" ? "failed" : state === "queued" ? "clock" : "check"), " ", text);
}

function answerNotes({ evidence, outcome, unbackedFigures }) {
    return [
        outcome === "overBudget" && h("p", { class: "unbacked notice warn" }, icon("warning"), "The daily budget is used up."),
        unbackedFigures.length > 0 && h(
            "p", { class: "unbacked notice warn" }, icon("warning"), h("span", {}, `No tool result holds ${unbackedFigures.join(", ")}.`)),
        evidence.length > 0 && h(
            "details", { class: "evidence" }, h("summary", {}, evidence.length === 1 ? "Evidence: 1 tool call" : `Evidence: ${evidence.length} tool calls`),
            h("ul", {}, evidence.map(({ tool, from, to }) => h(
                "li", {}, h("code", {}, tool),
                from && to ? h("a", { href: place(`/?from=${from}&to=${to}`) }, icon("chart"), ` ${span(from, to)}`) : h("span", { class: "muted" }, "no telemetry"))))),
    ];
}

function answerFacts({ answer, text }) {
    const { answeredBy, elapsedMilliseconds, replaced, usage } = answer;
    return [
        h("span", {}, replaced ? `${answeredBy}, in place of ${replaced.model}: ${replaced.reason}` : answeredBy), h("span", {}, milliseconds(elapsedMilliseconds)),
        usage && h("span", {}, `${count(usage.promptTokens + usage.completionTokens)} tokens, ${money(usage.costUSD)}`),
        copyButton(text),
    ];
}

function copyButton(text) {
    const label = h("span", {}, "Copy");
    const button = h("button", { class: "button quiet", type: "button", "aria-label": "Copy the answer" }, icon("copy"), label);
    button.addEventListener("click", async () => {
        let result = "Copied";
        try {
            await navigator.clipboard.writeText(text);
        } catch {
            result = "Not allowed";
        }
        label.textContent = result;
        setTimeout(() => { label.textContent = "Copy"; }, 2_000);
    });
    return button;
}

/** A text area that grows, sends with Enter and keeps the text when sending fails. */
export function startComposer(form, send) {
    const field = form.querySelector("textarea");
    const submit = async () => {
        const text = field.value.trim();
        if (!text) return field.focus();
        field.value = "";
        if (await send(text) === false && !field.value) field.value = text;
    };
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        submit();
    });
    field.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
        event.preventDefault();
        submit();
    });
}
