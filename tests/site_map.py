"""Every address of the portal, who may open it, and an example of it.

One table for two tests: the walk as each role, and the sweep in the browser. A pattern
that is missing here fails the walk.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from partnerships.models import RoleAssignment
from performance.periods import Quarter

Role = RoleAssignment.Role

PUBLIC = "public"
EVERY_ROLE = frozenset(Role)
EVERYONE = EVERY_ROLE | {PUBLIC}
ANALYSTS = frozenset({Role.ANALYST})
UPLOADERS = ANALYSTS | {Role.DATA_PROVIDER}
PLACERS = ANALYSTS | {Role.OFFICER}
AUDITORS = frozenset({Role.OFFICER, Role.ADMINISTRATOR})

Q4 = Quarter.from_slug("2021-22-q4")


# Stand for the numbers of an upload that is saved, of one that only was checked, of a
# table whose columns are kept, of a source's code, of a figure and of a seal that was
# asked for.
SAVED, CHECKED, TABLE, CODE = object(), object(), object(), object()
FIGURE, SEAL = object(), object()
SAVED_UPLOAD, CHECKED_UPLOAD = {"pk": SAVED}, {"pk": CHECKED}
EDITION = {"edition": "2022-2025"}


@dataclass(frozen=True)
class Page:
    """Who may open an address, and how it is asked for."""

    who: frozenset = EVERYONE
    example: dict = field(default_factory=dict)
    method: str = "get"
    html: bool = True

    def address(
        self,
        name: str,
        *,
        saved: int,
        checked: int,
        table: int = 1,
        code: int = 1,
        figure: int = 1,
        seal: int = 1,
    ) -> str:
        """The example's address, given the numbers of what it stands for."""
        numbers = {SAVED: saved, CHECKED: checked, TABLE: table, CODE: code}
        numbers |= {FIGURE: figure, SEAL: seal}
        kwargs = {key: numbers.get(value, value) for key, value in self.example.items()}
        return reverse(name, kwargs=kwargs)


