from types import SimpleNamespace

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser

from vcse_portal.ui.conflict import Conflict, check_version, conflict_page
from vcse_portal.ui.forms import PortalForm, VersionField


class NoteForm(PortalForm):
    title = forms.CharField(max_length=50)
    ward = forms.ChoiceField(choices=[("green", "Greenhill"), ("lake", "Lakeside")])
    version = VersionField()


def test_check_version_refuses_another_one():
    note = SimpleNamespace(version=3)
    check_version(note, 3)
    check_version(note, None)
    with pytest.raises(Conflict, match="Someone else changed this"):
        check_version(note, 2)


@pytest.mark.django_db
def test_conflict_page_keeps_the_input_and_carries_the_new_version(rf):
    request = rf.post("/", {"title": "Mine <b>", "ward": "lake", "version": "2"})
    request.user = AnonymousUser()
    form = NoteForm(request.POST)
    assert form.is_valid()
    response = conflict_page(request, form, SimpleNamespace(version=3, title="Theirs", ward="lake"))
    html = response.content.decode()
    assert response.status_code == 409
    assert 'name="version" value="3"' in html
    assert 'value="Mine &lt;b&gt;"' in html
    assert "Theirs" in html
    assert "Lakeside</td>" not in html  # the ward does not differ
    assert form.data["version"] == "2"
