"""Whether a file is about people; told by where it says so, never by what it says.

The portal takes counts. Headers that name what one person has, and cells that look like
it, stop a file. Tables that a publisher has already made safe are known by their columns:
of those only the headers are looked at. Pure: no Django.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import polars as pl

from performance.ingest.findings import ERROR, PERSONAL, Problem
from performance.ingest.readers import Book, Refused, Sheet

MEND = (
    "Take out everything that is about one person and upload counts only. The portal has "
    "not kept this file."
)
LOOK_IN_ROWS = 50  # for headers, and for what stands under one
# Addresses at which an office is asked, as covers of tables print them.
OFFICES = (
    r"@([\w-]+\.)*(gov\.uk|police\.uk|nhs\.uk|nhs\.net|parliament\.uk)$"
    r"|^(info|enquir(y|ies)|contact|data|performance|statistics|stats|analysts?|research|"
    r"intelligence|admin|office|foi|press|team|help|support|community[._-]?safety)@"
)


class Kind(NamedTuple):
    """What belongs to a person: how one and several are called, and the headers, as
    ``_plain`` makes them, under which it stands."""

    one: str
    many: str
    headers: str


NAME = Kind(
    "a person's name",
    "people's names",
    "surname, forename, forenames, first name, last name, family name, given name, "
    "given names, middle name, middle names, full name, maiden name, initials",
)
BIRTH = Kind(
    "a date of birth",
    "dates of birth",
    "date of birth, dob, d o b, birth date, birthdate, birthday",
)
ADDRESS = Kind(
    "a home address",
    "home addresses",
    "address, home address, full address, postal address, street address, address 1, "
    "address 2, address line, address line 1, address line 2, house number, house name, "
    "flat number, current address",
)
POSTCODE = Kind(
    "a full postcode",
    "full postcodes",
    "postcode, post code, home postcode, full postcode, postal code, postcode of home, "
    "postcode of residence",
)
NHS = Kind("an NHS number", "NHS numbers", "nhs number, nhs no, nhs num, nhs id")
INSURANCE = Kind(
    "a National Insurance number",
    "National Insurance numbers",
    "national insurance number, national insurance no, national insurance, ni number, "
    "ni no, nino",
)
EMAIL = Kind(
    "an e-mail address",
    "e-mail addresses",
    "e mail, email, e mail address, email address, emails",
)
TELEPHONE = Kind(
    "a telephone number",
    "telephone numbers",
    "telephone, telephone number, telephone no, tel, tel no, phone, phone number, mobile, "
    "mobile number, mobile phone, contact number, home phone",
)
REFERENCE = Kind(
    "a number that one person has",
    "numbers that one person has each",
    "pnc id, pnc number, passport number, passport no, driving licence number, prison "
    "number, custody number, unique pupil number, upn, vehicle registration, vrm",
)
BY_HEADER = {
    header: kind
    for kind in (
        *(NAME, BIRTH, ADDRESS, POSTCODE, NHS, INSURANCE, EMAIL, TELEPHONE, REFERENCE),
    )
    for header in kind.headers.split(", ")
}
PEOPLE = (
    "victim|offender|suspect|client|patient|person|witness|complainant|child|parent"
)
OF_A_PERSON = re.compile(
    rf"^(?:{PEOPLE}|aggrieved|service user)(?: s)? (.+)$|^(name) of (?:the )?(?:{PEOPLE})$"
)
# What stands under a header in a table of counts: "Telephone" may be a way to report.
NUMBER_SIGNS = r"^[£-]?[0-9][0-9,. ]*%?$"
COUNT = r"^(-?[0-9][0-9,]{0,6}(\.[0-9]+)? ?%?|missing|not applicable|suppressed|n/?a|[-*:.]+|\[[a-z]\])$"
SHORT_COUNT = r"^(-?[0-9]{1,4}(\.[0-9]+)? ?%?|missing|not applicable|suppressed|n/?a|[-*:.]+|\[[a-z]\])$"

WORD = r"(?:^|[^0-9A-Za-z])"
END = r"(?:$|[^0-9A-Za-z])"
AN_EMAIL = r"[\w.+-]+@[\w-]+(\.[\w-]+)+"
AN_INSURANCE_NUMBER = (
    rf"(?i){WORD}[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D]{END}"
)
A_POSTCODE = rf"(?i){WORD}[A-Z]{{1,2}}[0-9][A-Z0-9]? ?[0-9][ABD-HJLNP-UW-Z]{{2}}{END}"
NO_DECIMAL = r"(?:^|[^0-9A-Za-z.])"
A_MOBILE = rf"(?:{NO_DECIMAL}0|\+44 ?(?:\(0\) ?)?)7\d{{3}}[ -]?\d{{3}}[ -]?\d{{3}}{END}"
A_TELEPHONE = rf"(?:{NO_DECIMAL}\(?0|\+44 ?(?:\(0\) ?)?)[1238](?:[ )-]*\d){{8,9}}{END}"
AN_NHS_NUMBER = rf"{WORD}[4679]\d\d[ -]\d{{3}}[ -]\d{{4}}{END}"
TEN_DIGITS = r"^[4679][0-9]{9}$"
TITLED = r"^(Mr|Mrs|Miss|Ms|Mx|Dr)\.? [A-Z]"
AN_ADDRESS = (
    r"(?i)^ *((flat|apartment|unit) *\w+,? *)?[0-9]{1,4}[a-z]?,? [a-z' ]+ (street|road|"
    r"avenue|lane|close|drive|crescent|terrace|gardens|grove|court|st|rd|ave)\b"
)
# The commonest forenames of England and Wales, old and young; areas bear few of them.
FORENAMES = (
    "aaron|abigail|adam|aisha|alan|alexander|alice|amanda|amelia|amy|andrea|andrew|angela|ann|"
    "anna|anne|anthony|arthur|barbara|ben|benjamin|brian|carol|caroline|catherine|"
    "callum|charles|charlie|chloe|chris|christine|christopher|connor|claire|colin|craig|daniel|darren|david|"
    "dawn|deborah|debra|denise|diane|donna|dorothy|edward|elizabeth|ella|emily|emma|"
    "ethan|fatima|fiona|gareth|gary|gemma|george|graham|grace|hannah|harry|hassan|heather|"
    "helen|ian|isabella|jack|jacob|jacqueline|james|jane|janet|jason|jean|jennifer|"
    "jade|jessica|jo|joan|joanne|joe|john|jordan|jonathan|joseph|joshua|joyce|julie|karen|kate|katherine|"
    "keith|kelly|kenneth|kerry|kevin|kieran|kyle|laura|lauren|leah|lee|lewis|liam|linda|lisa|"
    "louise|lucy|luke|margaret|maria|mark|martin|mary|matthew|maureen|megan|michael|"
    "michelle|mohammad|mohammed|muhammad|natalie|nathan|neil|nicola|noah|oliver|olivia|"
    "omar|owen|pamela|patricia|paul|pauline|peter|philip|rachel|raymond|rebecca|richard|"
    "rob|robert|roger|ronald|ruth|ryan|sam|samantha|samuel|sandra|sara|sarah|scott|sean|sharon|"
    "shaun|sheila|simon|sophie|stephanie|stephen|steve|steven|stuart|sue|susan|terence|thomas|"
    "tim|timothy|tom|tony|tracey|tracy|valerie|wayne|william|zoe"
)
A_NAME = rf"(?i)^({FORENAMES}) [a-z][a-z'-]+( [a-z][a-z'-]+)?$|^[a-z][a-z'-]+, ({FORENAMES})( |$)"


class Look(NamedTuple):
    """Cells that look like something; ``least`` of them in a column stop the file, if
    they are a ``share`` of its texts: of those that look so where ``sure`` tells more."""

    kind: Kind
    pattern: str
    least: int = 1
    share: float = 0
    sure: Callable[[str], bool] | None = None


def found(book: Book, published: Callable[[Book], bool] | None) -> list[Problem]:
    """What in a file is about people, one problem a kind and column, the first row first;
    none for a file of counts.

    ``published`` knows the sheets that are a publisher's own table.
    """
    problems = []
    for sheet in book.sheets:
        problems += _headers(sheet)
        alone = Book([sheet], book.is_workbook)
        if not (published and published(alone)):
            problems += _cells(sheet)
    return sorted(problems, key=lambda problem: (problem.row, problem.column))


def _problem(kind: Kind, sheet: Sheet, row: int, column: int, cells: int) -> Problem:
    return Problem(
        ERROR,
        PERSONAL,
        f"This looks like {kind.one}.",
        MEND,
        sheet=sheet.name,
        row=row,
        column=column,
        wrong_many=f"{{cells}} cells look like {kind.many}.",
        cells=cells,
    )


# Headers


def _headers(sheet: Sheet) -> Iterator[Problem]:
    """Columns under a header that names what one person has, if they hold that and no
    counts."""
    rows = _first(sheet)
    for at in _header_rows(rows):
        for column, text in enumerate(rows[at]):
            kind = BY_HEADER.get(_plain(text))
            if kind is None:
                continue
            under = [
                row[column].strip()
                for row in rows[at + 1 :]
                if column < len(row) and row[column].strip()
            ]
            if any(_is_about_one(kind, cell) for cell in under):
                yield Problem(
                    ERROR,
                    PERSONAL,
                    f"The column under this looks like {kind.many}.",
                    MEND,
                    sheet=sheet.name,
                    row=at + 1,
                    column=column + 1,
                )


def _first(sheet: Sheet) -> list[list[str]]:
    try:
        return sheet.first(LOOK_IN_ROWS)
    except (
        Refused
    ):  # told by the source; what can be read of it is looked through below
        return []


def _header_rows(rows: list[list[str]]) -> Iterator[int]:
    """Rows of names above the first row with a number; that row itself where there are
    none, since years may be names too."""
    named = False
    for at, row in enumerate(rows):
        cells = [text.strip() for text in row if text.strip()]
        if len(cells) < 2 and len(row) > 1:
            continue
        if not any(re.match(NUMBER_SIGNS, cell) for cell in cells):
            named = named or bool(cells)
            yield at
            continue
        if not named:
            yield at
        return


def _plain(text: str) -> str:
    """A header in small letters and single blanks, without whose it is: "victim's
    Date_of_Birth" and "DateOfBirth" as "date of birth"."""
    if len(text) > 60:
        return ""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    tidy = " ".join(re.sub(r"[^a-z0-9]+", " ", parted.casefold()).split())
    whose = OF_A_PERSON.match(tidy)
    if not whose:
        return tidy
    named = whose[1] or whose[2]
    return "full name" if named == "name" else named


