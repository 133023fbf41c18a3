"""The agreement's PDF: made when its content has changed, kept until it changes again."""

import hashlib
from base64 import b64encode

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.template.loader import render_to_string

from csa_portal.documents.dates import today
from csa_portal.documents.pdf import html_to_pdf
from priorities import document, term_chart
from priorities.models import Version


def agreement_pdf(version: Version) -> bytes:
    """The tagged PDF of a version, fetched with its agreement and the agreement's owner.

    Kept by the digest of the page it is made from, so that the same content costs no
    second rendering. Raises MissingAsset.
    """
    html = render_to_string("documents/agreement.html", context(version))
    name = f"{hashlib.sha256(html.encode()).hexdigest()}.pdf"
    path = f"{folder(version)}/{name}"
    if default_storage.exists(path):
        with default_storage.open(path) as kept:
            return kept.read()
    content = html_to_pdf(html)
    for old in kept_names(version):
        default_storage.delete(f"{folder(version)}/{old}")
    default_storage.save(path, ContentFile(content))
    return content


def context(version: Version) -> dict:
    """Everything the printed agreement says."""
    records = document.Records(version)
    chart = term_chart.draw(records.framework)
    return {
        "document": document.read(records),
        "version": version,
        "agreement": version.agreement,
        "versions": document.versions_of(version.agreement.edition),
        "chart": chart,
        "drawing": picture(chart) if chart else "",
        "gaps": document.gaps_of(records),
        "links": records.links,
        "legislation": records.legislation,
        "county": settings.COUNTY,
        "demo": settings.DEMO,
        "today": today(),
        "linked": False,
    }


def picture(chart: term_chart.Chart) -> str:
    """The chart as the address of a picture: only a picture can carry words in a PDF."""
    drawing = render_to_string("priorities/_term_chart.svg", {"chart": chart})
    return f"data:image/svg+xml;base64,{b64encode(drawing.encode()).decode()}"


def folder(version: Version) -> str:
    return f"agreements/{version.agreement.edition}/{version.number}"


def kept_names(version: Version) -> list[str]:
    try:
        return default_storage.listdir(folder(version))[1]
    except FileNotFoundError:
        return []


def kept_size(version: Version) -> int | None:
    """Bytes of the PDF as last made; None before the first."""
    names = kept_names(version)
    return default_storage.size(f"{folder(version)}/{names[0]}") if names else None
