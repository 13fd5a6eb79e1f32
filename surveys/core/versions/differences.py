"""The differences between two versions of a questionnaire, each weighed by rules that its reader can check.

The rules, and where they come from:

- The words: see ``wordings``. Hints, titles and messages that change nothing asked are harmless; what is read is comparable.
- Choices: one added at the end, or anywhere in a list drawn at random, is comparable; one removed, given another code or put
  in the middle of a list that is read in order makes another scale (Schuman & Presser, Questions and Answers in Attitude
  Surveys, 1981, on offering a middle or a no-opinion answer). Order is comparable: it has effects, which do not change what
  is measured (Krosnick & Alwin, An Evaluation of a Cognitive Theory of Response-Order Effects, 1987).
- Filters: see ``people``. The same people otherwise described is harmless, more people comparable (the earlier base was
  still asked), others breaking.
- What comes before a question is its context: a question or note added, removed or moved makes the next one comparable.
- The trade's rule for a field that has begun, that texts may be edited and structure may not, is kept: no difference of
  structure is harmless.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from surveys.core.messages import N_, Message
from surveys.core.questionnaire import Base, Labels, Page, Question, Questionnaire
from surveys.core.versions.choices import ChoiceLists
from surveys.core.versions.difference import Difference, Kind, Subject, Weight
from surveys.core.versions.people import relation
from surveys.core.versions.settings import SETTINGS
from surveys.core.versions.wordings import compared

ONE_QUESTION_MORE = N_("A question or a text more before another can change how it is answered.")
ONE_QUESTION_LESS = N_("It is no longer asked.")
MOVED = N_("What comes before a question can change how it is answered.")


def differences(earlier: Questionnaire, later: Questionnaire) -> tuple[Difference, ...]:
    """Return every difference, the settings' first, then in the order of the later version; the turns of a loop count once."""
    found = [*_settings(earlier, later), *_pages(earlier, later), *_lines(earlier, later)]
    found += [*ChoiceLists(earlier, later).differences(), *_bases(earlier, later), *_lookups(earlier, later), *_images(earlier, later)]
    return tuple(_turns_once(found, earlier, later))


def _turns_once(found: Iterable[Difference], *versions: Questionnaire) -> Iterable[Difference]:
    """The same difference in each turn of a loop is one, which bears on all of them."""
    rows = {name: question.row for version in versions for name, question in version.questions.items()}
    kept: dict[object, Difference] = {}
    for each in found:
        row = rows.get(each.name, 0) if each.subject == "question" else 0
        key = (each.weight, each.kind, each.part, each.language, str(each.why), row) if row else each
        known = kept.get(key)
        kept[key] = replace(known, questions=known.questions | each.questions) if known else each
    return kept.values()


def _settings(earlier: Questionnaire, later: Questionnaire) -> Iterable[Difference]:
    everything = frozenset(question.name for question in later.variables())
    for part, (weight, reason) in SETTINGS.items():
        before, after = earlier.settings.get(part, ""), later.settings.get(part, "")
        if before != after:
            text = compared(before, after)
            weight = "harmless" if text and text[0] == "harmless" else weight
            yield Difference(weight, "set", "setting", part, part, before, after, Message(reason), everything if weight != "harmless" else frozenset())  # fmt: skip
    for language in later.languages:
        if language not in earlier.languages:
            yield Difference("harmless", "added", "setting", "language", "language", "", language, Message(N_("One language more.")))
    for language in earlier.languages:
        if language not in later.languages:
            why = Message(N_("Those who answered in this language must now answer in another, or not at all."))
            yield Difference("comparable", "removed", "setting", "language", "language", language, "", why, everything)


