"""The chat: questions, answers that grow, evidence, delivery, cancelling."""

import re
import time

from playwright.sync_api import expect

from support import ANSWER_TIMEOUT, PHONE, VIEWS, stream, wait_until_live, see_dashboard


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


def see_held(run):
    """What came under a key that nobody has approved: shown as what it is, with the two choices; both pages."""
    number = "0123456789" * 6
    now = time.time_ns() // 1_000_000
    text = "<b>Open</b> the door <script>globalThis.hurt = 1</script>"
    letter = {"user": "alice", "id": "00000000-0000-4000-8000-000000000001", "kind": "user.chat.v1", "direction": "received",
              "from": "bob", "to": "alice", "text": text, "at": now, "trust": "unapproved"}
    for path, place in [("/chat", "#held"), ("/demo", "#alice-held")]:
        for view, size, theme in VIEWS:
            keys, decisions = [{"peer": "bob", "safetyNumber": number, "firstSeenAt": now, "messages": [letter]}], []

            def held(route):
                if route.request.method == "POST":
                    decisions.append(route.request.post_data_json)
                    keys.clear()
                    route.fulfill(status=204)
                else:
                    route.fulfill(json={"keys": keys if "user=alice" in route.request.url else []})

            def known(context):
                context.add_init_script("sessionStorage.setItem('automatic', 'off')")
                context.route("**/api/e2ee/held*", held)

            page = run.open(path, size, theme, before=known)
            wait_until_live(page)
            if path == "/demo" and size == PHONE:
                page.locator(".panel-choice label", has_text="Alice").click()
            section = page.locator(place)
            expect(section).to_contain_text("not known to be from Bob")
            expect(section.locator("q")).to_have_text(text)
            expect(section.locator(".digits li")).to_have_count(12)
            assert page.evaluate("globalThis.hurt === undefined"), "what a forger wrote was run"
            # It stands nowhere else.
            expect(page.locator(".message", has_text="the door")).to_have_count(0)
            run.look(page, f"held-{path[1:]}-{view}-{theme}")
            is_approved = theme == "light"
            section.get_by_role("button", name="The numbers are the same: approve" if is_approved else "Reject and delete").click()
            expect(section).to_be_hidden()
            assert decisions == [{"user": "alice", "peer": "bob", "safetyNumber": number,
                                  "decision": "approve" if is_approved else "reject"}], decisions
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
        page.evaluate(tell, ["delivery", {"user": "alice", "id": "9" + request[1:], "requestId": request, "delivery": "onRelay"}])
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
