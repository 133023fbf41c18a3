from decimal import Decimal

import pytest

from performance.ingest.numbers import NotANumber, number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1863", 1863),
        (" 1,863 ", 1863),
        ("1 863", 1863),
        ("1\u00a0863", 1863),
        ("\u22127", -7),
        ("-00 ", 0),
        ("12,345,678", 12345678),
        ("2.50", Decimal("2.5")),
        ("1.5e2", 150),
        ("99,999,999", 99_999_999),
    ],
)
def test_numbers_are_read_as_people_type_them(text, value):
    assert number(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "NaN",
        "Infinity",
        "-inf",
        "1,8",
        "12 34",
        "1.2.3",
        "about 5",
        "(7)",
        "100000000",
        "1e999",
        "٣",
    ],
)
def test_what_is_no_number_is_not_made_one(text):
    with pytest.raises(NotANumber):
        number(text)