def _is_about_one(kind: Kind, cell: str) -> bool:
    if kind is POSTCODE:
        return bool(re.search(A_POSTCODE, cell))
    count = SHORT_COUNT if kind is BIRTH else COUNT
    return not re.match(count, cell.casefold())


# Cells


def _is_nhs_number(text: str) -> bool:
    """Whether the tenth digit checks the nine before it (NHS Data Dictionary, NHS
    NUMBER: modulus 11)."""
    digits = [int(sign) for sign in text if sign.isdigit()]
    check = 11 - sum(d * (10 - n) for n, d in enumerate(digits[:9])) % 11
    return len(digits) == 10 and digits[9] == check % 11 and check != 10


def _holds_nhs_number(text: str) -> bool:
    return any(map(_is_nhs_number, re.findall(r"\d{3}[ -]\d{3}[ -]\d{4}", text)))


def _is_private(text: str) -> bool:
    """Whether an e-mail address is not one at which an office is asked."""
    addresses = [match[0] for match in re.finditer(AN_EMAIL, text)]
    return any(not re.search(OFFICES, each.lower()) for each in addresses)


LOOKS = (
    Look(EMAIL, AN_EMAIL, sure=_is_private),
    Look(EMAIL, AN_EMAIL, least=3),
    Look(INSURANCE, AN_INSURANCE_NUMBER),
    Look(NHS, AN_NHS_NUMBER, sure=_holds_nhs_number),
    Look(NHS, TEN_DIGITS, least=3, share=0.9, sure=_is_nhs_number),
    Look(TELEPHONE, A_MOBILE),
    Look(TELEPHONE, A_TELEPHONE, least=3),
    Look(POSTCODE, A_POSTCODE, least=5),
    Look(ADDRESS, AN_ADDRESS, least=3),
    Look(NAME, TITLED, least=2),
    Look(NAME, A_NAME, least=3, share=0.5),
)


