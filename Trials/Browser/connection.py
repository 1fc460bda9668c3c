"""What is seen while the server cannot be reached, and after it is again."""

import time

from playwright.sync_api import expect

from support import ANSWER_TIMEOUT, PHONE, VIEWS, wait_until_live


def lose_the_connection(run):
    page = run.open("/chat")
    wait_until_live(page)
    run.expects_failures = True
    page.context.set_offline(True)
    page.get_by_label("Your question").fill("Is anybody there?")
    page.keyboard.press("Enter")
    expect(page.locator("#messages .notice.bad")).to_contain_text("The server cannot be reached")
    run.expects_failures = False
    run.look(page, "chat-offline")
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#messages .notice.bad")).to_have_count(0, timeout=ANSWER_TIMEOUT)
    expect(page.locator(".working")).to_have_count(0, timeout=ANSWER_TIMEOUT)
    page.context.close()

    for place, size, theme in VIEWS:
        page = run.open("/", size, theme, before=lambda context: context.route("**/api/events*", lambda route: route.abort()))
        expect(page.locator("#connection")).to_contain_text("Offline since", timeout=ANSWER_TIMEOUT)
        run.look(page, f"dashboard-offline-{place}-{theme}")
        page.context.unroute("**/api/events*")
        wait_until_live(page)
        page.context.close()


def lose_the_connection_on_the_phone(run):
    """In the chat: what cannot be asked says so, and what was asked elsewhere meanwhile is there afterwards."""
    page = run.open("/chat", PHONE, "dark", before=lambda context: context.route("**/api/events*", lambda route: route.abort()))
    expect(page.locator("#connection")).to_contain_text("Offline since", timeout=ANSWER_TIMEOUT)
    run.expects_failures = True
    page.context.set_offline(True)
    question = f"Is anybody there? ({time.time_ns()})"
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator("#messages .notice.bad")).to_contain_text("The server cannot be reached")
    expect(page.locator(".message.own", has_text=question)).to_contain_text("Not delivered")
    run.look(page, "chat-offline-phone-dark")
    other = run.open("/chat")
    wait_until_live(other)
    elsewhere = f"Asked elsewhere ({time.time_ns()})"
    other.get_by_label("Your question").fill(elsewhere)
    other.keyboard.press("Enter")
    expect(other.locator(".message.own .text", has_text=elsewhere)).to_have_count(1)
    expect(other.locator(".working")).to_have_count(0, timeout=ANSWER_TIMEOUT)
    other.context.close()
    expect(page.locator(".message.own .text", has_text=elsewhere)).to_have_count(0)
    page.context.set_offline(False)
    page.context.unroute("**/api/events*")
    wait_until_live(page)
    run.expects_failures = False
    expect(page.locator(".message.own .text", has_text=elsewhere)).to_have_count(1, timeout=ANSWER_TIMEOUT)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#messages .notice.bad")).to_have_count(0, timeout=ANSWER_TIMEOUT)
    expect(page.locator(".working")).to_have_count(0, timeout=ANSWER_TIMEOUT)
    expect(page.locator(".message.own .text", has_text=question)).to_have_count(1)
    expect(page.locator(".message.own", has_text=question)).to_contain_text("Delivered")
    run.look(page, "chat-reconnected-phone-dark")
    page.context.close()


# As browsers refuse what a page wants to store, when cookies are blocked.
REFUSES_TO_STORE = """
    const refuse = () => { throw new DOMException("Access is denied for this document.", "SecurityError"); };
    for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name, { get: refuse });
    Object.defineProperty(window, "BroadcastChannel", { value: function BroadcastChannel() { refuse(); } });
    if (navigator.locks) navigator.locks.request = async () => refuse();
"""


def remember_nothing(run):
    """Where the browser lets pages store nothing, they remember nothing, and work."""
    for path in ["/", "/chat", "/demo"]:
        page = run.open(path, before=lambda context: context.add_init_script(REFUSES_TO_STORE))
        wait_until_live(page)
        page.locator("#theme").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        page.context.close()


def wake_up(run):
    """A page whose machine slept, or that comes back from the cache of the back button, asks for events at once."""
    for event, sleep in [
        ("new Event('visibilitychange')", 3_600_000),
        ("new PageTransitionEvent('pageshow', { persisted: true })", 0),
    ]:
        streams = []
        page = run.open("/", before=lambda context: context.on(
            "request", lambda request: streams.append(request.url) if "/api/events" in request.url else None))
        wait_until_live(page)
        before = len(streams)
        page.evaluate(f"""() => {{
            const now = Date.now;
            Date.now = () => now() + {sleep};
            const event = {event};
            (event.type === "pageshow" ? window : document).dispatchEvent(event);
        }}""")
        for _ in range(100):
            if len(streams) > before:
                break
            page.wait_for_timeout(50)
        if len(streams) == before:
            run.fault(page, f"{event} does not begin the stream anew")
        wait_until_live(page)
        page.context.close()
