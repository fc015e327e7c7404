"""django-allauth's forms, saying what is missing when something is left empty."""

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django.utils.translation import gettext_lazy as _

ASKS = {
    "login": _("Enter your email address"),
    "email": _("Enter an email address"),
    "password": _("Enter your password"),
    "oldpassword": _("Enter your present password"),
    "password1": _("Choose a password"),
    "password2": _("Enter the new password once more"),
    "code": _("Enter the code"),
}


class SaysWhatIsMissing:
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, sentence in ASKS.items():
            if name in self.fields:
                self.fields[name].error_messages["required"] = sentence


class SignInForm(SaysWhatIsMissing, account.LoginForm):
    pass


class AskForSignInCodeForm(SaysWhatIsMissing, account.RequestLoginCodeForm):
    pass


class SignInCodeForm(SaysWhatIsMissing, account.ConfirmLoginCodeForm):
    pass


class AddressCodeForm(SaysWhatIsMissing, account.ConfirmEmailVerificationCodeForm):
    pass


class AddAddressForm(SaysWhatIsMissing, account.AddEmailForm):
    pass


class ChangeAddressForm(SaysWhatIsMissing, account.ChangeEmailForm):
    pass


class ForgottenPasswordForm(SaysWhatIsMissing, account.ResetPasswordForm):
    pass


class PasswordCodeForm(SaysWhatIsMissing, account.ConfirmPasswordResetCodeForm):
    pass


class NewPasswordForm(SaysWhatIsMissing, account.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(SaysWhatIsMissing, account.ChangePasswordForm):
    pass


class SetPasswordForm(SaysWhatIsMissing, account.SetPasswordForm):
    pass


class ReauthenticateForm(SaysWhatIsMissing, account.ReauthenticateForm):
    pass


class SecondFactorForm(SaysWhatIsMissing, mfa.AuthenticateForm):
    pass


class SecondFactorAgainForm(SaysWhatIsMissing, mfa.ReauthenticateForm):
    pass


class SetUpAppForm(SaysWhatIsMissing, totp.ActivateTOTPForm):
    """The first code an authenticator app shows; nobody has recovery codes yet."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code the app shows now")
