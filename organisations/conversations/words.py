"""Who can read a conversation, in words: beside the button that posts it, and on the entry."""

from django.utils.translation import gettext as _

from .models import Audience, Conversation


def readers_of(conversation: Conversation) -> str:
    """A sentence for the entry itself."""
    if conversation.audience == Audience.OFFICERS:
        return "Only council officers can read this. The organisations and councillors cannot."
    if conversation.audience == Audience.SHARED:
        return _(
            "Shared: everyone who speaks for %(names)s can read this, and so can council officers and councillors."
        ) % {"names": names_of(conversation) or _("the organisations")}
    return "Only you can read this until you choose who may, and post it."


def readers_once_posted(conversation: Conversation) -> str:
    """The same beside the button, before it is done."""
    if conversation.audience == Audience.OFFICERS:
        return "Once posted, every council officer can read it. The organisations and councillors cannot."
    if conversation.audience == Audience.SHARED:
        return (
            f"Once posted, everyone who speaks for {names_of(conversation)} can read it, and so can council officers"
            " and councillors. Those who lead them and those who took part get an email."
        )
    return ""


def names_of(conversation: Conversation) -> str:
    """“Ashfield Youth Club, Birch Lane Trust and Weavers”."""
    names = [organisation.name for organisation in conversation.organisations]
    if len(names) < 2:
        return "".join(names)
    return _("%(names)s and %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}
