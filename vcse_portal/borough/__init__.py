"""The council and its borough: name and brand, directorates, wards and postcodes, themes, communities, outcomes."""
