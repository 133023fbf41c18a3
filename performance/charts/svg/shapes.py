"""SVG's elements with presentation attributes, and the colours of all drawings."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

INK, QUIET, ORDINARY = "#0b0c0c", "#484949", "#59626a"
WORSE, BETTER, CHANGED = "#a63c06", "#0b5a8a", "#5a3a86"
BAND, AVERAGE, HATCH, GRID = "#eef1f3", "#727c84", "#bfc4c7", "#e1e4e6"
FONT = "Arial, Helvetica, Liberation Sans, sans-serif"


class Svg(str):
    """A finished drawing, which templates print as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


def drawing(
    parts: Sequence[str],
    title: str,
    width: float | str,
    height: float,
    *,
    fluid: bool = False,
) -> Svg:
    """``fluid`` drawings scale to their place; the others have a size of their own."""
    size = f'width="{width}" height="{height}"'
    if fluid:
        size = f'viewBox="0 0 {width} {height}" {size}'
    return Svg(
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size} '
        f'font-family="{FONT}"><title>{plain(title)}</title>{"".join(parts)}</svg>'
    )


def nested(drawing: Svg, x: float, y: float, width: float, height: float) -> str:
    """A drawing placed in another, which gives it its width; its title goes."""
    inside = drawing[drawing.index("</title>") + len("</title>") :]
    return f'<svg x="{x}" y="{y}" width="{width}" height="{height}">{inside}'


def line(
    x1: float | str,
    y1: float,
    x2: float | str,
    y2: float,
    colour: str,
    width: float = 1,
    dash: str = "",
    css: str = "",
) -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line{_class(css)} x1="{number(x1)}" y1="{number(y1)}" '
        f'x2="{number(x2)}" y2="{number(y2)}" stroke="{colour}" '
        f'stroke-width="{width}"{dashes}/>'
    )


def rect(
    left: float,
    top: float,
    right: float,
    bottom: float,
    *,
    fill: str,
    stroke: str = "",
    css: str = "",
) -> str:
    edge = f' stroke="{stroke}" stroke-width="1.75"' if stroke else ""
    return (
        f'<rect{_class(css)} x="{number(left)}" y="{number(top)}" '
        f'width="{number(right - left)}" height="{number(bottom - top)}" '
        f'fill="{fill}"{edge}/>'
    )


def circle(
    x: float, y: float, r: float, *, fill: str, stroke: str = "", css: str = ""
) -> str:
    edge = f' stroke="{stroke}" stroke-width="1.75"' if stroke else ""
    return (
        f'<circle{_class(css)} cx="{number(x)}" cy="{number(y)}" r="{r}" '
        f'fill="{fill}"{edge}/>'
    )


def text(
    words: str,
    x: float | str,
    y: float,
    anchor: str = "start",
    size: float = 14,
    *,
    fill: str = QUIET,
    bold: bool = False,
    css: str = "",
    more: str = "",
) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text{_class(css)} x="{number(x)}" y="{number(y)}" font-size="{size}" '
        f'text-anchor="{anchor}" fill="{fill}"{weight}{more}>{plain(words)}</text>'
    )


def haloed(
    words: str,
    x: float,
    y: float,
    anchor: str,
    size: float,
    *,
    fill: str,
    bold: bool = False,
) -> list[str]:
    """Text on a white edge, so that lines below do not cut it."""
    halo = ' stroke="#ffffff" stroke-width="4" stroke-linejoin="round"'
    below = text(words, x, y, anchor, size, fill="#ffffff", bold=bold, more=halo)
    return [below, text(words, x, y, anchor, size, fill=fill, bold=bold)]


def _class(css: str) -> str:
    return f' class="{css}"' if css else ""


def text_width(words: str, size: float) -> float:
    """About how wide Arial sets it: enough to keep labels apart."""
    return len(words) * size * 0.54


def per_cent(share: float) -> str:
    return f"{number(100 * share)}%"


def number(value: float | str) -> str:
    """Two decimals at most; what is in per cent already stays."""
    if isinstance(value, str):
        return value
    return f"{round(value, 2) + 0:g}" if abs(value) < 1000 else f"{value:.0f}"


def plain(text: str) -> str:
    """Escaped text, without the control characters that XML cannot hold."""
    return escape("".join(c for c in text if c.isprintable() or c in "\t\n"))


def clamp(value: float, low: float, high: float) -> float:
    return max(low, min(value, high))
