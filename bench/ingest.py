"""Large files from the file to committed, each beside its yardstick in the same run."""

import http.client
import io
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bench import made_files
from bench.yardsticks import limit, workbook_limit

NATIONAL_ROWS, STREET_ROWS, FAULTY = 1_000_000, 200_000, 1_000
NATIONAL_INDICATORS, OWN_INDICATORS = 10, 60
MOST_MEGABYTES = 700
READ = "/performance/2021-22-q4/"  # what readers open meanwhile
READINGS = 200


class Line(NamedTuple):
    """What was measured: the figure reached and the one it should not be above (or, of
    how many times as fast, below), and what it took."""

    what: str
    reached: float
    goal: float
    took: str
    at_least: bool = False

    @property
    def holds(self) -> bool:
        if self.at_least:
            return self.reached >= self.goal
        return self.reached <= self.goal


def in_own_process(module: str, *arguments: str) -> dict:
    """What a module of ours says in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def one_upload(path: Path, *, check: bool = False) -> dict:
    """What bench.one_upload says of a file."""
    return in_own_process("bench.one_upload", str(path), *["check"] * check)


def bench_large_files(folder: Path) -> Iterator[Line]:
    """Every bound of a large file, in one run; each as it is measured."""
    make_records()
    districts = [f"Bench {number}" for number in range(made_files.OWN_AREAS)]
    yield from _national(folder)
    yield from _street(folder, districts)
    yield from _figures(folder, districts)
    yield from _readers(folder)


def _national(folder: Path) -> list[Line]:
    national = made_files.write_csv(
        folder / "national.csv", made_files.home_office(NATIONAL_ROWS)
    )
    faulty = made_files.write_csv(
        folder / "faulty.csv", made_files.home_office(NATIONAL_ROWS), faulty=FAULTY
    )
    bad = one_upload(faulty, check=True)
    if bad["errors"] != FAULTY:
        raise SystemExit(f"{bad['errors']} errors were told, not {FAULTY}.")
    best = limit(national)
    good = one_upload(national)
    what = f"Home Office, {NATIONAL_ROWS:,} rows"
    lines = [
        Line(f"{what}, × L", _seconds(good) / best, 1.5, _told(good, best)),
        Line(
            "the same, megabytes of its largest process",
            good["megabytes"],
            MOST_MEGABYTES,
            "the process that saves, or the one that reads the file",
        ),
        Line(
            f"the same with {FAULTY:,} faulty rows, × the good one",
            bad["checked"] / _seconds(good),
            0.6,
            f"{bad['checked']:.1f} s, {bad['megabytes']:.0f} MB",
        ),
    ]
    workbook = made_files.write_workbook(
        folder / "national.xlsx", made_files.home_office(NATIONAL_ROWS, seed=2)
    )
    best += workbook_limit(workbook)
    took = one_upload(workbook)
    lines.append(
        Line(
            "the same as .xlsx, × (calamine + the pass over its XML + L)",
            _seconds(took) / best,
            1.5,
            _told(took, best),
        )
    )
    return lines


def _street(folder: Path, districts: list[str]) -> list[Line]:
    street = made_files.write_csv(
        folder / "street.csv",
        made_files.street(STREET_ROWS, "Bench Constabulary", districts),
    )
    best = limit(street)
    took = one_upload(street)
    return [
        Line(
            f"street-level, {STREET_ROWS:,} rows, × (1.5 L + 1 s)",
            _seconds(took) / (1.5 * best + 1),
            1,
            _told(took, best),
        )
    ]


def _figures(folder: Path, districts: list[str]) -> list[Line]:
    """The portal's own CSV beside an ordinary import of it, and a quarter's workbook."""
    quarters = [f"Q{q} {y}/{(y + 1) % 100:02}" for y, q in made_files.QUARTERS]
    figures = made_files.write_csv(
        folder / "figures.csv",
        made_files.figures(
            [f"bench-{number}" for number in range(OWN_INDICATORS)],
            districts,
            quarters,
        ),
    )
    ordinary = in_own_process("bench.ordinary", str(figures))
    took = one_upload(figures)
    if ordinary["new"] != took["figures"]:
        raise SystemExit(f"{ordinary['new']} figures were imported, not all.")
    lines = _in_seconds(f"portal's CSV, {took['figures']:,} figures", took, 0.5)
    lines.append(
        Line(
            "the same, times as fast as django-import-export",
            sum(ordinary["seconds"]) / _seconds(took),
            50,
            "{:.0f} s its preview + {:.0f} s its import".format(*ordinary["seconds"]),
            at_least=True,
        )
    )
    workbook = folder / "quarter.xlsx"
    workbook.write_bytes(_quarters_workbook())
    took = one_upload(workbook)
    what = f"a quarter's workbook, {took['figures']:,} figures"
    return [*lines, *_in_seconds(what, took, 1)]


def _in_seconds(what: str, took: dict, goal: float) -> list[Line]:
    return [
        Line(f"{what}, seconds to its preview", took["checked"], goal, ""),
        Line(f"{what}, seconds to save", took["committed"], goal, _told(took)),
    ]


def _quarters_workbook() -> bytes:
    """The portal's blank workbook of the last quarter, filled in."""
    from openpyxl import load_workbook  # noqa: PLC0415 -- slow import

    from performance.ingest import template  # noqa: PLC0415 -- after django.setup()
    from performance.models import Indicator  # noqa: PLC0415
    from performance.periods import Quarter  # noqa: PLC0415

    indicators = Indicator.objects.filter(slug__startswith="bench-")
    asked = template.Asked(
        quarters=[Quarter(*made_files.QUARTERS[-1])],
        indicators=indicators.filter(native_period="quarter")
        .select_related("group__whole")
        .prefetch_related("group__areas"),
    )
    blank = template.workbook(asked)
    book = load_workbook(io.BytesIO(blank))
    cells = book["By quarter"].iter_rows(
        min_row=6, min_col=2, max_col=1 + OWN_INDICATORS
    )
    for number, cell in enumerate(cell for row in cells for cell in row):
        cell.value = 20 + number * 7919 % 400
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _readers(folder: Path) -> list[Line]:
    """What readers of a served page notice of a large file: the 95th percentile of the
    page's time while it is saved, beside that before."""
    national = made_files.write_csv(
        folder / "again.csv", made_files.home_office(NATIONAL_ROWS, seed=3)
    )
    with _Served() as served:
        before = [served.seconds(READ) for _ in range(READINGS)]
        times: list[tuple[float, float]] = []
        marks: list[float] = []
        upload = threading.Thread(target=_marked_upload, args=(national, marks))
        upload.start()
        while upload.is_alive():
            at = time.perf_counter()
            times.append((at, served.seconds(READ)))
        upload.join()
    saving, saved = marks
    during = [took for at, took in times if saving <= at <= saved]
    reading = [took for at, took in times if at < saving]
    usual = _p95(before)
    return [
        Line(
            "a page's p95 while a million rows are saved, × before",
            _p95(during) / usual,
            3,
            f"{usual * 1000:.0f} ms before; while the file is read and checked "
            f"{_p95(reading) / usual:.1f} ×; the page was read {len(during)} times",
        )
    ]


