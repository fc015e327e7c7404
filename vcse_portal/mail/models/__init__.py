"""The outbox, the mailing lists and the digest's calendar."""

from .digests import DigestSchedule
from .outbox import Delivery, Message, OnCrash, Priority, Progress, State
from .subscriptions import MailingList, Subscriber, Subscription, Suppression

__all__ = [
    "Delivery",
    "DigestSchedule",
    "MailingList",
    "Message",
    "OnCrash",
    "Priority",
    "Progress",
    "State",
    "Subscriber",
    "Subscription",
    "Suppression",
]
