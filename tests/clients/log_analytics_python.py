"""Microsoft's azure-monitor-query from PyPI against `tallyho serve`. See tests/README.md, "Stock clients"."""

import sys
import time
from datetime import datetime, timedelta, timezone

from azure.core.credentials import AccessToken, AccessTokenInfo
from azure.core.exceptions import HttpResponseError
from azure.monitor.query import LogsBatchQuery, LogsQueryClient, LogsQueryStatus

URL = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:7900"
WORKSPACE = "5e6f0c1a-0000-4000-8000-000000000001"


class Token:
    """The client insists on a token; a server without sign-in does not look at it."""

    def get_token(self, *scopes, **options):
        return AccessToken("none", int(time.time()) + 3600)

    def get_token_info(self, *scopes, **options):
        return AccessTokenInfo("none", int(time.time()) + 3600)


client = LogsQueryClient(Token(), endpoint=URL)
# Its rule that tokens need TLS is put aside by an option of every call.
PLAIN = {"enforce_https": False}

answer = client.query_workspace(
    WORKSPACE,
    "print t=datetime(2020-01-01), l=long(1), o=dynamic({'a':1}), b=true, n=int(null), s='x'",
    timespan=timedelta(days=1),
    include_statistics=True,
    include_visualization=True,
    server_timeout=60,
    **PLAIN,
)
assert answer.status == LogsQueryStatus.SUCCESS
table = answer.tables[0]
assert table.columns_types == ["datetime", "long", "dynamic", "bool", "int", "string"], table.columns_types
assert list(table.rows[0])[1:] == [1, '{"a":1}', True, None, "x"], table.rows
assert table.rows[0][0] == datetime(2020, 1, 1, tzinfo=timezone.utc)
assert answer.statistics["query"]["datasetStatistics"][0]["tableRowCount"] == 1
assert answer.visualization["visualization"] == "table"
print("ok query")

old = (datetime(1990, 1, 1, tzinfo=timezone.utc), datetime(1990, 1, 2, tzinfo=timezone.utc))
answer = client.query_workspace(WORKSPACE, "DeviceProcessEvents | count", timespan=old, **PLAIN)
assert list(answer.tables[0].rows[0]) == [0], answer.tables[0].rows
print("ok timespan")

try:
    client.query_workspace(WORKSPACE, "DeviceProcessEvents take 5", timespan=None, **PLAIN)
except HttpResponseError as error:
    assert error.status_code == 400 and error.error.code == "BadArgumentError", error
    assert error.error.innererror["innererror"]["token"] == "take", error.error.innererror
else:
    raise AssertionError("a mistake")
print("ok error")

answer = client.query_workspace(WORKSPACE, "range x from 1 to 10000000 step 1", timespan=None, **PLAIN)
assert answer.status == LogsQueryStatus.PARTIAL and answer.partial_error.code == "PartialError"
print("ok partial")

batch = [
    LogsBatchQuery(workspace_id=WORKSPACE, query="print x = 1", timespan=timedelta(days=1)),
    LogsBatchQuery(workspace_id=WORKSPACE, query="DeviceProcessEvents take 5", timespan=None),
]
good, bad = client.query_batch(batch, **PLAIN)
assert good.status == LogsQueryStatus.SUCCESS and list(good.tables[0].rows[0]) == [1]
assert bad.code == "BadArgumentError", bad
print("ok batch")
