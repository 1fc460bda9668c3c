"""The demo: Alice, Bob and SysMaint, their ciphertexts and safety numbers, in several tabs."""

import re
import time

from playwright.sync_api import expect

from support import ANSWER_TIMEOUT, PHONE, stream, wait_until_live


def drive_demo(run):
    page = run.open("/demo")
    wait_until_live(page)
    expect(page.locator("#agent-messages [data-kind='chat.reply']").first).to_be_visible(timeout=ANSWER_TIMEOUT)
    # An entry comes once its answer is there.
    end = time.monotonic() + 20
    wanted = {"/api/chat/history": 1, "/api/e2ee/pull": 2}
    while True:
        loads = page.evaluate("performance.getEntriesByType('resource').map((entry) => new URL(entry.name).pathname)")
        if all(loads.count(path) >= count for path, count in wanted.items()) or time.monotonic() > end:
            break
        page.wait_for_timeout(100)
    for path, count in wanted.items():
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
    page.get_by_role("button", name="Ask automatically").click()
    expect(answers).to_have_count(count + 1)
    assert len(asked) == count + 1, f"{len(asked)} prompts, not {count + 1}: it did not stop"
    page.context.close()


def drive_on_the_phone(run):
    page = run.open("/demo", PHONE)
    wait_until_live(page)
    for name in ["Alice", "Bob", "SysMaint"]:
        page.get_by_role("radio", name=name).check()
        expect(page.locator(".panel:visible")).to_have_count(1)
        expect(page.locator(".panel:visible h2")).to_have_text(name)
    page.context.close()
