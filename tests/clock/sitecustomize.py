"""Put in front of a Python process, this moves its clock: a build must not notice.

BRIEFING_TEST_HOURS says by how many hours.
"""

import datetime
import os
import time
from typing import Any

_SECONDS = 3600.0 * float(os.environ["BRIEFING_TEST_HOURS"])
_TIME, _LOCAL, _GM = time.time, time.localtime, time.gmtime  # noqa: TID251  # noqa: TID251


def _time() -> float:
    return _TIME() + _SECONDS


def _localtime(seconds: Any = None) -> time.struct_time:
    return _LOCAL(_time() if seconds is None else seconds)


def _gmtime(seconds: Any = None) -> time.struct_time:
    return _GM(_time() if seconds is None else seconds)


class _Datetime(datetime.datetime):
    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> "_Datetime":
        return cls.fromtimestamp(_time(), tz)

    @classmethod
    def utcnow(cls) -> "_Datetime":
        return cls.fromtimestamp(_time(), datetime.UTC).replace(tzinfo=None)


time.time, time.localtime, time.gmtime = _time, _localtime, _gmtime  # noqa: TID251  # noqa: TID251
datetime.datetime = _Datetime  # type: ignore[misc]
