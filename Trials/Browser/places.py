"""Where and when the pages are opened: many tabs at an address of the local network, below a path, with another clock."""

import datetime
import os
import re

from playwright.sync_api import expect

from support import ANSWER_TIMEOUT, FOREIGN, see_dashboard, wait_until_live


def open_many_tabs(run):
    """At an address that is no secure origin, browsers have no locks, and six connections to a server are all they open."""
    plain = run.base.replace("127.0.0.1", FOREIGN)
    context = run.browser.new_context(base_url=plain)
    pages = []
    streams = []
    context.on("request", lambda request: streams.append(request.url) if "/api/events" in request.url else None)
    for _ in range(8):
        page = context.new_page()
        page.goto("/")
        pages.append(page)
    assert pages[0].evaluate("navigator.locks === undefined && !isSecureContext"), "this origin is secure, and shows nothing"
    for page in pages:
        see_dashboard(page)
    # Two tabs that come at the same moment may both read for an instant.
    assert len(streams) <= 3, f"{len(streams)} streams for {len(pages)} tabs"
    before = len(streams)
    # The one that reads is among those that close; another takes over.
    for page in pages[:7]:
        page.close(run_before_unload=True)
    last = pages[7]
    last.wait_for_timeout(500)
    with last.expect_request(re.compile("/api/status/history"), timeout=ANSWER_TIMEOUT):
        pass
    wait_until_live(last)
    assert len(streams) > before, "nobody reads the stream any more"
    context.close()


def follow_a_link_with_a_slow_clock(run):
    """The browser's clock is a day behind the server's: a link to a moment leads there all the same."""
    def slow(context):
        context.add_init_script("""{
            const real = Date.now.bind(Date);
            Date.now = () => real() - 86_400_000;
        }""")

    now = int(datetime.datetime.now().timestamp() * 1000)
    for begin, end in [(now - 120_000, now - 60_000), (now - 5_000, now - 4_000)]:
        page = run.open("/", before=slow)
        with page.expect_response(re.compile("/api/status/history.*from=")) as answer:
            page.goto(f"/?from={begin}&to={end}")
        assert answer.value.ok, f"{answer.value.status}: {answer.value.text()}"
        shown = answer.value.json()
        assert shown["from"] <= begin and shown["to"] >= end and shown["to"] - shown["from"] >= 600_000, shown
        see_dashboard(page)
        page.context.close()


def cross_a_change_of_clocks(run):
    """The hour that comes twice is told apart, the one that is left out is not invented, and lines go on across both."""
    for zone, begin, twice in [
            ("Europe/Berlin", datetime.datetime(2026, 10, 25, 0, 0, tzinfo=datetime.timezone.utc), True),
            ("Europe/Berlin", datetime.datetime(2026, 3, 29, 0, 30, tzinfo=datetime.timezone.utc), False),
            ("Australia/Lord_Howe", datetime.datetime(2026, 4, 4, 14, 40, tzinfo=datetime.timezone.utc), True),
            ("America/New_York", datetime.datetime(2026, 11, 1, 5, 30, tzinfo=datetime.timezone.utc), True),
            # By half hours, by two hours at once, and in winter.
            ("America/St_Johns", datetime.datetime(2026, 11, 1, 4, 0, tzinfo=datetime.timezone.utc), True),
            ("Antarctica/Troll", datetime.datetime(2026, 10, 25, 0, 30, tzinfo=datetime.timezone.utc), True),
            ("Africa/Casablanca", datetime.datetime(2026, 2, 15, 1, 30, tzinfo=datetime.timezone.utc), True)]:
        start = int(begin.timestamp() * 1000)
        end = start + 3_600_000
        points = [{"at": start + minute * 60_000, "values": {"load1": {"min": 1, "mean": 1, "max": 1}}} for minute in range(60)]
        history = {"from": start, "to": end, "resolutionSeconds": 60, "points": points, "anomalies": []}
        context = run.browser.new_context(base_url=run.base, timezone_id=zone)
        context.route("**/api/status/history*", lambda route: route.fulfill(json=history))
        page = context.new_page()
        page.goto(f"/?from={start}&to={end}")
        plot = page.get_by_role("slider", name="Load, reading")
        expect(plot).to_have_attribute("aria-valuemax", "59")
        assert page.locator("figure", has=plot).locator("path.line").count() == 1, f"the line is broken in {zone}"
        labels = page.locator("figure", has=plot).locator("svg text").all_text_contents()
        times = [label for label in labels if ":" in label]
        assert len(set(times)) == len(times), f"two times read the same in {zone}: {times}"
        text = page.locator("#range-text").text_content()
        named = re.search("(GMT|CES?T|E[DS]T)", text + "".join(times))
        assert bool(named) == twice, f"{zone}: {text} {times}"
        context.close()


def see_pages_below_a_path(run):
    """Behind a proxy that serves them below `/sysmaint/`, with a login; the address is that of the proxy with the path."""
    token = os.environ["WEB_TOKEN"]
    run.expects_failures = True
    page = run.open(run.base + "/chat")
    page.wait_for_url(run.base + "/login?next=/chat")
    page.keyboard.type(token)
    page.keyboard.press("Enter")
    page.wait_for_url(run.base + "/chat")
    run.expects_failures = False
    wait_until_live(page)
    question = "How is the system, from below?"
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(".working")).to_have_count(0, timeout=ANSWER_TIMEOUT)
    expect(page.locator(".message.own .text", has_text=question)).to_have_count(1)
    page.get_by_role("link", name="Dashboard").click()
    page.wait_for_url(run.base + "/")
    see_dashboard(page)
    expect(page.get_by_role("link", name="Dashboard")).to_have_attribute("aria-current", "page")
    run.look(page, "dashboard-below-a-path")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename.endswith(".csv")
    page.get_by_role("link", name="Demo").click()
    page.wait_for_url(run.base + "/demo")
    wait_until_live(page)
    run.expects_failures = True
    page.goto(run.base + "/")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url(run.base + "/login")
    page.context.close()
