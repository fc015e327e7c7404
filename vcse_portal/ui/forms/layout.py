"""Groups of fields, and the buttons under a form."""

from crispy_forms import layout
from django.template.loader import render_to_string


class Fieldset(layout.Fieldset):
    """Layout object: fields under a legend. The legend is words, which may be somebody's: escaped, never a template.

    Crispy's own makes a template of it, so that braces in a name would be run and its brackets be markup.
    """

    template = "govuk/layout/fieldset.html"

    def render(self, form, context, template_pack=layout.TEMPLATE_PACK, **kwargs):
        fields = self.get_rendered_fields(form, context, template_pack, **kwargs)
        return render_to_string(self.template, {"fieldset": self, "legend": self.legend, "fields": fields})


class Buttons:
    """Layout object: the form's own button, further ones, and the way out."""

    template = "govuk/layout/buttons.html"

    def render(self, form, context, template_pack=None, **kwargs):
        return render_to_string(self.template, {"form": form})

    def get_field_names(self, index=None):
        return []

    get_layout_objects = get_field_names
