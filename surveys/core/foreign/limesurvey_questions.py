"""LimeSurvey's types of questions as lines, blocks and lists of ours.

The letters are those of LimeSurvey's question types: https://www.limesurvey.org/manual/Question_object_types.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from surveys.core.foreign.brought import Place
from surveys.core.foreign.form import Bundle, Form, Line, Node, Option
from surveys.core.foreign.languages import OTHER, YES_NO, said
from surveys.core.foreign.limesurvey_file import Entry
from surveys.core.foreign.markup import without_markup
from surveys.core.foreign.saying import Meant
from surveys.core.messages import N_, Message

FIXED: Mapping[str, Sequence[tuple[str, Mapping[str, str]]]] = {
    "Y": (("Y", {code: words[0] for code, words in YES_NO.items()}), ("N", {code: words[1] for code, words in YES_NO.items()})),
    "G": (("F", {"en": "Female", "fr": "Féminin", "es": "Mujer", "de": "Weiblich"}), ("M", {"en": "Male", "fr": "Masculin", "es": "Hombre", "de": "Männlich"})),
    "C": (("Y", {"en": "Yes", "fr": "Oui", "es": "Sí", "de": "Ja"}), ("U", {"en": "Uncertain", "fr": "Sans opinion", "es": "Dudoso", "de": "Unsicher"}),
          ("N", {"en": "No", "fr": "Non", "es": "No", "de": "Nein"})),
    "E": (("I", {"en": "Increase", "fr": "Augmenter", "es": "Aumentar", "de": "Zunahme"}), ("S", {"en": "Same", "fr": "Inchangé", "es": "Igual", "de": "Gleich"}),
          ("D", {"en": "Decrease", "fr": "Diminuer", "es": "Disminuir", "de": "Abnahme"})),
    "A": tuple((str(n), {"en": str(n)}) for n in range(1, 6)),
    "5": tuple((str(n), {"en": str(n)}) for n in range(1, 6)),
    "B": tuple((str(n), {"en": str(n)}) for n in range(1, 11)),
}  # fmt: skip
SINGLE = {"L": "", "!": "minimal", "W": "minimal", "Z": "", "O": "", "5": "likert", "Y": "", "G": ""}
GRIDS = "FHABCE"
ONE_CELL = {"K": "decimal", "Q": "text", ":": "integer", ";": "text"}
SIMPLE = {
    "S": ("text", ""),
    "T": ("text", "multiline"),
    "U": ("text", "multiline"),
    "N": ("decimal", ""),
    "D": ("date", ""),
    "X": ("note", ""),
}
REFUSED = {
    "I": N_("people change the language at any page"),
    "|": N_("respondents send no file: it could identify them and could not be counted"),
}


@dataclass
class Made:
    """What a question became, and what its names mean in conditions (as LimeSurvey writes them after the question's own)."""

    nodes: list[Node]
    names: dict[str, Meant] = field(default_factory=dict)


@dataclass
class QuestionMaker:
    """Makes the lines of one question: its code, its texts, its subquestions by scale, its answers by scale, its attributes."""

    form: Form
    entry: Entry
    subquestions: Sequence[Entry]
    answers: Sequence[Entry]
    attributes: Mapping[str, str]

    @property
    def name(self) -> str:
        """Return the question's code."""
        return self.entry["title"].strip() or f"q{self.entry['qid']}"

    @property
    def place(self) -> Place:
        """Return where it stands in the file."""
        return Place(self.name)

    def made(self) -> Made:
        """Return what it became; nothing, said, when it cannot be asked."""
        kind = self.entry["type"]
        makers: dict[str, Callable[[], Made]] = {
            **dict.fromkeys(SINGLE, self._single),
            **dict.fromkeys("MP", self._multiple),
            **dict.fromkeys(GRIDS, self._grid),
            **dict.fromkeys("KQ", self._cells),
            **dict.fromkeys(":;", self._table),
            **dict.fromkeys(SIMPLE, self._simple),
            "R": self._ranking,
            "1": self._dual,
            "*": self._equation,
        }
        if kind in makers:
            return makers[kind]()
        if kind in REFUSED:
            self.form.ledger.missed(
                self.place, "type", N_("%(name)s is not asked: %(reason)s."), name=self.name, reason=Message(REFUSED[kind])
            )
        else:
            self.form.ledger.missed(self.place, "type", N_("%(name)s: the type “%(type)s” is not known here."), name=self.name, type=kind)
        return Made([])

    def _ranking(self) -> Made:
        self._list(self.answers or self.subquestions)
        return Made([self._line(f"rank {self.name}")], {"": Meant(self.name, is_multiple=True)})

    def _equation(self) -> Made:
        return Made([Line(self.place, "calculate", self.name, {"label": self._words(self.entry, "question")})], {"": Meant(self.name)})

    def _single(self) -> Made:
        self._list(self.answers, FIXED.get(self.entry["type"], ()))
        line = self._line(f"select_one {self.name}", SINGLE[self.entry["type"]])
        made = Made([line, *self._other(line)], {"": Meant(self.name), "_other": Meant(f"{self.name}_other_text", is_open=True)})
        if self.entry["type"] == "O":
            comment = Line(
                self.place, "text", f"{self.name}_comment", {"label": self.form.in_every_language("…")}, {"appearance": "multiline"}
            )
            self.form.ledger.note(self.place, "type", N_("The comment beside %(name)s is a text of its own, %(text)s: give it a wording."), name=self.name, text=comment.name)  # fmt: skip
            made.nodes.append(comment)
            made.names["_comment"] = Meant(comment.name, is_open=True)
        return made

    def _multiple(self) -> Made:
        self._list(self.subquestions)
        line = self._line(f"select_multiple {self.name}")
        made = Made(
            [line, *self._other(line)], {"": Meant(self.name, is_multiple=True), "_other": Meant(f"{self.name}_other_text", is_open=True)}
        )
        exclusive = re.split(r"[;,\s]+", self.attributes.get("exclude_all_others", ""))
        for option in self.form.lists[self.name]:
            made.names[f"_{option.name}"] = Meant(self.name, option.name, is_multiple=True)
            if option.name in exclusive:
                option.flags.add("exclusive")
            if self.entry["type"] == "P":
                comment = Line(self.place, "text", f"{self.name}_{option.name}comment", {"label": dict(option.labels)})
                comment.cells["relevant"] = f"selected(${{{self.name}}}, '{option.name}')"
                made.nodes.append(comment)
        return made

    def _other(self, line: Line) -> list[Node]:
        """The choice "Other" and its text."""
        if self.entry["other"] != "Y":
            return []
        labels = {code: self.attributes.get(f"other_replace_text:{code}") or said(OTHER, code)[0] for code in self.form.languages}
        self.form.lists[self.name].append(Option(self.place, "other", labels, {"other"}))
        text = Line(self.place, "text", f"{self.name}_other_text", cells={"relevant": f"selected(${{{self.name}}}, 'other')"})
        text.texts["label"] = {code: said(OTHER, code)[1] for code in self.form.languages}
        return [text]

    def _grid(self) -> Made:
        if self.entry["type"] == "H":
            self.form.ledger.note(
                self.place, "type", N_("%(name)s is shown with its rows as rows: it was a grid by column."), name=self.name
            )
        self._list(self.answers, FIXED.get(self.entry["type"], ()))
        return self._rows([(sub, "", f"select_one {self.name}") for sub in self.subquestions], "table-list")

    def _dual(self) -> Made:
        """Two scales: a grid for each."""
        both = Made([])
        for scale, header in (("0", "dualscale_headerA"), ("1", "dualscale_headerB")):
            answers = [answer for answer in self.answers if (answer["scale_id"] or "0") == scale]
            self._list(answers, name=f"{self.name}_{scale}")
            made = self._rows(
                [(sub, f"_{scale}", f"select_one {self.name}_{scale}") for sub in self.subquestions], "table-list", f"_scale{scale}"
            )
            block = made.nodes[0]
            titles = {code: self.attributes.get(f"{header}:{code}", "") for code in self.form.languages}
            if any(titles.values()):
                block_line = block.line if isinstance(block, Bundle) else block
                block_line.texts["hint"] = {code: title or " / ".join(filter(None, titles.values())) for code, title in titles.items()}
            both.nodes += made.nodes
            both.names |= {name.replace(f"_{scale}", f"#{scale}"): meant for name, meant in made.names.items()} | made.names
        self.form.ledger.note(self.place, "type", N_("%(name)s has two scales: it is two grids, one below the other."), name=self.name)
        return both

    def _cells(self) -> Made:
        kind = ONE_CELL[self.entry["type"]]
        made = self._rows([(sub, "", kind) for sub in self.subquestions], "")
        total = self.attributes.get("equals_num_value", "")
        if re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]+)?", total) and isinstance(made.nodes[0], Bundle):
            made.nodes[0].line.cells["total"] = total
        elif total:
            self.form.ledger.missed(self.place, "equals_num_value", N_("Left out: the sum “%(text)s” is no number."), text=total)
        return made

    def _table(self) -> Made:
        """A table of numbers or texts: one question per cell; of boxes, one multiple per row."""
        kind = ONE_CELL[self.entry["type"]]
        rows = [sub for sub in self.subquestions if (sub["scale_id"] or "0") == "0"]
        columns = [sub for sub in self.subquestions if sub["scale_id"] == "1"]
        if self.attributes.get("multiflexible_checkbox") == "1":
            self._list(columns)
            return self._rows([(sub, "", f"select_multiple {self.name}") for sub in rows], "table-list")
        self.form.ledger.note(
            self.place, "type", N_("%(name)s was a table of fields: each of its cells is a question of its own."), name=self.name
        )
        made = Made([])
        for column in columns:
            part = self._rows([(sub, f"_{column['title']}", kind) for sub in rows], "", f"_{column['title']}")
            for bundle in part.nodes:
                if isinstance(bundle, Bundle):
                    bundle.line.texts["hint"] = self._words(column, "question")
            made.nodes += part.nodes
            made.names |= part.names
        return made

    def _rows(self, rows: Sequence[tuple[Entry, str, str]], appearance: str, suffix: str = "_rows") -> Made:
        """A block with a question for each row; ``suffix`` names the block."""
        if not rows:
            self.form.ledger.missed(self.place, "subquestions", N_("%(name)s has no rows: it is left out."), name=self.name)
            return Made([Bundle(Line(self.place, "begin_group", self.name + suffix))])
        block = Bundle(
            Line(
                self.place,
                "begin_group",
                self.name + suffix,
                {"label": self._words(self.entry, "question"), "hint": self._words(self.entry, "help")},
            )
        )
        if appearance:
            block.line.cells["appearance"] = appearance
        made = Made([block])
        for sub, after, kind in rows:
            line = Line(self.place, kind, f"{self.name}_{sub['title']}{after}", {"label": self._words(sub, "question")})
            self._require(line)
            block.children.append(line)
            made.names[f"_{sub['title']}{after}"] = Meant(line.name, is_multiple=kind.startswith("select_multiple"), is_open=kind == "text")
        return made

    def _simple(self) -> Made:
        kind, appearance = SIMPLE[self.entry["type"]]
        if kind == "decimal" and self.attributes.get("num_value_int_only") == "1":
            kind = "integer"
        return Made([self._line(kind, appearance)], {"": Meant(self.name, is_open=kind == "text")})

    def _line(self, kind: str, appearance: str = "") -> Line:
        line = Line(self.place, kind, self.name, {"label": self._words(self.entry, "question"), "hint": self._words(self.entry, "help")})
        if appearance:
            line.cells["appearance"] = appearance
        self._require(line)
        return line

    def _require(self, line: Line) -> None:
        if self.entry["mandatory"] == "Y" and line.is_asked:
            line.cells["required"] = "yes"

    def _list(self, entries: Sequence[Entry], fixed: Sequence[tuple[str, Mapping[str, str]]] = (), name: str = "") -> None:
        options = [
            Option(self.place, entry["code"] or entry["title"], self._words(entry, "answer") or self._words(entry, "question"))
            for entry in entries
        ]
        options += [
            Option(self.place, code, {language: said(words, language) for language in self.form.languages}) for code, words in fixed
        ]
        self.form.lists[name or self.name] = options

    def _words(self, entry: Entry, column: str) -> dict[str, str]:
        return {code: without_markup(text, self.place, self.form.ledger) for code, text in entry.texts.get(column, {}).items()}
