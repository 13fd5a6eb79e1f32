"""Shows the messages of core in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from surveys.core.foreign.brought import Remark
from surveys.core.messages import Message
from surveys.core.workbook import Mistake


def say(message: Message) -> str:
    """Return the message in the active language, messages within it included."""
    values = {name: say(value) if isinstance(value, Message) else value for name, value in message.values.items()}
    return _(message.template) % values if values else _(message.template)


def say_mistake(mistake: Mistake) -> str:
    """Return "sheet, row, column: what is wrong and what to write" in the active language."""
    place = [_("sheet %(name)s") % {"name": mistake.sheet}]
    if mistake.row:
        place.append(_("row %(number)s") % {"number": mistake.row})
    if mistake.column:
        place.append(_("column %(name)s") % {"name": mistake.column})
    return _("%(place)s: %(reason)s") % {"place": ", ".join(place), "reason": say(mistake.message)}


def say_remark(remark: Remark) -> str:
    """Return "survey, row 4, column relevant: what became of it" in the active language."""
    place = [remark.place.sheet]
    if remark.place.row:
        place.append(_("row %(number)s") % {"number": remark.place.row})
    if remark.column:
        place.append(remark.column)
    return _("%(place)s: %(reason)s") % {"place": ", ".join(place), "reason": say(remark.message)}
