"""What officers choose on the way to a merge, and the filter of the list of pairs."""

from uuid import uuid4

from django import forms

from vcse_portal.ui.forms import Fieldset, FilterForm, Label, PortalForm, Radios

from .fields import BOTH, LOSER, WINNER, Comparison
from .models import Pair


class PairFilterForm(FilterForm):
    reason = forms.ChoiceField(label="Reason", choices=[("", "Any"), *Pair.Reason.choices], widget=Radios)


class ChooseForm(PortalForm):
    """Step 1: which record stays. `hints` says of each what tells them apart."""

    submit = "Compare the two"

    stays = forms.TypedChoiceField(label="Which record stays?", coerce=int, widget=Radios)

    def __init__(self, *args, records, hints, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["stays"].choices = [
            (str(record.pk), Label(record.name, hint)) for record, hint in zip(records, hints, strict=True)
        ]


class ApartForm(PortalForm):
    submit = "They are different organisations"
    submit_style = "secondary"

    reason = forms.CharField(label="How they differ", max_length=300, required=False)


class VersionsForm(PortalForm):
    """Carries which state of the two records the person has seen."""

    winner_version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2_000_000_000)
    loser_version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2_000_000_000)

    def versions(self) -> tuple[int, int]:
        return self.cleaned_data["winner_version"], self.cleaned_data["loser_version"]


class CompareForm(VersionsForm):
    """Step 2: one question for each group of facts in which the two differ."""

    submit = "Go on to what moves"
    marks_optional = False

    def __init__(self, *args, comparisons: list[Comparison], **kwargs):
        super().__init__(*args, **kwargs)
        for one in comparisons:
            choices = [
                (WINNER, Label(one.winner_words, f"As {one.winner} has it")),
                (LOSER, Label(one.loser_words, f"As {one.loser} has it")),
            ]
            if one.proposed == BOTH:
                choices.insert(0, (BOTH, Label(one.both_words, "Both together")))
            self.fields[one.group.code] = forms.ChoiceField(
                label=one.label, choices=choices, initial=one.proposed, widget=Radios(small=True)
            )
        self.groups = [
            Fieldset(title, *(one.group.code for one in comparisons if one.is_one_sided is is_one_sided))
            for title, is_one_sided in (("Where they differ", False), ("What only one of them says", True))
            if any(one.is_one_sided is is_one_sided for one in comparisons)
        ]

    def choices(self) -> dict[str, str]:
        return {name: value for name, value in self.cleaned_data.items() if not name.endswith("_version")}


class ConfirmForm(VersionsForm):
    """Step 3: everything chosen before, carried along unseen."""

    submit = "Merge the two records"

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, comparisons: list[Comparison], **kwargs):
        kwargs["initial"] = {"key": uuid4(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        for one in comparisons:
            allowed = [(code, code) for code in (WINNER, LOSER, *([BOTH] if one.group.is_list else []))]
            self.fields[one.group.code] = forms.ChoiceField(
                choices=allowed, required=False, widget=forms.HiddenInput
            )

    def choices(self) -> dict[str, str]:
        left_out = {"winner_version", "loser_version", "key"}
        return {name: value for name, value in self.cleaned_data.items() if value and name not in left_out}
