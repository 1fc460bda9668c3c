// Alice asks SysMaint.

import { get } from "../shared/api.js";
import { Asking, askAgain } from "../shared/asking.js";
import { byId, fillWith, h, icon } from "../shared/dom.js";
import * as events from "../shared/events.js";
import { showHeld } from "../shared/held.js";
import { MessageList, startComposer } from "../shared/messages.js";
import { startShell } from "../shared/shell.js";

const quickPrompts = [
    "How is the system?", "What changed in the last hour?", "Are there any anomalies?", "Which disk fills up first?",
    "Is the relay healthy?",
];

const list = new MessageList(byId("messages"), "No questions yet. Ask anything about this host, or take one from below.", (message) => askAgain(asking, message));
const asking = new Asking(list, (text) => { byId("announcer").textContent = text; });
const page = (cursor) => get(`/api/chat/history?limit=50${cursor ? `&before=${cursor}` : ""}`);

async function load() {
    try {
        const newest = await page();
        list.addHistory(newest.messages);
        list.offerEarlier(newest, page);
        fillWith(list.pending, [...list.pending.children].filter((one) => one.id !== "load-error"));
        list.toEnd();
    } catch (error) {
        showLoadError(error);
    }
}

function showLoadError(error) {
    byId("load-error")?.remove();
    list.showUnread();
    list.pending.prepend(h(
        "div", { id: "load-error", class: "notice bad", role: "alert" }, icon("warning"),
        h("div", {}, h("b", {}, "Earlier messages cannot be shown"), h("p", { class: "small" }, error.detail ?? error.message),
            h("div", { class: "actions" }, h("button", { class: "button", type: "button", onclick: load }, "Try again")))));
}

fillWith(byId("quick"), quickPrompts.map((text) =>
    h("button", { class: "button", type: "button", onclick: () => asking.ask(text) }, text)));
startComposer(byId("composer"), (text) => { asking.ask(text); });
events.onBeginning(load);
showHeld(byId("held"), "alice", (text) => { byId("announcer").textContent = text; });
startShell();
byId("prompt").focus({ preventScroll: true });
