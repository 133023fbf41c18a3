"""From an uploaded file to an Upload with its findings; nothing becomes current here."""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

import polars as pl
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q

from csa_portal.documents import frozen
from csa_portal.documents.dates import today
from partnerships import audit
from partnerships.models import (
    Area,
    AreaCode,
    AreaGroupMember,
    AuditEvent,
    Partner,
    PartnerAlias,
    User,
)
from performance import mappings, periods, sealing
from performance.ingest import checks, parsing
from performance.ingest.columns import Columns
from performance.ingest.findings import ERROR, Problem, grouped
from performance.ingest.findings import Finding as Grouped
from performance.ingest.known import FIGURES, Code, Figures, Known, Measure, plain
from performance.ingest.readings import Contents
from performance.models import (
    Current,
    Event,
    Finding,
    Indicator,
    Observation,
    SourceCode,
    Stage,
    Upload,
)

PACKED = (b"PK", b"\xd0\xcf")  # how workbooks and .zip files begin, of any age
# Contents read by an older version of the readers are read again.
READERS_VERSION = 3


def receive(data: bytes, filename: str, *, by: User | None, kind: str = "") -> Upload:
    """Keep a file, read it and check it; returns the upload with its findings.

    ``kind`` overrules what the file is recognised as. ``by`` None is the command line.
    The upload is refused when the file cannot be read at all, or its bytes are sealed;
    of a file that is about people nothing is kept but name, size, hash and findings.
    """
    upload = keep_file(data, filename, by=by, kind=kind)
    return keep_findings(upload, look_into(upload, data=data))


def keep_file(data: bytes, filename: str, *, by: User | None, kind: str = "") -> Upload:
    """Keep a file as it came, to be checked; ``kind`` and ``by`` as in ``receive``.

    Bytes that are sealed are not kept again.
    """
    sha256 = frozen.digest(data)
    if not sealing.is_sealed(sha256):
        frozen.keep(data, sha256)
    with transaction.atomic():
        upload = Upload.objects.create(
            filename=_safe_name(filename),
            sha256=sha256,
            size=len(data),
            source_kind=kind,
            state=Upload.State.RECEIVED,
            by=by,
        )
        audit.record(AuditEvent.Act.UPLOAD, upload, by=by)
    return upload


@dataclass(frozen=True)
class Found:
    """What looking into a file gave; nothing of it is kept yet."""

    contents: Contents
    figures: Figures
    findings: list[Grouped]


def look_into(
    upload: Upload,
    *,
    data: bytes | None = None,
    tell: Callable[..., None] = lambda stage, **counted: None,
) -> Found:
    """Read an upload's file and check it, which may take minutes; writes no record.

    ``data`` are its bytes where they are at hand. ``tell`` is called with each Stage.Name
    as it begins, and with the number of ``rows`` as far as it is known: at first the lines
    of a text.
    """
    try:
        sealing.check_readable(upload.sha256)
    except sealing.Sealed as seal:
        tell(Stage.Name.READ)
        contents = _refused_as_sealed(seal)
    else:
        data = data or frozen.read(upload.sha256)
        lines = None if data.startswith(PACKED) else data.count(b"\n")
        tell(Stage.Name.READ, rows=lines)
        answer = _parse(data, upload.source_kind, mappings.kept())
        del data  # a large file's bytes are not needed beside its tables
        contents = Contents.unpacked(answer)
        if not contents.unreadable:
            name = _remembered_name(upload.sha256, contents.source, contents.columns)
            _remember(name, answer)
    tell(Stage.Name.EXAMINE, rows=contents.rows)
    figures, problems = examine(contents, by=upload.by)
    return Found(contents, figures, grouped(problems))


@transaction.atomic
def keep_findings(upload: Upload, found: Found) -> Upload:
    """Keep what was found in an upload; one that was checked meanwhile stays as it is."""
    upload = Upload.objects.select_for_update().get(pk=upload.pk)
    if upload.state != Upload.State.RECEIVED:
        return upload
    upload.state = _state(found.contents)
    upload.source_kind = found.contents.source
    upload.columns_version_id = found.contents.columns or None
    upload.covers = _covers(found.figures)
    upload.rows_read = found.contents.rows
    upload.figures_read = len(found.figures)
    upload.previewed_at_event = Event.objects.latest_number()
    upload.save()
    Finding.objects.bulk_create(
        Finding(upload=upload, order=order, **finding._asdict())
        for order, finding in enumerate(found.findings)
    )
    if found.contents.stopped:
        _let_go(upload)
    return upload


