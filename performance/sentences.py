"""The words of the dashboards: every sentence about a figure is made here.

Pure: numbers and names go in, plain text comes out. One word for one thing: more and
fewer, worse and better, no clear change, within usual range, none recorded.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from performance.charts.describe import figure
from performance.periods import Month, Period, Quarter
from performance.statistics.polarity import Judgement, Polarity, Side, judge
from performance.statistics.process_control import Point, Rule, Variation, Verdict

RISE, FALL = "rise", "fall"  # clear changes, as summaries store them

NUMBERS = [
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]

POLARITY_WORDS = {
    Polarity.LOWER: "Lower is better",
    Polarity.HIGHER: "Higher is better",
    Polarity.NEUTRAL: "Neither way is judged",
}


@dataclass(frozen=True)
class Phrase:
    """A piece of a sentence; strong pieces carry its answer."""

    text: str
    strong: bool = False


@dataclass(frozen=True)
class Change:
    """A change in words. ``direction`` (up, down, level) judges nothing; ``kind`` (worse,
    better, changed, quiet) does, and ``verdict`` is its word."""

    direction: str
    amount: str
    percent: str
    verdict: str
    kind: str

    @property
    def words(self) -> str:
        """ "78 more (+62%)" """
        return f"{self.amount} ({self.percent})" if self.percent else self.amount

    @property
    def than_last_year(self) -> str:
        return self.than("the same quarter last year")

    def than(self, before: str) -> str:
        """ "78 more than the same quarter last year (+62%)" """
        joint = "as in" if self.direction == "level" else "than"
        text = f"{self.amount} {joint} {before}"
        return f"{text} ({self.percent})" if self.percent else text


@dataclass(frozen=True)
class Status:
    """A judgement's shape and word; ``kind`` names both colour and shape."""

    kind: str
    word: str


NOT_JUDGED = Status("unknown", "Cannot tell yet")


def rate(value: float) -> str:
    """Two decimals below 10, one from there: "1.29", "11.2"."""
    return figure(value, 2 if abs(value) < 9.995 else 1)


def percent(value: float) -> str:
    """A signed per cent: "+62%", "−1.2%"; one decimal below 10."""
    text = figure(value, 1 if abs(value) < 9.95 else 0)
    sign = "+" if value > 0 and text.strip("0.") else ""
    return f"{sign}{text}%"


def money(pounds: float) -> str:
    """An estimate already rounded: "£2.7m", "£380,000"."""
    if pounds >= 1_000_000:
        millions = figure(pounds / 1_000_000, 1).removesuffix(".0")
        return f"£{millions}m"
    return f"£{figure(pounds)}"


def number_word(count: int) -> str:
    """ "three"; figures from thirteen."""
    return NUMBERS[count] if count < len(NUMBERS) else figure(count)


def listed(names: Iterable[str]) -> str:
    """ "Blackpool, Lancaster and Preston"; a comma more where a name holds an "and"."""
    names = list(names)
    if len(names) < 2:
        return "".join(names)
    last = ", and " if any(" and " in name for name in names) else " and "
    return f"{', '.join(names[:-1])}{last}{names[-1]}"


def plural(count: int, one: str, many: str) -> str:
    return f"{figure(count)} {one if count == 1 else many}"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def inside(title: str) -> str:
    """A title within a sentence: its capital goes, an abbreviation keeps it."""
    if len(title) > 1 and title[1].isupper():
        return title
    return title[:1].lower() + title[1:]


def change(now: float, before: float, verdict: str, polarity: str) -> Change:
    """The difference between two counts in words.

    ``verdict`` is "rise" or "fall" for a clear change, anything else for none; there is
    no per cent from 0.
    """
    difference = now - before
    if difference == 0:
        amount, direction = "the same", "level"
    elif difference > 0:
        amount, direction = f"{figure(difference)} more", "up"
    else:
        amount, direction = f"{figure(-difference)} fewer", "down"
    share = percent(100 * difference / before) if before and difference else ""
    if verdict not in (RISE, FALL):
        return Change(direction, amount, share, "No clear change", "quiet")
    side = Side.HIGH if verdict == RISE else Side.LOW
    word, kind = {
        Judgement.WORSE: ("Worse", "worse"),
        Judgement.BETTER: ("Better", "better"),
        Judgement.NONE: ("Changed, no judgement", "changed"),
    }[judge(side, polarity)]
    return Change(direction, amount, share, word, kind)


def usual_range(variation: Variation) -> Status:
    """Where the quarter's points stand against the usual range."""
    high = variation.signal is not None and variation.signal.side is Side.HIGH
    match variation.verdict:
        case Verdict.CONCERNING:
            return Status("worse", f"Concerning: {'high' if high else 'low'}")
        case Verdict.IMPROVING:
            return Status("better", f"Improving: {'high' if high else 'low'}")
        case Verdict.NEITHER:
            return Status("changed", f"{'Higher' if high else 'Lower'} than usual")
        case Verdict.USUAL:
            return Status("usual", "Within usual range")
    return NOT_JUDGED


