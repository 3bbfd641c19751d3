"""What files may say, as pydantic models; `json_schema` exports them for editors.

The care network's own schema is in `network`.
"""

from scenarios.schema.export import json_schema

__all__ = ["json_schema"]
