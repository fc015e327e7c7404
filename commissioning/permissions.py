"""Who works on intentions. Council people read drafts; who may know of what is in `visible_to`.

Any commissioning officer may work on any intention, whatever the directorate: officers stand in for each other,
and the history shows who did what and why.
"""

from vcse_portal.accounts.models import Role
from vcse_portal.discussion.permissions import can_post_comment


def can_record_intention(user) -> bool:
    return user.is_authenticated and user.has_role(Role.COMMISSIONING)


def can_edit_intention(user, intention) -> bool:
    return can_record_intention(user) and not intention.is_withdrawn


def can_publish_intention(user, intention) -> bool:
    return can_record_intention(user) and intention.is_draft


def can_move_stage(user, intention) -> bool:
    return can_record_intention(user) and intention.is_published


def can_withdraw_intention(user, intention) -> bool:
    return can_record_intention(user) and not intention.is_withdrawn


def can_comment_on_intention(user, intention, party=None) -> bool:
    """While it is published and talked over; for the council (no party) or for one's organisation."""
    return intention.is_open_for_comment and can_post_comment(user, party)
