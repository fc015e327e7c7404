"""`{% figure chart %}` for pages and papers, `{% rag "amber" "Amber" %}`, `{{ council.logo|data_uri }}`."""

from django import template

from vcse_portal.pdf import marks
from vcse_portal.pdf.charts import Chart

register = template.Library()
register.simple_tag(marks.rag, name="rag")
register.filter("data_uri", marks.data_uri)
register.filter("is_list", lambda value: isinstance(value, list | tuple))


@register.simple_tag(takes_context=True)
def figure(context, chart: Chart, download: str = "") -> str:
    """A chart with its sentence, its table (folded on a page, open in a paper), source and date.

    `download` is the address of the same figures as CSV.
    """
    name = "pdf/_figure.html" if context.get("is_paper") else "pdf/_figure_page.html"
    return template.loader.render_to_string(
        name, {"chart": chart, "table": chart.table, "download": download}
    )
