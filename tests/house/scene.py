"""A whole small borough in which every room holds things in each of their states, and one person of each kind.

`build()` makes it, by the operations and factories the rooms' own tests use. `people` are the columns of the
access table; `things` holds kind → state → the object; `addresses` gives for each URL name the arguments of
its objects by state. A part of the house with much of its own says what it has in `rooms/<part>.py`: NEEDS,
ARGUMENTS and `things(ours, theirs, hidden, people)`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from tempfile import TemporaryDirectory
from uuid import uuid4

from django.conf import settings
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from actions import operations as plans
from commissioning.circulars import operations as circulars
from commissioning.operations import withdraw_intention
from compact.models import Document
from organisations import operations as organisations
from organisations.models import Organisation
from tests.actions.factories import make_action, make_ambition, make_plan, make_report, make_update
from tests.assets.factories import make_asset
from tests.commissioning.factories import make_draft as draft_intention
from tests.commissioning.factories import make_intention
from tests.compact.factories import make_adopted, make_document, make_signature
from tests.compact.factories import make_draft as draft_compact
from tests.factories import (
    make_administrator,
    make_community,
    make_councillor,
    make_officer,
    make_outcome,
    make_theme,
    make_user,
    make_ward,
)
from tests.house import rooms
from tests.mail.factories import make_message, make_subscription
from tests.organisations.factories import make_lead, make_member, make_organisation
from vcse_portal.accounts import operations as accounts
from vcse_portal.accounts.links import invitation_token
from vcse_portal.accounts.middleware import SESSION_KEY
from vcse_portal.accounts.models import User
from vcse_portal.borough.operations import save_council, starter_texts
from vcse_portal.discussion.models import Comment
from vcse_portal.discussion.operations import answer_comment, hide_comment, post_comment
from vcse_portal.imports.operations import run_now
from vcse_portal.mail.models import State, Subscriber
from vcse_portal.mail.tokens import CONFIRM, LEAVE, PREFERENCES

ROOMS = [import_module(f"{rooms.__name__}.{module.name}") for module in iter_modules(rooms.__path__)]
PEOPLE = (
    "visitor",
    "stranger",
    "representative",
    "lead",
    "other",
    "partnerships",
    "commissioning",
    "property",
    "performance",
    "councillor",
    "administrator",
)
MONTH = datetime(2026, 10, 1, 9, tzinfo=UTC)
PAPER = b"%PDF-1.7\n% a paper that was made before\n%%EOF\n"


@dataclass
class Scene:
    people: dict[str, User | None]
    things: dict[str, dict[str, object]]

    def __post_init__(self):
        self.sessions = {name: _session_of(user) for name, user in self.people.items() if user}

    def client(self, person: str, **options) -> Client:
        """A browser of that person's, with the second factor proven; a visitor's holds no cookie."""
        client = Client(**options)
        if person in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[person]
        return client

    def addresses(self) -> dict[str, dict[str, str]]:
        """URL name → state → address, for every address of the portal that has a name in NEEDS or needs nothing."""
        found = {}
        for name, pattern in named_patterns():
            kind = NEEDS.get(name) or ("" if not takes_arguments(pattern) else None)
            if kind is not None:
                found[name] = self._states(name, kind)
        return found

    def _states(self, name: str, kind: str) -> dict[str, str]:
        if not kind:
            return {"": name if name.startswith("/") else reverse(name)}
        arguments = ARGUMENTS.get(kind, lambda thing: [thing.pk])
        more = MORE_ARGUMENTS.get(name, ())
        return {
            state: reverse(name, args=[*arguments(thing), *more])
            for state, thing in self.things[kind].items()
        }


def _session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    session = client.session
    session[SESSION_KEY] = True
    session.save()
    return session.session_key


# Addresses ---------------------------------------------------------------------------------------------
APART = ("admin:", "ui:", "mailbox:")  # technical support's, and development's: they have their own tests


def named_patterns() -> list[tuple[str, list[URLPattern]]]:
    """(name, the patterns from the root to it) of every address, each name once."""
    found = {}
    for name, patterns in _walk(get_resolver(), (), ()):
        if not name.startswith(APART):
            found.setdefault(name, patterns)
    return list(found.items())


def _walk(resolver, spaces: tuple, patterns: tuple):
    for one in resolver.url_patterns:
        here = (*patterns, one.pattern)
        if isinstance(one, URLPattern):
            yield ":".join((*spaces, one.name or _unnamed(here))), here
        else:
            yield from _walk(one, (*spaces, one.namespace) if one.namespace else spaces, here)


def _unnamed(patterns: tuple) -> str:
    return "/" + "".join(str(p) for p in patterns)


def takes_arguments(patterns) -> bool:
    return any(p.converters or p.regex.groups for p in patterns)


ARGUMENTS: dict[str, Callable] = {
    "contact": lambda contact: [contact.organisation_id, contact.pk],
    "text": lambda slug: [slug],
    "list": lambda kind: [kind],
    "entry of a list": lambda entry: [entry._meta.model_name, entry.code],
    "plan": lambda plan: [plan.code],
    "circular": lambda circular: [circular.period],
    "document": lambda document: [document.code],
    "version": lambda version: [version.document.code, version.number],
    "clause": lambda clause: [clause.version.document.code, clause.version.number, clause.pk],
    "invitation token": lambda token: [token],
    "confirm token": lambda token: [token],
    "leave token": lambda token: [token],
    "preferences token": lambda token: [token],
    "sign-on": lambda provider: [provider],
}
for room in ROOMS:
    ARGUMENTS |= room.ARGUMENTS
MORE_ARGUMENTS = {"mail:outbox_deed": ["pause"]}


def _all(room: str, kind: str, names: str) -> dict[str, str]:
    return {f"{room}:{name}": kind for name in names.split()}


NEEDS = {
    **_all("accounts", "person", "person person_rename person_roles person_deactivate person_reactivate"),
    **_all("accounts", "invitation", "invitation_send_again invitation_withdraw"),
    **_all("accounts", "invitation token", "accept_invitation"),
    **_all("borough", "text", "public_text public_text_edit"),
    **_all("borough", "list", "listed listed_add listed_order"),
    **_all("borough", "entry of a list", "listed_edit listed_state"),
    **_all("mail", "confirm token", "confirm"),
    **_all("mail", "leave token", "leave"),
    **_all("mail", "preferences token", "preferences"),
    **_all("mail", "message", "outbox_message outbox_progress outbox_deed"),
    **_all("imports", "import", "run progress tick apply undo"),
    **_all("discussion", "comment", "comment_answer comment_hide"),
    **_all(
        "organisations", "organisation", "organisation organisation_edit contact_add people membership_ask"
    ),
    **_all("organisations", "contact", "contact_edit contact_remove"),
    **_all("organisations", "membership", "membership_confirm membership_take_back"),
    **_all("actions", "plan", "plan plan_edit plan_adopt plan_close ambition_record action_record"),
    **_all("actions", "plan", "reports report_start"),
    **_all("actions", "ambition", "ambition_edit"),
    **_all("actions", "action", "action action_edit update_post"),
    **_all("actions", "report", "report report_edit report_freeze report_make report_progress report_paper"),
    **_all("actions", "report", "report_figures clearance_record report_publish"),
    **_all("compact", "signature", "signature_withdraw"),
    **_all("compact", "document", "document versions version_draft"),
    **_all("compact", "version", "version signatories version_sign version_adopt version_edit"),
    **_all("compact", "version", "introduction_edit clause_add"),
    **_all("compact", "clause", "clause_edit clause_remove"),
    **_all("commissioning", "intention", "intention intention_comment intention_edit intention_publish"),
    **_all("commissioning", "intention", "intention_move intention_withdraw"),
    **_all("commissioning", "circular", "circular circular_progress circular_edit circular_preview"),
    **_all(
        "commissioning", "circular", "circular_preview_html circular_test circular_gather circular_approve"
    ),
    **_all("assets", "asset", "asset asset_edit"),
    **_all("commissioning", "entry", "entry_edit entry_move entry_drop"),
    "mfa_remove_webauthn": "passkey",
    "mfa_edit_webauthn": "passkey",
    "openid_connect_login": "sign-on",
    "openid_connect_callback": "sign-on",
}
for room in ROOMS:
    NEEDS |= room.NEEDS


# The borough -------------------------------------------------------------------------------------------
def build() -> Scene:
    """Everything, inside the caller's transaction; roll it back when done."""
    save_council(name="Greenhill Council", short_name="Greenhill", email="hello@greenhill.example")
    starter_texts()
    make_theme("Health and wellbeing"), make_community("Older people"), make_outcome("Fewer lonely people")
    make_ward("Bankside")
    ours = make_organisation("Ashfield Youth Club", summary="Evenings for young people.")
    theirs = make_organisation("Birch Lane Trust", summary="A hall and a kitchen.")
    hidden = make_organisation("Quiet House Refuge", summary="A secret address.", is_published=False)
    people = _people(ours, theirs)
    things = {
        **_register(ours, theirs, hidden, people),
        **_accounts(people),
        **_borough(),
        **_commissioning(ours, theirs, people),
        **_actions(ours, people),
        **_compact(ours, theirs),
        "asset": {
            "published": make_asset("Old baths"),
            "unpublished": make_asset("Depot", is_published=False),
        },
        **_imports(people),
        **_mail(),
    }
    for room in ROOMS:
        things |= room.things(ours, theirs, hidden, people)
    return Scene(people, things)


