# PowerShell against `tallyho serve`, as hunters' scripts ask Graph. See tests/README.md, "Stock clients".
param([string]$Url = "http://127.0.0.1:7900")
$ErrorActionPreference = "Stop"
foreach ($key in "query", "Query") {
    $body = @{ $key = "DeviceProcessEvents | take 1 | project FileName" } | ConvertTo-Json
    $answer = Invoke-RestMethod -Method Post -Uri "$Url/v1.0/security/runHuntingQuery" -ContentType "application/json" -Body $body
    if ($answer.schema[0].name -ne "FileName" -or $answer.results.Count -ne 1) { throw "unexpected: $($answer | ConvertTo-Json -Depth 5)" }
    "ok $key"
}