def _pages(earlier: Questionnaire, later: Questionnaire) -> Iterable[Difference]:
    moved = _moved(list(earlier.page_by_name), list(later.page_by_name))
    for name, page in later.page_by_name.items():
        before = earlier.page_by_name.get(name)
        asked = frozenset(question.name for question in page.questions if question.is_variable)
        if before is None:
            yield Difference("harmless", "added", "page", name, "name", "", name, Message(N_("Its questions are said one by one.")))
            continue
        yield from _texts("page", name, "label", before.labels, page.labels, asked)
        if name in moved:
            yield Difference("comparable", "moved", "page", name, "name", "", "", Message(MOVED), asked)
        yield from _plain_changes("page", name, asked, _page_parts(before), _page_parts(page))
        for block, after in page.blocks.items():
            if block in before.blocks:
                yield from _texts("block", block, "label", before.blocks[block].labels, after.labels, asked)
    for name in earlier.page_by_name.keys() - later.page_by_name.keys():
        yield Difference("harmless", "removed", "page", name, "name", name, "", Message(N_("Its questions are said one by one.")))


def _page_parts(page: Page) -> Mapping[str, tuple[str, Kind, Weight, str]]:
    return {
        "appearance": (" ".join(sorted(page.appearance)), "retyped", "comparable", N_("Questions shown as a grid are answered differently from questions shown one by one.")),
        "order": (str(page.order and (page.order.way, page.order.key)), "reordered", "comparable", N_("The order in which pages are drawn differs.")),
        "back": ("no" if page.closes_earlier else "", "set", "comparable", N_("Earlier answers can, or can no longer, be corrected from here.")),
    }  # fmt: skip


def _lines(earlier: Questionnaire, later: Questionnaire) -> Iterable[Difference]:
    moved = _moved(list(earlier.questions), list(later.questions))
    for name, question in later.questions.items():
        before = earlier.questions.get(name)
        if before is None:
            yield _added(later, question)
        else:
            yield from _line(earlier, later, before, question, is_moved=name in moved)
    for name, question in earlier.questions.items():
        if name not in later.questions:
            weight: Weight = "breaking" if question.is_variable else "comparable"
            bears_on = {name} if question.is_variable else _next(earlier, name)
            yield Difference(weight, "removed", "question", name, "name", _shown(earlier, question), "", Message(ONE_QUESTION_LESS), frozenset(bears_on))  # fmt: skip


def _added(later: Questionnaire, question: Question) -> Difference:
    following = _next(later, question.name) if question.kind not in ("calculate", "hidden") else frozenset()
    weight: Weight = "comparable" if following else "harmless"
    why = Message(ONE_QUESTION_MORE if following else N_("Nothing is asked after it."))
    return Difference(weight, "added", "question", question.name, "name", "", _shown(later, question), why, following)


def _line(earlier: Questionnaire, later: Questionnaire, before: Question, after: Question, *, is_moved: bool) -> Iterable[Difference]:
    name = after.name
    own = frozenset({name}) if after.is_variable else _next(later, name)
    yield from _texts("question", name, "label", before.labels, after.labels, own)
    for part, texts in {"hint": (before.hints, after.hints), "constraint_message": (before.constraint_messages, after.constraint_messages),
                        "soft_constraint_message": (before.soft_messages, after.soft_messages)}.items():  # fmt: skip
        yield from _texts("question", name, part, *texts, frozenset(), harmless=True)
    if is_moved or earlier.page_of[name].name != later.page_of[name].name:
        pages = earlier.page_of[name].name, later.page_of[name].name
        yield Difference("comparable", "moved", "question", name, "name", *pages, Message(MOVED), own)
    yield from _filter(earlier, later, before, after, own)
    yield from _plain_changes("question", name, own, _parts(before), _parts(after))
    if before.ends_if != after.ends_if or before.ends_as != after.ends_as:
        everybody = frozenset(question.name for question in later.variables())
        if relation(before.ends_if, after.ends_if, later.questions) != "same" or before.ends_as != after.ends_as:
            why = Message(N_("Others are interviewed: every base changes."))
            yield Difference("breaking", "refiltered", "question", name, "ends_if", _text(before, "ends_if"), _text(after, "ends_if"), why, everybody)  # fmt: skip


