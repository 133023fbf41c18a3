"""What make bench runs: pages, the PDF and an upload, each beside its yardstick.

Seconds depend on the machine and are only reported. Ratios are taken in one run, so that
they can be compared between runs.
"""

import csv
import io
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench import ingest

ROUNDS = 30
PDF_ROUNDS = 3
PAGES = [
    "/",
    "/agreement/2022-2025/",
    "/agreement/2022-2025/sections/priorities-and-key-issues/",
    "/delivery-framework/",
    "/performance/2021-22-q4/",
    "/performance/indicators/burglary/",
]


def seconds(act: Callable[[], object], rounds: int) -> float:
    """The median time of an act in seconds, after one that is not counted."""
    act()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        act()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def say(line: str = "") -> None:
    print(line, flush=True)  # noqa: T201 -- the benchmark's report


def bench_pages() -> None:
    """Pages in this process, by Django's test client, beside a bare page of their size."""
    from django.db import connection  # noqa: PLC0415 -- after django.setup()
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from partnerships.models import User  # noqa: PLC0415

    say("| page | reader | queries | bytes | ms | × a bare page of the same bytes |")
    say("| --- | --- | ---: | ---: | ---: | ---: |")
    for reader in [None, "board-member"]:
        client = Client()
        if reader:
            client.force_login(
                User.objects.get(username=reader),
                "django.contrib.auth.backends.ModelBackend",
            )
        for address in PAGES:
            with CaptureQueriesContext(connection) as queries:
                response = client.get(address)
            assert response.status_code == 200, (address, response.status_code)
            asked, size = len(queries), len(response.content)
            page = seconds(partial(client.get, address), ROUNDS)
            bare = seconds(partial(client.get, f"/bench/bare/{size}"), ROUNDS)
            say(
                f"| {address} | {reader or 'public'} | {asked} | {size} "
                f"| {page * 1000:.1f} | {page / bare:.1f} |"
            )


def bench_pdf() -> None:
    """The agreement's PDF beside bare WeasyPrint of forty plain pages."""
    import weasyprint  # noqa: PLC0415 -- slow import
    from django.template.loader import render_to_string  # noqa: PLC0415

    from csa_portal.documents.pdf import html_to_pdf  # noqa: PLC0415
    from priorities import document, pdf  # noqa: PLC0415

    version = document.version_of("2022-2025")
    paragraph = "<p>" + "Words that fill a page as words do. " * 60 + "</p>"
    page = f"<h1>Page</h1>{paragraph}"
    html = (
        '<html lang="en"><title>Bare</title><style>h1 { break-before: page }</style>'
        f"{page * 40}</html>"
    )
    bare = seconds(
        lambda: weasyprint.HTML(string=html).write_pdf(pdf_variant="pdf/ua-1"),
        PDF_ROUNDS,
    )
    agreement = render_to_string("documents/agreement.html", pdf.context(version))
    ours = seconds(lambda: html_to_pdf(agreement), PDF_ROUNDS)
    size = len(html_to_pdf(agreement))
    say(
        f"PDF of the agreement: {ours:.2f} s, {size / 1024:.0f} kB; "
        f"{ours / bare:.2f} × bare WeasyPrint of 40 pages ({bare:.2f} s)."
    )


def bench_upload() -> None:
    """A whole history of figures, checked and committed, beside reading its rows."""
    from csa_portal.demonstration import FIXTURES  # noqa: PLC0415
    from performance.ingest.checking import receive  # noqa: PLC0415
    from performance.ingest.commit import commit_upload  # noqa: PLC0415

    data = (FIXTURES / "figures" / "street-2019-12-to-2022-03.csv").read_bytes()
    # One figure differs, so that the file is another one and has something to change.
    lines = data.decode().splitlines()
    row = next(csv.reader([lines[-1]]))
    row[3] = str(int(row[3]) + 1)
    lines[-1] = ",".join(row)
    changed = ("\n".join(lines) + "\n").encode()

    reading = seconds(lambda: list(csv.reader(io.StringIO(data.decode()))), ROUNDS)
    start = time.perf_counter()
    upload = receive(changed, "bench.csv", by=None)
    checked = time.perf_counter()
    commit_upload(upload, by=None, reason="The benchmark.")
    done = time.perf_counter()
    say(
        f"Upload of {len(lines) - 1} figures: checked in {checked - start:.2f} s, "
        f"committed with its summaries in {done - checked:.2f} s; "
        f"reading its rows alone takes {reading:.3f} s."
    )


def main(folder: Path) -> None:
    os.environ |= {
        "DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "csa_portal.settings",
        "MEDIA_ROOT": str(folder / "files"),
    }
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder / 'bench.sqlite3'}")

    import django  # noqa: PLC0415 -- the environment comes first

    django.setup()

    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    settings.ROOT_URLCONF = "bench.urls"
    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)
    start = time.perf_counter()
    call_command("load_demo", stdout=io.StringIO())
    say(
        f"The demonstration county loads in {time.perf_counter() - start:.1f} s "
        f"on {connection.vendor}."
    )
    bench_pages()
    bench_pdf()
    bench_upload()
    say(
        "| a file, from its bytes to committed | reached | goal | holds | what it took |"
    )
    say("| --- | ---: | ---: | --- | --- |")
    for line in ingest.bench_large_files(folder):
        say(ingest.report(line))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="csa-portal-bench-") as made:
        main(Path(made))
