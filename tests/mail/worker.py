"""The portal's Celery app on a queue of its own, so that tests which run side by side do not share one."""

import os

from vcse_portal.celery import app

app.conf.task_default_queue = os.environ["MAIL_TEST_QUEUE"]
app.conf.imports = ["vcse_portal.mail.tasks"]
