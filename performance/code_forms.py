"""The forms in which people say what a source's code counts in, and from when."""

from django import forms

from partnerships.audited_admin import REASON_MAX_LENGTH
from performance.models import Indicator

DAYS = ["%Y-%m-%d", "%d/%m/%Y", "%d %B %Y"]
NOT_USED = "not-used"
# The portal's own files name indicators, and have no codes.
SOURCES = [
    choice
    for choice in Indicator.SourceKind.choices
    if choice[0] not in ("workbook", "generic")
]


def day_field(label, help_text, **kwargs):
    return forms.DateField(
        label=label,
        help_text=help_text,
        input_formats=DAYS,
        widget=forms.DateInput(format="%d/%m/%Y"),
        error_messages={
            "required": "Say from which day.",
            "invalid": "Write the day as 1/4/2022.",
        },
        **kwargs,
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Why?",
        help_text="In a few words, such as “New in the tables of July 2022”. It is kept "
        "in the history with your name.",
        max_length=REASON_MAX_LENGTH,
        error_messages={
            "required": "Say why.",
            "max_length": f"Say it in at most {REASON_MAX_LENGTH} characters.",
        },
    )


class PlaceForm(ReasonForm):
    """What a code counts in; ``indicator`` is cleaned to an Indicator, or None."""

    source_kind = forms.ChoiceField(
        label="Source",
        choices=[("", "Choose the source"), *SOURCES],
        error_messages={
            "required": "Choose the source that has this code.",
            "invalid_choice": "Choose a source of the list.",
        },
    )
    code = forms.CharField(
        label="Code or crime type",
        help_text="As the file writes it. Capitals and blanks make no difference.",
        max_length=150,
        error_messages={
            "required": "Write the code as the file has it.",
            "max_length": "A code has at most 150 characters.",
        },
    )
    indicator = forms.ChoiceField(
        label="It counts in",
        error_messages={
            "required": "Choose the indicator, or that it is not used.",
            "invalid_choice": "Choose an indicator of the list.",
        },
    )
    valid_from = day_field(
        "From",
        "For periods that begin on this day or later, such as 1/4/2022. Leave it empty "
        "for always.",
        required=False,
    )
    valid_until = day_field(
        "Until",
        "The first day on which it no longer holds. Leave it empty while it holds.",
        required=False,
    )

    def __init__(self, *args, indicators, placed=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.indicators = {each.slug: each for each in indicators}
        self.fields["indicator"].choices = [
            ("", "Choose what it counts in"),
            (NOT_USED, "Nothing: known and not used"),
            *((each.slug, each.title) for each in indicators),
        ]
        if placed is not None:
            del self.fields["source_kind"], self.fields["code"]
        self.order_fields([name for name in self.fields if name != "reason"])

    def clean_indicator(self):
        return self.indicators.get(self.cleaned_data["indicator"])

    @property
    def said(self):
        names = ("indicator", "valid_from", "valid_until", "reason")
        return {name: self.cleaned_data[name] for name in names}


class EndForm(ReasonForm):
    """From when a code no longer counts where it does, and what it counts in then."""

    on = day_field(
        "From which day does it no longer count there?",
        "Periods that begin on this day or later. Usually the first day of a quarter or "
        "of a financial year, such as 1/4/2022.",
    )
    then = forms.ChoiceField(
        label="What does it count in from that day?",
        error_messages={
            "required": "Choose what it counts in from that day.",
            "invalid_choice": "Choose an indicator of the list.",
        },
    )

    def __init__(self, *args, indicators, **kwargs):
        super().__init__(*args, **kwargs)
        self.indicators = {each.slug: each for each in indicators}
        self.fields["then"].choices = [
            ("", "Choose what comes then"),
            ("gone", "The source no longer has it"),
            (NOT_USED, "Nothing: known and not used"),
            *((each.slug, each.title) for each in indicators),
        ]
        self.order_fields(["on", "then", "reason"])

    @property
    def begins(self):
        """The indicators it begins to count in."""
        then = self.cleaned_data["then"]
        return [] if then == "gone" else [self.indicators.get(then)]
