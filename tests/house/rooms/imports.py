"""The house's imports: a file whose questions are open, and what other people's words mean here."""

from django.core.files.base import ContentFile

from vcse_portal.imports.operations import start_import

NEEDS = {
    "imports:answer": "import with questions",
    "imports:meanings": "vocabulary",
    "imports:meaning_edit": "word",
}
ARGUMENTS = {
    "vocabulary": lambda code: [code],
    "word": lambda pair: list(pair),
}


def things(ours, theirs, hidden, people) -> dict:
    asked = start_import(
        ContentFile(b"Group,Post code,Notes\nBellringers,WA15 0HF,=1+1\n"),
        file_name="groups.csv",
        kind="organisation_list",
        by=people["partnerships"],
    )
    return {
        "import with questions": {"open": asked},
        "vocabulary": {"known": "charity-classification", "unknown": "nothing"},
        "word": {"known": ("charity-classification", "102"), "unknown": ("charity-classification", "999")},
    }
