"""A SurveyJS form (JSON) read into a study: pages, panels, questions, conditions, validators; what has no place here is said."""

from __future__ import annotations

import re

from surveys.core.foreign.brought import Brought, Ledger, Place
from surveys.core.foreign.conditions import Unsaid
from surveys.core.foreign.drafting import draft
from surveys.core.foreign.form import Bundle, Form, Line, Node, Option, lines_of
from surveys.core.foreign.saying import Meant, say_condition
from surveys.core.foreign.surveyjs_file import Json, items, languages_of_json, read_json, word
from surveys.core.foreign.surveyjs_questions import ElementMaker
from surveys.core.lines import MOST_LINES
from surveys.core.messages import N_, Message
from surveys.core.workbook import Mistake, StudyRefused

ITEM = {"item": Meant(text="name")}
MOST_TURNS = 10
READ = frozenset(["type", "name", "title", "description", "isRequired", "choices", "hasOther", "showOtherItem", "otherText", "hasNone", "showNoneItem", "noneText", "showRefuseItem", "refuseText", "showDontKnowItem", "dontKnowText", "hasComment", "showCommentArea", "commentText", "choicesOrder", "choicesVisibleIf", "choicesFromQuestion", "choicesFromQuestionMode", "visibleIf", "enableIf", "requiredIf", "validators", "minSelectedChoices", "maxSelectedChoices", "minSelectCount", "maxSelectCount", "rateMin", "rateMax", "rateStep", "rateCount", "rateValues", "minRateDescription", "maxRateDescription", "labelTrue", "labelFalse", "valueTrue", "valueFalse", "inputType", "min", "max", "step", "maxLength", "html", "expression", "items", "columns", "rows", "cellType", "isAllRowRequired", "eachRowRequired", "rowsOrder", "elements", "templateElements", "templateTitle", "questions", "panelCount", "minPanelCount", "maxPanelCount", "questionsOrder", "questionOrder", "multiSelect", "hasSelectAll", "showSelectAllItem", "choicesByUrl", "visible"])  # fmt: skip
LOOKS = re.compile(
    r"(.*[wW]idth|.*[lL]ocation|.*Layout|.*Height|colCount|startWithNewLine|indent|rows|cols|size|state|placeholder|placeHolder|showNumber|page|"
    r"hideNumber|titleLocation|descriptionLocation|renderAs|displayMode|rateType|rateColorMode|scaleColorMode|autoGrow|acceptCarriageReturn|allowResize|"
    r"errorLocation|.*ErrorText|storeOthersAsComment|allowClear|closeOnSelect|searchEnabled|searchMode|navigationButtonsVisibility|navigationTitle|"
    r"showQuestionNumbers|valueName|useDisplayValuesInDynamicTexts|panelsState|panelAddText|panelRemoveText|.*Text|showLabel|imageFit|contentMode|"
    r"alternateRows|verticalAlign|swapOrder|isExpanded|id|tooltip|innerIndent|autocomplete|clearIfInvisible|maxValueExpression|minValueExpression)"
)  # fmt: skip
SURVEY_READ = frozenset(
    ["title", "description", "locale", "pages", "elements", "questions", "calculatedValues", "triggers", "completedHtml", "questionsOrder"]
)
SURVEY_LEFT = {
    "completedHtml": N_("the survey thanks people itself"), "triggers": N_("nothing is done behind the questions: write a filter, or ends_if"),
    "maxTimeToFinish": N_("nobody is hurried"), "timeLimit": N_("nobody is hurried"), "navigateToUrl": N_("people are sent nowhere at the end"),
    "completedHtmlOnCondition": N_("the survey thanks people itself"), "cookieName": N_("respondents are given no cookie"),
}  # fmt: skip


def read_surveyjs(content: bytes) -> Brought:
    """Return the study that a SurveyJS form describes. Raises StudyRefused when it is not readable as one."""
    return draft(_Reader(read_json(content)).form)


