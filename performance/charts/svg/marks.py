"""The shapes of judgements and places, and the line that joins them."""

from collections.abc import Callable, Sequence

from performance.charts.describe import Band, Mark
from performance.charts.svg import shapes
from performance.charts.svg.shapes import BETTER, CHANGED, INK, ORDINARY, WORSE, Svg
from performance.statistics.polarity import Judgement
from performance.statistics.position import Place

MARK_COLOURS = {
    Mark.WORSE: WORSE,
    Mark.BETTER: BETTER,
    Mark.CHANGED: CHANGED,
    Mark.ORDINARY: INK,
}
JUDGEMENT_COLOURS = {
    Judgement.WORSE: WORSE,
    Judgement.BETTER: BETTER,
    Judgement.NONE: CHANGED,
    None: ORDINARY,
}
ICON_SIZE = 20


def icon(mark: Mark, size: int = ICON_SIZE) -> Svg:
    """The judgement's shape, for legends and beside its word; hidden from readers."""
    middle = size / 2
    shape = mark_shape(mark, middle, middle, size / 2 - 1)
    return Svg(
        f'<svg width="{size}" height="{size}" viewBox="0 0 {size} {size}" '
        f'aria-hidden="true" focusable="false">{shape}</svg>'
    )


def mark_shape(mark: Mark, x: float, y: float, radius: float) -> str:
    """A judgement's shape about a point: its sign is left out where it is too small."""
    colour, r = MARK_COLOURS[mark], shapes.number(radius)
    scale = shapes.number(radius / 7)
    match mark:
        case Mark.WORSE:
            reach = shapes.number(radius * 1.15)
            shape = f'<path d="M0 -{reach}L{reach} 0L0 {reach}L-{reach} 0Z"{{}}/>'
            sign = "M0 -4V1M0 3V4.6"
        case Mark.BETTER:
            shape, sign = f'<circle r="{r}"{{}}/>', "M-3 0.2L-0.8 2.6L3.2 -2.2"
        case Mark.CHANGED:
            side = shapes.number(radius * 1.8)
            half = shapes.number(radius * 0.9)
            shape = (
                f'<rect x="-{half}" y="-{half}" width="{side}" height="{side}"{{}}/>'
            )
            sign = "M-3.4 -1.8H3.4M-3.4 1.8H3.4"
        case Mark.ORDINARY:
            ring = shapes.number(min(radius * 0.6, 4))
            shape, sign = f'<circle r="{ring}"{{}}/>', ""
    if mark is Mark.ORDINARY:
        drawn = shape.format(f' fill="#ffffff" stroke="{colour}" stroke-width="1.75"')
    else:
        drawn = shape.format(f' fill="{colour}" stroke="#ffffff" stroke-width="1"')
    if sign and radius >= 4.5:
        drawn += (
            f'<path d="{sign}" transform="scale({scale})" fill="none" '
            'stroke="#ffffff" stroke-width="1.8"/>'
        )
    place = f"translate({shapes.number(x)} {shapes.number(y)})"
    return f'<g class="mark mark--{mark}" transform="{place}">{drawn}</g>'


def place_shape(place: Place, colour: str, size: float) -> str:
    """Triangle up for higher, down for lower, a ring for similar or not compared."""
    attributes = f'fill="{colour}" stroke="#ffffff" stroke-width="1"'
    reach = shapes.number(size)
    match place:
        case Place.HIGHER:
            return f'<path d="M0 -{reach}L{reach} {reach}H-{reach}Z" {attributes}/>'
        case Place.LOWER:
            return f'<path d="M0 {reach}L{reach} -{reach}H-{reach}Z" {attributes}/>'
    return (
        f'<circle r="{shapes.number(size * 0.8)}" fill="#ffffff" stroke="{colour}" '
        'stroke-width="2"/>'
    )


def paths(
    values: Sequence[float | None],
    x: Callable[[float], float],
    y: Callable[[float], float],
    cuts: frozenset[int],
    *,
    width: float,
    colour: str,
    dots: bool = True,
) -> list[str]:
    """The line, cut at gaps and where a segment begins; a lone point is a dot."""
    parts = []
    stretch: list[tuple[float, float]] = []
    for index in range(len(values) + 1):
        ended = index == len(values) or values[index] is None or index in cuts
        if ended and stretch:
            if len(stretch) > 1:
                path = "L".join(
                    f"{shapes.number(a)} {shapes.number(b)}" for a, b in stretch
                )
                parts.append(
                    f'<path class="line" d="M{path}" fill="none" stroke="{colour}" '
                    f'stroke-width="{width}" stroke-linejoin="round"/>'
                )
            elif dots:
                parts.append(shapes.circle(*stretch[0], 2, fill=colour, css="lone"))
            stretch = []
        if index < len(values) and values[index] is not None:
            stretch.append((x(index), y(values[index])))
    return parts


def cuts_of(bands: Sequence[Band]) -> frozenset[int]:
    return frozenset(band.start for band in bands)
