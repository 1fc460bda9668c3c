// The JSON API. Every failure is an ApiError with a title and a detail for people.

import { place } from "./dom.js";

export class ApiError extends Error {
    constructor(status, code, title, detail) {
        super(title);
        Object.assign(this, { status, code, title, detail });
    }
}

export const get = (path, options) => request(path, options);

export const post = (path, body) => request(path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
});

async function request(path, options) {
    let response;
    try {
        response = await fetch(place(path), options);
    } catch (error) {
        if (error.name === "AbortError") throw error;
        throw new ApiError(0, "offline", "The server cannot be reached", "Check that SysMaint is running.");
    }
    if (response.status === 204) return null;
    if (response.ok) return response.json();
    const problem = await response.json().catch(() => ({}));
    if (problem.code === "login_required") location.assign(place(`/login?next=${encodeURIComponent(location.href.slice(place("/").length - 1))}`));
    const title = problem.title ?? `The server answered ${response.status}`;
    throw new ApiError(
        response.status, problem.code ?? "unknown", title.charAt(0).toUpperCase() + title.slice(1), problem.detail);
}
