"""The survey sheet of an XLSForm, row by row: types, appearances, parameters, loops, what cannot be asked on the web."""

from __future__ import annotations

import re
from decimal import Decimal

from surveys.core.foreign.form import Bundle, Form, Line, Node, Option
from surveys.core.foreign.languages import OTHER, said
from surveys.core.foreign.markup import without_markup
from surveys.core.foreign.xlsform_headers import Told
from surveys.core.foreign.xlsform_types import (
    AS_TEXT,
    DATE_PARTS,
    KEPT_APPEARANCES,
    KEPT_PARAMETERS,
    LEFT_COLUMNS,
    METADATA,
    OR_OTHER,
    PLAIN,
    REFUSED,
    SAME_APPEARANCES,
    SELECT_MULTIPLE,
    SELECT_ONE,
)
from surveys.core.messages import N_, Message
from surveys.core.outline import CONDITIONS
from surveys.core.questions import DECIMAL, MOST_STEPS
from surveys.core.workbook import Workbook

BEGIN = re.compile(r"begin[ _]+(lgroup|group|repeat|loop|looped group)(?:\s+over\s+(\S+))?", re.IGNORECASE)
END = re.compile(r"end[ _]+(lgroup|group|repeat|loop|looped group)", re.IGNORECASE)
COUNTED = re.compile(r"count-selected\(\s*(\$\{[^}]+\})\s*\)")
TRUE, FALSE = ("yes", "true", "true()"), ("no", "false", "false()", "")
STRAIGHT = str.maketrans("‘’“”", "''\"\"")
PATH = re.compile(r"(?<![\w$'\"/.)])/(?:[A-Za-z_][\w.-]*/)+([A-Za-z_][\w.-]*)")
MOST_TURNS = 10


