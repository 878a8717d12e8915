"""Microsoft's azure-kusto-data from PyPI against `tallyho serve`. See tests/README.md, "Stock clients"."""

import sys
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from azure.kusto.data import ClientRequestProperties, KustoClient, KustoConnectionStringBuilder
from azure.kusto.data.exceptions import KustoApiError, KustoMultiApiError, KustoServiceError
from azure.kusto.data.helpers import dataframe_from_result_table

URL = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:7900"
# No database and no sign-in are named: the client asks for NetDefaultDB, and sends no token.
client = KustoClient(KustoConnectionStringBuilder(URL))

EVERY_TYPE = """datatable(b:bool, i:int, l:long, r:real, d:decimal, t:datetime, ts:timespan, g:guid, s:string, o:dynamic) [
    true, 1, 2, 1.5, decimal(1.25), datetime(2020-08-30T06:38:35.7664356Z), time(1.02:03:04), guid(74be27de-1e4e-49d9-b579-fe0b331d3642), "é", dynamic({"a":["x","y"],"b":{"c":true,"n":5}}),
    bool(null), int(null), long(null), real(nan), decimal(null), datetime(null), timespan(null), guid(null), "", dynamic(null),
    false, -1, long(-9223372036854775808), -1e300, decimal(-0.5), datetime(2000-01-01), -1s, guid(00000000-0000-0000-0000-000000000000), "=1+1", dynamic(["a",{"k":1}])
]"""


def every_type():
    answer = client.execute_query(None, EVERY_TYPE)
    assert answer.errors_count == 0, answer.get_exceptions()
    table = answer.primary_results[0]
    types = ["bool", "int", "long", "real", "decimal", "datetime", "timespan", "guid", "string", "dynamic"]
    assert [column.column_type for column in table.columns] == types
    rows = [row.to_list() for row in table]
    assert rows[0] == [
        True, 1, 2, 1.5, Decimal("1.25"), datetime(2020, 8, 30, 6, 38, 35, 766435, tzinfo=timezone.utc),
        timedelta(days=1, hours=2, minutes=3, seconds=4), "74be27de-1e4e-49d9-b579-fe0b331d3642", "é",
        {"a": ["x", "y"], "b": {"c": True, "n": 5}},
    ], rows[0]
    assert rows[1] == [None, None, None, "NaN", None, None, None, None, "", None], rows[1]
    assert rows[2][2:5] == [-9223372036854775808, -1e300, Decimal("-0.5")], rows[2]
    assert rows[2][6] == timedelta(seconds=-1) and rows[2][9] == ["a", {"k": 1}], rows[2]
    frame = dataframe_from_result_table(table, nullable_bools=True)
    types = [str(it).split("[")[0] for it in frame.dtypes][:7]
    assert types == ["boolean", "Int32", "Int64", "Float64", "Float64", "datetime64", "timedelta64"], frame.dtypes
    # The last digit that a datetime of Python does not hold.
    assert frame["t"][0].nanosecond == 600 and frame["d"][0] == 1.25 and frame["b"].isna().tolist() == [False, True, False]


def statistics():
    answer = client.execute_query(None, "DeviceProcessEvents | count")
    table = next(it for it in answer.tables if it.table_name == "QueryCompletionInformation")
    frame = dataframe_from_result_table(table)
    assert frame["EventTypeName"].tolist() == ["QueryInfo", "QueryResourceConsumption"], frame
    import json
    stats = json.loads(frame["Payload"][1])
    assert stats["ExecutionTime"] > 0 and stats["dataset_statistics"][0]["table_row_count"] == 1, stats
    assert "total cpu" in stats["resource_usage"]["cpu"], stats


def parameters():
    properties = ClientRequestProperties()
    properties.set_parameter("n", "41")
    properties.set_parameter("name", "'it''s'".replace("''", "\\'"))
    properties.set_option("servertimeout", timedelta(minutes=2))
    properties.client_request_id = "tallyho;parameters"
    properties.application = "tallyho-check"
    properties.user = "someone"
    query = "declare query_parameters(n:long, name:string, other:int = 7); print a = n + 1, b = name, c = other"
    row = client.execute(None, query, properties).primary_results[0][0]
    assert row.to_list() == [42, "it's", 7], row


def commands():
    tables = [row["TableName"] for row in client.execute(None, ".show tables").primary_results[0]]
    assert "DeviceProcessEvents" in tables, tables
    names = client.execute(None, ".show  TABLES | where TableName == 'DeviceProcessEvents' | project TableName")
    assert [row.to_list() for row in names.primary_results[0]] == [["DeviceProcessEvents"]]
    import json
    schema = client.execute(None, ".show database schema as json").primary_results[0][0]["DatabaseSchema"]
    (database,) = json.loads(schema)["Databases"].values()
    assert database["Tables"]["DeviceProcessEvents"]["OrderedColumns"], database["Name"]
    version = client.execute(None, ".show version").primary_results[0][0]
    assert version["ServiceType"] == "Engine" and version["BuildTime"] is None
    assert len(client.execute(None, ".show databases").primary_results[0]) == 1


def errors():
    for text, code, exception in [
        ("DeviceProcessEvents take 5", "BadRequest_SyntaxError", "Kusto.Data.Exceptions.SyntaxException"),
        ("DeviceProcessEvents | where Fle == 1", "General_BadRequest", "Kusto.Data.Exceptions.SemanticException"),
        (".create table T (a:int)", "General_BadRequest", "Kusto.Data.Exceptions.KustoBadRequestException"),
    ]:
        try:
            client.execute(None, text)
        except KustoApiError as error:
            assert isinstance(error, KustoServiceError)
            assert (error.get_api_error().code, error.get_api_error().type) == (code, exception), error
            assert error.is_semantic_error() == ("SemanticException" in exception), error
            assert error.http_response.status_code == 400 and error.get_api_error().permanent
        else:
            raise AssertionError(text)
    try:
        client.execute("Samples", "print 1")
    except KustoApiError as error:
        assert error.get_api_error().code == "BadRequest_EntityNotFound", error
    else:
        raise AssertionError("another database")


def limits():
    properties = ClientRequestProperties()
    properties.set_option("truncationmaxrecords", 3)
    try:
        client.execute(None, "range x from 1 to 10 step 1", properties)
    except KustoMultiApiError as error:
        assert error.get_api_errors()[0].code == "LimitsExceeded", error
    else:
        raise AssertionError("rows are missing and nobody said so")
    properties.set_option("deferpartialqueryfailures", True)
    answer = client.execute(None, "range x from 1 to 10 step 1", properties)
    assert (answer.errors_count, len(answer.primary_results[0])) == (1, 3)
    assert "E_QUERY_RESULT_SET_TOO_LARGE" in answer.get_exceptions()[0]


def streaming():
    tables = client.execute_streaming_query("NetDefaultDB", "range x from 1 to 20000 step 1").iter_primary_results()
    assert sum(row["x"] for table in tables for row in table) == 20000 * 20001 // 2


for check in [every_type, statistics, parameters, commands, errors, limits, streaming]:
    check()
    print("ok", check.__name__)