def _state(contents: Contents) -> Upload.State:
    if contents.stopped:
        return Upload.State.STOPPED
    return Upload.State.REFUSED if contents.unreadable else Upload.State.CHECKED


def _refused_as_sealed(seal: sealing.Sealed) -> Contents:
    problem = Problem(
        ERROR, "sealed", str(seal), "It is not read or kept. Upload another file."
    )
    return Contents(problems=(problem,), unreadable=True)


def _let_go(upload: Upload) -> None:
    """Delete a stopped file, unless an earlier upload of the very same bytes names it:
    then it is for two people to seal that one, and the page says so."""
    earlier = Upload.objects.filter(sha256=upload.sha256).exclude(
        state=Upload.State.STOPPED
    )
    if not earlier.exists():
        transaction.on_commit(lambda: frozen.let_go(upload.sha256))
        return
    first = earlier.order_by("at").first()
    Finding.objects.create(
        upload=upload,
        order=upload.findings.count(),
        level=ERROR,
        rule="kept-before",
        wrong=f"The very same file was uploaded before, as number {first.pk}, and is kept.",
        mend="Ask an officer and an administrator to seal it.",
    )


def examine(contents: Contents, *, by: User | None) -> tuple[Figures, list[Problem]]:
    """The figures of a file as the records stand now, and everything wrong with them."""
    known = known_to(by, source_kind=_indicators_kind(contents.source))
    source = parsing.SOURCES.get(contents.source)
    footprint = getattr(source, "FOOTPRINT", None)
    figures, found = checks.resolve(contents, known, footprint)
    problems = [*contents.problems, *found]
    if not any(problem.level == ERROR for problem in problems):
        held, sealed = _history(figures)
        problems += checks.added_up(figures, held, known)
        problems += checks.unusual(figures, held, known)
        problems += checks.resealed(figures, sealed)
        if footprint and footprint.back_series:
            problems += checks.older(figures, held)
    return figures, problems


def problems_of(upload: Upload) -> list[Problem]:
    """Everything wrong or odd in an upload's file, cell by cell, as the records stand now.

    Its findings are those of the day it was checked, grouped and capped.
    """
    return examine(contents_of(upload), by=upload.by)[1]


def _indicators_kind(source: str) -> str:
    """The kind of source that indicators name for a file: the portal's CSV holds what its
    workbook holds."""
    if source == Upload.SourceKind.FIGURES_CSV:
        return Indicator.SourceKind.WORKBOOK
    return source


def contents_of(upload: Upload) -> Contents:
    """What an upload's file says, without reading the file again where that is kept.

    Raises Sealed where nobody is to read it any more.
    """
    sealing.check_readable(upload.sha256)
    name = _remembered_name(
        upload.sha256, upload.source_kind, upload.columns_version_id
    )
    try:
        with default_storage.open(name) as file:
            return Contents.unpacked(file.read())
    except FileNotFoundError:
        data = frozen.read(upload.sha256)
        columns = mappings.of_version(upload.columns_version_id)
        return Contents.unpacked(_parse(data, upload.source_kind, columns))


def first_rows(upload: Upload) -> Contents:
    """What the tables of an upload's file begin with, in ``tables``; read each time, so
    that no copy of their cells is kept. Raises frozen.NotKept, also where it is sealed."""
    if sealing.is_sealed(upload.sha256):
        raise frozen.NotKept(upload.sha256)
    data = frozen.read(upload.sha256)
    return Contents.unpacked(_parse(data, parsing.FIRST_ROWS))


