import django_tables2 as tables

from partnerships.models import Board


class BoardTable(tables.Table):
    caption = "Boards, groups and networks"

    name = tables.TemplateColumn(
        template_name="partnerships/_board_name.html", verbose_name="Body"
    )
    kind = tables.Column(order_by=("kind_order", "name"))
    status = tables.TemplateColumn(template_name="partnerships/_board_status.html")
    area = tables.Column(default="not recorded")

    class Meta:
        model = Board
        fields = ["name", "kind", "status", "area"]
        order_by = "kind"
        empty_text = "No body fits these choices."
