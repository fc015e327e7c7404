"""What is written to people about conversations and relationships."""

from datetime import date

from django.utils.translation import gettext as _

from organisations.models import Membership, Organisation
from vcse_portal.accounts.models import User
from vcse_portal.mail.links import absolute
from vcse_portal.mail.outbox import queue_bulk, queue_mail

from .models import Champion, Conversation, FollowUp, RelationshipManager


def followup_given(followup: FollowUp, *, by: User) -> None:
    """To the officer who is to do it, unless they gave it to themselves."""
    if followup.owner_id == by.pk:
        return
    queue_mail(
        kind="followup_given",
        key=f"followup_given:{followup.pk}:{followup.owner_id}:{followup.version}",
        to=followup.owner,
        subject=f"{by} asks you to follow up a conversation",
        template="conversations/followup_given",
        context={
            "followup": followup,
            "by": by,
            "url": absolute("conversations:conversation", followup.conversation_id),
        },
        because="You are named as the person who does this.",
        about=followup.conversation,
    )


def conversation_shared(conversation: Conversation) -> None:
    """To those who lead its organisations and those of them who took part: nothing when it is for officers only."""
    if not conversation.is_shared:
        return
    parties = conversation.parties.values("organisation")
    current = Membership.objects.current().filter(organisation__in=parties)
    took_part = conversation.participants.filter(person__isnull=False).values("person")
    theirs = current.filter(role=Membership.Role.LEAD) | current.filter(user__in=took_part)
    readers = list(User.objects.active().filter(pk__in=theirs.values("user")))
    if not readers:
        return
    message = queue_mail(
        kind="conversation_shared",
        key=f"conversation_shared:{conversation.pk}",
        to=[],
        subject=_("The council has shared its note of a conversation with you"),
        template="conversations/conversation_shared",
        context={
            "conversation": conversation,
            "url": absolute("conversations:conversation", conversation.pk),
        },
        because=_("You speak for an organisation that took part."),
        about=conversation,
    )
    queue_bulk(message, readers)  # once each, also when a correction shares it with one more organisation


def manager_named(manager: RelationshipManager, *, by: User) -> None:
    """To the officer who now keeps the relationship, unless they took it on themselves."""
    if manager.officer_id == by.pk:
        return
    queue_mail(
        kind="manager_named",
        key=f"manager_named:{manager.pk}",
        to=manager.officer,
        subject=f"You now keep the relationship with {manager.organisation}",
        template="conversations/manager_named",
        context={
            "manager": manager,
            "by": by,
            "url": absolute("conversations:handover", manager.organisation_id),
        },
        because="You are named as its relationship manager.",
        about=manager.organisation,
    )


def contact_changed(manager: RelationshipManager) -> None:
    """To those who lead the organisation: whom at the council they can turn to now."""
    leads = Membership.objects.current().filter(
        organisation=manager.organisation_id, role=Membership.Role.LEAD
    )
    people = list(User.objects.active().filter(pk__in=leads.values("user")))
    if not people:
        return
    queue_mail(
        kind="contact_changed",
        key=f"contact_changed:{manager.pk}",
        to=people,
        subject=_("%(officer)s is now your contact at the council") % {"officer": manager.officer},
        template="conversations/contact_changed",
        context={
            "manager": manager,
            "url": absolute("organisations:organisation", manager.organisation_id),
        },
        because=_("You lead this organisation on the portal."),
        reply_to=manager.officer.email,
        about=manager.organisation,
    )


def champion_named(champion: Champion, *, by: User) -> None:
    if champion.officer_id == by.pk:
        return
    queue_mail(
        kind="champion_named",
        key=f"champion_named:{champion.pk}",
        to=champion.officer,
        subject=f"You are now the voluntary sector’s champion in {champion.directorate}",
        template="conversations/champion_named",
        context={"champion": champion, "by": by, "url": absolute("conversations:champions")},
        because="You are named as a champion.",
        about=champion.directorate,
    )


def relationships_handed_over(before: User, after: User, done, *, today: date) -> None:
    """To the successor: the organisations, each with its handover pack, and how much is to be done."""
    organisations = [(one, absolute("conversations:handover", one.pk)) for one in done.organisations]
    queue_mail(
        kind="relationships_handed_over",
        key=f"relationships_handed_over:{before.pk}:{after.pk}:{today}:{_numbers(done.organisations)}:{done.follow_ups}",
        to=after,
        subject=f"{before} has handed relationships over to you",
        template="conversations/relationships_handed_over",
        context={
            "before": before,
            "organisations": organisations,
            "follow_ups": done.follow_ups,
            "url": absolute("conversations:relationships"),
        },
        because="You take over from this officer.",
        about=before,
    )


def _numbers(organisations: list[Organisation]) -> str:
    return "-".join(str(one.pk) for one in organisations)[:60]