def known_to(by: User | None, *, source_kind: str = "") -> Known:
    """The names and rules that figures are checked by; a handful of queries."""
    members = defaultdict(set)
    for group, area in AreaGroupMember.objects.values_list("group", "area"):
        members[group].add(area)
    compared = defaultdict(set)
    for indicator, group in Indicator.comparators.through.objects.values_list(
        "indicator", "areagroup"
    ):
        compared[indicator] |= members[group]
    mine = (
        None
        if by is None
        else set(Indicator.objects.uploadable_by(by).values_list("pk", flat=True))
    )
    measures, by_pk, wholes = {}, {}, set()
    for indicator in Indicator.objects.select_related("group"):
        measure = _measure(
            indicator, members[indicator.group_id], compared[indicator.pk], mine
        )
        by_pk[measure.pk] = measure
        measures[plain(indicator.title)] = measures[plain(indicator.slug)] = measure
        if indicator.source_kind == Indicator.SourceKind.STREET:
            wholes.add(measure.whole)
    area_names = dict(Area.objects.values_list("pk", "name"))
    partners = list(Partner.objects.filter(area__isnull=False))
    aliases = list(
        PartnerAlias.objects.filter(partner__area__isnull=False).select_related(
            "partner"
        )
    )
    police = [
        partner
        for partner in partners
        if partner.kind == Partner.Kind.POLICE and partner.area_id in wholes
    ]
    return Known(
        today=today(),
        measures=measures,
        areas=_area_names(partners, aliases),
        area_names=area_names,
        codes=[
            Code(
                plain(code.code),
                by_pk.get(code.indicator_id),
                code.valid_from,
                code.valid_until,
            )
            for code in SourceCode.objects.filter(source_kind=source_kind)
        ],
        forces={
            plain(name): partner.area_id
            for partner in police
            for name in (
                partner.name,
                *(alias.name for alias in aliases if alias.partner == partner),
            )
        },
        force_name=" or ".join(partner.name for partner in police),
        source_kind=source_kind,
        source_name=dict(Indicator.SourceKind.choices).get(source_kind, ""),
    )


def _measure(
    indicator: Indicator, members: set[int], compared: set[int], mine: set[int] | None
) -> Measure:
    group = indicator.group
    areas = (
        {*members, group.unplaced_id} - {None}
        if indicator.by_area
        else {group.whole_id} - {None}
    )
    return Measure(
        pk=indicator.pk,
        title=indicator.title,
        slug=indicator.slug,
        kind=indicator.kind,
        unit=indicator.unit,
        native_period=indicator.native_period,
        source_kind=indicator.source_kind,
        source_name=indicator.get_source_kind_display(),
        by_area=indicator.by_area,
        areas=frozenset(areas),
        comparators=frozenset(compared),
        whole=group.whole_id,
        unplaced=group.unplaced_id,
        covers=group.name[:1].lower() + group.name[1:],
        threshold=indicator.threshold,
        mine=mine is None or indicator.pk in mine,
    )


def _area_names(partners: list[Partner], aliases: list[PartnerAlias]) -> dict[str, int]:
    """Every name an area goes by: a partner's names first, so that its own win."""
    names = {plain(alias.name): alias.partner.area_id for alias in aliases}
    names |= {plain(partner.name): partner.area_id for partner in partners}
    for pk, slug, code, name in Area.objects.values_list("pk", "slug", "code", "name"):
        names |= {plain(text): pk for text in (code, slug, name) if text}
    for code, area in AreaCode.objects.values_list("code", "area"):
        names[plain(code)] = area
    return names


def _history(figures: Figures) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The current values of the indicators of some figures, in their areas; and the keys
    of those that are sealed."""
    rows = Current.objects.filter(
        Q(observation__value__isnull=False)
        | Q(observation__state=Observation.State.SEALED),
        indicator__in=figures.frame["measure"].unique().to_list(),
    ).values_list("indicator", "area", "period__start", "observation__value")
    schema = {name: FIGURES[name] for name in ("measure", "area", "start", "value")}
    every = pl.DataFrame(list(rows), schema=schema, orient="row")
    return every.drop_nulls("value"), every.filter(pl.col("value").is_null())


def _parse(data: bytes, kind: str, columns: Sequence[Columns] = ()) -> bytes:
    return parsing.parse(
        data,
        kind,
        columns,
        seconds=settings.PARSE_SECONDS,
        max_bytes=settings.PARSE_BYTES,
    )


def _remember(name: str, answer: bytes) -> None:
    """Spare the pages of an upload another reading of its file."""
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(answer))


def _remembered_name(sha256: str, source: str, columns: int | None) -> str:
    return (
        f"read/{sha256[:2]}/{sha256}-{source or 'unknown'}{columns or ''}"
        f"-{READERS_VERSION}.json"
    )


def _safe_name(filename: str) -> str:
    """The file's own name without folders and signs that cannot be printed."""
    name = PurePath(filename.replace("\\", "/")).name
    return re.sub(r"[^\w .,()'&+–-]", "_", name)[-255:] or "file"


def _covers(figures: Figures) -> str:
    """The periods in words: "January 2022 to March 2022", "Q4 2021/22"."""
    spans = figures.frame.group_by("kind", maintain_order=True).agg(
        first=pl.col("start").min(), last=pl.col("start").max()
    )
    return ", ".join(
        periods.of(kind, first).label
        if first == last
        else f"{periods.of(kind, first).label} to {periods.of(kind, last).label}"
        for kind, first, last in spans.rows()
    )[:200]
