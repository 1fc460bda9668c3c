#!/usr/bin/env python3
"""Measures how soon the dashboard stands over 30 days of readings, beside its bars.

    Trials/Browser/bench.py PREVIEW STATE

PREVIEW is the executable web-preview, STATE a state database, which is filled where there is none. Each figure is of a new
browser that has nothing in its cache. Fails if a median misses its bar by more than twice.
"""

import shutil
import statistics
import subprocess
import sys
import time

from run import CHROMIUM, sync_playwright
from support import DESKTOP

# Milliseconds from the begin of the navigation.
BARS = {"first paint": 1_000, "usable": 1_000}
RUNS = 15
# Notes the moment at which the newest figures stand there, and all charts.
WATCH = """new MutationObserver(() => {
    if (globalThis.usable || document.getElementById("charts")?.getAttribute("aria-busy") !== "false") return;
    if (!document.querySelector("#tiles .value") || !document.querySelector("#charts path.line")) return;
    requestAnimationFrame(() => { globalThis.usable ??= performance.now(); });
}).observe(document, { subtree: true, childList: true, attributes: true });"""


def measure(playwright, base):
    browser = playwright.chromium.launch(executable_path=shutil.which(CHROMIUM), args=["--no-sandbox"])
    page = browser.new_context(base_url=base, viewport=DESKTOP).new_page()
    page.add_init_script(WATCH)
    now = int(time.time() * 1000)
    page.goto(f"/?from={now - 30 * 86_400_000}&to={now}")
    usable = page.wait_for_function("() => globalThis.usable").json_value()
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    browser.close()
    return {"first paint": paint, "usable": usable}


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    # Any free port; the preview prints its address once it serves.
    with subprocess.Popen([sys.argv[1], "0", sys.argv[2]], stdout=subprocess.PIPE, text=True) as preview:
        try:
            base = preview.stdout.readline().strip()
            if not base:
                sys.exit("the preview did not start; its message stands above")
            with sync_playwright() as playwright:
                runs = [measure(playwright, base) for _ in range(RUNS)]
        finally:
            preview.terminate()
    missed = []
    print(f"{'dashboard, 30 days':20} {'median':>10} {'slowest':>10} {'bar':>10}")
    for name, bar in BARS.items():
        figures = [run[name] for run in runs]
        median = statistics.median(figures)
        print(f"{name:20} {median:7.0f} ms {max(figures):7.0f} ms {bar:7} ms")
        if median > bar:
            missed.append(f"{name}: {median:.0f} ms, bar {bar} ms")
        if median > 2 * bar:
            sys.exit(f"missed by more than twice: {missed[-1]}")
    for line in missed:
        print(f"missed: {line}")


main()
