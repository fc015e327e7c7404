"""`{% discussion discussion %}` shows a thing's comments, their answers and the form (see `discussion.page`)."""

from django import template

register = template.Library()


@register.inclusion_tag("discussion/_discussion.html", takes_context=True)
def discussion(context, discussion: dict) -> dict:
    return {**discussion, "request": context["request"], "council": context["council"]}
