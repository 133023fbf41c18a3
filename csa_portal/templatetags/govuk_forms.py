"""What the form templates of templates/govuk/ and the error summary ask of a form."""

from typing import NamedTuple

from django import forms, template
from django.forms.boundfield import BoundField
from django.forms.formsets import BaseFormSet
from django.utils.safestring import SafeString

register = template.Library()

CLASSES = {
    forms.Textarea: "govuk-textarea",
    forms.Select: "govuk-select",
    forms.FileInput: "govuk-file-upload",
    forms.CheckboxInput: "govuk-checkboxes__input",
}


STOCK = forms.Field.default_error_messages["required"]


class Link(NamedTuple):
    text: str
    target: str  # an id in the page; empty where the whole form is meant


def target(field: BoundField) -> str:
    """The id that a link to the field lands on: of radios or checkboxes, the first."""
    if field.is_hidden:
        return ""
    if isinstance(field.field.widget, forms.RadioSelect):  # and checkboxes
        return field.subwidgets[0].id_for_label if field.subwidgets else ""
    return field.id_for_label


@register.filter
def messages(field: BoundField) -> list[str]:
    """The field's errors; where Django only says that something is required, what."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        verb = "Tick"
    elif isinstance(widget, forms.widgets.ChoiceWidget | forms.FileInput):
        verb = "Choose"
    else:
        verb = "Fill in"
    return [
        f"{verb}: {field.label}" if text == STOCK else text for text in field.errors
    ]


@register.simple_tag
def error_links(form: forms.BaseForm | BaseFormSet) -> list[Link]:
    """Everything wrong with a form, or with a formset's forms, in the order of the page."""
    if isinstance(form, BaseFormSet):
        return [Link(text, "") for text in form.non_form_errors()] + [
            link for each in form for link in error_links(each)
        ]
    return [Link(text, "") for text in form.non_field_errors()] + [
        Link(text, target(field)) for field in form for text in messages(field)
    ]


@register.filter
def govuk(field: BoundField) -> SafeString:
    """The field's widget in the library's classes, tied to its hint and its errors."""
    widget = field.field.widget
    classes = [
        next(
            (name for kind, name in CLASSES.items() if isinstance(widget, kind)),
            "govuk-input",
        )
    ]
    if field.errors:
        classes.append(f"{classes[0]}--error")
    if own := widget.attrs.get("class"):
        classes.append(own)
    attrs = {"class": " ".join(classes)}
    if described := field.aria_describedby:
        # Django leaves this to the fieldset, which a file has none of here.
        attrs["aria-describedby"] = described
    return field.as_widget(attrs=attrs)
