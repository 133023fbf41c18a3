"""The forms of the upload; each gives domain values."""

from django import forms
from django.conf import settings

from csa_portal.documents.dates import today
from performance.ingest.readers.packed import is_text, packed
from performance.models import Upload
from performance.periods import Quarter

QUARTERS_OFFERED = 12


def megabytes(size: int) -> str:
    return f"{size / 1024**2:,.0f} MB"


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or several files; cleaned to a list of them."""

    widget = FilesInput

    def clean(self, data, initial=None):
        return [super(FilesField, self).clean(each, initial) for each in data or [None]]


class UploadForm(forms.Form):
    """A file to check; cleaned to its name and bytes. Several are kept in one .zip."""

    file = FilesField(
        label="The file with the figures",
        help_text="The portal's workbook or CSV, street-level crime from data.police.uk "
        "(also its .zip), a table of the Home Office, the ONS or STATS19, or any other "
        "table: it is asked once what its columns are. As .xlsx, .xls, .ods or .csv. "
        "Several .csv files of one kind, such as months of street-level crime, can be "
        "chosen together.",
        error_messages={
            "required": "Choose a file.",
            "empty": "The file is empty. Choose the file that holds the figures.",
        },
    )
    kind = forms.ChoiceField(
        label="What kind of file is it?",
        help_text="Leave this as it is unless the portal has taken a file for another "
        "kind.",
        choices=[("", "Find out from what is in it"), *Upload.SourceKind.choices],
        required=False,
    )
    counts_only = forms.BooleanField(
        label="This file holds counts only: no names, addresses or dates of birth",
        help_text="Files of data.police.uk are public and may be uploaded as they are.",
        error_messages={
            "required": "Confirm that the file holds counts only, or leave out what is "
            "about a person."
        },
    )

    def clean_file(self) -> tuple[str, bytes]:
        files = self.cleaned_data["file"]
        size = sum(file.size for file in files)
        if size > settings.MAX_UPLOAD_BYTES:
            which = "The file is" if len(files) == 1 else "Together the files are"
            raise forms.ValidationError(
                f"{which} {megabytes(size)}, and the most that is taken is "
                f"{megabytes(settings.MAX_UPLOAD_BYTES)}. Upload it in parts."
            )
        if len(files) == 1:
            return files[0].name, files[0].read()
        names = [file.name for file in files]
        for name in names:
            if not is_text(name):
                raise forms.ValidationError(
                    f"Only .csv files can be uploaded together. Upload {name} by itself."
                )
            if names.count(name) > 1:
                raise forms.ValidationError(
                    f"Two of the files are called {name}. Choose each once, or upload "
                    "them one by one."
                )
        return (
            f"{len(names)} files, {names[0]} and others.zip",
            packed({file.name: file.read() for file in files}),
        )


REASON_HELP = (
    "People will read this beside the figures. For example: “The Constabulary reissued "
    "December with late recordings.”"
)


class ReasonsForm(forms.Form):
    """A reason for each query of an upload that has none, kept with the finding."""

    def __init__(self, *args, queries, **kwargs):
        super().__init__(*args, **kwargs)
        self.queries = [each for each in queries if not each.reason]
        for number, finding in enumerate(self.queries, start=1):
            where = " ".join(filter(None, [finding.where, finding.sheet]))
            self.fields[f"reason_{finding.pk}"] = forms.CharField(
                label=f"Why is this right? {where or 'The file'}: {finding.wrong}",
                widget=forms.Textarea(attrs={"rows": 2}),
                required=number == 1,
                error_messages={"required": f"Say why this is right: {finding.wrong}"},
                help_text=REASON_HELP if number == 1 else "",
            )

    def clean(self):
        """One that is left empty has the reason of the one above it."""
        cleaned = super().clean()
        above = ""
        for finding in self.queries:
            name = f"reason_{finding.pk}"
            above = cleaned.get(name) or above
            cleaned[name] = above
        return cleaned

    @property
    def given(self) -> dict[int, str]:
        """The reasons as they were typed, where something was."""
        typed = {
            each.pk: self.data.get(f"reason_{each.pk}", "").strip()
            for each in self.queries
        }
        return {pk: reason for pk, reason in typed.items() if reason}

    @property
    def reasons(self) -> dict[int, str]:
        return {
            finding.pk: self.cleaned_data[f"reason_{finding.pk}"]
            for finding in self.queries
        }


class CommitForm(ReasonsForm):
    """Saving an upload's figures; ``published`` is how many published ones change."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    reason = forms.CharField(
        label="Why do published figures change?",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=REASON_HELP,
        error_messages={"required": "Say why."},
    )

    def __init__(self, *args, published, **kwargs):
        super().__init__(*args, **kwargs)
        if not published:
            del self.fields["reason"]
            return
        self.order_fields([name for name in self.fields if name != "reason"])


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label="Why are these figures taken back?",
        help_text="People will read this beside the upload.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why these figures are taken back."},
    )


