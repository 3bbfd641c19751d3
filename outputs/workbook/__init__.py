"""The Excel workbook of a study: the first page, one sheet a question with native charts, and a data dictionary."""

from outputs.workbook.book import workbook_xlsx

__all__ = ["workbook_xlsx"]
