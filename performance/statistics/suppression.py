"""Hiding small counts, and as many others as it takes so that none can be worked out.

A table of counts is published with its sums. A count that is hidden because it is small
(primary suppression) could be had back by taking the others from their sum, so others
are hidden beside it (secondary suppression) until no hidden count follows from what is
left.

Source: Office for National Statistics, Policy on protecting confidentiality in tables of
administrative data; Willenborg and de Waal, Elements of Statistical Disclosure Control
(2001), chapter 5.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple, TypeVar

import numpy as np

Cell = Hashable
Count = TypeVar("Count", float, np.ndarray)


class Sum(NamedTuple):
    """A published count that is the sum of others."""

    total: Cell
    parts: tuple[Cell, ...]


def is_small(count: float, threshold: int) -> bool:
    """Whether a count is hidden for itself: from 1 to just below the threshold.

    Nought identifies nobody. A threshold of 0 hides nothing.
    """
    return 0 < count < threshold


def hidden_with(
    small: Collection[Cell],
    counts: Mapping[Cell, float],
    sums: Sequence[Sum],
    threshold: int,
) -> set[Cell]:
    """The small cells and as many others as keep every one of them from being worked out.

    ``counts`` hold each published cell; every cell of ``sums`` has one. From what stays
    visible no hidden count follows by adding and subtracting, and the hidden parts of a
    visible sum together come to at least ``threshold``, unless there are no others to
    hide. Cells are added, never taken away: what was hidden before may be among the
    small. The smallest counts go first, noughts last.
    """
    hidden = set(small)
    while True:
        added = {
            cell
            for each in sums
            if (cell := _one_more(each, hidden, counts, threshold)) is not None
        }
        if not added:
            added = _against_combinations(hidden, counts, sums)
        if not added:
            return hidden
        hidden |= added


def determined(hidden: Collection[Cell], sums: Iterable[Sum]) -> set[Cell]:
    """The hidden cells that follow from the visible ones by adding and subtracting.

    Each sum is a linear equation in its hidden cells. A cell is determined when it alone
    has a row of the equations' reduced form.
    """
    found = set()
    for equations in _components(hidden, sums):
        for row in _reduced(equations):
            if len(row) == 1:
                found.update(row)
    return found


def _one_more(
    each: Sum, hidden: set[Cell], counts: Mapping[Cell, float], threshold: int
) -> Cell | None:
    """A cell to hide with those of one sum, if they can be had from it or are few."""
    parts = [part for part in each.parts if part in hidden]
    if each.total in hidden:
        return None if parts else _smallest(each.parts, hidden, counts)
    if not parts:
        return None
    others = _smallest(each.parts, hidden, counts)
    if len(parts) == 1:
        return each.total if others is None else others
    together = sum(counts[part] for part in parts)
    if together < threshold and others is not None and counts[others]:
        return others
    return None


def _smallest(
    cells: Iterable[Cell], hidden: set[Cell], counts: Mapping[Cell, float]
) -> Cell | None:
    """The smallest visible count above 0, else a nought; None when all are hidden."""
    visible = [cell for cell in cells if cell not in hidden]
    return min(
        visible, key=lambda cell: (counts[cell] <= 0, counts[cell]), default=None
    )


def _against_combinations(
    hidden: set[Cell], counts: Mapping[Cell, float], sums: Sequence[Sum]
) -> set[Cell]:
    """A cell beside each that several sums together still give away."""
    added = set()
    for cell in determined(hidden, sums):
        beside = [
            other
            for each in sums
            if cell in each.parts or cell == each.total
            for other in (*each.parts, each.total)
        ]
        if (other := _smallest(beside, hidden | added, counts)) is not None:
            added.add(other)
    return added


Equation = dict[Cell, Fraction]


def _components(
    hidden: Collection[Cell], sums: Iterable[Sum]
) -> Iterable[list[Equation]]:
    """The equations in hidden cells, those that share a cell together."""
    lists: list[list[Equation]] = []
    at: dict[Cell, int] = {}
    for each in sums:
        equation = {part: Fraction(1) for part in each.parts if part in hidden}
        if each.total in hidden:
            equation[each.total] = equation.get(each.total, 0) - Fraction(1)
        if not equation:
            continue
        joined = [equation]
        for place in {at[cell] for cell in equation if cell in at}:
            joined += lists[place]
            lists[place] = []
        lists.append(joined)
        at |= {cell: len(lists) - 1 for other in joined for cell in other}
    return [equations for equations in lists if equations]


def _reduced(equations: Sequence[Equation]) -> Iterable[Equation]:
    """The rows of the reduced row echelon form, by exact fractions."""
    rows: dict[Cell, Equation] = {}  # by the cell that only this row holds
    for equation in equations:
        row = dict(equation)
        for pivot, held in rows.items():
            _take(row, held, pivot)
        if not row:
            continue
        pivot, by = next(iter(row.items()))
        row = {cell: value / by for cell, value in row.items()}
        for held in rows.values():
            _take(held, row, pivot)
        rows[pivot] = row
    return rows.values()


def _take(row: Equation, held: Equation, pivot: Cell) -> None:
    """Take so much of ``held`` from a row that the pivot goes."""
    times = row.get(pivot)
    if not times:
        return
    for cell, value in held.items():
        left = row.get(cell, Fraction(0)) - times * value
        if left:
            row[cell] = left
        else:
            row.pop(cell, None)


def rounded(count: Count, base: int) -> Count:
    """Counts to the nearest multiple of a base, halves up; a base of 0 leaves them."""
    return (count + base / 2) // base * base if base else count
