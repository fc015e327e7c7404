"""A tiny importer, for tests only: a file of themes becomes themes of the borough."""

import time
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.text import slugify

from vcse_portal.borough.models import Theme
from vcse_portal.imports import Importer, Outcome, Planned, changes, edited_since, put_back


class ThemeImporter(Importer):
    """code,name[,description]. A name in capitals is suspicious; a code with a space is rejected."""

    kind = "test_themes"
    label = "Themes (test)"
    noun = "theme"
    columns = ("Theme code", "Theme name")
    optional_columns = ("Description",)
    key_label = "code"
    blanks = frozenset({"NA"})
    max_rows = 5_000
    field_labels = {"name": "Theme's name"}
    wait_file = None  # a test that kills the worker makes it wait here

    def key(self, row):
        if not row["Theme code"] or row["Theme code"] != slugify(row["Theme code"]):
            raise ValidationError("The code must be one word of lower-case letters.")
        return row["Theme code"]

    def plan(self, rows):
        held = Theme.objects.in_bulk([row["Theme code"] for row in rows], field_name="code")
        for row in rows:
            values = {"name": row["Theme name"], "description": row.get("Description")}
            yield self._planned(row, held.get(row["Theme code"]), values)

    def _planned(self, row, theme, values):
        if not values["name"]:
            return Planned(row, Outcome.REJECTED, reasons=["The name is blank."])
        done = changes(theme, values) if theme else {}
        outcome = Outcome.NEW if not theme else Outcome.CHANGED if done else Outcome.UNCHANGED
        planned = Planned(row, outcome, values=values, changes=done, target_id=theme.pk if theme else None)
        if outcome != Outcome.UNCHANGED and values["name"].isupper():
            planned.outcome, planned.then = Outcome.SUSPICIOUS, outcome
            planned.reasons = ["The name is written in capitals."]
        return planned

    def apply(self, batch, *, by):
        new = [one for one in batch if one.outcome == Outcome.NEW]
        made = Theme.objects.bulk_create([Theme(code=one.key, **one.values) for one in new])
        for one, theme in zip(new, made, strict=True):
            one.target_id = theme.pk
        changed = {one.target_id: one for one in batch if one.outcome == Outcome.CHANGED}
        themes = list(Theme.objects.select_for_update().filter(pk__in=changed))
        for theme in themes:
            theme.name, theme.description = changed[theme.pk].values.values()
        Theme.objects.bulk_update(themes, ["name", "description"])
        if self.options.get("wait_file"):
            Path(self.options["wait_file"]).touch()
            time.sleep(60)

    def undo(self, rows, *, by):
        edited = edited_since(self.run, Theme, [row.target_id for row in rows])
        themes = Theme.objects.select_for_update().in_bulk([row.target_id for row in rows])
        kept = {}
        for row in rows:
            theme = themes.get(row.target_id)
            if theme is None or theme.pk in edited:
                kept[row.pk] = "It has been edited since."
            elif row.outcome == Outcome.NEW:
                theme.delete()
            else:
                theme.save(update_fields=put_back(theme, row.changes))
        return kept

    def target_url(self, target_id):
        return f"/themes/{target_id}/"