def _people(ours: Organisation, theirs: Organisation) -> dict[str, User | None]:
    return {
        "visitor": None,
        "stranger": make_user(name="Stella Stranger"),
        "representative": make_member(ours, name="Rita Representative"),
        "lead": make_lead(ours, name="Leo Lead"),
        "other": make_lead(theirs, name="Otto Other"),
        "partnerships": make_officer("partnerships", name="Pat Partnerships"),
        "commissioning": make_officer("commissioning", name="Cara Commissioning"),
        "property": make_officer("property", name="Prue Property"),
        "performance": make_officer("performance", name="Percy Performance"),
        "councillor": make_councillor(name="Carol Councillor"),
        "administrator": make_administrator(name="Ada Administrator"),
    }


def _register(ours, theirs, hidden, people) -> dict:
    newcomer = make_user(name="Nora Newcomer")
    officer = people["partnerships"]

    def contact(organisation, consent):
        return organisations.save_contact(
            organisation.pk, by=officer, channel="email", value=f"{consent}@example.org", consent=consent
        )

    asked = organisations.ask_for_membership(ours.pk, by=newcomer)
    return {
        "organisation": {"published": ours, "another's": theirs, "unpublished": hidden},
        "contact": {"published": contact(ours, "yes"), "unpublished": contact(hidden, "no")},
        "membership": {
            "asked": asked,
            "the representative's": ours.memberships.get(user=people["representative"]),
            "another's": theirs.memberships.get(user=people["other"]),
            "of an unpublished": organisations.add_membership(
                hidden.pk, newcomer.pk, role="lead", by=officer
            ),
        },
    }


