"""The component tags that `{% load ui %}` offers. A wrong parameter name fails when the template is compiled."""

from django.template import Library

register = Library()

from . import blocks, kept, leaves, lists, pages  # noqa: E402, F401  each adds its tags to `register`
