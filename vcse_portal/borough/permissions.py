"""Who may change what every page depends on."""


def can_change_settings(user) -> bool:
    """Administrators keep the council's details, wards, postcodes and lists."""
    return user.is_authenticated and user.is_administrator


def can_edit_public_texts(user) -> bool:
    """Administrators and partnerships officers keep the accessibility, privacy and cookies pages."""
    return user.is_authenticated and user.has_role("administrator", "partnerships")
