"""Events and training: places, sign-up, waiting list, reminder, attendance, feedback and cost.

One component for every room that holds an event: `operations.record_event(about=thing, …)` makes one, and
`{% load events %}{% events_about thing %}` shows a thing's events on its page.
"""
