"""JSON bodies whose text is text: half a surrogate pair can neither be stored nor be answered."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

_HALF = re.compile(rb"\\u[dD][89a-fA-F]")


class JsonBody(JSONParser):
    """Refuses, as JSON that cannot be read, what no encoding can write."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        data = stream.read()
        content = super().parse(io.BytesIO(data), media_type, parser_context)
        if _HALF.search(data):
            try:
                json.dumps(content, ensure_ascii=False).encode()
            except UnicodeEncodeError as error:
                raise ParseError("JSON parse error - a text holds half a surrogate pair") from error
        return content
