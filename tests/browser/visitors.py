"""Somebody at a real browser, filling the reference study by mouse, or by keyboard alone."""

from __future__ import annotations

from collections.abc import Mapping

DOOR = "/s/numerique-en-sante/"

# What the visitor answers, page by page: one who knows, uses and has activated the service.
ANSWERS: Mapping[str, Mapping[str, str | list[str]]] = {
    "accueil": {"consentement": "1"},
    "profil": {"sex": "F", "age_years": "44", "region": "53", "agglo": "1_rural"},
    "activite": {"situation": "emploi", "emploi": "3_cadres"},
    "services": {"q1": ["rdv", "documents"]},
    "opinions": {"q2_coordination": "1", "q3_demarches": "2", "q4_deshumanisation": "8"},
    "donnees": {"q5_sensibles": "1", "q6": ["piratage", "autre"], "q6_autre_texte": "La <b>revente</b>", "q11_droit_acces": "2"},
    "notoriete": {"q7_mes_connait": "1"},
    "usage": {"q8_mes_utilise": "1"},
    "activation": {"q9_mes_active": "1"},
    "freins": {"q10": ["info", "autre"], "q10_autre_texte": "Le temps"},
    "satisfaction": {"q13_conseiller": "1", "q15_note_0_10": "7"},
    "confiance": {"q12_confiance_securite": "2"},
    "intention": {"q14_recours_medecin": "1"},
    "fin": {"q16_consultations_12m": "4"},
}


# Clicks what is to be ticked and not yet so, writes what is to be written, and tells the page as a hand would.
FILL = """answers => {
  for (const [name, value] of Object.entries(answers)) for (const control of document.getElementsByName(name)) {
    if (control.type === "radio" || control.type === "checkbox") {
      if ([value].flat().includes(control.value) && !control.checked) control.click();
    } else {
      control.value = value;
      for (const told of ["input", "change"]) control.dispatchEvent(new Event(told, { bubbles: true }));
    }
  }
}"""


class Visitor:
    """A visitor in a browser page; ``changes`` replace the usual answers of a page by name."""

    def __init__(self, page, url: str, changes: Mapping[str, Mapping[str, object]] | None = None) -> None:
        self.page = page
        self.url = url
        self.answers = {**ANSWERS, **(changes or {})}

    @property
    def at(self) -> str:
        """The name of the page shown, '' at an ending."""
        if self.outcome:
            return ""
        parts = self.page.url.removeprefix(self.url).split("?")[0].strip("/").split("/")
        return parts[2] if parts[0] == "i" and len(parts) > 2 else "accueil"

    @property
    def outcome(self) -> str:
        """How the interview ended, '' while it goes on."""
        ended = self.page.locator("[data-outcome]")
        return ended.get_attribute("data-outcome") if ended.count() else ""

    def enter(self, query: str = "") -> Visitor:
        """Open the first page."""
        self.page.goto(self.url + DOOR + query)
        return self

    def fill(self) -> Visitor:
        """Answer the page shown, all at once."""
        self.page.evaluate(FILL, self.answers[self.at])
        return self

    def go_on(self) -> Visitor:
        """Press Continue."""
        with self.page.expect_navigation():
            self.page.get_by_role("button").click()
        return self

    def walk_to(self, name: str) -> Visitor:
        """Answer every page before ``name``; '' walks to the end."""
        for _ in range(2 * len(ANSWERS)):
            if self.at == name:
                return self
            self.fill().go_on()
        raise AssertionError(f"no way to {name or 'the end'}: still at {self.at}")

    def chosen(self, name: str) -> list[str]:
        """The answers of a question as the page shows them."""
        return self.page.evaluate(
            """name => Array.from(document.getElementsByName(name))
                 .filter(c => !["radio", "checkbox"].includes(c.type) || c.checked).map(c => c.value)""",
            name,
        )

    def tick(self, name: str, value: str) -> None:
        """Click on the label of a choice."""
        self.page.locator(f'label:has([name="{name}"][value="{value}"])').click()


class KeyboardVisitor(Visitor):
    """A visitor who never touches the mouse: Tab, arrows, Space, letters, Enter."""

    FOCUSED = "() => { const c = document.activeElement; return [c.name || c.type || '', c.value || '', c.type || '']; }"

    def fill(self) -> KeyboardVisitor:
        """Answer the page shown, question after question."""
        for name, value in self.answers[self.at].items():
            for each in value if isinstance(value, list) else [value]:
                self._answer(name, each)
        return self

    def go_on(self) -> KeyboardVisitor:
        """Tab to Continue and press Enter."""
        self._tab_to("submit", "")
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        return self

    def _answer(self, name: str, value: str) -> None:
        kind = self._tab_to(name, value)
        keys = self.page.keyboard
        if kind == "radio":
            keys.press("Space")
            for _ in range(20):
                if self.chosen(name) == [value]:
                    return
                keys.press("ArrowDown")
            raise AssertionError(f"no arrow leads to {name} = {value}")
        if kind == "checkbox":
            keys.press("Space")
        elif kind == "select-one":
            while self.chosen(name) != [value]:
                keys.press("ArrowDown")
        else:
            keys.type(value)

    def _tab_to(self, name: str, value: str) -> str:
        for _ in range(60):
            found, its_value, kind = self.page.evaluate(self.FOCUSED)
            if found == name and (kind != "checkbox" or its_value == value):
                assert self.page.evaluate("() => document.activeElement.matches(':focus-visible')")
                return kind
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not lead to {name} {value}")
