"""Who may do what with people. Only administrators manage accounts; everyone keeps their own name."""


def can_see_people(user) -> bool:
    """The list of accounts and each person's page."""
    return user.is_authenticated and user.is_administrator


def can_invite_person(user) -> bool:
    return user.is_authenticated and user.is_administrator


def can_withdraw_invitation(user, invitation) -> bool:
    """Also asked before it is sent again."""
    return can_invite_person(user) and invitation.state() in ("open", "expired")


def can_rename_person(user, person) -> bool:
    """One's own name and job title; an administrator also another's."""
    return user.is_authenticated and user.is_active and (user.pk == person.pk or user.is_administrator)


def can_change_roles(user, person) -> bool:
    """An administrator's own administrator role is refused by the operation, the other roles are not."""
    return user.is_authenticated and user.is_administrator and person.is_active


def can_deactivate_person(user, person) -> bool:
    """Never oneself: somebody else has to close the door."""
    return user.is_authenticated and user.is_administrator and person.is_active and user.pk != person.pk


def can_reactivate_person(user, person) -> bool:
    return user.is_authenticated and user.is_administrator and not person.is_active
