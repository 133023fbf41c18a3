from django import forms


class AsAtForm(forms.Form):
    """The day as at which a page shows its records."""

    on = forms.DateField(
        label="Show as at",
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "invalid": "There is no such day. Write it as year, month, day: 2021-01-31."
        },
    )
