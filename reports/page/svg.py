"""Writes a drawing as an SVG file that needs nothing else: no style sheet, no script, no font to fetch."""

from __future__ import annotations

from xml.sax.saxutils import escape

from reports.core.drawing import COLOURS, HATCH_STEP, HATCH_WIDTH, Box, Drawing, Line, Shape, Text

FAMILY = "Noto Sans, Segoe UI, Roboto, Helvetica, Arial, sans-serif"


def as_svg(drawing: Drawing) -> str:
    """Return the drawing as SVG, its title and description first."""
    hatch = (
        f'<defs><pattern id="hatch" width="{HATCH_STEP}" height="{HATCH_STEP}" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<line x1="0" y1="0" x2="0" y2="{HATCH_STEP}" stroke="{COLOURS["hatch"]}" stroke-width="{HATCH_WIDTH}"/></pattern></defs>'
    )
    is_hatched = any(isinstance(shape, Box) and shape.is_hatched for shape in drawing.shapes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title desc" width="{drawing.width}" height="{drawing.height}" '
        f'viewBox="0 0 {drawing.width} {drawing.height}" font-family="{FAMILY}">\n'
        f'<title id="title">{escape(drawing.title)}</title>\n<desc id="desc">{escape(drawing.description)}</desc>\n'
        f"{hatch if is_hatched else ''}"
        f'<rect width="{drawing.width}" height="{drawing.height}" fill="{COLOURS["paper"]}"/>\n'
        + "\n".join(_shape(shape) for shape in drawing.shapes)
        + "\n</svg>\n"
    )


def _shape(shape: Shape) -> str:
    if isinstance(shape, Text):
        weight = ' font-weight="700"' if shape.bold else ""
        return (
            f'<text x="{shape.x:g}" y="{shape.y:.4g}" font-size="{shape.size:g}"{weight} fill="{COLOURS[shape.ink]}" xml:space="preserve">'
            f"{escape(shape.words)}</text>"
        )
    if isinstance(shape, Line):
        ends = f'x1="{shape.x1:.2f}" y1="{shape.y1:.2f}" x2="{shape.x2:.2f}" y2="{shape.y2:.2f}"'
        return f'<line {ends} stroke="{COLOURS[shape.ink]}" stroke-width="{shape.width:g}"/>'
    return _box(shape)


def _box(box: Box) -> str:
    fill = "url(#hatch)" if box.is_hatched else COLOURS[box.fill] if box.fill else "none"
    outline = f' stroke="{COLOURS[box.outline]}" stroke-width="1.5"' if box.outline else ""
    return f'<rect x="{box.x:g}" y="{box.y:.2f}" width="{box.width:.2f}" height="{box.height:.2f}" fill="{fill}"{outline}/>'