def _filter(earlier: Questionnaire, later: Questionnaire, before: Question, after: Question, own: frozenset[str]) -> Iterable[Difference]:
    """Its own filter and its page's, taken together."""
    first, second = earlier.filter_of(before.name), later.filter_of(after.name)
    if first == second or (first and second and first.tree == second.tree):
        return
    found = relation(first, second, {**earlier.questions, **later.questions})
    weight: Weight = {"same": "harmless", "wider": "comparable", "other": "breaking"}[found]  # type: ignore[assignment]
    why = {
        "same": N_("Written otherwise, it is asked of the same people."),
        "wider": N_("Asked of more people: the base of before is still asked, and other bases are not the same."),
        "other": N_("Asked of other people, or not of all those it was asked of."),
    }[found]
    texts = first.text if first else "", second.text if second else ""
    yield Difference(weight, "refiltered", "question", after.name, "relevant", *texts, Message(why), own)


def _parts(question: Question) -> Mapping[str, tuple[str, Kind, Weight, str]]:
    """What is compared word for word of a question: its value, the kind of change, its weight and why."""
    several = question.kind in ("multiple", "ranking")
    limited: Weight = "breaking" if several else "harmless" if question.kind == "text" else "comparable"
    limits = N_("Another number of answers may be given.") if several else N_("Other values are accepted.")
    return {
        "type": (question.kind, "retyped", "breaking", N_("Another type of answer is another variable.")),
        "min": (question.minimum, "limited", limited, limits),
        "max": (question.maximum, "limited", limited, limits),
        "steps": (" ".join(question.steps), "recoded", "breaking", N_("Another scale.")),
        "constraint": (_text(question, "constraint"), "limited", "comparable", N_("Other values are accepted.")),
        "soft_constraint": (_text(question, "soft_constraint"), "limited", "harmless", N_("It only asks to confirm an answer.")),
        "required": ("yes" if question.required else "", "limited", "comparable", N_("It may be left without an answer, or no longer may.")),
        "dont_know": (question.dont_know, "recoded", "comparable" if question.dont_know else "breaking", N_("Whether “don’t know” is on offer changes how many choose the other answers.")),
        "refused": (question.refused, "recoded", "comparable" if question.refused else "breaking", N_("Whether a refusal is on offer changes how many choose the other answers.")),
        "calculation": (_text(question, "calculation"), "recalculated", "breaking", N_("It is computed otherwise: another variable.")),
        "split": (question.split, "recalculated", "breaking", N_("People are allocated otherwise.")),
        "appearance": (" ".join(sorted(question.appearance - {"consent"})), "retyped", "comparable", N_("It is shown otherwise.")),
        "block": (question.block, "moved", "comparable", N_("It stands with other questions.")),
        "order": (f"{question.choice_order} {(question.order and (question.order.way, question.order.key)) or ''}".strip(), "reordered", "comparable", N_("The order is drawn otherwise.")),
        "image": (question.image, "set", "comparable", N_("Another image is shown.")),
        "format": (question.format, "limited", "harmless", N_("Only how it is typed is checked otherwise.")),
        "attention": (" ".join(question.attention), "set", "harmless", N_("Only what is flagged for review changes.")),
    }  # fmt: skip


def _plain_changes(
    subject: Subject,
    name: str,
    own: frozenset[str],
    before: Mapping[str, tuple[str, Kind, Weight, str]],
    after: Mapping[str, tuple[str, Kind, Weight, str]],
) -> Iterable[Difference]:
    for part, (value, kind, weight, why) in after.items():
        if before[part][0] != value:
            yield Difference(weight, kind, subject, name, part, before[part][0], value, Message(why), own)


def _texts(
    subject: Subject, name: str, part: str, before: Labels, after: Labels, own: frozenset[str], *, harmless: bool = False
) -> Iterable[Difference]:
    """A text in each language; a translation that came or went is no rewording."""
    for language in sorted(before.keys() | after.keys()):
        texts = before.get(language, ""), after.get(language, "")
        found = compared(*texts)
        if found is None:
            continue
        weight, why = found
        if not any(before.values()) or not any(after.values()):
            weight, why = "comparable", Message(N_("A text came or went: people read something else."))
        elif not all(texts):
            weight, why = "harmless", Message(N_("A translation came or went."))
        if harmless and weight != "harmless":
            weight, why = "harmless", Message(N_("It helps to answer, and asks nothing."))
        yield Difference(weight, "reworded", subject, name, part, *texts, why, own if weight != "harmless" else frozenset(), language)


