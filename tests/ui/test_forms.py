"""The form pack: each known defect of such packs, and every field with what people really type."""

import datetime as dt
import io
import zipfile
from decimal import Decimal

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.translation import gettext_lazy
from PIL import Image

from vcse_portal.ui.conflict import Conflict
from vcse_portal.ui.forms import (
    Checkboxes,
    DateField,
    Fieldset,
    FileField,
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
    sent,
)
from vcse_portal.ui.tags.pages import error_summary


def form_with(field, data=None, **more):
    """A bound form of one field named `answer`; data is one value or a dictionary."""
    kind = type("OneField", (PortalForm,), {"answer": field, **more})
    if data is not None and not isinstance(data, dict | QueryDict):
        data = {"answer": data}
    return kind(data)


def answer(field, value):
    form = form_with(field, value)
    assert form.is_valid(), form.errors
    return form.cleaned_data["answer"]


def complaint(field, value, **more) -> str:
    form = form_with(field, value, **more)
    assert not form.is_valid()
    assert len(form.errors["answer"]) == 1
    return form.errors["answer"][0]


def in_parts(day="", month="", year=""):
    return {"answer_0": day, "answer_1": month, "answer_2": year}


# The markup ------------------------------------------------------------------------------------


def test_textarea_without_help_text_counts_characters():
    html = str(form_with(forms.CharField(max_length=2000, widget=forms.Textarea))["answer"].as_field_group())
    assert 'data-maxlength="2000"' in html
    assert 'aria-describedby="id_answer-info"' in html
    assert " maxlength=" not in html


def test_input_has_no_placeholder_and_no_silent_limit():
    field = forms.CharField(max_length=20, widget=forms.TextInput({"placeholder": "Name"}))
    html = str(form_with(field)["answer"])
    assert "placeholder" not in html
    assert "maxlength" not in html


@pytest.mark.parametrize(
    "field",
    [forms.CharField(), forms.EmailField(), forms.IntegerField(), forms.URLField(assume_scheme="https")],
)
def test_every_kind_of_input_gets_the_error_border(field):
    assert "govuk-input--error" in str(form_with(field, "").__getitem__("answer"))


def test_rendering_twice_gives_the_same_markup():
    form = form_with(forms.CharField(max_length=30), "")
    assert str(form["answer"]) == str(form["answer"])


def test_label_and_hint_are_escaped():
    field = forms.CharField(label="<b>Name</b>", help_text="<i>as you like</i>")
    html = str(form_with(field)["answer"].as_field_group())
    assert "<b>" not in html
    assert "<i>" not in html


def test_radios_say_their_hint_and_value():
    field = forms.ChoiceField(choices=[("a", Label("Analyse", "find <out>"))], widget=Radios)
    html = str(form_with(field)["answer"].as_field_group())
    assert 'data-module="govuk-radios"' in html
    assert 'aria-describedby="id_answer_0-hint"' in html
    assert "find &lt;out&gt;" in html


@pytest.mark.parametrize(
    ("field", "data", "target"),
    [
        (forms.CharField(), {}, "id_answer"),
        (forms.ChoiceField(choices=[("a", "A")], widget=Radios), {}, "id_answer_0"),
        (forms.MultipleChoiceField(choices=[("a", "A")], widget=Checkboxes), {}, "id_answer_0"),
        (DateField(), {}, "id_answer_0"),
        (DateField(), in_parts("27", "", "2026"), "id_answer_1"),
        (DateField(), in_parts("27", "3", "26"), "id_answer_2"),
    ],
)
def test_error_summary_leads_to_an_input(field, data, target):
    form = form_with(field, data)
    lines = error_summary(form)["lines"]
    assert [line_target for line_target, _message in lines] == [target]
    assert f'id="{target}"' in str(form["answer"])


def test_error_summary_says_errors_of_hidden_fields_without_a_link():
    assert [target for target, _message in error_summary(form_with(VersionField(), {}))["lines"]] == [""]


def test_optional_questions_are_marked_and_required_ones_are_not():
    assert "(optional)" in str(form_with(forms.CharField(required=False))["answer"].as_field_group())
    assert "(optional)" not in str(form_with(forms.CharField())["answer"].as_field_group())


