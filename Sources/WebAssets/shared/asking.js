// Asking the agent: what it does meanwhile, its answer, and what to do when none comes.

import { post } from "./api.js";
import { fillWith, h, icon, uuid } from "./dom.js";
import * as events from "./events.js";

/** Tools by what they do, in a reader's words. */
const toolTexts = {
    get_current_status: "reads the current status", get_recent_status_history: "reads the recent history",
    get_anomaly_summary: "looks for anomalies",
};

export class Asking {
    /** `announce` says short things to screen readers. */
    constructor(list, announce) {
        Object.assign(this, { list, announce, open: new Map() });
        events.on("progress", (progress) => {
            this.list.markDelivered(progress.requestId);
            this.open.get(progress.requestId)?.show(progress);
        });
        events.on("message", (message) => this.take(message));
        events.on("delivery", (change) => this.list.markDelivery(change));
    }

    /** Whether an answer is being waited for. */
    get isBusy() { return [...this.open.values()].some((one) => one.isWaiting); }

    /** Asks, or with a request id that was used goes on waiting for that answer. */
    async ask(text, requestId = uuid()) {
        this.open.get(requestId)?.remove();
        const pending = new Pending(() => this.cancel(requestId));
        this.open.set(requestId, pending);
        const before = this.list.prompt(requestId)?.delivery;
        this.list.add({
            id: requestId, kind: "chat.prompt", user: "alice", direction: "sent", from: "alice", text, at: Date.now(), requestId,
            delivery: before && before !== "failed" ? before : "queued",
        });
        this.list.follow(() => this.list.pending.append(pending.element), true);
        this.announce("SysMaint is working on it.");
        try {
            const { reply, ...answer } = await post("/api/chat", { prompt: text, requestId });
            // Its own id comes with the event of it.
            this.take({
                kind: "chat.reply", user: "alice", direction: "received", from: "sysmaint", text: reply,
                at: Date.now(), requestId, answer,
            });
        } catch (error) {
            if (this.open.get(requestId) !== pending) return;
            if (error.status === 0 && this.list.prompt(requestId).delivery === "queued") this.list.markDelivery({ requestId, delivery: "failed" });
            const again = () => this.ask(text, requestId);
            this.list.follow(() => pending.fail(error, again));
            this.announce(pending.title);
        }
    }

    /** Has the agent stop working on it; its word that it did is the answer. */
    async cancel(requestId) {
        this.announce("Cancelling.");
        try {
            await post("/api/chat/cancel", { requestId });
        } catch (error) {
            this.open.get(requestId)?.goOn();
            this.announce(`Not cancelled: ${error.title}.`);
        }
    }

    take(message) {
        if (message.user !== "alice" || !message.requestId) return;
        const isAnswer = message.kind === "chat.reply";
        this.list.add(message);
        if (!isAnswer || !this.open.has(message.requestId)) return;
        this.open.get(message.requestId).remove();
        this.open.delete(message.requestId);
        this.announce(message.answer?.outcome === "cancelled" ? "Cancelled." : "SysMaint has answered.");
    }
}

/** Below an answer that is none: to ask the same once more. */
export function askAgain(asking, { answer, requestId }) {
    if (!answer || answer.outcome === "answered") return [];
    const again = () => {
        const question = asking.list.prompt(requestId);
        if (question) asking.ask(question.text);
    };
    return [h("button", { class: "button quiet", type: "button", onclick: again }, icon("again"), "Ask again")];
}

/** What stands at the end of the list while an answer is not there. */
class Pending {
    constructor(cancel) {
        Object.assign(this, { isWaiting: true, cancel });
        this.steps = h("ol", { class: "steps" });
        this.text = h("p", { class: "text", hidden: true });
        this.clock = h("span", { class: "muted small" }, "0 s");
        this.stopper = this.cancelButton("Cancel");
        const begin = Date.now();
        this.timer = setInterval(() => { this.clock.textContent = `${Math.round((Date.now() - begin) / 1000)} s`; }, 1_000);
        this.element = h(
            "div", { class: "message" },
            h("div", { class: "bubble working" },
                h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")), h("span", {}, "Working"), this.clock,
                this.stopper, this.steps, this.text));
    }

    cancelButton(text) {
        const press = () => {
            this.stopper.textContent = "Cancelling…";
            this.stopper.disabled = true;
            this.cancel();
        };
        return h("button", { class: "button quiet", type: "button", onclick: press }, text);
    }

    /** It could not be cancelled. */
    goOn() {
        this.stopper.textContent = "Not cancelled, try again";
        this.stopper.disabled = false;
    }

    show({ event, tool, text }) {
        if (event === "partialText") {
            this.text.hidden = false;
            this.text.textContent = text ?? "";
            return;
        }
        const name = toolTexts[tool] ?? tool ?? "works";
        const known = [...this.steps.children].findLast((step) => step.dataset.tool === tool && step.dataset.state === "started");
        const state = event === "toolFinished" ? "finished" : "started";
        const step = h("li", { "data-tool": tool, "data-state": state }, icon(state === "finished" ? "check" : "clock"), name);
        if (known && state === "finished") known.replaceWith(step);
        else this.steps.append(step);
    }

    fail(error, again) {
        this.stop();
        const late = error.code === "chat_timeout";
        this.title = error.title ?? "The question could not be asked";
        this.stopper = this.cancelButton("Cancel the question");
        fillWith(this.element, h(
            "div", { class: late ? "notice warn" : "notice bad" }, icon(late ? "clock" : "warning"),
            h("div", {}, h("b", {}, this.title), h("p", { class: "small" }, error.detail ?? error.message),
                h("div", { class: "actions" },
                    h("button", { class: "button", type: "button", onclick: again }, late ? "Wait for the answer" : "Try again"),
                    late && this.stopper,
                    h("button", { class: "button quiet", type: "button", onclick: () => this.remove() }, "Dismiss")))));
    }

    stop() {
        this.isWaiting = false;
        clearInterval(this.timer);
    }

    remove() {
        this.stop();
        this.element.remove();
    }
}
