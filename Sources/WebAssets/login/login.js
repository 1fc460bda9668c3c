// Exchanges the token for a login.

import { post } from "../shared/api.js";
import { byId } from "../shared/dom.js";

/** Only a path of ours, so that no link can lead from the login to somewhere else. */
function target() {
    const next = new URLSearchParams(location.search).get("next") ?? "/";
    return /^\/(?![/\\])/.test(next) ? next : "/";
}

byId("login").addEventListener("submit", async (event) => {
    event.preventDefault();
    const field = byId("token");
    byId("refusal").textContent = "";
    try {
        await post("/api/login", { token: field.value });
        location.replace(target());
    } catch (error) {
        byId("refusal").textContent = `${error.title}. ${error.detail ?? ""}`;
        field.select();
    }
});
byId("token").focus();
