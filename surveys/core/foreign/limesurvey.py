"""A LimeSurvey survey (.lss) read into a study: groups as pages, questions, filters, limits; what has no place here is said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from surveys.core.foreign.brought import Brought, Ledger, Place
from surveys.core.foreign.conditions import Unsaid
from surveys.core.foreign.drafting import draft
from surveys.core.foreign.form import Bundle, Form, Line, Node, lines_of
from surveys.core.foreign.languages import code_of, title_of
from surveys.core.foreign.limesurvey_file import Entry, LimeFile, read_lime_file
from surveys.core.foreign.limesurvey_questions import Made, QuestionMaker
from surveys.core.foreign.markup import without_markup
from surveys.core.foreign.saying import Meant, say_condition
from surveys.core.messages import N_, Message

NO_FILTER = ("", "1")
PIPED = re.compile(r"\{([^{}\n]+)\}")
NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")
SUFFIXES = ("", ".NAOK", ".value", ".code", ".value.NAOK", ".shown")
# Attributes that are read, each by its own rule; those that only change the look; all others are said when they are set.
READ = frozenset({"random_order", "answer_order", "max_answers", "min_answers", "max_subquestions", "exclude_all_others", "array_filter", "array_filter_exclude",
    "equals_num_value", "num_value_int_only", "multiflexible_checkbox", "other_replace_text", "dualscale_headerA", "dualscale_headerB", "hidden",
    "maximum_chars", "min_num_value_n", "max_num_value_n", "equation", "em_validation_q", "em_validation_q_tip", "random_group", "suffix", "prefix",
    "multiflexible_min", "multiflexible_max", "date_min", "date_max"})  # fmt: skip
LOOKS = re.compile(
    r"(cssclass|hide_tip|.*width.*|.*columns?|.*_style|public_statistics|statistics_.*|page_break|printable_help|save_as_default|scale_export|"
    r"time_limit_.*|display_.*|repeat_headings|.*placeholder|dropdown_.*|use_dropdown|category_separator|slider_.*|text_input_.*|rows?|input_boxes|"
    r"numbers_only|thousands_separator|image|location_.*|show_.*|choice_title|rank_title|samechoiceheight|samelistheight|showpopups|reverse|"
    r"other_comment_mandatory|other_position.*|other_numbers_only|keep_aspect|horizontal_scroll|crop_or_resize|fix_.*|clear_default|button_size|max_button_size|alphasort|"
    r"dualscale_.*|answer_width.*|input_size|label_input_columns|multiflexible_step|add_platform_info|date_format|dropdown_dates.*|value_range_allows_missing|"
    r"commented_checkbox.*|use_.*|array_filter_style|parent_order)"
)
OTHER_TABLES = {
    "quota": N_("quotas are written in the sheet quotas"), "assessments": N_("scores are written as calculations"),
    "defaultvalues": N_("no answer is filled in before the person gives it"),
    "survey_url_parameters": N_("what the link passes is a question of type hidden"),
}  # fmt: skip
READ_TABLES = frozenset(["surveys", "surveys_languagesettings", "groups", "group_l10ns", "questions", "question_l10ns", "subquestions", "answers", "answer_l10ns", "question_attributes", "conditions"])  # fmt: skip


def read_limesurvey(content: bytes) -> Brought:
    """Return the study that an .lss file describes. Raises StudyRefused when it is not readable as one."""
    reader = _Reader(read_lime_file(content))
    reader.read()
    return draft(reader.form)


class _Reader:
    def __init__(self, file: LimeFile) -> None:
        self.file = file
        self.form = Form(Ledger())
        self.names: dict[str, Meant] = {}
        self.attributes = file.attributes
        self.made: list[tuple[Entry, Made]] = []

    def read(self) -> None:
        self._settings()
        subquestions, answers = _by(self.file.entries("subquestions"), "parent_qid"), _by(self.file.entries("answers"), "qid")
        alone: list[Node] = []
        groups = {group["gid"]: self._group(group) for group in self.file.entries("groups")}
        for question in self.file.entries("questions"):
            if question["parent_qid"] not in ("", "0"):
                continue
            qid = question["qid"]
            maker = QuestionMaker(self.form, question, subquestions.get(qid, []), answers.get(qid, []), self.attributes.get(qid, {}))
            made = maker.made()
            made.nodes = [node for node in made.nodes if isinstance(node, Line) or node.children]
            self.made.append((question, made))
            self._remember(question, maker.name, made)
            if question["gid"] not in groups:
                self.form.ledger.note(Place(maker.name), "gid", N_("%(name)s belongs to no group: it stands at the end."), name=maker.name)
            (groups[question["gid"]].children if question["gid"] in groups else alone).extend(made.nodes)
        self.form.nodes = [*groups.values(), *alone]
        for question, made in self.made:
            self._attributes(question, made.nodes)
            self._filter(question, made.nodes)
            self._filter_parts(question, made.nodes, subquestions.get(question["qid"], []))
        for entry, group in zip(self.file.entries("groups"), groups.values(), strict=True):
            self._say(group.line, "relevant", entry["grelevance"])
        self._texts()
        self._say_tables()

    def _say_tables(self) -> None:
        for table, reason in OTHER_TABLES.items():
            if self.file.tables.get(table):
                self.form.ledger.missed(
                    Place("survey"), table, N_("The table %(name)s is left out: %(reason)s."), name=table, reason=Message(reason)
                )
        others = sorted(
            table for table, rows in self.file.tables.items() if rows and table not in READ_TABLES and table not in OTHER_TABLES
        )
        if others:
            self.form.ledger.note(
                Place("survey"), "", N_("Tables that say nothing of the questions are left out: %(names)s."), names=", ".join(others)
            )
        survey = next(iter(self.file.tables.get("surveys", [])), {})
        if survey.get("format") in ("S", "A"):
            self.form.ledger.note(
                Place("survey"), "format", N_("The questions came one by one, or all at once: here each group is a page.")
            )
        if survey.get("allowprev") == "N":
            self.form.ledger.note(
                Place("survey"), "allowprev", N_("People could not go back: write back = no on the pages after which they cannot here.")
            )

    def _settings(self) -> None:
        survey = next(iter(self.file.tables.get("surveys", [])), {})
        written = [survey.get("language", ""), *survey.get("additional_languages", "").split()]
        spoken = [row.get("surveyls_language", "") for row in self.file.tables.get("surveys_languagesettings", [])]
        self.codes: dict[str, str] = {}
        for language in dict.fromkeys(language for language in (*written, *spoken) if language):
            code = code_of(language, self.form.languages)
            self.codes[language] = code
            self.form.languages.setdefault(code, title_of(code))
        for row in self.file.tables.get("surveys_languagesettings", []):
            code = self.codes.get(row.get("surveyls_language", ""), "en")
            if code == self.form.default:
                self.form.settings["form_title"] = without_markup(row.get("surveyls_title", ""), Place("survey"), self.form.ledger)
            welcome = without_markup(row.get("surveyls_welcometext", ""), Place("survey"), self.form.ledger)
            if welcome:
                self.form.welcome[code] = welcome
            if row.get("surveyls_endtext"):
                self.form.ledger.missed(
                    Place("survey"), "surveyls_endtext", N_("The text at the end is left out: the survey thanks people itself.")
                )

    def _group(self, entry: Entry) -> Bundle:
        name = next(iter(entry.texts.get("group_name", {}).values()), "") or f"group{entry['gid']}"
        line = Line(Place(name), "begin_group", f"group_{entry['gid']}", cells={"appearance": "field-list"})
        line.texts["label"] = dict(entry.texts.get("group_name", {}))
        if entry["randomization_group"]:
            line.cells["order"] = f"shuffle {re.sub(r'[^A-Za-z0-9_]+', '_', entry['randomization_group'])[:60]}"
        bundle = Bundle(line)
        if entry.texts.get("description"):
            bundle.children.append(Line(Place(name), "note", f"group_{entry['gid']}_text", {"label": dict(entry.texts["description"])}))
        return bundle

    def _remember(self, question: Entry, name: str, made: Made) -> None:
        """The names of the question and of its parts, as today's and yesterday's conditions write them."""
        old = f"{question['sid']}X{question['gid']}X{question['qid']}"
        for after, meant in made.names.items():
            for suffix in SUFFIXES:
                self.names[f"{name}{after}{suffix}"] = meant
                self.names[f"{old}{after.removeprefix('_')}{suffix}"] = meant
                self.names[f"Q{question['qid']}{after}{suffix}"] = self.names.get(f"Q{question['qid']}{after}{suffix}", meant)

    def _filter(self, question: Entry, nodes: Iterable[Node]) -> None:
        condition = question["relevance"].strip()
        if condition in NO_FILTER:
            condition = self._old_conditions(question["qid"])
        for node in nodes:
            self._say(node.line if isinstance(node, Bundle) else node, "relevant", condition)

    def _filter_parts(self, question: Entry, nodes: list[Node], parts: Iterable[Entry]) -> None:
        """The filters of rows, and of the choices of a multiple."""
        for part in parts:
            condition = part["relevance"].strip()
            if condition in NO_FILTER:
                continue
            name = f"{question['title']}_{part['title']}"
            lines = [line for line in lines_of(nodes) if line.name == name]
            for line in lines:
                self._say(line, "relevant", condition)
            if not lines:
                offered = Line(Place(name), "choice", name)
                self._say(offered, "relevant", condition)
                for option in self.form.lists.get(question["title"], []):
                    if option.name == part["title"] and offered.cells:
                        option.cells["relevant"] = offered.cells["relevant"]

    def _old_conditions(self, qid: str) -> str:
        """The table of conditions of older surveys: within a scenario, one question's answers are alternatives."""
        scenarios: dict[str, dict[str, list[str]]] = {}
        for row in self.file.tables.get("conditions", []):
            if row.get("qid") == qid:
                field, method = row.get("cfieldname", ""), row.get("method", "==").strip() or "=="
                part = f'{field.removeprefix("+")} {method} "{row.get("value", "")}"'
                scenarios.setdefault(row.get("scenario", "1"), {}).setdefault(field, []).append(part)
        return " || ".join(
            "(" + " && ".join("(" + " || ".join(parts) + ")" for parts in fields.values()) + ")" for fields in scenarios.values()
        )

    def _say(self, line: Line, column: str, condition: str, names: Mapping[str, Meant] | None = None) -> None:
        condition = condition.strip().removeprefix("{").removesuffix("}")
        if condition in NO_FILTER:
            return
        try:
            said = say_condition(condition, {**self.names, **(names or {})})
        except Unsaid as unsaid:
            self.form.ledger.missed(line.place, column, N_("Left out: “%(text)s”. %(reason)s."), text=condition, reason=unsaid.message)
            return
        known = line.cells.get(column)
        line.cells[column] = f"({known}) and ({said})" if known else said

    def _attributes(self, question: Entry, nodes: list[Node]) -> None:
        attributes = {name: value for name, value in self.attributes.get(question["qid"], {}).items() if value}
        if not nodes:
            return
        first = nodes[0].line if isinstance(nodes[0], Bundle) else nodes[0]
        self._limits(first, attributes, [line for line in lines_of(nodes) if line.type in ("integer", "decimal")])
        self._orders(first, attributes)
        for column, keeps in (("array_filter", "selected"), ("array_filter_exclude", "not")):
            if attributes.get(column):
                self._carry(nodes, column, attributes[column], is_excluded=keeps == "not")
        if question["type"] == "*":
            text = attributes.get("equation") or next(iter(first.texts.get("label", {}).values()), "")
            first.texts.pop("label", None)
            self._say(first, "calculation", text)
        elif attributes.get("hidden") == "1":
            self.form.ledger.missed(first.place, "hidden", N_("%(name)s was hidden and would be shown: remove it, or write its type as hidden, passed in the link."), name=first.name)  # fmt: skip
        if attributes.get("em_validation_q"):
            self._say(first, "constraint", attributes["em_validation_q"], {name: Meant(text=".") for name in ("self", "this", "self.NAOK", "this.NAOK", first.name, f"{first.name}.NAOK")})  # fmt: skip
            tips = {
                self.codes[language]: attributes[f"em_validation_q_tip:{language}"]
                for language in self.codes
                if attributes.get(f"em_validation_q_tip:{language}")
            }
            if tips and first.cells.get("constraint"):
                first.texts["constraint_message"] = tips
        if question["preg"]:
            self.form.ledger.missed(
                first.place, "preg", N_("Left out: patterns of characters (%(text)s) are not checked."), text=question["preg"]
            )
        if question["mandatory"] == "S":
            self.form.ledger.note(first.place, "mandatory", N_("%(name)s was required softly: it is not required."), name=first.name)
        self._say_others(first, attributes)

    def _limits(self, line: Line, attributes: Mapping[str, str], numbers: list[Line]) -> None:
        counted = line.type.partition(" ")[0] in ("select_multiple", "rank")
        sources = {"min": ("min_answers",), "max": ("max_answers", "max_subquestions")} if counted else {"max": ("maximum_chars",)} if line.type == "text" else {}  # fmt: skip
        for column, names in sources.items():
            for name in names:
                self._limit([line], column, name, attributes)
        for column, name in (
            ("min", "min_num_value_n"),
            ("max", "max_num_value_n"),
            ("min", "multiflexible_min"),
            ("max", "multiflexible_max"),
        ):
            self._limit(numbers, column, name, attributes)
        if line.type == "date":
            for column, name in (("min", "date_min"), ("max", "date_max")):
                if re.fullmatch(r"\d{4}-\d{2}-\d{2}", attributes.get(name, "")):
                    line.cells[column] = attributes[name]
                elif attributes.get(name):
                    self.form.ledger.missed(line.place, name, N_("Left out: “%(text)s” is no date."), text=attributes[name])

    def _limit(self, lines: list[Line], column: str, name: str, attributes: Mapping[str, str]) -> None:
        value = attributes.get(name, "")
        for line in lines if value else ():
            if NUMBER.fullmatch(value) and (line.type == "decimal" or "." not in value):
                line.cells[column] = value
            else:
                self.form.ledger.missed(line.place, name, N_("Left out: the limit “%(text)s” is no number."), text=value)

    def _orders(self, line: Line, attributes: Mapping[str, str]) -> None:
        is_random = attributes.get("random_order") in ("1", "Y") or attributes.get("answer_order") == "random"
        if is_random and (line.list_name or line.type == "begin_group"):
            line.cells["order"] = "shuffle"
        if attributes.get("random_group"):
            if is_random:
                self.form.ledger.missed(
                    line.place,
                    "random_group",
                    N_("%(name)s has its own order by chance, and keeps its place among the others."),
                    name=line.name,
                )
            else:
                line.cells["order"] = f"shuffle {re.sub(r'[^A-Za-z0-9_]+', '_', attributes['random_group'])[:60]}"

    def _carry(self, nodes: list[Node], column: str, sources: str, is_excluded: bool) -> None:
        """Only what was ticked earlier (or was not) is offered: choices by a choice filter, rows each by its condition."""
        place = (nodes[0].line if isinstance(nodes[0], Bundle) else nodes[0]).place
        source = self.names.get(sources.strip())
        if source is None or not source.is_multiple or source.choice:
            self.form.ledger.missed(place, column, N_("Left out: what was ticked in “%(text)s” is not known here."), text=sources)
            return
        for node in nodes:
            lines = node.children if isinstance(node, Bundle) else [node]
            for line in (line for line in lines if isinstance(line, Line)):
                if isinstance(node, Bundle):
                    code = line.name.removeprefix(f"{place.sheet}_")
                    known = {option.name for option in self.form.lists.get(source.question, [])}
                    test, target = f"selected({source.said}, '{code}')", "relevant"
                    if code not in known:
                        self.form.ledger.missed(place, column, N_("Left out for the row %(name)s: it is none of the choices of %(question)s."), name=code, question=source.question)  # fmt: skip
                        continue
                elif line.list_name:
                    test, target = f"selected({source.said}, name)", "choice_filter"
                else:
                    continue
                line.cells[target] = f"not({test})" if is_excluded else test

    def _say_others(self, line: Line, attributes: Mapping[str, str]) -> None:
        for affix in ("prefix", "suffix"):
            words = {code: attributes.get(f"{affix}:{language}", "") for language, code in self.codes.items()}
            if any(words.values()) and not any(line.words("hint").values()):
                line.texts["hint"] = {code: text for code, text in words.items() if text}
        set_to = {
            name: value
            for name, value in attributes.items()
            if value not in ("0", "N", "normal", "default") and name.partition(":")[0] not in READ
        }
        looks = sorted({name.partition(":")[0] for name in set_to if LOOKS.fullmatch(name.partition(":")[0])})
        for name in sorted(set_to):
            if name.partition(":")[0] not in looks:
                self.form.ledger.missed(
                    line.place, name, N_("The setting %(name)s = %(value)s is left out."), name=name, value=set_to[name]
                )
        if looks:
            self.form.ledger.note(line.place, "", N_("Settings of its look are left out: %(names)s."), names=", ".join(looks))

    def _texts(self) -> None:
        """Languages under our codes; answers shown in texts."""
        for line in self.form.lines():
            for column, words in line.texts.items():
                line.texts[column] = {
                    self.codes.get(language, language): self._piped(text, line, column) for language, text in words.items()
                }
        for options in self.form.lists.values():
            for option in options:
                option.labels = {self.codes.get(language, language): text for language, text in option.labels.items()}

    def _piped(self, text: str, line: Line, column: str) -> str:
        def shown(found: re.Match[str]) -> str:
            meant = self.names.get(found[1].strip())
            if found.start() and text[found.start() - 1] == "$":
                return found[0]
            if meant is not None and not meant.choice:
                return f"${{{meant.question}}}"
            self.form.ledger.missed(line.place, column, N_("The text computes {%(text)s}: “…” stands instead."), text=found[1])
            return "…"

        return PIPED.sub(shown, without_markup(text, line.place, self.form.ledger))


def _by(entries: Iterable[Entry], column: str) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry[column], []).append(entry)
    return found
