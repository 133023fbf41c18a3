"""Large files from the file to committed, each beside its yardstick in the same run."""

import json
import subprocess
import sys
from pathlib import Path

from bench import made_files
from bench.yardsticks import limit

NATIONAL_ROWS, STREET_ROWS, FAULTY = 1_000_000, 200_000, 1_000
NATIONAL_INDICATORS, OWN_INDICATORS = 10, 60
Line = tuple[str, float, str]  # what, its ratio, and what it took


def one_upload(path: Path, *, check: bool = False) -> dict:
    """What bench.one_upload says of a file, in a process of its own."""
    command = [sys.executable, "-m", "bench.one_upload", str(path)]
    done = subprocess.run(
        command + ["check"] * check, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout)


def bench_large_files(folder: Path) -> list[Line]:
    """The large files: ratio to their yardstick, seconds and megabytes."""
    make_records()
    national = made_files.write_csv(
        folder / "national.csv", made_files.home_office(NATIONAL_ROWS)
    )
    faulty = made_files.write_csv(
        folder / "faulty.csv", made_files.home_office(NATIONAL_ROWS), faulty=FAULTY
    )
    districts = [f"Bench {number}" for number in range(made_files.OWN_AREAS)]
    street = made_files.write_csv(
        folder / "street.csv",
        made_files.street(STREET_ROWS, "Bench Constabulary", districts),
    )
    quarters = [f"Q{q} {y}/{(y + 1) % 100:02}" for y, q in made_files.QUARTERS]
    figures = made_files.write_csv(
        folder / "figures.csv",
        made_files.figures(
            [f"bench-{number}" for number in range(OWN_INDICATORS)],
            districts,
            quarters,
        ),
    )
    bad = one_upload(faulty, check=True)
    if bad["errors"] != FAULTY:
        raise SystemExit(f"{bad['errors']} errors were told, not {FAULTY}.")
    best = limit(national)
    good = one_upload(national)
    lines = [
        _line(f"Home Office, {NATIONAL_ROWS:,} rows, × L", good, best),
        (
            f"the same with {FAULTY:,} faulty rows, × the good one",
            bad["checked"] / (good["checked"] + good["committed"]),
            f"{bad['checked']:.1f} s, {bad['megabytes']:.0f} MB",
        ),
    ]
    best = limit(street)
    lines.append(
        _line(f"street-level, {STREET_ROWS:,} rows, × L", one_upload(street), best)
    )
    best = limit(figures)
    took = one_upload(figures)
    lines.append(_line(f"portal's CSV, {took['rows']:,} figures, × L", took, best))
    return lines


def _line(what: str, took: dict, best: float) -> Line:
    seconds = took["checked"] + took["committed"]
    return (
        what,
        seconds / best,
        f"{took['checked']:.2f} s checked + {took['committed']:.2f} s committed, "
        f"L {best:.2f} s, {took['megabytes']:.0f} MB at most",
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


def report(lines: list[Line]) -> list[str]:
    return [f"| {what} | {ratio:.2f} | {took} |" for what, ratio, took in lines]