def points_against_range(periods: Sequence[Period], points: Sequence[Point]) -> str:
    """What a quarter's points did, in one sentence.

    The strongest rule speaks: outside the range, then a trend, two of three, a run.
    """
    known = [(period, p) for period, p in zip(periods, points, strict=True)
             if p.value is not None]  # fmt: skip
    if not known:
        return ""
    met: dict[Rule, list[tuple[Period, Side]]] = {}
    for period, point in known:
        for signal in point.signals:
            met.setdefault(signal.rule, []).append((period, signal.side))
    if outside := met.get(Rule.OUTSIDE):
        phrases = []
        for side, word in ((Side.HIGH, "above"), (Side.LOW, "below")):
            names = [_name(period) for period, its in outside if its is side]
            if names:
                verb = "was" if len(names) == 1 else "were"
                phrases.append(f"{listed(names)} {verb} {word}")
        return f"{' and '.join(phrases)} the usual range."
    noun = known[0][0].kind
    if trend := met.get(Rule.TREND):
        verb = "rose" if trend[-1][1] is Side.HIGH else "fell"
        return f"Seven {noun}s or more in a row {verb}."
    if near := met.get(Rule.TWO_OF_THREE):
        limit = "upper" if near[-1][1] is Side.HIGH else "lower"
        return f"Two of three {noun}s close to the {limit} limit."
    if run := met.get(Rule.RUN):
        word = "above" if run[-1][1] is Side.HIGH else "below"
        return f"Seven {noun}s or more in a row {word} average."
    if len(known) == 1:
        return f"{_name(known[0][0])} was inside the usual range."
    return f"Each {noun} was inside the usual range."


def leads(boards: Sequence[str], deliverers: Sequence[str]) -> str:
    """Who leads: all strategic groups jointly, or the gap and who delivers."""
    if len(boards) > 1:
        return f"Led jointly by {listed(boards)}."
    if boards:
        return f"Led by {boards[0]}."
    gap = "No county strategic group recorded"
    if deliverers:
        return f"{gap}; delivered by {listed(deliverers)}."
    return f"{gap}."


def glance_reading(
    place: str,
    worse: Sequence[tuple[str, bool]],
    better: Sequence[tuple[str, bool]],
    changed: int,
    no_clear_change: int,
    not_compared: int,
) -> tuple[Phrase, ...]:
    """The quarter in plain sentences, for the whole county.

    ``worse`` and ``better`` hold each indicator's title and whether any of its points
    left the usual range.
    """
    if not (worse or better or changed or no_clear_change):
        if not not_compared:
            return (Phrase(f"{place} has no figures for this quarter."),)
        return (
            Phrase(
                f"Across {place}, nothing can be compared with the same quarter last "
                "year yet."
            ),
        )
    phrases: list[Phrase] = []
    for word, titles in (("worse", worse), ("better", better)):
        if not titles:
            continue
        start = f"{capital(number_word(len(titles)))} {'is' if len(titles) == 1 else 'are'} "
        if not phrases:
            noun = "indicator is" if len(titles) == 1 else "indicators are"
            start = f"Across {place}, {number_word(len(titles))} {noun} "
        names = listed(inside(title) for title, _ in titles)
        than = "" if phrases else " than a year ago"
        phrases += [Phrase(start), Phrase(word, strong=True)]
        phrases.append(Phrase(f"{than}: {names}. {_outside(titles)} "))
    rest = []
    if changed:
        rest.append(f"{number_word(changed)} changed in a way that is not judged")
    if no_clear_change:
        verb = "shows" if no_clear_change == 1 else "show"
        rest.append(f"{number_word(no_clear_change)} {verb} no clear change")
    if not_compared:
        verb = "is" if not_compared == 1 else "are"
        rest.append(f"{number_word(not_compared)} {verb} not compared")
    if rest:
        start = "" if phrases else f"Across {place}, "
        clauses = ", and ".join(filter(None, [", ".join(rest[:-1]), rest[-1]]))
        phrases.append(Phrase(capital(f"{start}{clauses}.")))
    return tuple(phrases)


def _outside(titles: Sequence[tuple[str, bool]]) -> str:
    """How many of the worse, or the better, are outside their usual range."""
    left = [title for title, outside in titles if outside]
    if len(titles) == 1:
        return "It left its usual range." if left else "It is inside its usual range."
    if not left:
        return f"None of the {number_word(len(titles))} is outside its usual range."
    if len(left) == len(titles):
        return f"All {number_word(len(titles))} left their usual range."
    return f"Outside the usual range: {listed(inside(title) for title in left)}."


