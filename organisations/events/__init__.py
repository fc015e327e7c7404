"""Events and training: places, sign-up, waiting list, reminder, attendance, feedback and cost."""
