"""The forms of the upload; each gives domain values."""

from django import forms
from django.conf import settings

from csa_portal.documents.dates import today
from performance.models import Upload
from performance.periods import NoSuchPeriod, Quarter

QUARTERS_OFFERED = 12


def megabytes(size: int) -> str:
    return f"{size / 1024**2:,.0f} MB"


class UploadForm(forms.Form):
    file = forms.FileField(
        label="The file with the figures",
        help_text="The portal's workbook or CSV, street-level crime from data.police.uk "
        "(also its .zip), or a table of the Home Office, the ONS or STATS19. As .xlsx, "
        ".xls, .ods or .csv.",
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

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > settings.MAX_UPLOAD_BYTES:
            raise forms.ValidationError(
                f"The file is {megabytes(file.size)}, and the most that is taken is "
                f"{megabytes(settings.MAX_UPLOAD_BYTES)}. Upload it in parts."
            )
        return file


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
    """Which quarter the blank workbook is for; cleaned to a Quarter."""

    quarter = forms.ChoiceField(
        label="Quarter", error_messages={"required": "Choose a quarter."}
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        quarter = Quarter.containing(today()).previous
        self.fields["quarter"].initial = quarter.slug
        choices = []
        for _ in range(QUARTERS_OFFERED):
            choices.append((quarter.slug, f"{quarter.label}, {quarter.long_label}"))
            quarter = quarter.previous
        self.fields["quarter"].choices = choices

    def clean_quarter(self) -> Quarter:
        try:
            return Quarter.from_slug(self.cleaned_data["quarter"])
        except NoSuchPeriod as error:
            raise forms.ValidationError(str(error)) from error


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
