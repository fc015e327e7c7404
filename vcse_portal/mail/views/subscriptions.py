"""Joining, changing and leaving a list. Links from mails show a page; only a button on it does anything."""

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from vcse_portal.accounts.access import public
from vcse_portal.ui.errors import error_page

from ..forms import AddressForm, PreferencesForm, SubscribeForm
from ..limits import HOUR, is_over_limit
from ..linked import from_link
from ..models import MailingList, Subscriber, Subscription
from ..subscriptions import ask_preferences, change_preferences, confirm, leave
from ..subscriptions import subscribe as ask_to_subscribe
from ..tokens import CONFIRM, LEAVE, PREFERENCES


@public
def subscribe(request):
    form = SubscribeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if is_over_limit(request, "subscribe", form.cleaned_data["email"]):
            return error_page(request, 429, retry_after=HOUR)
        form.cleaned_data.pop("agree")
        form.perform(ask_to_subscribe, list_code=MailingList.CIRCULAR, **form.cleaned_data)
        if form.is_valid():
            return redirect("mail:check_your_inbox")
    return render(request, "mail/pages/subscribe.html", {"form": form})


@public
def check_your_inbox(request):
    return render(request, "mail/pages/check_your_inbox.html")


@from_link(CONFIRM)
def confirm_page(request, token, facts):
    subscriber = get_object_or_404(Subscriber, pk=facts["s"])
    problem = ""
    if request.method == "POST":
        try:
            confirm(subscriber.pk, list_code=facts["l"], themes=facts["t"], asked_at=facts["at"])
            return redirect("mail:confirm", token)
        except ValidationError as error:
            problem = error.messages[0]
    context = {
        "email": subscriber.email,
        "list_name": MailingList(facts["l"]).label,
        "is_done": subscriber.subscriptions.confirmed().filter(list_code=facts["l"]).exists(),
        "problem": problem,
    }
    return render(request, "mail/pages/confirm.html", context, status=409 if problem else 200)


@csrf_exempt
@from_link(LEAVE)
def leave_page(request, token, facts):
    """RFC 8058: a POST from a mail program, without cookies, ends the subscription; a GET shows a button."""
    subscription = get_object_or_404(Subscription.objects.select_related("subscriber"), pk=facts["s"])
    if request.method == "POST":
        subscription = leave(subscription.pk)
    context = {
        "list_name": subscription.get_list_code_display(),
        "is_done": subscription.ended_at is not None,
    }
    return render(request, "mail/pages/leave.html", context | {"email": subscription.subscriber.email})


@public
def preferences_ask(request):
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        if is_over_limit(request, "preferences", email):
            return error_page(request, 429, retry_after=HOUR)
        ask_preferences(email)
        return redirect("mail:check_your_inbox")
    return render(request, "mail/pages/preferences_ask.html", {"form": form})


@from_link(PREFERENCES)
def preferences(request, token, facts):
    subscription = get_object_or_404(
        Subscription.objects.current().select_related("subscriber").order_by("pk"),
        subscriber=facts["s"],
        list_code=MailingList.CIRCULAR,
    )
    form = PreferencesForm(request.POST or None, initial={"themes": subscription.themes})
    is_done = False
    if request.method == "POST" and form.is_valid():
        is_done = bool(form.perform(change_preferences, subscription.pk, themes=form.cleaned_data["themes"]))
    context = {
        "form": form,
        "is_done": is_done,
        "email": subscription.subscriber.email,
        "list_name": subscription.get_list_code_display(),
        "leave_url": reverse("mail:leave", args=[LEAVE.token(s=subscription.pk)]),
    }
    return render(request, "mail/pages/preferences.html", context)
