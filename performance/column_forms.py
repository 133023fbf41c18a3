"""The forms in which people say what the columns of a table are."""

from dataclasses import dataclass

from django import forms

from partnerships.audited_admin import REASON_MAX_LENGTH
from performance.ingest import columns
from performance.ingest.checks import BY_HAND
from performance.ingest.columns import OF, OUT_OF, PLAIN, UNREAD
from performance.models import ColumnMapping, Indicator

SAMPLES_SHOWN = 3
SAMPLE_LENGTH = 40
ROWS_TO_LOOK_AT = 20  # under the header, to propose what a column is


@dataclass(frozen=True)
class Table:
    """The beginning of a sheet: its names in row ``number``, and the rows under them."""

    sheet: str
    number: int
    header: list[str]
    rows: list[list[str]]

    @classmethod
    def of(cls, sheet, first, number):
        rows = [row for row in first[number:] if any(map(str.strip, row))]
        return cls(sheet, number, columns.header_of(first[number - 1]), rows)

    @property
    def shown(self):
        """The first rows as wide as the header, for the page."""
        width = len(self.header)
        return [[*row, *[""] * width][:width] for row in self.rows[:5]]

    @property
    def heads(self):
        """Each column's letters and name."""
        return [(columns.letters(at), name) for at, name in enumerate(self.header)]

    def samples(self, at):
        """A few different cells of a column."""
        texts = dict.fromkeys(
            row[at].strip()[:SAMPLE_LENGTH]
            for row in self.rows[:ROWS_TO_LOOK_AT]
            if at < len(row) and row[at].strip()
        )
        return list(texts)[:SAMPLES_SHOWN]


class TableForm(forms.Form):
    """Where a table's names stand; cleaned to a Table."""

    sheet = forms.TypedChoiceField(
        coerce=int,
        error_messages={"invalid_choice": "Choose a sheet of this file."},
    )
    row = forms.IntegerField(
        label="Row of the names",
        min_value=1,
        error_messages={
            "required": "Say in which row the names stand.",
            "invalid": "Write the number of the row, such as 4.",
            "min_value": "The first row is 1.",
        },
    )

    def __init__(self, tables, data):
        self.tables = tables
        sheet = data.get("sheet", "0")
        known = sheet.isascii() and sheet.isdigit() and int(sheet) < len(tables)
        first = tables[int(sheet)][1] if known else []
        super().__init__(
            {
                "sheet": sheet,
                # another sheet is looked at from the start
                "row": data.get("row") or columns.likely_header(first),
            }
        )
        self.fields["sheet"].choices = [
            (at, name or "The table") for at, (name, _) in enumerate(tables)
        ]
        if len(tables) == 1:
            self.fields["sheet"].widget = forms.HiddenInput()
        self.fields["row"].widget.attrs["class"] = "govuk-input--width-4"

    def clean(self):
        cleaned = super().clean()
        if "sheet" not in cleaned or "row" not in cleaned:
            return cleaned
        name, first = self.tables[cleaned["sheet"]]
        last = min(len(first), columns.LOOK_IN_ROWS)
        if cleaned["row"] > last:
            self.add_error(
                "row", f"The names must stand in one of the first {last} rows."
            )
            return cleaned
        table = Table.of(name, first, cleaned["row"])
        if len([text for text in table.header if text]) < 2:
            self.add_error(
                "row", "That row has no names. Choose the one that has them."
            )
        elif len(table.header) > columns.MAX_COLUMNS:
            self.add_error(
                "row",
                f"The table has more than {columns.MAX_COLUMNS} columns. Copy those that "
                "hold figures into another sheet and upload that.",
            )
        elif not table.rows:
            self.add_error("row", "There is nothing under that row.")
        cleaned["table"] = table
        return cleaned