# Sentences and limits --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        (forms.CharField(label="Full name"), "", "Enter full name"),
        (forms.CharField(label="VAT number"), "", "Enter VAT number"),
        (forms.ChoiceField(label="Ward", choices=[("a", "A")]), "", "Select ward"),
        (forms.ChoiceField(label="Ward", choices=[("a", "A")]), "z", "Ward: choose one of the answers shown"),
        (forms.BooleanField(label="I agree"), "", "Tick the box “I agree”"),
        (YesNoField(label="Is it a grant?"), "", "Answer the question “Is it a grant?”"),
        (
            forms.CharField(label="Title", max_length=5),
            "abcdefg",
            "Title must be 5 characters or fewer. You wrote 7.",
        ),
        (
            forms.CharField(label="100% name", max_length=2),
            "abc",
            "100% name must be 2 characters or fewer. You wrote 3.",
        ),
        (WholeNumberField(label="Places", min_value=1), "0", "Places must be 1 or more"),
        (WholeNumberField(label="Places"), "1.5", "Places must be a whole number, like 12"),
        (forms.EmailField(), "nobody", "Enter an email address in the correct format, like name@example.com"),
    ],
)
def test_sentence_says_what_to_do(field, value, sentence):
    assert complaint(field, value) == sentence


def test_sentence_of_the_field_and_of_the_form_win():
    field = forms.CharField(error_messages={"required": "Say who you are"})
    assert complaint(field, "") == "Say who you are"
    assert complaint(forms.CharField(), "", asks={"answer": "Who is it?"}) == "Who is it?"


def test_text_without_a_limit_gets_one():
    assert complaint(forms.CharField(label="Note"), "x" * 10_001) == (
        "Note must be 10000 characters or fewer. You wrote 10001."
    )


def test_ten_megabytes_in_a_text_field_are_refused_with_a_sentence():
    assert complaint(MarkdownField(label="Summary", max_length=2000), "x" * 10_000_000).startswith(
        "Summary must be 2000 characters or fewer."
    )


def test_line_break_counts_as_one_character():
    assert answer(MarkdownField(max_length=3), "a\r\nb") == "a\nb"


# Dates and times -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "parts", [("27", "2", "2026"), (" 27 ", "02", "2026"), ("27", "feb", "2026"), ("27", "February", "2026")]
)
def test_date_takes_what_people_write(parts):
    assert answer(DateField(), in_parts(*parts)) == dt.date(2026, 2, 27)


@pytest.mark.parametrize(
    ("parts", "sentence", "bad"),
    [
        (("31", "2", "2026"), "Start date must be a real date", [0, 1, 2]),
        (("٣", "x" * 5000, "2026"), "Start date must be a real date", [0, 1, 2]),
        (("9" * 5000, "1", "2026"), "Start date must be a real date", [0, 1, 2]),
        (("1", "1", "0000"), "Start date must be a real date", [0, 1, 2]),
        (("", "2", "2026"), "Start date must include a day", [0]),
        (("27", "", ""), "Start date must include a month and year", [1, 2]),
        (("27", "2", "26"), "Start date: give the year as 4 numbers", [2]),
        (("", "", ""), "Enter start date", [0, 1, 2]),
    ],
)
def test_date_says_which_part_is_wrong(parts, sentence, bad):
    form = form_with(DateField(label="Start date"), in_parts(*parts))
    assert form.errors["answer"] == [sentence]
    assert form.fields["answer"].bad == bad
    html = str(form["answer"])
    assert [f"id_answer_{i}" in html.split("govuk-input--error")[0] for i in (0,)] == [True]
    assert html.count("govuk-input--error") == len(bad)


def test_date_keeps_to_its_range():
    field = DateField(label="End", earliest=dt.date(2026, 4, 1), latest=lambda: dt.date(2027, 3, 31))
    assert complaint(field, in_parts("31", "3", "2026")) == "End must be 1 April 2026 or later"
    assert complaint(field, in_parts("1", "4", "2027")) == "End must be 31 March 2027 or earlier"
    assert answer(field, in_parts("1", "4", "2026")) == dt.date(2026, 4, 1)


def test_date_that_may_be_empty_is_none():
    assert answer(DateField(required=False), in_parts()) is None


