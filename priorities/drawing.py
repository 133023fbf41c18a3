"""Draw the accountability map as a static SVG, from a description of its boxes and lines.

Presentation attributes only: a page's Content-Security-Policy forbids style attributes
and elements, and the drawing must also stand alone as a file. Lengths are in px; every
text is at least 14 px where the drawing has its full width.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from xml.sax.saxutils import escape, quoteattr

FONT = "Arial, Helvetica Neue, Liberation Sans, sans-serif"
INK, QUIET, TEAL, WHITE = "#0b0c0c", "#44494b", "#10434e", "#ffffff"
PALE_TINT, HEAD_TINT, GAP_TINT = "#eef4f4", "#dce8e8", "#fffaf0"
GAP_EDGE, GAP_INK = "#9a5a05", "#7a4300"
SOLID, DASHES, DOTS = "", "7 4", "2 4"

MIN_WIDTH = 1100
MIN_COLUMN = 168
SPACE = 16  # between boxes side by side
LINE = 19  # from one line of text to the next
PADDING = 10
TEXT = 14
MIDDLE_WIDTH = 400  # the board in the middle, and what it answers to
SIDE_WIDTH = 262
APART_PER_ROW = 4


class Svg(str):
    """A finished drawing, which templates print as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


class Look(Enum):
    """Fill, edge, dashes of the edge, colour of the text."""

    PLAIN = (WHITE, TEAL, SOLID, INK)
    PALE = (PALE_TINT, TEAL, SOLID, INK)
    HEAD = (HEAD_TINT, TEAL, SOLID, INK)
    BRAND = (TEAL, TEAL, SOLID, WHITE)
    DASHED = (WHITE, TEAL, DASHES, INK)
    GAP_HEAD = (GAP_TINT, GAP_EDGE, DASHES, INK)
    GAP = (GAP_TINT, GAP_EDGE, DASHES, GAP_INK)


@dataclass(frozen=True)
class Box:
    title: str
    notes: tuple[str, ...] = ()
    href: str = ""
    look: Look = Look.PLAIN
    bold: bool = False


@dataclass(frozen=True)
class Column:
    """A key issue with the bodies that lead it, and those that deliver it alone."""

    head: Box
    cells: tuple[Box, ...]
    reports: bool  # whether a line to the board in the middle is recorded


@dataclass(frozen=True)
class Bar:
    """A body that delivers several columns, by their places from 0."""

    box: Box
    columns: tuple[int, ...]


@dataclass(frozen=True)
class Map:
    title: str
    middle: Box
    above: tuple[Box, ...] = ()
    answers: str = ""  # the words on the line upwards
    attend: Box | None = None
    beside: tuple[tuple[Box, bool], ...] = ()  # with whether it delivers (dotted)
    columns: tuple[Column, ...] = ()
    reporting: str = ""  # the words on the line from the columns
    bars: tuple[Bar, ...] = ()
    rows: tuple[tuple[str, tuple[Box, ...]], ...] = ()  # apart, each under its title


def draw(chart: Map) -> Svg:
    """The map; wider than MIN_WIDTH where there are more columns than fit into it."""
    return _Drawing(chart).draw()


# --- Text ---------------------------------------------------------------------------


def text_width(text: str, size: float = TEXT, *, bold: bool = False) -> float:
    """About how wide Arial sets a text; a little more rather than less."""
    ems = sum(
        0.3 if c in "fijlrtI.,:;'’|!()[]- " else 0.86 if c in "mwMW@%&" else 0.58
        for c in text
    ) + 0.12 * sum(c.isupper() for c in text)
    return ems * size * (1.06 if bold else 1)