def _accounts(people) -> dict:
    administrator = people["administrator"]
    closed = make_user(name="Clara Closed")
    accounts.deactivate_person(closed.pk, by=administrator)

    def invite(name, **facts):
        return accounts.invite_person(
            email=f"{name}@council.example", name=name, roles=["councillor"], by=administrator, **facts
        )

    open_one, expired = invite("ivy"), invite("ivor", now=timezone.now() - timedelta(days=400))
    withdrawn = accounts.withdraw_invitation(invite("iris").pk, by=administrator)
    return {
        "person": {
            "a member": people["representative"],
            "an officer": people["property"],
            "closed": closed,
            "the administrator": administrator,
        },
        "invitation": {"open": open_one, "withdrawn": withdrawn},
        "invitation token": {
            "open": invitation_token(open_one),
            "expired": invitation_token(expired),
            "withdrawn": invitation_token(withdrawn),
            "forged": "forged",
        },
        "passkey": {"unknown": type("Passkey", (), {"pk": 1})},
        "sign-on": {"not set up": "council"},
    }


def _borough() -> dict:
    theme = make_theme("Arts")
    return {
        "text": {"": "privacy", "unknown": "nothing"},
        "list": {"themes": "theme"},
        "entry of a list": {"a theme": theme},
    }


def _commissioning(ours, theirs, people) -> dict:
    officer = people["commissioning"]
    published = make_intention(by=officer, now=MONTH, title="Evening youth work")
    draft = draft_intention(by=officer, title="Secret plans for the baths")
    withdrawn = make_intention(by=officer, now=MONTH, title="A thing we dropped")
    withdraw_intention(withdrawn.pk, reason="The grant ended.", by=officer)

    def comment(text, visibility="public", party=ours, by=people["representative"]):
        return post_comment(published, party=party, text=text, visibility=visibility, key=uuid4(), by=by)

    answered, hidden = comment("Will you pay travel?"), comment("Something rude.")
    answer_comment(answered.pk, text="Yes, we will.", version=answered.version, by=officer)
    hide_comment(hidden.pk, reason="It names a person.", by=officer)
    council = Comment.Visibility.COUNCIL
    sent = _sent_circular(people["partnerships"])
    late = make_intention(by=officer, title="Lunch clubs")
    drafted = circulars.assemble_circular("2026-11", now=timezone.now())[0]
    return {
        "intention": {"published": published, "draft": draft, "withdrawn": withdrawn},
        "comment": {
            "open": comment("When does it start?"),
            "answered": Comment.objects.get(pk=answered.pk),
            "hidden": Comment.objects.get(pk=hidden.pk),
            "to the council, another's": comment("We are worried.", council, theirs, people["other"]),
            "of the council": comment("We met on Monday.", party=None, by=officer),
        },
        "circular": {"sent": sent, "draft": drafted},
        "entry": {"sent": sent.entries.first(), "draft": drafted.entries.get(title=late.title)},
    }


