"""Who may do what with plans, actions and reports. Whether the thing is in a state for it, operations ask."""

from vcse_portal.accounts.models import Role

KEEPERS = (Role.PARTNERSHIPS, Role.PERFORMANCE)


def _keeps_plans(user) -> bool:
    return user.is_authenticated and user.has_role(*KEEPERS)


def can_record_plan(user) -> bool:
    """Partnerships and performance officers keep the plans."""
    return _keeps_plans(user)


def can_edit_plan(user, plan) -> bool:
    """Also adopts and closes it, and keeps its ambitions."""
    return _keeps_plans(user)


def can_record_action(user, plan) -> bool:
    return _keeps_plans(user)


def can_edit_action(user, action) -> bool:
    """What was undertaken, by whom and by when is the plan keepers' to change, not the lead's."""
    return _keeps_plans(user)


def can_post_update(user, action) -> bool:
    """The person who leads it, the plan keepers, and whoever speaks for the organisation that leads it."""
    if not user.is_authenticated or not user.is_active:
        return False
    if action.lead_id == user.pk or _keeps_plans(user):
        return True
    return action.lead_organisation_id is not None and speaks_for_lead(user, action)


def speaks_for_lead(user, action) -> bool:
    """Whether the person has a current mandate from the organisation that leads the action."""
    from organisations.models import Organisation

    return Organisation.objects.spoken_for_by(user).filter(pk=action.lead_organisation_id).exists()


def can_start_report(user, plan) -> bool:
    return _keeps_plans(user)


def can_edit_report(user, report) -> bool:
    """Write the introduction and front sheet, record clearances, freeze it and have its paper made."""
    return _keeps_plans(user)


def can_publish_report(user, report) -> bool:
    """Those who answer for performance put a report before the public."""
    return user.is_authenticated and user.has_role(Role.PERFORMANCE)
