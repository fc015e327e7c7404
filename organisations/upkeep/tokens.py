"""The links this part mails: signed, single purpose, expiring. They carry a row's number, never an address."""

from datetime import timedelta

from vcse_portal.mail.links import absolute
from vcse_portal.mail.tokens import Purpose

from .models import MemberInvitation, RecordCheck

RECORD = Purpose("upkeep.record", timedelta(days=60))
MEMBER = Purpose("upkeep.member", timedelta(days=14))


def check_url(check: RecordCheck) -> str:
    return absolute("upkeep:record_check", RECORD.token(check=check.pk))


def invitation_url(invitation: MemberInvitation) -> str:
    return absolute("upkeep:member_accept", MEMBER.token(invitation=invitation.pk))
