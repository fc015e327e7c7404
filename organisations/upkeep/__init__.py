"""Keeping records right: groups that register, verified facts that wait for an officer, the yearly question."""
