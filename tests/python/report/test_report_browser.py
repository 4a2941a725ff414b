"""The page in a browser: it asks for nothing, runs nothing, fits a phone, prints.

Debian's chromium and chromium-driver; the CI installs them. Elsewhere the tests are skipped without
them, with that reason.
"""

import base64
import json
import os
import shutil
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.common.exceptions import NoAlertPresentException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
PHONE = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
DESK = {"width": 1280, "height": 900, "deviceScaleFactor": 1, "mobile": False}
# Elements that stand out to the right of the window, except inside what scrolls by itself.
STANDING_OUT = """
    return [...document.querySelectorAll('body *')].filter(
        one => one.getBoundingClientRect().right > window.innerWidth + 1
            && !one.closest('.scroll') && !one.closest('svg')
    ).map(one => one.tagName + '.' + one.className)
"""
# Texts of a picture that cover one another, or are cut off by its edge.
COLLISIONS = """
    const found = [];
    for (const picture of document.querySelectorAll('svg.drawing')) {
        const frame = picture.getBoundingClientRect();
        if (!frame.width) continue;
        const texts = [...picture.querySelectorAll('text')].filter(one => one.textContent.trim());
        const boxes = texts.map(one => [one.textContent, one.getBoundingClientRect()]);
        boxes.forEach(([text, box], place) => {
            const isCut = box.left < frame.left - 1 || box.right > frame.right + 1;
            if (isCut) found.push('cut: ' + text);
            for (const [other, its] of boxes.slice(place + 1)) {
                const wide = Math.min(box.right, its.right) - Math.max(box.left, its.left);
                const high = Math.min(box.bottom, its.bottom) - Math.max(box.top, its.top);
                if (wide > 2 && high > 4) found.push(text + ' | ' + other);
            }
        });
    }
    return found
"""
SMALLEST_TEXT = """
    return Math.min(...[...document.querySelectorAll('svg.drawing text')].map(one => {
        const picture = one.closest('svg');
        const scale = picture.getBoundingClientRect().width / picture.viewBox.baseVal.width;
        return parseFloat(getComputedStyle(one).fontSize) * scale;
    }).filter(size => size > 0))
"""
CONTRAST = """
    const light = colour => {
        const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map(one => {
            const part = one / 255;
            return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const paper = light(getComputedStyle(document.body).backgroundColor);
    const colours = new Set(
        [...document.querySelectorAll('p, small, td, th, figcaption, a, summary')]
            .map(one => getComputedStyle(one).color)
    );
    for (const text of document.querySelectorAll('svg.drawing text')) {
        colours.add(getComputedStyle(text).fill);
    }
    return [...colours].map(one => {
        const [dark, bright] = [paper, light(one)].sort((a, b) => a - b);
        return (bright + 0.05) / (dark + 0.05);
    })
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if program is None or driver is None:
        message = "chromium and chromedriver are not installed; no browser looks at the report"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    options.unhandled_prompt_behavior = "ignore"
    service = webdriver.ChromeService(executable_path=driver)
    with webdriver.Chrome(options=options, service=service) as found:
        yield found


def look(browser, page: Path, screen: dict = DESK, colours: str = "light") -> None:
    """Open a page on a screen, in light or dark."""
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    features = [{"name": "prefers-color-scheme", "value": colours}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    browser.get_log("performance")
    browser.get_log("browser")
    browser.get(page.as_uri())


def requests(browser) -> list[str]:
    """What the page asked for since it was opened."""
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    return [
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    ]


@pytest.mark.parametrize("name", ["company_page", "hostile_page"])
def test_the_page_asks_for_itself_alone_and_has_nothing_to_complain_of(browser, name, request):
    page = request.getfixturevalue(name)
    look(browser, page)
    browser.execute_script("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert requests(browser) == [page.as_uri()]
    assert browser.get_log("browser") == []


def test_what_a_page_asks_for_is_noticed(browser, tmp_path):
    page = tmp_path / "asking.html"
    page.write_text("<img src='other.png'><script>window.__pwned = 1</script>", encoding="utf-8")
    look(browser, page)
    assert requests(browser) == [page.as_uri(), (tmp_path / "other.png").as_uri()]
    assert browser.execute_script("return window.__pwned") == 1
    assert browser.get_log("browser") != []


def test_hostile_names_do_nothing(browser, hostile_page):
    look(browser, hostile_page)
    assert browser.execute_script("return window.__pwned === undefined")
    with pytest.raises(NoAlertPresentException):
        browser.switch_to.alert.accept()
    count = "return document.querySelectorAll('img, script, iframe, textarea, object').length"
    assert browser.execute_script(count) == 0
    assert browser.title == "Lead hand-off report"
    outside = "return [...document.links].filter(one => one.protocol !== 'file:').length"
    assert browser.execute_script(outside) == 0


def test_hovering_and_clicking_a_hostile_name_does_nothing(browser, hostile_page):
    look(browser, hostile_page)
    for place in ("table[data-key=sources_channel] tbody th", ".headlines", ".facts dd"):
        element = browser.find_element(By.CSS_SELECTOR, place)
        ActionChains(browser).move_to_element(element).click().perform()
    assert browser.execute_script("return window.__pwned === undefined")
    assert browser.current_url == hostile_page.as_uri()


@pytest.mark.parametrize("name", ["company_page", "hostile_page"])
def test_a_phone_need_not_scroll_sideways_and_can_read_the_pictures(browser, name, request):
    look(browser, request.getfixturevalue(name), PHONE)
    assert browser.execute_script("return document.documentElement.scrollWidth") == 390
    assert browser.execute_script(STANDING_OUT) == []
    layouts = "[...document.querySelectorAll('.wide, .narrow')]"
    shown = f"return {layouts}.map(one => one.offsetParent !== null)"
    assert browser.execute_script(shown) == [False, True] * 11
    assert browser.execute_script(SMALLEST_TEXT) >= 10


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_no_text_of_a_picture_covers_another_or_is_cut_off(browser, company_page, screen):
    look(browser, company_page, screen)
    assert browser.execute_script(COLLISIONS) == []


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_light_and_dark_can_be_read(browser, company_page, colours):
    look(browser, company_page, colours=colours)
    ratios = browser.execute_script(CONTRAST)
    assert len(ratios) >= 3
    assert min(ratios) >= 4.5  # WCAG 2.1, AA
    paper = browser.execute_script("return getComputedStyle(document.body).backgroundColor")
    assert (paper == "rgb(255, 255, 255)") == (colours == "light")


def test_it_prints_on_several_pages_with_its_figures(browser, company_page):
    look(browser, company_page)
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    printed = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    pdf = base64.b64decode(printed["data"])
    assert pdf.startswith(b"%PDF-")
    assert 8 <= pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") <= 24


def test_what_is_folded_on_screen_is_open_in_print(browser, company_page):
    look(browser, company_page)
    table = "document.querySelector('table[data-key=sla]')"
    shown = f"return {table}.checkVisibility({{contentVisibilityAuto: true}})"
    assert not browser.execute_script(shown)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    WebDriverWait(browser, 20).until(lambda one: one.execute_script(shown))
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