def _cells(sheet: Sheet) -> Iterator[Problem]:
    table = _table(sheet)
    columns = {
        name: table[name].drop_nulls().unique().str.strip_chars()
        for name in table.columns
        if name != "row"
    }
    if not columns:
        return
    every = pl.concat(columns.values())
    looks = [look for look in LOOKS if every.str.contains(look.pattern).any()]
    for name, texts in columns.items() if looks else ():
        told = set()
        for look in looks:
            if look.kind in told or not (like := _alike(texts, look)):
                continue
            told.add(look.kind)
            rows = table.filter(pl.col(name).str.strip_chars().is_in(like))
            at = int(name.removeprefix("c")) + 1
            yield _problem(look.kind, sheet, rows["row"][0], at, rows.height)


def _alike(texts: pl.Series, look: Look) -> list[str]:
    """The texts of a column that look so, if they are enough of them."""
    like = texts.filter(texts.str.contains(look.pattern)).to_list()
    if len(like) < look.least:
        return []
    among = len(like) if look.sure else len(texts.filter(texts != ""))
    if look.sure:
        like = [text for text in like if look.sure(text)]
    return like if len(like) >= max(look.least, look.share * among) else []


def _table(sheet: Sheet) -> pl.DataFrame:
    """The sheet by column; where its rows do not hold together, by line."""
    try:
        return sheet.frame(after=0)
    except Refused:
        lines = sheet.rows.text.splitlines()
        return pl.DataFrame({"c0": lines}).with_row_index("row", offset=1)
