"""Texts with HTML or Markdown in them, as the plain text that the form shows; what was lost is said."""

from __future__ import annotations

import html
import re

from surveys.core.foreign.brought import Ledger, Place
from surveys.core.messages import N_

BREAK = re.compile(r"<\s*(?:br|/p|/div|/li|/h[1-6]|/tr)\b[^<>]*>", re.IGNORECASE)
HIDDEN = re.compile(r"<\s*(script|style)\b.*?(?:<\s*/\s*\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
TAG = re.compile(r"<\s*/?\s*([a-zA-Z][a-zA-Z0-9]*)\b[^<>]*>|<!--.*?-->", re.DOTALL)
STRONG = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
SILENT = frozenset({"p", "br", "div", "span"})  # tags that only hold the text
SHOWN = frozenset({"img", "a", "video", "audio", "iframe", "script", "style", "table", "input", "button", "object", "embed"})


def without_markup(text: str, place: Place, ledger: Ledger) -> str:
    """Return the text without tags and stars, its line breaks kept."""
    if "<" not in text and "&" not in text and "**" not in text:
        return text
    bare = HIDDEN.sub("", text)
    tags = {name.lower() for name in TAG.findall(bare)} | {name.lower() for name in HIDDEN.findall(text)}
    bare = STRONG.sub(r"\1", TAG.sub("", BREAK.sub("\n", bare)))
    bare = html.unescape(bare).replace("\u00ad", "")
    lines = [re.sub(r"[ \t]+", " ", line).strip() for line in bare.splitlines()]
    lost = sorted(tags & SHOWN)
    if lost:
        ledger.missed(place, "label", N_("The text held more than text (%(tags)s), which is left out."), tags=", ".join(lost))
    elif tags - SILENT or STRONG.search(text):
        ledger.note(place, "label", N_("The text is shown without its bold, italics or colours."))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
