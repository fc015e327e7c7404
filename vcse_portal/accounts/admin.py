"""Technical support only. Accounts are changed on the portal's own pages, which know the rules."""

from django.contrib import admin

from .models import Invitation, User


class LookOnly:
    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(User)
class UserAdmin(LookOnly, admin.ModelAdmin):
    list_display = [
        "email",
        "name",
        "post",
        "directorate",
        "roles",
        "is_active",
        "is_superuser",
        "last_login",
    ]
    list_filter = ["is_active", "is_superuser", "directorate"]
    list_select_related = ["directorate"]
    search_fields = ["email", "name"]
    exclude = ["password"]


@admin.register(Invitation)
class InvitationAdmin(LookOnly, admin.ModelAdmin):
    list_display = ["email", "name", "roles", "invited_at", "expires_at", "accepted_at", "withdrawn_at"]
    search_fields = ["email", "name"]
