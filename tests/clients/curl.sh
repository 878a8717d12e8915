#!/usr/bin/env bash
# The request lines of both services' documentation, with curl, against `tallyho serve`. See tests/README.md,
# "Stock clients".
set -euo pipefail
url=${1:-http://127.0.0.1:7900}
query='DeviceProcessEvents | where InitiatingProcessFileName =~ \"powershell.exe\" | project Timestamp, FileName, InitiatingProcessFileName | order by Timestamp desc | limit 2'

check() { # name, expected pattern, curl's arguments
    local answer
    answer=$(curl -sS --fail-with-body "${@:3}")
    [[ $answer == $2 ]] || { echo "not ok $1: $answer"; exit 1; }
    echo "ok $1"
}

json=(-H 'Content-Type: application/json' -H 'Authorization: Bearer none')
check defender '{"Stats":{"ExecutionTime":*"Schema":\[{"Name":"Timestamp","Type":"DateTime"}*"Results":\[*' \
    -X POST "$url/api/advancedhunting/run" "${json[@]}" -d "{\"Query\":\"$query\"}"
check mde '{"Stats":*' -X POST "$url/api/advancedqueries/run" "${json[@]}" -d "{\"Query\":\"$query\"}"
for key in query Query; do
    check "graph beta, $key" '{"schema":\[{"Name":"Timestamp","Type":"DateTime"}*"results":\[*' \
        -X POST "$url/beta/security/runHuntingQuery" "${json[@]}" -d "{\"$key\":\"$query\"}"
    check "graph v1.0, $key" '{"@odata.context":*"schema":\[{"name":"Timestamp","type":"DateTime"}*"results":\[*' \
        -X POST "$url/v1.0/security/runHuntingQuery" "${json[@]}" -d "{\"$key\":\"$query\",\"Timespan\":\"P30D\"}"
done
check 'hunting schema' '{"tables":\[{"name":*' "$url/beta/security/getHuntingSchema"
check 'hunting query by address' '{"schema":*"results":\[{*"x":1}\]}' \
    "$url/beta/security/getRunHuntingQuery(query='print%20x=1',timespan='P1D')"
check 'kusto v2' '\[{"FrameType":"DataSetHeader"*"DataSetCompletion"*' \
    -X POST "$url/v2/rest/query" "${json[@]}" -d '{"db":"NetDefaultDB","csl":"print 1"}'
check 'kusto v1 by address' '{"Tables":\[*' -G "$url/v1/rest/query" --data-urlencode 'csl=print 1'
check 'kusto command' '{"Tables":\[{"TableName":"Table_0"*' \
    -X POST "$url/v1/rest/mgmt" "${json[@]}" -d '{"db":"NetDefaultDB","csl":".show version"}'
check 'log analytics' '{"tables":\[{"name":"PrimaryResult"*"statistics":*' -G \
    "$url/v1/workspaces/5e6f0c1a-0000-4000-8000-000000000001/query" -H 'Prefer: include-statistics=true' \
    --data-urlencode 'query=print 1' --data-urlencode 'timespan=P1D'
