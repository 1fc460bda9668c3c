// What came under identity keys that nobody has approved: shown as what it is, with the two choices.

import { get, post } from "./api.js";
import { fillWith, h, icon } from "./dom.js";
import * as events from "./events.js";
import { moment } from "./format.js";

const names = { alice: "Alice", bob: "Bob", sysmaint: "SysMaint" };

/** Shows in `element` what is held for `user`, from now on; `announce` says it to those who do not see it. */
export function showHeld(element, user, announce = () => {}) {
    const load = async () => {
        const { keys } = await get(`/api/e2ee/held?user=${user}`);
        // What is read or decided just now stays where it is.
        const shown = new Map([...element.children].map((one) => [one.dataset.number, one]));
        fillWith(element, keys.map((key) => {
            const known = shown.get(key.safetyNumber);
            return known?.dataset.count === String(key.messages.length) ? known : keyElement(user, key, load, announce);
        }));
        element.hidden = keys.length === 0;
        if (keys.some((key) => !shown.has(key.safetyNumber))) announce("Messages are held: nobody has approved their identity key.");
    };
    events.on("held", () => { load().catch(() => {}); });
}

function keyElement(user, { peer, safetyNumber, messages }, load, announce) {
    const name = names[peer] ?? peer;
    const problem = h("p", { class: "small", role: "alert" });
    const decide = (decision, done) => async () => {
        try {
            await post("/api/e2ee/held", { user, peer, safetyNumber, decision });
            announce(done);
            await load();
        } catch (error) {
            problem.textContent = error.detail ?? error.title;
        }
    };
    return h(
        "article", { class: "notice warn", "data-number": safetyNumber, "data-count": messages.length }, icon("warning"),
        h("div", {},
            h("b", {}, messages.length === 0 ? `A new identity key says that it is ${name}'s` : `Held: not known to be from ${name}`),
            h("p", { class: "small" }, `Nobody has approved the identity key. Whoever runs the relay could have made it; nothing is sent under it, and nobody acts on what comes.`),
            messages.length > 0 && h("ul", { class: "held-messages" }, messages.map(({ text, at }) => h(
                "li", {}, h("time", { class: "muted small", datetime: new Date(at).toISOString() }, moment(at)), " ", h("q", {}, text)))),
            h("p", { class: "small" }, `Compare this safety number with ${name} in person or by phone:`),
            h("ol", { class: "digits", "aria-label": "60 digits in groups of five" }, safetyNumber.match(/.{5}/g).map((group) => h("li", {}, group))),
            problem,
            h("div", { class: "actions" },
                h("button", { class: "button", type: "button", onclick: decide("approve", `The key of ${name} is approved.`) }, "The numbers are the same: approve"),
                h("button", { class: "button danger", type: "button", onclick: decide("reject", "The key is rejected, its messages are deleted.") }, "Reject and delete"))));
}
