#!/usr/bin/env python3
"""Drives the pages of a running web in headless Chromium, as a person would, and looks for faults.

    Tests/Browser/run.py http://127.0.0.1:3000 [folder for screenshots [drive …]]

Each page is seen in both themes, at phone and at desktop width. A question is asked and answered, a message goes from
Alice to Bob, the connection is lost and found again. The run fails on a wrong page, a message in the console, a failed
request, a page that can be scrolled sideways, or anything that axe finds. Drives that need a server of their own are run
by name alone: `cancel_for_real` wants a model that never answers at first, `log_in_for_real` the token as WEB_TOKEN.

Needs Debian's chromium-headless-shell and the packages playwright and axe-playwright-python; as root it installs what is
missing.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
import traceback
import urllib.parse
from pathlib import Path

CHROMIUM = "chromium-headless-shell"
PACKAGES = {"playwright": "playwright", "axe_playwright_python": "axe-playwright-python"}
ANSWER_TIMEOUT = 60_000
# Milliseconds until thirty days must be drawn: twice the bar of `make bench-web`, as test machines are busy.
LIMIT = 2_000
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1360, "height": 900}
VIEWS = [(place, size, theme) for place, size in [("desktop", DESKTOP), ("phone", PHONE)] for theme in ["light", "dark"]]
# A name for which the browser finds this machine.
FOREIGN = "foreign.example"
PAGES = {"dashboard": "/", "chat": "/chat", "demo": "/demo"}


def install_what_is_missing():
    packages = [package for module, package in PACKAGES.items() if importlib.util.find_spec(module) is None]
    needs_chromium = shutil.which(CHROMIUM) is None
    if not packages and not needs_chromium:
        return
    if os.geteuid() != 0:
        sys.exit(f"missing: {' '.join(packages + [CHROMIUM] * needs_chromium)}; install with apt-get and pip")
    if needs_chromium:
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", CHROMIUM], check=True)
    if packages:
        pip = [sys.executable, "-m", "pip", "install", "-q", "--root-user-action=ignore"]
        # Debian's own Python asks for a word of consent; older ones do not know it.
        if subprocess.run([*pip, "--break-system-packages", *packages]).returncode != 0:
            subprocess.run([*pip, *packages], check=True)
    importlib.invalidate_caches()


install_what_is_missing()

from axe_playwright_python.sync_playwright import Axe  # noqa: E402
from playwright.sync_api import Error as PlaywrightError, expect, sync_playwright  # noqa: E402


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
        line = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == __file__][-1]
        # What comes after a snapshot of the page is that page, at length.
        text = " ".join(str(error).split("Aria snapshot")[0].split())
        self.faults.append(f"{drive.__name__.replace('_', ' ')} stopped at line {line}: {text[:1500]}")
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


def drive_dashboard(run):
    page = run.open("/")
    see_dashboard(page)
    plot = page.get_by_role("slider", name="CPU, reading")
    plot.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(plot).to_have_attribute("aria-valuetext", re.compile("Busy .*%"))
    expect(page.locator(".tooltip:visible")).to_contain_text("Busy")
    page.locator("#charts summary").first.click()
    expect(page.locator("#charts figure").first.locator("tbody tr").first).to_be_visible()
    for label in ["24 h", "7 d", "30 d"]:
        with page.expect_response(re.compile("/api/status/history")) as answer:
            page.get_by_role("radio", name=label).check()
        assert answer.value.ok
    usable = page.evaluate("""() => new Promise((done) => {
        const begin = performance.now();
        const charts = document.getElementById("charts");
        const observer = new MutationObserver(() => {
            if (charts.getAttribute("aria-busy") === "false") requestAnimationFrame(() => done(performance.now() - begin));
        });
        observer.observe(charts, { attributes: true });
        document.querySelector("input[name=range][value='1h']").click();
        document.querySelector("input[name=range][value='30d']").click();
    })""")
    print(f"thirty days were drawn in {usable:.0f} ms", flush=True)
    assert usable < LIMIT, f"thirty days took {usable:.0f} ms"
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename.endswith(".csv")
    resets = []
    page.on("request", lambda request: resets.append(request) if request.url.endswith("/usage/reset") else None)
    page.get_by_role("button", name="Reset counters…").click()
    run.look(page, "dashboard-reset")
    page.get_by_role("button", name="Keep counting").click()
    page.get_by_role("button", name="Reset counters…").click()
    page.get_by_role("button", name="Reset", exact=True).click()
    expect(page.locator("#reset-result")).to_have_text("Counting anew.")
    assert len(resets) == 1, f"{len(resets)} resets, one of them unconfirmed"
    page.get_by_role("button", name="Switch to dark theme").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.context.close()


def see_file_systems(run):
    """A line for each file system, the time at which it is full, and what was unusual about it; in answers that are known."""
    now = time.time_ns() // 1_000_000
    mounts = ["/"] + [f"/srv/data-{number}" for number in range(9)]
    growth = {"/srv/data-0": 40.0, "/srv/data-8": 72.0}

    def history(route):
        query = urllib.parse.parse_qs(urllib.parse.urlparse(route.request.url).query)
        hours = {"1h": 1, "24h": 24, "7d": 168, "30d": 720}[query["range"][0]]
        step = hours * 15_000

        def used(index, at):
            hours_ago = (now - at) / 3_600_000
            full_in = growth.get(mounts[index])
            return max(0, 90 - hours_ago * 10 / full_in) if full_in else 10 + 7 * index

        points = [{"at": at, "sampleCount": 1, "values": {}, "fileSystemUsedPercent": {
            mount: {"min": used(index, at), "mean": used(index, at), "max": used(index, at)}
            for index, mount in enumerate(mounts)}} for at in range(now - 240 * step, now, step)]
        anomalies = [
            {"metric": "diskUsedPercent", "fileSystem": mount, "severity": "warning", "summary": "file system used 90 %",
             "from": now - 60 * step, "to": end} for mount, end in [("/srv/data-8", now + 10_000), ("/srv/data-0", now - 50 * step)]]
        route.fulfill(json={"from": now - 240 * step, "to": now, "resolutionSeconds": step // 1000, "points": points,
                            "anomalies": anomalies})

    def current(route):
        answer = route.fetch().json()
        answer["sample"]["takenAt"] = now
        answer["diskForecasts"] = [{"mountPoint": mount, "growthBytesPerHour": 1e9, "fullInHours": hours} for mount, hours in growth.items()]
        route.fulfill(json=answer)

    def known(context):
        context.route("**/api/events*", lambda route: route.abort())
        context.route("**/api/status/history*", history)
        context.route("**/api/status/current", current)

    for place, size, theme in VIEWS:
        page = run.open("/", size, theme, before=known)
        chart = page.locator("#charts figure", has=page.get_by_role("heading", name="File systems"))
        expect(chart.locator("path.line")).to_have_count(8)
        expect(chart.locator("path.forecast")).to_have_count(2)
        expect(chart.locator(".legend li", has_text="/srv/data-0")).to_contain_text("90 %full in 1 d 16 h")
        expect(chart.locator(".legend li", has_text="/srv/data-8")).to_contain_text("full in 3 d 0 h")
        expect(chart.locator(".legend")).to_contain_text("and 2 less full")
        expect(chart.locator("rect.anomaly")).to_have_count(2)
        expect(page.locator("#charts figure", has=page.get_by_role("heading", name="Network")).locator("rect.anomaly")).to_have_count(0)
        expect(page.locator("#anomalies li").first).to_contain_text("/srv/data-8: file system used 90 %")
        expect(page.locator("#anomalies li").first).to_contain_text("goes on")
        expect(page.locator("#anomalies li").last).to_contain_text(" to ")
        page.get_by_role("link", name="2 anomalies").click()
        expect(page.get_by_role("heading", name="Anomalies")).to_be_in_viewport()
        # An hour shows the way on, a week the moment at which it is full.
        expect(chart.locator("path.forecast ~ circle")).to_have_count(0)
        page.get_by_role("radio", name="7 d").check()
        expect(chart.locator("path.forecast ~ circle")).to_have_count(1)
        expect(page.locator("#range-text")).to_have_text(re.compile(r"^\w+ \w+, \d\d:\d\d to today, \d\d:\d\d · 2 anomalies$"))
        chart.get_by_role("slider").focus()
        page.keyboard.press("End")
        expect(chart.get_by_role("slider")).to_have_attribute("aria-valuetext", re.compile(r"/srv/data-0 90 %"))
        run.look(page, f"dashboard-disks-{place}-{theme}")
        chart.screenshot(path=run.folder / f"disks-{place}-{theme}.png")
        page.context.close()


def drive_chat(run):
    page = run.open("/chat")
    wait_until_live(page)
    question = f"How is the system? ({time.time_ns()})"
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(".message.own .text", has_text=question)).to_have_count(1)
    answer = page.locator("[data-kind='chat.reply']").last
    expect(page.locator(".working")).to_have_count(0, timeout=ANSWER_TIMEOUT)
    expect(page.locator("#messages .notice.bad")).to_have_count(0)
    expect(answer.locator(".text").first).to_contain_text(re.compile(r"\d"))
    expect(answer.locator("footer")).to_contain_text(re.compile(r"offline analyst\s*[\d.,]+ m?s"))
    answer.locator("summary").click()
    run.look(page, "chat-answer")
    answer.get_by_role("button", name="Copy the answer").click()
    page.wait_for_function("async () => /\\d/.test(await navigator.clipboard.readText())", timeout=ANSWER_TIMEOUT)
    answers = page.locator("[data-kind='chat.reply']").count()
    page.reload()
    expect(page.locator(".message.own .text", has_text=question)).to_have_count(1)
    loads = page.evaluate("performance.getEntriesByType('resource').filter((entry) => entry.name.includes('/chat/history')).length")
    assert loads == 1, f"the chat loaded its history {loads} times"
    expect(page.locator("[data-kind='chat.reply']")).to_have_count(answers)
    link = page.locator("[data-kind='chat.reply'] .evidence a")
    expect(link.last).to_be_attached()
    link.last.evaluate("link => link.closest('details').open = true")
    link.last.click()
    see_dashboard(page)
    assert "from=" in page.url
    page.context.close()


def cancel_a_question(run):
    """A question to which nobody answers in time, and what its cancelling leads to."""
    answer = {"outcome": "cancelled", "answeredBy": "offline analyst", "evidence": [], "unbackedFigures": [],
              "elapsedMilliseconds": 2_300, "reply": "Cancelled, as you asked."}
    waiting, cancelled = [], []

    def cancel(route):
        cancelled.append(route.request.post_data_json["requestId"])
        route.fulfill(status=204)
        waiting.pop().fulfill(json={"requestId": cancelled[-1], **answer})

    page = run.open("/chat")
    wait_until_live(page)
    page.route("**/api/chat", lambda route: waiting.append(route))
    page.route("**/api/chat/cancel", cancel)
    question = f"What takes so long? ({time.time_ns()})"
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(".working")).to_be_visible()
    run.look(page, "chat-working")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".bubble.cancelled")).to_have_text("Cancelled, as you asked.")
    expect(page.locator(".working")).to_have_count(0)
    assert len(cancelled) == 1
    expect(page.get_by_role("button", name="Ask again")).to_be_visible()
    run.look(page, "chat-cancelled")
    page.unroute("**/api/chat")
    page.unroute("**/api/chat/cancel")
    page.get_by_role("button", name="Ask again").click()
    expect(page.locator(".message.own .text", has_text=question)).to_have_count(2)
    expect(page.locator(".working")).to_have_count(0, timeout=ANSWER_TIMEOUT)
    page.context.close()


def cancel_for_real(run):
    """A question on which the model stalls after its first tool is cancelled, and asked again is answered."""
    page = run.open("/chat", PHONE)
    wait_until_live(page)
    question = "What takes so long?"
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(".steps li[data-state=finished]")).to_have_count(1, timeout=ANSWER_TIMEOUT)
    run.look(page, "chat-stalled")
    page.get_by_role("button", name="Cancel").click()
    cancelled = page.locator(".bubble.cancelled")
    expect(cancelled).to_contain_text("ancelled", timeout=ANSWER_TIMEOUT)
    expect(page.locator(".working")).to_have_count(0)
    expect(page.locator("#messages .notice.bad")).to_have_count(0)
    run.look(page, "chat-cancelled-for-real")
    page.reload()
    wait_until_live(page)
    expect(cancelled).to_have_count(1)
    page.get_by_role("button", name="Ask again").click()
    expect(page.locator(".message.own .text", has_text=question)).to_have_count(2)
    answer = page.locator("[data-kind='chat.reply']").last
    expect(answer.locator(".text").first).to_contain_text("It took a while.", timeout=ANSWER_TIMEOUT)
    expect(answer).not_to_contain_text("ancelled")
    expect(cancelled).to_have_count(1)
    run.look(page, "chat-answered-after-cancelling")
    page.context.close()


def log_in_for_real(run):
    """A server that wants a token, which is in the environment."""
    token = os.environ["WEB_TOKEN"]
    run.expects_failures = True
    page = run.open("/demo", PHONE, "dark")
    page.wait_for_url("**/login?next=/demo")
    for path in ["/api/status/current", "/api/chat/history", "/api/events"]:
        assert page.request.get(path).status == 401, f"{path} is served without a login"
    page.keyboard.type(token + "x")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("This is not the token")
    expect(page.get_by_role("alert")).to_contain_text("WEB_TOKEN")
    assert not page.context.cookies(), "a wrong token brings a cookie"
    page.keyboard.type(token)
    page.keyboard.press("Enter")
    page.wait_for_url(run.base + "/demo")
    run.expects_failures = False
    wait_until_live(page)
    [cookie] = page.context.cookies()
    assert cookie["httpOnly"] and cookie["sameSite"] == "Strict" and token not in cookie["value"], cookie
    page.goto("/")
    see_dashboard(page)
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    run.look(page, "dashboard-logged-in")
    other = page.context.new_page()
    other.goto("/chat")
    wait_until_live(other)
    other.close()
    run.expects_failures = True
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/login")
    assert not page.context.cookies(), "the cookie outlives the login"
    page.goto("/chat")
    page.wait_for_url("**/login?next=/chat")
    # A name that leads here, as one of an attacker would who rebinds it.
    foreign = run.base.replace("127.0.0.1", FOREIGN)
    for path in ["/", "/login", "/api/status/current"]:
        answer = page.goto(foreign + path)
        assert answer.status == 403, f"{path} is served under a foreign name"
    expect(page.locator("body")).to_contain_text("this host name is not served")
    run.expects_failures = False
    page.context.close()


def drive_demo(run):
    page = run.open("/demo")
    wait_until_live(page)
    expect(page.locator("#agent-messages [data-kind='chat.reply']").first).to_be_visible(timeout=ANSWER_TIMEOUT)
    loads = page.evaluate("performance.getEntriesByType('resource').map((entry) => new URL(entry.name).pathname)")
    for path, count in {"/api/chat/history": 1, "/api/e2ee/pull": 2}.items():
        assert loads.count(path) == count, f"the demo asked {loads.count(path)} times for {path}"
    streams = []
    page.context.on("request", lambda request: streams.append(request) if "/api/events" in request.url else None)
    histories = []
    page.on("request", lambda request: histories.append(request.url) if re.search("/history|/pull", request.url) else None)
    watcher = page.context.new_page()
    watcher.goto("/demo")
    wait_until_live(watcher)
    third = page.context.new_page()
    third.goto("/chat")
    wait_until_live(third)
    third.close()
    assert not histories, f"a new tab made another load {histories}"
    assert not streams, "two tabs of one browser open two streams"
    expect(page.locator("#agent-messages [data-kind='chat.reply']").first).to_be_visible(timeout=ANSWER_TIMEOUT)
    page.get_by_role("button", name="Stop asking").click()
    expect(page.locator("#next-prompt")).to_have_text("Asks only when you do")
    text = f"Hello Bob <b>{time.time_ns()}</b>"
    page.get_by_label("Message from Alice to Bob").fill(text)
    page.get_by_role("button", name="Send as Alice").click()
    for one in [page, watcher]:
        expect(one.locator("#bob-messages .text", has_text=text)).to_have_count(1, timeout=ANSWER_TIMEOUT)
        expect(one.locator("#alice-messages .text", has_text=text)).to_have_count(1)
    expect(page.locator("#alice-messages .message", has_text=text)).to_contain_text("Delivered")
    page.get_by_label("Message from Bob to Alice").fill("Hello Alice")
    page.keyboard.press("Enter")
    expect(page.locator("#alice-messages .text", has_text="Hello Alice").last).to_be_visible(timeout=ANSWER_TIMEOUT)
    strip = page.locator("#alice-session")
    expect(strip).to_contain_text(re.compile(r"sent \d+, received \d+ .*PQ epoch \d+ · .* old"), timeout=ANSWER_TIMEOUT)
    # A message back and forth turns the ratchet.
    key = strip.locator("code").first.inner_text()
    page.get_by_label("Message from Alice to Bob").fill("And again")
    page.get_by_role("button", name="Send as Alice").click()
    expect(page.locator("#bob-messages .text", has_text="And again").last).to_be_visible(timeout=ANSWER_TIMEOUT)
    page.get_by_label("Message from Bob to Alice").fill("And back")
    page.get_by_role("button", name="Send as Bob").click()
    expect(page.locator("#alice-messages .text", has_text="And back").last).to_be_visible(timeout=ANSWER_TIMEOUT)
    expect(strip.locator("code").first).not_to_have_text(key, timeout=ANSWER_TIMEOUT)
    said = page.locator("#bob-messages .message", has_text=text)
    said.get_by_role("button", name="Ciphertext").click()
    expect(said.locator(".envelope pre")).to_have_text(re.compile(r"^[A-Za-z0-9+/=]{100,}$"))
    expect(said.locator(".envelope")).to_contain_text(re.compile(r"Message of its chain\d+.*Post-quantum epoch\d+"))
    expect(said.locator(".text")).to_be_visible()
    answer = page.locator("#agent-messages [data-kind='chat.reply']").first
    answer.get_by_role("button", name="Ciphertext").click()
    expect(answer.locator(".envelope")).to_contain_text("sysmaint.1, alice.1")
    run.look(page, "demo-conversation")
    page.locator("#alice-session").get_by_role("button", name="Safety number").click()
    expect(page.locator("#safety .digits li")).to_have_count(12)
    expect(page.get_by_role("img", name="The safety number as a QR code")).to_be_visible()
    digits = page.locator("#safety .digits").inner_text()
    run.look(page, "demo-safety")
    page.get_by_role("button", name="Close").click()
    page.locator("#bob-session").get_by_role("button", name="Safety number").click()
    assert page.locator("#safety .digits").inner_text() == digits, "both sides see different safety numbers"
    page.get_by_role("button", name="Close").click()
    # The other tab takes over the stream.
    page.close()
    watcher.get_by_label("Message from Bob to Alice").fill("Still there?")
    watcher.keyboard.press("Enter")
    expect(watcher.locator("#alice-messages .text", has_text="Still there?").last).to_be_visible(timeout=ANSWER_TIMEOUT)
    assert len(streams) == 1
    watcher.context.close()


def drive_on_the_phone(run):
    page = run.open("/demo", PHONE)
    wait_until_live(page)
    for name in ["Alice", "Bob", "SysMaint"]:
        page.get_by_role("radio", name=name).check()
        expect(page.locator(".panel:visible")).to_have_count(1)
        expect(page.locator(".panel:visible h2")).to_have_text(name)
    page.context.close()


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


def see_stale_telemetry(run):
    """The probe has stopped: the stream says so, and the last figures stay."""
    for place, size, theme in VIEWS:
        page = run.open("/", size, theme, before=lambda context: context.add_init_script(stream("stale")))
        expect(page.locator("#connection")).to_contain_text("Stale since", timeout=ANSWER_TIMEOUT)
        expect(page.locator("#tiles .tile .value").first).to_contain_text("%", timeout=ANSWER_TIMEOUT)
        run.look(page, f"dashboard-stale-{place}-{theme}")
        page.context.close()


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


def see_every_chart(run):
    """All charts over all ranges: lines, what was unusual, values by pointer and by keyboard; and what the model cost."""
    charts = {
        "CPU": ["Busy", "Waiting"], "CPU by core": ["Core 0", "Core 1"], "Load": ["1 min", "5 min", "15 min"],
        "Memory and swap": ["Memory", "Swap"], "File systems": ["/srv"], "Pressure": ["CPU", "Memory", "Disks"],
        "Disk traffic": ["Read", "Written"], "Network": ["In", "Out"], "Relay queue": ["Waiting messages"],
        "Relay latency": ["Until acknowledged"], "Probe cost": ["Of one core"],
    }
    metrics = ["cpuBusyPercent", "cpuIOWaitPercent", "load1", "load5", "load15", "memoryUsedPercent", "swapUsedPercent",
               "cpuPressurePercent", "memoryPressurePercent", "ioPressurePercent", "diskReadBytesPerSecond",
               "diskWrittenBytesPerSecond", "networkReceivedBytesPerSecond", "networkSentBytesPerSecond",
               "relayQueuedMessages", "relayAckLatencyMilliseconds", "probeCPUPercent"]
    now = time.time_ns() // 1_000_000
    hours = {"1 h": 1, "24 h": 24, "7 d": 168, "30 d": 720}

    def history(route):
        query = urllib.parse.parse_qs(urllib.parse.urlparse(route.request.url).query)
        step = hours[query["range"][0].replace("h", " h").replace("d", " d")] * 15_000
        begin = now - 240 * step

        def summary(index, count):
            return {"min": 20 + count + index % 7, "mean": 22 + count + index % 7, "max": 25 + count + index % 7}

        points = [{"at": begin + index * step, "sampleCount": 6, "coreBusyPercent": [50, 70],
                   "values": {metric: summary(index, count) for count, metric in enumerate(metrics)},
                   "fileSystemUsedPercent": {"/srv": summary(index, 0)}} for index in range(240)]
        anomalies = [{"severity": "critical", "from": now - 90 * step, "to": now - 80 * step, "summary": "no readings arrived"},
                     {"metric": "cpuBusyPercent", "severity": "warning", "from": now - 40 * step, "to": now - 20 * step,
                      "summary": "CPU busy 71 %"}]
        route.fulfill(json={"from": begin, "to": now, "resolutionSeconds": step // 1000, "points": points, "anomalies": anomalies})

    def current(route):
        answer = route.fetch().json()
        answer["usage"] = {"requests": 42, "promptTokens": 21_690, "cachedPromptTokens": 512, "completionTokens": 1_584,
                           "costUSD": 0.004204, "dailyBudgetUSD": 0.5, "todayUSD": 0.0031, "since": now - 60_000}
        route.fulfill(json=answer)

    def known(context):
        context.add_init_script(stream("live"))
        context.route("**/api/status/history*", history)
        context.route("**/api/status/current", current)

    for place, size, theme in VIEWS:
        page = run.open("/", size, theme, before=known)
        see_dashboard(page)
        usage = page.get_by_role("region", name="Model usage")
        for text in ["$0.004204", "Requests42", "Prompt tokens21,690", "of them cached512", "Completion tokens1,584",
                     "$0.0031 of today's budget of $0.50"]:
            expect(usage).to_contain_text(text)
        for label in hours if (place, theme) == ("desktop", "light") else ["30 d"]:
            page.get_by_role("radio", name=label).check()
            # Not before the answer is drawn.
            expect(page.locator("#charts")).to_have_attribute("aria-busy", "false")
            expect(page.locator("#range-text")).to_contain_text("2 anomalies")
            for title, names in charts.items():
                chart = page.locator("#charts figure", has=page.get_by_role("heading", name=title, exact=True))
                lines = chart.locator("path.heat[d^=M]") if title == "CPU by core" else chart.locator("path.line")
                expect(lines).to_have_count(len(names))
                expect(chart.locator("rect.anomaly")).to_have_count(2 if title == "CPU" else 1)
                plot = chart.get_by_role("slider")
                page.mouse.move(0, 0)
                expect(chart.locator(".tooltip")).to_be_hidden()
                plot.hover()
                for name in names:
                    expect(chart.locator(".tooltip")).to_contain_text(re.compile(re.escape(name) + r" [\d.]+"))
                plot.focus()
                page.keyboard.press("Home")
                first = plot.get_attribute("aria-valuetext")
                page.keyboard.press("ArrowRight")
                expect(plot).not_to_have_attribute("aria-valuetext", first)
                for name in names:
                    assert re.search(re.escape(name) + r" [\d.]+", first), f"{title} over {label} tells {first!r}"
                expect(chart.locator(".tooltip")).to_be_visible()
        run.look(page, f"dashboard-figures-{place}-{theme}")
        page.context.close()


def see_answers(run):
    """Answers of all kinds: Markdown that can do no harm, evidence, cost; and questions however far they have come."""
    now = time.time_ns() // 1_000_000
    begin, end = now - 5_400_000, now - 1_800_000
    text = "\n".join([
        "# Summary", "The **disk** is *nearly* full: `df -h`", "", "- one", "- two", "", "1. first", "", "```", "<b>code</b>", "```", "",
        "<img src=x onerror=\"globalThis.hurt = 1\"><script>globalThis.hurt = 1</script> [link](javascript:globalThis.hurt=1)",
        "![picture](https://elsewhere.example/x.png) https://elsewhere.example/ <b>raw</b>"])

    def prompt(number, **fields):
        return {"user": "alice", "id": f"00000000-0000-4000-8000-{number:012}", "kind": "chat.prompt", "direction": "sent",
                "from": "alice", "to": "sysmaint", "text": f"Question {number}", "at": now - 3_600_000 + number * 60_000,
                "requestId": f"00000000-0000-4000-8000-{number:012}", **fields}

    def reply(number, text, **fields):
        return {**prompt(number), "id": f"00000000-0000-4000-8000-{number + 100:012}", "kind": "chat.reply", "direction": "received",
                "from": "sysmaint", "to": "alice", "text": text, "at": now - 3_570_000 + number * 60_000,
                "answer": {"outcome": "answered", "answeredBy": "some-model", "evidence": [], "unbackedFigures": [],
                           "elapsedMilliseconds": 1_234, **fields}}

    usage = {"promptTokens": 900, "cachedPromptTokens": 0, "completionTokens": 80, "isEstimated": False, "costUSD": 0.000183}
    messages = [
        prompt(1, delivery="onDevice"),
        reply(1, text, usage=usage, unbackedFigures=["42"],
              evidence=[{"toolCallId": "1", "tool": "get_recent_status_history", "from": begin, "to": end}]),
        prompt(2, delivery="onDevice"), reply(2, "The model could not be reached.", outcome="failed"),
        prompt(3, delivery="onDevice"), reply(3, "No money is left.", outcome="overBudget"),
        prompt(4, delivery="failed", failure="its key has changed"),
        prompt(5, delivery="onRelay"), prompt(6, delivery="queued", waitsBecause="the relay is away"),
    ]

    def known(context):
        context.add_init_script(stream("live"))
        context.route("**/api/chat/history*", lambda route: route.fulfill(json={"messages": messages, "cursor": 0, "hasMore": False}))

    for place, size, theme in VIEWS:
        page = run.open("/chat", size, theme, before=known)
        answers = page.locator("[data-kind='chat.reply']")
        expect(answers).to_have_count(3)
        shown = answers.first.locator(".text")
        for part, words in {".subject": "Summary", "strong": "disk", "em": "nearly", "p code": "df -h", "ol li": "first",
                            "pre code": "<b>code</b>"}.items():
            expect(shown.locator(part)).to_have_text(words)
        expect(shown.locator("ul li")).to_have_text(["one", "two"])
        expect(shown.locator("a, img, script, b, iframe, [onerror]")).to_have_count(0)
        for harmless in ["<img src=x", "[link](javascript:", "![picture](https://elsewhere.example/x.png)", "<b>raw</b>"]:
            expect(shown).to_contain_text(harmless)
        assert page.evaluate("globalThis.hurt === undefined"), "what a model wrote was run"
        footer = answers.first.locator("footer")
        for fact in ["some-model", "1.2 s", "980 tokens, $0.000183"]:
            expect(footer).to_contain_text(fact)
        expect(answers.first).to_contain_text("No tool result holds 42.")
        expect(answers.nth(1).get_by_role("button", name="Ask again")).to_be_visible()
        expect(answers.nth(2)).to_contain_text("The daily budget is used up.")
        expect(answers.first.get_by_role("button", name="Ask again")).to_have_count(0)
        for number, state in {1: "Delivered", 4: "Not delivered: its key has changed", 5: "On the relay",
                              6: "Waiting, because the relay is away"}.items():
            expect(page.locator(".message.own", has_text=f"Question {number}").locator("footer")).to_have_text(state)
        run.look(page, f"chat-deliveries-{place}-{theme}")
        answers.first.locator("summary").click()
        answers.first.scroll_into_view_if_needed()
        run.look(page, f"chat-evidence-{place}-{theme}")
        with page.expect_request(lambda request: f"/api/status/history?from={begin}&to={end}" in request.url):
            answers.first.locator(".evidence a").click()
        expect(page.locator("#ranges input:checked")).to_have_count(0)
        page.get_by_role("radio", name="24 h").check()
        page.wait_for_url(run.base + "/")
        page.context.close()


def watch_an_answer_grow(run):
    """A quick prompt, the steps and the words of its answer as they come, and what a screen reader is told of them."""
    for place, size, theme in VIEWS:
        held = []
        motion = "reduce" if theme == "dark" else "no-preference"

        def known(context):
            context.add_init_script(stream("live"))
            context.route("**/api/chat/history*", lambda route: route.fulfill(json={"messages": [], "cursor": 0, "hasMore": False}))
            context.route("**/api/chat", lambda route: held.append(route))

        page = run.open("/chat", size, theme, motion, before=known)
        wait_until_live(page)
        with page.expect_request("**/api/chat") as asked:
            page.get_by_role("button", name="Are there any anomalies?").click()
        request = asked.value.post_data_json["requestId"]
        own = page.locator(".message.own")
        expect(own.locator(".text")).to_have_text("Are there any anomalies?")
        expect(own.locator("footer")).to_have_text("Sending")
        expect(page.locator("#announcer")).to_have_text("SysMaint is working on it.")
        page.wait_for_function("() => document.querySelector('.working')")
        moving = page.evaluate("document.getAnimations().length")
        assert (moving == 0) == (motion == "reduce"), f"{moving} animations with {motion}"
        tell = "([name, data]) => tell(name, data)"
        page.evaluate(tell, ["delivery", {"user": "alice", "id": request, "delivery": "onRelay"}])
        expect(own.locator("footer")).to_have_text("On the relay")
        page.evaluate(tell, ["progress", {"requestId": request, "event": "toolStarted", "tool": "get_anomaly_summary"}])
        expect(page.locator(".steps li[data-state=started]")).to_have_text("looks for anomalies")
        expect(own.locator("footer")).to_have_text("Delivered")
        page.evaluate(tell, ["progress", {"requestId": request, "event": "toolFinished", "tool": "get_anomaly_summary"}])
        expect(page.locator(".steps li[data-state=finished]")).to_have_count(1)
        for words in ["Two", "Two series", "Two series were unusual"]:
            page.evaluate(tell, ["progress", {"requestId": request, "event": "partialText", "text": words}])
            expect(page.locator(".working .text")).to_have_text(words)
        live = "[aria-live]:not([aria-live=off]), [role=log]:not([aria-live=off]), [role=status], [role=alert]"
        assert page.locator(".working .text").evaluate("(one, live) => one.closest(live) === null", live), "each word is read out"
        expect(page.locator("#announcer")).to_have_text("SysMaint is working on it.")
        run.look(page, f"chat-growing-{place}-{theme}")
        answer = {"outcome": "answered", "answeredBy": "some-model", "unbackedFigures": [], "elapsedMilliseconds": 900,
                  "evidence": [{"toolCallId": "1", "tool": "get_anomaly_summary", "from": 1_000, "to": 2_000}]}
        held[0].fulfill(json={"requestId": request, "reply": "Two series were unusual.", **answer})
        reply = page.locator("[data-kind='chat.reply']")
        expect(reply.locator(".text")).to_have_text("Two series were unusual.")
        expect(page.locator("#announcer")).to_have_text("SysMaint has answered.")
        assert reply.evaluate("one => one.closest('[role=log]').ariaLive") == "polite", "the answer is not read out"
        reply.locator("summary").click()
        # The same answer by the stream leaves open what is open.
        page.evaluate(tell, ["message", {
            "user": "alice", "id": "00000000-0000-4000-8000-000000000001", "kind": "chat.reply", "direction": "received",
            "from": "sysmaint", "to": "alice", "text": "Two series were unusual.", "at": 1, "requestId": request, "answer": answer}])
        expect(reply).to_have_count(1)
        expect(reply.locator("details")).to_have_attribute("open", "")
        page.context.close()


def stop_the_prompts(run):
    """The demo asks for the status by itself until it is stopped, and again when it is let."""
    asked = []

    def answer(route):
        asked.append(route.request.post_data_json["prompt"])
        route.fulfill(json={"requestId": route.request.post_data_json["requestId"], "reply": "Fine, says this test.", "outcome": "answered",
                            "answeredBy": "some-model", "evidence": [], "unbackedFigures": [], "elapsedMilliseconds": 5})

    def known(context):
        context.clock.install()
        context.add_init_script(stream("live"))
        context.route("**/api/chat", answer)

    page = run.open("/demo", before=known)
    wait_until_live(page)
    answers = page.locator("#agent-messages .text", has_text="Fine, says this test.")
    before = page.locator("#next-prompt")
    expect(before).to_have_text(re.compile(r"Asks for the status in \d+ s"))
    page.clock.fast_forward(61_000)
    expect(answers.first).to_be_visible()
    count = answers.count()
    page.clock.fast_forward(61_000)
    expect(answers).not_to_have_count(count)
    page.get_by_role("button", name="Stop asking").click()
    expect(before).to_have_text("Asks only when you do")
    count = answers.count()
    page.clock.fast_forward(600_000)
    expect(before).to_have_text("Asks only when you do")
    page.get_by_role("button", name="Ask by itself").click()
    expect(answers).to_have_count(count + 1)
    assert len(asked) == count + 1, f"{len(asked)} prompts, not {count + 1}: it did not stop"
    page.context.close()


def see_the_login(run):
    """A server that wants a token: the page is kept through the login. Answers stand in for the token's check."""
    def closed(context):
        context.route(re.compile(r"/api/login$"), lambda route: route.fulfill(status=204) if "right" in route.request.post_data
                      else route.fulfill(status=401, json={"title": "this is not the token", "code": "wrong_token", "status": 401}))

    for place, size, theme in VIEWS:
        page = run.open("/login?next=/%3Ffrom%3D1000%26to%3D2000", size, theme, before=closed)
        expect(page.get_by_label("Token")).to_be_focused()
        run.expects_failures = True
        page.keyboard.type("wrong")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("This is not the token")
        run.look(page, f"login-{place}-{theme}")
        page.keyboard.type("right")
        page.keyboard.press("Enter")
        page.wait_for_url(run.base + "/?from=1000&to=2000")
        run.expects_failures = False
        page.context.close()
    for elsewhere in ["https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example", "/.//evil.example", "javascript:1"]:
        page = run.open("/login?next=" + urllib.parse.quote(elsewhere, safe=""), before=closed)
        page.get_by_label("Token").fill("right")
        run.expects_failures = True
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.url.startswith(run.base + "/"), f"{elsewhere} leads to {page.url}"
        run.expects_failures = False
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


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[2] if len(sys.argv) > 2 else "screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which(CHROMIUM), args=["--no-sandbox", f"--host-resolver-rules=MAP {FOREIGN} 127.0.0.1"])
        run = Run(browser, sys.argv[1].rstrip("/"), folder)
        drives = [drive_dashboard, see_every_chart, see_file_systems, drive_chat, see_answers, watch_an_answer_grow,
                  cancel_a_question, drive_demo, stop_the_prompts, drive_on_the_phone,
                  lose_the_connection, lose_the_connection_on_the_phone, see_stale_telemetry, see_nothing_and_failure,
                  use_the_keyboard_alone, see_the_login, see_every_view]
        for drive in [globals()[name] for name in sys.argv[3:]] or drives:
            begin = time.monotonic()
            try:
                drive(run)
            except (AssertionError, PlaywrightError) as error:
                run.stopped(drive, error)
                break
            print(f"{drive.__name__.replace('_', ' ')}: {time.monotonic() - begin:.1f} s", flush=True)
        browser.close()
    for fault in dict.fromkeys(run.faults):
        print(f"FAULT {fault}")
    sys.exit(1 if run.faults else 0)


if __name__ == "__main__":
    main()