class SealForm(forms.Form):
    reason = forms.CharField(
        label="Why must nobody read this any more?",
        help_text="People will read this in its place, the public too where it is a "
        "public figure. For example: “An order of the County Court, 3 May 2022.” Name "
        "nobody.",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        error_messages={"required": "Say why this is to be sealed."},
    )


class TemplateForm(forms.Form):
    """What the workbook is for; cleaned to Quarters, oldest first, in ``quarters``.

    ``partners`` are those it may be for, beside the whole county; none where the reader
    is given their own indicators alone.
    """

    partner = forms.ChoiceField(
        label="Whose figures?",
        required=False,
        error_messages={"invalid_choice": "Choose a partner of the list."},
    )
    first = forms.ChoiceField(
        label="From which quarter?",
        error_messages={
            "required": "Choose a quarter.",
            "invalid_choice": "Choose a quarter of the list.",
        },
    )
    last = forms.ChoiceField(
        label="To which quarter?",
        error_messages={
            "required": "Choose a quarter.",
            "invalid_choice": "Choose a quarter of the list.",
        },
    )
    figures = forms.ChoiceField(
        label="What stands in it?",
        choices=[("held", "The figures held now"), ("none", "Nothing: empty cells")],
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose what stands in it."},
    )
    kind = forms.ChoiceField(
        label="What kind of file?",
        choices=[("xlsx", "A workbook (.xlsx)"), ("csv", "A CSV, one figure a row")],
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose a kind of file."},
    )

    def __init__(self, data=None, *, partners=()):
        quarter = Quarter.containing(today()).previous
        usual = {"first": quarter.slug, "figures": "held", "kind": "xlsx"}
        if data is not None:  # an address may leave out what is usual
            given = data.dict()
            data = usual | {"last": given.get("first", quarter.slug)} | given
        super().__init__(data, initial=usual | {"last": quarter.slug})
        choices = []
        for _ in range(QUARTERS_OFFERED):
            choices.append((quarter.slug, f"{quarter.label}, {quarter.long_label}"))
            quarter = quarter.previous
        self.fields["first"].choices = self.fields["last"].choices = choices
        self.fields["partner"].choices = [
            ("", "The whole county’s"),
            *((partner.slug, partner.name) for partner in partners),
        ]
        if not partners:
            del self.fields["partner"]

    def clean(self):
        cleaned = super().clean()
        if "first" not in cleaned or "last" not in cleaned:
            return cleaned
        first, last = (Quarter.from_slug(cleaned[name]) for name in ("first", "last"))
        if last < first:
            self.add_error(
                "last",
                f"{last.label} comes before {first.label}. Choose the same quarter or a "
                "later one.",
            )
            return cleaned
        quarters = [first]
        while quarters[-1] != last:
            quarters.append(quarters[-1].next)
        cleaned["quarters"] = quarters
        return cleaned


class DueDateForm(forms.Form):
    """Another due date for a round."""

    due = forms.DateField(
        label="Due on",
        help_text="As 30/6/2022 or 2022-06-30.",
        input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d %B %Y"],
        widget=forms.DateInput(format="%d/%m/%Y"),
        error_messages={
            "required": "Say when the figures are due.",
            "invalid": "Write the day as 30/6/2022.",
        },
    )
    reason = forms.CharField(
        label="Why another day?",
        max_length=500,
        error_messages={"required": "Say why the due date changes."},
    )


class NotComingForm(forms.Form):
    """The open returns of a round that will not come; cleaned to indicators."""

    indicators = forms.MultipleChoiceField(
        label="Which returns will not come?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose the returns that will not come."},
    )
    why_not_coming = forms.CharField(
        label="Why will they not come?",
        max_length=500,
        error_messages={"required": "Say why they will not come."},
    )

    def __init__(self, held, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.by_slug = {each.indicator.slug: each.indicator for each in held.open}
        self.fields["indicators"].choices = [
            (slug, indicator.title) for slug, indicator in self.by_slug.items()
        ]

    def clean_indicators(self):
        return [self.by_slug[slug] for slug in self.cleaned_data["indicators"]]
