"""Where the questions and the sections of a text begin, judged on the text as a whole."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from surveys.core.foreign.pasting.instructions import instructions_in
from surveys.core.foreign.pasting.lines import LETTER, Head, Line, head_of, numbered_head_of
from surveys.core.foreign.pasting.plain import asks, is_capitals, is_sentence

SECTION_WORD = re.compile(
    r"(?i:bloc|partie|section|module|th[eè]me|part|block|chapitre|rubrique|volet)\s+(?:[A-Za-z]|\d{1,2}|[IVXivx]{1,4})\s*(?:[:.–—\-]+\s*|$)"
)
NUMERAL = re.compile(r"(?:[IVX]{2,5}\s?[.)–—-]|#{1,4})\s*(?P<text>\S.*)")
LAST_WORDS = re.compile(
    r"(?:(?:nous vous )?(?:merci|remerci\w+|thank you|thanks)(?!\w).{0,120}|(?:fin|end)(?: (?:du|de l'|of|of the|the))? ?(?:questionnaire|survey|enquete|interview)?)[ .!]*"
)


def heads_in(lines: Sequence[Line]) -> dict[int, Head]:
    """Return the beginnings of the questions by line.

    A prefix that is not one of the trade ("Q", "S", "RS"…) counts when it stands twice or with a question mark, so that the
    channel "TF1 – …" is no question. Bare numbers ("7) …") are questions only in a text that has no prefix at all.
    """
    found = {line.number: head for line in lines if (head := head_of(line.body))}
    lines_of_prefix = defaultdict(set)
    for head in found.values():
        lines_of_prefix[head.prefix].add(head.label)
    sure = {number: head for number, head in found.items() if head.is_sure or len(lines_of_prefix[head.prefix]) > 1}
    return sure or _numbered(lines)


def _numbered(lines: Sequence[Line]) -> dict[int, Head]:
    found, last = {}, 0
    for position, line in enumerate(lines):
        head = numbered_head_of(line.body)
        if head is None:
            continue
        number = int(head.label)
        goes_on = number == last + 1 and (position == 0 or lines[position - 1].is_blank) and _asks_below(lines, position)
        if number > last and ("?" in head.text or (number == last + 1 and asks(head.text)) or goes_on):
            found[line.number], last = head, number
    return found


def _asks_below(lines: Sequence[Line], position: int) -> bool:
    """Whether a wording that begins here asks on its second line."""
    return position + 1 < len(lines) and lines[position + 1].body.endswith("?")


def section_title(lines: Sequence[Line], position: int, heads: Mapping[int, Head], last_letter: str) -> str:
    """Return the title when the line begins a section, '' otherwise; ``last_letter`` marked the choice above it."""
    body = lines[position].body.strip()
    if not body or len(body) > 200 or "\t" in body or body.endswith("?"):
        return ""
    if found := SECTION_WORD.match(body):
        return body[found.end() :] or body
    if numeral := NUMERAL.fullmatch(body):
        return numeral["text"]
    is_apart = position == 0 or lines[position - 1].is_blank
    leads = _leads_to_a_question(lines, position, heads)
    lettered = LETTER.fullmatch(body)
    if lettered and lettered["code"].isupper():
        follows = bool(last_letter) and ord(lettered["code"]) == ord(last_letter.upper()) + 1
        return lettered["text"] if not follows and (leads or (is_apart and is_capitals(lettered["text"]))) else ""
    is_title = is_capitals(body) and not lettered and body[0].isalpha() and not instructions_in(body).is_whole
    return body if is_title and is_apart and leads else ""


def _leads_to_a_question(lines: Sequence[Line], position: int, heads: Mapping[int, Head]) -> bool:
    """Whether a question follows, but for blank lines, brackets, and one sentence to read."""
    texts = 0
    for line in lines[position + 1 : position + 12]:
        if line.number in heads:
            return True
        if line.body:
            texts += 1
            if texts > 2 or not (is_sentence(line.body) or is_capitals(line.body)):
                return False
    return False