class _Reader:
    def __init__(self, source: Json) -> None:
        self.source = source
        self.form = Form(Ledger(), languages_of_json(source))
        self.maker = ElementMaker(self.form)
        self.made: list[tuple[Json, list[Node]]] = []
        title = self.maker.texts(source.get("title"), Place("survey"))
        self.form.settings["form_title"] = title.get(self.form.default) or next(iter(title.values()), "")
        self.form.welcome = self.maker.texts(source.get("description"), Place("survey"))
        pages = items(source.get("pages")) or [{"name": "page1", "elements": source.get("elements") or source.get("questions")}]
        self.form.nodes = [self._page(page) for page in pages]
        self._calculated()
        for element, nodes in self.made:
            self._conditions(element, nodes)
            self._properties(element, nodes)
        self._choices()
        self._survey()
        self._names_in_texts()

    def _page(self, page: Json) -> Bundle:
        line = self.maker.line({**page, "title": page.get("title") or self.source.get("title") or " "}, "begin_group", "field-list")
        line.texts["hint"] = {}
        bundle = Bundle(line, self._nodes(page, 0))
        described = self.maker.texts(page.get("description"), line.place)
        if described:
            bundle.children.insert(0, Line(line.place, "note", f"{line.name}_text", {"label": described}))
        self.made.append(({**page, "title": "", "description": ""}, [bundle]))
        return bundle

    def _nodes(self, holder: Json, depth: int) -> list[Node]:
        nodes: list[Node] = []
        elements = [*items(holder.get("elements")), *items(holder.get("questions")), *items(holder.get("templateElements"))]
        for element in elements:
            if len(self.made) > MOST_LINES:
                raise StudyRefused([Mistake("surveyjs", 0, "", Message(N_("This form is too large, or nested too deeply.")))])
            nodes += self._element(element, depth)
        return nodes

    def _element(self, element: Json, depth: int) -> list[Node]:
        kind = word(element.get("type"))
        if kind not in ("panel", "paneldynamic"):
            made = self.maker.made(element)
        else:
            line = self.maker.line({**element, "title": element.get("title") or " "}, "begin_group")
            if not word(element.get("title")) and not isinstance(element.get("title"), dict):
                line.texts["label"] = {}
            bundle = Bundle(line, self._nodes(element, depth + 1))
            if kind == "paneldynamic":
                self._repeat(line, element)
            made = [bundle] if bundle.children else []
        self.made.append((element, made))
        return made

    def _repeat(self, line: Line, element: Json) -> None:
        """A panel that people add as often as they like: so many turns as it is said to have, or one."""
        counts = [word(element.get(name)) for name in ("panelCount", "minPanelCount", "maxPanelCount")]
        fixed = next((int(count) for count in counts if count.isascii() and count.isdigit() and 0 < len(count) < 4 and int(count)), 1)
        turns = min(fixed, MOST_TURNS)
        self.form.ledger.missed(line.place, "type", N_("How many times %(name)s is repeated is not known beforehand (%(count)s): it is asked %(turns)s time(s). A loop here goes over a list, or over the choices selected in a question: write it in the column over."),
                                name=line.name, count=" ".join(filter(None, counts)) or "–", turns=turns)  # fmt: skip
        line.type, line.cells["over"] = "begin_repeat", f"{re.sub(r'[^A-Za-z0-9_]+', '_', line.name)[:50]}_turns"
        self.form.lists[line.cells["over"]] = [Option(line.place, str(n), self.form.in_every_language(str(n))) for n in range(1, turns + 1)]

    def _calculated(self) -> None:
        lines: list[Node] = []
        for value in items(self.source.get("calculatedValues")):
            lines += self.maker.made({"type": "expression", **value})
        if lines:
            page = self.form.nodes[-1]
            assert isinstance(page, Bundle)
            page.children += lines

    def _conditions(self, element: Json, nodes: list[Node]) -> None:
        for node in nodes:
            line = node.line if isinstance(node, Bundle) else node
            for column in ("visibleIf", "enableIf"):
                self._say(line, "relevant", word(element.get(column)), column)
            if element.get("enableIf"):
                self.form.ledger.note(
                    line.place, "enableIf", N_("%(name)s was greyed out unless a condition holds: it is not shown then."), name=line.name
                )
            for inside in lines_of([node]):
                self._say(inside, "relevant", inside.cells.pop("visibleIf", ""), "visibleIf")
                self._say(inside, "calculation", inside.cells.pop("expression", ""), "expression")
        first = next((node for node in nodes if isinstance(node, Line) and node.list_name), None)
        if first is not None:
            self._say(first, "choice_filter", word(element.get("choicesVisibleIf")), "choicesVisibleIf", ITEM)
            self._carry(first, element)
        if element.get("requiredIf"):
            place = Place(self.maker.name(element))
            self.form.ledger.missed(place, "requiredIf", N_("Required under a condition (“%(text)s”): it is not required here. Ask it on a row of its own, relevant under that condition."),
                                    text=word(element["requiredIf"]))  # fmt: skip

    def _carry(self, line: Line, element: Json) -> None:
        source = self.maker.names.get(word(element.get("choicesFromQuestion")))
        mode = word(element.get("choicesFromQuestionMode"))
        if source is not None and mode in ("selected", "unselected"):
            test = f"selected({source.said}, name)"
            line.cells["choice_filter"] = test if mode == "selected" else f"not({test})"

    def _say(self, line: Line, column: str, condition: str, property_: str, more: dict[str, Meant] | None = None) -> None:
        if not condition.strip():
            return
        try:
            said = say_condition(condition, {**self.maker.names, **(more or {})})
        except Unsaid as unsaid:
            self.form.ledger.missed(line.place, property_, N_("Left out: “%(text)s”. %(reason)s."), text=condition, reason=unsaid.message)
            return
        known = line.cells.get(column)
        line.cells[column] = f"({known}) and ({said})" if known else said

    def _properties(self, element: Json, nodes: list[Node]) -> None:
        if not nodes:
            return
        node = nodes[0]
        line = node.line if isinstance(node, Bundle) else node
        order = word(element.get("choicesOrder"))
        if order == "random":
            line.cells["parameters"] = "randomize=true"
        elif order not in ("", "none"):
            self.form.ledger.missed(
                line.place,
                "choicesOrder",
                N_("The choices stand in the order in which they are written, not in “%(text)s” order."),
                text=order,
            )
        if element.get("rowsOrder") == "random" and isinstance(node, Bundle):
            line.cells["order"] = "shuffle"
        if "random" in (element.get("questionsOrder"), element.get("questionOrder")) and isinstance(node, Bundle):
            for child in node.children:
                (child.line if isinstance(child, Bundle) else child).cells.setdefault(
                    "order", f"shuffle {re.sub(r'[^A-Za-z0-9_]+', '_', line.name)[:60]}"
                )
        if element.get("visible") is False:
            self.form.ledger.missed(line.place, "visible", N_("%(name)s was hidden and would be shown: remove it, or write its type as hidden, passed in the link."), name=line.name)  # fmt: skip
        for validator in items(element.get("validators")):
            self._validate(line, validator)
        self._say_others(line.place, element)

    def _validate(self, line: Line, validator: Json) -> None:
        kind = word(validator.get("type")).removesuffix("validator")
        bounds = {"numeric": ("minValue", "maxValue"), "text": ("minLength", "maxLength"), "answercount": ("minCount", "maxCount")}
        if kind in bounds:
            for column, name in zip(("min", "max"), bounds[kind], strict=True):
                self.maker.limit(line, column, word(validator.get(name)), name)
        elif kind == "email":
            line.cells["appearance"] = "email"
        elif kind == "expression":
            self._say(line, "constraint", word(validator.get("expression")), "validators", {line.name: Meant(text=".")})
            if line.cells.get("constraint"):
                line.texts["constraint_message"] = self.maker.texts(validator.get("text"), line.place)
        elif kind == "regex":
            self.form.ledger.missed(
                line.place,
                "validators",
                N_("Left out: patterns of characters (%(text)s) are not checked."),
                text=word(validator.get("regex")),
            )
        else:
            self.form.ledger.missed(line.place, "validators", N_("The check “%(text)s” is left out."), text=kind)

    def _say_others(self, place: Place, element: Json) -> None:
        others = [name for name, value in element.items() if name not in READ and value not in (None, "", False, [], {})]
        looks = sorted(name for name in others if LOOKS.fullmatch(name))
        for name in sorted(set(others) - set(looks)):
            self.form.ledger.missed(
                place, name, N_("The setting %(name)s = %(value)s is left out."), name=name, value=word(element[name]) or "…"
            )
        if looks:
            self.form.ledger.note(place, "", N_("Settings of its look are left out: %(names)s."), names=", ".join(looks))

    def _choices(self) -> None:
        """Conditions and pictures of choices."""
        for options in self.form.lists.values():
            for option in options:
                theirs = option.cells.pop("visibleIf", "")
                offered = Line(option.place, "choice", option.name)
                self._say(offered, "relevant", theirs, "visibleIf")
                if offered.cells:
                    option.cells["relevant"] = offered.cells["relevant"]
                picture = option.cells.pop("imageLink", "")
                if picture:
                    self.form.ledger.missed(option.place, "imageLink", N_("The picture %(file)s did not come along: put it in the folder media/ and write it here again."), file=picture)  # fmt: skip

    def _survey(self) -> None:
        for name, reason in SURVEY_LEFT.items():
            if self.source.get(name):
                self.form.ledger.missed(
                    Place("survey"), name, N_("The setting %(name)s is left out: %(reason)s."), name=name, reason=Message(reason)
                )
        others = sorted(name for name, value in self.source.items() if name not in SURVEY_READ and name not in SURVEY_LEFT and value)
        if others:
            self.form.ledger.note(Place("survey"), "", N_("Settings of its look are left out: %(names)s."), names=", ".join(others))

    def _names_in_texts(self) -> None:
        """Answers shown in texts, under the names that they have here."""
        for line in self.form.lines():
            for words in line.texts.values():
                words.update({code: self._renamed(text) for code, text in words.items()})

    def _renamed(self, text: str) -> str:
        def name(found: re.Match[str]) -> str:
            meant = self.maker.names.get(found[1])
            return f"${{{meant.question}}}" if meant is not None and meant.question and not meant.choice else found[0]

        return re.sub(r"\$\{([^}]+)\}", name, text)
