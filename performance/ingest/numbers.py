"""Numbers as people type them, and as pages print them back. Pure: no Django."""

import re
from decimal import Decimal

from performance.ingest.known import INVISIBLE

LARGEST = Decimal(10) ** 8  # what a rate and its limits have room for
PLACES = Decimal("0.0001")
NUMBER = re.compile(
    r"[+-]?(\d+|\d{1,3}(,\d{3})+|\d{1,3}( \d{3})+)(\.\d+)?(e[+-]?\d{1,2})?",
    re.ASCII | re.IGNORECASE,
)
WRITE_DIGITS = (
    "Write the figure in digits. If there is none, leave the cell empty or write "
    "missing, not applicable or suppressed."
)


class NotANumber(ValueError):
    """The text is no number; its message is what is wrong, ``mend`` how to mend it."""

    def __init__(self, wrong: str, mend: str):
        super().__init__(wrong)
        self.mend = mend


def number(text: str) -> Decimal:
    """The number a cell holds, however people typed it; raises NotANumber.

    Blanks, thousands commas and a true minus sign are read; NaN, Infinity, a per cent
    sign and a decimal comma are not.
    """
    tidy = " ".join(text.translate(INVISIBLE).replace("\u2212", "-").split())
    if not NUMBER.fullmatch(tidy):
        if tidy.endswith("%"):
            raise NotANumber(
                "This is a per cent, not a number.",
                "Write how many there were, and what they are out of in its own column.",
            )
        raise NotANumber("This is not a number.", WRITE_DIGITS)
    value = Decimal(tidy.replace(",", "").replace(" ", "")) + 0  # -0 is 0
    if abs(value) >= LARGEST:
        raise NotANumber("This number is too large to be a figure.", WRITE_DIGITS)
    return value


def printed(value: Decimal) -> str:
    """1863.0000 as 1,863 and 4.2500 as 4.25."""
    if value == value.to_integral_value():
        return f"{value:,.0f}"
    return f"{value:,f}".rstrip("0")
