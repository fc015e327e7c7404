"""Every component with made-up data, forms blank and with errors: for builders to look at and tests to scan."""

import datetime as dt
from types import SimpleNamespace

from django import forms as django_forms
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from .conflict import conflict_page
from .csv import csv_response
from .errors import error_page
from .forms import (
    Checkboxes,
    DateField,
    Fieldset,
    FileField,
    FilterForm,
    Label,
    MarkdownField,
    MoneyField,
    PortalForm,
    PostcodeField,
    Radios,
    TimeField,
    VersionField,
    WholeNumberField,
    YesNoField,
)
from .paging import page_of
from .wardmap import ward_map

LONG_WORD = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
STAGES = [
    ("analyse", Label("Analyse", "find out what is needed")),
    ("plan", Label("Plan", "decide what to buy or fund")),
    ("other", "Something else"),
]
MARKDOWN = f"""## What we heard

People asked for **shorter forms** and *earlier notice*.

- one page a question
- dates in words
- [the Compact](https://example.org/compact)

> Groups need six weeks to answer well.

| Ward | Groups |
|------|--------|
| Greenhill | 34 |

{LONG_WORD}
"""


class SampleForm(PortalForm):
    """One field of each kind."""

    submit = "Save intention"
    more_buttons = (("save_draft", "Save as draft"),)
    cancel_href = "/styleguide/"
    title = django_forms.CharField(max_length=80, help_text="As people would say it.")
    summary = MarkdownField(max_length=200)
    email = django_forms.EmailField(label="Contact email address", required=False)
    starts_on = DateField(label="Start date", help_text="For example, 27 3 2027.")
    starts_at = TimeField(label="Start time", required=False)
    value = MoneyField(label="Value a year", min_value=0)
    places = WholeNumberField(label="Number of places", required=False, min_value=1, max_value=500)
    postcode = PostcodeField(label="Postcode", required=False)
    directorate = django_forms.ChoiceField(
        choices=[("", "Choose one"), ("adults", "Adults"), ("place", "Place")]
    )
    stage = django_forms.ChoiceField(choices=STAGES, widget=Radios)
    other_stage = django_forms.CharField(label="Which stage", max_length=40)
    themes = django_forms.MultipleChoiceField(
        choices=[("health", "Health and wellbeing"), ("youth", "Young people")], widget=Checkboxes
    )
    is_grant = YesNoField(label="Is it a grant?")
    document = FileField(required=False, kinds=("pdf", "docx"), help_text="PDF or Word, up to 20 MB.")
    password = django_forms.CharField(widget=django_forms.PasswordInput, required=False)
    is_agreed = django_forms.BooleanField(label="The director has agreed to this")
    version = VersionField(initial=1)
    groups = ["title", "summary", "email", Fieldset("When", "starts_on", "starts_at")]
    reveals = {"stage": {"other": ["other_stage"]}}


class SampleFilterForm(FilterForm):
    q = django_forms.CharField(label="Name", max_length=80)
    ward = django_forms.ChoiceField(choices=[("", "All wards"), ("green", "Greenhill"), ("lake", "Lakeside")])
    size = django_forms.MultipleChoiceField(
        choices=[("small", "Income under £10,000"), ("large", "Income over £500,000")],
        widget=Checkboxes(small=True),
    )
    since = DateField(label="Registered since")


@login_not_required
def components(request):
    today = timezone.localdate()
    now = timezone.now()
    entry = {"who": "Amira Khan", "reason": ""}
    context = {
        "today": today,
        "tomorrow": today + dt.timedelta(days=1),
        "late": today - dt.timedelta(days=5),
        "soon": today + dt.timedelta(days=33),
        "markdown": MARKDOWN,
        "long_word": LONG_WORD,
        "columns": [("Plan", 2), ("Do", 1), ("Review", 0)],
        "contents": [("1. What we promise each other", "#promise"), ("2. How we work", "#work")],
        "entries": [
            entry | {"when": now, "what": "Published", "changes": []},
            entry
            | {
                "when": now - dt.timedelta(days=2),
                "what": "Changed the value",
                "reason": "The budget was agreed.",
                "changes": [{"label": "Value", "old": "£10,000", "new": "£12,500"}],
            },
        ],
        "map": ward_map(_squares(), title="Organisations by ward", href="?ward={code}", unit="organisations"),
    }
    return render(request, "ui/styleguide.html", context)


def _squares():
    """Six square wards, since a map must not need a database."""
    for number in range(6):
        x, y = -0.3 + (number % 3) * 0.01, 51.5 + (number // 3) * 0.006
        ring = [[x, y], [x + 0.01, y], [x + 0.01, y + 0.006], [x, y + 0.006], [x, y]]
        yield (
            f"E0500000{number}",
            f"Ward {number + 1}",
            {"type": "Polygon", "coordinates": [ring]},
            number * 7,
        )


@login_not_required
def forms(request):
    form = SampleForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        stored = SimpleNamespace(version=2, title="What somebody else wrote", places=12)
        if form.cleaned_data["version"] != stored.version:
            return conflict_page(request, form, stored)
        return redirect("ui:styleguide")
    return render(request, "ui/styleguide_form.html", {"form": form})


@login_not_required
def listing(request):
    form = SampleFilterForm(request.GET)
    form.is_valid()
    rows = [(f"Organisation {number}", "Greenhill", number * 1250) for number in range(1, 131)]
    if request.GET.get("format") == "csv":
        return csv_response("organisations", ["Name", "Ward", "Income"], rows)
    return render(request, "ui/styleguide_list.html", {"form": form, "page": page_of(request, rows, 20)})


@login_not_required
def progress(request):
    return JsonResponse({"done": 40, "total": 120, "label": "Reading the file", "finished": False})


@login_not_required
def error(request, status: int) -> HttpResponse:
    if status not in (400, 403, 404, 413, 429, 500, 503):
        raise Http404
    return error_page(request, status, retry_after=300 if status == 429 else None)
