"""The one question views and services of the floors above ask: may the caller do this here?"""

from accounts.selectors import require

__all__ = ["require"]
