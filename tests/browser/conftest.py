"""A real Chromium for tests marked `browser`.

* `page` is a page at desktop width; its addresses are relative to the live server, nothing outside it is ever fetched, and what goes wrong is kept: console errors, script errors and
  reports of the Content Security Policy, all of which `looks_right(page)` demands to be none.
* `looks_right(page)` looks at the page at desktop and at phone width. A test marked `both_widths` is walked through
  twice, once on each, clicks and all.
* `look(page, path, status=200)` opens an address and checks it with `looks_right`.
* `assert_summary_links_focus(page)`: each link of an error summary puts the focus into an input.
* `sign_in_as(page, user)` gives the page's browser the session of that person, second factor proven.
* Set SCREENSHOTS to a folder and every page that was looked at is kept there as a picture.
"""

import os
import re
import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import sync_playwright

from vcse_portal.accounts.middleware import SESSION_KEY

SIZES = {"desktop": (1280, 900), "phone": (375, 812)}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW = 320  # CSS pixels, WCAG 1.4.10
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
REPORT_VIOLATIONS = """
window.policyViolations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.policyViolations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


def pytest_collection_modifyitems(items):
    """Everything in this folder is a browser test. They come last: the event loop Playwright keeps in the thread
    is nothing the other tests should meet."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def pytest_generate_tests(metafunc):
    """`page` at desktop width, or at both for what people do most on a phone."""
    if "page" in metafunc.fixturenames:
        marked = metafunc.definition.get_closest_marker("both_widths")
        metafunc.parametrize("page", list(SIZES) if marked else ["desktop"], indirect=True)


@pytest.fixture(scope="session")
def browser():
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not program:
        pytest.skip("No Chromium on this machine: install the package chromium, or set CHROMIUM to its path.")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps an event loop in this thread
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=SWITCHES)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser, request, live_server):
    width, height = SIZES[request.param]
    context = browser.new_context(
        viewport={"width": width, "height": height}, base_url=live_server.url, locale="en-GB"
    )
    context.set_default_timeout(10_000)
    context.add_init_script(REPORT_VIOLATIONS)
    context.route("**/*", lambda route: _only_here(route, live_server.url))
    opened = context.new_page()
    opened.size, opened.address = request.param, live_server.url
    opened.looks_at = [request.param] if request.node.get_closest_marker("both_widths") else list(SIZES)
    opened.problems = []
    opened.on("console", lambda message: message.type == "error" and opened.problems.append(message.text))
    opened.on("pageerror", lambda error: opened.problems.append(str(error)))
    yield opened
    context.close()


def _only_here(route, address: str) -> None:
    if route.request.url.startswith((address, "data:")):
        route.continue_()
    else:
        route.abort()


def look(page, path: str, status: int = 200):
    """Open `path`, demand `status` and a page that looks right."""
    response = page.goto(path)
    assert response.status == status, f"{path} answered {response.status}"
    looks_right(page, status)
    return response


def looks_right(page, status: int = 200) -> None:
    """No accessibility violation, nothing on the console, no policy report, no sideways scrolling at 320 px.

    A page that answers with an error on purpose is named by its `status`: the browser notes it on the console.
    """
    page.wait_for_load_state("load")
    if status >= 400:
        page.problems = [text for text in page.problems if f"status of {status}" not in text]
    own_size = page.viewport_size
    for name in page.looks_at:
        width, height = SIZES[name]
        page.set_viewport_size({"width": width, "height": height})
        _keep_picture(page, name)
        there = page.evaluate("typeof axe === 'object'")  # on the page already, from the other width
        axe = Axe(axe_script="undefined") if there else Axe()
        found = axe.run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
        assert found.violations_count == 0, f"{page.url} ({name})\n{found.generate_report()}"
    assert page.evaluate("window.policyViolations") == []
    assert page.problems == []
    page.set_viewport_size({"width": NARROW, "height": 640})
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size(own_size)
    assert wide <= NARROW, f"{page.url} is {wide} px wide in a window of {NARROW}"


def _keep_picture(page, size: str) -> None:
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        name = re.sub(r"[^a-z0-9]+", "-", page.url.split("/", 3)[-1].lower()).strip("-") or "front-page"
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"{name}-{size}.png"), full_page=True)


def assert_summary_links_focus(page) -> None:
    links = page.locator(".govuk-error-summary__list a").all()
    assert links, f"{page.url} has no error summary"
    for link in links:
        link.click()
        assert "#" + page.evaluate("document.activeElement.id") == link.get_attribute("href")


def sign_in_as(page, user) -> None:
    client = Client()
    client.force_login(user)
    session = client.session
    session[SESSION_KEY] = True
    session.save()
    name = django_settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": page.address}])
