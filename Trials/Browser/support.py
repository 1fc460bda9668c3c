"""What the drives have in common: the browser, the views, and what must hold for each page."""

import re
import traceback
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

ANSWER_TIMEOUT = 60_000
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1360, "height": 900}
VIEWS = [(place, size, theme) for place, size in [("desktop", DESKTOP), ("phone", PHONE)] for theme in ["light", "dark"]]
# A name for which the browser finds this machine.
FOREIGN = "foreign.example"


class Run:
    """One browser, the faults found so far, and where screenshots go."""

    def __init__(self, browser, base, folder):
        self.browser = browser
        self.base = base
        self.folder = folder
        self.faults = []
        self.expects_failures = False

    def open(self, path, size=DESKTOP, theme="light", motion="no-preference", before=None):
        context = self.browser.new_context(
            base_url=self.base, viewport=size, color_scheme=theme, reduced_motion=motion,
            permissions=["clipboard-read", "clipboard-write"])
        if before:
            before(context)
        page = context.new_page()
        # Failed loads are noted as such below.
        page.on("console", lambda message: self.note(page, f"console {message.type}: {message.text}")
                if message.type in ("error", "warning") and "Failed to load resource" not in message.text else None)
        page.on("pageerror", lambda error: self.note(page, f"error: {error}"))
        page.on("request", lambda request: self.note(page, f"{request.url} is asked for, which is elsewhere")
                if not request.url.startswith((self.base + "/", "data:", "blob:")) else None)
        page.on("requestfailed", lambda request: self.failed(page, request))
        page.on("response", lambda response: self.note(page, f"{response.status} for {response.url}")
                if response.status >= 400 else None)
        page.goto(path)
        return page

    def note(self, page, text):
        if not self.expects_failures:
            self.fault(page, text)

    def fault(self, page, text):
        self.faults.append(f"{page.url}: {text}")

    def stopped(self, drive, error):
        """Says in few words where a drive ended before its end, and keeps a picture of each page that was open."""
        frames = traceback.extract_tb(error.__traceback__)
        place = [frame for frame in frames if Path(frame.filename).parent == Path(__file__).parent][-1]
        # What comes after a snapshot of the page is that page, at length.
        text = " ".join(str(error).split("Aria snapshot")[0].split())
        self.faults.append(f"{drive.__name__.replace('_', ' ')} stopped in {Path(place.filename).name} at line {place.lineno}: {text[:1500]}")
        for index, page in enumerate(page for context in self.browser.contexts for page in context.pages):
            page.screenshot(path=self.folder / f"stopped-{index}.png", full_page=True)

    def failed(self, page, request):
        # A stream, or an outdated request for a chart, ends when the page leaves it.
        if request.failure != "net::ERR_ABORTED" and "/api/events" not in request.url:
            self.note(page, f"request failed: {request.url} {request.failure}")

    def look(self, page, name):
        """What must hold for every view: nothing sticks out, nothing that axe finds; keeps a picture."""
        width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if width > 0:
            self.fault(page, f"{name} can be scrolled sideways by {width} px")
        for violation in Axe().run(page).response["violations"]:
            nodes = "; ".join(node["html"][:120] for node in violation["nodes"][:3])
            self.fault(page, f"{name}: axe {violation['id']} ({violation['help']}): {nodes}")
        is_whole = re.match("dashboard-(?!reset)", name) is not None
        if is_whole:
            page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=self.folder / f"{name}.png", full_page=is_whole)


def stream(state):
    """In place of the stream of events, which no route can keep open: it tells of this telemetry and what `tell` is given."""
    return """globalThis.EventSource = class extends EventTarget {
        constructor() {
            super();
            globalThis.tell = (name, data) => this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data) }));
            setTimeout(() => {
                tell("hello", { resumed: true, hasLogin: false });
                tell("telemetry", { state: "%s", newestAt: Date.now() - 300_000, staleAfterSeconds: 45 });
            });
        }
        close() {}
    };""" % state


def tab_through(page):
    """The names of all that the keyboard reaches; each of them must show that it has the focus."""
    seen = set()
    for _ in range(160):
        page.keyboard.press("Tab")
        name, outline, is_end = page.evaluate("""() => {
            const one = document.activeElement;
            const shown = one.matches(".segmented input") ? one.nextElementSibling : one;
            const name = one.getAttribute("aria-label") ?? (one.labels?.[0] ?? one).textContent.trim();
            return [name, getComputedStyle(shown).outlineStyle, one === document.body];
        }""")
        if is_end:
            break
        assert outline != "none", f"{name!r} shows no focus"
        seen.add(name)
    return seen


def wait_until_live(page):
    expect(page.locator("#connection")).to_have_text("Live", timeout=ANSWER_TIMEOUT)


def see_dashboard(page):
    wait_until_live(page)
    expect(page.get_by_role("heading", name="CPU busy")).to_be_visible()
    expect(page.locator("#tiles .tile .value").first).to_contain_text("%", timeout=ANSWER_TIMEOUT)
    expect(page.locator("#charts figure")).to_have_count(11)
    # Not "visible": the level line of a processor that was busy all the time has no height.
    expect(page.locator("#charts path.line, #charts circle.dot")).not_to_have_count(0, timeout=ANSWER_TIMEOUT)
    expect(page.locator("#charts")).to_have_attribute("aria-busy", "false")
