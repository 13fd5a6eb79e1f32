"""Paints a drawing as a PNG with the house's own font, so that it looks the same on every machine; its mentions stand in the file too."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from reports.core.drawing import COLOURS, HATCH_STEP, HATCH_WIDTH, Box, Drawing, Line, Shape, Text

if TYPE_CHECKING:
    from PIL import Image, ImageDraw, ImageFont

FONTS = Path(__file__).parent / "fonts"
FINER = 2  # painted so many times larger, then made smaller: smooth stripes and edges
COLOURS_KEPT = 32  # of the palette: flat colours and the edges of letters


def width_of(words: str, size: float, *, bold: bool = False) -> float:
    """Return the width in pixels of a text set in the house's font."""
    return _font(100, bold=bold).getlength(words) * size / 100


def as_png(drawing: Drawing, about: Mapping[str, str], *, scale: int = 1) -> bytes:
    """Return the drawing as a PNG file ``scale`` times its size; ``about`` is kept in it as text, by keyword."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 -- heavy, and only a painter needs it
    from PIL.PngImagePlugin import PngInfo  # noqa: PLC0415

    zoom = scale * FINER
    image = Image.new("RGB", (drawing.width * zoom, drawing.height * zoom), COLOURS["paper"])
    brush = ImageDraw.Draw(image)
    for shape in drawing.shapes:
        _paint(image, brush, shape, zoom)
    image = image.resize((drawing.width * scale, drawing.height * scale), Image.Resampling.LANCZOS)
    written, texts = io.BytesIO(), PngInfo()
    for keyword, text in about.items():
        texts.add_itxt(keyword, text)
    image.quantize(COLOURS_KEPT, dither=Image.Dither.NONE).save(written, "PNG", optimize=True, pnginfo=texts)
    return written.getvalue()


@lru_cache(maxsize=32)
def _font(pixels: int, *, bold: bool) -> ImageFont.FreeTypeFont:
    from PIL import ImageFont  # noqa: PLC0415 -- heavy, and only a painter needs it

    return ImageFont.truetype(FONTS / f"NotoSans-{'Bold' if bold else 'Regular'}.ttf", pixels, layout_engine=ImageFont.Layout.BASIC)


def _paint(image: Image.Image, brush: ImageDraw.ImageDraw, shape: Shape, zoom: int) -> None:
    if isinstance(shape, Text):
        font = _font(round(shape.size * zoom), bold=shape.bold)
        brush.text((shape.x * zoom, shape.y * zoom), shape.words, COLOURS[shape.ink], font, anchor="ls")
    elif isinstance(shape, Line):
        _line(brush, shape, zoom)
    else:
        _box(image, brush, shape, zoom)


def _line(brush: ImageDraw.ImageDraw, line: Line, zoom: int) -> None:
    """Paint an upright or level line as the rectangle that it is."""
    half = line.width / 2
    across, along = (half, 0.0) if line.x1 == line.x2 else (0.0, half)
    corners = (line.x1 - across, line.y1 - along, line.x2 + across, line.y2 + along)
    left, top, right, bottom = (round(corner * zoom) for corner in corners)
    brush.rectangle((left, top, max(right - 1, left), max(bottom - 1, top)), COLOURS[line.ink])


def _box(image: Image.Image, brush: ImageDraw.ImageDraw, box: Box, zoom: int) -> None:
    left, top = round(box.x * zoom), round(box.y * zoom)
    width, height = round(box.width * zoom), round(box.height * zoom)
    if not width or not height:
        return
    if box.is_hatched:
        image.paste(COLOURS["hatch"], (left, top), _stripes(width, height, zoom))
    corners = (left, top, left + width - 1, top + height - 1)
    fill, outline = (COLOURS[ink] if ink else None for ink in (box.fill, box.outline))
    brush.rectangle(corners, fill, outline, width=round(1.5 * zoom) if outline else 0)


def _stripes(width: int, height: int, zoom: int) -> Image.Image:
    """Return a mask of stripes at 45 degrees."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 -- heavy, and only a painter needs it

    mask = Image.new("L", (width, height), 0)
    brush = ImageDraw.Draw(mask)
    for start in range(-height, width, round(HATCH_STEP * zoom * 2**0.5)):
        brush.line((start, height, start + height, 0), 255, HATCH_WIDTH * zoom)
    return mask
