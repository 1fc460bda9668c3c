// Talks to the test server as Node's fetch and WebSocket do: clients.mjs BASE.
import assert from "node:assert/strict";

const base = process.argv[2];

assert.equal(await (await fetch(`${base}/hello`)).text(), "hello");
const body = new Uint8Array(1 << 20).fill(7);
const echoed = await (await fetch(`${base}/echo`, { method: "POST", body })).arrayBuffer();
assert.deepEqual(new Uint8Array(echoed), body);
const lines = (await (await fetch(`${base}/stream`)).text()).trim().split("\n");
assert.equal(lines.length, 1000);
assert.equal((await fetch(`${base}/missing`)).status, 404);
await Promise.all(
    Array.from({ length: 50 }, async () => assert.equal(await (await fetch(`${base}/hello`)).text(), "hello")));
console.log("ok: fetch");

await new Promise((resolve, reject) => {
    const socket = new WebSocket(`${base.replace("http", "ws")}/socket`);
    const sent = ["", "grüße", "x".repeat(100_000)];
    const received = [];
    socket.onopen = () => sent.forEach((message) => socket.send(message));
    socket.onmessage = ({ data }) => {
        received.push(data);
        if (received.length === sent.length) socket.close(1000, "done");
    };
    socket.onerror = (event) => reject(event.error ?? new Error("the socket failed"));
    socket.onclose = ({ code, wasClean }) => {
        try {
            assert.deepEqual({ code, wasClean, received }, { code: 1000, wasClean: true, received: sent });
            resolve();
        } catch (error) {
            reject(error);
        }
    };
});
console.log("ok: WebSocket");
process.exit(0);