def test_date_shows_its_initial_value():
    kind = type("F", (PortalForm,), {"answer": DateField()})
    assert 'value="27"' in str(kind(initial={"answer": dt.date(2026, 2, 27)})["answer"])
    assert 'value="27"' in str(kind(initial={"answer": "2026-02-27"})["answer"])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2:30pm", dt.time(14, 30)),
        ("14:30", dt.time(14, 30)),
        ("1430", dt.time(14, 30)),
        ("2.30 p.m.", dt.time(14, 30)),
        ("9am", dt.time(9)),
        ("12am", dt.time(0)),
        ("12pm", dt.time(12)),
        ("midday", dt.time(12)),
    ],
)
def test_time_takes_what_people_write(typed, meant):
    assert answer(TimeField(), typed) == meant


@pytest.mark.parametrize("typed", ["25:00", "13pm", "0am", "soon", "9:61"])
def test_time_that_does_not_exist_is_refused(typed):
    assert (
        complaint(TimeField(label="Start time"), typed) == "Start time must be a time, like 9:30am or 14:30"
    )


# Money and numbers -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("£1,250.50", "1250.50"),
        ("1250.5", "1250.50"),
        ("1 250", "1250.00"),
        ("£ 0.99", "0.99"),
        ("1,250,000", "1250000.00"),
        ("9999999999.99", "9999999999.99"),
        ("5.100", "5.10"),
    ],
)
def test_money_takes_what_people_write(typed, meant):
    assert answer(MoneyField(), typed) == Decimal(meant)


@pytest.mark.parametrize(
    "typed", ["abc", "1,25", "12,5000", "1e9", "NaN", "Infinity", "£££5", "１２", "--5", "5-"]
)
def test_money_refuses_what_is_no_amount(typed):
    assert complaint(MoneyField(label="Value"), typed) == (
        "Value must be an amount in pounds, like 1,250 or 1250.50"
    )


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("1.005", "Value must be in pounds and whole pence"),
        ("99999999999", "Value is too large an amount"),
        ("9" * 5000, "Value is too large an amount"),
        ("-5", "Value must be 0 or more"),
    ],
)
def test_money_says_what_is_wrong(typed, sentence):
    assert complaint(MoneyField(label="Value", min_value=0), typed) == sentence


def test_money_shows_thousands():
    kind = type("F", (PortalForm,), {"answer": MoneyField()})
    assert 'value="1,250"' in str(kind(initial={"answer": Decimal("1250.00")})["answer"])
    assert 'value="1,250.50"' in str(kind(initial={"answer": Decimal("1250.5")})["answer"])


def test_money_unchanged_is_not_a_change():
    kind = type("F", (PortalForm,), {"answer": MoneyField()})
    assert not kind({"answer": "£1,250.00"}, initial={"answer": Decimal("1250")}).has_changed()


@pytest.mark.parametrize(("typed", "meant"), [("1,250", 1250), (" 12 ", 12), ("-3", -3)])
def test_whole_number_reads_over_commas(typed, meant):
    assert answer(WholeNumberField(), typed) == meant


@pytest.mark.parametrize("typed", ["9" * 5000, "twelve", "１２"])
def test_whole_number_refuses_the_rest(typed):
    assert complaint(WholeNumberField(label="Places"), typed) == "Places must be a whole number, like 12"


@pytest.mark.parametrize("typed", ["m16 0pu", "M160PU", " M16-0PU ", "m16  0pu."])
def test_postcode_is_put_in_order(typed):
    assert answer(PostcodeField(), typed) == "M16 0PU"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("M16 OPU", "“M16 OPU” is not a postcode. Did you mean M16 0PU?"),
        ("HA1 IAA", "“HA1 IAA” is not a postcode. Did you mean HA1 1AA?"),
        ("M16", "Enter a full UK postcode, like M16 0PU"),
        ("...", "Enter a full UK postcode, like M16 0PU"),
        ("x" * 5000, "Enter a full UK postcode, like M16 0PU"),
        ("", "Enter postcode"),
    ],
)
def test_postcode_says_what_was_probably_meant(typed, sentence):
    assert complaint(PostcodeField(label="Postcode"), typed) == sentence


@pytest.mark.parametrize(("typed", "meant"), [("yes", True), ("no", False)])
def test_yes_no_is_a_bool(typed, meant):
    assert answer(YesNoField(), typed) is meant


def test_yes_no_may_stay_open():
    assert answer(YesNoField(required=False), "") is None


# Answers that uncover questions ----------------------------------------------------------------


class KindForm(PortalForm):
    kind = forms.ChoiceField(choices=[("grant", "Grant"), ("other", "Other")], widget=Radios)
    which = forms.CharField(label="Which kind", max_length=20)
    reveals = {"kind": {"other": ["which"]}}