def indicator_reading(
    value: float,
    unit: str,
    compared: Change | None,
    why_not: str,
    points: str,
    higher: Sequence[str],
    areas: int,
) -> tuple[Phrase, ...]:
    """An indicator's quarter: its count, the change, its points, the areas above."""
    phrases = [Phrase(f"{figure(value)} {unit}: ", strong=True)]
    if compared is None:
        phrases[0] = Phrase(f"{figure(value)} {unit}.", strong=True)
        phrases.append(Phrase(f" {why_not}" if why_not else ""))
    else:
        phrases.append(Phrase(inside(compared.verdict), strong=True))
        phrases.append(Phrase(f" on the same quarter last year ({_inner(compared)})."))
    if points:
        phrases.append(Phrase(f" {points}"))
    if areas:
        phrases.append(Phrase(f" {areas_above(higher, areas)}"))
    return tuple(phrase for phrase in phrases if phrase.text)


def areas_above(higher: Sequence[str], areas: int) -> str:
    """Which areas stand above all of them together."""
    together = f"than the {figure(areas)} areas together"
    if not higher:
        return f"No area has a higher rate {together}."
    if len(higher) == 1:
        return f"{higher[0]} has a higher rate {together}."
    return f"{listed(higher)} have higher rates {together}."


def against_the_line(above: int, below: int) -> str:
    """ "5 above, 9 below the line" """
    if not above and not below:
        return "All similar to the line"
    return f"{above} above, {below} below the line"


def all_alike(areas: int, percents: Sequence[float]) -> str:
    """One sentence in place of many, where every area moved the same way."""
    falls = all(value < 0 for value in percents)
    low, high = sorted(abs(value) for value in (min(percents), max(percents)))
    word = "Falls" if falls else "Rises"
    return f"{word} in all {areas} areas run from {figure(low)}% to {figure(high)}%."


def hidden(quarter: Quarter) -> str:
    return (
        f"The count for {quarter.long_label} is hidden: it is small, or would give a "
        "small one away."
    )


def small_counts(
    threshold: int, rounding: int, whole_threshold: int, whole_rounding: int
) -> list[str]:
    """What is done to an indicator's figures so that no small count can be known: each
    number 0 where nothing is done."""
    notes = []
    levels = [
        ("an area", "areas'", threshold, rounding),
        ("the whole", "the whole's", whole_threshold, whole_rounding),
    ]
    for one, many, least, base in levels:
        if least:
            notes.append(
                f"A count of {one} from 1 to {least - 1} is hidden, and as many others as "
                "it takes so that it cannot be worked out: it could point to somebody."
            )
        if base:
            notes.append(f"For the same reason {many} counts are rounded to {base}s.")
    return notes


def incomplete(
    quarter: Quarter, missing: Sequence[Month], held: Sequence[Month]
) -> str:
    """Why a quarter has no count: which of its months are held and which are not."""
    if not missing:
        return f"{quarter.long_label} is incomplete: some of its areas have no figure."
    lack = listed(month.name for month in missing)
    verb = "has" if len(missing) == 1 else "have"
    if not held:
        return f"{quarter.long_label} has no monthly figures."
    only = listed(month.name for month in held)
    return (
        f"{quarter.long_label} is incomplete: {lack} {verb} no figures. A quarter's count "
        f"is made only when all three months are there; {only} can be drawn and no more."
    )


def unplaced(count: float, total: float, place: str) -> str:
    """How much of a whole lies in none of its areas."""
    share = figure(100 * count / total)
    return (
        f"{figure(count)} of the {figure(total)} records counted here ({share}%) have no "
        f"place: they are in {place}'s figures and in no area's."
    )


def few_placed(unit: str, shares: Mapping[Month, float], enough: float) -> str:
    """Months in which too few have a place for areas to be compared."""
    months = listed(month.label for month in sorted(shares))
    low, high = (figure(100 * f(shares.values())) for f in (min, max))
    run = f"{low}%" if low == high else f"{low}% to {high}%"
    return (
        f"In {months} only {run} of {unit} have a place, and areas need "
        f"{figure(100 * enough)}%: their counts are too low there, and are "
        "not compared area by area."
    )


def reconciled(in_areas: float, no_place: float, total: float) -> str:
    """ "1,821 in the areas + 134 without a place = 1,955" """
    return (
        f"{figure(in_areas)} in the areas + {figure(no_place)} without a place = "
        f"{figure(total)}"
    )


def _name(period: Period) -> str:
    return period.name if isinstance(period, Month) else period.long_label


def _inner(compared: Change) -> str:
    if compared.percent:
        return f"{compared.amount}, {compared.percent}"
    return "the same count" if compared.direction == "level" else compared.amount
