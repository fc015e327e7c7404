"""What becomes of a partner's actions when its record is merged."""

from organisations.duplicates.relations import moves

moves("actions.Action.lead_organisation", "action it leads", "actions it leads", search="action")
moves("actions.Update.organisation", "update on an action", "updates on actions")
