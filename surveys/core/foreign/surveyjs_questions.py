"""SurveyJS's types of questions as lines, blocks and lists of ours.

The types are those of https://surveyjs.io/form-library/documentation/design-survey/create-a-simple-survey.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from surveys.core.foreign.brought import Place
from surveys.core.foreign.form import Bundle, Form, Line, Node, Option
from surveys.core.foreign.languages import OTHER, YES_NO, said
from surveys.core.foreign.saying import Meant
from surveys.core.foreign.surveyjs_file import Json, items, texts_of, word
from surveys.core.messages import N_, Message
from surveys.core.questions import MOST_STEPS

SINGLE = {"radiogroup": "", "dropdown": "minimal", "buttongroup": "", "imagepicker": ""}
MULTIPLE = {"checkbox": "", "tagbox": "minimal"}
INPUTS = {"number": "decimal", "range": "decimal", "date": "date"}
AS_TEXT = ("tel", "url", "password", "color", "month", "week", "time", "datetime-local", "datetime")
NO_FILE = N_("respondents send no picture, sound or file: it could identify them and could not be counted")
REFUSED = {
    "file": NO_FILE, "signaturepad": NO_FILE, "image": N_("a picture alone is not shown: put it beside a question"),
    "matrixdynamic": N_("how many rows it has is not known beforehand: write a loop over a list"),
    "microphone": NO_FILE, "slider": N_("a slider is written as a range"),
}  # fmt: skip
# The choices that a property adds: their name, what they are called by default, their flag.
ADDED = (
    (("hasNone", "showNoneItem"), "none", "noneText", {"en": "None", "fr": "Aucun", "es": "Ninguno", "de": "Keine"}, "exclusive"),
    (("showDontKnowItem",), "dont_know", "dontKnowText", {"en": "Don't know", "fr": "Ne sait pas", "es": "No sabe", "de": "Weiß nicht"}, "dont_know"),
    (("showRefuseItem",), "refused", "refuseText", {"en": "Refuse to answer", "fr": "Ne souhaite pas répondre", "es": "No contesta", "de": "Keine Angabe"}, "refused"),
)  # fmt: skip


@dataclass
class ElementMaker:
    """Makes the lines of elements, and remembers in ``names`` what conditions call them."""

    form: Form
    names: dict[str, Meant] = field(default_factory=dict)
    choices_of: dict[str, str] = field(default_factory=dict)  # question → its list

    def made(self, element: Json) -> list[Node]:
        """Return what a question became; nothing, said, when it cannot be asked."""
        kind = word(element.get("type")) or "text"
        place = Place(self.name(element))
        makers: dict[str, Callable[[Json, Place], list[Node]]] = {
            **dict.fromkeys(SINGLE, self._single),
            **dict.fromkeys(MULTIPLE, self._multiple),
            "ranking": self._multiple, "rating": self._rating, "boolean": self._boolean, "text": self._text, "comment": self._text,
            "html": self._note, "expression": self._expression, "multipletext": self._several_texts, "matrix": self._matrix,
            "matrixdropdown": self._table,
        }  # fmt: skip
        if kind in makers:
            return makers[kind](element, place)
        if kind in REFUSED:
            self.form.ledger.missed(
                place,
                "type",
                N_("%(name)s (%(type)s) is not asked: %(reason)s."),
                name=place.sheet,
                type=kind,
                reason=Message(REFUSED[kind]),
            )
        else:
            self.form.ledger.missed(place, "type", N_("%(name)s: the type “%(type)s” is not known here."), name=place.sheet, type=kind)
        return []

    def name(self, element: Json) -> str:
        """Return the element's name."""
        return word(element.get("name")).strip() or "question"

    def texts(self, value: object, place: Place) -> dict[str, str]:
        """Return a text by language."""
        return texts_of(value, self.form.default, place, self.form.ledger)

    def line(self, element: Json, kind: str, appearance: str = "", name: str = "") -> Line:
        """Return the line of an element, with its texts."""
        place = Place(self.name(element))
        line = Line(place, kind, name or self.name(element))
        line.texts["label"] = self.texts(element.get("title") or self.name(element), place)
        line.texts["hint"] = self.texts(element.get("description"), place)
        if appearance:
            line.cells["appearance"] = appearance
        if element.get("isRequired") is True and line.is_asked:
            line.cells["required"] = "yes"
        return line

    def know(self, written: str, meant: Meant) -> None:
        """Remember what a name means; the first of two stays."""
        self.names.setdefault(written, meant)
        self.names.setdefault(f"panel.{written}", meant)

    def options(self, value: object, place: Place) -> list[Option]:
        """Return choices: strings, numbers, or objects with value, text and visibleIf."""
        found = []
        for item in value if isinstance(value, list) else []:
            about = item if isinstance(item, dict) else {"value": item}
            name = word(about.get("value"))
            option = Option(place, name, self.texts(about.get("text") or name, place))
            for column in ("visibleIf", "imageLink"):
                if about.get(column):
                    option.cells[column] = word(about[column])
            found.append(option)
        return found

    def _single(self, element: Json, place: Place) -> list[Node]:
        if element.get("multiSelect") is True:
            return self._multiple(element, place)
        kind = word(element.get("type"))
        list_name = self._list(element, place)
        self.know(place.sheet, Meant(place.sheet))
        line = self.line(element, f"select_one {list_name}", SINGLE.get(kind, ""))
        return [line, *self._beside(element, line)]

    def _multiple(self, element: Json, place: Place) -> list[Node]:
        kind = word(element.get("type"))
        list_name = self._list(element, place)
        self.know(place.sheet, Meant(place.sheet, is_multiple=True))
        line = self.line(element, f"{'rank' if kind == 'ranking' else 'select_multiple'} {list_name}", MULTIPLE.get(kind, ""))
        for column, names in (("min", ("minSelectedChoices", "minSelectCount")), ("max", ("maxSelectedChoices", "maxSelectCount"))):
            for property_ in names:
                if re.fullmatch(r"[1-9][0-9]{0,4}", word(element.get(property_))):
                    line.cells[column] = word(element[property_])
        if element.get("hasSelectAll") is True or element.get("showSelectAllItem") is True:
            self.form.ledger.missed(place, "showSelectAllItem", N_("A choice that ticks all the others is left out."))
        return [line, *self._beside(element, line)]

    def _list(self, element: Json, place: Place) -> str:
        source = word(element.get("choicesFromQuestion"))
        options = self.options(element.get("choices"), place)
        if source in self.choices_of and source:
            options += [
                Option(place, o.name, dict(o.labels), set(o.flags), dict(o.cells)) for o in self.form.lists[self.choices_of[source]]
            ]
        for properties, name, text, words, flag in ADDED:
            if any(element.get(property_) is True for property_ in properties):
                labels = self.texts(element.get(text), place) or {code: said(words, code) for code in self.form.languages}
                options.append(Option(place, name, labels, {flag}))
        if element.get("hasOther") is True or element.get("showOtherItem") is True:
            labels = self.texts(element.get("otherText"), place) or {code: said(OTHER, code)[0] for code in self.form.languages}
            options.append(Option(place, "other", labels, {"other"}))
        list_name = re.sub(r"[\s'\"]+", "_", place.sheet)[:64]
        while list_name in self.form.lists:
            list_name = f"{list_name[:60]}_2"
        self.form.lists[list_name] = options
        self.choices_of.setdefault(place.sheet, list_name)
        for column in ("choicesByUrl",):
            if element.get(column):
                self.form.ledger.missed(
                    place,
                    column,
                    N_("The choices of %(name)s came from another server: write them in the sheet choices."),
                    name=place.sheet,
                )
        if not options:
            self.form.ledger.missed(place, "choices", N_("%(name)s has no choice."), name=place.sheet)
        return list_name

    def _beside(self, element: Json, line: Line) -> list[Node]:
        """The text of the choice "Other", and the comment."""
        nodes: list[Node] = []
        options = self.form.lists[line.list_name]
        if any("other" in option.flags for option in options):
            text = Line(line.place, "text", f"{line.name}_other_text", cells={"relevant": f"selected(${{{line.name}}}, 'other')"})
            text.texts["label"] = {code: said(OTHER, code)[1] for code in self.form.languages}
            nodes.append(text)
            self.know(f"{line.name}-Comment", Meant(text.name, is_open=True))
        if element.get("hasComment") is True or element.get("showCommentArea") is True:
            label = self.texts(element.get("commentText"), line.place) or self.form.in_every_language("…")
            comment = Line(line.place, "text", f"{line.name}_comment", {"label": label}, {"appearance": "multiline"})
            nodes.append(comment)
            self.know(f"{line.name}-Comment", Meant(comment.name, is_open=True))
        return nodes

    def _rating(self, element: Json, place: Place) -> list[Node]:
        self.know(place.sheet, Meant(place.sheet))
        ends = {"start": word(element.get("rateMin")) or "1", "end": word(element.get("rateMax")) or word(element.get("rateCount")) or "5", "step": word(element.get("rateStep")) or "1"}  # fmt: skip
        descriptions = [self.texts(element.get(column), place) for column in ("minRateDescription", "maxRateDescription")]
        if element.get("rateValues") or not all(re.fullmatch(r"-?[0-9]{1,6}", end) for end in ends.values()):
            list_name = self._list({"choices": element.get("rateValues")}, place)
            return [self.line(element, f"select_one {list_name}", "likert")]
        line = self.line(element, "range")
        start, end, step = (int(value) for value in ends.values())
        if step < 1 or start >= end or (end - start) / step >= MOST_STEPS:
            line.type, line.cells["min"], line.cells["max"] = "integer", str(min(start, end)), str(max(start, end))
        else:
            line.cells["parameters"] = " ".join(f"{name}={value}" for name, value in ends.items())
        if any(descriptions) and not any(line.texts["hint"].values()):
            codes = {code for words in descriptions for code in words}
            line.texts["hint"] = {code: " – ".join(filter(None, (f"{ends['start']} : {descriptions[0].get(code, '')}", f"{ends['end']} : {descriptions[1].get(code, '')}"))) for code in codes}  # fmt: skip
        return [line]

    def _boolean(self, element: Json, place: Place) -> list[Node]:
        names = (word(element.get("valueTrue")) or "true", word(element.get("valueFalse")) or "false")
        options = []
        for position, (name, column) in enumerate(zip(names, ("labelTrue", "labelFalse"), strict=True)):
            labels = self.texts(element.get(column), place) or {code: said(YES_NO, code)[position] for code in self.form.languages}
            options.append(Option(place, name, labels))
        list_name = self._list({"choices": ["-"]}, place)
        self.form.lists[list_name] = options
        self.know(place.sheet, Meant(place.sheet, is_boolean=names[0] == "true"))
        return [self.line(element, f"select_one {list_name}")]

    def _text(self, element: Json, place: Place) -> list[Node]:
        input_type = word(element.get("inputType"))
        kind = INPUTS.get(input_type, "text")
        appearance = "multiline" if element.get("type") == "comment" else "email" if input_type == "email" else ""
        if input_type in AS_TEXT:
            self.form.ledger.note(
                place, "inputType", N_("%(name)s is asked as a text: there is no field for %(type)s."), name=place.sheet, type=input_type
            )
        if kind == "decimal" and word(element.get("step")) == "1":
            kind = "integer"
        self.know(place.sheet, Meant(place.sheet, is_open=kind == "text"))
        line = self.line(element, kind, appearance)
        limits = {"min": "min", "max": "max"} if kind != "text" else {"max": "maxLength"}
        for column, property_ in limits.items():
            self.limit(line, column, word(element.get(property_)), property_)
        return [line]

    def limit(self, line: Line, column: str, value: str, property_: str) -> None:
        """Set min or max, when it is written out."""
        patterns = {"integer": r"-?[0-9]{1,9}", "decimal": r"-?[0-9]{1,9}(\.[0-9]{1,9})?", "date": r"\d{4}-\d{2}-\d{2}"}
        if re.fullmatch(patterns.get(line.type, r"[0-9]{1,5}"), value):
            line.cells[column] = value
        elif value and value != "-1":
            self.form.ledger.missed(line.place, property_, N_("Left out: the limit “%(text)s” is not written out."), text=value)

    def _note(self, element: Json, place: Place) -> list[Node]:
        line = self.line({**element, "title": element.get("html") or element.get("title")}, "note")
        return [line]

    def _expression(self, element: Json, place: Place) -> list[Node]:
        self.know(place.sheet, Meant(place.sheet))
        line = Line(place, "calculate", place.sheet, cells={"expression": word(element.get("expression"))})
        self.form.ledger.note(
            place, "type", N_("%(name)s is computed and not shown: show it in a text with ${%(name)s}."), name=place.sheet
        )
        return [line]

    def _several_texts(self, element: Json, place: Place) -> list[Node]:
        block = Bundle(self.line(element, "begin_group", name=f"{place.sheet}_items"))
        for item in items(element.get("items")):
            inside = {**item, "type": "text", "title": item.get("title") or item.get("name"), "name": f"{place.sheet}_{self.name(item)}"}
            block.children += self._text(inside, Place(place.sheet))
            self.know(f"{place.sheet}.{self.name(item)}", Meant(f"{place.sheet}_{self.name(item)}", is_open=True))
        return [block] if block.children else []

    def _matrix(self, element: Json, place: Place) -> list[Node]:
        block = Bundle(self.line(element, "begin_group", "table-list", f"{place.sheet}_rows"))
        list_name = self._list({"choices": element.get("columns")}, place)
        is_multiple = element.get("cellType") == "checkbox"
        required = element.get("isRequired") is True or element.get("isAllRowRequired") is True or element.get("eachRowRequired") is True
        for row in self.options(element.get("rows"), place):
            name = f"{place.sheet}_{row.name}"
            line = Line(place, f"{'select_multiple' if is_multiple else 'select_one'} {list_name}", name, {"label": row.labels})
            if required:
                line.cells["required"] = "yes"
            if row.cells.get("visibleIf"):
                line.cells["visibleIf"] = row.cells["visibleIf"]
            block.children.append(line)
            self.know(f"{place.sheet}.{row.name}", Meant(name, is_multiple=is_multiple))
        return [block] if block.children else []

    def _table(self, element: Json, place: Place) -> list[Node]:
        """A table whose columns are questions: a block per row, a question per cell."""
        self.form.ledger.note(
            place, "type", N_("%(name)s was a table of fields: each of its cells is a question of its own."), name=place.sheet
        )
        nodes: list[Node] = []
        for row in self.options(element.get("rows"), place):
            block = Bundle(Line(place, "begin_group", f"{place.sheet}_{row.name}", {"label": row.labels}))
            for column in items(element.get("columns")):
                cell = {
                    "choices": element.get("choices"),
                    **column,
                    "type": column.get("cellType") or element.get("cellType") or "dropdown",
                }
                cell |= {"name": f"{place.sheet}_{row.name}_{self.name(column)}", "title": column.get("title") or self.name(column)}
                block.children += self.made(cell)
                self.know(f"{place.sheet}.{row.name}.{self.name(column)}", self.names.get(word(cell["name"]), Meant()))
            nodes.append(block)
        return [node for node in nodes if isinstance(node, Bundle) and node.children]
