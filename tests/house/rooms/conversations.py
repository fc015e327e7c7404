"""Conversations for officers and shared, drafts, what follows from them, relationships and champions."""

from datetime import timedelta

from django.utils import timezone

from organisations.conversations import operations
from tests.conversations.factories import make_conversation, make_draft, make_followup, make_manager
from tests.factories import make_directorate

CONVERSATION = (
    "conversation conversation_edit conversation_post conversation_correct conversation_discard followup_add"
)
NEEDS = {
    **{f"conversations:{name}": "conversation" for name in CONVERSATION.split()},
    **{
        f"conversations:{name}": "follow-up"
        for name in ("followup_edit", "followup_finish", "followup_reopen")
    },
    **{f"conversations:{name}": "organisation" for name in ("manager", "handover", "handover_paper")},
    "conversations:hand_over": "person",
    "conversations:champion_name": "directorate",
}
ARGUMENTS = {"directorate": lambda directorate: [directorate.code]}


def things(ours, theirs, hidden, people) -> dict:
    author = people["property"]
    officers_only = make_conversation(ours, by=author, subject="What the roof may cost")
    shared = make_conversation(ours, by=author, audience="shared", subject="How the winter went")
    anothers = make_conversation(theirs, by=author, audience="shared", subject="Keys for the hall")
    draft = make_draft(ours, by=author, audience="shared", subject="A visit not yet written up")
    yesterday = timezone.localdate() - timedelta(days=1)
    todo = make_followup(shared, owner=people["commissioning"], due_on=yesterday)
    done = operations.finish_followup(make_followup(officers_only, owner=author).pk, by=author)
    make_manager(ours, people["partnerships"], today=timezone.localdate() - timedelta(days=400))
    directorate = make_directorate("Children and Families")
    operations.name_champion(directorate.pk, officer=author, by=author)
    return {
        "conversation": {
            "for officers only": officers_only,
            "shared": shared,
            "shared with another": anothers,
            "the property officer's draft": draft,
        },
        "follow-up": {"to do": todo, "done": done, "of a draft": make_followup(draft, owner=author)},
        "directorate": {"with a champion": directorate},
    }
