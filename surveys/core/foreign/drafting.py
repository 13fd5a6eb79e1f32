"""The study's sheets, written from a questionnaire on its way in: everything that our format asks for and the file did not have."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from surveys.core.foreign.brought import Brought, Place
from surveys.core.foreign.form import Bundle, Form, Line, Node, Option, lines_of
from surveys.core.foreign.languages import CONSENT, EVERYBODY, said
from surveys.core.foreign.layout import lay_out
from surveys.core.foreign.naming import free_name, settle_names, slug
from surveys.core.foreign.settling import settle_conditions
from surveys.core.messages import N_
from surveys.core.outline import CONDITIONS
from surveys.core.questionnaire import LARGEST_CODE
from surveys.core.workbook import Sheet, Workbook, sheet_of

FIRST = ("type", "name", "label", "hint", "required", *CONDITIONS[:1], "constraint", "constraint_message", "calculation", "appearance",
         "parameters", "choice_filter", "min", "max")  # fmt: skip
FORM_SETTINGS = ("form_title", "form_id", "version", "default_language")
WITHOUT_TEXT = ("calculate", "hidden", "begin_repeat")


def draft(form: Form, others: Workbook | None = None) -> Brought:
    """Return the form as the sheets of a study, after its names, pages, conditions and texts have been settled.

    ``others`` are sheets that go along as they are; a sheet of bases is made when they have none.
    """
    if not form.languages:
        form.languages["en"] = "English (en)"
    form.settings["form_title"] = form.settings.get("form_title") or "Questionnaire"
    settle_names(form)
    lay_out(form)
    settle_conditions(form)
    _open_with_consent(form)
    for line, is_page in _with_role(form.nodes):
        _settle_texts(form, line, is_page)
    for options in form.lists.values():
        _settle_options(form, options)
    sheets = {"settings": _settings(form), "survey": _survey(form), "choices": _choices(form), "bases": _bases(form), **(others or {})}
    return Brought(sheets, form.ledger.in_order())


def _open_with_consent(form: Form) -> None:
    """The first page asks for consent, and takes what the link passes."""
    passed = [line for line in form.lines() if line.type.partition(" ")[0] == "hidden"]
    form.nodes = _without(form.nodes, passed)
    page = _page_of_consent(form)
    if page is None:
        page = _made_page_of_consent(form)
        form.nodes.insert(0, page)
        form.ledger.note(Place("survey"), "", N_("A first page that asks for consent was added: if the questionnaire asks for it itself, remove one of them."))  # fmt: skip
    page.children += passed
    for line in passed:
        form.ledger.note(line.place, "type", N_("%(name)s is passed in the link (?%(name)s=…), and stands on the first page now."), name=line.name)  # fmt: skip


def _page_of_consent(form: Form) -> Bundle | None:
    for node in form.nodes:
        if isinstance(node, Bundle) and any("consent" in line.cells.get("appearance", "").split() for line in lines_of([node])):
            return node
    return None


def _made_page_of_consent(form: Form) -> Bundle:
    taken = {line.name.lower() for line in form.lines()}
    place = Place("survey")
    list_name = next(name for name in ("consent", "consent_", "consent__") if name not in form.lists)
    form.lists[list_name] = [
        Option(place, name, {code: said(CONSENT, code)[position] for code in form.languages}) for name, position in (("yes", 2), ("no", 3))
    ]
    page = Line(place, "begin_group", free_name("welcome", taken), cells={"appearance": "field-list"})
    page.texts["label"] = {code: said(CONSENT, code)[0] for code in form.languages}
    cells = {"required": "yes", "appearance": "consent", "ends_if": ". = 'no'", "ends_as": "refused"}
    asked = Line(place, f"select_one {list_name}", free_name("consent", taken | {page.name}), cells=cells)
    asked.texts["label"] = {code: said(CONSENT, code)[1] for code in form.languages}
    lines: list[Node] = [asked]
    if any(form.welcome.values()):
        welcome = Line(place, "note", free_name("welcome_text", taken | {page.name, asked.name}))
        welcome.texts["label"] = dict(form.welcome)
        lines.insert(0, welcome)
    return Bundle(page, lines)


def _without(nodes: list[Node], gone: Collection[Line]) -> list[Node]:
    kept: list[Node] = []
    for node in nodes:
        if isinstance(node, Bundle):
            held = bool(node.children)
            node.children = _without(node.children, gone)
            if node.children or not held:
                kept.append(node)
        elif not any(node is line for line in gone):
            kept.append(node)
    return kept


def _with_role(nodes: Iterable[Node], inside: bool = False) -> Iterator[tuple[Line, bool]]:
    """Every line, with whether it must have a text: pages and what they ask, neither sections nor blocks."""
    for node in nodes:
        if isinstance(node, Line):
            yield node, node.type.partition(" ")[0] not in WITHOUT_TEXT
            continue
        is_page = not inside and not node.is_loop and (any(isinstance(child, Line) for child in node.children) or not node.children)
        yield node.line, is_page
        yield from _with_role(node.children, inside or is_page)


def _settle_texts(form: Form, line: Line, needs_label: bool) -> None:
    if needs_label and not any(line.words("label").values()):
        is_group = line.type == "begin_group"
        line.texts["label"] = form.in_every_language(form.settings["form_title"] if is_group else line.name)
        if not is_group:
            form.ledger.note(line.place, "label", N_("%(name)s has no text: its name is shown."), name=line.name)
    for column, words in line.texts.items():
        _fill(form, line.place, column, words)


def _settle_options(form: Form, options: list[Option]) -> None:
    names = [option.name for option in options]
    are_codes = all(
        name.isascii() and name.isdigit() and str(int(name)) == name and int(name) <= LARGEST_CODE for name in names if len(name) < 6
    )
    if are_codes and all(len(name) < 6 for name in names) and not any(option.cells.get("code") for option in options):
        for option in options:
            option.cells["code"] = option.name
    for option in options:
        if not any(option.labels.values()):
            option.labels = form.in_every_language(option.name)
            form.ledger.note(option.place, "label", N_("%(name)s has no text: its name is shown."), name=option.name)
        _fill(form, option.place, "label", option.labels)


def _fill(form: Form, place: Place, column: str, words: dict[str, str]) -> None:
    """Put another language's text where one is missing, and say so."""
    found = words.get(form.default) or next((text for text in words.values() if text), "")
    for code, title in form.languages.items() if found else ():
        if not words.get(code):
            words[code] = found
            form.ledger.missed(place, column, N_("There is no text in %(language)s: the one in another language stands there, to be translated."), language=title)  # fmt: skip


