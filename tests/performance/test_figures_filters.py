from decimal import Decimal

import pytest
from django.template import Context, Template

from performance.sentences import Phrase
from performance.templatetags import figures


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Decimal("1955.0000"), "1,955"),
        (-3, "−3"),
        (0, "0"),
        (None, "no figure"),
    ],
)
def test_counts(value, words):
    assert figures.figure(value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(Decimal("1.290014"), "1.29"), (Decimal("11.24"), "11.2"), (None, "no figure")],
)
def test_rates(value, words):
    assert figures.rate(value) == words


def test_money_and_polarity():
    assert figures.money(Decimal("2700000")) == "£2.7m"
    assert figures.polarity("neutral") == "Neither way is judged"


def test_phrases_are_escaped_and_strong_ones_marked():
    sentence = (Phrase("Titles & <b>: "), Phrase("worse", strong=True))

    printed = Template("{% load figures %}{{ sentence|phrases }}").render(
        Context({"sentence": sentence})
    )

    assert printed == "Titles &amp; &lt;b&gt;: <strong>worse</strong>"