def _marked_upload(path: Path, marks: list[float]) -> None:
    """Upload a file; notes when saving began and when it was done."""
    command = [sys.executable, "-m", "bench.one_upload", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for _ in process.stdout:
            marks.append(time.perf_counter())


def _p95(times: list[float]) -> float:
    return sorted(times)[int(0.95 * (len(times) - 1))]


class _Served:
    """The portal as make run serves it, on a port of its own."""

    def __enter__(self) -> "_Served":
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.server = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "csa_portal.wsgi"),
                *("--bind", f"127.0.0.1:{self.port}", "--workers", "2"),
                *("--threads", "4", "--log-level", "error"),
            ],
            env=os.environ | {"ALLOWED_HOSTS": "127.0.0.1"},
        )
        for _ in range(100):
            try:
                self.seconds(READ)
            except OSError:
                time.sleep(0.2)
            else:
                break
        for _ in range(20):  # both workers have their first page behind them
            self.seconds(READ)
        return self

    def __exit__(self, *error: object) -> None:
        self.server.terminate()
        self.server.wait()

    def seconds(self, address: str) -> float:
        start = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", address)
        response = connection.getresponse()
        response.read()
        connection.close()
        if response.status != 200:
            raise SystemExit(f"{address} answered {response.status}.")
        return time.perf_counter() - start


