"""What the documentation names exists: commands, targets, files, tests, settings."""

from __future__ import annotations

import re

import pytest
from django.core.management import get_commands

from tests.config.houses import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md"))} | {"README.md": README}
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
OURS = {name for name, app in get_commands().items() if app in ("config", "surveys", "respondents", "reports")}
TESTS = {
    name
    for path in (ROOT / "tests").rglob("test_*.py")
    for name in re.findall(r"^\s*def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
}


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_exists(page):
    assert set(re.findall(r"make ([a-z]+)[` ]", PAGES[page])) <= TARGETS


@pytest.mark.parametrize("page", PAGES)
def test_every_command_exists(page):
    named = set(re.findall(r"manage\.py ([a-z_]+)", PAGES[page]))

    assert named <= set(get_commands())


def test_the_table_of_commands_lists_each_of_ours_with_its_options():
    rows = dict(re.findall(r"^\| `([a-z_]+)[^`]*` \| (.*) \|$", README, re.MULTILINE))

    assert set(rows) == OURS - {"makemessages"}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_to_a_file(page):
    folder = ROOT if page == "README.md" else ROOT / "docs"
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", PAGES[page]) if "://" not in link]

    assert [link for link in links if not (folder / link).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_path_in_the_repository_exists(page):
    rooms = "config|surveys|respondents|reports|templates|static|locale|tests|benchmarks|docs|requirements"
    named = re.findall(rf"`((?:{rooms})/[\w./*-]*)`", PAGES[page])

    assert [path for path in named if not list(ROOT.glob(path.rstrip("/")))] == []


def test_every_test_that_a_promise_names_exists():
    promised = set(re.findall(r"`(test_\w+)`", PAGES["SECURITY.md"]))

    assert len(promised) > 30
    assert promised - TESTS == set()


def test_every_setting_of_the_environment_is_documented():
    settings = (ROOT / "config" / "settings.py").read_text(encoding="utf-8") + (ROOT / "config" / "state.py").read_text(encoding="utf-8")
    read = set(re.findall(r"\"(BAROMETRE_[A-Z_]+|DATABASE_URL|REDIS_URL)\"", settings))
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", PAGES["OPERATIONS.md"], re.MULTILINE))

    assert read - {"BAROMETRE_PROCESS"} == documented