class ColumnsForm(forms.Form):
    """What each column of a table is; cleaned to ``roles``, one a column."""

    name = forms.CharField(
        label="A name for this table",
        help_text="By which you will know it again, such as “Fire service, quarterly”.",
        max_length=100,
        error_messages={
            "required": "Give the table a name.",
            "max_length": "Give it a name of at most 100 characters.",
        },
    )
    area = forms.ChoiceField(
        label="If no column is the area: which area is every row about?",
        required=False,
        error_messages={"invalid_choice": "Choose an area of the list."},
    )
    leave_out = forms.CharField(
        label="Rows that are not to be read",
        help_text="What the area's cell says in them, one a line, such as Total. Leave it "
        "empty to read every row.",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": "That is too much: write at most 20 of them."},
    )
    reason = forms.CharField(
        label="Why is this changed?",
        help_text="In a few words. It is kept in the history with your name.",
        max_length=REASON_MAX_LENGTH,
        error_messages={
            "required": "Say why this is changed.",
            "max_length": f"Say it in at most {REASON_MAX_LENGTH} characters.",
        },
    )

    def __init__(
        self, data=None, *, header, indicators, areas, mapping=None, table=None, **kw
    ):
        super().__init__(data, **kw)
        self.header, self.mapping = header, mapping
        self.titles = {each.slug: each.title for each in indicators}
        self.proportions = {
            each.slug for each in indicators if each.kind == Indicator.Kind.PROPORTION
        }
        choices = choices_of(indicators)
        for at, name in enumerate(header):
            samples = table.samples(at) if table else []
            self.fields[f"column_{at}"] = forms.ChoiceField(
                label=f"Column {columns.letters(at)}: {name or 'no name'}",
                help_text=f"Such as {', '.join(samples)}" if samples else "",
                choices=choices,
                required=False,
                error_messages={"invalid_choice": "Choose one of the list."},
            )
        self.fields["area"].choices = [
            ("", "Each row names its area"),
            *((name, name) for name in areas),
        ]
        if mapping is None:
            del self.fields["reason"]
        names = [f"column_{at}" for at in range(len(header))]
        self.order_fields(["name", *names, "area", "leave_out", "reason"])

    def clean_name(self):
        name = self.cleaned_data["name"]
        others = ColumnMapping.objects.filter(name__iexact=name)
        if self.mapping is not None:
            others = others.exclude(pk=self.mapping.pk)
        if others.exists():
            raise forms.ValidationError(
                f"Another table is called {name}. Give this one another name."
            )
        return name

    def clean(self):
        cleaned = super().clean()
        names = [f"column_{at}" for at in range(len(self.header))]
        if any(name not in cleaned for name in (*names, "area")):
            return cleaned
        roles = [cleaned[name] for name in names]
        for wrong in columns.wrong_with(
            self.header,
            roles,
            self.titles,
            self.proportions,
            cleaned.get("area", ""),
        ):
            field = None if wrong.column is None else names[wrong.column]
            self.add_error(field, wrong.sentence)
        cleaned["roles"] = roles
        return cleaned


class RemoveForm(forms.Form):
    reason = forms.CharField(
        label="Why is it removed?",
        help_text="In a few words. It is kept in the history with your name.",
        max_length=REASON_MAX_LENGTH,
        error_messages={
            "required": "Say why it is removed.",
            "max_length": f"Say it in at most {REASON_MAX_LENGTH} characters.",
        },
    )


def choices_of(indicators):
    """What a column can be, in groups."""
    by_hand = [each for each in indicators if each.source_kind in BY_HAND]
    others = [each for each in indicators if each.source_kind not in BY_HAND]
    wholes = [each for each in indicators if each.kind == Indicator.Kind.PROPORTION]
    groups = [
        ("About the row", [(k, w) for k, w in PLAIN.items() if k != UNREAD]),
        ("Figures of one indicator", named(OF, by_hand)),
        (
            "What a proportion is out of",
            [(f"{OUT_OF}{each.slug}", f"{each.title}: out of") for each in wholes],
        ),
        ("Indicators that come from other files", named(OF, others)),
    ]
    return [
        ("", "Choose what it is"),
        (UNREAD, PLAIN[UNREAD]),
        *(group for group in groups if group[1]),
    ]


def named(prefix, indicators):
    return [(f"{prefix}{each.slug}", each.title) for each in indicators]
