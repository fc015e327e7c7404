"""Every model answers who may see it, or names the parent that does; every record keeps its history."""

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser

OURS = ("vcse_portal.", "organisations", "actions", "compact", "commissioning", "assets")
# rows that are themselves a record of what happened, or are made anew from other rows
WITHOUT_HISTORY = {
    "accounts.UserSession",
    "borough.Postcode",
    "search.Change",
    "search.Entry",
    "search.Word",
    "mail.Message",
    "mail.Delivery",
    "mail.DigestSchedule",
    "mail.Suppression",  # hashed addresses: the row is the record
    "imports.ImportRow",
    "duplicates.Pair",
    "events.Feedback",  # answers nobody may trace: the history would name who was signed in
}


def our_models():
    for config in apps.get_app_configs():
        if config.name.startswith(OURS):
            for model in config.get_models():
                if not hasattr(model, "pgh_tracked_model"):
                    yield model


@pytest.mark.parametrize("model", list(our_models()), ids=lambda m: m._meta.label)
def test_model_answers_visible_to_or_names_its_parent(model):
    if hasattr(model, "visible_through"):
        if model.visible_through is not None:
            assert model._meta.get_field(model.visible_through).is_relation
        return
    assert model.objects.visible_to(AnonymousUser()).model is model


@pytest.mark.parametrize("model", list(our_models()), ids=lambda m: m._meta.label)
def test_model_keeps_its_history(model):
    has_history = hasattr(model, "pgh_event_models")
    assert has_history is (model._meta.label not in WITHOUT_HISTORY)