PAGES: dict[str, Page] = {
    "home": Page(),
    # Partners and boards
    "partnerships:partner_list": Page(),
    "partnerships:partner": Page(example={"slug": "lancashire-constabulary"}),
    "partnerships:board_list": Page(),
    "partnerships:board": Page(example={"slug": "violence-reduction-network"}),
    # The agreement
    "priorities:current_agreement": Page(),
    "priorities:versions": Page(),
    "priorities:agreement": Page(example=EDITION),
    "priorities:section": Page(example=EDITION | {"slug": "priorities-and-key-issues"}),
    "priorities:agreement_pdf": Page(example=EDITION, html=False),
    "priorities:priority_list": Page(),
    "priorities:priority": Page(example={"slug": "protect-from-harm"}),
    "key_issue": Page(example={"slug": "anti-social-behaviour"}),
    "priorities:alignment": Page(),
    "priorities:alignment_csv": Page(html=False),
    "priorities:delivery_framework": Page(),
    "priorities:delivery_framework_csv": Page(html=False),
    "priorities:governance": Page(),
    "priorities:governance_map": Page(html=False),
    # Figures
    "performance:latest": Page(),
    "performance:glance": Page(example={"quarter": Q4}),
    "performance:glance_csv": Page(example={"quarter": Q4}, html=False),
    "performance:indicator_list": Page(),
    "performance:indicator": Page(example={"slug": "burglary"}),
    "performance:indicator_csv": Page(example={"slug": "burglary"}, html=False),
    "performance:indicator_chart": Page(example={"slug": "burglary"}, html=False),
    "performance:figure": Page(
        example={"slug": "burglary", "area": "burnley", "period": Q4}
    ),
    "performance:figure_csv": Page(
        example={"slug": "burglary", "area": "burnley", "period": Q4}, html=False
    ),
    # Rounds: a data provider sees the returns of their own partner only
    "performance:round_list": Page(who=UPLOADERS),
    "performance:round": Page(who=UPLOADERS, example={"quarter": Q4}),
    "performance:round_due": Page(who=ANALYSTS, example={"quarter": Q4}, method="post"),
    "performance:round_not_coming": Page(
        who=ANALYSTS, example={"quarter": Q4}, method="post"
    ),
    "performance:round_expect": Page(
        who=ANALYSTS, example={"quarter": Q4, "slug": "burglary"}, method="post"
    ),
    # Uploads: a data provider sees those of their own partner only
    "performance:upload_list": Page(who=UPLOADERS),
    "performance:upload_new": Page(who=UPLOADERS),
    "performance:upload_template": Page(who=UPLOADERS),
    "performance:accepted": Page(who=UPLOADERS),
    "performance:upload": Page(who=ANALYSTS, example=CHECKED_UPLOAD),
    "performance:upload_commit": Page(
        who=ANALYSTS, example=CHECKED_UPLOAD, method="post"
    ),
    "performance:upload_withdraw": Page(who=ANALYSTS, example=SAVED_UPLOAD),
    "performance:upload_reinstate": Page(
        who=ANALYSTS, example=SAVED_UPLOAD, method="post"
    ),
    "performance:upload_start_again": Page(
        who=ANALYSTS, example=CHECKED_UPLOAD, method="post"
    ),
    "performance:upload_stop": Page(
        who=ANALYSTS, example=CHECKED_UPLOAD, method="post"
    ),
    "performance:upload_again": Page(who=ANALYSTS, example=SAVED_UPLOAD, method="post"),
    "performance:upload_columns": Page(who=ANALYSTS, example=CHECKED_UPLOAD),
    "performance:upload_file": Page(who=ANALYSTS, example=SAVED_UPLOAD, html=False),
    "performance:upload_marked": Page(who=ANALYSTS, example=SAVED_UPLOAD, html=False),
    "performance:upload_findings_csv": Page(
        who=ANALYSTS, example=SAVED_UPLOAD, html=False
    ),
    "performance:upload_changes_csv": Page(
        who=ANALYSTS, example=CHECKED_UPLOAD, html=False
    ),
    # Other tables, by what somebody said of their columns
    "performance:mapping_list": Page(who=UPLOADERS),
    "performance:mapping": Page(who=UPLOADERS, example={"pk": TABLE}),
    "performance:mapping_change": Page(who=ANALYSTS, example={"pk": TABLE}),
    "performance:mapping_remove": Page(who=ANALYSTS, example={"pk": TABLE}),
    # What the codes of sources count in
    "performance:source_code_list": Page(who=EVERY_ROLE),
    "performance:source_code": Page(who=EVERY_ROLE, example={"pk": CODE}),
    "performance:source_code_new": Page(who=PLACERS),
    "performance:source_code_change": Page(who=PLACERS, example={"pk": CODE}),
    "performance:source_code_end": Page(who=PLACERS, example={"pk": CODE}),
    # Seals
    "performance:seal_list": Page(who=AUDITORS),
    "performance:seal": Page(who=AUDITORS, example={"pk": SEAL}),
    "performance:seal_agree": Page(who=AUDITORS, example={"pk": SEAL}, method="post"),
    "performance:seal_decline": Page(who=AUDITORS, example={"pk": SEAL}, method="post"),
    "performance:seal_upload": Page(who=AUDITORS, example=SAVED_UPLOAD),
    "performance:seal_figure": Page(who=AUDITORS, example={"pk": FIGURE}),
    # Accounts
    "login": Page(),
    "sign_out": Page(),
    "account": Page(who=EVERY_ROLE),
    "password_change": Page(who=EVERY_ROLE),
    "password_reset": Page(),
    "password_reset_done": Page(),
    "password_reset_confirm": Page(example={"uidb64": "MQ", "token": "set-password"}),
    "password_reset_complete": Page(),
    "audit": Page(who=AUDITORS),
    # Words
    "methods": Page(),
    "glossary": Page(),
    "demonstration": Page(),
    "accessibility": Page(),
    "privacy": Page(),
    "contact": Page(),
    # Machines
    "healthz": Page(html=False),
    "readyz": Page(html=False),
}


def patterns(
    resolver: URLResolver | None = None, prefix: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    """Every pattern of the portal with its full name; the admin's begin with admin:."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name}", entry
        else:
            inside = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from patterns(entry, inside)


def admin_addresses() -> list[str]:
    """One address for every pattern of the admin, with 1 for whatever number it takes."""
    found = []
    for name, entry in patterns():
        if name.startswith("admin:") and not name.endswith(":None"):
            names = entry.pattern.regex.groupindex
            kwargs = {key: "partnerships" if key == "app_label" else 1 for key in names}
            args = [] if names else [1] * entry.pattern.regex.groups
            found.append(reverse(name, args=args, kwargs=kwargs))
    return found
