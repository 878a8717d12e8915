// Microsoft's azure-kusto-data from npm against `tallyho serve`. See tests/README.md, "Stock clients".
import assert from "node:assert/strict";
import { Client, ClientRequestProperties, KustoConnectionStringBuilder } from "azure-kusto-data";

const url = process.argv[2] ?? "http://127.0.0.1:7900";
const client = new Client(new KustoConnectionStringBuilder(url));
const DATABASE = "NetDefaultDB";

const EVERY_TYPE = `datatable(b:bool, i:int, l:long, r:real, d:decimal, t:datetime, ts:timespan, g:guid, s:string, o:dynamic) [
    true, 1, 2, 1.5, decimal(1.25), datetime(2020-08-30T06:38:35.7664356Z), time(1.02:03:04), guid(74be27de-1e4e-49d9-b579-fe0b331d3642), "é", dynamic({"a":["x","y"],"b":{"c":true,"n":5}}),
    bool(null), int(null), long(null), real(nan), decimal(null), datetime(null), timespan(null), guid(null), "", dynamic(null)]`;

const checks = {
  async everyType() {
    const answer = await client.execute(DATABASE, EVERY_TYPE);
    const [table] = answer.primaryResults;
    assert.deepEqual(table.columns.map((it) => it.type),
      ["bool", "int", "long", "real", "decimal", "datetime", "timespan", "guid", "string", "dynamic"]);
    const [full, empty] = [...table.rows()].map((row) => row.toJSON());
    assert.deepEqual(full, {
      b: true, i: 1, l: 2, r: 1.5, d: "1.25", t: new Date("2020-08-30T06:38:35.766Z"), ts: 93784000,
      g: "74be27de-1e4e-49d9-b579-fe0b331d3642", s: "é", o: { a: ["x", "y"], b: { c: true, n: 5 } },
    });
    assert.deepEqual(empty,
      { b: null, i: null, l: null, r: "NaN", d: null, t: null, ts: null, g: null, s: "", o: null });
    assert.deepEqual(answer.getErrorsCount(), { warnings: 0, errors: 0 });
  },
  async statistics() {
    const answer = await client.execute(DATABASE, "DeviceProcessEvents | count");
    const rows = [...answer.statusTable.rows()].map((row) => row.toJSON());
    const cost = JSON.parse(rows.find((row) => row.EventTypeName === "QueryResourceConsumption").Payload);
    assert.ok(cost.ExecutionTime > 0 && cost.dataset_statistics[0].table_row_count === 1);
  },
  async parameters() {
    const properties = new ClientRequestProperties({}, { n: 41, name: "'x'" }, "tallyho;parameters", "someone", "check");
    properties.setTimeout(120000);
    const query = "declare query_parameters(n:long, name:string, other:int = 7); print a = n + 1, b = name, c = other";
    const [row] = [...(await client.execute(DATABASE, query, properties)).primaryResults[0].rows()];
    assert.deepEqual(row.toJSON(), { a: 42, b: "x", c: 7 });
  },
  async firstVersion() {
    const answer = await client.executeQueryV1(DATABASE, "print x = 1");
    assert.deepEqual(answer.primaryResults[0].toJSON().data, [{ x: 1 }]);
    assert.deepEqual(answer.tableNames.length, 4);
  },
  async commands() {
    const tables = await client.execute(DATABASE, ".show tables | project TableName");
    assert.ok([...tables.primaryResults[0].rows()].some((row) => row.TableName === "DeviceProcessEvents"));
  },
  async errors() {
    for (const [text, code] of [["DeviceProcessEvents take 5", "BadRequest_SyntaxError"],
      ["DeviceProcessEvents | where Fle == 1", "General_BadRequest"]]) {
      await assert.rejects(client.execute(DATABASE, text), (error) => {
        assert.equal(error.response.status, 400);
        assert.equal(error.response.data.error.code, code);
        return true;
      });
    }
  },
  async limits() {
    const properties = new ClientRequestProperties({ truncationmaxrecords: 3 });
    await assert.rejects(client.execute(DATABASE, "range x from 1 to 10 step 1", properties), /E_QUERY_RESULT_SET_TOO_LARGE/);
  },
};

for (const [name, check] of Object.entries(checks)) {
  await check();
  console.log("ok", name);
}
client.close();
