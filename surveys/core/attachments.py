"""What stands beside the sheets of a study: lookup tables, image files, and the sheet of the study's own words.

In a folder these are files, `lookups/NAME.csv`, `media/FILE` and `words.csv`; in a workbook they are sheets like the others,
`lookups.NAME`, `media.FILE` (the file in base64, one piece per row) and `words`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping

from surveys.core.messages import N_
from surveys.core.workbook import Report, Sheet, Workbook, sheet_of

LOOKUPS, MEDIA, WORDS = "lookups/", "media/", "words"
MEDIA_BYTES = 300_000
MOST_FILES = 100  # of each kind
PIECE = 24_000  # bytes: 32,000 characters of base64, which a cell of a spreadsheet holds
MEDIA_HEADER = ("base64",)
LOOKUP_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,22}\.csv")  # with “lookups.”, 31 characters: the longest name of a sheet
MEDIA_FILE = re.compile(r"(?=.{1,25}\Z)[A-Za-z0-9][A-Za-z0-9_-]*\.(png|jpg|jpeg|webp|svg)")
MEDIA_TYPES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp", "svg": "image/svg+xml"}

SVG_ROOT = re.compile(r"\s*(<\?xml[^>]*\?>)?\s*<svg[\s>]")
SVG_RUNS = re.compile(r"<\s*(script|foreignobject|iframe|animate|set|handler)\b|\son\w+\s*=|<!|javascript:|@import"
                      r"|(url\s*\(|href\s*=)\s*['\"]?\s*(?!['\"#\s])", re.IGNORECASE)  # fmt: skip

NOT_AS_NAMED = N_("Its content is not what its name says: save it anew as png, jpg, webp or svg.")


def is_attachment(name: str) -> bool:
    """Say whether a sheet of this name stands beside the study's own."""
    return name.startswith((LOOKUPS, MEDIA)) or name == WORDS


def attachments_of(workbook: Workbook) -> dict[str, Sheet]:
    """Return the sheets beside the study's own, in the order of their names."""
    return {name: workbook[name] for name in sorted(workbook) if is_attachment(name)}


def title_of(name: str) -> str:
    """Return the name of a sheet in a workbook, where / cannot stand: lookups.communes, media.logo.png."""
    if name.startswith(LOOKUPS):
        return name.replace("/", ".", 1).removesuffix(".csv")
    return name.replace("/", ".", 1) if name.startswith(MEDIA) else name


def name_of(title: str) -> str:
    """Return the name of the sheet that a workbook calls ``title``; ".csv" may stand at the end of a lookup's or not."""
    kind, separator, file = title.partition(".")
    if not separator or f"{kind}/" not in (LOOKUPS, MEDIA):
        return title
    return f"{LOOKUPS}{file.removesuffix('.csv')}.csv" if kind == "lookups" else f"{MEDIA}{file}"


def media_sheet(name: str, content: bytes) -> Sheet:
    """Return a file as a sheet of base64, piece by piece."""
    pieces = (content[start : start + PIECE] for start in range(0, len(content), PIECE))
    rows = ((number, {MEDIA_HEADER[0]: base64.b64encode(piece).decode()}) for number, piece in enumerate(pieces, 2))
    return sheet_of(name, MEDIA_HEADER, rows)


def media_bytes(sheet: Sheet) -> bytes:
    """Return the file that ``media_sheet`` was given. Raises ValueError when the sheet holds none."""
    try:
        return b"".join(base64.b64decode(row[MEDIA_HEADER[0]], validate=True) for row in sheet)
    except binascii.Error as error:
        raise ValueError(str(error)) from None


def check_attachments(workbook: Workbook, report: Report) -> None:
    """Note files that cannot be kept or shown: names, number, size, and content other than the name says."""
    for kind in (LOOKUPS, MEDIA):
        names = [name for name in workbook if name.startswith(kind)]
        if len(names) > MOST_FILES:
            report.add(kind.rstrip("/"), 0, "", N_("At most %(limit)s files."), limit=MOST_FILES)
        _check_names(kind, names, report)
    for name in workbook:
        if name.startswith(MEDIA):
            _check_media(workbook[name], report)


def media_of(workbook: Workbook) -> dict[str, str]:
    """Return the SHA-256 of each image file, by file name; unreadable ones are left out."""
    found = {}
    for name, sheet in workbook.items():
        if name.startswith(MEDIA):
            try:
                found[name.removeprefix(MEDIA)] = hashlib.sha256(media_bytes(sheet)).hexdigest()
            except ValueError:
                continue
    return found


def check_images(images: Mapping[tuple[str, int], str], media: Mapping[str, str], report: Report) -> None:
    """Note the images that no file of the media folder is; ``images`` gives the file by (sheet, row)."""
    for (sheet, row), file in images.items():
        if file and file not in media:
            known = ", ".join(sorted(media)) or "–"
            report.add(
                sheet, row, "media::image", N_("The media folder has no file “%(file)s”; it has: %(known)s."), file=file, known=known
            )


def media_fault(file: str, content: bytes) -> str:
    """Return what is wrong with an image file, as a template marked with N_; '' when nothing is."""
    if len(content) > MEDIA_BYTES:
        return N_("An image has at most 300 kB: respondents load it on a phone. Make it smaller.")
    kind = file.rpartition(".")[2].lower()
    if kind == "svg":
        return _svg_fault(content)
    starts = {
        "png": content.startswith(b"\x89PNG\r\n\x1a\n") and b"IEND" in content[-16:],
        "jpg": content.startswith(b"\xff\xd8\xff"),
        "jpeg": content.startswith(b"\xff\xd8\xff"),
        "webp": content[:4] == b"RIFF" and content[8:12] == b"WEBP",
    }
    return "" if starts.get(kind) else NOT_AS_NAMED


def _svg_fault(content: bytes) -> str:
    try:
        text = _without_comments(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return NOT_AS_NAMED
    if not SVG_ROOT.match(text):
        return NOT_AS_NAMED
    if SVG_RUNS.search(text):
        return N_("This svg holds more than a drawing (a script, a link, another file, an entity): export it as a plain svg, or as png.")
    return ""


def _without_comments(text: str) -> str:
    """A comment that never ends stays, and is refused as what it then is."""
    first, *rest = text.split("<!--")
    return first + "".join(part.partition("-->")[2] if "-->" in part else f"<!--{part}" for part in rest)


def _check_names(kind: str, names: list[str], report: Report) -> None:
    pattern = LOOKUP_FILE if kind == LOOKUPS else MEDIA_FILE
    seen: dict[str, str] = {}
    for name in names:
        file = name.removeprefix(kind)
        if not pattern.fullmatch(file):
            longest = 27 if kind == LOOKUPS else 25
            report.add(name, 0, "", N_("Name this file with letters without accent, digits, - and _, and its ending in small letters; at most %(limit)s characters."), limit=longest)  # fmt: skip
        if file.lower() in seen:
            report.add(name, 0, "", N_("“%(other)s” has the same name but for capitals: rename one of them."), other=seen[file.lower()])
        seen[file.lower()] = file


def _check_media(sheet: Sheet, report: Report) -> None:
    try:
        content = media_bytes(sheet)
    except ValueError:
        report.add(
            sheet.name, 0, "base64", N_("This is not a file in base64: export the study again, or put the file into the folder media/.")
        )
        return
    fault = media_fault(sheet.name, content)
    if fault:
        report.add(sheet.name, 0, "", fault)
