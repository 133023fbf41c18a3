"""Pages to tagged PDF files. The only module that knows WeasyPrint."""

import re
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from django.conf import settings

# A link into the site: it has no address on paper, its words stay.
SITE_LINK = re.compile(r'<a href="/[^"]*"[^>]*>(.*?)</a>', re.DOTALL)


class MissingAsset(Exception):
    """The document asks for a picture or style that may not be read, or is not there."""


def html_to_pdf(html: str) -> bytes:
    """Turn a rendered page into a tagged PDF (PDF/UA-1).

    Only files under the static folders are read, and nothing is fetched over the
    network. A missing or remote asset stops the export with MissingAsset.
    """
    from weasyprint import HTML  # noqa: PLC0415 -- slow import
    from weasyprint.urls import FatalURLFetchingError  # noqa: PLC0415 -- slow import

    base_url = f"{static_folders()[0].as_uri()}/"
    try:
        page = HTML(
            string=SITE_LINK.sub(r"\1", html),
            base_url=base_url,
            url_fetcher=static_only_fetcher(),
        )
        return page.write_pdf(pdf_variant="pdf/ua-1", finisher=finish)
    except FatalURLFetchingError as error:  # a BaseException
        raise MissingAsset(f"{error}: {error.__cause__}") from error


def static_folders() -> list[Path]:
    folders = [*settings.STATICFILES_DIRS, settings.STATIC_ROOT]
    return [Path(folder).resolve() for folder in folders]


def static_only_fetcher():
    """A fetcher of ``data:`` addresses and files under the static folders.

    Any other address, or a file that is not there, stops the rendering; WeasyPrint alone
    would log it and leave a hole. Paths are compared as resolved, links and ".." followed.
    """
    from weasyprint.urls import URLFetcher, path2url  # noqa: PLC0415 -- slow import

    class StaticOnlyFetcher(URLFetcher):
        def fetch(self, url, headers=None):
            if url.startswith("file:"):
                url = path2url(static_file(url))
            return super().fetch(url, headers)

    return StaticOnlyFetcher(
        allowed_protocols={"data", "file"}, allow_redirects=False, fail_on_errors=True
    )


def static_file(url: str) -> Path:
    """The file behind a ``file:`` address; ValueError outside the static folders."""
    path = Path(url2pathname(urlsplit(url).path)).resolve()
    if not any(path.is_relative_to(folder) for folder in static_folders()):
        raise ValueError("it lies outside the static folders")
    return path


def finish(document, pdf) -> None:
    """Mend the structure tree: WeasyPrint writes no Scope for header cells, for one.

    Header cells of a table's head are for their column, all others for their row (or the
    rows they span). The lists of headers that WeasyPrint adds to the other cells go: it
    counts columns wrongly beside a cell that spans rows, and Scope says all there is. A
    list holds items or lists and nothing else, so the <div> of a <dl> becomes a list.
    """
    for element in pdf.objects:
        if not isinstance(element, dict) or element.get("Type") != "/StructElem":
            continue
        if element["S"] == "/TH":
            row = parent(element, pdf)
            of_head = parent(row, pdf)["S"] == "/THead"
            element["A"]["Scope"] = "/Column" if of_head else "/Row"
        elif element["S"] == "/TD":
            element["A"].pop("Headers", None)
        elif element["S"] == "/Div" and parent(element, pdf).get("S") == "/L":
            element["S"] = "/L"


def parent(element, pdf):
    """The structure element above one; references read "12 0 R"."""
    return pdf.objects[int(element["P"].split()[0])]
