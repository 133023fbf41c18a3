import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from performance.statistics.suppression import (
    Sum,
    determined,
    hidden_with,
    is_small,
    rounded,
)

AREAS = ("a", "b", "c", "d")
WHOLE = Sum("whole", AREAS)


def table(**counts):
    return {**counts, "whole": sum(counts.values())}


@pytest.mark.parametrize(
    ("count", "hidden"), [(0, False), (1, True), (4, True), (5, False), (-2, False)]
)
def test_counts_from_1_to_below_the_threshold_are_small(count, hidden):
    assert is_small(count, 5) is hidden


def test_without_a_threshold_nothing_is_small():
    assert not is_small(1, 0)


def test_the_smallest_other_part_is_hidden_beside_a_small_one():
    counts = table(a=3, b=20, c=8, d=0)

    assert hidden_with({"a"}, counts, [WHOLE], 5) == {"a", "c"}


def test_two_small_ones_that_come_to_less_than_the_threshold_take_a_third():
    counts = table(a=1, b=2, c=50, d=9)  # 1 + 2 = 3, which is small itself

    assert hidden_with({"a", "b"}, counts, [WHOLE], 5) == {"a", "b", "d"}


def test_two_small_ones_that_come_to_enough_hide_each_other():
    counts = table(a=3, b=4, c=50, d=9)

    assert hidden_with({"a", "b"}, counts, [WHOLE], 5) == {"a", "b"}


def test_a_nought_is_hidden_only_where_there_is_nothing_else():
    counts = table(a=3, b=0, c=0, d=0)

    assert hidden_with({"a"}, counts, [WHOLE], 5) in (
        {"a", "b"},
        {"a", "c"},
        {"a", "d"},
    )


def test_a_small_sum_hides_one_of_its_parts_too():
    counts = table(a=3, b=0, c=0, d=0)

    assert hidden_with({"a", "whole"}, counts, [WHOLE], 5) == {"a", "whole"}
    assert len(hidden_with({"whole"}, counts, [WHOLE], 5)) == 2


def test_the_sum_goes_where_a_small_one_is_its_only_part():
    assert hidden_with({"a"}, {"a": 3, "whole": 3}, [Sum("whole", ("a",))], 5) == {
        "a",
        "whole",
    }


def test_what_was_hidden_before_stays_hidden():
    counts = table(a=30, b=20, c=8, d=90)

    assert hidden_with({"a", "b"}, counts, [WHOLE], 5) == {"a", "b"}


def test_a_table_both_ways_hides_a_second_row_and_a_second_column():
    # One small cell: its row and its column each give it away, and so would either
    # of the two hidden for that.
    rows, columns = "ABC", (1, 2, 3)
    counts = {(row, column): 10 for row in rows for column in columns}
    counts["A", 1] = 2
    sums = []
    for row in rows:
        parts = tuple((row, column) for column in columns)
        sums.append(Sum((row, "all"), parts))
    for column in columns:
        parts = tuple((row, column) for row in rows)
        sums.append(Sum(("all", column), parts))
    for each in sums:
        counts[each.total] = sum(counts[part] for part in each.parts)

    hidden = hidden_with({("A", 1)}, counts, sums, 5)

    assert not determined(hidden, sums)
    assert len(hidden) == 4


def test_a_cell_that_only_several_sums_together_give_away_is_found():
    # x + y = s and y + z = t and x + z = u: three equations, three unknowns.
    sums = [Sum("s", ("x", "y")), Sum("t", ("y", "z")), Sum("u", ("x", "z"))]

    assert determined({"x", "y", "z"}, sums) == {"x", "y", "z"}
    assert determined({"x", "y"}, [Sum("s", ("x", "y"))]) == set()


@pytest.mark.parametrize(
    ("count", "base", "expected"),
    [(7, 5, 5), (8, 5, 10), (2, 5, 0), (12, 10, 10), (15, 10, 20), (7, 0, 7)],
)
def test_counts_are_rounded_to_a_base(count, base, expected):
    assert rounded(count, base) == expected


@st.composite
def tables(draw):
    """Areas by months, with sums over areas, over months, and of all; some areas may
    have no figure in some months."""
    areas, months = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    count = st.integers(0, 12)
    cells = {
        (area, month): draw(count) for area in range(areas) for month in range(months)
    }
    left_out = draw(st.sets(st.sampled_from(sorted(cells)), max_size=2))
    for cell in left_out:
        del cells[cell]
    sums = []
    for month in range(months):
        if parts := tuple(cell for cell in cells if cell[1] == month):
            sums.append(Sum(("all", month), parts))
    for area in range(areas):
        if parts := tuple(cell for cell in cells if cell[0] == area):
            sums.append(Sum((area, "quarter"), parts))
    totals = {each.total: sum(cells[part] for part in each.parts) for each in sums}
    wholes = tuple(cell for cell in totals if cell[0] == "all")
    quarters = tuple(cell for cell in totals if cell[1] == "quarter")
    for parts in filter(None, (wholes, quarters)):
        sums.append(Sum(("all", "quarter"), parts))
    totals["all", "quarter"] = sum(totals[cell] for cell in wholes)
    return cells | totals, sums


@settings(derandomize=True, max_examples=300, deadline=None)
@given(tables(), st.integers(2, 6), st.data())
def test_no_hidden_count_can_be_solved_for(made, threshold, data):
    """What an outsider can do is done by numpy: the equations of all visible cells, and
    whether each hidden one is a combination of them."""
    counts, sums = made
    small = {cell for cell, count in counts.items() if is_small(count, threshold)}
    small |= data.draw(st.sets(st.sampled_from(sorted(counts, key=str)), max_size=3))

    hidden = hidden_with(small, counts, sums, threshold)

    assert small <= hidden
    assert not solved(counts, sums, hidden)


def solved(counts, sums, hidden) -> set:
    """The hidden cells whose unit vector lies in the row space of what is visible."""
    cells = sorted(counts, key=str)
    at = {cell: place for place, cell in enumerate(cells)}
    rows = []
    for each in sums:
        row = np.zeros(len(cells))
        for part in each.parts:
            row[at[part]] += 1
        row[at[each.total]] -= 1
        rows.append(row)
    rows += [np.eye(len(cells))[at[cell]] for cell in cells if cell not in hidden]
    equations = np.array(rows).reshape(-1, len(cells))
    rank = np.linalg.matrix_rank(equations) if rows else 0
    return {
        cell
        for cell in hidden
        if np.linalg.matrix_rank(np.vstack([equations, np.eye(len(cells))[at[cell]]]))
        == rank
    }
