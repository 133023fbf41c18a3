"""How dates and text are printed, on every page and in every PDF."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from csa_portal.audit_trail import ACTS
from csa_portal.documents.dates import print_partial_date
from csa_portal.documents.markdown import to_html

register = template.Library()


@register.filter
def partial_date(text: str) -> str:
    """2021-07 as July 2021; nothing as nothing."""
    return print_partial_date(text) if text else ""


@register.filter
def markdown(text: str) -> SafeString:
    return mark_safe(to_html(text))


@register.filter
def act_words(act: str) -> str:
    """An audit entry's act as people say it."""
    return ACTS.get(act, act)
