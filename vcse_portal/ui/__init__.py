"""How the portal looks and asks: GOV.UK components in the council's own name, forms, filters, paging, exports."""
