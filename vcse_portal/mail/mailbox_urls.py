from django.urls import re_path

from .views import mailbox

NAME = r"(?P<name>[0-9a-f-]+)"

app_name = "mailbox"
urlpatterns = [
    re_path(r"^$", mailbox.mailbox_list, name="list"),
    re_path(rf"^{NAME}/$", mailbox.mailbox_letter, name="letter"),
    re_path(rf"^{NAME}/html/$", mailbox.mailbox_html, name="html"),
]
