"""Who may bring files in: each importer names its roles."""

from . import registry


def can_see_imports(user) -> bool:
    """Officers who may import at least one kind of file."""
    return user.is_authenticated and user.is_officer and bool(registry.importable_by(user))


def can_start_import(user, importer) -> bool:
    return user.is_authenticated and user.is_officer and importer.may_import(user)


def can_apply_import(user, run) -> bool:
    return can_start_import(user, run.importer) and run.status == run.Status.PREVIEWED


def can_undo_import(user, run) -> bool:
    return can_start_import(user, run.importer) and run.importer.can_undo and run.status == run.Status.APPLIED


def can_decide_meanings(user, vocabulary) -> bool:
    """Who keeps the register says what the words of other registers mean in ours."""
    return user.is_authenticated and user.has_role(*vocabulary.roles)
