"""A figure a plan is measured by, year by year."""

from django.db import models

from vcse_portal import history

from .plan import Plan


@history.track()
class Indicator(models.Model):
    """What is measured, in which unit, and where it should get to."""

    visible_through = "plan"

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="indicators")
    name = models.CharField(max_length=200)
    unit = models.CharField(max_length=40, blank=True, help_text="Such as per cent, pounds or groups.")
    target = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["plan", "position", "pk"]

    def __str__(self):
        return self.name


@history.track()
class IndicatorValue(models.Model):
    """The indicator as measured on a day, and where the figure comes from."""

    visible_through = "indicator"

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="values")
    measured_on = models.DateField("measured on")
    value = models.DecimalField(max_digits=14, decimal_places=2)
    source = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["indicator", "-measured_on"]
        constraints = [
            models.UniqueConstraint("indicator", "measured_on", name="indicator_one_value_a_day"),
        ]

    def __str__(self):
        return f"{self.value} on {self.measured_on}"