def wrap(text: str, width: float, *, bold: bool = False) -> list[str]:
    """Break a text into lines at spaces; a word wider than the line has its own."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, bold=bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def lines_of(box: Box, width: float) -> list[tuple[str, bool]]:
    """The lines of a box, each with whether it is bold."""
    room = width - 2 * PADDING
    titles = [(line, box.bold) for line in wrap(box.title, room, bold=box.bold)]
    return titles + [(line, False) for note in box.notes for line in wrap(note, room)]


def height_of(box: Box, width: float) -> float:
    return len(lines_of(box, width)) * LINE + 2 * PADDING


# --- The drawing --------------------------------------------------------------------


class _Drawing:
    """Draws from the top down; lines come before boxes, so that boxes cover them."""

    def __init__(self, chart: Map):
        self.chart = chart
        count = len(chart.columns)
        self.width = max(MIN_WIDTH, count * (MIN_COLUMN + SPACE) - SPACE)
        self.column = (self.width - SPACE * (count - 1)) / count if count else 0
        self.lines: list[str] = []
        self.boxes: list[str] = []
        self.y = 2.0

    def draw(self) -> Svg:
        self.above()
        bottom = self.middle()
        if self.chart.columns:
            ends = self.columns(bottom)
            self.bars(ends)
        for title, boxes in self.chart.rows:
            self.apart(title, boxes)
        self.key()
        size = f'width="{num(self.width)}" height="{num(self.y)}"'
        view = f'viewBox="0 0 {num(self.width)} {num(self.y)}"'
        return Svg(
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} {view} role="group" '
            f'aria-labelledby="map-title" font-family="{FONT}" font-size="{TEXT}">'
            f'<title id="map-title">{escape(self.chart.title)}</title>'
            + "".join(self.lines + self.boxes)
            + "</svg>"
        )

    def above(self) -> None:
        boxes = self.chart.above
        if not boxes:
            return
        height = self.row(boxes, MIDDLE_WIDTH)
        top = self.y + height
        self.y = top + 44
        centre = self.width / 2
        self.line([(centre, self.y), (centre, top + 10)])
        self.arrow(centre, top)
        self.words(centre + 12, top + 28, self.chart.answers)

    def middle(self) -> float:
        """The board with who attends at its left and other groups at its right."""
        chart, top = self.chart, self.y
        left = (self.width - MIDDLE_WIDTH) / 2
        right = left + MIDDLE_WIDTH
        stack = [height_of(box, SIDE_WIDTH) for box, _ in chart.beside]
        beside = sum(stack) + SPACE * max(len(stack) - 1, 0)
        attend = height_of(chart.attend, SIDE_WIDTH) if chart.attend else 0
        own = max(height_of(chart.middle, MIDDLE_WIDTH), 70)
        height = max(own, attend, beside)
        centre = top + height / 2
        self.box(chart.middle, left, centre - own / 2, MIDDLE_WIDTH, own)
        if chart.above:
            self.line([(self.width / 2, top), (self.width / 2, centre)])
        if chart.attend:
            self.box(chart.attend, 0, centre - attend / 2, SIDE_WIDTH, attend)
            self.line([(SIDE_WIDTH, centre), (left, centre)], DASHES)
        y = centre - beside / 2
        spine = right + (self.width - SIDE_WIDTH - right) / 2
        for (box, delivers), box_height in zip(chart.beside, stack, strict=True):
            middle = y + box_height / 2
            self.box(box, self.width - SIDE_WIDTH, y, SIDE_WIDTH, box_height)
            path = [(right, centre), (spine, centre), (spine, middle)]
            end = (self.width - SIDE_WIDTH, middle)
            self.line([*path, end], DOTS if delivers else SOLID)
            y += box_height + SPACE
        self.y = top + height
        return centre + own / 2

    def columns(self, bottom: float) -> list[float]:
        """The key issues side by side; returns where each column ends."""
        chart, centre = self.chart, self.width / 2
        bus = max(self.y, bottom + 30) + 18
        top = bus + 26
        head = max(height_of(column.head, self.column) for column in chart.columns)
        reporting = [n for n, column in enumerate(chart.columns) if column.reports]
        if reporting:
            self.line([(centre, bus), (centre, bottom + 10)])
            self.arrow(centre, bottom)
            self.words(centre + 12, bottom + 29, chart.reporting)
            middles = [*map(self.column_middle, reporting), centre]
            self.line([(min(middles), bus), (max(middles), bus)])
        ends = []
        for place, column in enumerate(chart.columns):
            x, y = place * (self.column + SPACE), top
            if column.reports:
                middle = self.column_middle(place)
                self.line([(middle, bus), (middle, top)])
            self.box(column.head, x, y, self.column, head)
            y += head
            for cell in column.cells:
                height = height_of(cell, self.column)
                self.box(cell, x, y, self.column, height)
                y += height
            ends.append(y)
        self.y = max(ends)
        return ends

    def bars(self, ends: Sequence[float]) -> None:
        """Bodies across the whole width, joined to the columns they deliver."""
        for number, bar in enumerate(self.chart.bars):
            top = self.y + (44 if number == 0 else SPACE)
            for place in bar.columns:
                x = self.column_middle(place) + 10 * number
                self.line([(x, ends[place]), (x, top)], DOTS)
            height = height_of(bar.box, self.width)
            self.box(bar.box, 0, top, self.width, height)
            self.y = top + height

    def apart(self, title: str, boxes: Sequence[Box]) -> None:
        """Bodies without a line, a few in each row."""
        self.y += 36
        self.words(0, self.y, title, bold=True)
        self.y += 14
        width = (self.width - SPACE * (APART_PER_ROW - 1)) / APART_PER_ROW
        for start in range(0, len(boxes), APART_PER_ROW):
            row = boxes[start : start + APART_PER_ROW]
            height = max(height_of(box, width) for box in row)
            for place, box in enumerate(row):
                self.box(box, place * (width + SPACE), self.y, width, height)
            self.y += height + SPACE
        self.y -= SPACE

    def key(self) -> None:
        """What lines and edges mean, in words."""
        self.y += 44
        x = 0.0
        for dashes, words in [
            (SOLID, "answers to, reports to or links into"),
            (DASHES, "attends"),
            (DOTS, "delivered by, or delivers for"),
        ]:
            self.line([(x, self.y - 5), (x + 38, self.y - 5)], dashes)
            self.words(x + 46, self.y, words)
            x += 46 + text_width(words) + 22
        for look, words in [
            (Look.GAP, "gap: none recorded"),
            (Look.DASHED, "planned, or not a member"),
        ]:
            self.rect(look, x, self.y - 14, 28, 18)
            self.words(x + 36, self.y, words)
            x += 36 + text_width(words) + 22
        self.y += 12

    # Parts

    def column_middle(self, place: int) -> float:
        return place * (self.column + SPACE) + self.column / 2

    def row(self, boxes: Sequence[Box], width: float) -> float:
        """Boxes of one width beside each other, in the middle; returns their height."""
        height = max(height_of(box, width) for box in boxes)
        x = (self.width - len(boxes) * (width + SPACE) + SPACE) / 2
        for box in boxes:
            self.box(box, x, self.y, width, height)
            x += width + SPACE
        return height

    def box(self, box: Box, x: float, y: float, width: float, height: float) -> None:
        lines = lines_of(box, width)
        first = y + (height - len(lines) * LINE) / 2 + TEXT
        fill = box.look.value[3]
        if box.href:
            name = ". ".join([box.title, *box.notes])
            self.boxes.append(
                f"<a href={quoteattr(box.href)} aria-label={quoteattr(name)}>"
            )
        self.rect(box.look, x, y, width, height)
        for number, (text, bold) in enumerate(lines):
            weight = ' font-weight="700"' if bold else ""
            self.boxes.append(
                f'<text x="{num(x + width / 2)}" y="{num(first + number * LINE)}" '
                f'text-anchor="middle" fill="{fill}"{weight}>{escape(text)}</text>'
            )
        if box.href:
            self.boxes.append("</a>")

    def rect(self, look: Look, x: float, y: float, width: float, height: float) -> None:
        fill, edge, dashes, _ = look.value
        self.boxes.append(
            f'<rect x="{num(x + 1)}" y="{num(y)}" width="{num(width - 2)}" '
            f'height="{num(height)}" fill="{fill}" stroke="{edge}" '
            f'stroke-width="1.5"{dash(dashes)}/>'
        )

    def line(self, points: Iterable[tuple[float, float]], dashes: str = SOLID) -> None:
        path = " ".join(f"{num(x)},{num(y)}" for x, y in points)
        self.lines.append(
            f'<polyline points="{path}" fill="none" stroke="{TEAL}" '
            f'stroke-width="2"{dash(dashes)}/>'
        )

    def arrow(self, x: float, y: float) -> None:
        """A head that points up and touches y."""
        self.lines.append(f'<path d="M{num(x)} {num(y)}l6 10h-12z" fill="{TEAL}"/>')

    def words(self, x: float, y: float, text: str, *, bold: bool = False) -> None:
        fill, weight = (INK, ' font-weight="700"') if bold else (QUIET, "")
        self.boxes.append(
            f'<text x="{num(x)}" y="{num(y)}" fill="{fill}"{weight}>{escape(text)}</text>'
        )


def num(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def dash(dashes: str) -> str:
    return f' stroke-dasharray="{dashes}"' if dashes else ""
