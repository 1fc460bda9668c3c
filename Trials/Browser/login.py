"""The login: by answers that stand in for a server, and by a real one."""

import os
import re
import urllib.parse

from playwright.sync_api import expect

from support import PHONE, VIEWS, FOREIGN, wait_until_live, see_dashboard


def see_the_login(run):
    """A server that wants a token: the page is kept through the login. Answers stand in for the token's check."""
    def closed(context):
        context.route(re.compile(r"/api/login$"), lambda route: route.fulfill(status=204) if "right" in route.request.post_data
                      else route.fulfill(status=401, json={"title": "the token is wrong", "code": "wrong_token", "status": 401}))

    for place, size, theme in VIEWS:
        page = run.open("/login?next=/%3Ffrom%3D1000%26to%3D2000", size, theme, before=closed)
        expect(page.get_by_label("Token")).to_be_focused()
        run.expects_failures = True
        page.keyboard.type("wrong")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("The token is wrong")
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
    expect(page.get_by_role("alert")).to_contain_text("The token is wrong")
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