def test_covered_question_is_not_asked_and_its_answer_forgotten():
    form = KindForm({"kind": "grant", "which": "x" * 50})
    assert form.is_valid()
    assert form.cleaned_data == {"kind": "grant", "which": ""}


def test_uncovered_question_must_be_answered():
    form = KindForm({"kind": "other"})
    assert form.errors == {"which": ["Enter which kind"]}


def test_uncovered_question_stands_under_its_answer():
    html = str(KindForm({"kind": "other"})["kind"])
    assert 'data-app-reveals="id_kind_1-reveals"' in html
    assert 'name="which"' in html


# Operations ------------------------------------------------------------------------------------


def test_perform_gives_the_result():
    assert form_with(forms.CharField(), "a").perform(lambda: 7) == 7


def test_perform_turns_a_refusal_into_an_error():
    form = form_with(forms.CharField(), "a")
    assert form.is_valid()

    def refuse():
        raise ValidationError({"answer": "Not this one.", "elsewhere": "Nor that."})

    assert form.perform(refuse) is None
    assert form.errors == {"answer": ["Not this one."], "__all__": ["Nor that."]}


def test_perform_lets_a_conflict_through():
    form = form_with(forms.CharField(), "a")
    assert form.is_valid()

    def clash():
        raise Conflict

    with pytest.raises(Conflict):
        form.perform(clash)


# Files -----------------------------------------------------------------------------------------


def zipped(name: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(name, "x")
    return content.getvalue()


def picture(kind: str) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (2, 2)).save(content, kind)
    return content.getvalue()


def upload(name: str, content: bytes, **options):
    kind = type("F", (PortalForm,), {"answer": FileField(label="Document", **options)})
    return kind({}, {"answer": SimpleUploadedFile(name, content)})


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.PDF", b"%PDF-1.7 x", "pdf"),
        ("a.docx", zipped("word/document.xml"), "docx"),
        ("a.xlsx", zipped("xl/workbook.xml"), "xlsx"),
        ("a.csv", "Name;Zoë".encode(), "csv"),
        ("a.png", picture("PNG"), "png"),
        ("a.jpg", picture("JPEG"), "jpeg"),
    ],
)
def test_file_is_known_by_name_and_content(name, content, kind):
    form = upload(name, content)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["answer"].kind == kind
    assert form.cleaned_data["answer"].read() == content


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"<script>alert(1)</script>%PDF-"),
        ("a.docx", zipped("xl/workbook.xml")),
        ("a.docx", b"PK\x03\x04 broken"),
        ("a.csv", b"\x00\x01"),
        ("a.csv", zipped("a")),
        ("a.png", picture("JPEG")),
        ("a.png", b"\x89PNG\r\n\x1a\n broken"),
        ("a.exe", b"MZ"),
        ("a.svg", b"<svg/>"),
    ],
)
def test_file_that_is_not_what_it_says_is_refused(name, content):
    form = upload(name, content)
    assert form.errors["answer"] == [
        "The file must be one of: PDF, Word (.docx), Excel (.xlsx), CSV, PNG, JPEG"
    ]


def test_file_too_large_or_empty_is_refused():
    assert upload("a.pdf", b"%PDF-" + b"x" * 1024 * 1024, max_mb=1).errors["answer"] == [
        "The file must be smaller than 1 MB"
    ]
    assert upload("a.pdf", b"").errors["answer"] == ["The file is empty"]


def test_sent_binds_a_post_even_without_fields_and_no_get(rf):
    request = rf.post("/", {})
    assert sent(request) == (request.POST, request.FILES)
    assert sent(rf.get("/", {"a": "b"})) == (None, None)


@pytest.mark.parametrize("lazily", [str, gettext_lazy])
def test_f24_legend_of_a_group_is_words_and_never_a_template(lazily):
    legend = lazily("<svg onload=x>{{ 7|add:7 }}{% csrf_token %}{% nothing")
    made = render_crispy_form(form_with(forms.CharField(), groups=[Fieldset(legend, "answer", css_id="who")]))
    assert ">&lt;svg onload=x&gt;{{ 7|add:7 }}{% csrf_token %}{% nothing</legend>" in made
    assert '<fieldset class="govuk-fieldset app-group" id="who">' in made
    assert 'name="answer"' in made
