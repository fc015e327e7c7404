"""What django-allauth sends (codes, notices of a change), in our words and through our outbox."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from vcse_portal.borough.context import current_council
from vcse_portal.mail.links import absolute
from vcse_portal.mail.models import Priority
from vcse_portal.mail.outbox import queue_mail


@dataclass(frozen=True)
class SignInMail:
    """`template` is a file of templates/mail/accounts/; a code is worth nothing after `good_for`."""

    subject: str
    template: str
    notice: str = ""
    good_for: timedelta | None = None


def _code(subject, good_for_minutes: int) -> SignInMail:
    return SignInMail(subject, "sign_in_code", good_for=timedelta(minutes=good_for_minutes))


def _notice(subject, sentence) -> SignInMail:
    return SignInMail(subject, "account_notice", notice=sentence)


_ = gettext_lazy
CODE_MINUTES = 15  # as ACCOUNT_…_BY_CODE_TIMEOUT in the settings
MAILS = {
    "account/email/login_code": _code(_("Your code to sign in"), CODE_MINUTES),
    "account/email/email_confirmation": _code(_("Your code to confirm your email address"), CODE_MINUTES),
    "account/email/email_confirmation_signup": _code(
        _("Your code to confirm your email address"), CODE_MINUTES
    ),
    "account/email/password_reset_code": _code(_("Your code to choose a new password"), CODE_MINUTES),
    "account/email/account_already_exists": SignInMail(
        _("You already have an account"), "account_already_exists"
    ),
    "account/email/unknown_account": SignInMail(_("You have no account with us"), "unknown_account"),
    "account/email/password_changed": _notice(
        _("Your password has been changed"), _("Your password has been changed.")
    ),
    "account/email/password_reset": _notice(
        _("Your password has been changed"), _("You chose a new password with a code sent to you.")
    ),
    "account/email/password_set": _notice(
        _("Your account has a password now"), _("A password has been set for your account.")
    ),
    "account/email/email_changed": _notice(
        _("Your email address has been changed"), _("Your account has a new email address.")
    ),
    "account/email/email_deleted": _notice(
        _("An email address has been removed"), _("An email address has been removed from your account.")
    ),
    "mfa/email/totp_activated": _notice(
        _("An authenticator app has been added"), _("An authenticator app has been added to your account.")
    ),
    "mfa/email/totp_deactivated": _notice(
        _("Your authenticator app has been removed"),
        _("The authenticator app has been removed from your account."),
    ),
    "mfa/email/webauthn_added": _notice(
        _("A passkey has been added"), _("A passkey or security key has been added to your account.")
    ),
    "mfa/email/webauthn_removed": _notice(
        _("A passkey has been removed"), _("A passkey or security key has been removed from your account.")
    ),
    "mfa/email/recovery_codes_generated": _notice(
        _("You have new recovery codes"), _("New recovery codes have been made. The old ones no longer work.")
    ),
    "socialaccount/email/account_connected": _notice(
        _("Your council account has been connected"), _("You can now sign in with your council account.")
    ),
    "socialaccount/email/account_disconnected": _notice(
        _("Your council account has been disconnected"),
        _("You can no longer sign in with your council account."),
    ),
}
NOT_SENT = {"account/email/email_confirm"}  # the page has just said so


def send(template_prefix: str, address: str, context: dict) -> None:
    """Put one of allauth's mails into the outbox. A code is blanked once sent and not sent late; a notice waits.

    Raises KeyError for a mail that has no words of ours yet.
    """
    if template_prefix in NOT_SENT:
        return
    mail = MAILS[template_prefix]
    now = timezone.now()
    queue_mail(
        kind=template_prefix.rsplit("/", 1)[-1],
        key=f"{template_prefix}:{uuid4()}",
        to=address,
        subject=str(mail.subject),
        template=f"accounts/{mail.template}",
        context={
            "code": context.get("code"),
            "minutes": CODE_MINUTES,
            "notice": mail.notice,
            "ip": context.get("ip"),
            "at": context.get("timestamp") or now,
            "council": current_council(),
            "sign_in_url": absolute("account_login"),
            "sign_up_url": absolute("account_signup"),
            "reset_url": absolute("account_reset_password"),
            "account_url": absolute("accounts:your_account"),
        },
        because=gettext("You have an account with us.")
        if mail.notice
        else gettext("Somebody gave this address when signing in or signing up."),
        priority=Priority.URGENT,
        is_secret=mail.good_for is not None,
        expires_at=now + mail.good_for if mail.good_for else None,
    )
