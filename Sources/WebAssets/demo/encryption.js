// What the demo shows of the encryption: a message as the relay sees it, the turning of the ratchets, the safety number.

import { get } from "../shared/api.js";
import { byId, fillWith, h, icon, s } from "../shared/dom.js";
import { bytes, duration } from "../shared/format.js";

const facts = (pairs) => h("dl", { class: "facts" }, pairs.map(([term, value]) => [h("dt", {}, term), h("dd", {}, value)]));
/** Enough of a public key to see that it changes. */
const fingerprint = (key) => (key ? h("code", {}, key.slice(2, 10)) : "–");

/** Below a message: opens what travelled. The id of an answer may come after it. */
export function envelopeAction(message) {
    const panel = h("div", { class: "envelope", hidden: true });
    const button = h(
        "button", { class: "button quiet", type: "button", "aria-expanded": "false" }, icon("lock"), "Ciphertext",
        h("span", { class: "visually-hidden" }, message.kind === "chat.reply" ? " of the answer" : " of the message"));
    button.addEventListener("click", async () => {
        panel.hidden = !panel.hidden;
        button.setAttribute("aria-expanded", String(!panel.hidden));
        if (!panel.hidden && !panel.hasChildNodes()) fillWith(panel, await envelope(message));
        if (!panel.hidden) panel.scrollIntoView({ block: "nearest" });
    });
    return [button, panel];
}

async function envelope({ user, id }) {
    try {
        const { envelopes } = await get(`/api/e2ee/envelope?user=${user}&id=${id}`);
        return envelopes.map(({ envelope: one, messageNumber, ratchetKey, postQuantumEpoch }) => [
            h("p", { class: "muted" }, "All that the relay sees:"),
            facts([
                ["From, to", `${one.senderId}.${one.senderDevice}, ${one.recipientId}.${one.recipientDevice}`],
                ["Session", h("code", {}, one.sessionId)],
                ["Kind", one.type === "prekey" ? "begins a session" : "of a session"],
                ["Message of its chain", String(messageNumber)], ["Ratchet key", fingerprint(ratchetKey)],
                ["Post-quantum epoch", String(postQuantumEpoch ?? "–")], ["Size, padded", bytes(Math.floor(one.body.length * 0.75))],
            ]),
            h("pre", { tabindex: "0", role: "group", "aria-label": "Ciphertext in base64" }, one.body),
        ]);
    } catch (error) {
        return h("p", { class: "muted" }, error.status === 404
            ? "Too long ago: envelopes are kept in memory only, for the last messages since the start." : error.title);
    }
}

/** The strip below a panel's title; `peer` is "agent" or the other person. */
export class SessionStrip {
    constructor(element, { user, peer, title }) {
        Object.assign(this, { user, peer, title });
        this.figures = h("span", { class: "muted" }, "No session yet");
        this.button = h("button", { class: "button quiet", type: "button", hidden: true, onclick: () => this.showSafety() }, "Safety number");
        fillWith(element, icon("lock"), this.figures, this.button);
    }

    async load() {
        try {
            const { sessions, safety } = await get(`/api/e2ee/session?user=${this.user}&peer=${this.peer}`);
            this.safety = safety;
            this.button.hidden = !safety;
            const [session] = sessions;
            if (session) this.show(session);
        } catch {
            this.figures.textContent = "Session not readable";
        }
    }

    show({ sentCount, receivedCount, ownRatchetKey, theirRatchetKey, postQuantumEpoch, begunAt }) {
        const age = begunAt ? `${duration(Math.max(0, Date.now() - begunAt) / 1000)} old` : null;
        fillWith(
            this.figures, `sent ${sentCount ?? 0}, received ${receivedCount ?? 0} in this turn · keys `, fingerprint(ownRatchetKey), " / ",
            fingerprint(theirRatchetKey), ` · PQ epoch ${postQuantumEpoch ?? "–"}`, age && ` · ${age}`);
    }

    showSafety() {
        const { digits, code, awaitsApproval } = this.safety;
        const groups = digits.match(/.{5}/g);
        byId("safety-title").textContent = this.title;
        fillWith(
            byId("safety"),
            awaitsApproval && h("p", { class: "notice warn" }, icon("warning"), "Another key of the peer waits for your decision. This is the number of the approved one."),
            code && s(
                "svg", { class: "qr", viewBox: `-4 -4 ${code.size + 8} ${code.size + 8}`, role: "img", "aria-label": "The safety number as a QR code" },
                s("path", { d: code.path })),
            h("ol", { class: "digits", "aria-label": "60 digits in groups of five" }, groups.map((group) => h("li", {}, group))));
        byId("safety-dialog").showModal();
    }
}
