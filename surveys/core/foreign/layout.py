"""Pages out of any nesting of groups: what stands alone gets a page, a group of groups is a section, long groups are divided."""

from __future__ import annotations

from collections.abc import Sequence

from surveys.core.foreign.brought import Place
from surveys.core.foreign.form import Bundle, Form, Line, Node, lines_of
from surveys.core.foreign.naming import REFERENCE
from surveys.core.messages import N_

MOST_ON_A_PAGE = 10  # questions on a page that did not ask to be shown at once
ON_PAGE = ("field-list", "table-list")


def lay_out(form: Form) -> None:
    """Turn the form's tree into sections, loops, pages and blocks, and say what was moved."""
    layout = _Layout(form)
    form.nodes = layout.pages(form.nodes)


class _Layout:
    def __init__(self, form: Form) -> None:
        self.form = form
        self.taken = {line.name.lower() for line in form.lines()}

    def pages(self, nodes: Sequence[Node], title: Line | None = None) -> list[Node]:
        """The nodes as pages; ``title`` is the group whose label pages made here bear."""
        made: list[Node] = []
        loose: list[Node] = []
        for node in nodes:
            if isinstance(node, Line):
                loose.append(node)
                continue
            made += self._wrapped(loose, title)
            loose = []
            made += self._group(node)
        return made + self._wrapped(loose, title)

    def _group(self, group: Bundle) -> list[Node]:
        inside = [child for child in group.children if isinstance(child, Bundle)]
        has_lines = len(inside) < len(group.children)
        if not group.children:
            self.form.ledger.missed(
                group.line.place, "type", N_("The group %(name)s holds nothing that can be asked."), name=group.line.name
            )
            return []
        if group.is_loop or not has_lines or any(child.is_loop or _is_nested(child) for child in inside):
            if has_lines and not group.is_loop and inside:
                self.form.ledger.note(group.line.place, "type", N_("%(name)s holds groups of groups: it is a section now, and its questions have pages of their own."), name=group.line.name)  # fmt: skip
            _not_at_once(group.line)
            children = self.pages(group.children, group.line)
            return [Bundle(group.line, children)] if children else []
        return self._page(group)

    def _page(self, group: Bundle) -> list[Node]:
        asked_at_once = set(ON_PAGE) & set(group.line.cells.get("appearance", "").split())
        parts = _divided(group.children, 0 if asked_at_once else MOST_ON_A_PAGE)
        if len(parts) == 1:
            return [group]
        self.form.ledger.note(group.line.place, "type", N_("%(name)s is a section of %(count)s pages now: it was long, or offers choices that depend on an answer given in it."),
                              name=group.line.name, count=len(parts))  # fmt: skip
        pages = [self._made(part, group.line, group.line.name) for part in parts]
        if "table-list" in group.line.cells.get("appearance", ""):
            for page in pages:
                page.line.cells["appearance"] = "field-list table-list"
        _not_at_once(group.line)
        return [Bundle(group.line, list(pages))]

    def _wrapped(self, nodes: Sequence[Node], title: Line | None) -> list[Node]:
        if not nodes:
            return []
        parts = _divided(nodes, MOST_ON_A_PAGE)
        made: list[Node] = [self._made(part, title, title.name if title else "page") for part in parts]
        if title is None:
            for page in made:
                assert isinstance(page, Bundle)
                self.form.ledger.note(page.line.place, "type", N_("These questions stood outside any group: they are on the page %(name)s now."), name=page.line.name)  # fmt: skip
        return made

    def _free(self, name: str) -> str:
        """NAME_1, NAME_2… as pages are made."""
        free = next(
            f"{name[:55]}_{number}" for number in range(1, len(self.taken) + 2) if f"{name[:55]}_{number}".lower() not in self.taken
        )
        self.taken.add(free.lower())
        return free

    def _made(self, nodes: Sequence[Node], title: Line | None, name: str) -> Bundle:
        first = next(lines_of(list(nodes)))
        page = Line(Place(first.place.sheet, first.place.row), "begin_group", self._free(name), cells={"appearance": "field-list"})
        labels = title.words("label") if title else {}
        titles = self.form.in_every_language(self.form.settings.get("form_title", ""))
        page.texts["label"] = dict(labels or titles)
        return Bundle(page, list(nodes))


def _not_at_once(section: Line) -> None:
    """A section holds pages: it cannot be shown at once."""
    words = [word for word in section.cells.pop("appearance", "").split() if word not in ON_PAGE]
    if words:
        section.cells["appearance"] = " ".join(words)


def _is_nested(group: Bundle) -> bool:
    return any(isinstance(child, Bundle) for child in group.children)


def _divided(nodes: Sequence[Node], most: int) -> list[list[Node]]:
    """The nodes in runs of at most ``most`` questions (0: any), a new one before choices that depend on an answer of the run."""
    parts: list[list[Node]] = [[]]
    asked = 0
    for node in nodes:
        lines = list(lines_of([node]))
        here = {line.name for line in lines_of(parts[-1])}
        needs = {name for line in lines for name in REFERENCE.findall(line.cells.get("choice_filter", ""))}
        weight = sum(line.is_asked for line in lines)
        follows = any(here & set(REFERENCE.findall(line.cells.get("relevant", ""))) for line in lines)
        is_full = most and asked and weight and asked + weight > most and not follows
        if parts[-1] and (needs & here or is_full):
            parts.append([])
            asked = 0
        parts[-1].append(node)
        asked += weight
    return parts
