"""What holds for all pages: every theme and width, by keyboard alone, and without anything to show."""

import re
import time

from playwright.sync_api import expect

from support import ANSWER_TIMEOUT, PHONE, DESKTOP, VIEWS, stream, tab_through, wait_until_live, see_dashboard

PAGES = {"dashboard": "/", "chat": "/chat", "demo": "/demo"}


def see_nothing_and_failure(run):
    """A server that has not answered yet, one without readings, and one whose database cannot be read."""
    usage = {"requests": 0, "promptTokens": 0, "completionTokens": 0, "costUSD": 0}
    history = {"from": 0, "to": 3_600_000, "resolutionSeconds": 15, "points": [], "anomalies": []}

    unanswered = []

    def silence(context):
        context.add_init_script(stream("live"))
        for path in ["**/api/status/*", "**/api/chat/*", "**/api/e2ee/*"]:
            context.route(path, lambda route: unanswered.append(route))

    def nothing(context):
        context.route("**/api/events*", lambda route: route.abort())
        context.add_init_script("sessionStorage.setItem('automatic', 'off')")
        context.route("**/api/e2ee/pull*", lambda route: route.fulfill(json={"messages": [], "cursor": 0, "hasMore": False}))
        context.route("**/api/e2ee/session*", lambda route: route.fulfill(json={"peer": "bob", "sessions": []}))
        context.route("**/api/status/current", lambda route: route.fulfill(json={"usage": usage}))
        context.route("**/api/status/history*", lambda route: route.fulfill(json=history))
        context.route("**/api/chat/history*", lambda route: route.fulfill(json={"messages": [], "cursor": 0, "hasMore": False}))

    def failure(context):
        problem = {"status": 503, "code": "unavailable", "title": "the status cannot be read", "detail": "See that it exists."}
        context.route("**/api/events*", lambda route: route.abort())
        context.add_init_script("sessionStorage.setItem('automatic', 'off')")
        for path in ["**/api/status/*", "**/api/chat/*", "**/api/e2ee/*"]:
            context.route(path, lambda route: route.fulfill(status=503, json=problem, content_type="application/problem+json"))

    for place, size, theme in VIEWS:
        page = run.open("/", size, theme, before=silence)
        expect(page.locator(".skeleton")).to_have_count(10)
        expect(page.locator("[aria-busy=true]")).to_have_count(2)
        run.look(page, f"dashboard-loading-{place}-{theme}")
        page.goto("/chat")
        expect(page.locator("#messages .empty")).to_have_text("Loading…")
        while unanswered:
            unanswered.pop().abort("aborted")
        page.context.close()

        page = run.open("/", size, theme, before=nothing)
        expect(page.locator("#tiles")).to_contain_text("No reading has arrived yet")
        expect(page.locator(".plot-empty").first).to_be_visible()
        expect(page.locator("#anomalies")).to_contain_text("Nothing unusual")
        run.look(page, f"dashboard-empty-{place}-{theme}")
        page.goto("/chat")
        expect(page.locator("#messages .empty")).to_be_visible()
        expect(page.locator("#messages .empty")).to_contain_text("No questions yet")
        run.look(page, f"chat-empty-{place}-{theme}")
        page.goto("/demo")
        expect(page.locator("#agent-messages .empty")).to_have_text("SysMaint has not been asked yet.")
        expect(page.locator("#bob-session")).to_contain_text("No session yet")
        run.look(page, f"demo-empty-{place}-{theme}")
        page.context.close()

        run.expects_failures = True
        page = run.open("/", size, theme, before=failure)
        expect(page.get_by_role("alert")).to_contain_text("The status cannot be read")
        expect(page.locator(".plot-empty").last).to_have_text("Could not be read")
        expect(page.locator(".skeleton")).to_have_count(0)
        run.look(page, f"dashboard-failed-{place}-{theme}")
        page.goto("/chat")
        expect(page.get_by_role("alert")).to_contain_text("Earlier messages cannot be shown")
        run.look(page, f"chat-failed-{place}-{theme}")
        page.goto("/demo")
        expect(page.get_by_role("alert")).to_contain_text("The status cannot be read")
        expect(page.locator("#agent-messages .empty")).to_have_text("Could not be read")
        run.look(page, f"demo-failed-{place}-{theme}")
        run.expects_failures = False
        page.context.close()


def use_the_keyboard_alone(run):
    """Through the dashboard to the chat, and a question asked, without a pointer."""
    page = run.open("/")
    see_dashboard(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    seen = tab_through(page)
    for wanted in ["Chat", "CSV", "CPU, reading", "Probe cost, reading", "Reset counters…"]:
        assert wanted in seen, f"{wanted} cannot be reached by keyboard, only {seen}"
    page.locator("#reset").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#reset-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#reset-dialog")).to_be_hidden()
    expect(page.locator("#reset")).to_be_focused()
    page.locator("input[name=range]").first.focus()
    with page.expect_response(re.compile("range=24h")):
        page.keyboard.press("ArrowRight")
    page.get_by_role("link", name="Chat").focus()
    page.keyboard.press("Enter")
    wait_until_live(page)
    expect(page.get_by_label("Your question")).to_be_focused()
    question = f"By keyboard ({time.time_ns()})"
    page.keyboard.type(question)
    page.keyboard.press("Enter")
    expect(page.locator(".message.own .text", has_text=question)).to_have_count(1)
    expect(page.locator(".working")).to_have_count(0, timeout=ANSWER_TIMEOUT)
    page.context.close()
    for path, all_wanted in {
            "/chat": ["Your question", "Ask", "Which disk fills up first?", "Copy the answer", "Messages"],
            "/demo": ["Message from Alice to Bob", "Send as Bob", "Ask SysMaint", "Safety number", "What Bob sees"],
            "/login": ["Token", "Log in"]}.items():
        page = run.open(path, before=lambda context: context.add_init_script("sessionStorage.setItem('automatic', 'off')"))
        if path != "/login":
            wait_until_live(page)
            expect(page.locator("[data-kind='chat.reply']").first).to_be_visible()
        # To the end, and from the beginning.
        seen = tab_through(page) | tab_through(page)
        for wanted in all_wanted:
            assert wanted in seen, f"{wanted} cannot be reached by keyboard, only {seen}"
        page.context.close()


def see_every_view(run):
    for name, path in PAGES.items():
        for theme in ["light", "dark"]:
            for place, size in [("desktop", DESKTOP), ("phone", PHONE)]:
                page = run.open(path, size, theme, motion="reduce" if place == "phone" else "no-preference")
                wait_until_live(page)
                if name == "dashboard":
                    see_dashboard(page)
                else:
                    expect(page.locator("[data-kind='chat.reply']").first).to_be_visible(timeout=ANSWER_TIMEOUT)
                    expect(page.locator(".working")).to_have_count(0, timeout=ANSWER_TIMEOUT)
                run.look(page, f"{name}-{place}-{theme}")
                page.context.close()
