from commissioning.circulars.models import Circular
from commissioning.tasks import assemble_due_circular

from .factories import make_intention
from .test_circular_operations import DECEMBER, NOVEMBER


def test_assemble_due_circular_may_run_any_number_of_times(db, time_machine):
    make_intention(now=NOVEMBER)
    time_machine.move_to(DECEMBER)
    for _tick in range(3):
        assemble_due_circular()
    assert list(Circular.objects.values_list("period", flat=True)) == ["2026-12"]
