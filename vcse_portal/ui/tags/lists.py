"""What list pages need: filters, sorting, paging, download, and the lists of deeds and of history."""

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext as _

from ..drawn import drawn
from ..filters import chosen_filters
from ..paging import PLACE_KEYS, page_links, with_query
from . import register


@register.simple_block_tag(takes_context=True)
def filtered(context, content, form) -> SafeString:
    """Filters at the left and the list beside them; on a phone the filters are folded above it."""
    panel = filter_panel(context, form)
    return SafeString(render_to_string("ui/filtered.html", {"panel": panel, "content": content}))


@register.simple_tag(takes_context=True)
def filter_panel(context, form) -> SafeString:
    return drawn("ui/filter_panel.html", form=form, count=len(chosen_filters(form, _query(context))))


@register.inclusion_tag("ui/active_filters.html", takes_context=True)
def active_filters(context, form):
    """What the list is narrowed by, each with a link that takes it away."""
    return {"filters": chosen_filters(form, _query(context))}


@register.inclusion_tag("ui/pagination.html", takes_context=True)
def pagination(context, page, label: str = ""):
    """Page numbers for a Django Page; first, previous, next and last for a KeysetPage."""
    return page_links(page, _query(context)) | {"label": label or _("Pages"), "page": page}


@register.simple_tag(takes_context=True)
def csv_link(context, label: str = "") -> SafeString:
    """This list, filters and all, for a spreadsheet: the same address with format=csv."""
    href = with_query(_query(context), drop=PLACE_KEYS, format="csv")
    return format_html('<a class="govuk-link app-file" href="{}">{}</a>', href, label or _("Download as CSV"))


@register.simple_tag(takes_context=True)
def sort_header(context, label: str, key: str, css: str = "") -> SafeString:
    """A column heading that sorts: ?sort=key, and ?sort=-key when pressed again."""
    now = _query(context).get("sort", "")
    direction = {key: "ascending", f"-{key}": "descending"}.get(now, "none")
    href = with_query(_query(context), drop=PLACE_KEYS, sort=f"-{key}" if now == key else key)
    arrow = {"ascending": "▲", "descending": "▼", "none": "↕"}[direction]
    return format_html(
        '<th scope="col" aria-sort="{}" class="{}"><a class="govuk-link app-sort" href="{}">{}'
        '<span class="app-sort__arrow" aria-hidden="true"> {}</span></a></th>',
        direction,
        css,
        href,
        label,
        arrow,
    )


@register.inclusion_tag("ui/timeline.html")
def timeline(entries, title: str = "", folded: bool = True):
    """History of a record: entries with when, who, what, reason and changes (label, old, new)."""
    return {"entries": entries, "title": title or _("History"), "folded": folded}


@register.inclusion_tag("ui/progress.html")
def progress(done: int = 0, total: int = 0, label: str = "", url: str = ""):
    """Long work. `url` answers JSON {done, total, label, finished, href}; without a script a link refreshes."""
    return {"done": done, "total": total, "label": label, "url": url}


@register.inclusion_tag("ui/contents.html")
def contents(items, title: str = ""):
    """Contents of a document: (label, href) pairs."""
    return {"items": items, "title": title or _("Contents")}


@register.simple_block_tag
def deeds(content, title: str) -> SafeString:
    """A group of things waiting for the reader."""
    return format_html(
        '<section class="app-deeds" aria-labelledby="{0}"><h2 class="govuk-heading-m" id="{0}">{1}</h2>'
        '<ul class="app-deeds__list">{2}</ul></section>',
        f"deeds-{slugify(title)}",
        title,
        content,
    )


@register.inclusion_tag("ui/deed.html", takes_context=True)
def deed(context, title: str, href: str, button: str, about: str = "", due=None, post: bool = False):
    """One thing waiting, with its one button; post=True does it at once, else the button leads to its page."""
    return {
        "title": title,
        "href": href,
        "button": button,
        "about": about,
        "due": due,
        "post": post,
        "csrf_token": context.get("csrf_token", ""),
    }


def _query(context):
    return context["request"].GET