def _seconds(took: dict) -> float:
    return took["checked"] + took["committed"]


def _told(took: dict, best: float | None = None) -> str:
    limit = "" if best is None else f"L {best:.2f} s, "
    return (
        f"{took['checked']:.2f} s checked + {took['committed']:.2f} s saved, "
        f"{limit}{took['megabytes']:.0f} MB at most"
    )


def make_records() -> None:
    """A county of its own beside the demonstration's, with a nation to compare it with."""
    from partnerships.models import (  # noqa: PLC0415 -- after django.setup()
        Area,
        AreaGroup,
        AreaGroupMember,
        Partner,
    )
    from performance.models import Indicator, SourceCode  # noqa: PLC0415

    whole = Area.objects.create(name="Benchshire", slug="bench", kind="police_force")
    unplaced = Area.objects.create(
        name="Benchshire, no place", slug="bench-unplaced", kind="unplaced"
    )
    own = AreaGroup.objects.create(
        name="Bench", slug="bench", whole=whole, unplaced=unplaced
    )
    nation = AreaGroup.objects.create(name="Bench nation", slug="bench-nation")
    areas = Area.objects.bulk_create(
        Area(
            name=f"Bench {number}",
            slug=f"bench-{number}",
            code=made_files.area_code(number),
            kind="district",
        )
        for number in range(made_files.AREAS)
    )
    AreaGroupMember.objects.bulk_create(
        AreaGroupMember(group=group, area=area)
        for group, members in (
            (own, areas[: made_files.OWN_AREAS]),
            (nation, areas),
        )
        for area in members
    )
    Partner.objects.create(
        name="Bench Constabulary",
        slug="bench-constabulary",
        kind=Partner.Kind.POLICE,
        area=whole,
    )
    common = {
        "kind": "count",
        "unit": "recorded crimes",
        "polarity": "lower",
        "group": own,
        "source": "Made up",
        "owner": "Nobody",
        "status_label": "official",
        "headline": False,
    }
    for number in range(NATIONAL_INDICATORS):
        made = Indicator.objects.create(
            title=f"National {number}",
            slug=f"national-{number}",
            native_period="quarter",
            source_kind="home_office",
            **common,
        )
        made.comparators.add(nation)
        SourceCode.objects.create(
            source_kind="home_office",
            code=made_files.offence_code(number),
            indicator=made,
        )
    SourceCode.objects.bulk_create(
        SourceCode(source_kind="home_office", code=made_files.offence_code(number))
        for number in range(NATIONAL_INDICATORS, made_files.CODES)
    )
    for number in range(OWN_INDICATORS):
        Indicator.objects.create(
            title=f"Bench {number}",
            slug=f"bench-{number}",
            native_period="quarter",
            source_kind="workbook",
            **common,
        )
    SourceCode.objects.filter(source_kind="street").delete()
    for kind in made_files.CRIME_TYPES:
        made = Indicator.objects.create(
            title=f"Bench {kind}",
            slug=f"bench-{kind.lower().replace(' ', '-')}",
            native_period="month",
            source_kind="street",
            **common,
        )
        SourceCode.objects.create(source_kind="street", code=kind, indicator=made)


def report(line: Line) -> str:
    return (
        f"| {line.what} | {line.reached:.2f} | {'≥' if line.at_least else '≤'} "
        f"{line.goal:g} | {'yes' if line.holds else '**no**'} | {line.took} |"
    )
