"""The crispy-forms pack "govuk" and the error summary, by a form of every kind of field."""

from html.parser import HTMLParser

import pytest
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Hidden, Layout, Submit
from crispy_forms.utils import render_crispy_form
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string

HOSTILE = '<script>alert("x")</script> & "quotes"'


class Elements(HTMLParser):
    """Every start tag of a page with its attributes, in order."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def by_id(self):
        return {attrs["id"]: (tag, attrs) for tag, attrs in self.found if "id" in attrs}

    def all(self, tag):
        return [attrs for found, attrs in self.found if found == tag]


class EveryKind(forms.Form):
    text = forms.CharField(help_text="As in the register")
    password = forms.CharField(widget=forms.PasswordInput)
    reason = forms.CharField(widget=forms.Textarea)
    area = forms.ChoiceField(choices=[("", "Choose one"), ("burnley", "Burnley")])
    areas = forms.MultipleChoiceField(choices=[("burnley", "Burnley")])
    count = forms.IntegerField()
    day = forms.DateField(help_text="For example 16/6/2022")
    email = forms.EmailField()
    file = forms.FileField(help_text="An .xlsx of at most 100 MB")
    read = forms.BooleanField(label="I have read it", help_text="All of it")
    answer = forms.ChoiceField(
        widget=forms.RadioSelect,
        choices=[("keep", "Keep"), ("amend", "Amend")],
        help_text="One of them",
    )
    issues = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        choices=[("violence", "Violence"), ("roads", "Road safety")],
    )
    token = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self):
        self.add_error(None, "The two do not go together.")


def laid_out(form):
    form.helper = FormHelper()
    form.helper.layout = Layout(
        Fieldset("Who", "text", "password", "reason", css_id="who"),
        "area",
        *["areas", "count", "day", "email", "file", "read", "answer", "issues"],
        "token",
        Hidden("kept", "yes"),
        Submit("save", "Save 94 changes"),
    )
    return form


def summary(form):
    return Elements(render_to_string("components/_error_summary.html", {"form": form}))


@pytest.mark.parametrize("arrange", [laid_out, lambda form: form])
def test_every_link_of_the_summary_lands_on_a_control(arrange):
    form = arrange(EveryKind({}))

    links = [attrs["href"] for attrs in summary(form).all("a")]
    controls = Elements(render_crispy_form(form)).by_id()

    assert links == [
        "#id_text",
        "#id_password",
        "#id_reason",
        "#id_area",
        "#id_areas",
        "#id_count",
        "#id_day",
        "#id_email",
        "#id_file",
        "#id_read",
        "#id_answer_0",
        "#id_issues_0",
    ]
    for link in links:
        assert controls[link[1:]][0] in {"input", "select", "textarea"}


def test_summary_begins_with_what_concerns_the_whole_form():
    html = render_to_string("components/_error_summary.html", {"form": EveryKind({})})

    assert "There is a problem" in html
    assert html.index("The two do not go together.") < html.index("#id_text")


def test_summary_is_empty_when_nothing_is_wrong():
    form = forms.Form({})

    html = render_to_string("components/_error_summary.html", {"form": form})

    assert html.strip() == ""


def test_required_fields_say_what_is_wanted_in_summary_and_beside_the_field():
    form = EveryKind({})
    page = render_crispy_form(form)
    above = render_to_string("components/_error_summary.html", {"form": form})

    for sentence in ["Fill in: Text", "Choose: Area", "Choose: File"]:
        assert sentence in page
        assert sentence in above
    assert "Tick: I have read it" in above
    assert "This field is required" not in page + above


def test_a_forms_own_words_are_kept():
    class Reason(forms.Form):
        why = forms.CharField(error_messages={"required": "Say why 7,200 is right."})

    assert "Say why 7,200 is right." in render_crispy_form(Reason({}))


@pytest.mark.parametrize(
    ("control", "described_by"),
    [
        ("id_text", "id_text_helptext id_text_error"),
        ("id_reason", "id_reason_error"),
        ("id_file", "id_file_helptext id_file_error"),
        ("id_read", "id_read_helptext id_read_error"),
    ],
)
def test_a_control_is_described_by_its_hint_and_its_errors(control, described_by):
    ids = Elements(render_crispy_form(EveryKind({}))).by_id()

    assert ids[control][1]["aria-describedby"] == described_by
    assert set(described_by.split()) <= set(ids)


def test_a_group_is_described_by_its_hint_and_its_errors():
    elements = Elements(render_crispy_form(EveryKind({})))

    described = [attrs.get("aria-describedby") for attrs in elements.all("fieldset")]
    assert described == ["id_answer_helptext id_answer_error", "id_issues_error"]
    assert {"id_answer_helptext", "id_answer_error"} <= set(elements.by_id())


def test_an_unbound_form_shows_no_error():
    page = render_crispy_form(EveryKind())

    assert "error" not in page


def test_every_control_has_one_label_and_no_id_comes_twice():
    elements = Elements(render_crispy_form(laid_out(EveryKind({}))))
    ids = [attrs["id"] for _, attrs in elements.found if "id" in attrs]
    labelled = [attrs["for"] for attrs in elements.all("label")]
    controls = [
        attrs["id"]
        for tag in ("input", "select", "textarea")
        for attrs in elements.all(tag)
        if attrs.get("type") != "hidden"
    ]

    assert len(ids) == len(set(ids))
    assert sorted(labelled) == sorted(controls)


def test_labels_hints_choices_errors_and_values_are_escaped():
    class Hostile(forms.Form):
        text = forms.CharField(label=HOSTILE, help_text=HOSTILE)
        answer = forms.ChoiceField(
            widget=forms.RadioSelect, label=HOSTILE, choices=[(HOSTILE, HOSTILE)]
        )
        read = forms.BooleanField(label=HOSTILE, help_text=HOSTILE)

        def clean(self):
            self.add_error("text", HOSTILE)
            self.add_error(None, HOSTILE)

    form = Hostile({"text": HOSTILE})

    html = render_crispy_form(form) + render_to_string(
        "components/_error_summary.html", {"form": form}
    )

    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 10


def test_a_value_inside_a_legend_is_escaped():
    form = forms.Form()
    form.helper = FormHelper()
    form.helper.layout = Layout(Fieldset("About {{ name }}", css_id="about"))

    html = render_crispy_form(form, context={"name": HOSTILE})

    assert "About &lt;script&gt;" in html
    assert "<script" not in html


def test_what_was_sent_comes_back_except_the_password():
    sent = {
        "text": "Rosendale",
        "password": "secret",
        "answer": "amend",
        "issues": ["roads"],
        "read": "on",
    }
    elements = Elements(render_crispy_form(EveryKind(sent)))
    ids = elements.by_id()

    assert ids["id_text"][1]["value"] == "Rosendale"
    assert "value" not in ids["id_password"][1]
    checked = [attrs["id"] for attrs in elements.all("input") if "checked" in attrs]
    assert checked == ["id_read", "id_answer_1", "id_issues_1"]


def test_layout_draws_its_fieldset_buttons_and_every_field_once():
    html = render_crispy_form(laid_out(EveryKind()))
    elements = Elements(html)

    assert elements.by_id()["who"][0] == "fieldset"
    assert '<legend class="govuk-fieldset__legend govuk-fieldset__legend--m">Who<' in (
        html
    )
    assert [attrs["name"] for attrs in elements.all("button")] == ["save"]
    names = [attrs["name"] for attrs in elements.all("input")]
    assert names.count("text") == 1
    assert {"token", "kept"} <= set(names)
    assert elements.all("form")[0]["enctype"] == "multipart/form-data"
    assert "novalidate" in elements.all("form")[0]


def test_crispy_filter_draws_the_fields_alone():
    template = Template("{% load crispy_forms_tags %}{{ form|crispy }}")

    elements = Elements(template.render(Context({"form": EveryKind({})})))

    assert elements.all("form") == []
    assert elements.by_id()["id_reason"][0] == "textarea"


def test_a_formset_keeps_its_forms_apart():
    Rows = forms.formset_factory(EveryKind, extra=2)
    rows = Rows(
        {
            "form-TOTAL_FORMS": 2,
            "form-INITIAL_FORMS": 0,
            "form-0-text": "a",
            "form-1-text": "",
            "form-1-count": "1",
        }
    )

    links = [attrs["href"] for attrs in summary(rows).all("a")]
    ids = Elements(render_crispy_form(rows, helper=FormHelper())).by_id()

    assert "#id_form-0-text" not in links
    assert "#id_form-1-text" in links
    assert {link[1:] for link in links} <= set(ids)


@pytest.mark.django_db
def test_a_page_with_a_refused_form_says_so_in_its_title_and_above_its_heading(client):
    html = client.post("/accounts/login/", {"username": "", "password": ""}).content
    page = html.decode()

    assert "<title>Error: Sign in" in page
    assert page.index("There is a problem") < page.index("<h1>")
    ids = Elements(page).by_id()
    assert '<a href="#id_username">Fill in: Username</a>' in page
    assert ids["id_username"][0] == "input"
