"""The report of a study: one page of HTML that opens anywhere, offline, and prints."""

from outputs.report.page import report_html
from outputs.report.sections import charts_of

__all__ = ["charts_of", "report_html"]
