"""How numbers, dates and punctuation are printed in each language: 2 032, 78 %, ± 2,2 points; 2,032, 78%, ±2.2 points.

Spaces that must not break are U+00A0, the narrow one between thousands U+202F. A language without a row prints as English.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

NO_BREAK = "\u00a0"
NARROW = "\u202f"
MINUS = "\u2212"


@dataclass(frozen=True)
class Conventions:
    """What a language puts between thousands, before decimals, before a percent sign and around a quotation."""

    thousands: str
    decimal: str
    before_percent: str
    after_plus_minus: str
    quotes: tuple[str, str]
    inner_quotes: tuple[str, str]
    months: tuple[str, ...]
    first_of_month: str


FRENCH = Conventions(
    NARROW, ",", NO_BREAK, NO_BREAK, (f"«{NO_BREAK}", f"{NO_BREAK}»"), ("“", "”"),
    ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    "1er",
)  # fmt: skip
ENGLISH = Conventions(
    ",", ".", "", "", ("“", "”"), ("‘", "’"),
    ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),
    "1",
)  # fmt: skip

# What French sets a no-break space before or after, where an author typed an ordinary one.
BEFORE_SIGNS = re.compile(r" +(?=[:;?!%»])")
AFTER_OPENING = re.compile(r"(?<=«) +")
THOUSANDS = re.compile(r"(?<![\d,.])(\d{1,3}) (?=\d{3}(?!\d))")
ALTERNATIVES = re.compile(r"\{([^{}|]*)\|([^{}|]*)\}")
STRAIGHT_QUOTES = re.compile(r'"([^"]*)"')


def conventions(language: str) -> Conventions:
    """Return the conventions of a language ("fr", "fr-CA", "en"…)."""
    return FRENCH if language.split("-")[0] == "fr" else ENGLISH


def typeset(text: str, language: str) -> str:
    """Return an author's text with the quotes, spaces and apostrophes of its language; doing it twice changes nothing."""
    opening, closing = conventions(language).quotes
    text = STRAIGHT_QUOTES.sub(rf"{opening}\1{closing}", text.replace("'", "’"))
    if conventions(language) is not FRENCH:
        return text
    text = AFTER_OPENING.sub(NO_BREAK, BEFORE_SIGNS.sub(NO_BREAK, text))
    return THOUSANDS.sub(rf"\1{NARROW}", text)


def quoted(text: str, language: str) -> str:
    """Return the text between the quotation marks of its language, those inside it changed for the inner ones."""
    outer, inner = conventions(language).quotes, conventions(language).inner_quotes
    for mark, within in zip(outer, inner, strict=True):
        text = text.replace(mark, within)
    return f"{outer[0]}{text}{outer[1]}"


def number(value: float | Decimal, language: str, places: int = 0) -> str:
    """Return a number with so many decimals, rounded half up, thousands apart, and a true minus sign."""
    here = conventions(language)
    rounded = rounded_half_up(value, places)
    sign = MINUS if rounded < 0 else ""
    return sign + f"{abs(rounded):,.{places}f}".replace(",", "\0").replace(".", here.decimal).replace("\0", here.thousands)


def rounded_half_up(value: float | Decimal, places: int = 0) -> Decimal:
    """Return the value at so many decimals, halves away from zero; the value is taken as it prints, 12.5 and not 12.4999…"""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def percentage(text: str, language: str) -> str:
    """Return a printed number with the percent sign of its language: 78 % or 78%."""
    return f"{text}{conventions(language).before_percent}%"


def plus_minus(text: str, language: str) -> str:
    """Return a printed margin with its sign: ± 2,2 or ±2.2."""
    return f"±{conventions(language).after_plus_minus}{text}"


def signed(value: int) -> str:
    """Return a difference with its sign: +8, −3, 0."""
    return f"+{value}" if value > 0 else f"{MINUS}{-value}" if value < 0 else "0"


def is_singular(value: float | Decimal, language: str) -> bool:
    """Say whether a unit after this number is in the singular: below 2 in French (1,8 point), 1 alone in English."""
    size = abs(Decimal(str(value)))
    return size < 2 if conventions(language) is FRENCH else size == 1


def agreed(text: str, value: float | Decimal, language: str) -> str:
    """Return an author's text with each {one|several} as the number before it wants: {consultation|consultations}."""
    wanted = 1 if is_singular(value, language) else 2
    return ALTERNATIVES.sub(lambda found: found.group(wanted), text)


def day(value: date, language: str, *, year: bool = True, month: bool = True) -> str:
    """Return a date in words: 1er février 2024, 5 February 2024."""
    here = conventions(language)
    parts = [here.first_of_month if value.day == 1 else str(value.day)]
    parts += [here.months[value.month - 1]] if month else []
    parts += [str(value.year)] if year else []
    return parts[0] if len(parts) == 1 else f"{parts[0]}{NO_BREAK}{' '.join(parts[1:])}"


def period(starts: str, ends: str, language: str) -> str:
    """Return fieldwork dates in words, from ISO dates or times: du 22 au 27 novembre 2023, 22–27 November 2023.

    Texts that are no dates ("printemps 2018") are kept as they are.
    """
    first, last = _date(starts), _date(ends)
    if first is None or last is None:
        return " – ".join(text for text in (starts, ends) if text)
    if first == last:
        return f"le {day(last, language)}" if conventions(language) is FRENCH else day(last, language)
    same_year = first.year == last.year
    same_month = same_year and first.month == last.month
    start, end = day(first, language, year=not same_year, month=not same_month), day(last, language)
    if conventions(language) is FRENCH:
        return f"du {start} au {end}"
    return f"{start}–{end}" if same_month else f"{start} – {end}"


def dated(text: str, language: str) -> str:
    """Return a source's date in words: 2024-02 → février 2024, 2024-02-05 → 5 février 2024; any other text as it is."""
    if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text):
        return f"{conventions(language).months[int(text[5:]) - 1]} {text[:4]}"
    found = _date(text) if len(text) == 10 else None
    return day(found, language) if found else text


def moment(value: datetime, language: str) -> str:
    """Return a date and time in words, in the time zone it carries: 27 novembre 2023 à 20 h 00."""
    if conventions(language) is FRENCH:
        return f"{day(value, language)} à {value.hour}{NO_BREAK}h{NO_BREAK}{value.minute:02d}"
    return f"{day(value, language)} at {value:%H:%M}"


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
