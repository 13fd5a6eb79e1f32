"""The fieldwork screen in a real browser: it moves by itself, and nothing moves under the reader."""

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from respondents import places
from respondents.field.table import COLUMNS
from respondents.models import Alert, Interview, QuotaCell
from tests.worlds import Respondent, open_wave

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def wave(client):
    wave = open_wave(places=10)
    Respondent(client).finish()
    return wave


@pytest.fixture
def screen(wave, browser, live_server, admin_client):
    """The screen, opened by somebody logged in; ``complaints`` are what the browser's console holds against it."""
    cookie = admin_client.cookies[settings.SESSION_COOKIE_NAME].value
    browser.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": f"{live_server.url}/admin/"}])
    page = browser.new_page()
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text) if message.type in ("error", "warning") else None)
    page.goto(f"{live_server.url}/admin/fieldwork/{wave.pk}/")
    return page


def test_a_completion_shows_by_itself_in_bold_and_the_focus_stays(screen, wave, client):
    women = QuotaCell.objects.get(wave=wave, categories=["F"])
    row = screen.locator(f"#c{women.pk}")
    expect(row.locator("td").nth(1)).to_have_text("1")
    screen.locator(f"#a{women.pk}").focus()
    Respondent(client).finish()
    expect(row.locator("td").nth(1)).to_have_text("2", timeout=10_000)
    expect(row.locator("td.c-filled.changed")).to_have_text("2")
    assert screen.evaluate("document.activeElement.id") == f"a{women.pk}"
    expect(row.locator("td.changed")).to_have_count(0, timeout=10_000)
    assert screen.complaints == []


def test_the_audit_speaks_by_itself_only_when_something_differs(screen, wave):
    expect(screen.locator("#audit a")).to_have_count(1)
    expect(screen.locator("#audit .wrong")).to_have_count(0)
    QuotaCell.objects.filter(wave=wave, categories=["F"]).update(filled=2)
    screen.reload()
    expect(screen.locator("#audit .wrong")).to_contain_text("différences", timeout=10_000)


def test_a_refresh_leaves_every_line_where_it_is_and_says_a_new_alert_aloud(screen, wave, client):
    first = screen.locator(".cells tr[id]").first
    before = [line.get_attribute("id") for line in screen.locator(".cells tr[id]").all()]
    QuotaCell.objects.filter(pk=before[0][1:]).update(ceiling=10, target=1, filled=1)  # now it would come last
    QuotaCell.objects.filter(pk=before[1][1:]).update(filled=0)
    Alert.objects.create(wave=wave, kind="stalled", subject="", value={"minutes": 34}, since=timezone.now())
    expect(first.locator(".c-percent")).to_contain_text("100", timeout=10_000)
    assert [line.get_attribute("id") for line in screen.locator(".cells tr[id]").all()] == before
    assert "34" in screen.locator("#said").text_content()
    screen.reload()
    assert [line.get_attribute("id") for line in screen.locator(".cells tr[id]").all()] == before[::-1]


def test_order_columns_and_files_work_without_javascript(wave, browser, live_server, admin_client):
    context = browser.browser.new_context(locale="en-GB", java_script_enabled=False)
    cookie = admin_client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": f"{live_server.url}/admin/"}])
    page = context.new_page()
    page.goto(f"{live_server.url}/admin/fieldwork/{wave.pk}/")
    page.get_by_role("link", name="Questionnaire").click()
    page.get_by_text("Columns and files").click()
    page.get_by_label("Gap").or_(page.get_by_label("Achieved less wanted")).uncheck()
    page.get_by_role("button", name="Show these").click()
    assert "sort=plan" in page.url
    expect(page.locator(".c-gap")).to_have_count(0)
    expect(page.locator(".cells tr[id]").first).to_contain_text("A man")
    page.get_by_text("Columns and files").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename.endswith(".csv")
    context.close()


def test_when_the_numbers_are_no_longer_fresh_it_says_so(screen):
    expect(screen.locator("#stale")).to_be_hidden()
    screen.route("**/live/", lambda route: route.abort())
    expect(screen.locator("#stale")).to_be_visible(timeout=10_000)
    screen.unroute("**/live/")
    expect(screen.locator("#stale")).to_be_hidden(timeout=10_000)


def test_when_the_session_is_over_the_login_page_comes_instead(screen, browser):
    browser.clear_cookies()
    screen.wait_for_url("**/admin/login/**", timeout=10_000)


def test_a_refresh_leaves_a_wide_table_where_it_was_scrolled(screen, wave, client):
    screen.goto(f"{screen.url}?" + "&".join(f"columns={column.name}" for column in COLUMNS))
    screen.set_viewport_size({"width": 800, "height": 800})
    box = screen.locator(".scroll").first
    box.evaluate("box => { box.scrollLeft = 120 }")
    Respondent(client).finish()
    women = QuotaCell.objects.get(wave=wave, categories=["F"])
    expect(screen.locator(f"#c{women.pk} .c-filled")).to_have_text("2", timeout=10_000)
    assert box.evaluate("box => box.scrollLeft") == 120


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_is_wider_than_the_screen(screen, width):
    screen.set_viewport_size({"width": width, "height": 800})
    assert screen.evaluate("document.documentElement.scrollWidth") == width


def test_without_javascript_everything_is_there(wave, browser, live_server, admin_client):
    places.remove(Interview.objects.get().pk)
    context = browser.browser.new_context(locale="en-GB", java_script_enabled=False)
    cookie = admin_client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": f"{live_server.url}/admin/"}])
    page = context.new_page()
    page.goto(f"{live_server.url}/admin/fieldwork/{wave.pk}/")
    expect(page.locator(".entries")).to_contain_text("1 removed")
    expect(page.locator("#stale")).to_be_hidden()
    page.get_by_role("link", name="Refresh").click()
    expect(page.locator("table.cells")).to_contain_text("A woman")
    context.close()