class LineReader:
    """Reads the rows of a survey sheet into the tree of a form."""

    def __init__(self, form: Form, workbook: Workbook) -> None:
        self.form, self.workbook = form, workbook
        self.ledger = form.ledger

    def nodes(self, rows: list[Told]) -> list[Node]:
        """Return the tree; groups that are never closed are closed at the end, and said."""
        top: list[Node] = []
        opened: list[Bundle] = []
        for row in rows:
            begin, end = BEGIN.fullmatch(row["type"]), END.fullmatch(row["type"])
            if row["disabled"].lower() in TRUE:
                self.ledger.missed(row.place, "disabled", N_("This row is switched off: it is left out."))
            elif begin:
                opened.append(Bundle(self._group(row, begin)))
            elif end and opened:
                self._close(opened, top)
            elif end:
                self.ledger.missed(row.place, "type", N_("No group is open here: this end is left out."))
            else:
                (opened[-1].children if opened else top).extend(self._lines(row))
        while opened:
            self.ledger.note(opened[-1].line.place, "type", N_("This group is never closed: it ends with the sheet."))
            self._close(opened, top)
        return top

    def _close(self, opened: list[Bundle], top: list[Node]) -> None:
        bundle = opened.pop()
        labels = [child for child in bundle.children if isinstance(child, Line) and child.cells.pop("grid", "")]
        if labels:
            bundle.line.cells["appearance"] = "field-list table-list"
        (opened[-1].children if opened else top).append(bundle)

    def _group(self, row: Told, begin: re.Match[str]) -> Line:
        is_loop = begin[1].lower() != "group"
        line = self._line(row, "begin_repeat" if is_loop else "begin_group")
        if not is_loop or line.cells.get("over"):
            return line
        count = line.cells.pop("repeat_count", "")
        selected = COUNTED.fullmatch(count)
        if begin[2]:
            line.cells["over"] = begin[2]
            for words in line.texts.values():
                words.update({code: text.replace("%(label)s", f"${{{line.name}}}") for code, text in words.items()})
        elif selected:
            line.cells["over"] = selected[1]
            self.ledger.note(row.place, "repeat_count", N_("The loop %(name)s goes over the choices selected in %(question)s."), name=line.name, question=selected[1])  # fmt: skip
        else:
            self._numbered(line, count)
        return line

    def _numbered(self, line: Line, count: str) -> None:
        """A repetition that is no loop over choices: so many turns, or one."""
        turns = min(int(count), MOST_TURNS) if count.isdigit() else 1
        if not count.isdigit() or int(count) > MOST_TURNS:
            self.ledger.missed(line.place, "repeat_count", N_("How many times %(name)s is repeated is not known beforehand (%(count)s): it is asked %(turns)s time(s). A loop here goes over a list, or over the choices selected in a question: write it in the column over."),
                               name=line.name, count=count or "–", turns=turns)  # fmt: skip
        line.cells["over"] = f"{line.name}_turns"
        self.form.lists[line.cells["over"]] = [Option(line.place, str(n), self.form.in_every_language(str(n))) for n in range(1, turns + 1)]

    def _lines(self, row: Told) -> list[Node]:
        kind = row["type"]
        if not kind:
            if any(row.cells.values()) or row.texts:
                self.ledger.missed(row.place, "type", N_("A row without type is left out."))
            return []
        reason = METADATA.get(kind.lower()) or REFUSED.get(kind.lower())
        if reason:
            self.ledger.missed(row.place, "type", N_("%(name)s (%(type)s) is not asked: %(reason)s."), name=row["name"] or kind, type=kind, reason=Message(reason))  # fmt: skip
            return []
        if kind in PLAIN or kind.lower() in PLAIN:
            return [self._line(row, PLAIN[kind if kind in PLAIN else kind.lower()])]
        if kind in AS_TEXT:
            self.ledger.note(row.place, "type", N_("%(name)s: %(reason)s."), name=row["name"], reason=Message(AS_TEXT[kind]))
            return [self._line(row, "text")]
        if kind.lower() in ("acknowledge", "trigger"):
            self.form.lists["acknowledged"] = [Option(row.place, "OK", self.form.in_every_language("OK"))]
            return [self._line(row, "select_one acknowledged")]
        return self._selection(row)

    def _selection(self, row: Told) -> list[Node]:
        kind = OR_OTHER.sub("", row["type"])
        word, _, list_name = kind.partition(" ")
        if word in ("select_one_from_file",):
            return self._from_file(row, list_name.strip())
        for type_, written in (("select_one", SELECT_ONE), ("select_multiple", SELECT_MULTIPLE), ("rank", ("rank",))):
            for start in sorted(written, key=len, reverse=True):
                if kind.lower().startswith(f"{start} ") and "$" not in kind:
                    return self._select(row, type_, re.sub(r"[\s'\"]+", "_", kind[len(start) :].strip()))
        if word == "select_one_external":
            self.ledger.note(
                row.place,
                "type",
                N_("The choices of %(name)s were in the sheet external_choices: they are in choices now."),
                name=row["name"],
            )
            return self._select(row, "select_one", f"{list_name.strip()}_external")
        self.ledger.missed(row.place, "type", N_("%(name)s: the type “%(type)s” is not known here."), name=row["name"], type=row["type"])
        return []

    def _select(self, row: Told, kind: str, list_name: str) -> list[Node]:
        if list_name not in self.form.lists:
            self.ledger.missed(
                row.place, "type", N_("%(name)s: its list %(list)s is not in the sheet choices."), name=row["name"], list=list_name
            )
            return []
        if not OR_OTHER.search(row["type"]):
            return [self._line(row, f"{kind} {list_name}")]
        with_other = f"{list_name}_or_other"
        if with_other not in self.form.lists:
            options = [Option(o.place, o.name, dict(o.labels), set(o.flags), dict(o.cells)) for o in self.form.lists[list_name]]
            other = next((option for option in options if option.name == "other"), None)
            if other is None:
                other = Option(row.place, "other", {code: said(OTHER, code)[0] for code in self.form.languages})
                options.append(other)
            other.flags.add("other")
            self.form.lists[with_other] = options
        line = self._line(row, f"{kind} {with_other}")
        detail = Line(row.place, "text", f"{line.name}_other_text", cells={"relevant": f"selected(${{{line.name}}}, 'other')"})
        detail.texts["label"] = {code: said(OTHER, code)[1] for code in self.form.languages}
        self.ledger.note(
            row.place, "type", N_("%(name)s has a choice “Other”, and the text %(text)s beside it."), name=line.name, text=detail.name
        )
        return [line, detail]

    def _from_file(self, row: Told, file: str) -> list[Node]:
        if not file.lower().endswith(".csv"):
            self.ledger.missed(
                row.place, "type", N_("%(name)s: only a .csv file can be looked up; write %(file)s as one."), name=row["name"], file=file
            )
            return []
        if f"lookups/{file}" not in self.workbook:
            self.ledger.missed(row.place, "type", N_("%(name)s: its file %(file)s did not come along; put it in the folder lookups/, or in a sheet named lookups.%(file)s."),
                               name=row["name"], file=file)  # fmt: skip
        return [self._line(row, f"select_one_from_file {file}")]

    def _line(self, row: Told, type_: str) -> Line:
        line = Line(row.place, type_, row["name"], {column: dict(words) for column, words in row.texts.items()}, {})
        for column, text in row.cells.items():
            if text.strip() and column not in ("type", "name"):
                line.cells[column] = text.strip()
        self._leave_out(line)
        for column in CONDITIONS:
            if column in line.cells:
                line.cells[column] = PATH.sub(r"${\1}", line.cells[column].translate(STRAIGHT))
        self._require(line)
        self._show_only(line)
        self._appear(line)
        self._set(line)
        for words in line.texts.values():
            for code, text in words.items():
                words[code] = without_markup(text, line.place, self.ledger)
        return line

    def _leave_out(self, line: Line) -> None:
        for column, text in list(line.cells.items()):
            reason = LEFT_COLUMNS.get(column)
            if reason or ("::" in column and column != "media::image"):
                why = Message(reason) if reason else Message(N_("only other programs read it"))
                self.ledger.missed(line.place, column, N_("Left out: “%(text)s”; %(reason)s."), text=text, reason=why)
                del line.cells[column]
        for column in [column for column in line.texts if column in LEFT_COLUMNS]:
            text = next(iter(line.texts.pop(column).values()), "")
            self.ledger.missed(line.place, column, N_("Left out: “%(text)s”; %(reason)s."), text=text, reason=Message(LEFT_COLUMNS[column]))
        image = line.cells.get("media::image")
        if image and f"media/{image}" not in self.workbook:
            self.ledger.missed(line.place, "media::image", N_("The picture %(file)s did not come along: put it in the folder media/ and write it here again."), file=image)  # fmt: skip
            del line.cells["media::image"]

    def _require(self, line: Line) -> None:
        required = line.cells.get("required", "")
        if required.lower() in TRUE:
            line.cells["required"] = "yes" if line.is_asked else ""
        elif required.lower() in FALSE:
            line.cells["required"] = ""
        else:
            self.ledger.missed(line.place, "required", N_("Required under a condition (“%(text)s”): it is not required here. Ask it on a row of its own, relevant under that condition."), text=required)  # fmt: skip
            line.cells["required"] = ""

    def _show_only(self, line: Line) -> None:
        """What is computed, or only shown."""
        only_shown = line.cells.pop("read_only", "").lower() in TRUE
        if line.cells.get("calculation") and line.is_asked:
            self.ledger.note(line.place, "calculation", N_("%(name)s is computed: it is a calculation, and is not shown."), name=line.name)
            line.type = "calculate"
        elif only_shown and line.is_asked:
            self.ledger.note(line.place, "read_only", N_("%(name)s is shown and not asked: it is a note."), name=line.name)
            line.type = "note"

    def _appear(self, line: Line) -> None:
        words = line.cells.pop("appearance", "").split()
        kept = []
        for word in words:
            if word in ("label", "list-nolabel"):
                line.cells["grid"] = "yes"
                line.type = "note" if word == "label" else line.type
            elif word in KEPT_APPEARANCES:
                kept.append(word)
            elif SAME_APPEARANCES.get(word):
                kept.append(SAME_APPEARANCES[word])
            elif word in DATE_PARTS and line.type == "date":
                self.ledger.note(line.place, "appearance", N_("%(name)s is asked as a whole date: %(word)s asks for another calendar or for a part of it."), name=line.name, word=word)  # fmt: skip
            elif word not in SAME_APPEARANCES:
                self.ledger.note(line.place, "appearance", N_("The look “%(word)s” of %(name)s is left out."), name=line.name, word=word)
        if kept:
            line.cells["appearance"] = " ".join(dict.fromkeys(kept))

    def _set(self, line: Line) -> None:
        written = dict(part.partition("=")[::2] for part in re.split(r"[\s;,]+", line.cells.pop("parameters", "")) if part)
        if "rows" in written and line.type == "text":
            del written["rows"]
            line.cells["appearance"] = f"{line.cells.get('appearance', '')} multiline".strip()
        if line.type == "range":
            written = {"start": "1", "end": "10", "step": "1", **written}
            self._scale(line, written)
        kept = {name: value for name, value in written.items() if name in KEPT_PARAMETERS}
        for name in written.keys() - kept.keys():
            self.ledger.missed(
                line.place, "parameters", N_("The parameter %(name)s=%(value)s is left out."), name=name, value=written[name]
            )
        if kept:
            line.cells["parameters"] = " ".join(f"{name}={value}" for name, value in kept.items())

    def _scale(self, line: Line, written: dict[str, str]) -> None:
        """A scale with more steps than one can choose from is a number between its ends."""
        cells = [written.pop(name) for name in ("start", "end", "step")]
        if not all(DECIMAL.fullmatch(cell) for cell in cells):
            self.ledger.missed(line.place, "parameters", N_("The ends of the scale %(name)s are no numbers: it goes from 1 to 10."), name=line.name)  # fmt: skip
            cells = ["1", "10", "1"]
        start, end, step = map(Decimal, cells)
        if not (step > 0 and start < end and (end - start) / step < MOST_STEPS):
            line.type = "integer" if step == step.to_integral_value() else "decimal"
            line.cells.update({"min": format(min(start, end), "f"), "max": format(max(start, end), "f")})
            self.ledger.note(line.place, "parameters", N_("%(name)s has more than %(limit)s steps: it is a number between its ends."), name=line.name, limit=MOST_STEPS)  # fmt: skip
            return
        written.update(zip(("start", "end", "step"), cells, strict=True))
