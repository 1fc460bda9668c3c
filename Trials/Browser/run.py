#!/usr/bin/env python3
"""Drives the pages of a running web in headless Chromium, as a person would, and looks for faults.

    Trials/Browser/run.py http://127.0.0.1:3000 [folder for screenshots [drive …]]

Each page is seen in both themes, at phone and at desktop width. A question is asked and answered, a message goes from
Alice to Bob, the connection is lost and found again. The run fails on a wrong page, a message in the console, a failed
request, a page that can be scrolled sideways, or anything that axe finds. Drives that need a server of their own are run
by name alone: `cancel_for_real` wants a model that never answers at first, `log_in_for_real` the token as WEB_TOKEN,
`see_pages_below_a_path` also a proxy's address with the path, `open_many_tabs` the name foreign.example among WEB_NAMES.

Needs Debian's chromium-headless-shell and the packages playwright and axe-playwright-python; as root it installs what is
missing.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

CHROMIUM = "chromium-headless-shell"
PACKAGES = {"playwright": "playwright", "axe_playwright_python": "axe-playwright-python"}


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

from playwright.sync_api import Error as PlaywrightError, sync_playwright  # noqa: E402
from chat import drive_chat, see_answers, see_held, watch_an_answer_grow, cancel_a_question, cancel_for_real  # noqa: E402
from connection import (  # noqa: E402
    lose_the_connection, lose_the_connection_on_the_phone, remember_nothing, wake_up)
from dashboard import drive_dashboard, see_every_chart, see_file_systems, see_stale_telemetry  # noqa: E402
from demo import drive_demo, stop_the_prompts, drive_on_the_phone  # noqa: E402
from every_page import see_nothing_and_failure, use_the_keyboard_alone, see_every_view  # noqa: E402
from login import see_the_login, log_in_for_real  # noqa: E402
from places import (  # noqa: E402
    cross_a_change_of_clocks, follow_a_link_with_a_slow_clock, open_many_tabs, see_pages_below_a_path)
from support import FOREIGN, Run  # noqa: E402

DRIVES = [
    drive_dashboard, see_every_chart, see_file_systems, drive_chat, see_answers, see_held, watch_an_answer_grow,
    cancel_a_question, drive_demo, stop_the_prompts, drive_on_the_phone, lose_the_connection,
    lose_the_connection_on_the_phone, remember_nothing, wake_up,
    see_stale_telemetry, see_nothing_and_failure, use_the_keyboard_alone, see_the_login, see_every_view,
    follow_a_link_with_a_slow_clock, cross_a_change_of_clocks,
]
BY_NAME = {drive.__name__: drive for drive in [*DRIVES, cancel_for_real, log_in_for_real, open_many_tabs, see_pages_below_a_path]}


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[2] if len(sys.argv) > 2 else "screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which(CHROMIUM), args=["--no-sandbox", f"--host-resolver-rules=MAP {FOREIGN} 127.0.0.1"])
        run = Run(browser, sys.argv[1].rstrip("/"), folder)
        for drive in [BY_NAME[name] for name in sys.argv[3:]] or DRIVES:
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