def _sent_circular(officer):
    circular = circulars.assemble_circular("2026-10", now=MONTH + timedelta(days=1))[0]
    return circulars.approve_circular(circular.pk, version=circular.version, by=officer)


def _actions(ours, people) -> dict:
    current = make_plan(title="Strategy in force", code="in-force")
    draft = make_plan(title="Strategy nobody knows yet", code="not-yet", is_adopted=False)
    quiet = make_action(draft, title="Close the baths")
    partner = make_action(current, title="Run a youth forum", lead_organisation=ours)
    named = make_action(current, title="Open the halls", lead=people["property"])
    make_update(partner, by=people["lead"])
    past = make_plan(title="Strategy of before", code="before", starts_on=date(2020, 4, 1))
    plans.close_plan(past.pk, by=None)
    return {
        "plan": {"current": current, "draft": draft, "closed": past},
        "ambition": {"current": make_ambition(current), "draft": quiet.ambition},
        "action": {
            "current": current.actions.first(),
            "led by a partner": partner,
            "led by the property officer": named,
            "draft": quiet,
        },
        "report": {
            "draft": make_report(current, audience="scrutiny"),
            "frozen": make_report(current, year_kind="plan", is_frozen=True),
            "published": _published_report(current),
        },
    }


def _published_report(plan):
    """Its paper was made before; rendering one takes seconds and is the pdf kit's own matter."""
    report = make_report(plan, is_frozen=True)
    report.state = report.State.READY
    report.rendered_at, report.page_count, report.file_size = timezone.now(), 1, len(PAPER)
    report.file.name = f"reports/{uuid4().hex}.pdf"
    path = Path(report.file.path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(PAPER)
    report.save()
    return plans.publish_report(report.pk, by=None)


def _compact(ours, theirs) -> dict:
    document = make_document(title="The Compact")
    adopted = make_adopted(document)
    signature = make_signature(adopted, ours)
    draft = draft_compact(document)
    unknown = make_document(kind="charter", title="A charter nobody knows yet")
    return {
        "document": {"adopted": Document.objects.get(pk=document.pk), "draft": unknown},
        "version": {"adopted": adopted, "draft": draft},
        "clause": {"adopted": adopted.clauses.last(), "draft": draft.clauses.last()},
        "signature": {"ours": signature, "another's": make_signature(adopted, theirs)},
    }


def _imports(people) -> dict:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "themes.csv"
        file.write_text("code,name\nsport,Sport\nart=,=1+1\n")
        by = people["administrator"]
        previewed = run_now(file, kind="themes", by=by, preview_only=True)
        file.write_text("code,name\nfood,Food\n")
        return {"import": {"previewed": previewed, "applied": run_now(file, kind="themes", by=by)}}


def _mail() -> dict:
    message = make_message("reader@example.org", subject="A subject for officers")
    message.deliveries.update(state=State.FAILED, reply="550 no such person")
    subscription = make_subscription("reader@example.org")
    asked = make_subscription("asked@example.org", is_confirmed=False)
    unsure = {"l": "circular", "t": [], "s": asked.subscriber_id}
    return {
        "message": {"failed": message},
        "confirm token": {"real": CONFIRM.token(**unsure), "forged": "forged"},
        "leave token": {"real": LEAVE.token(s=subscription.pk), "forged": "forged"},
        "preferences token": {"real": PREFERENCES.token(s=subscription.subscriber_id), "forged": "forged"},
        "subscriber": {"confirmed": Subscriber.objects.get(pk=subscription.subscriber_id)},
    }