def _settings(form: Form) -> Sheet:
    form.settings["form_id"] = slug(form.settings.get("form_id") or form.settings["form_title"])
    form.settings["version"] = form.settings.get("version") or "1"
    form.settings["default_language"] = form.languages[form.default]
    cells = {**{column: form.settings[column] for column in FORM_SETTINGS}, **form.settings}
    return sheet_of("settings", tuple(cells), [(2, cells)])


def _survey(form: Form) -> Sheet:
    rows = [(number, _cells_of(form, line)) for number, line in enumerate(_rows(form.nodes), 2)]
    header = _header(form, FIRST, (cells for _, cells in rows))
    return sheet_of("survey", header, ((number, {column: cells.get(column, "") for column in header}) for number, cells in rows))


def _rows(nodes: Iterable[Node]) -> Iterator[Line]:
    for node in nodes:
        if isinstance(node, Line):
            yield node
            continue
        yield node.line
        yield from _rows(node.children)
        yield Line(node.line.place, "end_repeat" if node.is_loop else "end_group", "")


def _cells_of(form: Form, line: Line) -> dict[str, str]:
    texts = {_text_column(form, column, code): text for column, words in line.texts.items() for code, text in words.items()}
    return {"type": line.type, "name": line.name, **texts, **line.cells}


def _text_column(form: Form, column: str, code: str) -> str:
    return f"{column}::{form.languages.get(code, code)}"


def _header(form: Form, first: Iterable[str], rows: Iterable[Mapping[str, str]]) -> tuple[str, ...]:
    """The columns that hold something, the usual ones first, texts once per language."""
    used = dict.fromkeys(column for cells in rows for column, text in cells.items() if text)
    wanted = ["type", "name", *(_text_column(form, "label", code) for code in form.languages)]
    for column in first:
        wanted += [column, *(_text_column(form, column, code) for code in form.languages)]
    ordered = [column for column in wanted if column in used or column in ("type", "name") or column.startswith("label::")]
    return tuple(dict.fromkeys([*ordered, *used]))


def _choices(form: Form) -> Sheet:
    rows: list[tuple[int, dict[str, str]]] = []
    for name, options in form.lists.items():
        for option in options:
            texts = {_text_column(form, "label", code): text for code, text in option.labels.items()}
            cells = {"list_name": name, "name": option.name, **texts, "code": "", "flags": " ".join(sorted(option.flags)), **option.cells}
            rows.append((len(rows) + 2, cells))
    header = dict.fromkeys(["list_name", "name", *(_text_column(form, "label", code) for code in form.languages), "code", "flags"])
    header.update(dict.fromkeys(column for _, cells in rows for column, text in cells.items() if text))
    return sheet_of("choices", tuple(header), ((number, {column: cells.get(column, "") for column in header}) for number, cells in rows))


def _bases(form: Form) -> Sheet:
    words = {}
    for position, column in enumerate(("subject", "base_line")):
        words.update({_text_column(form, column, code): said(EVERYBODY, code)[position] for code in form.languages})
    cells = {"code": "all", "condition": "", **words}
    return sheet_of("bases", tuple(cells), [(2, cells)])