def _bases(earlier: Questionnaire, later: Questionnaire) -> Iterable[Difference]:
    for code, base in later.bases.items():
        before = earlier.bases.get(code)
        if before is None:
            yield Difference("harmless", "added", "base", code, "code", "", _condition(base), Message(N_("One base more.")))
            continue
        if _condition(before) != _condition(base):
            same = relation(before.condition, base.condition, {**earlier.questions, **later.questions}) == "same"
            why = Message(
                N_("Written otherwise, it holds the same people.") if same else N_("The percentages on it are about other people.")
            )
            yield Difference("harmless" if same else "breaking", "refiltered", "base", code, "condition", _condition(before), _condition(base), why)  # fmt: skip
        for language in sorted(before.words.keys() | base.words.keys()):
            forms = before.words.get(language, {}), base.words.get(language, {})
            for form in sorted(forms[0].keys() | forms[1].keys()):
                yield from _texts("base", code, form, {language: forms[0].get(form, "")}, {language: forms[1].get(form, "")}, frozenset(), harmless=True)  # fmt: skip
    for code, base in earlier.bases.items():
        if code not in later.bases:
            yield Difference("breaking", "removed", "base", code, "code", _condition(base), "", Message(N_("No figure can stand on it.")))


def _lookups(earlier: Questionnaire, later: Questionnaire) -> Iterable[Difference]:
    for name in sorted(earlier.lookups.keys() | later.lookups.keys()):
        before, after = earlier.lookups.get(name), later.lookups.get(name)
        if before and after:
            changed = [key for key, row in before.rows.items() if after.rows.get(key) != row]
            if changed or len(before.rows) != len(after.rows):
                weight: Weight = "breaking" if changed else "comparable"
                why = Message(N_("%(changed)s rows removed or changed, %(added)s added."), {"changed": len(changed), "added": len(after.rows.keys() - before.rows.keys())})  # fmt: skip
                users = frozenset(question.name for question in later.questions.values() if _reads(question, name))
                yield Difference(weight, "set", "lookup", name, "rows", str(len(before.rows)), str(len(after.rows)), why, users)


def _images(earlier: Questionnaire, later: Questionnaire) -> Iterable[Difference]:
    """Files of the same name that show something else."""
    for name in sorted(earlier.media.keys() & later.media.keys()):
        if earlier.media[name] != later.media[name]:
            shown = frozenset(
                each.name for each in later.questions.values() if name in (each.image, *(choice.image for choice in each.choices))
            )
            yield Difference("comparable", "set", "image", name, "name", earlier.media[name][:12], later.media[name][:12], Message(N_("Another image is shown.")), shown)  # fmt: skip


def _reads(question: Question, lookup: str) -> bool:
    stem = lookup.rpartition("/")[2].removesuffix(".csv")
    return question.lookup == lookup or any(f"'{stem}'" in text for text in (_text(question, "calculation"), _text(question, "relevant")))


def _moved(before: Sequence[str], after: Sequence[str]) -> frozenset[str]:
    """The names that are in both and not in the same order, as few as explain it."""
    first, second = [name for name in before if name in set(after)], [name for name in after if name in set(before)]
    kept = {name for block in SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks()
            for name in first[block.a : block.a + block.size]}  # fmt: skip
    return frozenset(first) - kept


def _next(questionnaire: Questionnaire, name: str) -> frozenset[str]:
    """The question that is asked next."""
    names = list(questionnaire.questions)
    following = (questionnaire.questions[each] for each in names[names.index(name) + 1 :])
    return frozenset(next(([question.name] for question in following if question.is_asked), []))


def _shown(questionnaire: Questionnaire, question: Question) -> str:
    return question.labels.get(questionnaire.default_language, "") or question.name


def _condition(base: Base) -> str:
    return base.condition.text if base.condition else ""


def _text(question: Question, part: str) -> str:
    condition = getattr(question, part)
    return condition.text if condition is not None else ""
