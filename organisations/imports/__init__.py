"""What is brought onto the register from elsewhere: registers of charities and companies, and the council's lists."""

from . import companies, extract, register, spreadsheet

__all__ = ["companies", "extract", "register", "spreadsheet"]
