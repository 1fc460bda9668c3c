// Exchanges the token for a login.

import { post } from "../shared/api.js";
import { byId, place } from "../shared/dom.js";

/** Only an address of ours, as the browser itself reads it, so that no link can lead from the login to somewhere else. */
function target() {
    const next = new URLSearchParams(location.search).get("next") ?? "/";
    const address = URL.canParse(next, location.origin) ? new URL(next, location.origin) : null;
    return place(address?.origin === location.origin ? address.pathname + address.search + address.hash : "/");
}

byId("login").addEventListener("submit", async (event) => {
    event.preventDefault();
    const field = byId("token");
    byId("refusal").textContent = "";
    try {
        await post("/api/login", { token: field.value.trim() });
        location.replace(target());
    } catch (error) {
        byId("refusal").textContent = `${error.title}. ${error.detail ?? ""}`;
        field.select();
    }
});
byId("token").focus();
