import pytest

from performance.statistics.cost import estimate, to_figures


def test_cost_is_rounded_to_two_figures():
    # 238 robberies × £11,320 = £2,694,160
    assert estimate(238, 11_320) == 2_700_000


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        (0, 0),
        (7, 7),
        (99.4, 99),
        (99.5, 100),
        (1250, 1300),
        (1249, 1200),
        (0.0123, 0.012),
    ],
)
def test_half_goes_up(value, rounded):
    assert to_figures(value) == pytest.approx(rounded)


def test_no_cost_without_its_parts_but_none_for_no_offences():
    assert estimate(None, 11_320) is None
    assert estimate(238, None) is None
    assert estimate(0, 11_320) == 0


def test_negative_parts_are_refused():
    with pytest.raises(ValueError, match="negative"):
        estimate(-1, 100)
