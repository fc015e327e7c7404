"""The buttons under a form."""

from django.template.loader import render_to_string


class Buttons:
    """Layout object: the form's own button, further ones, and the way out."""

    template = "govuk/layout/buttons.html"

    def render(self, form, context, template_pack=None, **kwargs):
        return render_to_string(self.template, {"form": form})

    def get_field_names(self, index=None):
        return []

    get_layout_objects = get_field_names
