"""The business date, and dates known only to the month or the year."""

import datetime
import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

PARTIAL_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


def today() -> datetime.date:
    """The day on which the portal's business stands, in local time.

    The demonstration fixes it with the setting TODAY.
    """
    if settings.TODAY:
        return datetime.date.fromisoformat(settings.TODAY)
    return timezone.localdate()


def validate_partial_date(text: str) -> None:
    """Accept 2021, 2021-07 and 2021-07-14; ValidationError for anything else."""
    if not PARTIAL_DATE.fullmatch(text):
        raise ValidationError(
            "Write a year (2021), a month (2021-07) or a day (2021-07-14)."
        )
    if len(text) == 10:
        try:
            datetime.date.fromisoformat(text)
        except ValueError as error:
            raise ValidationError(f"There is no day {text}.") from error


def print_partial_date(text: str) -> str:
    """A partial date as people write it: 2021, July 2021, 14 July 2021."""
    if len(text) == 10:
        day = datetime.date.fromisoformat(text)
        return f"{day.day} {day:%B %Y}"
    if len(text) == 7:
        return f"{datetime.date.fromisoformat(text + '-01'):%B %Y}"
    return text
