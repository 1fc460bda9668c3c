// Alice and Bob write to each other; SysMaint in the middle is asked for the status by itself.

import { get, post } from "../shared/api.js";
import { Asking, askAgain } from "../shared/asking.js";
import { byId, h, icon, onNextFrame, uuid } from "../shared/dom.js";
import * as events from "../shared/events.js";
import { showHeld } from "../shared/held.js";
import { MessageList, startComposer } from "../shared/messages.js";
import { startShell } from "../shared/shell.js";
import { ofThisTab } from "../shared/storage.js";
import { envelopeAction, SessionStrip } from "./encryption.js";

const statusPrompts = [
    "System status summary in one line.", "Did anything unusual happen in the last hour?", "How full are the disks?",
];
/** Seconds between two prompts that nobody typed. */
const promptInterval = 60;

const people = {
    alice: new MessageList(byId("alice-messages"), "Alice and Bob have not written yet.", envelopeAction),
    bob: new MessageList(byId("bob-messages"), "Alice and Bob have not written yet.", envelopeAction),
};
const answers = new MessageList(byId("agent-messages"), "SysMaint has not been asked yet.", (message) => [askAgain(asking, message), envelopeAction(message)]);
const asking = new Asking(answers, (text) => { byId("announcer").textContent = text; });

const sessions = [
    new SessionStrip(byId("alice-session"), { user: "alice", peer: "bob", title: "Alice and Bob" }),
    new SessionStrip(byId("agent-session"), { user: "alice", peer: "agent", title: "Alice and SysMaint" }),
    new SessionStrip(byId("bob-session"), { user: "bob", peer: "alice", title: "Bob and Alice" }),
];
const loadSessions = onNextFrame(() => { for (const session of sessions) session.load(); });

// People

async function loadPerson(person) {
    const { messages } = await get(`/api/e2ee/pull?user=${person}&last=100`);
    people[person].addHistory(messages);
    people[person].toEnd();
}

async function send(from, text) {
    const to = from === "alice" ? "bob" : "alice";
    const list = people[from];
    const id = uuid();
    list.add({ id, kind: "user.chat.v1", user: from, direction: "sent", from, to, text, at: Date.now(), delivery: "queued" });
    try {
        await post("/api/e2ee/send", { from, to, text, id });
    } catch (error) {
        list.add({
            id, kind: "user.chat.v1", user: from, direction: "sent", from, to, text, at: Date.now(), delivery: "failed",
            failure: error.title,
        });
    }
}

function take(message) {
    if (message.kind !== "user.chat.v1") return;
    people[message.user].add(message);
}

// Status prompts

let isAutomatic = ofThisTab.get("automatic") !== "off";
let nextAt = Date.now();
/** The timer of it. */
let asksBySelf = null;

function showAutomatic() {
    const seconds = Math.max(0, Math.ceil((nextAt - Date.now()) / 1000));
    byId("automatic").textContent = isAutomatic ? "Stop asking" : "Ask automatically";
    byId("next-prompt").textContent = !isAutomatic ? "Asks only when you do"
        : asking.isBusy ? "Asking now" : `Asks for the status in ${seconds} s`;
}

function askBySelf() {
    if (isAutomatic && !document.hidden && !asking.isBusy && Date.now() >= nextAt) {
        nextAt = Date.now() + promptInterval * 1000;
        asking.ask(statusPrompts[Math.floor(Date.now() / (promptInterval * 1000)) % statusPrompts.length]);
    }
    showAutomatic();
}

async function loadAnswers() {
    const newest = await get("/api/chat/history?limit=20");
    answers.addHistory(newest.messages);
    answers.toEnd();
    const lastAt = newest.messages.findLast((message) => message.kind === "chat.prompt")?.at ?? 0;
    nextAt = Math.max(Date.now() + 1_000, Math.min(lastAt, Date.now()) + promptInterval * 1000);
}

// All together

async function load() {
    byId("load-error")?.remove();
    loadSessions();
    try {
        await Promise.all([loadPerson("alice"), loadPerson("bob"), loadAnswers()]);
    } catch (error) {
        for (const list of [answers, people.alice, people.bob]) list.showUnread();
        byId("load-error")?.remove();
        byId("panels").before(h(
            "div", { id: "load-error", class: "notice bad", role: "alert" }, icon("warning"),
            h("div", {}, h("b", {}, error.title ?? "The page failed"), h("p", {}, error.detail ?? error.message),
                h("div", { class: "actions" }, h("button", { class: "button", type: "button", onclick: load }, "Try again")))));
    }
    // Not before it is known when SysMaint was asked last.
    asksBySelf ??= setInterval(askBySelf, 1_000);
    askBySelf();
}

for (const person of ["alice", "bob"]) startComposer(byId(`${person}-composer`), (text) => { send(person, text); });
startComposer(byId("agent-composer"), (text) => { asking.ask(text); });
byId("automatic").addEventListener("click", () => {
    isAutomatic = !isAutomatic;
    ofThisTab.set("automatic", isAutomatic ? "on" : "off");
    nextAt = Date.now();
    askBySelf();
});
byId("safety-close").addEventListener("click", () => byId("safety-dialog").close());
document.querySelector(".panel-choice").addEventListener("change", ({ target }) => {
    byId("panels").dataset.shown = target.value;
    for (const list of [answers, people.alice, people.bob]) list.toEnd();
});
for (const name of ["message", "delivery"]) events.on(name, loadSessions);
events.on("message", take);
events.on("delivery", (change) => people[change.user].markDelivery(change));
for (const person of ["alice", "bob"]) showHeld(byId(`${person}-held`), person, (text) => { byId("announcer").textContent = text; });
events.onBeginning(load);
startShell();
