"""How figures are printed: units, signs, and the words where there is none."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from performance import sentences
from performance.charts import describe

register = template.Library()

NO_FIGURE = "no figure"


@register.filter
def figure(value) -> str:
    """A count: 1,955; a minus sign that is one; words where there is nothing."""
    return NO_FIGURE if value is None else describe.figure(float(value))


@register.filter
def rate(value) -> str:
    """1.29, 11.2; words where there is none."""
    return NO_FIGURE if value is None else sentences.rate(float(value))


@register.filter
def money(value) -> str:
    """£2.7m, £380,000."""
    return sentences.money(float(value))


@register.filter
def polarity(value: str) -> str:
    """Lower is better; neither way is judged."""
    return sentences.POLARITY_WORDS[value]


@register.filter
def phrases(sentence) -> SafeString:
    """A sentence with its strong pieces marked."""
    parts = (
        format_html("<strong>{}</strong>" if phrase.strong else "{}", phrase.text)
        for phrase in sentence
    )
    return SafeString("".join(parts))
