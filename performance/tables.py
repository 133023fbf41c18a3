import django_tables2 as tables

from performance.models import ColumnMapping, Indicator, SourceCode, Upload
from performance.sentences import POLARITY_WORDS


class UploadTable(tables.Table):
    filename = tables.Column(verbose_name="File", linkify=True)
    covers = tables.Column(verbose_name="Figures for", default="Not known")
    state = tables.TemplateColumn(
        template_name="performance/_upload_state.html", verbose_name="State"
    )
    figures_read = tables.Column(
        verbose_name="Figures",
        attrs={"td": {"class": "table__num"}, "th": {"class": "table__num"}},
    )
    by = tables.Column(verbose_name="Uploaded by", default="Command line")
    at = tables.DateTimeColumn(verbose_name="When", format="j F Y, H:i")

    class Meta:
        model = Upload
        fields = ("filename", "covers", "state", "figures_read", "by", "at")
        order_by = "-at"

    caption = "Uploads"

    def render_figures_read(self, value):
        return f"{value:,}"


class IndicatorTable(tables.Table):
    """The indicators a reader may see, with what each is about."""

    title = tables.Column(verbose_name="Indicator", linkify=True)
    subject = tables.TemplateColumn(
        template_name="performance/_indicator_subject.html",
        verbose_name="Key issue",
        orderable=False,
    )
    unit = tables.Column(verbose_name="What is counted", orderable=False)
    native_period = tables.Column(verbose_name="Held for each")
    polarity = tables.Column(verbose_name="Which way is better")
    status_label = tables.TemplateColumn(
        template_name="performance/_indicator_status.html", verbose_name="Statistics"
    )

    class Meta:
        model = Indicator
        fields = (
            "title",
            "subject",
            "unit",
            "native_period",
            "polarity",
            "status_label",
        )
        empty_text = "No indicator fits these choices."

    caption = "Indicators"

    def render_polarity(self, record):
        return POLARITY_WORDS[record.polarity]


class MappingTable(tables.Table):
    """Tables whose columns somebody has said, with their use."""

    name = tables.Column(verbose_name="Table", linkify=True)
    header = tables.Column(verbose_name="Its columns", orderable=False)
    uploads_read = tables.Column(
        verbose_name="Files read with it",
        attrs={"td": {"class": "table__num"}, "th": {"class": "table__num"}},
    )
    changed_by = tables.Column(verbose_name="Last said by", default="Command line")
    changed_at = tables.DateTimeColumn(verbose_name="When", format="j F Y, H:i")

    class Meta:
        model = ColumnMapping
        fields = ("name", "header", "uploads_read", "changed_by", "changed_at")
        order_by = "name"

    caption = "Other tables"

    def render_header(self, value):
        return ", ".join(name or "no name" for name in value)


class SourceCodeTable(tables.Table):
    """What each code of a source counts in, and when."""

    code = tables.Column(verbose_name="Code or crime type", linkify=True)
    source_kind = tables.Column(verbose_name="Source")
    indicator = tables.Column(
        verbose_name="Counts in",
        linkify=True,
        default="Nothing: known and not used",
        order_by=("indicator__title",),
    )
    valid_from = tables.DateColumn(
        verbose_name="From", format="j F Y", default="Always"
    )
    valid_until = tables.DateColumn(
        verbose_name="Until", format="j F Y", default="No end"
    )

    class Meta:
        model = SourceCode
        fields = ("code", "source_kind", "indicator", "valid_from", "valid_until")
        order_by = ("source_kind", "code")
        empty_text = "No code fits these choices."

    caption = "Codes and what they count in"
